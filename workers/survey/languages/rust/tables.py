"""Tables of Diesel and SeaORM; migrations in SQL are read as SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sessions.patterns import lazy_pattern
from workers.survey.found import Column, ForeignKey, NotUnderstood, Table
from workers.survey.languages.rust import diesel, sea_orm
from workers.survey.tables.history import Declarations
from workers.survey.tables.replay import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

DECLARES = lazy_pattern(
    rb"^\s{0,20}(?:diesel::)?table!\s{0,9}\{"
    rb"|^\s{0,20}#\[sea_orm\([^\]\n]{0,200}\btable_name\s{0,9}=[^{}]{0,400}?\bstruct Model\b",
    8,
)
_LAST = lazy_pattern(r"(\w{1,100})\W{0,9}$")
_CAPITAL = lazy_pattern(r"(?<=[a-z])(?=[A-Z])")
_RENAMES = frozenset({"", "camelCase", "snake_case"})


def concerns(file: str, source: bytes) -> bool:
    """Tell whether a file declares tables of Diesel or entities of SeaORM."""
    del file
    return b"table!" in source or (b"sea_orm" in source and b"table_name" in source)


def extract(file: str, source: bytes) -> dict[str, Any]:
    """Return what a file declares; raises TooSlow."""
    del file
    written = source.decode("utf-8", "replace")
    has_entities = b"sea_orm" in source and b"table_name" in source
    return {
        "diesel": list(diesel.tables(written)) if "table!" in written else [],
        "joins": diesel.joins(written) if "joinable!" in written else [],
        "entities": list(sea_orm.entities(source)) if has_entities else [],
    }


def resolve(files: Mapping[str, dict[str, Any]]) -> Declarations:
    """Return the tables of all files."""
    declarations = Declarations()
    for file, fact in files.items():
        names = {
            declared["ident"]: plain(declared["name"])
            for declared in fact["diesel"]
            if declared["name"]
        }
        for declared in fact["diesel"]:
            if declared["name"] and declared["columns"]:
                declarations.declared.append(_diesel(file, declared, fact["joins"], names))
            else:
                reason = "a table of Diesel that is not understood"
                declarations.not_understood.append(NotUnderstood(file, declared["line"], reason))
    modules = {
        _module(file, declared): _table_name(declared) for file, fact in files.items()
        for declared in fact["entities"]
    }  # fmt: skip
    for file, fact in files.items():
        for declared in fact["entities"]:
            if declared["rename"] in _RENAMES:
                declarations.declared.append(_entity(file, declared, modules))
            else:
                reason = "an entity of SeaORM whose columns are renamed"
                declarations.not_understood.append(NotUnderstood(file, declared["line"], reason))
    return declarations


def _diesel(
    file: str, declared: dict[str, Any], joins: list[list[str]], names: dict[str, str]
) -> Table:
    keys = set(declared["keys"])
    called = {ident: name for ident, name, _, _ in declared["columns"]}
    columns = tuple(
        Column(name, kind, is_null, primary_key=ident in keys)
        for ident, name, kind, is_null in declared["columns"]
    )
    references = tuple(
        ForeignKey((called[column],), names.get(other, other))
        for own, other, column in joins
        if own == declared["ident"] and column in called
    )
    name = plain(declared["name"])
    return Table(name, file, declared["line"], "diesel", columns=columns, foreign_keys=references)


def _module(file: str, entity: dict[str, Any]) -> str:
    """Return what other entities call the module of an entity."""
    if entity["module"]:
        return str(entity["module"]).rpartition("::")[2]
    parts = file.removesuffix(".rs").split("/")
    return parts[-2] if parts[-1] == "mod" and len(parts) > 1 else parts[-1]


def _table_name(entity: dict[str, Any]) -> str:
    return plain(f"{entity['schema']}.{entity['table']}" if entity["schema"] else entity["table"])


def _entity(file: str, entity: dict[str, Any], modules: dict[str, str]) -> Table:
    columns: dict[str, Column] = {}
    for name, kind, options in entity["columns"]:
        made = sea_orm.column(name, kind, options, entity["rename"])
        columns[name.replace("_", "").lower()] = Column(**made)
    keys = list(_references(entity, columns, modules))
    return Table(
        _table_name(entity), file, entity["line"], "seaorm", "Model",
        tuple(columns.values()), foreign_keys=tuple(keys),
    )  # fmt: skip


def _references(
    entity: dict[str, Any], columns: dict[str, Column], modules: dict[str, str]
) -> Iterator[ForeignKey]:
    """Yield the relations that lie in columns of this table: `from = "Column::CakeId"`."""
    for options in entity["relations"]:
        last = _LAST.search(options["from"])
        column = columns.get(last[1].replace("_", "").lower()) if last else None
        path = [part for part in options["belongs_to"].replace("<", "::").split("::") if part]
        module = next((part for part in reversed(path) if part.strip("> ") in modules), None)
        table = modules.get(module.strip("> ")) if module else None
        if path[-1:] == ["Entity"] and len(path) == 1:
            table = _table_name(entity)
        if column is not None and table is not None:
            action = options.get("on_delete")
            words = _CAPITAL.sub(" ", action) if action else None
            yield ForeignKey((column.name,), table, (), words)
