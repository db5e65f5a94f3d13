"""The form of a problem code."""

from __future__ import annotations

from typing import Literal, NamedTuple


class Code(NamedTuple):
    """What a code means, why it matters, and an example of the wrong and the right.

    An error rejects; a warning is for what may be wrong without the report being false.
    """

    title: str
    why: str
    wrong: str
    right: str
    severity: Literal["error", "warning"] = "error"
