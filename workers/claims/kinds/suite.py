"""Claims about suites and flaky tests: the file holds them, and as many as is said."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from sessions.errors import shown
from workers.claims.citations import meant_path, shown_path
from workers.claims.claim import UNDECIDED, confirmed, place, refuted
from workers.claims.kinds.screens import rows_of, text_in
from workers.claims.kinds.suites import counted
from workers.delivery.delivery import problem, text_of
from workers.repository.file_kinds import reads_as_a_test
from workers.repository.repository import Refused
from workers.repository.source import Source, fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from workers.claims.claim import Claim, Verdict
    from workers.claims.ground import Ground
    from workers.delivery.delivery import Delivery

_NAMES_SHOWN = 3


def extract(delivery: Delivery) -> Iterator[Claim]:
    """Yield the claims of the suites and of the flaky tests that are said to exist."""
    for pointer, row, claim in rows_of(delivery, "suite", "file"):
        yield claim
        for key in ("tests", "skipped"):
            number = row.get(key)
            if isinstance(number, int) and not isinstance(number, bool):
                where = f"{pointer}/{key}"
                yield replace(claim, kind=f"suite_{key}", says=number, pointer=where)
    for _, row, claim in rows_of(delivery, "flaky_test", "name"):
        if text_of(row, "file"):
            yield claim


def _missing(ground: Ground, claim: Claim, code: str) -> Verdict | None:
    """Return the refutation of a row whose file does not exist, None where it does."""
    file = text_of(claim.entry, "file")
    source = ground.repository.source(file)
    if not isinstance(source, Refused) or source.reason not in {"missing", "not_a_file"}:
        return None
    hint = meant_path(file, source.near) or "Name a file that exists, or drop the entry."
    message = f"`{shown_path(file)}` does not exist"
    return refuted(problem(code, message, hint, ground.place(claim, "file")))


def _source(ground: Ground, claim: Claim) -> Source | None:
    source = ground.repository.source(text_of(claim.entry, "file"))
    return source if isinstance(source, Source) else None


def decide_suite(ground: Ground, claim: Claim) -> Verdict:
    """The file exists, and holds tests."""
    source = _source(ground, claim)
    if source is None:
        return _missing(ground, claim, "K53") or UNDECIDED
    known = counted(source)
    if known is None:
        return UNDECIDED
    if known.tests:
        return confirmed(source.path, known.tests[0].line)
    if reads_as_a_test(text_in(source)):
        return UNDECIDED
    message = f"`{place(source.path, None)}` has no test"
    hint = "Name the file with the tests, or drop the entry."
    return refuted(problem("K53", message, hint, ground.place(claim, "file")), source.path, 1)


def decide_tests(ground: Ground, claim: Claim) -> Verdict:
    """The file holds as many tests as is said."""
    source = _source(ground, claim)
    known = counted(source) if source is not None else None
    if source is None or known is None or not known.tests:
        return UNDECIDED
    if claim.says in {len(known.tests), known.cases, known.written}:
        return confirmed(source.path, known.tests[0].line)
    if not known.certain:
        return UNDECIDED
    return _otherwise(ground, claim, source, "holds", len(known.tests))


def decide_skipped(ground: Ground, claim: Claim) -> Verdict:
    """As many tests of the file never run as is said."""
    source = _source(ground, claim)
    known = counted(source) if source is not None else None
    if source is None or known is None or not known.tests:
        return UNDECIDED
    if not known.certain or not known.skips_are_certain:
        return UNDECIDED
    if claim.says == known.skipped:
        return confirmed(source.path, known.tests[0].line)
    return _otherwise(ground, claim, source, "skips", known.skipped)


def _otherwise(ground: Ground, claim: Claim, source: Source, verb: str, number: int) -> Verdict:
    noun = "test" if number == 1 else "tests"
    message = f"`{place(source.path, None)}` {verb} {number} {noun}, not {claim.says}"
    return refuted(problem("K54", message, f"Write {number}.", ground.place(claim)), source.path)


def decide_flaky(ground: Ground, claim: Claim) -> Verdict:
    """The file holds a test of that name."""
    source = _source(ground, claim)
    if source is None:
        return _missing(ground, claim, "K56") or UNDECIDED
    known = counted(source)
    name = str(claim.says).strip("`'\" ")
    for test in known.tests if known else ():
        if _bare(name).endswith(_bare(test.title)) and test.title:
            return confirmed(source.path, test.line)
    last = re.split(r" > |::|\s>\s|#", name)[-1].split("[")[0].strip()
    if known is None or not known.tests or fold(last) in fold(text_in(source)):
        return UNDECIDED
    names = ", ".join(shown(test.title, 60) for test in known.tests[:_NAMES_SHOWN])
    message = f"`{place(source.path, None)}` has no test {shown(name, 80)}; it has {names}"
    hint = "Write the name that the file gives the test, or name its file."
    return refuted(problem("K56", message, hint, ground.place(claim, "name")), source.path)


def _bare(name: str) -> str:
    return re.sub(r"\W", "", name.split("[", maxsplit=1)[0].removesuffix("()")).lower()


DECIDERS: dict[str, Callable[[Ground, Claim], Verdict]] = {
    "suite": decide_suite,
    "suite_tests": decide_tests,
    "suite_skipped": decide_skipped,
    "flaky_test": decide_flaky,
}
