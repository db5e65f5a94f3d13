"""A module: a file or folder, and the modules that its files import."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from workers.deliverables.forms import ChangeStatus, Evidence, Form, Status, Text

STATEMENTS = frozenset({"responsibility"})
SAMPLES: frozenset[str] = frozenset()


class Module(Form):
    """A module: `depends_on` and `cycle_with` are paths of other modules, as `path` is."""

    id: Annotated[str, Field(pattern="^MOD-[0-9]{3}$")]
    path: Text
    status: Status
    description: Text
    responsibility: Text | None = None
    depends_on: list[Text] = []
    cycle_with: list[Text] = []
    evidence: list[Evidence] = []


class ChangedModule(Module):
    """A module that was added, changed, removed, or is only spoken of."""

    status: ChangeStatus  # type: ignore[assignment]


ENTRY = Module
CHANGED_ENTRY = ChangedModule
