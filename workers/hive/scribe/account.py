"""What each worker reported, in a form that knows no worker: entries with places and pointers."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from workers.deliverables.profile import EntryList

FINDING = "finding"
# Folders of a repository that hold services or packages of their own, a folder each.
_HOLDING = frozenset(
    "services apps packages modules projects microservices libs crates plugins".split()
)


class Cited(NamedTuple):
    """A cited place: the file relative to the root, first and last line, what is quoted of it."""

    file: str
    line: int
    end: int
    snippet: str = ""
    pointer: str = ""

    @property
    def text(self) -> str:
        """The place as it is written in a report."""
        return f"{self.file}:{self.line}" + (f"-{self.end}" if self.end > self.line else "")


@dataclass(frozen=True, eq=False)
class Account:
    """One accepted report: `lists` are those of the worker's profile, `data` is its JSON.

    `verdicts` says of pointers into it what phase 3 made of the claim there, `quoted` are the
    quotations of its notes; `facts` is what else the synthesis repeats of it (receipt, time, file).
    """

    worker: str
    data: Mapping[str, Any]
    lists: Sequence[EntryList] = ()
    root: str = ""
    verdicts: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    quoted: Sequence[Cited] = ()

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """The findings and every entry of the worker's lists."""
        findings = [
            Entry(self, FINDING, "findings", pointer, row) for pointer, row in self.rows("findings")
        ]
        listed = [
            Entry(self, one.entry, one.key, pointer, row)
            for one in self.lists
            for pointer, row in self.rows(one.key)
        ]
        return (*findings, *listed)

    def rows(self, key: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield pointer and object of each object in a list."""
        listed = self.data.get(key)
        for position, row in enumerate(listed if isinstance(listed, list) else []):
            if isinstance(row, dict):
                yield f"/{key}/{position}", row

    def texts(self, key: str) -> Iterator[tuple[str, str]]:
        """Yield pointer and text of each text in a list."""
        listed = self.data.get(key)
        for position, text in enumerate(listed if isinstance(listed, list) else []):
            if isinstance(text, str):
                yield f"/{key}/{position}", text

    def relative(self, file: str) -> str:
        """Return a path relative to the root, with slashes, as all reports of a session mean it."""
        path = file.replace("\\", "/")
        root = self.root.replace("\\", "/").rstrip("/")
        if root and path.startswith(f"{root}/"):
            path = path[len(root) + 1 :]
        return path.removeprefix("./")


@dataclass(frozen=True, eq=False)
class Entry:
    """An entry of a list, or a finding: whose it is, of what kind, where it is."""

    account: Account
    kind: str
    key: str
    pointer: str
    row: dict[str, Any]

    @property
    def worker(self) -> str:
        """The full name of who reported it."""
        return self.account.worker

    @property
    def status(self) -> str:
        """existing, proposed, implemented, modified, removed; empty where it has none."""
        return text_of(self.row, "status").lower()

    @cached_property
    def cited(self) -> tuple[Cited, ...]:
        """The places of its evidence, else the one that its own `file` and `line` name."""
        return tuple(_cited(self))

    @property
    def at(self) -> str:
        """The first place as text, empty without one."""
        return next((place.text for place in self.cited), "")


def text_of(row: Mapping[str, Any], *names: str) -> str:
    """Return the first text of an entry under some keys, empty if there is none."""
    values = (row.get(name) for name in names)
    return next((value.strip() for value in values if isinstance(value, str) and value.strip()), "")


def value_at(row: Mapping[str, Any], path: str) -> Any:
    """Return what stands at keys joined by dots, None where one is missing."""
    value: Any = row
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _cited(entry: Entry) -> Iterator[Cited]:
    evidence = entry.row.get("evidence")
    is_cited = False
    for position, item in enumerate(evidence if isinstance(evidence, list) else []):
        place = _place(entry.account, item, f"{entry.pointer}/evidence/{position}")
        if place is not None:
            is_cited = True
            yield place
    if not is_cited:
        place = _place(entry.account, entry.row, entry.pointer)
        if place is not None:
            yield place


def _place(account: Account, item: Any, pointer: str) -> Cited | None:
    if not isinstance(item, dict):
        return None
    file, line = item.get("file"), item.get("line")
    if not isinstance(file, str) or not isinstance(line, int) or isinstance(line, bool):
        return None
    end = item.get("end_line")
    last = end if isinstance(end, int) and end > line else line
    return Cited(account.relative(file), line, last, text_of(item, "snippet"), pointer)


def project_of(file: str) -> str:
    """Return the service or package of a repository that a file is of, empty for the whole."""
    parts = file.lower().split("/")
    for position, part in enumerate(parts[:-2]):
        if part in _HOLDING:
            return "/".join(parts[: position + 2])
    return ""


def are_apart(first: Entry, second: Entry) -> bool:
    """Tell whether two entries cite services of their own, as two in one repository may have."""
    theirs, others = ({project_of(place.file) for place in one.cited} for one in (first, second))
    return bool(theirs and others) and theirs.isdisjoint(others) and "" not in theirs | others
