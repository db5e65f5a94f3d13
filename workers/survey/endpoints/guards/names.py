"""Whose a name is of which nothing is known but that."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workers.survey.endpoints.follower.program import Program


def is_of_quiet_file(name: str, program: Program) -> bool:
    """Tell whether a name is of a file without a word by which anything refuses."""
    while name and not program.is_quiet(name):
        name = name.rpartition(".")[0]
    return bool(name)
