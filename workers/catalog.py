"""The workers, one line each: the only list of them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Worker:
    """A kind of worker: a folder in templates/ and a model in workers/deliverables/ of its name."""

    name: str
    summary: str

    @property
    def full_name(self) -> str:
        """The name in documents and events."""
        return f"{self.name}-worker"


WORKERS = (Worker("backend", "APIs, databases and services of a backend"),)
