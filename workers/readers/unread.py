"""What a reader did not understand of a file."""

from __future__ import annotations

from typing import NamedTuple


class Unread(NamedTuple):
    """Why a part of a file, from a line on, is not understood."""

    reason: str
    line: int = 1
