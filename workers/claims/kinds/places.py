"""Where the rows of kinds of entries say that something is, and what they share in deciding it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workers.claims.citations import cited_lines, meant_path, shown_path
from workers.claims.claim import Claim, refuted
from workers.delivery.delivery import is_there, problem, text_of
from workers.repository.repository import Refused
from workers.repository.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.claims.claim import Verdict
    from workers.claims.ground import Ground
    from workers.delivery.delivery import Delivery

_ABSENT = frozenset({"missing", "outside", "not_a_file", "own"})


def rows_of(delivery: Delivery, kind: str) -> Iterator[tuple[str, dict[str, Any], Claim]]:
    """Yield pointer and row of what is said to be there, with a claim of its kind to go from."""
    for pointer, row in delivery.entries_of(kind):
        if is_there(row) or "status" not in row:
            claim = Claim(kind, "", None, pointer, row, tuple(cited_lines(delivery, row)))
            yield pointer, row, claim


def source_at(ground: Ground, file: str) -> Source | None:
    """Return a file that a row names, None if it cannot be read."""
    source = ground.repository.source(file) if file else None
    return source if isinstance(source, Source) else None


def sources_of(ground: Ground, claim: Claim, key: str = "file") -> list[Source]:
    """Return the files of a row: the one that it names, else those of its evidence."""
    named = text_of(claim.entry, key)
    if named:
        source = source_at(ground, named)
        return [source] if source is not None else []
    return list({source.path: source for source, _, _ in claim.cited}.values())


def no_such_file(ground: Ground, claim: Claim, file: str, key: str = "file") -> Verdict | None:
    """Return the refutation of a row that names a file which is not there, None if it is."""
    source = ground.repository.source(file) if file else None
    if not isinstance(source, Refused) or source.reason not in _ABSENT:
        return None
    hint = meant_path(file, source.near) or "Name the file that declares it, by its path."
    message = f"`{shown_path(file)}` is no file of the repository"
    return refuted(problem("K76", message, hint, ground.place(claim, key)))


def cited_in(claim: Claim, source: Source) -> list[tuple[int, int]]:
    """Return first and last line of what a row cites of a file."""
    return [(first, last) for cited, first, last in claim.cited if cited.path == source.path]
