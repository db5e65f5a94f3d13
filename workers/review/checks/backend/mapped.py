"""Claims against the map of the repository: what files say together, and no line says alone.

The map is made by rules that can err: what it refutes is an error only where it names the methods
that the cited lines serve; all else that it knows better is a warning.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessions.errors import shown
from workers.delivery.delivery import problem
from workers.repository.source import plain
from workers.review.checks.backend.endpoints import endpoints, fits_method
from workers.review.checks.backend.tables import existing_tables
from workers.review.citations import cited_lines, shown_path
from workers.review.routes_in_text import segments, telling_segments
from workers.review.survey_map import endpoints_at, known_map, map_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.contract import Problem
    from workers.delivery.delivery import Delivery
    from workers.review.checks.backend.endpoints import Endpoint as Claimed
    from workers.survey.found import Endpoint

_LISTED = 12


def endpoints_are_those_of_the_map(delivery: Delivery) -> Iterator[Problem]:
    """An existing endpoint has the method and the whole path that the map gives its lines."""
    for claimed in endpoints(delivery):
        cited = list(cited_lines(delivery, claimed.entry))
        # What may decide is read again; what may only warn is not worth the time.
        the_map = known_map(delivery) if _told_by_text(claimed) else map_of(delivery)
        there = [one for one in endpoints_at(the_map, cited) if one.resolved == "full"]
        if not there or any(_is(one, claimed) for one in there):
            continue
        same_path = [one for one in there if segments(one.path) == segments(claimed.path)]
        if same_path and not _told_by_text(claimed):
            methods = ", ".join(sorted({one.method for one in same_path}))
            yield problem(
                "K01",
                f"`{_at(same_path[0])}` serves {methods}, not {claimed.method}",
                f"Write {methods}, or cite the line that serves {claimed.method}.",
                delivery.in_json(f"{claimed.pointer}/method"),
            )
        elif not same_path and claimed.fitting and _words_stand(delivery, claimed):
            path = shown(there[0].path, 80)
            yield problem(
                "K19",
                f"`{_at(there[0])}` is served at {path}, not at {shown(claimed.path, 80)}",
                "Write the whole path; keep yours if something in front adds or cuts a prefix.",
                delivery.in_json(f"{claimed.pointer}/path"),
            )


def _is(one: Endpoint, claimed: Claimed) -> bool:
    same_path = segments(one.path) == segments(claimed.path)
    return same_path and one.method in {claimed.method, "ANY", "ALL", "*"}


def _told_by_text(claimed: Claimed) -> bool:
    """Tell whether the cited lines themselves name the method, rightly or not."""
    return any(
        route.strong or (route.methods and fits_method(route, claimed.method))
        for _, route in claimed.fitting
    )


def _words_stand(delivery: Delivery, claimed: Claimed) -> bool:
    """Tell whether no word of the path is told to stand nowhere."""
    words = telling_segments(claimed.path)
    return all(delivery.repository.has_word(word, inside=True) is not False for word in words)


def _at(one: Endpoint) -> str:
    return f"{shown_path(one.file)}:{one.line}"


def columns_are_those_of_the_map(delivery: Delivery) -> Iterator[Problem]:
    """An existing table has the columns that the map gives it."""
    for claimed in existing_tables(delivery):
        if claimed.refuted or claimed.created is not None:
            continue  # told by the SQL
        named = [one for one in map_of(delivery).tables if plain(one.name) == plain(claimed.name)]
        known = named[0] if named else None
        if known is None:
            continue
        columns = {plain(column.name) for column in known.columns}
        for pointer, row in claimed.rows("columns"):
            name = row.get("name")
            if not isinstance(name, str) or not columns or plain(name) in columns:
                continue
            if delivery.repository.has_word(name) is False:
                continue  # told already
            names = ", ".join(column.name for column in known.columns[:_LISTED])
            yield problem(
                "K18",
                f"{shown(known.name, 60)} has no column {shown(name, 60)} that the map knows",
                f"It knows: {shown(names, 200)}. Keep yours if a library brings it.",
                delivery.in_json(f"{pointer}/name"),
            )
