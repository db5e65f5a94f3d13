"""A recommendation: what to choose, of which options, by which sources."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from workers.deliverables.forms import Evidence, Form, Text

STATEMENTS = frozenset({"recommendation"})
SAMPLES: frozenset[str] = frozenset()


class Recommendation(Form):
    """A recommendation; the ids are those of options and sources of the same report."""

    id: Annotated[str, Field(pattern="^REC-[0-9]{3}$")]
    title: Text
    recommendation: Text
    option_ids: list[Text] = []
    source_ids: list[Text] = []
    confidence: Literal["high", "medium", "low"]
    evidence: list[Evidence] = []


ENTRY = Recommendation
CHANGED_ENTRY = Recommendation
