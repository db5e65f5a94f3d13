"""Pointers into JSON: the line of a text at which each value is, and the texts in a value."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sessions.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Collection, Container

_PIECE = lazy_pattern(r'"(?:[^"\\]|\\.)*"|[\[\]{},:]|\n|[^\s"\[\]{},:]+')


def lines_of(text: str, pointers: Collection[str]) -> dict[str, int]:  # noqa: C901 - one automaton
    """Return the line, from 1, of each pointer that exists in a JSON text that parses.

    One pass over the pieces; where a key appears twice, the first one counts.
    """
    wanted, lines = set(pointers), dict[str, int]()
    deepest = max((pointer.count("/") for pointer in wanted), default=0)
    path: list[str | int] = []  # the key or position of each open object or array
    kinds: list[str] = []
    line, expects_key = 1, False
    if "" in wanted:
        lines[""] = 1
    for match in _PIECE.finditer(text):
        piece = match[0]
        if piece == "\n":
            line += 1
        elif piece == ",":
            if kinds[-1] == "[":
                path[-1] = int(path[-1]) + 1
            expects_key = kinds[-1] == "{"
        elif piece in "]}":
            kinds.pop()
            path.pop()
            expects_key = False
        elif piece == ":":
            expects_key = False
        elif expects_key:
            path[-1] = json.loads(piece)
            if len(path) <= deepest:
                _note(path, wanted, lines, line)
        else:
            if kinds and kinds[-1] == "[" and len(path) <= deepest:
                _note(path, wanted, lines, line)
            if piece in "[{":
                kinds.append(piece)
                path.append(0 if piece == "[" else "")
                expects_key = piece == "{"
    return lines


def escape(part: object) -> str:
    """Return a part of a pointer as RFC 6901 writes it."""
    return str(part).replace("~", "~0").replace("/", "~1")


def texts_in(value: Any, but: Container[str] = ()) -> list[tuple[str, str]]:
    """Return pointer and text of every string in a JSON value, what is under some keys left out.

    A key with a mark of the template counts as a text, too.
    """
    texts: list[tuple[str, str]] = []
    _gather(value, "", but, texts)
    return texts


def _gather(value: Any, pointer: str, but: Container[str], texts: list[tuple[str, str]]) -> None:
    if isinstance(value, str):
        texts.append((pointer, value))
    elif isinstance(value, dict):
        for name, inner in value.items():
            if name not in but:
                here = f"{pointer}/{escape(name)}"
                if "FILL" in name:
                    texts.append((here, name))
                _gather(inner, here, but, texts)
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            _gather(inner, f"{pointer}/{position}", but, texts)


def _note(path: list[str | int], wanted: set[str], lines: dict[str, int], line: int) -> None:
    pointer = "".join(f"/{escape(part)}" for part in path)
    if pointer in wanted:
        lines.setdefault(pointer, line)
