"""Code and documents held against each other: which of them says that an endpoint is there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from workers.survey.route_paths import shape

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from workers.survey.found import Description, Endpoint

# Kinds of documents of which the map has the other half.
_COMPARED = frozenset({"openapi"})


def witnessed(
    endpoints: Sequence[Endpoint], descriptions: Sequence[Description], *, is_whole: bool
) -> tuple[list[Endpoint], list[Description]]:
    """Say of each endpoint whether a document has it, and of each description whether code has it.

    `is_whole`: the map has all that the code serves. Only then is a description without an endpoint
    one that the code has not; otherwise it is not known.
    """
    compared = [row for row in descriptions if row.kind in _COMPARED]
    if not compared:
        return list(endpoints), list(descriptions)
    written = {address for row in compared for address in _shapes_of(row)}
    served: set[tuple[str, str]] = set()
    ends: list[tuple[str, str]] = []
    judged: list[Endpoint] = []
    for endpoint in endpoints:
        path = shape(endpoint.path)
        if endpoint.resolved == "full":
            served.add((endpoint.method, path))
        else:
            ends.append((endpoint.method, path))
        is_written = _fits(endpoint.method, path, written, endpoint.resolved == "full")
        judged.append(replace(endpoint, witness="both") if is_written else endpoint)
    known = [
        replace(row, in_code=_in_code(row, served, ends, is_whole=is_whole))
        if row.kind in _COMPARED
        else row
        for row in descriptions
    ]
    return judged, known


def _in_code(
    row: Description,
    served: set[tuple[str, str]],
    ends: Iterable[tuple[str, str]],
    *,
    is_whole: bool,
) -> bool | None:
    shapes = list(_shapes_of(row))
    if any(one in served or ("ANY", one[1]) in served for one in shapes):
        return True
    for method, end in ends:
        if method in {"ANY", row.method} and any(_ends_with(path, end) for _, path in shapes):
            return True
    return False if is_whole else None


def _fits(method: str, path: str, written: set[tuple[str, str]], is_full: bool) -> bool:  # noqa: FBT001
    if is_full and method != "ANY":
        return (method, path) in written
    return any(
        (other == path or (not is_full and _ends_with(other, path))) and method in {"ANY", verb}
        for verb, other in written
    )


def _shapes_of(row: Description) -> Iterator[tuple[str, str]]:
    """Yield a description's method and path, without and with what stands in front of all."""
    for base in ("", *row.bases):
        yield row.method, shape(base + row.path)


def _ends_with(path: str, end: str) -> bool:
    return path == end or path.endswith(f"/{end.strip('/')}")
