"""Which method of a class overrides which one of a class above it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workers.survey.languages.jvm.program import Declared


def overrides(own: dict[str, Any], above: dict[str, Any], declared: Declared) -> bool:
    """Tell whether a method overrides one of a class above it, which `declared` is."""
    if own["name"] != above["name"] or len(own["parameters"]) != len(above["parameters"]):
        return False
    generic = set(declared.fact["parameters"])
    return all(
        mine[1][0] == other[1][0] or other[1][0] in generic
        for mine, other in zip(own["parameters"], above["parameters"], strict=True)
    )
