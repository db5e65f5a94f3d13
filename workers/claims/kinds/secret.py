"""Secrets: the file names them, and keeps them as it is said."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from sessions.errors import shown
from sessions.patterns import lazy_pattern
from workers.claims.claim import UNDECIDED, confirmed, place, refuted
from workers.claims.findings import secret_on
from workers.claims.kinds.declared import Absence, absent, are_whole, by_word, line_with, records
from workers.claims.kinds.places import no_such_file, rows_of, sources_of
from workers.delivery.delivery import problem, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from workers.claims.claim import Claim, Verdict
    from workers.claims.ground import Ground
    from workers.delivery.delivery import Delivery
    from workers.readers.declared import Variable
    from workers.repository.source import Source

_NAME = lazy_pattern(r"[A-Za-z_][\w.-]*")
# Files whose values are there to be replaced.
_EXAMPLE = lazy_pattern(r"example|sample|template|\bdist\b|default")
_STORES = frozenset({"ci_secret", "vault", "kubernetes"})


class At(NamedTuple):
    """A line of a file."""

    source: Source
    line: int


def extract(delivery: Delivery) -> Iterator[Claim]:
    """Yield the secrets, and where they are kept."""
    for pointer, row, claim in rows_of(delivery, "secret"):
        name = text_of(row, "name").strip()
        if not _NAME.fullmatch(name):
            continue  # words, not the name of a variable
        base = replace(claim, subject=name)
        yield replace(base, kind="secret", says=name)
        if text_of(row, "storage"):
            says = text_of(row, "storage")
            yield replace(base, kind="storage", says=says, pointer=f"{pointer}/storage")


def decide_secret(ground: Ground, claim: Claim) -> Verdict:
    """The file names the secret."""
    missing = no_such_file(ground, claim, text_of(claim.entry, "file"))
    if missing is not None:
        return missing
    sources = sources_of(ground, claim)
    for source, variable in _variables(sources, claim.subject):
        return confirmed(source.path, variable.line)
    named = by_word(claim, claim.subject)
    if named.outcome == "confirmed":
        return named
    return absent(ground, claim, sources, Absence("K73", "variables", "name"))


def _variables(sources: list[Source], name: str) -> list[tuple[Source, Variable]]:
    return [
        (source, variable)
        for source, variable in records(sources, "variables")
        if variable.name == name
    ]


def decide_storage(ground: Ground, claim: Claim) -> Verdict:
    """The secret is kept so: its value stands there, or comes from a store or the environment."""
    sources = sources_of(ground, claim)
    known = _variables(sources, claim.subject)
    if not known:
        return _of_code(ground, claim)
    literal = [(s, v) for s, v in known if v.origin == "literal" and v.value.strip()]
    if claim.says == "plain":
        return _plain(ground, claim, known, literal)
    same = next(((s, v) for s, v in known if v.origin == claim.says), None)
    if same is not None:
        return confirmed(same[0].path, same[1].line)
    if claim.says in _STORES and len(literal) == len(known) and not _has_store(claim):
        source, variable = literal[0]
        return _otherwise(
            ground, claim, "is in the file as it is", "plain", At(source, variable.line)
        )
    return UNDECIDED


def _has_store(claim: Claim) -> bool:
    """Tell whether another file that is cited may say where a value really comes from."""
    file = text_of(claim.entry, "file")
    return bool(file) and any(not file.endswith(source.path) for source, _, _ in claim.cited)


def _plain(
    ground: Ground,
    claim: Claim,
    known: list[tuple[Source, Variable]],
    literal: list[tuple[Source, Variable]],
) -> Verdict:
    real = [(s, v) for s, v in literal if not _EXAMPLE.search(s.path.lower())]
    if real:
        return confirmed(real[0][0].path, real[0][1].line)
    is_outside = all(v.origin in {*_STORES, "env"} and not v.default for _, v in known)
    sources = [source for source, _ in known]
    if literal or not is_outside or not are_whole(sources, "variables"):
        return UNDECIDED
    if any(variable.origin == "kubernetes" and variable.value for _, variable in known):
        return UNDECIDED  # a manifest of a Secret holds it, hardly hidden
    source, variable = known[0]
    return _otherwise(
        ground, claim, "is not in the file", variable.origin, At(source, variable.line)
    )


def _of_code(ground: Ground, claim: Claim) -> Verdict:
    """Decide by the cited lines of code that name the secret."""
    for source, first, last in claim.cited:
        line = line_with(source, claim.subject, [(first, last)])
        kept_as = secret_on(source.lines[line - 1][:2000]) if line is not None else None
        if line is None or kept_as is None:
            continue
        if (claim.says, kept_as) in {("plain", "literal"), ("env", "outside")}:
            return confirmed(source.path, line)
        if (claim.says, kept_as) == ("plain", "outside"):
            return _otherwise(
                ground, claim, "is read from the environment", "env", At(source, line)
            )
    return UNDECIDED


def _otherwise(ground: Ground, claim: Claim, what: str, storage: str, at: At) -> Verdict:
    source, line = at
    shown_at = place(source.path, line)
    message = f"{shown(claim.subject, 60)} {what}: see `{shown_at}`"
    hint = f"Write {storage}, or cite the line that shows it."
    return refuted(problem("K73", message, hint, ground.place(claim)), source.path, line)


DECIDERS: dict[str, Callable[[Ground, Claim], Verdict]] = {
    "secret": decide_secret,
    "storage": decide_storage,
}
