"""A contradiction between reports, with the place of everything that is said in it."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.errors import shown
from workers.codes import CODES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workers.hive.scribe.account import Account, Entry

DOUBTED = "X07"
_SAID_CHARACTERS = 120


class Side(NamedTuple):
    """What one worker says: at which pointer of its JSON, citing which line.

    `verdict` is what phase 3 made of that very claim: confirmed, undecided, or empty.
    """

    worker: str
    pointer: str
    says: str
    cited: str = ""
    verdict: str = ""


class Contradiction(NamedTuple):
    """What reports say otherwise of a subject; `about` is what of it, as in `requires_auth`."""

    code: str
    subject: str
    about: str
    sides: tuple[Side, ...]

    @property
    def is_error(self) -> bool:
        """Whether one of the reports must be wrong."""
        return CODES[self.code].severity == "error"

    @property
    def fingerprint(self) -> str:
        """What stays when a report's rows move: who says what of which subject."""
        statements = sorted((side.worker, side.says) for side in self.sides)
        data = json.dumps([self.code, self.subject, self.about, statements])
        return hashlib.sha256(data.encode()).hexdigest()[:12]

    @property
    def message(self) -> str:
        """What is wrong, in one line, without places."""
        by_value: dict[str, list[str]] = {}
        for side in self.sides:
            by_value.setdefault(side.says, []).append(side.worker)
        statements = "; ".join(f"{' and '.join(who)}: {says}" for says, who in by_value.items())
        about = f", {self.about}" if self.about else ""
        return f"{shown(self.subject, 160)[1:-1]}{about}: {statements}"


class Stated(NamedTuple):
    """A value that an entry states, and where."""

    entry: Entry
    pointer: str
    value: Any


def side_of(stated: Stated) -> Side:
    """Return what is stated as one side of a contradiction."""
    account = stated.entry.account
    verdict = account.verdicts.get(stated.pointer, "")
    return Side(stated.entry.worker, stated.pointer, said(stated.value), stated.entry.at, verdict)


def said(value: Any) -> str:
    """Return a value as a message shows it: on one line, escaped, not too long."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return shown(text, _SAID_CHARACTERS)[1:-1]


def in_order(listed: Sequence[Contradiction]) -> list[Contradiction]:
    """Return contradictions worst first, each once, always in the same order."""
    unique = {one.fingerprint: one for one in reversed(listed)}
    return sorted(
        unique.values(), key=lambda one: (not one.is_error, one.code, one.subject, one.about)
    )


def same_order(accounts: Sequence[Account]) -> list[Account]:
    """Return accounts by the name of their worker: no result depends on who came first."""
    return sorted(accounts, key=lambda account: account.worker)
