"""Whether what is asked below a path is asked of an endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessions.patterns import lazy_pattern
from workers.survey.route_paths import joined

if TYPE_CHECKING:
    from workers.survey.endpoints.routing import Reach

_PATTERN = lazy_pattern(r"[\\^$+?|]")
_REST = lazy_pattern(r"\*|\(\.\*\)|\{\*?\w*\*?\}\*|\{\*\w+\}|\*\w+")


def covers(reach: Reach, path: str, method: str) -> bool | None:
    """Tell whether something asks an endpoint, None if that is not known."""
    asked = reach.asked
    if asked.methods is not None and method not in asked.methods and method != "ANY":
        return False
    if path in asked.unless:
        return False
    if asked.path == "":
        return None if None in asked.unless else True
    if asked.path is None or reach.prefix is None:
        return None
    own = joined(reach.prefix, asked.path, "segments")
    answer = below(own, path, exact=asked.exact)
    return None if answer and None in asked.unless else answer


def below(above: str, path: str, *, exact: bool) -> bool | None:
    """Tell whether a path lies below another one, `exact`: whether it is the same.

    A literal asks no parameter: for all values but one the route answers without it.
    """
    if _PATTERN.search(above):
        return None
    wanted, parts = _segments(above), _segments(path)
    if exact and len(parts) > len(wanted) and not (wanted and _REST.fullmatch(wanted[-1])):
        return False
    for position, segment in enumerate(wanted):
        if _REST.fullmatch(segment):
            return True if position == len(wanted) - 1 else None
        if position >= len(parts):
            return False
        if segment != parts[position] and not segment.startswith(("{", ":")):
            return None if "*" in segment else False
    return True


def _segments(path: str) -> list[str]:
    return [part for part in path.split("/") if part]
