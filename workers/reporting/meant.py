"""Which words of a cited line a message is about: one finding of columns for paper and terminal."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from sessions.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

# What a message quotes of the code.
_QUOTED = lazy_pattern(r"'([^'\n]+)'|`([^`\n]+)`|\"([^\"\n]+)\"")
# What it says without quoting it, where it says what is not so: a method, a version, a number.
_BARE = lazy_pattern(r"[A-Z]{2,}|[\w.^~<>=+-]*[0-9][\w.^~<>=+-]+")
_NOT = ", not "


class Meant(NamedTuple):
    """Words of a line: what is found in the code, else what the report expects there."""

    start: int
    length: int
    is_found: bool


def meant(text: str, message: str) -> tuple[Meant, ...]:
    """Return the words of a line that a message is about, in its order; none where it names none.

    What comes after "not" is what the report expects, everything else is what was found.
    """
    before, is_not, expected = message.rpartition(_NOT)
    sides = ((before, True), (expected, False)) if is_not else ((message, True),)
    made: list[Meant] = []
    for side, is_found in sides:
        for word in _words(side, is_bare=bool(is_not), is_found=is_found):
            start = _free_place(text, word, made)
            if start is not None:
                made.append(Meant(start, len(word), is_found))
    return tuple(made)


def _words(side: str, *, is_bare: bool, is_found: bool) -> Iterator[str]:
    """Yield the words that a side of a message names."""
    quoted = [next(group for group in match.groups() if group) for match in _QUOTED.finditer(side)]
    yield from dict.fromkeys(quoted)
    if is_bare:
        rest = _QUOTED.sub(" ", side).split()
        near = rest[-1:] if is_found else rest[:1]
        yield from (word for word in near if _BARE.fullmatch(word))


def _free_place(text: str, word: str, taken: list[Meant]) -> int | None:
    """Return where a word begins that is nobody's yet: as a word of its own before any other."""
    exact = re.escape(word)
    # A method is written in either case.
    own = re.compile(rf"(?<!\w){exact}(?!\w)", re.IGNORECASE if word.isupper() else 0)
    places = [match.start() for pattern in (own, exact) for match in re.finditer(pattern, text)]
    for start in places:
        end = start + len(word)
        if all(end <= one.start or start >= one.start + one.length for one in taken):
            return start
    return None
