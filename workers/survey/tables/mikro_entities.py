"""Entities of MikroORM as code declares them: by decorators, `defineEntity`, `EntitySchema`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.patterns import lazy_pattern
from workers.survey.tables.expressions import (
    argument,
    arguments,
    called,
    chain,
    is_map,
    line_of,
    name_of,
    named,
    string,
    strings,
    words,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.survey.tables.expressions import Expression

CALLS = frozenset({"defineEntity", "EntitySchema"})
WORD = b"@mikro-orm/"
_PROPERTIES = frozenset({"Property", "PrimaryKey", "SerializedPrimaryKey", "Enum"})
TO_ONE = frozenset({"ManyToOne", "OneToOne", "m:1", "1:1", "manyToOne", "oneToOne"})
TO_MANY = frozenset({"OneToMany", "ManyToMany", "1:m", "m:n", "oneToMany", "manyToMany"})
# What stands around an entity in the type of a property: `Ref<User> | null`.
_AROUND = lazy_pattern(r"^(?:LazyRef|Ref|Rel|IdentifiedReference|Reference)<\s*([A-Za-z_]\w*)")
_MARKS = lazy_pattern(r"\s*[&|]\s*(?:Opt|Hidden|null|undefined)\b(?:<[^<>]{0,80}>)?")


class Property(NamedTuple):
    """A property of an entity, however it is declared; `kind` is the word that marks it."""

    name: str
    kind: str
    options: dict[str, Expression]
    type: str | None = None
    target: str | None = None
    optional: bool = False
    line: int = 1


@dataclass
class Entity:
    """An entity or what others extend."""

    name: str
    file: str
    line: int
    options: dict[str, Expression]
    properties: list[Property]
    base: str | None
    is_table: bool
    indexes: list[tuple[tuple[str, ...], bool]] = field(default_factory=list)
    whole: bool = True


def of_class(fact: dict[str, Any]) -> Entity:
    """Return a class as an entity; one that is none may still be what others extend."""
    marks = {called(mark) or name_of(mark): mark for mark in fact["decorators"]}
    entity = marks.get("Entity")
    first = argument(entity, 0)
    options = named(first) if is_map(first) else {}
    properties = [made for member in fact["members"] for made in _of_member(member)]
    indexes = [
        (strings(named(argument(mark, 0)).get("properties")), called(mark) == "Unique")
        for mark in fact["decorators"]
        if called(mark) in {"Index", "Unique"}
    ]
    is_table = entity is not None and options.get("abstract") is not True
    return Entity(
        fact["name"], "", fact["line"], options, properties,
        name_of(fact["base"]).rpartition(".")[2] or None, is_table,
        [(columns, unique) for columns, unique in indexes if columns],
        not any(_adds_columns(member) for member in fact["members"]),
    )  # fmt: skip


def _adds_columns(member: dict[str, Any]) -> bool:
    """Tell whether a decorator that is not MikroORM's may make a column of a member."""
    names = {called(mark) or name_of(mark) for mark in member["decorators"]}
    return any(name.endswith(("Property", "Column")) for name in names - _PROPERTIES)


def _of_member(member: dict[str, Any]) -> Iterator[Property]:
    marks = {called(mark) or name_of(mark): mark for mark in member["decorators"]}
    kind = next(
        (kind for kind in marks if kind in _PROPERTIES | TO_ONE | TO_MANY | {"Embedded"}), None
    )
    if kind is None:
        return
    options = _options(marks[kind], kind)
    for mark in ("Unique", "Index"):
        if mark in marks:
            options.setdefault(mark.lower(), True)
    written = member["type"]
    plain = _MARKS.sub("", written).strip() if written else None
    around = _AROUND.match(plain or "")
    yield Property(
        member["name"], kind, options, plain,
        _target(options.get("entity")) or (around[1] if around else plain),
        member["optional"] or "null" in re.findall(r"\w+", written or ""), member["line"],
    )  # fmt: skip


def _options(mark: Expression, kind: str) -> dict[str, Expression]:
    """Return the options of a decorator; what stands before them goes by the names of these."""
    options: dict[str, Expression] = {}
    for part in arguments(mark):
        if is_map(part):
            options |= named(part)
    first, second = argument(mark, 0), argument(mark, 1)
    if first is not None and not is_map(first):
        options.setdefault("entity", first)
    if second is not None and not is_map(second) and kind in {"ManyToMany", "OneToOne"}:
        options.setdefault("mappedBy", second)
    return options


def _target(value: Expression) -> str | None:
    """Return the entity that a relation is to: `() => User`, `"User"`, `User`."""
    if isinstance(value, dict) and value.get("body"):
        value = value["body"][-1]
    return string(value) or name_of(value).rpartition(".")[2] or None


def of_call(call: Expression) -> Entity | None:
    """Return the entity of `defineEntity({...})` or `new EntitySchema({...})`."""
    options = named(argument(call, 0))
    name = string(options.get("name")) or name_of(options.get("class")).rpartition(".")[2]
    declared = options.get("properties")
    if isinstance(declared, dict) and declared.get("body"):  # (p) => ({...})
        declared = declared["body"][-1]
    if not name or not is_map(declared):
        return None
    properties: list[Property] = []
    whole = True
    for key, value in named(declared).items():
        made = _of_entry(key, value)
        whole = whole and made is not None
        properties += [made] if made is not None else []
    indexes = [
        (strings(named(each).get("properties")), option == "uniques")
        for option in ("indexes", "uniques")
        for each in (options.get(option) or ())
    ]
    return Entity(
        name, "", line_of(call), options, properties, _target(options.get("extends")),
        options.get("abstract") is not True, [each for each in indexes if each[0]], whole,
    )  # fmt: skip


def _of_entry(key: str, value: Expression) -> Property | None:
    """Return a property of an object: `{type: "string"}`, `p.string().nullable()`."""
    if isinstance(value, dict) and value.get("body"):  # () => p.manyToOne(Author)
        value = value["body"][-1]
    if is_map(value):
        options = named(value)
        kind = string(options.get("kind")) or string(options.get("reference")) or "Property"
        kind = "Embedded" if kind == "embedded" else kind
        return Property(
            key, kind, options, type_of(options.get("type")), _target(options.get("entity"))
        )
    calls = chain(value)
    if not calls or key.startswith("..."):
        return None
    first = called(calls[0])
    options = {_OPTIONS.get(called(each), called(each)): _given(each) for each in calls[1:]}
    if first in TO_ONE | TO_MANY:
        return Property(key, first, options, None, _target(argument(calls[0], 0)))
    if first == "embedded":
        return None
    kind = first if first != "type" else type_of(argument(calls[0], 0)) or first
    return Property(key, "Property", options, kind)


_OPTIONS = {"name": "fieldName"}  # methods of a builder that are called otherwise than options


def _given(call: Expression) -> Expression:
    first = argument(call, 0)
    return True if first is None else first


def type_of(value: Expression) -> str | None:
    """Return a type as it is written."""
    if value is None:
        return None
    return value if isinstance(value, str) else words(value)
