"""Design tokens: custom properties of CSS, variables of SCSS and Less, JSON, themes in programs."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.patterns import lazy_pattern
from workers.readers.unread import Unread
from workers.survey import syntax

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

_CHARACTERS = 2_000_000
_SHEETS = {".css": "--", ".scss": r"--|\$", ".sass": r"--|\$", ".less": "--|@", ".pcss": "--"}
_SHEETS |= dict.fromkeys((".vue", ".svelte", ".astro", ".html"), "--")
_COMMENT = lazy_pattern(r"/\*.*?\*/", re.DOTALL)
_LINE_COMMENT = lazy_pattern(r"(?m)(?:^|(?<=\s))//.*$")
_VALUE = r"(?:\"[^\"\n]*\"|'[^'\n]*'|\((?:[^()]|\([^()]*\))*\)|#\{[^{}]*\}|[^;{}\"'()])*"
_DEPTH = 40
_FAR = 20_000  # between two values of JSON


class Token(NamedTuple):
    """A token: the parts of its name, outermost first; `value` None is one that was not read."""

    parts: tuple[str, ...]
    value: str | None
    line: int


class Tokens(NamedTuple):
    """The tokens of a file; `nested` names are paths of which a part may be said."""

    tokens: tuple[Token, ...]
    nested: bool
    unread: tuple[Unread, ...] = ()


def tokens_in(path: str, text: str) -> Tokens | None:
    """Read what a file declares, None where no such file declares tokens."""
    suffix = syntax.suffix(path)
    is_read = len(text) <= _CHARACTERS
    if suffix in _SHEETS:
        unread = () if is_read else (Unread("too large"),)
        listed = tuple(_of_sheet(text, suffix)) if is_read else ()
        return Tokens(listed, nested=False, unread=unread)
    if suffix in {".json", ".tokens"}:
        return _of_json(text) if is_read else Tokens((), nested=True, unread=(Unread("too large"),))
    language = syntax.language_of(path)
    if language in {"javascript", "typescript", "tsx"} and is_read:
        return _of_program(language, text)
    return None


def name_parts(name: str) -> tuple[str, ...]:
    """Return the parts of a token's name in lower case, without the marks before it."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name.strip())
    parts = tuple(part for part in re.split(r"[^A-Za-z0-9]+", spaced.lower()) if part)
    return parts[:-1] if len(parts) > 1 and parts[-1] == "default" else parts


def _of_sheet(text: str, suffix: str) -> Iterator[Token]:
    bare = _COMMENT.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)
    if suffix in {".scss", ".sass", ".less"}:
        bare = _LINE_COMMENT.sub("", bare)
    end = r"(?=[;}]|\s*$)" if suffix != ".sass" else r"(?=\n|$)"
    value = _VALUE if suffix != ".sass" else r"[^\n]*"
    pattern = rf"(?<![\w-])(?P<name>(?:{_SHEETS[suffix]})[\w-]+)\s*:(?P<value>{value}){end}"
    line, seen = 1, 0
    for match in re.finditer(pattern, bare):
        line += bare.count("\n", seen, match.start())
        seen = match.start()
        yield Token(name_parts(match["name"]), match["value"].strip(), line)


def _of_json(text: str) -> Tokens:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return Tokens((), nested=True, unread=(Unread("no JSON"),))
    return Tokens(tuple(_below(data, (), _Reached(text))), nested=True)


class _Reached:
    """How far a text was read: its values come in the order in which they stand there."""

    def __init__(self, text: str) -> None:
        self.text, self.at, self.line = text, 0, 1

    def line_of(self, value: Any) -> int:
        """Go on to a value, and return its line; where it is written otherwise, stay."""
        at = self.text.find(json.dumps(value, ensure_ascii=False), self.at, self.at + _FAR)
        if at >= 0:
            self.line += self.text.count("\n", self.at, at)
            self.at = at
        return self.line


def _below(value: Any, path: tuple[str, ...], reached: _Reached) -> Iterator[Token]:
    if isinstance(value, dict) and len(path) < _DEPTH:
        for key, inner in value.items():
            reached.line_of(key)
            own = path if key in {"$value", "value"} else (*path, *name_parts(key))
            yield from _below(inner, own, reached)
    elif isinstance(value, str | int | float) and not isinstance(value, bool) and path:
        yield Token(path, str(value), reached.line_of(value))
    elif path:
        yield Token(path, None, reached.line)


def _of_program(language: str, text: str) -> Tokens:
    source = text.encode("utf-8", "replace")
    try:
        root = syntax.parse(language, source).root_node
        pairs = [node for _, node in syntax.captures(language, "(pair) @pair", root)]
    except syntax.TooSlow:
        return Tokens((), nested=True, unread=(Unread("too slow"),))
    unread = (Unread("errors"),) if root.has_error else ()
    return Tokens(tuple(filter(None, map(_of_pair, pairs))), nested=True, unread=unread)


def _of_pair(node: Node) -> Token | None:
    value = node.child_by_field_name("value")
    if value is None or value.type == "object":
        return None
    names: list[str] = []
    above: Node | None = node
    for _ in range(_DEPTH):
        if above is None:
            break
        if above.type == "pair":
            names.append(syntax.text(above.child_by_field_name("key")).strip("\"'"))
        above = above.parent
    parts = tuple(part for name in reversed(names) for part in name_parts(name))
    written = syntax.text(value)
    is_literal = value.type in {"string", "number"} and "\\" not in written
    return Token(parts, written.strip("\"'") if is_literal else None, syntax.line(node))
