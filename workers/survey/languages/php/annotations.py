"""Annotations in comments of documentation: `@Route("/x", methods={"GET"})`, as attributes are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sessions.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.survey.languages.php.expressions import Expression
    from workers.survey.languages.php.names import Names

LONGEST = 50_000
NESTING = 12
_TOKEN = lazy_pattern(
    r'"(?:[^"]|"")*"|@[A-Za-z_\\][\w\\]{0,200}|[A-Za-z_\\][\w\\.]{0,200}(?:::\w{1,200})?'
    r"|-?[0-9][0-9.]{0,40}|[(){}=,:]|\n|."
)
_NAMED = lazy_pattern(r"(?:^|\n)[ \t]{0,40}/?\*{0,2}[ \t]{0,40}@[A-Z\\]")
_MARGIN = lazy_pattern(r"\n[ \t]{0,200}\*(?!/)")
_WORDS = {"true", "false", "null"}


class _Reader:
    def __init__(self, comment: str, line: int, names: Names) -> None:
        self._names = names
        self._tokens: list[tuple[str, int]] = []
        for match in _TOKEN.finditer(_MARGIN.sub("\n", comment[:LONGEST])):
            if match[0].strip():
                self._tokens.append((match[0], line))
            line += match[0].count("\n")
        self._at = 0

    def attributes(self) -> Iterator[list[Any]]:
        """Yield the annotations that stand by themselves."""
        while self._at < len(self._tokens):
            word, line = self._tokens[self._at]
            is_first = self._at == 0 or self._tokens[self._at - 1][1] < line
            begins = is_first or self._tokens[self._at - 1][0] in {"*", ")"}
            if _begins_annotation(word) and begins:
                yield self._annotation(0)[1:]
            else:
                self._at += 1

    def _peek(self) -> str:
        return self._tokens[self._at][0] if self._at < len(self._tokens) else ""

    def _next(self) -> str:
        token = self._peek()
        self._at += 1
        return token

    def _annotation(self, depth: int) -> list[Any]:
        """Read `@Name(...)` as what `new Name(...)` is."""
        line = self._tokens[self._at][1]
        name = self._names.of_class(self._next()[1:])
        arguments = self._listed(")", depth + 1) if self._peek() == "(" else []
        named = [[key if isinstance(key, str) else None, one, line] for key, one in arguments]
        return ["new", name, named, line]

    def _listed(self, closing: str, depth: int) -> list[list[Any]]:
        """Read what stands in brackets: [key or None, value]."""
        self._at += 1
        pairs: list[list[Any]] = []
        while self._at < len(self._tokens) and self._peek() != closing:
            if self._peek() == ",":
                self._at += 1
                continue
            worth = self._value(depth)
            if self._peek() in {"=", ":"}:
                self._at += 1
                key = worth[1] if isinstance(worth, list) and len(worth) > 1 else worth
                pairs.append([key, self._value(depth)])
            else:
                pairs.append([None, worth])
        self._at += 1
        return pairs

    def _value(self, depth: int) -> Expression:
        word = self._peek()
        if depth > NESTING:
            self._at += 1
            return ["unknown"]
        if word == "{":
            return ["array", self._listed("}", depth + 1)]
        if _begins_annotation(word):
            return self._annotation(depth)
        self._at += 1
        if word.startswith('"') and len(word) > 1:
            return word[1:-1].replace('""', '"')
        if "::" in word:
            owner, _, name = word.partition("::")
            return ["member", self._names.of_class(owner), name]
        if word.lower() in _WORDS or re.match(r"-?[0-9]", word):
            return ["literal", word.lower()]
        return ["constant", word]


def _begins_annotation(word: str) -> bool:
    return word.startswith("@") and len(word) > 1


def annotations_of(comment: str, line: int, names: Names) -> list[list[Any]]:
    """Return the annotations of a comment: [class, arguments, line]."""
    if _NAMED.search(comment[:LONGEST]) is None:
        return []
    return list(_Reader(comment, line, names).attributes())
