"""What the files of a row declare, asked once a file, and how their words are compared."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.errors import shown
from workers.claims.claim import UNDECIDED, confirmed, doubted, place, refuted
from workers.delivery.delivery import problem
from workers.readers.files import declared

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from workers.claims.claim import Claim, Verdict
    from workers.claims.ground import Ground
    from workers.readers.declared import Declared, Topic
    from workers.repository.source import Source

_NAMED = 6  # names that a hint lists
_LINE_CHARACTERS = 4_000


@lru_cache(maxsize=64)
def declared_in(source: Source) -> Declared | None:
    """Return what a file declares, None where no reader knows such files."""
    return declared(source.path, "\n".join(source.lines))


def are_whole(sources: Sequence[Source], topic: Topic) -> bool:
    """Tell whether all that files declare of a topic was understood: absence means something."""
    known = [declared_in(source) for source in sources]
    return bool(known) and all(each is not None and not each.unread_of(topic) for each in known)


def line_with(source: Source, word: str, spans: Iterable[tuple[int, int]] = ()) -> int | None:
    """Return the first line that holds a word as it is written; of spans of lines, if any."""
    pattern = re.compile(rf"(?<![A-Za-z0-9_]){re.escape(word)}(?![A-Za-z0-9_])")
    numbers = [number for first, last in spans for number in range(first, last + 1)]
    for number in numbers or range(1, source.line_count + 1):
        if pattern.search(source.lines[number - 1][:_LINE_CHARACTERS]):
            return number
    return None


def records(sources: Iterable[Source], topic: Topic) -> Iterator[tuple[Source, Any]]:
    """Yield what files declare of a topic, each record with its file."""
    for source in sources:
        known = declared_in(source)
        for record in getattr(known, topic) if known else ():
            yield source, record


class Absence(NamedTuple):
    """What a name that is absent refutes: the code, of which topic it is, under which key."""

    code: str
    topic: Topic
    key: str = ""


def absent(ground: Ground, claim: Claim, sources: Sequence[Source], absence: Absence) -> Verdict:
    """Decide of a name that no record of the files has: `says` is the name.

    It is refuted where all of them were understood and none holds the word at all.
    """
    code, topic, key = absence
    word = str(claim.says)
    if not sources or any(line_with(source, word) is not None for source in sources):
        return UNDECIDED
    at = place(sources[0].path, None)
    known = names_of(sources, topic)
    hint = f"It declares {known}." if known else "Name the file and lines that declare it."
    message = f"`{at}` does not name {shown(word, 80)}"
    where = ground.place(claim, key)
    if are_whole(sources, topic):
        return refuted(problem(code, message, hint, where), sources[0].path)
    return doubted(problem("K75", message, "Cite the lines that name it.", where))


def names_of(sources: Sequence[Source], topic: Topic) -> str:
    """Return the names of what files declare of a topic, for a hint."""
    key = "image" if topic == "containers" else "name"
    names = dict.fromkeys(getattr(record, key) for _, record in records(sources, topic))
    names.pop("", None)
    listed = [shown(name, 60)[1:-1] for name in names]
    return ", ".join(listed[:_NAMED]) + (" ..." if len(listed) > _NAMED else "")


def by_word(claim: Claim, word: str) -> Verdict:
    """Return that a name stands on a cited line, or that this is not known."""
    for source, first, last in claim.cited:
        line = line_with(source, word, [(first, last)])
        if line is not None:
            return confirmed(source.path, line)
    return UNDECIDED
