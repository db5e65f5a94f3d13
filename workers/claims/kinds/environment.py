"""Variables of the environment: the files that set and read them name them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sessions.errors import shown
from workers.claims.claim import UNDECIDED, confirmed, doubted, refuted
from workers.claims.kinds.declared import (
    Absence,
    absent,
    are_whole,
    by_word,
    declared_in,
    line_with,
)
from workers.claims.kinds.places import no_such_file, rows_of, source_at
from workers.delivery.delivery import problem, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from workers.claims.claim import Claim, Verdict
    from workers.claims.ground import Ground
    from workers.delivery.delivery import Delivery
    from workers.readers.declared import Variable
    from workers.repository.source import Source

_STORES = frozenset({"ci_secret", "vault", "kubernetes"})


def extract(delivery: Delivery) -> Iterator[Claim]:
    """Yield the variables, and the files that are said to set and read them."""
    for pointer, row, claim in rows_of(delivery, "environment"):
        name = text_of(row, "variable").strip()
        if not name or any(sign.isspace() for sign in name):
            continue
        base = replace(claim, subject=name, says=name)
        yield replace(base, kind="variable")
        for key in ("set_in", "read_in"):
            files = row.get(key)
            for position, file in enumerate(files if isinstance(files, list) else []):
                if isinstance(file, str) and file:
                    where = f"{pointer}/{key}/{position}"
                    yield replace(base, kind=key, pointer=where, row={"file": file})
        default = row.get("default")
        if isinstance(default, str | int | float) and not isinstance(default, bool):
            yield replace(base, kind="default_value", says=default, pointer=f"{pointer}/default")
        if isinstance(row.get("secret"), bool):
            yield replace(base, kind="is_secret", says=row["secret"], pointer=f"{pointer}/secret")


def decide_variable(ground: Ground, claim: Claim) -> Verdict:
    """The cited lines name the variable."""
    named = by_word(claim, claim.subject)
    if named.outcome == "confirmed" or not claim.cited:
        return named
    sources = [source for source, _, _ in claim.cited]
    return absent(ground, claim, sources, Absence("K69", "variables", "variable"))


def decide_file(ground: Ground, claim: Claim) -> Verdict:
    """The file sets, or reads, the variable."""
    file = text_of(claim.row, "file")
    missing = no_such_file(ground, claim, file, "")
    if missing is not None:
        return missing
    source = source_at(ground, file)
    if source is None:
        return UNDECIDED
    variable = _variables(source, claim.subject)
    line = variable[0].line if variable else line_with(source, claim.subject)
    if line is not None:
        return confirmed(source.path, line)
    return absent(ground, claim, [source], Absence("K69", "variables"))


def _variables(source: Source, name: str) -> list[Variable]:
    known = declared_in(source)
    return [each for each in known.variables if each.name == name] if known else []


def _sources(ground: Ground, claim: Claim, *keys: str) -> list[Source]:
    """Return the files that a row names under some keys, and those that it cites."""
    named = [file for key in keys for file in claim.entry.get(key) or [] if isinstance(file, str)]
    sources = [source_at(ground, file) for file in named]
    cited = [source for source, _, _ in claim.cited]
    known = [*(source for source in sources if source is not None), *cited]
    return list({source.path: source for source in known}.values())


def decide_default(ground: Ground, claim: Claim) -> Verdict:
    """The value that the variable has where nobody sets it stands beside its name."""
    sources = _sources(ground, claim, "set_in", "read_in")
    says = str(claim.says)
    values = [(s, v) for s in sources for v in _variables(s, claim.subject) if v.value]
    for source, variable in values:
        if says == variable.value or f"-{says}}}" in variable.value:
            return confirmed(source.path, variable.line)
    known = {variable.value for _, variable in values}
    if not values or not _is_known(sources, claim.subject, says, known):
        return UNDECIDED
    source, variable = values[0]
    message = f"nothing gives {shown(claim.subject, 60)} the value {shown(says, 60)[1:-1]}"
    hint = "Write the value that the file has, or leave it out."
    refutation = problem("K82", message, hint, ground.place(claim))
    return refuted(refutation, source.path, variable.line)


def _is_known(sources: list[Source], name: str, says: str, values: set[str]) -> bool:
    """Tell whether a variable has certainly no other value than those that are known.

    Every line of code that names it has one of them, and the other value is in no file.
    """
    settings = [source for source in sources if declared_in(source) is not None]
    lines = [line for source in sources if source not in settings for line in source.lines]
    if any(says in line for source in sources for line in source.lines):
        return False
    falls_back = all(any(value in line for value in values) for line in lines if name in line)
    return falls_back and are_whole(settings, "variables")


def decide_secret(ground: Ground, claim: Claim) -> Verdict:
    """A variable whose value comes from a store of secrets is one."""
    sources = _sources(ground, claim, "set_in", "read_in")
    for source in sources:
        for variable in _variables(source, claim.subject):
            if variable.origin in _STORES:
                if claim.says:
                    return confirmed(source.path, variable.line)
                message = f"{shown(claim.subject, 60)} comes from a store of secrets"
                hint = "Write true, or null where that is not so."
                return doubted(problem("K81", message, hint, ground.place(claim)))
    return UNDECIDED


DECIDERS: dict[str, Callable[[Ground, Claim], Verdict]] = {
    "variable": decide_variable,
    "set_in": decide_file,
    "read_in": decide_file,
    "default_value": decide_default,
    "is_secret": decide_secret,
}
