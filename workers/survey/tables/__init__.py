"""Tables that a repository declares."""
