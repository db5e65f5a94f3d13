"""Runs of the owner's commands: clean copy, sandbox, counts, records; and weakened tests."""
