"""A store of state in a user interface."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from workers.deliverables.forms import ChangeStatus, Evidence, Form, Status, Text

STATEMENTS: frozenset[str] = frozenset()
SAMPLES: frozenset[str] = frozenset()


class State(Form):
    """A store: `name` as the code declares it, `library` as the manifest names its package."""

    id: Annotated[str, Field(pattern="^STA-[0-9]{3}$")]
    name: Text
    library: Text | None = None
    status: Status
    description: Text
    evidence: list[Evidence] = []


class ChangedState(State):
    """A store that was added, changed, removed, or is only spoken of."""

    status: ChangeStatus  # type: ignore[assignment]


ENTRY = State
CHANGED_ENTRY = ChangedState
