"""What a scenario is, and what the program must answer to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.changes.report import Report
    from benchmarks.changes.work import Work

TASK = "Do what the ticket asks for, with tests, and report what you changed."


class Answer(NamedTuple):
    """What the program must answer: an exit code, and one of some codes in one of three places.

    `place` is `error`, `warning` or `approval`; an honest report has none, and then `codes` are
    what it may be warned of all the same.
    """

    exit_code: int
    place: str = ""
    codes: tuple[str, ...] = ()


class Scenario(NamedTuple):
    """A piece of work and the report on it."""

    name: str
    act: Callable[[Work], Report | None]  # None: the report is handed in already
    answer: Answer
    stack: str = "python"
    start: Callable[[Work], None] | None = None  # before phase 1
    task: str = TASK
    kind_of_report: str = "change"
    flags: tuple[str, ...] = ()  # of phase 3


class Kind(NamedTuple):
    """Scenarios of one kind."""

    name: str
    is_false: bool
    scenarios: tuple[Scenario, ...]


def rejected(*codes: str) -> Answer:
    """Answer that the report is rejected, for one of these reasons."""
    return Answer(1, "error", codes)


def warned(*codes: str) -> Answer:
    """Answer that the report is accepted with one of these warnings."""
    return Answer(0, "warning", codes)


def needs_approval(*codes: str) -> Answer:
    """Answer that the report is accepted if the owner approves of it."""
    return Answer(0, "approval", codes)


# Accepted without an error, and nothing for the owner to approve.
ACCEPTED = Answer(0)
