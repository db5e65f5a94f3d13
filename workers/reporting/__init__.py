"""What people and programs read of a verdict: FORMATS, a function of the output each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workers.brief import brief, packed
from workers.contract import to_json
from workers.reporting.text import text

if TYPE_CHECKING:
    from collections.abc import Callable

    from workers.contract import WorkerOutput


def json(output: WorkerOutput) -> str:
    """Return the document of a phase, cut to what an agent needs unless all of it is asked for."""
    document = output.document()
    return to_json(document) if output.print_all else packed(brief(document))


FORMATS: dict[str, Callable[[WorkerOutput], str]] = {"text": text, "json": json}
