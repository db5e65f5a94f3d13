"""Contrasts: the ratio is that of the two colours, and what passes follows from it."""

from __future__ import annotations

import math
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from workers.claims.claim import UNDECIDED, confirmed, refuted
from workers.claims.kinds.places import rows_of
from workers.delivery.delivery import problem, text_of
from workers.readers.colours import colour, contrast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from workers.claims.claim import Claim, Verdict
    from workers.claims.ground import Ground
    from workers.delivery.delivery import Delivery

# Level -> the least ratio of text, and of large text (WCAG 2.2, 1.4.3 and 1.4.6).
_LEAST = {"AA": (4.5, 3.0), "AAA": (7.0, 4.5)}
_NON_TEXT = 3.0  # 1.4.11, of level AA; no other asks for more


def extract(delivery: Delivery) -> Iterator[Claim]:
    """Yield ratios, and what is said to pass."""
    for pointer, row, claim in rows_of(delivery, "contrast"):
        own = replace(claim, subject=text_of(row, "name"))
        ratio, passes = row.get("ratio"), row.get("passes")
        if isinstance(ratio, int | float) and not isinstance(ratio, bool) and 1 <= ratio <= 21:
            yield replace(own, kind="contrast_ratio", says=ratio, pointer=f"{pointer}/ratio")
        if isinstance(passes, bool) and row.get("level") in _LEAST:
            yield replace(own, kind="contrast_passes", says=passes, pointer=f"{pointer}/passes")


def _ratio(claim: Claim) -> float | None:
    """Return the ratio of a row's colours, None where it depends on what lies below them."""
    keys = ("foreground", "background")
    first, second = (colour(text_of(claim.entry, key).strip("` ;")) for key in keys)
    if first is None or second is None or first.alpha < 1 or second.alpha < 1:
        return None
    return contrast(first, second)


def decide_ratio(ground: Ground, claim: Claim) -> Verdict:
    """The ratio is the computed one, rounded or cut off to as many digits."""
    ratio = _ratio(claim)
    if ratio is None:
        return UNDECIDED
    places = -min(0, int(Decimal(repr(claim.says)).normalize().as_tuple().exponent))
    step = 10.0**-places
    if abs(ratio - claim.says) <= step / 2 + 1e-6 or 0 <= ratio - claim.says < step:
        return confirmed()
    exact = f"{ratio:.2f}"
    message = f"the contrast of the two colours is {exact}, not {claim.says:g}"
    return refuted(problem("K93", message, f"Write {exact}.", ground.place(claim)))


def decide_passes(ground: Ground, claim: Claim) -> Verdict:
    """What passes has at least the ratio of its level, which is never rounded up."""
    ratio = _ratio(claim)
    if ratio is None:
        return UNDECIDED
    level, is_large = claim.entry["level"], claim.entry.get("large") is True
    is_text = claim.entry.get("non_text") is not True
    least = _LEAST[level][is_large] if is_text else _NON_TEXT
    if (ratio >= least) is claim.says:
        return confirmed()
    exact = math.floor(ratio * 1000) / 1000
    does = "passes" if ratio >= least else "does not pass"
    message = f"a contrast of {exact:g} {does} at level {level}, which asks for {least:g}"
    hint = f'Write "passes": {str(ratio >= least).lower()}.'
    return refuted(problem("K94", message, hint, ground.place(claim)))


DECIDERS: dict[str, Callable[[Ground, Claim], Verdict]] = {
    "contrast_ratio": decide_ratio,
    "contrast_passes": decide_passes,
}
