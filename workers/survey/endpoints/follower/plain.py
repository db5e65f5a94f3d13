"""What methods of texts, lists and dicts give, as far as paths are made by them."""

from __future__ import annotations

from string import Formatter
from typing import TYPE_CHECKING

from workers.survey.endpoints.follower.values import Function, Module, Value, put_together

if TYPE_CHECKING:
    from workers.survey.endpoints.follower.program import Program
    from workers.survey.endpoints.follower.values import Call

MOST_ITEMS = 5_000
LONGEST = 2_000  # characters of a text
_MODULES_DEEP = 5


def method(program: Program, owner: Value, name: str, call: Call) -> Value:
    """Return what a method of a list, dict or text gives."""
    if isinstance(owner, list):
        return _of_list(program, owner, name, call)
    if isinstance(owner, dict):
        return _of_dict(owner, name, call)
    if name == "concat":
        parts = [owner, *call.values()]
        known = all(isinstance(one, str) for one in parts)
        return put_together(parts, "".join(parts)[:LONGEST]) if known else None
    if name == "format":
        return _formatted(owner, call)
    if name == "join":
        return _joined(call.value(0), owner)
    if name in {"toLowerCase", "lower", "toUpperCase", "upper"}:
        return owner.lower() if "ower" in name else owner.upper()
    if name in {"strip", "lstrip", "rstrip", "removeprefix", "removesuffix"} and call.arguments:
        around = call.value(0)
        text = getattr(owner, name)(around) if isinstance(around, str) else None
        return None if text is None else put_together([owner], text)
    same = {"toString", "trim", "strip", "valueOf"}
    return owner if name in same else None


def _of_dict(owner: dict[str, Value], name: str, call: Call) -> Value:
    if name == "get":
        key = call.value(0)
        return owner.get(str(key)) if isinstance(key, str | int) else None
    views = {"values": list(owner.values()), "keys": list(owner)}
    views["items"] = [[key, item] for key, item in owner.items()]
    return views.get(name)


def _formatted(template: str, call: Call) -> str | None:
    try:
        pieces = list(Formatter().parse(template))
    except ValueError:
        return None
    positional = call.values()
    parts: list[Value] = []
    for count, (text, name, form, conversion) in enumerate(pieces):
        parts.append(text)
        if name is None:
            continue
        place = count if not name else int(name) if name.isdecimal() and len(name) < 3 else None
        if place is None:
            value = call.value(None, name) if name in call.keywords else None
        else:
            value = positional[place] if place < len(positional) else None
        if form or conversion or not isinstance(value, str | int):
            return None
        parts.append(value)
    return put_together(parts, "".join(map(str, parts))[:LONGEST])


def _of_list(program: Program, owner: list[Value], name: str, call: Call) -> Value:
    if name in {"forEach", "map", "flatMap", "filter"}:
        function = call.value(0)
        if not isinstance(function, Function):
            return None
        results = [program.apply(function, [item, None]) for item in owner[:MOST_ITEMS]]
        return owner if name == "filter" else results
    if name == "reduce":
        function, folded = call.value(0), call.value(1)
        for item in owner[:MOST_ITEMS] if isinstance(function, Function) else ():
            folded = program.apply(function, [folded, item])
        return folded
    if name == "fill":
        owner[:] = [call.value(0)] * len(owner)
        return owner
    if name in {"append", "push", "extend", "unshift", "insert", "concat"}:
        return _extended(owner, name, call)
    if name == "join":
        return _joined(owner, call.value(0))
    return owner if name in {"flat", "reverse", "slice"} else None


def _extended(owner: list[Value], name: str, call: Call) -> Value:
    """Add to a list, or return a longer one as `concat` does."""
    more = call.values()[1 if name == "insert" else 0 :]
    if name in {"extend", "concat"}:
        lists = [value if isinstance(value, list) else [value] for value in more]
        more = [item for several in lists for item in several]
    room = max(0, MOST_ITEMS - len(owner))
    if name == "concat":
        return [*owner, *more[:room]]
    owner.extend(more[:room])
    return None


def _joined(items: Value, separator: Value) -> str | None:
    """Return texts with another between them, None where one is unknown."""
    known = isinstance(items, list) and all(isinstance(item, str) for item in items)
    return separator.join(items)[:LONGEST] if known and isinstance(separator, str) else None


def object_view(name: str, call: Call) -> Value:
    """Return what `Object.values(x)`, `Object.entries(x)` and their like give."""
    of = call.value(0)
    if isinstance(of, Module):
        names = sorted(_exported(call.program, of.file, 0))
        of = {one: call.program.exported(of.file, one) for one in names}
    if isinstance(of, dict):
        return {
            "values": list(of.values()),
            "keys": list(of),
            "entries": [[key, one] for key, one in of.items()],
        }.get(name)
    return None


def _exported(program: Program, file: str, depth: int) -> set[str]:
    """Return the names that a module exports, also those of modules that it hands on whole."""
    names: set[str] = set()
    for statement in program.facts.get(file, []) if depth < _MODULES_DEEP else ():
        kind, name = statement[0], statement[1] if len(statement) > 1 else ""
        if kind in {"export", "reexport"} and name not in {"*", "="}:
            names.add(name)
        elif kind == "reexport":
            inner = program.find(file, statement[3])
            names |= _exported(program, inner, depth + 1) if inner else set()
    return names
