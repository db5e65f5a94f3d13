"""What an expression is worth: a text, a list of pairs, a closure; None where it is not known.

A text may hold `GAP` where a part of it is not known. A path of a file is a text that begins with
`ROOT` (of the application) or with a folder of the repository behind `FILE`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from workers.survey.languages.php.expressions import NESTING, UNKNOWN, Expression

if TYPE_CHECKING:
    from collections.abc import Mapping

GAP = "\0"
ROOT = "\1"
FILE = "\2"
LONGEST = 4_000  # of a text that is put together
MOST_ITEMS = 2_000
Value = Any
_ROOTS = {
    "base_path": "", "app_path": "app", "config_path": "config", "database_path": "database",
    "resource_path": "resources", "module_path": "Modules",
}  # fmt: skip
_SAME = frozenset("realpath value strval trim".split())


@dataclass
class Constants:
    """The constants of all files: by class and name, and those of no class."""

    of_classes: dict[str, dict[str, Expression]] = field(default_factory=dict)
    free: dict[str, Expression] = field(default_factory=dict)
    parents: dict[str, str | None] = field(default_factory=dict)


@dataclass
class Scope:
    """What is known where an expression stands: variables, the own class, the file's place."""

    constants: Constants
    file: str = ""
    own_class: str = ""
    variables: dict[str, Value] = field(default_factory=dict)
    properties: Mapping[str, Expression] = field(default_factory=dict)

    def inner(self) -> Scope:
        """Return a scope that sees what this one holds, and changes nothing of it."""
        return Scope(
            self.constants, self.file, self.own_class, dict(self.variables), self.properties
        )

    @property
    def folder(self) -> str:
        """Return the folder of the file, as the path of a file."""
        return FILE + self.file.rpartition("/")[0]


class Instance(tuple[Any, ...]):
    """An object that is known by what it is: a word, and what goes with it."""

    __slots__ = ()


def value(expression: Expression, scope: Scope, depth: int = 0) -> Value:
    """Return what an expression is worth."""
    if isinstance(expression, str):
        return expression
    if not isinstance(expression, list) or not expression or depth > NESTING:
        return None
    worth = _WORTHS.get(expression[0])
    return worth(expression, scope, depth + 1) if worth else None


def text_of(expression: Expression, scope: Scope) -> str:
    """Return the text that an expression is worth, GAP where it is not known."""
    worth = value(expression, scope)
    return worth if isinstance(worth, str) else GAP


def pairs_of(worth: Value) -> list[tuple[Value, Value]]:
    """Return the pairs of a list that is known, none otherwise."""
    return worth if isinstance(worth, list) else []


def texts_of(worth: Value) -> list[str] | None:
    """Return the texts of a list or of a single text, None if one is not known."""
    if isinstance(worth, str):
        return None if GAP in worth else [worth]
    if not isinstance(worth, list):
        return None
    texts = [one for _, one in worth]
    is_known = all(isinstance(one, str) and GAP not in one for one in texts)
    return texts if is_known else None


def entry(worth: Value, key: str) -> Value:
    """Return what a list holds under a key, None for nothing."""
    return next((one for name, one in pairs_of(worth) if name == key), None)


def collected(calls: list[Any], scope: Scope) -> list[list[Value]]:
    """Return what `collect([...])->each()` calls its closure with, nothing where not known."""
    name, arguments, _ = calls[0]
    is_walked = any(one[0] in {"each", "map"} for one in calls[1:])
    if name != "collect" or not arguments or not is_walked:
        return []
    pairs = pairs_of(value(arguments[0][1], scope))
    return [[item, key] for key, item in pairs[:MOST_ITEMS]]


def has_entry(worth: Value, key: str) -> bool:
    """Tell whether a list holds something under a key."""
    return any(name == key for name, _ in pairs_of(worth))


def argument(arguments: list[Any], position: int, name: str | None = None) -> Expression | None:
    """Return an argument by its name or its position; None if it is not there."""
    for own_name, expression, _ in arguments:
        if name is not None and own_name == name:
            return expression
    if position < len(arguments) and arguments[position][0] is None:
        return arguments[position][1]
    return None


def _literal(expression: Expression, scope: Scope, depth: int) -> Value:
    del scope, depth
    word = expression[1]
    return ("literal", word.lower())


def _array(expression: Expression, scope: Scope, depth: int) -> Value:
    pairs: list[tuple[Value, Value]] = []
    for key, item in expression[1][:MOST_ITEMS]:
        if isinstance(item, list) and item and item[0] == "spread":
            spread = value(item[1], scope, depth)
            if not isinstance(spread, list):
                return None
            pairs += spread
        else:
            worth_key = value(key, scope, depth) if key is not None else None
            if isinstance(worth_key, tuple) and worth_key[:1] == ("literal",):
                worth_key = worth_key[1]
            pairs.append((worth_key, value(item, scope, depth)))
    return pairs


def _variable(expression: Expression, scope: Scope, depth: int) -> Value:
    del depth
    return scope.variables.get(expression[1])


def _constant(expression: Expression, scope: Scope, depth: int) -> Value:
    name = expression[1].rpartition("\\")[2]
    if name == "__DIR__":
        return scope.folder
    if name == "__FILE__":
        return FILE + scope.file
    if name == "DIRECTORY_SEPARATOR":
        return "/"
    known = scope.constants.free.get(name)
    return value(known, scope, depth) if known is not None else None


def _member(expression: Expression, scope: Scope, depth: int) -> Value:
    owner, name = expression[1], expression[2]
    if owner in {"self", "static"}:
        owner = scope.own_class
    if name == "class":
        return owner or None
    if name.startswith("METHOD_") and owner.endswith("Request"):  # of Symfony's own class
        return name.removeprefix("METHOD_")
    for _ in range(NESTING):
        known = scope.constants.of_classes.get(owner, {}).get(name)
        if known is not None:
            inner = Scope(scope.constants, scope.file, owner)
            return value(known, inner, depth)
        parent = scope.constants.parents.get(owner)
        if not parent:
            return None
        owner = parent
    return None


def _concat(expression: Expression, scope: Scope, depth: int) -> Value:
    parts: list[str] = []
    for part in expression[1]:
        worth = value(part, scope, depth)
        if isinstance(worth, tuple) and worth[:1] == ("literal",):
            worth = worth[1]
        parts.append(worth if isinstance(worth, str) else GAP)
    return "".join(parts)[:LONGEST]


def _property(expression: Expression, scope: Scope, depth: int) -> Value:
    base, name = expression[1], expression[2]
    if base == ["variable", "this"] or (base[:1] == ["class"] and base[1] in {"self", "static"}):
        known = scope.properties.get(name)
        return value(known, scope, depth) if known is not None else None
    if name == "value":  # of a case of an enumeration
        return value(base, scope, depth)
    return None


def _index(expression: Expression, scope: Scope, depth: int) -> Value:
    base, key = value(expression[1], scope, depth), value(expression[2], scope, depth)
    if isinstance(key, tuple) and key[:1] == ("literal",):
        pairs = pairs_of(base)
        position = int(key[1]) if key[1].isdigit() else len(pairs)
        is_list = all(name is None for name, _ in pairs)
        return pairs[position][1] if is_list and position < len(pairs) else None
    return entry(base, key) if isinstance(key, str) else None


def _assigned(expression: Expression, scope: Scope, depth: int) -> Value:
    return value(expression[2], scope, depth)


def _closure(expression: Expression, scope: Scope, depth: int) -> Value:
    del depth
    return Instance(("closure", expression, scope))


def _chain(expression: Expression, scope: Scope, depth: int) -> Value:
    base, calls = expression[1], expression[2]
    if base is not None or len(calls) != 1:
        return None
    name, arguments = calls[0][0], calls[0][1]
    first = value(arguments[0][1], scope, depth) if arguments else ""
    if name in _ROOTS:
        return _rooted(name, arguments, scope, depth)
    if not isinstance(first, str):
        return None
    if name in _SAME and len(arguments) == 1:
        return first
    if name == "dirname":
        return first.rpartition("/")[0] if "/" in first else first[:1]
    if name in {"ltrim", "rtrim", "trim"} and len(arguments) == 2:
        side = {"ltrim": str.lstrip, "rtrim": str.rstrip, "trim": str.strip}[name]
        return side(first, text_of(arguments[1][1], scope))
    if name == "sprintf":
        return _formatted(first, [one for _, one, _ in arguments[1:]], scope)
    return None


def _rooted(name: str, arguments: list[Any], scope: Scope, depth: int) -> Value:
    parts = [value(one, scope, depth) for _, one, _ in arguments]
    if not all(isinstance(one, str) for one in parts):
        return None
    named = [_ROOTS[name], *(str(one).strip("/") for one in parts)]
    return ROOT + "/".join(one for one in named if one)


def _formatted(form: str, arguments: list[Expression], scope: Scope) -> str:
    parts = form.split("%s")
    texts = [text_of(one, scope) for one in arguments]
    if len(parts) != len(texts) + 1 or "%" in "".join(parts):
        return GAP
    return "".join(a + b for a, b in zip(parts, [*texts, ""], strict=True))[:LONGEST]


_WORTHS = {
    "literal": _literal,
    "array": _array,
    "variable": _variable,
    "constant": _constant,
    "member": _member,
    "concat": _concat,
    "property": _property,
    "index": _index,
    "assign": _assigned,
    "closure": _closure,
    "chain": _chain,
}
__all__ = ["UNKNOWN"]
