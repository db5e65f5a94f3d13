"""Transcripts of coding agents, each read into one common form: who said, called and got what."""
