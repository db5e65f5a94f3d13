"""The tables of Go: models of GORM."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sessions.patterns import lazy_pattern
from workers.survey.tables.history import Declarations

if TYPE_CHECKING:
    from collections.abc import Mapping

DECLARES = lazy_pattern(rb"`[^`\n]{0,200}gorm:\"")


def concerns(file: str, source: bytes) -> bool:
    """Tell whether a file may say something about tables."""
    del file, source
    return False


def extract(file: str, source: bytes) -> dict[str, Any]:
    """Return what one file says."""
    del file, source
    return {}


def resolve(files: Mapping[str, dict[str, Any]]) -> Declarations:
    """Return what all files say together."""
    del files
    return Declarations()
