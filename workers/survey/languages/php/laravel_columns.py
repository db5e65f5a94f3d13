"""What calls on a Blueprint of Laravel do to a table: columns, keys and indexes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workers.survey.languages.php.laravel_changes import (
    CHANGES,
    Call,
    default_name,
    model_key,
    open_step,
)
from workers.survey.languages.php.plurals import laravel_snake, plural
from workers.survey.languages.php.values import GAP, Scope, argument, text_of, texts_of, value
from workers.survey.languages.php.words import words
from workers.survey.tables.replay import add_column

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.survey.tables.replay import Step

_INCREMENTS = frozenset(
    "id increments integerIncrements tinyIncrements smallIncrements mediumIncrements"
    " bigIncrements".split()
)
_REFERENCES = frozenset("foreignId foreignUuid foreignUlid".split())
_FOR_MODELS = frozenset("foreignIdFor foreignUuidFor foreignUlidFor".split())
_NAMED = {
    "id": "id", "uuid": "uuid", "ulid": "ulid", "ipAddress": "ip_address",
    "macAddress": "mac_address", "softDeletes": "deleted_at", "softDeletesTz": "deleted_at",
    "softDeletesDatetime": "deleted_at",
}  # fmt: skip
_SOFT = frozenset("softDeletes softDeletesTz softDeletesDatetime".split())
_PLAIN = frozenset(
    "char string tinyText text mediumText longText integer tinyInteger smallInteger mediumInteger"
    " bigInteger unsignedInteger unsignedTinyInteger unsignedSmallInteger unsignedMediumInteger"
    " unsignedBigInteger float unsignedFloat double unsignedDouble decimal unsignedDecimal boolean"
    " enum set json jsonb date dateTime dateTimeTz datetime time timeTz timestamp timestampTz year"
    " binary uuid ulid ipAddress macAddress geometry geography point lineString polygon"
    " geometryCollection multiPoint multiLineString multiPolygon multiPolygonZ computed vector"
    " tsvector addColumn rememberToken".split()
)
_TYPES = _INCREMENTS | _REFERENCES | _FOR_MODELS | _SOFT | _PLAIN
_TIMES = {
    "timestamps": "timestamp", "nullableTimestamps": "timestamp", "timestampsTz": "timestampTz",
    "nullableTimestampsTz": "timestampTz", "datetimes": "datetime",
}  # fmt: skip
_MORPHS = {
    "morphs": "unsignedBigInteger", "nullableMorphs": "unsignedBigInteger",
    "numericMorphs": "unsignedBigInteger", "nullableNumericMorphs": "unsignedBigInteger",
    "uuidMorphs": "uuid", "nullableUuidMorphs": "uuid",
    "ulidMorphs": "ulid", "nullableUlidMorphs": "ulid",
}  # fmt: skip
_ON_DELETE = {
    "cascadeOnDelete": "CASCADE", "nullOnDelete": "SET NULL", "restrictOnDelete": "RESTRICT",
    "noActionOnDelete": "NO ACTION",
}  # fmt: skip
_HARMLESS = frozenset("engine charset collation comment temporary innoDb".split())
_INDEXES = frozenset("index unique fullText fulltext spatialIndex".split())
# Methods of PHP are called in any case: by how Laravel writes them.
_CALLED = {
    one.lower(): one
    for one in (
        *_TYPES, *_TIMES, *_MORPHS, *_ON_DELETE, *_INDEXES, *CHANGES, "foreign", "nullable",
        "constrained", "references", "on", "onDelete", "change", "autoIncrement", "useCurrent",
    )
}  # fmt: skip


def steps_of(table: str, calls: list[Call], scope: Scope) -> Iterator[Step]:
    """Return what one chain of calls on a Blueprint does."""
    calls = [[_CALLED.get(one[0].lower(), one[0]), *one[1:]] for one in calls]
    name, arguments, _ = calls[0]
    modifiers = {one[0]: one for one in calls[1:]}
    if name in _TYPES:
        yield from _column(table, calls[0], modifiers, scope)
    elif name in _TIMES:
        for column in ("created_at", "updated_at"):
            yield add_column(table, _plain(column, _TIMES[name], nullable=True))
    elif name in _MORPHS:
        yield from _morphs(table, name, arguments, scope)
    elif name == "foreign":
        yield from _foreign(table, arguments, modifiers, scope)
    elif name in _INDEXES:
        yield from _index(table, name, arguments, scope)
    elif name in CHANGES:
        yield from CHANGES[name](table, calls[0], scope)
    elif name not in _HARMLESS:
        yield open_step(table)


def _plain(name: str, kind: str, *, nullable: bool) -> dict[str, Any]:
    return {"name": name, "type": kind, "nullable": nullable}


def _column(table: str, call: Call, modifiers: dict[str, Call], scope: Scope) -> Iterator[Step]:
    function, arguments, _ = call
    name = _name(function, arguments, scope)
    if name is None:
        yield open_step(table)
        return
    kind = _kind(function, arguments, scope)
    is_primary = (
        function in _INCREMENTS or "primary" in modifiers or "autoIncrement" in modifiers
        or value(argument(arguments, 1, "autoIncrement"), scope) == ("literal", "true")
    )  # fmt: skip
    nullable = _nullable(function, modifiers, scope)
    column: dict[str, Any] = {
        "name": name,
        "type": kind,
        "nullable": False if is_primary else nullable,
        "primary_key": is_primary,
        "unique": "unique" in modifiers,
        "default": _default(modifiers),
    }
    if "change" in modifiers:
        yield from _changed(table, column, modifiers)
    else:
        key = _key_of_column(function, arguments, (name, modifiers), scope)
        indexes = [
            {"name": _index_name(table, [name], one, modifiers[one], scope), "columns": [name]}
            for one in ("index", "fullText", "fulltext", "spatialIndex")
            if one in modifiers
        ]
        yield add_column(table, column, [key] if key else [], indexes)
        if "constrained" in modifiers and key is None:
            yield open_step(table)


def _changed(table: str, column: dict[str, Any], modifiers: dict[str, Call]) -> Iterator[Step]:
    """Return the change of a column: what it does not say stays."""
    changes = {"type": column["type"]}
    if "nullable" in modifiers:
        changes["nullable"] = column["nullable"]
    if column["default"] is not None:
        changes["default"] = column["default"]
    if column["unique"]:
        changes["unique"] = True
    yield {"do": "change_column", "table": table, "name": column["name"], "changes": changes}


def _name(function: str, arguments: list[Any], scope: Scope) -> str | None:
    if function == "rememberToken":
        return "remember_token"
    if function in _FOR_MODELS:
        return model_key(arguments, scope)
    position = 1 if function == "addColumn" else 0
    expression = argument(arguments, position, "column" if position == 0 else "name")
    if expression is None:
        return _NAMED.get(function)
    text = text_of(expression, scope)
    return None if GAP in text or not text else text


def _kind(function: str, arguments: list[Any], scope: Scope) -> str:
    if function == "rememberToken":
        return "string(100)"
    if function == "addColumn":
        return text_of(argument(arguments, 0), scope).replace(GAP, "") or function
    if function in _SOFT:
        return {"softDeletesTz": "timestampTz", "softDeletesDatetime": "datetime"}.get(
            function, "timestamp"
        )
    if function in _FOR_MODELS:
        return function
    listed = [words(one) for name, one, _ in arguments[1:] if name in {None, "length", "allowed"}]
    sizes = [one for one in listed if one is not None and one not in {"true", "false", "null"}]
    return f"{function}({', '.join(sizes)})" if sizes else function


def _nullable(function: str, modifiers: dict[str, Call], scope: Scope) -> bool | None:
    if function in _SOFT or function == "rememberToken":
        return True
    call = modifiers.get("nullable")
    if call is None:
        return False
    told_value = argument(call[1], 0, "value")
    if told_value is None:
        return True
    worth = value(told_value, scope)
    return {"true": True, "false": False}.get(worth[1]) if isinstance(worth, tuple) else None


def _default(modifiers: dict[str, Call]) -> str | None:
    if "useCurrent" in modifiers:
        return "CURRENT_TIMESTAMP"
    call = modifiers.get("default")
    return words(argument(call[1], 0, "value")) if call else None


def _on_delete(modifiers: dict[str, Call], scope: Scope) -> str | None:
    for name, action in _ON_DELETE.items():
        if name in modifiers:
            return action
    call = modifiers.get("onDelete")
    text = text_of(argument(call[1], 0), scope) if call else ""
    return text.upper() if text and GAP not in text else None


def _key_of_column(
    function: str, arguments: list[Any], column: tuple[str, dict[str, Call]], scope: Scope
) -> dict[str, Any] | None:
    """Return the key of `constrained()` or `references(...)->on(...)` behind a column."""
    name, modifiers = column
    if "constrained" in modifiers:
        listed = modifiers["constrained"][1]
        table, other = argument(listed, 0, "table"), argument(listed, 1, "column")
        referred = "id" if other in (None, ["literal", "null"]) else text_of(other, scope)
        if table in (None, ["literal", "null"]):
            target = plural(name.removesuffix(f"_{referred}"))
            if function in _FOR_MODELS:
                model = value(argument(arguments, 0, "model"), scope)
                target = plural(laravel_snake(str(model).rpartition("\\")[2]))
        else:
            target = text_of(table, scope)
        return _key([name], target, [referred], _on_delete(modifiers, scope))
    if "references" in modifiers and "on" in modifiers:
        return _referring([name], modifiers, scope)
    return None


def _referring(
    columns: list[str], modifiers: dict[str, Call], scope: Scope
) -> dict[str, Any] | None:
    referred = texts_of(value(argument(modifiers["references"][1], 0), scope))
    table = text_of(argument(modifiers["on"][1], 0), scope)
    return _key(columns, table, referred or [], _on_delete(modifiers, scope))


def _key(
    columns: list[str], table: str, referred: list[str], action: str | None
) -> dict[str, Any] | None:
    if GAP in table or not table:
        return None
    return {"columns": columns, "table": table, "referred": referred, "on_delete": action}


def _foreign(
    table: str, arguments: list[Any], modifiers: dict[str, Call], scope: Scope
) -> Iterator[Step]:
    columns = texts_of(value(argument(arguments, 0, "columns"), scope))
    key = None
    if columns and {"references", "on"} <= set(modifiers):
        key = _referring(columns, modifiers, scope)
    elif columns and "constrained" in modifiers:
        key = _key_of_column("foreign", arguments, (columns[0], modifiers), scope)
    yield {"do": "add_key", "table": table, "foreign_key": key} if key else open_step(table)


def _morphs(table: str, function: str, arguments: list[Any], scope: Scope) -> Iterator[Step]:
    name = text_of(argument(arguments, 0, "name"), scope)
    if GAP in name:
        yield open_step(table)
        return
    nullable = function.startswith("nullable")
    columns = [f"{name}_type", f"{name}_id"]
    yield add_column(table, _plain(columns[0], "string", nullable=nullable))
    yield add_column(table, _plain(columns[1], _MORPHS[function], nullable=nullable))
    own = argument(arguments, 1, "indexName")
    index = text_of(own, scope) if own is not None else default_name(table, columns, "index")
    yield _index_step(table, index, columns, "index")


def _index(table: str, function: str, arguments: list[Any], scope: Scope) -> Iterator[Step]:
    columns = texts_of(value(argument(arguments, 0, "columns"), scope))
    if not columns:
        yield open_step(table)
        return
    name = _index_name(table, columns, function, ["", arguments[1:], 0], scope)
    yield _index_step(table, name, columns, function)


def _index_step(table: str, name: str | None, columns: list[str], function: str) -> Step:
    index = {"name": name, "columns": columns, "unique": function == "unique"}
    return {"do": "add_index", "table": table, "index": index}


def _index_name(
    table: str, columns: list[str], function: str, call: Call, scope: Scope
) -> str | None:
    own = argument(call[1], 0, "name") or argument(call[1], 0, "indexName")
    if own is not None and own != ["literal", "null"]:
        text = text_of(own, scope)
        return None if GAP in text else text
    return default_name(table, columns, function)
