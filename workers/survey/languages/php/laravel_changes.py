"""What calls on a Blueprint take away from a table, or rename; and names that Laravel gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workers.survey.languages.php.plurals import laravel_snake
from workers.survey.languages.php.values import GAP, Scope, argument, text_of, texts_of, value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from workers.survey.tables.replay import Step

Call = list[Any]  # name, arguments, line


def open_step(table: str) -> Step:
    """Return the step that leaves open what becomes of a table."""
    return {"do": "unknown", "table": table}


def model_key(arguments: list[Any], scope: Scope) -> str | None:
    """Return the column that refers to a model: `foreignIdFor(User::class)`."""
    own = argument(arguments, 1, "column")
    if own is not None and own != ["literal", "null"]:
        text = text_of(own, scope)
        return None if GAP in text else text
    model = value(argument(arguments, 0, "model"), scope)
    if not isinstance(model, str) or GAP in model:
        return None
    return f"{laravel_snake(model.rpartition(chr(92))[2])}_id"


def default_name(table: str, columns: list[str], function: str) -> str:
    """Return the name that Laravel gives an index."""
    written = f"{table}_{'_'.join(columns)}_{function}".lower()
    return written.replace("-", "_").replace(".", "_")


def _dropped(table: str, call: Call, scope: Scope) -> Iterator[Step]:
    listed = [texts_of(value(one, scope)) for _, one, _ in call[1]]
    for names in listed:
        if names is None:
            yield open_step(table)
        for name in names or ():
            yield {"do": "drop_column", "table": table, "name": name}


def _dropped_names(*names: str) -> Callable[[str, Call, Scope], Iterator[Step]]:
    def dropped(table: str, call: Call, scope: Scope) -> Iterator[Step]:
        own = argument(call[1], 0)
        told_names = (text_of(own, scope),) if own is not None and len(names) == 1 else names
        yield from ({"do": "drop_column", "table": table, "name": one} for one in told_names)

    return dropped


def _morphs_dropped(table: str, call: Call, scope: Scope) -> Iterator[Step]:
    name = text_of(argument(call[1], 0), scope)
    for ending in ("type", "id"):
        yield {"do": "drop_column", "table": table, "name": f"{name}_{ending}"}


def _foreign_dropped(table: str, call: Call, scope: Scope) -> Iterator[Step]:
    """Drop a key by its columns, or by the name that Laravel gave it."""
    name, arguments, _ = call
    first = argument(arguments, 0)
    if name in {"dropForeignIdFor", "dropConstrainedForeignIdFor"}:
        column = model_key(arguments, scope)
        columns = [column] if column else None
    else:
        columns = texts_of(value(first, scope))
        if name == "dropForeign" and isinstance(first, str):
            start, ending = f"{table.lower()}_", "_foreign"
            is_default = first.startswith(start) and first.endswith(ending)
            columns = [first[len(start) : -len(ending)]] if is_default else None
    if columns is None:
        yield open_step(table)
        return
    yield {"do": "drop_key", "table": table, "columns": columns}
    for column in columns if "Constrained" in name else ():
        yield {"do": "drop_column", "table": table, "name": column}


def _primary(table: str, call: Call, scope: Scope) -> Iterator[Step]:
    columns = texts_of(value(argument(call[1], 0), scope))
    step = {"do": "add_primary", "table": table, "columns": columns}
    yield step if columns else open_step(table)


def _index_dropped(table: str, call: Call, scope: Scope) -> Iterator[Step]:
    function, arguments, _ = call
    kind = function.removeprefix("drop").lower().replace("spatialindex", "spatialIndex")
    worth = value(argument(arguments, 0), scope)
    names = texts_of(worth)
    if names is None:
        yield open_step(table)
        return
    name = names[0] if isinstance(worth, str) else default_name(table, names, kind)
    yield {"do": "drop_index", "name": name.lower()}
    column = name.removeprefix(f"{table.lower()}_").removesuffix("_unique")
    if kind == "unique":
        changes = {"unique": False}
        yield {"do": "change_column", "table": table, "name": column, "changes": changes}


def _renamed(table: str, call: Call, scope: Scope) -> Iterator[Step]:
    old, new = (text_of(argument(call[1], one), scope) for one in (0, 1))
    if GAP in old + new:
        yield open_step(table)
    elif call[0] == "renameIndex":
        yield {"do": "rename_index", "name": old, "to": new}
    else:
        yield {"do": "rename_column", "table": table, "name": old, "to": new}


def _table_renamed(table: str, call: Call, scope: Scope) -> Iterator[Step]:
    new = text_of(argument(call[1], 0), scope)
    yield {"do": "rename", "table": table, "to": new} if GAP not in new else open_step(table)


def _table_dropped(table: str, call: Call, scope: Scope) -> Iterator[Step]:
    del call, scope
    yield {"do": "drop", "table": table}


CHANGES: dict[str, Callable[[str, Call, Scope], Iterator[Step]]] = {
    "dropColumn": _dropped,
    "removeColumn": _dropped,
    "dropTimestamps": _dropped_names("created_at", "updated_at"),
    "dropTimestampsTz": _dropped_names("created_at", "updated_at"),
    "dropSoftDeletes": _dropped_names("deleted_at"),
    "dropSoftDeletesTz": _dropped_names("deleted_at"),
    "dropRememberToken": _dropped_names("remember_token"),
    "dropMorphs": _morphs_dropped,
    "dropForeign": _foreign_dropped,
    "dropForeignIdFor": _foreign_dropped,
    "dropConstrainedForeignId": _foreign_dropped,
    "dropConstrainedForeignIdFor": _foreign_dropped,
    **dict.fromkeys(
        "dropIndex dropUnique dropFullText dropFulltext dropSpatialIndex".split(), _index_dropped
    ),
    "primary": _primary,
    "renameColumn": _renamed,
    "renameIndex": _renamed,
    "rename": _table_renamed,
    "drop": _table_dropped,
    "dropIfExists": _table_dropped,
}
