"""The tables of Ecto: what the migrations leave, where a schema reads them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sessions.patterns import lazy_pattern
from workers.survey.found import NotUnderstood, Table
from workers.survey.languages.elixir.created import type_of
from workers.survey.languages.elixir.expressions import declarations
from workers.survey.languages.elixir.migrations import CALLS
from workers.survey.languages.elixir.modules import modules
from workers.survey.languages.elixir.schemas import SchemaOf, schemas
from workers.survey.languages.elixir.statements_of_sql import with_sql
from workers.survey.languages.elixir.steps import Defaults, Steps
from workers.survey.languages.elixir.values import options_of, value_of
from workers.survey.tables.history import Declarations, History

if TYPE_CHECKING:
    from collections.abc import Mapping

Node = list[Any]
Fact = dict[str, Any]
SOURCE = "ecto"
DECLARES = lazy_pattern(rb"^\s{0,20}(?:schema\(?\s{0,9}\"|create[ (]\s{0,9}table\b)", re.MULTILINE)
_CONFIGURATION = lazy_pattern(r"(?:^|/)config/[\w.]{1,60}\.exs$")


def concerns(file: str, source: bytes) -> bool:
    """Tell whether a file may say something of tables."""
    if b"Ecto.Migration" in source or DECLARES.search(source) is not None:
        return True
    return b"migration_" in source and _CONFIGURATION.search(file) is not None


def extract(file: str, source: bytes) -> Fact:
    """Return the migrations and the schemas of a file, and what a configuration says of them."""
    statements = declarations(source)
    if _CONFIGURATION.search(file):
        return {"modules": [], "defaults": _configured(statements)}
    listed = []
    for name, body in modules(statements):
        kind = _kind(body)
        if kind == "migration":
            listed.append([kind, name, with_sql(body)])
        elif kind:
            listed.append([kind, name, [_needed(node) for node in body]])
    return {"modules": listed, "defaults": {}}


def _needed(node: Node) -> Node:
    """Leave out the functions of a schema."""
    is_function = node[0] == "call" and node[3] in {"def", "defp", "defmacro"}
    return ["?"] if is_function else node


def _kind(body: list[Node]) -> str | None:
    """Return what a module is: a migration, a schema of Ecto's own or of another's, or None."""
    used = [
        node[4][0][1]
        for node in body
        if node[0] == "call" and node[3] == "use" and node[4] and node[4][0][0] == "m"
    ]
    if "Ecto.Migration" in used:
        return "migration"
    if any(node[0] == "call" and node[3] == "schema" and node[6] is not None for node in body):
        return "schema" if "Ecto.Schema" in used else "other schema"
    return None


def _configured(statements: list[Node]) -> dict[str, Any]:
    """Return what `config :app, App.Repo, migration_primary_key: [type: :uuid]` says."""
    settings: dict[str, Any] = {}
    for node in statements:
        if node[0] != "call" or node[3] != "config":
            continue
        for pair in node[5]:
            if pair[0].startswith("migration_"):
                settings[pair[0]] = pair[1]
    return settings


def resolve(files: Mapping[str, Fact]) -> Declarations:
    """Return the tables that migrations leave and those that only schemas name."""
    declarations_ = Declarations()
    defaults = _defaults(files)
    histories: dict[str, list[tuple[str, list[dict[str, Any]]]]] = {}
    read: list[SchemaOf] = []
    for file in sorted(files, key=_order):
        for kind, name, body in files[file]["modules"]:
            if kind != "migration":
                read += schemas(file, name, body, plain=kind == "schema")
                continue
            steps = _migration(body, defaults)
            histories.setdefault(file.rpartition("/")[0], []).append((file, steps.listed))
            missed = [NotUnderstood(file, *row) for row in steps.missed]
            declarations_.not_understood += missed
            declarations_.understood.add(file)
    by_table: dict[str, SchemaOf] = {}
    for schema in sorted(read, key=lambda own: -len(own.columns)):
        by_table.setdefault(schema.table.lower(), schema)
        declarations_.understood.add(schema.file)
    mentioned = set().union(*(_mentioned(steps) for own in histories.values() for _, steps in own))
    for listed in histories.values():
        for table in History(SOURCE, listed).tables():
            reader = _reader(by_table, table.name)
            declarations_.declared.append(table if reader is None else _read_by(table, reader))
    for schema in by_table.values():
        if histories and schema.table.lower() not in mentioned:
            reason = f"a schema of `{schema.table}`, which no migration makes"
            declarations_.not_understood.append(NotUnderstood(schema.file, schema.line, reason))
            continue
        table = Table(schema.table, schema.file, schema.line, SOURCE, schema.module, schema.columns)
        declarations_.declared.append(table)
    return declarations_


def _mentioned(steps: list[dict[str, Any]]) -> set[str]:
    """Return the tables that steps are about or refer to."""
    names: set[str] = set()
    for step in steps:
        keys = [*step.get("foreign_keys", ()), step.get("foreign_key") or {}]
        names |= {str(key.get("table")).lower() for key in (step, *keys)}
    return names


def _reader(by_table: dict[str, SchemaOf], name: str) -> SchemaOf | None:
    """Return the schema of a table, by its end where only the schema tells a prefix."""
    own = by_table.pop(name.lower(), None)
    if own is not None or "." in name:
        return own
    ends = [key for key in by_table if key.endswith(f".{name.lower()}")]
    return by_table.pop(ends[0]) if len(ends) == 1 else None


def _read_by(table: Table, schema: SchemaOf) -> Table:
    """Return a table where its schema reads it; what only that names was made by other means."""
    names = {column.name.lower() for column in table.columns}
    more = tuple(one for one in schema.columns if one.name.lower() not in names)
    return replace(
        table,
        name=schema.table,
        file=schema.file,
        line=schema.line,
        model=schema.module,
        columns=(*table.columns, *more),
        whole=table.whole and not more,
    )


def _migration(body: list[Node], defaults: Defaults) -> Steps:
    """Return the steps of a migration: of `change`, or of `up`."""
    steps = Steps(defaults, CALLS)
    names: dict[str, Any] = {}
    entries: list[list[Node]] = []
    for node in body:
        if node[0] == "@=":
            steps.run([node], names)
        name, parameters = _defined(node)
        if name in {"change", "up"}:
            entries.append(node[6] or [])
        elif name not in {"", "down"}:
            steps.functions[name] = [parameters, node[6] or []]
    for entry in entries:
        steps.run(entry, dict(names))
    return steps


def _defined(node: Node) -> tuple[str, list[str]]:
    """Return the name and the parameters of a function that is defined, '' for none."""
    if node[0] != "call" or node[3] not in {"def", "defp"} or not node[4]:
        return "", []
    head = node[4][0][2] if node[4][0][0] == "+" else node[4][0]
    if head[0] == "v":
        return str(head[1]), []
    if head[0] != "call":
        return "", []
    return str(head[3]), [str(one[1]) if one[0] == "v" else "_" for one in head[4]]


def _order(file: str) -> tuple[str, int, str]:
    folder, _, name = file.rpartition("/")
    digits = re.match(r"\d{1,20}", name)
    return (folder, int(digits[0]) if digits else 0, name)


def _defaults(files: Mapping[str, Fact]) -> Defaults:
    """Return what the configurations say of keys; the last one counts."""
    defaults = Defaults()
    for file in sorted(files):
        settings = files[file]["defaults"]
        key = value_of(settings.get("migration_primary_key"), {})
        reference = value_of(settings.get("migration_foreign_key"), {})
        stamps = settings.get("migration_timestamps")
        if isinstance(key, dict):
            name = key.get("name", "id")
            kind = type_of(key.get("type")) or defaults.key_type
            defaults = defaults._replace(key_name=str(name), key_type=kind)
            if kind in {"uuid", "binary_id"}:
                defaults = defaults._replace(reference_type=kind)
        elif key is False:
            defaults = defaults._replace(key_name=None)
        if isinstance(reference, dict):
            kind = type_of(reference.get("type")) or defaults.reference_type
            defaults = defaults._replace(reference_type=kind)
        if stamps and stamps[0] == "k":
            defaults = defaults._replace(timestamps=tuple(options_of(stamps[1], {}).items()))
    return defaults
