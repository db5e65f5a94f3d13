"""Tables of EF Core: what migrations leave, and where a context has none what its classes say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sessions.patterns import lazy_pattern
from workers.survey.languages.csharp import source as sources
from workers.survey.languages.csharp.entities import Entities
from workers.survey.languages.csharp.migrations import Migrations
from workers.survey.languages.csharp.names import Names
from workers.survey.tables.history import Declarations, History

if TYPE_CHECKING:
    from collections.abc import Mapping

DECLARES = lazy_pattern(rb"\bmigrationBuilder\s{0,9}\.CreateTable\(")
_CONTEXT = lazy_pattern(rb"\[DbContext\(typeof\(([\w.]{1,200})\)\)\]")
_SNAPSHOT = b": ModelSnapshot"
_DESIGNER = b"BuildTargetModel"
_TOKENS = (
    b"MigrationBuilder", b"[DbContext(", b"DbSet<", b"IEntityTypeConfiguration<", b"DbContext",
    b"[Table(", b"ModelBuilder", b"NamingConvention",
)  # fmt: skip
_ENTITY = lazy_pattern(rb"\{\s{0,9}get;[^}]{0,60}\}|\benum\s")


Row = tuple[str, list[Any], list[Any]]  # a file, what it does, the constants of its class


def concerns(file: str, source: bytes) -> bool:
    """Tell whether a file may say something of tables: a class with properties may be a table."""
    del file
    return any(token in source for token in _TOKENS) or _ENTITY.search(source) is not None


def extract(file: str, source: bytes) -> dict[str, Any]:
    """Return what a file says: the context of migrations, what they do, types."""
    del file
    context = _CONTEXT.search(source)
    of = context[1].decode().rpartition(".")[2] if context else None
    if _DESIGNER in source or _SNAPSHOT in source:  # large, and migrations say it all
        return {"context": of, "types": [], "conventions": False, "enums": []}
    listed = sources.types(source, (b"odelBuilder", b"uilder."))
    return {
        "context": of,
        "types": [_short(one) for one in listed if one["kind"] != "program"],
        "conventions": b"NamingConvention" in source or b".SetTableName(" in source,
        "enums": sources.enums(source),
    }


def _short(declared: dict[str, Any]) -> dict[str, Any]:
    """Return a type without the methods that say nothing of tables."""
    is_migration = any(base.rpartition(".")[2] == "Migration" for base in declared["bases"])
    wanted = {"Up"} if is_migration else {"OnModelCreating", "Configure"}
    own = declared["properties"] and not is_migration
    methods = [each for each in declared["methods"] if each["name"] in wanted and each["body"]]
    return {**declared, "methods": methods, "properties": declared["properties"] if own else []}


def resolve(files: Mapping[str, dict[str, Any]]) -> Declarations:
    """Return the histories of all contexts, and the tables of contexts without migrations."""
    declarations = Declarations()
    histories = _histories(files)
    for listed in histories.values():
        migrations = Migrations()
        listed.sort(key=lambda row: row[0].rpartition("/")[2])
        steps = [(file, migrations.steps(file, body, own)) for file, body, own in listed]
        declarations.histories.append(History("efcore", steps))
        declarations.not_understood += migrations.missed
        declarations.understood |= {file for file, _, _ in listed}
    if all(context for _, context in histories):  # else any context may have these migrations
        entities = Entities(
            Names({file: fact["types"] for file, fact in files.items()}),
            frozenset(name for fact in files.values() for name in fact["enums"]),
            has_conventions=any(fact["conventions"] for fact in files.values()),
        )
        entities.find({fact["context"] for fact in files.values() if fact["context"]})
        declarations.declared += entities.tables
        declarations.not_understood += entities.missed
    return declarations


def _histories(files: Mapping[str, dict[str, Any]]) -> dict[tuple[str, str], list[Row]]:
    """Return the migrations of each folder and context.

    A file without a designer is of its folder's one context; '' for one that is not known.
    """
    contexts = {_stem(file): fact["context"] for file, fact in files.items() if fact["context"]}
    by_folder: dict[str, set[str]] = {}
    for stem, context in contexts.items():
        by_folder.setdefault(stem.rpartition("/")[0], set()).add(context)
    histories: dict[tuple[str, str], list[Row]] = {}
    for file, fact in files.items():
        folder = file.rpartition("/")[0]
        of_folder = by_folder.get(folder, set())
        only = next(iter(of_folder)) if len(of_folder) == 1 else ""
        context = fact["context"] or contexts.get(_stem(file), only)
        for declared in fact["types"]:
            bodies = [each["body"] for each in declared["methods"] if each["name"] == "Up"]
            if bodies:
                row = (file, bodies[0], declared["constants"])
                histories.setdefault((folder, context), []).append(row)
    return histories


def _stem(file: str) -> str:
    """Return what a migration and its designer share: `1_Init` of `1_Init.Designer.cs`."""
    folder, _, name = file.rpartition("/")
    return f"{folder}/{name.split('.')[0]}"
