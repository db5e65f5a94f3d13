"""A variable of the environment: where it is set, where it is read."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from workers.deliverables.forms import ChangeStatus, Evidence, Form, Scalar, Status, Text

STATEMENTS: frozenset[str] = frozenset()
SAMPLES: frozenset[str] = frozenset()


class Environment(Form):
    """A variable: `set_in` and `read_in` are files, `required` says that there is no default."""

    id: Annotated[str, Field(pattern="^ENV-[0-9]{3}$")]
    variable: Text
    status: Status
    description: Text
    set_in: list[Text] = []
    read_in: list[Text] = []
    default: Scalar | None = None
    required: bool | None = None
    secret: bool | None = None
    evidence: list[Evidence] = []


class ChangedEnvironment(Environment):
    """A variable that was added, changed, removed, or is only spoken of."""

    status: ChangeStatus  # type: ignore[assignment]


ENTRY = Environment
CHANGED_ENTRY = ChangedEnvironment
