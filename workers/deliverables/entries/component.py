"""A component of a user interface."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from workers.deliverables.forms import (
    ChangeStatus,
    Evidence,
    Form,
    Status,
    Text,
    TextOrList,
)

STATEMENTS = frozenset({"state", "styling"})
SAMPLES: frozenset[str] = frozenset()


class Prop(Form):
    """A property that a component takes; `required` null is unknown."""

    name: Text
    type: Text | None = None
    required: bool | None = None
    description: Text | None = None


class Component(Form):
    """A component; its evidence cites where it is declared, `test_file` is absolute."""

    id: Annotated[str, Field(pattern="^CMP-[0-9]{3}$")]
    name: Text
    status: Status
    description: Text
    framework: (
        Literal["react", "preact", "solid", "vue", "svelte", "angular", "astro", "other"] | None
    ) = None
    props: list[Prop] = []
    state: TextOrList | None = None
    styling: Text | None = None
    test_file: Text | None = None
    evidence: list[Evidence] = []


class ChangedComponent(Component):
    """A component that was added, changed, removed, or is only spoken of."""

    status: ChangeStatus  # type: ignore[assignment]


ENTRY = Component
CHANGED_ENTRY = ChangedComponent
