"""Foreign text inside a comment on GitHub or Linear: it pings, refers, links and formats nothing.

What is escaped is said by the flavour of Markdown there: mentions, references to issues and
commits, and addresses become links without any mark; entities are read before they are looked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sessions.errors import escaped
from sessions.patterns import lazy_pattern
from workers.reporting.foreign import PROSE

if TYPE_CHECKING:
    from collections.abc import Iterator

JOINT = "&#8203;"  # of no width: what is on its two sides is no longer one word
_SHORTEST_COMMIT = 7
_MARKUP = {
    **{mark: f"&#{ord(mark)};" for mark in "&<>$"},
    **{mark: f"\\{mark}" for mark in "\\*_~[]|!`"},
}
_ESCAPED = lazy_pattern(r"[&<>$\\*_~\[\]|!`]")
_MENTION = lazy_pattern(r"@")
_ISSUE = lazy_pattern(r"#(?=\w)|(?<=\b[Gg][Hh]-)(?=\d)")
_ADDRESS = lazy_pattern(r":(?=/)|(?<=[Ww][Ww][Ww])(?=\.)|(?<=[Mm][Aa][Ii][Ll][Tt][Oo]:)")
_COMMIT = lazy_pattern(rf"[0-9a-fA-F]{{{_SHORTEST_COMMIT},}}")


def inert(value: Any, limit: int = PROSE) -> str:
    """Return foreign text as part of a line of Markdown; what it has in backticks stays code."""
    plain = escaped(" ".join(str(value).split()))
    if len(plain) > limit:
        plain = f"{plain[: limit - 3]}..."
    return "".join(_parts(plain))


def _parts(text: str) -> Iterator[str]:
    """Yield what is between single backticks as code, all else without any effect.

    A backslash before a backtick makes it none, and two of them end no code of one: such a text has
    no code at all.
    """
    pieces = text.split("`")
    is_plain = len(pieces) % 2 == 0 or "``" in text or "\\`" in text
    if is_plain:
        yield _without_effect(text)
        return
    for number, piece in enumerate(pieces):
        is_code = number % 2 == 1
        yield f"`{piece}`" if is_code else _without_effect(piece)


def _without_effect(text: str) -> str:
    """Return a text whose words GitHub does not know, seen as it was."""
    # Joints are put in first as a character that no escaped text has.
    for pattern in (_MENTION, _ISSUE, _ADDRESS):
        text = pattern.sub(lambda match: f"{match[0]}\0", text)
    text = _COMMIT.sub(_in_pieces, text)
    text = _ESCAPED.sub(lambda match: _MARKUP[match[0]], text)
    return text.replace("\0", JOINT)


def _in_pieces(match: Any) -> str:
    """Return a possible commit in pieces, each too short to be one."""
    digits = match[0]
    size = _SHORTEST_COMMIT - 1
    return "\0".join(digits[start : start + size] for start in range(0, len(digits), size))
