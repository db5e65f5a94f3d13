"""What was read from files and put together from them, kept by their content.

A second run reads only what changed, and puts together only the kinds whose facts changed. What
is believed, and where it is kept: see `workers.repository.store`.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from workers.repository import store
from workers.survey.found import FOUND, NotUnderstood

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

Entry = dict[str, Any]


@dataclass(frozen=True)
class Part:
    """What one extractor made of the facts of all files, `of` the name of these facts."""

    of: str
    found: list[Any]
    missed: list[NotUnderstood]


@dataclass(frozen=True)
class Kept:
    """A map as it is kept: by the files that it is of, with the name of each file's facts.

    `joined` are the files put aside that other code imports.
    """

    of: str = ""
    joined: list[str] = field(default_factory=list)
    facts: dict[str, str] = field(default_factory=dict)
    problems: list[NotUnderstood] = field(default_factory=list)
    parts: dict[str, Part] = field(default_factory=dict)


def key(file: str, content: str) -> str:
    """Return the name under which the facts of a file are kept: its path and content."""
    return store.digest(f"{file}\0{content}".encode("utf-8", "surrogateescape"))


def fingerprint(names: Iterable[str]) -> str:
    """Return the name of several things together."""
    return store.digest("\0".join(sorted(names)).encode("utf-8", "surrogateescape"))


def name_of(facts: object) -> str:
    """Return the name of facts: the same whether they were just read or kept."""
    return store.digest(json.dumps(facts, sort_keys=True).encode())


def load(root: Path, of: str = "") -> dict[str, Entry]:
    """Return what was kept of the files, `of` the working tree or of revisions.

    Nothing if it cannot be believed.
    """
    entries = store.load(root, f"{of}files")
    if not isinstance(entries, dict):
        return {}
    return {name: entry for name, entry in entries.items() if isinstance(entry, dict)}


def save(root: Path, entries: Mapping[str, Entry], of: str = "") -> None:
    """Keep what was read."""
    store.save(root, f"{of}files", entries)


def load_map(root: Path, of: str = "") -> Kept:
    """Return the map that was made last, an empty one of nothing if it cannot be believed."""
    stored = store.load(root, f"{of}map")
    try:
        parts = {
            name: Part(
                part["of"],
                [FOUND[name](row) for row in part["found"]],
                [NotUnderstood(**row) for row in part["missed"]],
            )
            for name, part in stored["parts"].items()
        }
        problems = [NotUnderstood(**row) for row in stored["problems"]]
        joined = [str(file) for file in stored["joined"]]
        return Kept(stored["of"], joined, dict(stored["facts"]), problems, parts)
    except (AttributeError, KeyError, TypeError, ValueError):
        return Kept()


def save_map(root: Path, latest: Kept, of: str = "") -> None:
    """Keep a map; one of the same files need not be made again."""
    store.save(root, f"{of}map", asdict(latest))


def load_names(root: Path) -> dict[str, str]:
    """Return the names of contents by those of the blobs that git keeps them in."""
    stored = store.load(root, "blobs")
    return stored if isinstance(stored, dict) else {}


def save_names(root: Path, names: Mapping[str, str]) -> None:
    """Keep them."""
    store.save(root, "blobs", names)
