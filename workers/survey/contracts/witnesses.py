"""Code and documents held against each other: which of them says that an endpoint is there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from workers.survey.route_paths import shape

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Sequence

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
    served = {_address(one) for one in endpoints if one.resolved == "full"}
    unplaced = {_address(one) for one in endpoints if one.resolved != "full"}
    judged = _with_witness(endpoints, compared)
    known = [
        replace(row, in_code=_in_code(row, served, unplaced, is_whole=is_whole))
        if row.kind in _COMPARED
        else row
        for row in descriptions
    ]
    return judged, known


def _with_witness(endpoints: Sequence[Endpoint], compared: Sequence[Description]) -> list[Endpoint]:
    written = {address for row in compared for address in _shapes_of(row)}
    written |= {("ANY", path) for _, path in written}
    ends = {(method, end) for method, path in written for end in _ends_of(path)}
    return [
        replace(one, witness="both")
        if _address(one) in (written if one.resolved == "full" else ends)
        else one
        for one in endpoints
    ]


def _in_code(
    row: Description,
    served: Container[tuple[str, str]],
    unplaced: Container[tuple[str, str]],
    *,
    is_whole: bool,
) -> bool | None:
    for method, path in _shapes_of(row):
        for verb in (method, "ANY"):
            if (verb, path) in served or any((verb, end) in unplaced for end in _ends_of(path)):
                return True
    return False if is_whole else None


def _address(endpoint: Endpoint) -> tuple[str, str]:
    return endpoint.method, shape(endpoint.path)


def _shapes_of(row: Description) -> Iterator[tuple[str, str]]:
    """Yield a description's method and path, without and with what stands in front of all."""
    for base in ("", *row.bases):
        yield row.method, shape(base + row.path)


def _ends_of(path: str) -> Iterator[str]:
    """Yield a path and what it ends with: `/api/users`, `/users`."""
    parts = path.strip("/").split("/")
    for first in range(len(parts)):
        yield "/" + "/".join(parts[first:])
