"""The user's files: opened within the root, read once, compared line by line."""
