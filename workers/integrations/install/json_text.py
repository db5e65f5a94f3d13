"""JSON files that others write too: an entry goes in and out, all other bytes stay.

Comments and trailing commas are allowed, as in settings.json. A parser that writes the file again
would lose them, so an entry is inserted as text at a place found by a parser.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Any, NamedTuple

from sessions.errors import shown
from sessions.patterns import lazy_pattern

# Each form may end where the text does: else a text of openings takes the square of its length.
_STRING = r'"(?:[^"\\]|\\[\s\S])*(?:"|\Z|\\\Z)'
_COMMENT = lazy_pattern(rf"{_STRING}|//[^\n]*|/\*[\s\S]*?(?:\*/|\Z)")
_TRAILING_COMMA = lazy_pattern(rf"{_STRING}|,(?=\s*[}}\]])")
_SPACE = lazy_pattern(r"[ \t\r\n]*")
_decode = json.JSONDecoder().raw_decode


class Entry(NamedTuple):
    """A value in a JSON file: below the keys `at`, under `key` or, without one, in the list."""

    at: tuple[str, ...]
    key: str | None
    value: Any


class _Member(NamedTuple):
    key: str | None
    start: int
    value_start: int
    end: int
    value: Any


def _blank(match: re.Match[str]) -> str:
    text = match[0]
    return text if text.startswith('"') else re.sub(r"[^\n]", " ", text)


def _plain(text: str) -> str:
    """Return the text with comments and trailing commas as blanks, every offset as before."""
    plain = _TRAILING_COMMA.sub(_blank, _COMMENT.sub(_blank, text))
    return plain.replace("\ufeff", " ", 1) if plain.startswith("\ufeff") else plain


@lru_cache(maxsize=4)  # one text is asked about several times in a row
def _parsed(text: str) -> str:
    """Return the plain text of an object; raises ValueError when it is none."""
    try:
        plain, whole = text, json.loads(text)
    except (ValueError, RecursionError):
        plain = _plain(text)
        try:
            whole = json.loads(plain)
        except (ValueError, RecursionError) as error:
            raise ValueError(f"it is no valid JSON: {shown(error)}") from None
    if not isinstance(whole, dict):
        raise ValueError("it is no JSON object")  # noqa: TRY004 - a fault of the content
    return plain


def meaning(text: str) -> object:
    """Return what a text with comments means; raises ValueError when it is no JSON object."""
    return json.loads(_parsed(text))


def _skip(plain: str, at: int) -> int:
    space = _SPACE.match(plain, at)
    return space.end() if space else at


@lru_cache(maxsize=16)
def _members(plain: str, start: int) -> list[_Member]:
    """Return the members of the object or list that begins at an offset."""
    closing = {"{": "}", "[": "]"}[plain[start]]
    members: list[_Member] = []
    at = _skip(plain, start + 1)
    while plain[at] != closing:
        begin, key = at, None
        if closing == "}":
            key, at = _decode(plain, at)
            at = _skip(plain, _skip(plain, at) + 1)  # past the colon
        value, end = _decode(plain, at)
        members.append(_Member(key, begin, at, end, value))
        at = _skip(plain, end)
        if plain[at] == ",":
            at = _skip(plain, at + 1)
    return members


def _find(plain: str, at: tuple[str, ...]) -> tuple[int, int]:
    """Return where the deepest container on the way begins, and how many keys led to it."""
    start = _skip(plain, 0)
    for depth, name in enumerate(at):
        inner = [one for one in _members(plain, start) if one.key == name]
        if plain[start] != "{" or not inner:
            return start, depth
        start = inner[-1].value_start
        if plain[start] not in "{[":
            raise ValueError(f"{shown('.'.join(at[: depth + 1]))} is no object")
    return start, len(at)


def holds(text: str, entry: Entry) -> bool | None:
    """Tell whether the text holds an entry; None when its key holds another value."""
    plain = _parsed(text)
    start, depth = _find(plain, entry.at)
    if depth < len(entry.at):
        return False
    members = _members(plain, start)
    if entry.key is None:
        return any(one.value == entry.value for one in members)
    there = [one.value for one in members if one.key == entry.key]
    return (there[-1] == entry.value or None) if there else False


def insert(text: str, entry: Entry) -> tuple[str, str]:
    """Return the text with an entry, and the piece of text that was inserted.

    Raises ValueError when something else is in its place.
    """
    plain = _parsed(text)
    start, depth = _find(plain, entry.at)
    missing, key, value = list(entry.at[depth:]), entry.key, entry.value
    if missing:
        value = [value] if key is None else {key: value}
        for name in reversed(missing[1:]):
            value = {name: value}
        key = missing[0]
    if (plain[start] == "[") != (key is None):
        raise ValueError(f"{shown('.'.join(entry.at))} has another form")
    line_end = "\r\n" if "\r\n" in text else "\n"
    lead = line_end + "  " * (depth + 1)
    written = json.dumps(value, indent=2, ensure_ascii=False).replace("\n", lead)
    if key is not None:
        written = f"{json.dumps(key)}: {written}"
    members = _members(plain, start)
    if members:
        place, piece = members[-1].end, f",{lead}{written}"
    else:
        place, piece = start + 1, f"{lead}{written}{line_end}{'  ' * depth}"
    return text[:place] + piece + text[place:], piece


def remove_piece(text: str, entry: Entry, piece: str, made: int) -> str | None:
    """Return the text without what was inserted for an entry, None when that is not in there.

    Then every byte is as it was before, which `remove` cannot promise.
    """
    if not piece or text.count(piece) != 1:
        return None
    rest = text.replace(piece, "")
    if _TRAILING_COMMA.findall(rest).count(",") > _TRAILING_COMMA.findall(text).count(","):
        return None  # another member came before it, and the comma between them is not ours
    return rest if _loses_only(text, rest, entry, made) else None


def remove(text: str, entry: Entry, made: int) -> str | None:
    """Return the text without an entry, None when it is not there as it was put.

    It is found by its value, also where somebody has reformatted the file, and taken out with
    the `made` containers that were made for it if nothing else is in them.
    """
    plain = _parsed(text)
    start, depth = _find(plain, entry.at)
    if depth < len(entry.at):
        return None
    for number, member in enumerate(_members(plain, start)):
        if member.key == entry.key and member.value == entry.value:
            text = _cut(text, start, number)
            break
    else:
        return None
    for levels in range(made):
        outer = entry.at[: len(entry.at) - levels]
        plain = _parsed(text)
        start, _ = _find(plain, outer)
        if _members(plain, start):
            break
        start, _ = _find(plain, outer[:-1])
        names = [one.key for one in _members(plain, start)]
        text = _cut(text, start, names.index(outer[-1]))
    return text


def made_for(text: str, entry: Entry) -> int:
    """Return how many containers an entry needs that are not there yet."""
    return len(entry.at) - _find(_parsed(text), entry.at)[1]


def has_comment(piece: str) -> bool:
    """Tell whether a comment is in a piece of JSON: nothing that is inserted has one."""
    return _COMMENT.sub(_blank, piece) != piece


def _loses_only(text: str, rest: str, entry: Entry, made: int) -> bool:
    """Tell whether `rest` means what the text means without an entry and what was made for it."""
    try:
        whole, left = json.loads(_parsed(text)), json.loads(_parsed(rest))
    except ValueError:
        return False
    way = [whole]
    for name in entry.at:
        if not isinstance(way[-1], dict) or name not in way[-1]:
            return False
        way.append(way[-1][name])
    place = way[-1]
    if entry.key is not None and isinstance(place, dict) and place.get(entry.key) == entry.value:
        del place[entry.key]
    elif entry.key is None and isinstance(place, list) and entry.value in place:
        place.remove(entry.value)
    else:
        return False
    for depth in range(len(entry.at), len(entry.at) - made - 1, -1):
        if whole == left:
            return True
        if not depth or way[depth]:
            return False
        del way[depth - 1][entry.at[depth - 1]]
    return False


def _cut(text: str, start: int, number: int) -> str:
    """Take a member out with one comma and the blanks before it; comments stay."""
    plain = _plain(text)
    members = _members(plain, start)
    member = members[number]
    begin = member.start
    while text[begin - 1] in " \t\r\n":
        begin -= 1
    if number:
        comma = plain.index(",", members[number - 1].end)
        return text[:comma] + text[comma + 1 : begin] + text[member.end :]
    if len(members) > 1:
        comma = plain.index(",", member.end)
        return text[:begin] + text[member.end : comma] + text[comma + 1 :]
    return text[:begin] + text[member.end :]
