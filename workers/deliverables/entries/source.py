"""A source: where something is said, when, in which words, and where a copy of it is kept."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from workers.deliverables.forms import Evidence, Form, Text

STATEMENTS: frozenset[str] = frozenset()
SAMPLES = frozenset({"quotation"})


class SourceRow(Form):
    """A source; `copy` is a file of the repository or the session, `quotation` is in it."""

    id: Annotated[str, Field(pattern="^SRC-[0-9]{3}$")]
    title: Text
    address: Text
    kind: Literal["web", "paper", "documentation", "code", "standard"]
    description: Text
    date: Annotated[str, Field(pattern="^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$")] | None = None
    quotation: Text | None = None
    copy_: Annotated[Text | None, Field(alias="copy")] = None
    credibility: Literal["high", "medium", "low"] | None = None
    evidence: list[Evidence] = []


ENTRY = SourceRow
CHANGED_ENTRY = SourceRow
