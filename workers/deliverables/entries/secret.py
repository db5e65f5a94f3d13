"""A secret, and where it is kept."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from workers.deliverables.forms import ChangeStatus, Evidence, Form, Status, Text

STATEMENTS = frozenset({"rotation"})
SAMPLES: frozenset[str] = frozenset()

Storage = Literal["plain", "ci_secret", "vault", "env", "kubernetes"]


class Secret(Form):
    """A secret by its name: never its value."""

    id: Annotated[str, Field(pattern="^SCT-[0-9]{3}$")]
    name: Text
    status: Status
    description: Text
    file: Text | None = None
    storage: Storage | None = None
    rotation: Text | None = None
    evidence: list[Evidence] = []


class ChangedSecret(Secret):
    """A secret that was added, moved, removed, or is only spoken of."""

    status: ChangeStatus  # type: ignore[assignment]


ENTRY = Secret
CHANGED_ENTRY = ChangedSecret
