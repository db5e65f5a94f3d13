"""Everything that calls a model: providers, the headless worker, opinions, limits."""
