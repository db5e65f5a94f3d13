"""Steps of the query interface of Sequelize and the query runner of TypeORM."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workers.survey.tables.expressions import (
    argument,
    arguments,
    called,
    is_map,
    name_of,
    named,
    string,
    strings,
    words,
)
from workers.survey.tables.replay import add_column, create

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.survey.tables.expressions import Expression
    from workers.survey.tables.replay import Step


def interface_table(name: str, attributes: Expression, line: int) -> Step:
    """Return the table of Sequelize's `queryInterface.createTable(name, {column: {...}})`."""
    step = create(name, line)
    for column, declared in named(attributes).items():
        if not column.startswith("..."):
            made, key = interface_column(column, declared)
            step["columns"].append(made)
            step["foreign_keys"] += [key] if key and key["table"][0] != "@" else []
    return step


def interface_column(
    name: str, declared: Expression
) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """Return a column that Sequelize declares by an object, and its foreign key."""
    options = named(declared) if is_map(declared) else {}
    kind = options.get("type") if is_map(declared) else declared
    primary = options.get("primaryKey") is True
    default = options.get("defaultValue")
    column = {
        "name": str(options.get("field") or name),
        "type": words(kind) if kind is not None else None,
        "nullable": options.get("allowNull") is not False and not primary,
        "primary_key": primary,
        "unique": bool(options.get("unique")),
        "default": words(default) if default is not None else None,
    }
    reference = named(options.get("references"))
    model = reference.get("model")
    table = string(model) or string(named(model).get("tableName"))
    table = table or (f"@{name_of(model)}" if name_of(model) else None)
    if table is None:
        return column, None
    referred = strings(reference.get("key")) or ("id",)
    action = string(options.get("onDelete"))
    key = {"columns": [column["name"]], "table": table, "referred": referred, "on_delete": action}
    return column, key


def runner_table(options: dict[str, Expression], line: int) -> Iterator[Step]:
    """Return the table of TypeORM's `new Table({name, columns: [...]})`."""
    name = string(options.get("name"))
    if name is None:
        return
    step = create(name, line)
    listed = options.get("columns")
    for declared in listed if isinstance(listed, list) else []:
        step["columns"].append(_runner_column(declared))
    for option, key in (
        ("foreignKeys", "foreign_keys"),
        ("indices", "indexes"),
        ("uniques", "indexes"),
    ):
        parts = options.get(option)
        for declared in parts if isinstance(parts, list) else []:
            made = _runner_part(declared, unique=option == "uniques")
            step[key] += [made] if made else []
    yield step


def _runner_column(declared: Expression) -> dict[str, Any]:
    options = named(argument(declared, 0)) if called(declared) == "TableColumn" else named(declared)
    default = options.get("default")
    primary = options.get("isPrimary") is True
    return {
        "name": string(options.get("name")) or "",
        "type": string(options.get("type")),
        "nullable": options.get("isNullable") is True and not primary,
        "primary_key": primary,
        "unique": options.get("isUnique") is True,
        "default": words(default) if default is not None else None,
    }


def _runner_part(declared: Expression, *, unique: bool) -> dict[str, Any] | None:
    options = named(argument(declared, 0)) if arguments(declared) else named(declared)
    columns = strings(options.get("columnNames"))
    table = string(options.get("referencedTableName"))
    if table:
        return {
            "columns": columns, "table": table,
            "referred": strings(options.get("referencedColumnNames")),
            "on_delete": string(options.get("onDelete")),
        }  # fmt: skip
    is_unique = unique or options.get("isUnique") is True
    return (
        {"name": string(options.get("name")), "columns": columns, "unique": is_unique}
        if columns
        else None
    )


def changed(function: str, table: str, call: Expression) -> Iterator[Step]:
    """Return what `addColumn("users", "age", {...})` and its like do."""
    second, third = argument(call, 1), argument(call, 2)
    if function == "addColumn" and called(second) == "TableColumn":
        yield add_column(table, _runner_column(second))
    elif function in {"createIndex", "createForeignKey"}:
        part = _runner_part(second, unique=False)
        if part and "table" in part:
            yield {"do": "add_key", "table": table, "foreign_key": part}
        elif part:
            yield {"do": "add_index", "table": table, "index": part}
    elif function == "addIndex" and strings(second):
        options = named(third)
        unique = options.get("unique") is True
        index = {"name": string(options.get("name")), "columns": strings(second), "unique": unique}
        yield {"do": "add_index", "table": table, "index": index}
    elif isinstance(second, str):
        yield from _column_changed(function, table, second, third)


def _column_changed(function: str, table: str, name: str, third: Expression) -> Iterator[Step]:
    if function == "addColumn":
        column, key = interface_column(name, third)
        yield add_column(table, column, [key] if key else [])
    elif function in {"removeColumn", "dropColumn"}:
        yield {"do": "drop_column", "table": table, "name": name}
    elif function == "renameColumn" and isinstance(third, str):
        yield {"do": "rename_column", "table": table, "name": name, "to": third}
    elif function == "changeColumn":
        column, _ = interface_column(name, third)
        yield {"do": "change_column", "table": table, "name": name, "changes": column}
