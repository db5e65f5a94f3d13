"""The map of the repository as phase 3 uses it: made anew for the files that claims touch."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from workers.claims.citations import cited_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workers.delivery.delivery import Delivery
    from workers.repository.source import Source
    from workers.survey.found import Endpoint, Survey


@lru_cache(maxsize=4)
def map_of(delivery: Delivery) -> Survey:
    """Return the map, with the files that claims cite read again.

    A cache may have been written by whoever made the claims.
    """
    from workers.survey import survey

    cited: set[str] = set()
    for kind in ("endpoint", "table"):
        for _, entry in delivery.entries_of(kind):
            if entry.get("status") == "existing":
                cited.update(source.path for source, _, _ in cited_lines(delivery, entry))
    return survey(delivery.repository.root, again=cited)


def endpoints_at(survey: Survey, cited: Sequence[tuple[Source, int, int]]) -> list[Endpoint]:
    """Return the endpoints of the map that cited lines declare."""
    spans = [(source.path, first, last) for source, first, last in cited]
    return [
        one
        for one in survey.endpoints
        if any(one.file == file and first <= one.line <= last for file, first, last in spans)
    ]
