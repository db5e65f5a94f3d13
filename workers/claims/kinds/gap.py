"""Claims that nothing tests a symbol or a file: refuted by a test that names or imports it."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from workers.claims import symbols
from workers.claims.citations import meant_path, shown_path
from workers.claims.claim import UNDECIDED, confirmed, place, refuted
from workers.claims.kinds.modules import imports_file
from workers.claims.kinds.screens import rows_of, text_in
from workers.delivery.delivery import problem, text_of
from workers.repository.file_kinds import is_test, kind_of_file
from workers.repository.repository import Refused
from workers.repository.source import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from workers.claims.claim import Claim, Verdict
    from workers.claims.ground import Ground
    from workers.delivery.delivery import Delivery

_FILES = 3000
_SHORTEST = 4


def extract(delivery: Delivery) -> Iterator[Claim]:
    """Yield what is said to have no test: a symbol, else the whole file."""
    for pointer, row, claim in rows_of(delivery, "gap", "name"):
        symbol, file = text_of(row, "symbol").strip("`() "), text_of(row, "file")
        if symbol:
            where = f"{pointer}/symbol"
            yield replace(claim, kind="untested_symbol", subject=symbol, says=symbol, pointer=where)
        elif file:
            where = f"{pointer}/file"
            yield replace(claim, kind="untested_file", subject=file, says=file, pointer=where)


def decide_symbol(ground: Ground, claim: Claim) -> Verdict:
    """No test names the symbol."""
    verdict = symbols.decide_missing_test(ground, claim)
    if verdict.problem is None:
        return verdict
    hint = "Drop the entry, or name what is not tested of it."
    own = problem("K55", verdict.problem.message, hint, ground.place(claim))
    return verdict._replace(problem=own)


def decide_file(ground: Ground, claim: Claim) -> Verdict:
    """No test imports the file."""
    named = str(claim.says)
    source = ground.repository.source(named)
    if isinstance(source, Refused):
        if source.reason not in {"missing", "not_a_file"}:
            return UNDECIDED
        hint = meant_path(named, source.near) or "Name a file that exists, or drop the entry."
        message = f"`{shown_path(named)}` does not exist"
        return refuted(problem("K55", message, hint, ground.place(claim)))
    tests = _tests(ground)
    if tests is None or kind_of_file(source.path) != "code":
        return UNDECIDED
    importing = next((test for test in tests if imports_file(test, source.path)), None)
    if importing is not None:
        message = f"`{place(importing.path, None)}` imports `{place(source.path, None)}`"
        hint = "Drop the entry, or name the symbol that is not tested."
        return refuted(problem("K55", message, hint, ground.place(claim)), importing.path)
    stem = source.path.rpartition("/")[2].split(".")[0]
    if len(stem) < _SHORTEST or any(stem in text_in(test) for test in tests):
        return UNDECIDED
    return confirmed(source.path, 1) if tests else UNDECIDED


@lru_cache(maxsize=2)
def _tests(ground: Ground) -> list[Source] | None:
    """Return the files of tests, None where not all files can be looked at."""
    repository = ground.repository
    if len(repository.files) > _FILES:
        return None
    sources = [repository.searched(file) for file in repository.files]
    return [
        source
        for source in sources
        if isinstance(source, Source)
        and is_test(source.path, text_in(source), repository.test_folders)
    ]


DECIDERS: dict[str, Callable[[Ground, Claim], Verdict]] = {
    "untested_symbol": decide_symbol,
    "untested_file": decide_file,
}
