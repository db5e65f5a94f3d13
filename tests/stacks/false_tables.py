"""False variants of tables: what a declaration says of columns, indexes and keys."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from tests.stacks.ground import existing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.stacks.ground import Ground, Planted, Report


_TEXTS = {"text", "string", "varchar", "char", "character varying"}


def columns_of(ground: Ground) -> Iterator[tuple[int, str, int, Report]]:
    for number, row in existing(ground, "database_designs"):
        for at, column in enumerate(row["schema"]["columns"]):
            yield number, row["table_name"], at, column


def _wrong_column(column: Report, kind: str, tables: list[str]) -> dict[str, Any]:
    """Return the false fields of a column; none where the kind has nothing to be false about."""
    if kind == "type":
        base = column["type"].lower().split("(")[0]
        return {"type": "integer" if base in _TEXTS else "text"}
    if kind == "nullable":
        return {"nullable": not column["nullable"]} if "nullable" in column else {}
    if kind == "primary_key":
        return {"primary_key": not column["primary_key"]}
    if kind == "unique":
        return {"unique": not column["unique"]} if "unique" in column else {}
    if kind == "default":
        return {"default": 77} if not column["primary_key"] else {}
    others = [name for name in tables if name != column.get("references", "").split(".")[0]]
    return {"references": f"{others[0]}.id"} if others and not column["primary_key"] else {}


def wrong_columns(kind: str, ground: Ground) -> Iterator[Planted]:
    """Claim another type, nullability, key, default or reference of a column."""
    tables = [row["table_name"] for _, row in existing(ground, "database_designs")]
    for number, table, at, column in columns_of(ground):
        false = _wrong_column(column, kind.removeprefix("column "), tables)
        if not false:
            continue

        def change(
            report: Report, number: int = number, at: int = at, false: Report = false
        ) -> None:
            changed = report["database_designs"][number]["schema"]["columns"][at]
            changed.pop("constraints", None)  # the typed field alone is false
            changed.update(false)

        what = f"{table}.{column['name']} {false}"
        yield ground.of_table(kind, what, change, table)


def invented_columns(kind: str, ground: Ground) -> Iterator[Planted]:
    """Claim a column that no declaration has, of a new name and of one that stands elsewhere."""
    names = {column["name"] for _, _, _, column in columns_of(ground)}
    for number, row in existing(ground, "database_designs"):
        own = {column["name"] for column in row["schema"]["columns"]}
        elsewhere = sorted(names - own)[:1]
        for name in ("legacy_code", *elsewhere):

            def change(report: Report, number: int = number, name: str = name) -> None:
                columns = report["database_designs"][number]["schema"]["columns"]
                columns.append({"name": name, "type": "text", "nullable": True})

            table = row["table_name"]
            yield ground.of_table(kind, f"{table}.{name}", change, table)


def invented_indexes(kind: str, ground: Ground) -> Iterator[Planted]:
    """Claim an index over a column that none has; with a name, and without."""
    for number, row in existing(ground, "database_designs"):
        schema, table = row["schema"], row["table_name"]
        leading = " ".join(index["columns"][0] for index in schema.get("indexes", []))
        free = [
            column["name"]
            for column in schema["columns"]
            if column["name"] not in leading
            and not column.get("unique")
            and not column["primary_key"]
        ]
        if not free:
            continue
        for name in (f"ix_{table}_{free[0]}", None):

            def change(
                report: Report, number: int = number, free: str = free[0], name: str | None = name
            ) -> None:
                index = {"name": name, "columns": [free], "unique": False, "type": "btree"}
                indexes = report["database_designs"][number]["schema"].setdefault("indexes", [])
                indexes.append(index)

            yield ground.of_table(kind, f"{table} {name}", change, table)


def invented_tables(kind: str, ground: Ground) -> Iterator[Planted]:
    """Claim a table that is not there, at the lines of one that is."""
    for _, row in existing(ground, "database_designs"):

        def change(report: Report, row: Report = row) -> None:
            made = copy.deepcopy(row) | {"id": "DB-099", "table_name": "invoice_runs"}
            report["database_designs"].append(made)
            report["statistics"]["database_tables_analyzed"] += 1

        table = row["table_name"]
        what = f"invoice_runs at {table}"
        yield ground.of_table(kind, what, change, table)
