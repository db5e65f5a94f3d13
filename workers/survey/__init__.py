"""The survey: what a repository holds, without a model."""
