"""What applications of Sinatra and Grape answer, before they are mounted."""

from __future__ import annotations

from typing import Any, NamedTuple


class Answer(NamedTuple):
    """A route of a class, its path from where the class is mounted."""

    method: str
    path: str
    file: str
    line: int


class Below(NamedTuple):
    """A class that another one mounts, and the path and settings that it gives it."""

    name: str
    path: str
    settings: Any = None
