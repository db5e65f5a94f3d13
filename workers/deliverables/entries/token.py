"""A design token: a name that stands for a colour, a size, a typeface."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from workers.deliverables.forms import ChangeStatus, Evidence, Form, Status, Text, Version

STATEMENTS: frozenset[str] = frozenset()
SAMPLES = frozenset({"value"})


class Token(Form):
    """A token; `value` is as its evidence declares it, in the theme that is named, if any."""

    id: Annotated[str, Field(pattern="^TOK-[0-9]{3}$")]
    name: Text
    status: Status
    description: Text
    value: Version | None = None
    type: Text | None = None
    theme: Text | None = None
    evidence: list[Evidence] = []


class ChangedToken(Token):
    """A token that was added, changed, removed, or is only spoken of."""

    status: ChangeStatus  # type: ignore[assignment]


ENTRY = Token
CHANGED_ENTRY = ChangedToken
