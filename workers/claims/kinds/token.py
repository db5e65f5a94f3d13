"""Design tokens: they are declared where they are cited, with the value that is said."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from sessions.errors import shown
from sessions.patterns import lazy_pattern
from workers.claims.claim import UNDECIDED, confirmed, place, refuted
from workers.claims.kinds.declared import line_with
from workers.claims.kinds.places import cited_in, rows_of
from workers.delivery.delivery import problem, text_of
from workers.readers.colours import colour
from workers.readers.tokens import name_parts, tokens_in
from workers.survey import syntax

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from workers.claims.claim import Claim, Verdict
    from workers.claims.ground import Ground
    from workers.delivery.delivery import Delivery
    from workers.readers.tokens import Token, Tokens
    from workers.repository.source import Source

_SIZE = lazy_pattern(r"([+-]?(?:[0-9]{1,9}(?:\.[0-9]{0,9})?|\.[0-9]{1,9}))([a-z%]{0,10})")
_CALCULATED = frozenset("({$@")
_PROGRAMS = frozenset({"javascript", "typescript", "tsx"})


def extract(delivery: Delivery) -> Iterator[Claim]:
    """Yield tokens, and their values."""
    for pointer, row, claim in rows_of(delivery, "token"):
        name, value = text_of(row, "name").strip("` "), text_of(row, "value").strip("` ;")
        if name_parts(name):
            yield replace(claim, kind="token", subject=name, says=name)
            if value:
                where = f"{pointer}/value"
                yield replace(claim, kind="token_value", subject=name, says=value, pointer=where)


@lru_cache(maxsize=64)
def _read(source: Source) -> Tokens | None:
    return tokens_in(source.path, "\n".join(source.lines))


def _declared(claim: Claim) -> list[tuple[Source, Token]]:
    """Return the declarations of a token in the cited files, those on cited lines if any."""
    known = [
        (source, token)
        for source in _sources(claim)
        if (read := _read(source)) is not None
        for token in read.tokens
        if _is_named(token, name_parts(claim.subject), nested=read.nested)
    ]
    # Of names that are paths a part may be said: which one is meant is then not known.
    cited = [row for row in known if not row[0].path.endswith(".json") and _is_cited(claim, *row)]
    return cited or known


def _sources(claim: Claim) -> list[Source]:
    return list({source.path: source for source, _, _ in claim.cited}.values())


def _is_cited(claim: Claim, source: Source, token: Token) -> bool:
    return any(first <= token.line <= last for first, last in cited_in(claim, source))


def _is_named(token: Token, name: tuple[str, ...], *, nested: bool) -> bool:
    """Tell whether a name means a token: all of it, or the end of a path, `colors` as `color`."""
    if not nested:
        return token.parts == name
    path, wanted = ([part.rstrip("s") for part in parts] for parts in (token.parts, name))
    return path[-len(wanted) :] == wanted


def decide_token(ground: Ground, claim: Claim) -> Verdict:
    """The cited files declare the token."""
    declared = _declared(claim)
    if declared:
        source, token = declared[0]
        return confirmed(source.path, token.line)
    sources = _sources(claim)
    readings = [_read(source) for source in sources]
    if not sources or any(read is None or read.unread for read in readings):
        return UNDECIDED
    if any(_may_hold(source, claim.subject) for source in sources):
        return UNDECIDED
    at = place(sources[0].path, None)
    message = f"`{at}` does not declare the token {shown(claim.subject, 60)}"
    hint = "Write its name as the file declares it, and cite the line that declares it."
    return refuted(problem("K92", message, hint, ground.place(claim, "name")), sources[0].path)


def _may_hold(source: Source, name: str) -> bool:
    """Tell whether a file that was read may have a token by another way, a loop or a program."""
    word = name.strip("-$@")
    if line_with(source, word) is not None or syntax.language_of(source.path) in _PROGRAMS:
        return True
    is_sheet = (read := _read(source)) is not None and not read.nested
    is_built = any(mark in line for line in source.lines for mark in ("#{", "@{", "@each"))
    return (not is_sheet or is_built) and line_with(source, name_parts(name)[-1]) is not None


def decide_value(ground: Ground, claim: Claim) -> Verdict:
    """A declaration of the token gives it the value; each theme may have its own."""
    declared = _declared(claim)
    answers = [_agree(token.value, claim.says) for _, token in declared]
    for (source, token), answer in zip(declared, answers, strict=True):
        if answer:
            return confirmed(source.path, token.line)
    if not declared or None in answers:
        return UNDECIDED
    source, token = declared[0]
    at = place(source.path, token.line)
    written = shown(token.value or "", 60)
    message = f"`{at}` gives {shown(claim.subject, 60)} the value {written}"
    message += f", not {shown(claim.says, 60)}"
    hint = f"Write {written}, or cite the declaration that is meant."
    return refuted(problem("K91", message, hint, ground.place(claim)), source.path, token.line)


def _agree(declared: str | None, claimed: str) -> bool | None:
    """Tell whether two values are one, None where that takes a browser or a program to know."""
    if declared is None:
        return None
    first, second = (_bare(value) for value in (declared, claimed))
    if second in {first, f"hsl({first})"}:
        return True
    colours = colour(first), colour(second)
    if colours[0] is not None and colours[1] is not None:
        nearness = 1.0 if "%" in first + second else 0.01
        pairs = zip(colours[0][:3], colours[1][:3], strict=True)
        is_near = all(abs(one - other) <= nearness for one, other in pairs)
        return is_near and abs(colours[0].alpha - colours[1].alpha) < 0.006
    if not _CALCULATED.isdisjoint(first + second) or any(colours):
        return None
    parts = [re.split(r"[\s,]+", value) for value in (first, second)]
    if len(parts[0]) != len(parts[1]):
        return None
    answers = [_is_one(one, other) for one, other in zip(*parts, strict=True)]
    return None if None in answers else all(answers)


def _bare(value: str) -> str:
    text = re.sub(r"\s*!(?:default|important|global)\b", "", value)
    return " ".join(re.sub(r"[\"']", "", text).lower().replace("grey", "gray").split())


def _is_one(first: str, second: str) -> bool | None:
    if first == second:
        return True
    sizes = _SIZE.fullmatch(first), _SIZE.fullmatch(second)
    if sizes[0] and sizes[1]:
        is_same = abs(float(sizes[0][1]) - float(sizes[1][1])) < 1e-9
        if sizes[0][2] != sizes[1][2]:
            return True if is_same and float(sizes[0][1]) == 0 else None
        return is_same
    are_words = all(re.fullmatch(r"[a-z][a-z-]*", text) for text in (first, second))
    return False if are_words else None


DECIDERS: dict[str, Callable[[Ground, Claim], Verdict]] = {
    "token": decide_token,
    "token_value": decide_value,
}
