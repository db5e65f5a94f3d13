"""Every problem code, one file a family.

A code is stable: it never changes its meaning, and none is reused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from workers.codes import (
    artefacts,
    claims,
    complete,
    consistent,
    could_not_run,
    grounded,
    quality,
    schema,
    standards,
)

if TYPE_CHECKING:
    from workers.codes.code import Code

FAMILIES = {
    "S": "complete",
    "J": "schema",
    "C": "consistent",
    "E": "grounded",
    "K": "claims",
    "A": "artefacts",
    "D": "standards",
    "Q": "quality",
    "R": "could not run",
}
_MODULES = (
    complete,
    schema,
    consistent,
    grounded,
    claims,
    artefacts,
    standards,
    quality,
    could_not_run,
)
CODES: dict[str, Code] = {
    code: entry for module in _MODULES for code, entry in module.CODES.items()
}
