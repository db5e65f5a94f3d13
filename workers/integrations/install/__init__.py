"""Puts the workers into a coding agent's configuration, and takes exactly that out again."""
