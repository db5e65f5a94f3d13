"""The schemas of Ecto: which columns a module expects of its table."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from workers.survey.found import Column
from workers.survey.languages.elixir.created import timestamps, type_of
from workers.survey.languages.elixir.steps import Call, Defaults, worked_out
from workers.survey.languages.elixir.values import Atom, Names, Node, value_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_EMBEDS = {"embeds_one": "map", "embeds_many": "{:array, :map}"}


class SchemaOf(NamedTuple):
    """What a module says of a table."""

    table: str
    module: str
    file: str
    line: int
    columns: tuple[Column, ...]


def schemas(file: str, module: str, body: list[Node], *, plain: bool) -> Iterator[SchemaOf]:
    """Yield the schema of a module; `plain` is one whose key is what Ecto says by itself."""
    names: Names = {}
    for node in body:
        if node[0] == "@=":
            names[f"@{node[1]}"] = value_of(node[2], names)
        if node[0] != "call" or node[2] is not None or node[3] != "schema" or node[6] is None:
            continue
        call = worked_out(node, names)
        name, prefix = call.value(0), names.get("@schema_prefix")
        if isinstance(name, str) and "\0" not in name:
            table = f"{prefix}.{name}" if isinstance(prefix, str) and prefix != "public" else name
            columns = [*_key(names, plain=plain), *_columns(node[6], names)]
            unique = {one.name: one for one in columns}
            yield SchemaOf(str(table), module, file, node[1], tuple(unique.values()))


def _key(names: Names, *, plain: bool) -> list[Column]:
    key = names.get("@primary_key", True)
    if isinstance(key, tuple) and key and isinstance(key[0], str):
        kind = type_of(key[1]) if len(key) > 1 else None
        return [Column(str(key[0]), kind, nullable=False, primary_key=True)]
    if key is True:
        return [Column("id", "id" if plain else None, nullable=False, primary_key=True)]
    return []


def _columns(body: list[Node], names: Names) -> Iterator[Column]:
    for node in body:
        if node[0] != "call" or node[2] is not None:
            continue
        call = worked_out(node, names)
        name = call.value(0)
        if call.name == "timestamps":
            options = names.get("@timestamps_opts")
            own = tuple(options.items()) if isinstance(options, dict) else ()
            for column in timestamps(call, Defaults(timestamps=own)):
                yield Column(column["name"], column["type"], None)
        elif isinstance(name, str):
            yield from _column(call, str(name), names)


def _column(call: Call, name: str, names: Names) -> Iterator[Column]:
    options = call.options
    source = options.get("source")
    primary = options.get("primary_key") is True
    if call.name == "field" and options.get("virtual") is not True:
        kind = type_of(call.value(1)) if len(call.arguments) > 1 else "string"
        own = str(source) if isinstance(source, str) else name
        yield Column(own, kind, False if primary else None, primary, default=call.default)
    elif call.name == "belongs_to" and options.get("define_field") is not False:
        own = options.get("foreign_key", f"{name}_id")
        own = source if isinstance(source, str) else own
        kind = type_of(options.get("type", names.get("@foreign_key_type", Atom("id"))))
        if isinstance(own, str):
            yield Column(str(own), kind, False if primary else None, primary)
    elif call.name in _EMBEDS:
        own = str(source) if isinstance(source, str) else name
        yield Column(own, _EMBEDS[call.name], None)
