"""Claims of the kinds of entries, one file each: what a row states, and what decides it.

A module has `extract` and DECIDERS; it is imported when a worker lists such entries, because what
it reads with costs time.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from workers.claims.claim import Claim, Verdict
    from workers.claims.ground import Ground
    from workers.delivery.delivery import Delivery

# Kind of entry -> the modules of this folder that judge what its rows state.
MODULES: dict[str, tuple[str, ...]] = {
    "component": ("component",),
    "client_route": ("client_route",),
    "state": ("state",),
    "accessibility": ("accessibility",),
    "suite": ("suite",),
    "flaky_test": ("suite",),
    "gap": ("gap",),
    "coverage_figure": ("coverage_figure",),
    "vulnerability": ("vulnerability",),
    "hot_spot": ("figures",),
    "pipeline": ("pipeline",),
    "environment": ("environment",),
    "image": ("image",),
    "secret": ("secret",),
    "monitor": ("monitor",),
    "decision": ("figures",),
    "module": ("module",),
    "risk": ("figures", "risk"),
    "source": ("source",),
    "option": ("option",),
    "recommendation": ("option",),
    "token": ("token",),
    "contrast": ("contrast",),
}


class Judges(NamedTuple):
    """What yields the claims of a kind of entry, and what decides each kind of claim."""

    extract: Callable[[Delivery], Iterator[Claim]]
    deciders: dict[str, Callable[[Ground, Claim], Verdict]]


def judges_of(kinds: Iterable[str]) -> list[Judges]:
    """Return the judges of kinds of entries, each once."""
    names = dict.fromkeys(name for kind in kinds for name in MODULES.get(kind, ()))
    modules = [import_module(f"{__name__}.{name}") for name in names]
    return [Judges(module.extract, module.DECIDERS) for module in modules]
