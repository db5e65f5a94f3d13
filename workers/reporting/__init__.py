"""What people and programs read of a verdict: FORMATS, a function of the output each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workers.contract import to_json
from workers.reporting.text import text

if TYPE_CHECKING:
    from collections.abc import Callable

    from workers.contract import WorkerOutput


def json(output: WorkerOutput) -> str:
    """Return the document of a phase."""
    return to_json(output.document())


FORMATS: dict[str, Callable[[WorkerOutput], str]] = {"text": text, "json": json}
