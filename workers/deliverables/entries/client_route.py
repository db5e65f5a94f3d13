"""A route of a user interface: what is shown at a path."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from workers.deliverables.forms import ChangeStatus, Evidence, Form, Status, Text

STATEMENTS: frozenset[str] = frozenset()
SAMPLES: frozenset[str] = frozenset()


class ClientRoute(Form):
    """A client route; `guarded` tells whether it asks who is there, null is unknown."""

    id: Annotated[str, Field(pattern="^RTE-[0-9]{3}$")]
    path: Annotated[str, Field(pattern="^[/*]")]
    component: Text | None = None
    status: Status
    description: Text
    guarded: bool | None = None
    evidence: list[Evidence] = []


class ChangedClientRoute(ClientRoute):
    """A client route that was added, changed, removed, or is only spoken of."""

    status: ChangeStatus  # type: ignore[assignment]


ENTRY = ClientRoute
CHANGED_ENTRY = ChangedClientRoute
