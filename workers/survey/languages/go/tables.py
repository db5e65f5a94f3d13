"""The tables of Go: models of GORM, put together from all files."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sessions.patterns import lazy_pattern
from workers.survey.found import NotUnderstood, Table
from workers.survey.languages.go import gorm_source
from workers.survey.languages.go.gorm_models import Key, Model, Models, Naming
from workers.survey.languages.go.gorm_tables import primary_fields, table_of
from workers.survey.tables.history import Declarations

if TYPE_CHECKING:
    from collections.abc import Mapping

Fact = dict[str, Any]
DECLARES = lazy_pattern(rb'`[^`\n]{0,300}gorm:"[^`\n]{0,300}primary_?[kK]ey')
# Files that no build takes in, as programs that generate others are.
_LEFT_OUT = lazy_pattern(rb"^//(?:go:build|\s\+build) ignore[ \t]{0,40}$", re.MULTILINE)
_HEAD = 4_000
_MODELS = lazy_pattern(r"model|entit|schema|domain|tables|types|base")


def concerns(file: str, source: bytes) -> bool:
    """Tell whether a file may say something about tables."""
    if not file.endswith(".go") or _LEFT_OUT.search(source[:_HEAD]) is not None:
        return False
    return b"gorm" in source or (b" struct {" in source and _MODELS.search(file) is not None)


def extract(file: str, source: bytes) -> Fact:
    """Return what one file says; raises TooSlow."""
    del file
    return gorm_source.facts_of(source)


def resolve(files: Mapping[str, Fact]) -> Declarations:
    """Return the tables of all models."""
    declarations = Declarations(understood=set(files))
    if not any("gorm" in path for fact in files.values() for path in fact["imports"].values()) and (
        not any(_is_tagged(fact) for fact in files.values())
    ):
        return declarations
    models = Models(files)
    naming = _naming(files)
    chosen: dict[Key, Model] = {}
    for key in _chosen(files, models):
        model = models.model(key)
        model.table = models.table_name(key, naming)
        chosen[key] = model
    for model in chosen.values():
        if model.table is None:
            reason = f"the table of model {model.key[1]} has a name that is computed"
            declarations.not_understood.append(NotUnderstood(model.file, model.line, reason))
    declarations.declared = _tables(chosen, models)
    return declarations


def _is_tagged(fact: Fact) -> bool:
    return any(row["tag"] for struct in fact["structs"] for row in struct["fields"])


def _naming(files: Mapping[str, Fact]) -> Naming:
    """Return how the program is told to name tables."""
    naming = Naming()
    for fact in files.values():
        for key, value in fact["naming"]:
            if key == "SingularTable":
                naming = naming._replace(singular=value == "true")
            elif key == "TablePrefix" and value[:1] in {'"', "`"}:
                naming = naming._replace(prefix=value[1:-1])
            else:
                naming = naming._replace(prefix=None)
    return naming


def _chosen(files: Mapping[str, Fact], models: Models) -> list[Key]:
    """Return the structs that are tables: those that are migrated, or look as if they were."""
    migrated, all_known = _migrated(files, models)
    embedded = _embedded(files, models)
    names = {key for key in models.structs() if models.is_struct(key)}
    chosen = [key for key in names if key in migrated or models.has_table_name(key)]
    for key in names.difference(chosen, embedded):
        model = models.model(key)
        # Where all that is migrated is known, tags alone may be those of a query's rows.
        may_be = model.has_base or (model.tagged and not (migrated and all_known))
        if may_be and primary_fields(model, models):
            chosen.append(key)
    return sorted(key for key in chosen if key in migrated or _is_of_gorm(models.model(key)))


def _migrated(files: Mapping[str, Fact], models: Models) -> tuple[set[Key], bool]:
    """Return the structs that are migrated, and whether there are no others.

    Where something else is migrated it may be a list of models.
    """
    keys = [models.key(of, file) for file, fact in files.items() for of, _ in fact["migrated"]]
    migrated = {key for key in keys if key is not None}
    if None not in keys:
        return migrated, True
    listed = [(of, file) for file, fact in files.items() for of in fact["lists"]]
    maybe = [models.key(of, file) for of, file in listed]
    return migrated | {key for key in maybe if key is not None}, False


def _is_of_gorm(model: Model) -> bool:
    """Tell whether anything of a struct is GORM's: other libraries ask for `TableName`, too."""
    return model.tagged or model.has_base or any(field.options for field in model.fields)


def _embedded(files: Mapping[str, Fact], models: Models) -> set[Key]:
    """Return the structs that others embed: they are no tables of their own."""
    keys: set[Key] = set()
    for file, fact in files.items():
        for struct in fact["structs"]:
            for row in struct["fields"]:
                if row["embedded"] or "embedded" in (row["tag"] or ""):
                    key = models.key(row["of"], file)
                    keys |= {key} if key is not None else set()
    return keys


def _tables(chosen: Mapping[Key, Model], models: Models) -> list[Table]:
    """Return the tables, with the keys that the relations of others put on them."""
    made = {key: table_of(model, models, chosen) for key, model in chosen.items() if model.table}
    tables: dict[Key, Table] = {key: parts.table for key, parts in made.items()}
    for parts in made.values():
        for key, foreign in parts.keys_of_others:
            if key in tables:
                before = tables[key].foreign_keys
                if all(other.columns != foreign.columns for other in before):
                    tables[key] = replace(tables[key], foreign_keys=(*before, foreign))
    names = {table.name for table in tables.values()}
    listed = list(tables.values())
    for parts in made.values():
        for join in parts.joins:
            if join.name not in names:
                names.add(join.name)
                listed.append(join)
    return listed
