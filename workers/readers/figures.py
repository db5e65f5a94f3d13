"""Figures in a text: where a number stands, whatever separates its digits."""

from __future__ import annotations

from bisect import bisect_right
from decimal import Decimal
from itertools import accumulate

from sessions.patterns import lazy_pattern

_CHARACTERS = 8_000_000
# Digits with separators of thousands, or plain; a fraction; an exponent.
_NUMBER = lazy_pattern(
    r"(?<![\w.])[-+]?(?:[0-9]{1,3}(?:[,_' ][0-9]{3})+(?![0-9])|[0-9]{1,25})(?:\.[0-9]{1,25})?"
    r"(?:[eE][-+]?[0-9]{1,3})?"
)
_SEPARATORS = str.maketrans("", "", ",_' ")
_MOST_DIGITS = 15


def line_of_figure(value: float, lines: list[str]) -> int | None:
    """Return the first line, from 1, that holds a figure, also one that rounds to it.

    A rounded figure keeps at least two digits of what was measured: 12.3 of 12.345, not 0 of 0.2.
    """
    claimed = Decimal(repr(value)).normalize()
    text = "\n".join(lines)[:_CHARACTERS]
    rounded: int | None = None
    starts = [0, *accumulate(len(line) + 1 for line in lines)]
    for match in _NUMBER.finditer(text):
        written = Decimal(match[0].translate(_SEPARATORS))
        if abs(written) == abs(claimed):
            return bisect_right(starts, match.start())
        if rounded is None and _rounds_to(written, claimed):
            rounded = bisect_right(starts, match.start())
    return rounded


def _rounds_to(written: Decimal, claimed: Decimal) -> bool:
    places = claimed.as_tuple().exponent
    digits = len(claimed.normalize().as_tuple().digits)
    if not isinstance(places, int) or not 2 <= digits <= _MOST_DIGITS:
        return False
    if not written.is_finite() or abs(written) > Decimal(10) ** _MOST_DIGITS:
        return False
    step = Decimal(10) ** min(places, 0)
    return abs(written - claimed) * 2 <= step and written != 0
