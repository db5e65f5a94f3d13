"""A test that passes and fails with the same code."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from workers.deliverables.forms import ChangeStatus, Evidence, Form, Status, Text

STATEMENTS = frozenset({"cause"})
SAMPLES: frozenset[str] = frozenset()


class FlakyTest(Form):
    """A flaky test by the name that its file (absolute) gives it."""

    id: Annotated[str, Field(pattern="^FLK-[0-9]{3}$")]
    name: Text
    file: Text
    status: Status
    description: Text
    cause: Text | None = None
    evidence: list[Evidence] = []


class ChangedFlakyTest(FlakyTest):
    """A flaky test that was repaired, removed, or is only spoken of."""

    status: ChangeStatus  # type: ignore[assignment]


ENTRY = FlakyTest
CHANGED_ENTRY = ChangedFlakyTest
