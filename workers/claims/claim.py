"""A claim, and what became of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from workers.claims.citations import shown_path
from workers.repository.source import plain

if TYPE_CHECKING:
    from workers.contract import Problem
    from workers.repository.source import Source

Outcome = Literal["confirmed", "refuted", "undecided"]
Lines = tuple["Source", int, int]  # a cited file with first and last line, from 1


@dataclass(frozen=True)
class Claim:
    """Something that a report states: `says` of `subject`, at `pointer` into the JSON.

    `entry` is the object that states it, `cited` the lines of its evidence that exist, `row` the
    column, index or relationship that it is about.
    """

    kind: str
    subject: str
    says: Any
    pointer: str
    entry: dict[str, Any] = field(repr=False)
    cited: tuple[Lines, ...] = field(repr=False)
    row: dict[str, Any] = field(default_factory=dict, repr=False)


class Verdict(NamedTuple):
    """What a decider answers: `at` is the `file:line` that decides, `problem` what is reported.

    A refuted claim has a problem that is an error; an undecided one may have a warning.
    """

    outcome: Outcome
    at: str | None = None
    problem: Problem | None = None


UNDECIDED = Verdict("undecided")


def confirmed(file: str = "", line: int | None = None) -> Verdict:
    """Return the verdict that something is as it is said, by a line or a search."""
    return Verdict("confirmed", place(file, line) if file else None)


def refuted(problem: Problem, file: str = "", line: int | None = None) -> Verdict:
    """Return the verdict that something is not as it is said, by a line or a search."""
    return Verdict("refuted", place(file, line) if file else None, problem)


def doubted(problem: Problem) -> Verdict:
    """Return an undecided verdict with a warning."""
    return Verdict("undecided", None, problem)


def words_on(cited: tuple[Lines, ...]) -> set[str]:
    """Return the words of cited lines, as `plain` writes them."""
    words: set[str] = set()
    for source, first, last in cited:
        for line in source.lines[first - 1 : last]:
            words.update(map(plain, re.findall(r"[\w-]+", line[:2000])))
    return words


def place(file: str, line: int | None) -> str:
    """Return `file:line` for a message, escaped."""
    return f"{shown_path(file)}:{line}" if line is not None else shown_path(file)
