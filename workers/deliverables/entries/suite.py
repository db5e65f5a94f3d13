"""A suite: the tests of one file."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from workers.deliverables.forms import ChangeStatus, Count, Evidence, Form, Status, Text

STATEMENTS: frozenset[str] = frozenset()
SAMPLES: frozenset[str] = frozenset()


class Suite(Form):
    """The tests of a file (absolute): those that are written in it, and those that never run."""

    id: Annotated[str, Field(pattern="^SUI-[0-9]{3}$")]
    name: Text
    file: Text
    framework: Text | None = None
    status: Status
    description: Text
    tests: Count | None = None
    skipped: Count | None = None
    evidence: list[Evidence] = []


class ChangedSuite(Suite):
    """A suite that was added, changed, removed, or is only spoken of."""

    status: ChangeStatus  # type: ignore[assignment]


ENTRY = Suite
CHANGED_ENTRY = ChangedSuite
