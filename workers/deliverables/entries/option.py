"""An option: what could be used, what speaks for it and against it, and whether it is in use."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from workers.deliverables.forms import Evidence, Form, Text, Version

STATEMENTS: frozenset[str] = frozenset()
SAMPLES: frozenset[str] = frozenset()


class Option(Form):
    """An option; `name` is the package's where it is one, `in_use` null is unknown."""

    id: Annotated[str, Field(pattern="^OPT-[0-9]{3}$")]
    name: Text
    description: Text
    version: Version | None = None
    in_use: bool | None = None
    alternatives: list[Text] = []
    criteria: list[Text] = []
    pros: list[Text] = []
    cons: list[Text] = []
    evidence: list[Evidence] = []


ENTRY = Option
CHANGED_ENTRY = Option
