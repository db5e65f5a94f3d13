"""Kinds of entries: a file each, with the models of its rows, and which of their keys are prose.

`ENTRY` is a row of an analysis, `CHANGED_ENTRY` one of a change. In a key of `STATEMENTS` a
placeholder says nothing; the values of `SAMPLES` are foreign text (schemas, code). The row of the
template is in templates/entries/, what is claimed by it in `workers/claims/`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydantic import BaseModel

KINDS = (
    "endpoint",
    "table",
    "service",
    "security",
    "performance",
    "component",
    "client_route",
    "state",
    "accessibility",
    "page_speed",
    "suite",
    "gap",
    "flaky_test",
    "coverage_figure",
    "vulnerability",
    "hot_spot",
    "debt",
    "pipeline",
    "environment",
    "image",
    "secret",
    "monitor",
    "decision",
    "module",
    "risk",
    "source",
    "option",
    "recommendation",
    "token",
    "contrast",
)


class Kind(NamedTuple):
    """A kind of entry."""

    analysis: type[BaseModel]
    change: type[BaseModel]
    statements: frozenset[str]
    samples: frozenset[str]


def kind_of(name: str) -> Kind:
    """Return a kind of entry by its name, one of KINDS."""
    module = import_module(f"{__name__}.{name}")
    return Kind(module.ENTRY, module.CHANGED_ENTRY, module.STATEMENTS, module.SAMPLES)


def vocabulary(kinds: Iterable[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Return the statements and the samples of kinds of entries together."""
    statements: frozenset[str] = frozenset()
    samples: frozenset[str] = frozenset()
    for name in kinds:
        if name in KINDS:
            kind = kind_of(name)
            statements, samples = statements | kind.statements, samples | kind.samples
    return statements, samples
