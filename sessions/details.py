"""Values of an event that anybody may have written: of the type that is asked for, or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_LARGEST_NUMBER = 2**53  # beyond it sums overflow or lose digits


def text_of(details: Mapping[str, Any], name: str) -> str | None:
    """Return a text, None for anything else."""
    value = details.get(name)
    return value if isinstance(value, str) else None


def number_of(details: Mapping[str, Any], name: str) -> float | None:
    """Return a number that can be added up, None for anything else."""
    value = details.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if abs(value) < _LARGEST_NUMBER else None


def flat_of(details: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return an object of plain values: what somebody else wrote may be nested without end."""
    value = details.get(name)
    items = value.items() if isinstance(value, dict) else ()
    return {key: inner for key, inner in items if not isinstance(inner, dict | list)}


def texts_of(details: Mapping[str, Any], name: str) -> list[str]:
    """Return the texts of a list."""
    value = details.get(name)
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []
