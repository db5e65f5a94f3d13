"""Tables of Diesel and SeaORM."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sessions.patterns import lazy_pattern
from workers.survey.tables.history import Declarations

if TYPE_CHECKING:
    from collections.abc import Mapping

DECLARES = lazy_pattern(rb"\btable!\s*\{")


def concerns(file: str, source: bytes) -> bool:
    """Tell whether a file may say something of tables."""
    del file, source
    return False


def extract(file: str, source: bytes) -> dict[str, Any]:
    """Return what a file says."""
    del file, source
    return {}


def resolve(files: Mapping[str, dict[str, Any]]) -> Declarations:
    """Return the tables."""
    del files
    return Declarations()
