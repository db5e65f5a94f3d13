"""A text of at most so many characters, cut on an entry's end, with how many more there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class Part(NamedTuple):
    """Entries under a heading; each closes what it opens, and so do `opening` and `closing`.

    `more` is a line of its own that says of so many entries where they are.
    """

    opening: str
    entries: Sequence[str]
    closing: str
    more: Callable[[int], str]

    def whole(self, number: int) -> str:
        """Return the part with its first entries, and a word on the others."""
        left = len(self.entries) - number
        shown = [self.opening, *self.entries[:number], self.closing] if number else []
        return "".join([*shown, self.more(left) if left else ""])


def characters(text: str) -> int:
    """Return how long a text is for hosts that count in UTF-16, the strictest of those known."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def fitted(head: str, parts: Sequence[Part], limit: int) -> str:
    """Return head and parts, the first ones first; what is left out is counted.

    `head` and the parts' words on what is left out are always there: they are short.
    """
    texts, used = [head], characters(head)
    reserved = [characters(part.more(len(part.entries))) for part in parts]
    for position, part in enumerate(parts):
        room = limit - used - sum(reserved[position + 1 :])
        text = part.whole(_number_within(part, room))
        texts.append(text)
        used += characters(text)
    return "".join(texts)


def _number_within(part: Part, room: int) -> int:
    """Return how many entries of a part fit into so many characters."""
    total = len(part.entries)
    if characters(part.whole(total)) <= room:
        return total
    room -= characters(f"{part.opening}{part.closing}{part.more(total)}")
    number = 0
    while number < total and (size := characters(part.entries[number])) <= room:
        number, room = number + 1, room - size
    return number
