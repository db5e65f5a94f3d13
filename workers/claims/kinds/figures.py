"""Figures: each is in the file that it is said to come from."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from workers.claims.claim import UNDECIDED, confirmed, doubted, place
from workers.claims.kinds.places import no_such_file, rows_of, source_at
from workers.delivery.delivery import problem, text_of
from workers.readers.figures import line_of_figure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from workers.claims.claim import Claim, Verdict
    from workers.claims.ground import Ground
    from workers.delivery.delivery import Delivery

_COMMAND = frozenset(" |<>$\n")  # in no name of a file that somebody cites as a source


def extract(delivery: Delivery) -> Iterator[Claim]:
    """Yield the figures of hot spots, decisions and risks."""
    for pointer, row, claim in rows_of(delivery, "hot_spot"):
        if _is_figure(row.get("value")):
            yield _claim(claim, f"{pointer}/value", row, text_of(row, "metric"))
    for kind in ("decision", "risk"):
        for pointer, row, claim in rows_of(delivery, kind):
            listed = row.get("figures")
            for position, figure in enumerate(listed if isinstance(listed, list) else []):
                if isinstance(figure, dict) and _is_figure(figure.get("value")):
                    where = f"{pointer}/figures/{position}"
                    yield _claim(claim, where, figure, text_of(figure, "what"))


def _claim(claim: Claim, pointer: str, figure: dict[str, Any], subject: str) -> Claim:
    says = figure["value"]
    return replace(claim, kind="figure", subject=subject, says=says, pointer=pointer, row=figure)


def _is_figure(value: Any) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and math.isfinite(value) and abs(value) < 10**15


def decide(ground: Ground, claim: Claim) -> Verdict:
    """The figure is in the file that the row names as its source."""
    file = text_of(claim.row, "source").strip()
    if not file:
        message = f"the figure {claim.says:g} has no source"
        hint = 'Name the file that has it in "source", or leave the figure out.'
        return doubted(problem("K66", message, hint, ground.place(claim)))
    source = source_at(ground, file.partition("#")[0])
    if source is None:
        is_command = not _COMMAND.isdisjoint(file)
        missing = None if is_command else no_such_file(ground, claim, file)
        return doubted(_nowhere(ground, claim)) if missing is not None else UNDECIDED
    line = line_of_figure(claim.says, source.lines)
    if line is not None:
        return confirmed(source.path, line)
    message = f"`{place(source.path, None)}` does not hold the figure {claim.says:g}"
    hint = "Write it as that file has it, name the file that has it, or leave the figure out."
    return doubted(problem("K66", message, hint, ground.place(claim)))


def _nowhere(ground: Ground, claim: Claim) -> Any:
    message = f"the source of the figure {claim.says:g} is no file of the repository"
    hint = "Keep the output that has it in a file, and name that."
    return problem("K66", message, hint, ground.place(claim))


DECIDERS: dict[str, Callable[[Ground, Claim], Verdict]] = {"figure": decide}
