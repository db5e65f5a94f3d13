"""The paths of a schema of Mongoose as columns: of its object, or of a class of NestJS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workers.survey.found import Column, ForeignKey, Index
from workers.survey.tables.expressions import (
    argument,
    called,
    is_map,
    name_of,
    named,
    string,
    words,
)
from workers.survey.tables.plurals import collection

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workers.survey.tables.expressions import Expression

_DEEP = 12
# Types that have no paths of their own.
_PLAIN = frozenset(
    "string number boolean date objectid mixed buffer map array bigint decimal128 uuid int32"
    " double".split()
)


class Paths:
    """The paths of a schema, read object by object."""

    def __init__(self, collections: Mapping[str, str]) -> None:
        """Begin with none; `collections` are those of models, by their names."""
        self.collections = collections
        self.columns: dict[str, Column] = {}
        self.keys: list[ForeignKey] = []
        self.indexes: list[Index] = []
        self.whole = True

    def of_object(self, declared: Expression, prefix: str, depth: int) -> None:
        """Take up the paths of an object, those of objects inside it with a dot."""
        for key, value in named(declared).items():
            path = f"{prefix}{key}"
            if key.startswith("..."):
                if is_map(value):
                    self.of_object(value, prefix, depth + 1)
                else:
                    self.whole = False
            elif is_map(value) and not _is_typed(value) and depth < _DEEP:
                self.whole = False  # whoever writes `address` means a path as well
                if named(value):
                    self.of_object(value, f"{path}.", depth + 1)
                else:
                    self.add(path, "Mixed", {})
            else:
                self.typed(path, value)

    def typed(self, path: str, value: Expression) -> None:
        """Take up one path: `String`, `[String]`, `{type: String, required: true}`."""
        options = named(value) if is_map(value) else {}
        kind = options.get("type", value)
        inner = kind[0] if isinstance(kind, list) and kind else None
        if isinstance(inner, dict) and is_map(inner):
            if not _is_typed(inner):
                self.whole = False
                inner = {"name": "Object"}
            else:
                options = {**named(inner), **options}
                inner = named(inner)["type"]
        title = f"[{_type(inner)}]" if inner is not None else _type(kind)
        if title is None or title.strip("[]").lower() not in _PLAIN:
            self.whole = False  # its own paths are not here
        self.add(path, title, options)

    def add(self, path: str, kind: str | None, options: Mapping[str, Expression]) -> None:
        """Add a path with what its options say."""
        self.columns[path] = Column(
            path,
            kind,
            not _is_true(options.get("required")) and path != "_id",
            path == "_id",
            _is_true(options.get("unique")),
            _default(options),
        )
        referred = string(options.get("ref")) or name_of(options.get("ref")).partition(".")[0]
        if referred:
            table = self.collections.get(referred, collection(referred))
            self.keys.append(ForeignKey((path,), table, ("_id",)))
        if _is_true(options.get("index")):
            self.indexes.append(Index(None, (path,), _is_true(options.get("unique"))))

    def of_class(self, fact: dict[str, Any]) -> None:
        """Take up the properties of a class that `@Prop()` marks."""
        if name_of(fact["base"]) not in {"", "Document"}:
            self.whole = False
        for member in fact["members"]:
            mark = next((mark for mark in member["decorators"] if called(mark) == "Prop"), None)
            if mark is None:
                continue
            first = argument(mark, 0)
            options = named(first) if is_map(first) else {}
            kind = options.get("type", first if not is_map(first) else None)
            if kind is None:
                self.add(member["name"], member["type"], options)
            else:
                self.typed(member["name"], {"map": {**options, "type": _returned(kind)}})


def _returned(value: Expression) -> Expression:
    """Return what `() => Owner` returns."""
    if isinstance(value, dict) and value.get("body"):
        return value["body"][-1]
    return value


def _is_typed(value: Expression) -> bool:
    """Tell whether an object says what a path is, and is not an object of paths itself."""
    kind = named(value).get("type")
    if "type" not in named(value):
        return False
    return not (is_map(kind) and "type" in named(kind))


def _type(kind: Expression) -> str | None:
    if isinstance(kind, str):
        return kind
    if isinstance(kind, list):
        return "Array" if not kind else f"[{_type(kind[0])}]"
    if is_map(kind):
        return "Object"
    if called(kind) == "Schema":
        return "Object"
    return words(kind) if kind is not None else None


def _is_true(value: Expression) -> bool:
    first = value[0] if isinstance(value, list) and value else value
    return first is True


def _default(options: Mapping[str, Expression]) -> str | None:
    if options.get("default") is None:
        return None
    value = options["default"]
    if isinstance(value, dict) and "function" in value:
        return words(value["body"][-1]) if len(value["body"]) == 1 else None
    return words(value)
