"""The blocks of a single-file component: scripts and markup of `.vue`, `.svelte` and `.astro`."""

from __future__ import annotations

import re
from typing import NamedTuple

from sessions.patterns import lazy_pattern

_OPENS = lazy_pattern(
    r"<(script|template|style)\b"
    r"((?:[^>\"'{]|\"[^\"]{0,1000}\"|'[^']{0,1000}'|\{[^{}]{0,1000}\})*)>",
    re.IGNORECASE,
)
_ATTRIBUTE = lazy_pattern(r"([\w:.@#-]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+)))?")
_OPENED = 50
_LONGEST = 50_000
_BLOCKS = 50
_COMMENT = lazy_pattern(r"<!--.*?-->", re.DOTALL)
_TEMPLATE = lazy_pattern(r"<(/?)template\b", re.IGNORECASE)


class Block(NamedTuple):
    """A block of a file: `text` is its content with line feeds in front, so that lines agree."""

    tag: str
    attributes: dict[str, str]
    text: str
    line: int

    @property
    def language(self) -> str | None:
        """The grammar of a script, None of a language that no grammar reads."""
        written = self.attributes.get("lang", "").lower()
        return {
            "": "javascript",
            "js": "javascript",
            "jsx": "javascript",
            "ts": "typescript",
            "typescript": "typescript",
            "tsx": "tsx",
        }.get(written)


def is_tame(text: str) -> bool:
    """Tell whether a text is no more broken than markup is: looking for ends takes its square."""
    parts = text.split(">")
    in_bounds = all(part.count("<") <= _OPENED and len(part) <= _LONGEST for part in parts)
    return in_bounds and text.count("<!--") - text.count("-->") <= _OPENED


def blocks_of(text: str) -> list[Block] | None:
    """Return the top blocks of a file in their order, None where one has no end."""
    if not is_tame(text):
        return None
    bare = _COMMENT.sub(_blanked, text)
    blocks: list[Block] = []
    at = 0
    while (opening := _OPENS.search(bare, at)) is not None:
        if len(blocks) == _BLOCKS:
            return None
        tag = opening[1].lower()
        attributes = {
            match[1]: match[2] or match[3] or match[4] or ""
            for match in _ATTRIBUTE.finditer(opening[2])
        }
        if opening[2].rstrip().endswith("/"):
            at = opening.end()
            continue
        end = _end_of(bare, tag, opening.end())
        if end is None:
            return None
        before = text.count("\n", 0, opening.end())
        content = "\n" * before + text[opening.end() : end]
        blocks.append(Block(tag, attributes, content, before + 1))
        at = end + len(tag) + 3
    return blocks


def _blanked(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match[0])


def _end_of(text: str, tag: str, start: int) -> int | None:
    """Return where the end tag of a block begins; templates may stand in each other."""
    if tag != "template":
        end = text.lower().find(f"</{tag}", start)
        return end if end >= 0 else None
    depth = 1
    for match in _TEMPLATE.finditer(text, start):
        depth += -1 if match[1] else 1
        if depth == 0:
            return match.start()
        closing = text.find(">", match.end())
        if not match[1] and closing > 0 and text[closing - 1] == "/":
            depth -= 1
    return None
