"""JavaScript and TypeScript files: what each holds, and the tables that all make together."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Any

from sessions.patterns import lazy_pattern
from workers.survey import syntax
from workers.survey.found import NotUnderstood
from workers.survey.tables import (
    drizzle,
    knex,
    kysely,
    mikro,
    mikro_entities,
    mongoose,
    mongoose_source,
    script_source,
    sequelize,
    typeorm,
)
from workers.survey.tables.expressions import called, substituted
from workers.survey.tables.history import Declarations, History
from workers.survey.tables.naming import natural

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tree_sitter import Node

    from workers.survey.tables.expressions import Expression

TOKENS = lazy_pattern(
    rb"@Entity\b|@Column\b|@PrimaryGeneratedColumn|@PrimaryKey|@Table\b|@Property\b|\bcreateTable|\balterTable"
    rb"|\bdropTable|\bqueryInterface\b|\bqueryRunner\b|schema\.table\(|renameTable|\bDataTypes\b"
    rb"|\bdefineEntity\(|\bEntitySchema\b|\baddSql\(|[sS]equelize\b"
    rb"|\b(?:pg|mysql|sqlite|singlestore)Table\(|SnakeNamingStrategy"
)
# What the pattern cannot do without, found one by one: that is ten times as fast.
WORDS = tuple(
    b"@Entity defineEntity( EntitySchema addSql("
    b" @Column @Primary @Table @Property reateTable lterTable ropTable ueryInterface"
    b" queryRunner schema.table( renameTable DataTypes equelize Table( SnakeNamingStrategy".split()
)
DECLARES = lazy_pattern(
    rb"^[ \t]*@Entity\(|\.createTable(?:IfNotExists)?\(|^[ \t]*@Table\(|\bsequelize\.define\("
    rb"|=\s*(?:pg|mysql|sqlite|singlestore)Table\(",
    re.MULTILINE,
)
CALLS = knex.CALLS | sequelize.CALLS
MIGRATION = lazy_pattern(
    r"\b(?:queryInterface|queryRunner|knex|schema)\b|createTable|alterTable|addSql"
)
_NOTHING: dict[str, Any] = {
    "classes": [], "calls": [], "steps": [], "failed": [], "tables": {}, "schema": None,
    "snake": False, "mongoose": None, "mikro": None,
}  # fmt: skip
STEPS = 4_000  # of one migration: some seconds of SQL


def concerns(file: str, source: bytes) -> bool:
    """Tell whether a file may declare a table; a bundle's lines are too long to be source."""
    if file.endswith((".d.ts", ".min.js")) or (
        b"\n" not in source[:20_000] and len(source) > 20_000
    ):
        return False
    if file.endswith("schema.js") or mongoose_source.WORD in source or kysely.WORD in source:
        return True
    return any(word in source for word in WORDS) and TOKENS.search(source) is not None


def extract(file: str, source: bytes) -> dict[str, Any]:
    """Return a file's classes, the calls that declare models, and what its migration does."""
    language = syntax.language_of(file) or "javascript"
    root = syntax.parse(language, source).root_node
    constants = script_source.constants(root)
    of_mongoose = mongoose_source.facts(language, root, source, constants)
    if mongoose_source.WORD in source and TOKENS.search(source) is None:
        # What else these calls could be is nothing here.
        classes = script_source.class_facts(language, root) if of_mongoose else []
        return {**_NOTHING, "classes": classes, "mongoose": of_mongoose}
    if kysely.WORD in source:
        return {**_NOTHING, **kysely.facts(language, root, constants)}
    calls = script_source.outer_calls(language, root, CALLS)
    calls = [substituted(one, constants) for one in calls]
    migrates = MIGRATION.search(source.decode("utf-8", "replace")) is not None
    made = (step for one in calls for step in knex.steps(one)) if migrates else iter(())
    steps = list(islice(made, STEPS + 1))
    return {
        "classes": script_source.class_facts(language, root),
        "calls": [one for one in calls if called(one) in sequelize.CALLS],
        "steps": steps[:STEPS],
        "failed": [[1, "too many steps: the rest was not read"]] if len(steps) > STEPS else [],
        "tables": script_source.table_constants(language, root, drizzle.CALLS),
        "schema": script_source.schema_object(root) if file.endswith("schema.js") else None,
        "snake": b"SnakeNamingStrategy" in source,
        "mongoose": of_mongoose,
        "mikro": _of_mikro(language, root, source, constants),
    }


def _of_mikro(
    language: str, root: Node, source: bytes, constants: Mapping[str, str]
) -> list[Expression] | None:
    """Return the entities that a file of MikroORM makes by calls, None for a file of none."""
    if mikro_entities.WORD not in source:
        return None
    calls = script_source.outer_calls(language, root, mikro_entities.CALLS)
    return [substituted(call, constants) for call in calls]


def resolve(scripts: Mapping[str, dict[str, Any]]) -> Declarations:
    """Return the tables of entities and models, and each folder's migrations as a history."""
    declarations = Declarations()
    others = {file: script for file, script in scripts.items() if script["mikro"] is None}
    declarations.declared += typeorm.tables(others)
    declarations.declared += sequelize.tables(scripts)
    declarations.declared += drizzle.tables(scripts)
    declarations.declared += knex.tables_of_objects(scripts)
    for made in (*mikro.tables(scripts), *mongoose.tables(scripts)):
        if isinstance(made, NotUnderstood):
            declarations.not_understood.append(made)
        else:
            declarations.declared.append(made)
    for file, script in scripts.items():
        declarations.not_understood += [
            NotUnderstood(file, line, why) for line, why in script["failed"]
        ]
    folders: dict[str, list[str]] = {}
    for file in sorted(scripts, key=natural):
        if scripts[file]["steps"]:
            folders.setdefault(file.rpartition("/")[0], []).append(file)
    for listed in folders.values():
        files = [(file, scripts[file]["steps"]) for file in listed]
        declarations.histories.append(History("migration", files))
    return declarations
