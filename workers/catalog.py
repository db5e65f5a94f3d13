"""The workers, one line each: the only list of them."""

from __future__ import annotations

from typing import NamedTuple


class Worker(NamedTuple):
    """A kind of worker: a folder in templates/ and a model in workers/deliverables/ of its name.

    `words` in a task, or files with its `suffixes`, make the Queen think of it without a model.
    `kinds` are the tasks it can be given; each has its folder of templates.
    """

    name: str
    summary: str
    words: frozenset[str] = frozenset()
    suffixes: frozenset[str] = frozenset()
    kinds: tuple[str, ...] = ("analysis",)

    @property
    def full_name(self) -> str:
        """The name in documents and events."""
        return f"{self.name}-worker"


WORKERS = (
    Worker(
        "backend",
        "APIs, databases and services of a backend",
        frozenset("api apis backend database endpoint endpoints query server service sql".split()),
        frozenset(".py .go .java .rb .php .rs .cs .kt .ts .js .sql".split()),
        ("analysis", "change"),
    ),
)
