"""What Waggle does: prepare a worker's files, review what it hands in."""

__version__ = "0.1.0"
