"""Verdicts, sessions and the map as text for people."""
