"""Python files: what each holds, and the tables that all of them make together."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sessions.patterns import lazy_pattern
from workers.survey import syntax
from workers.survey.tables import (
    alembic,
    django_apps,
    django_migrations,
    django_models,
    django_tables,
    python_helpers,
    python_source,
    sqlalchemy,
)
from workers.survey.tables.expressions import called, string, substituted
from workers.survey.tables.history import Declarations, History
from workers.survey.tables.python_classes import Classes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workers.survey.found import Table
    from workers.survey.tables.expressions import Expression

TOKENS = lazy_pattern(
    rb"Column\(|mapped_column|\bTable\(|\bmodels\.|\bdb\.Model|SQLModel|declarative|__tablename__"
    rb"|AppConfig|AUTH_USER_MODEL|INSTALLED_APPS|down_revision|migrations\.|\bMapped\[|Model\)"
)
# What the pattern cannot do without, found one by one: that is ten times as fast.
WORDS = tuple(
    b"Column( mapped_column Table( models. db.Model SQLModel declarative __tablename__ AppConfig"
    b" AUTH_USER_MODEL INSTALLED_APPS down_revision migrations. Mapped[ Model)".split()
)
DECLARES = lazy_pattern(
    rb"^[ \t]*__tablename__\s{0,9}(?::[^=\n]*)?="
    rb"|=\s{0,9}(?:\w+\.)?Table\(\s{0,40}['\"]\w+['\"]\s{0,9},\s{0,40}\w*(?:meta|Base|db)"
    rb"|^class \w+\(.*\bmodels\.Model\b|\bop\.create_table\(|table=True\)",
    re.MULTILINE,
)
INSTALLED = lazy_pattern(
    rb"^\s{0,8}\w{0,40}APPS\s{0,9}(?::[^=\n]{1,60})?\+?=\s{0,9}[\[(]([^\])]{0,20000})", re.MULTILINE
)
DOTTED = lazy_pattern(rb"['\"]([A-Za-z_][\w.]{0,150})['\"]")
KEPT_CALLS = {"Table", "declarative_base", "automap_base", "as_declarative", "Annotated"}


def concerns(file: str, source: bytes) -> bool:
    """Tell whether a file may declare a table, or help to understand one that does."""
    if file.endswith("__init__.py") and b"import" in source:
        return True
    return any(word in source for word in WORDS) and TOKENS.search(source) is not None


def extract(file: str, source: bytes) -> dict[str, Any]:
    """Return a file's imports, classes, assignments and what it upgrades."""
    del file
    root = syntax.parse("python", source).root_node
    imports = python_source.imports(root)
    assigned, indexes, constants = [], [], {}
    for node in python_source.statements(root):
        assignment = python_source.assignment(node)
        if assignment is not None:
            value = assignment["value"] = _unaliased(assignment.get("value"), imports)
            assigned += [assignment] if _is_kept(assignment) else []
            if isinstance(value, str):
                constants[assignment["name"]] = value
        elif node.type == "expression_statement":
            made = [python_source.expression(each) for each in node.named_children]
            indexes += [each for each in made if called(each) == "Index"]
            assigned += [_bare(each) for each in made if called(each) == "Table"]
    is_revision = alembic.revision(assigned) is not None
    helpers = python_helpers.helpers(root, source)
    return {
        "imports": imports,
        "classes": [python_source.class_fact(node) for node in python_source.classes(root)],
        "assigned": assigned,
        "indexes": substituted(indexes, constants),
        "steps": alembic.upgrade_steps(root, constants, helpers) if is_revision else None,
        "installed": _installed(source),
        "helpers": {} if is_revision else helpers,
    }


def _installed(source: bytes) -> list[str]:
    """Return the apps that settings install: the dotted names in `INSTALLED_APPS = [...]`."""
    return [
        name.decode("ascii")
        for match in INSTALLED.finditer(source)
        for name in DOTTED.findall(match[1])
    ]


def _unaliased(value: Expression, imports: dict[str, str]) -> Expression:
    """Return a call under the name that it was imported by: `DBTable` is `Table`."""
    name = called(value)
    if name in imports and isinstance(value, dict) and value["call"] == name:
        return {**value, "call": imports[name]}
    return value


def _bare(table: dict[str, Any]) -> dict[str, Any]:
    return {"name": "", "line": table["line"], "value": table}


def _is_kept(assignment: dict[str, Any]) -> bool:
    value = assignment.get("value")
    if called(value) in KEPT_CALLS or assignment["name"] in {"revision", "down_revision"}:
        return True
    return assignment["name"] == django_models.AUTH_USER and string(value) is not None


def resolve(modules: Mapping[str, dict[str, Any]]) -> Declarations:
    """Return the tables of models, the histories of migrations, and what was not understood."""
    classes = Classes(modules)
    declarations = Declarations()
    tables, missed = sqlalchemy.tables(classes)
    declarations.declared += tables
    declarations.understood = _abstract(classes)
    declarations.not_understood += missed
    models, unclear = django_models.models(classes)
    declarations.not_understood += unclear
    settings = django_models.settings_of(classes)
    declarations.declared += django_tables.tables(models, settings)
    declarations.histories += _alembic_histories(modules)
    _add_django_migrations(declarations, classes, models, settings)
    return declarations


def _abstract(classes: Classes) -> set[str]:
    """Return the files with abstract models, proxies and old models of migrations."""
    return {
        one.file
        for one in classes
        if (one.inner("Meta") or {}).get("abstract") is True
        or (one.inner("Meta") or {}).get("proxy") is True
        or "__abstract__" in one.own
        or "/migrations/" in f"/{one.file}"
    }


def _alembic_histories(modules: Mapping[str, dict[str, Any]]) -> list[History]:
    """Each folder of revisions is a history of its own."""
    folders: dict[str, dict[str, dict[str, Any]]] = {}
    for file, module in modules.items():
        revision = alembic.revision(module["assigned"])
        if revision is not None and module["steps"] is not None:
            folders.setdefault(file.rpartition("/")[0], {})[file] = revision
    return [
        History("alembic", [(file, modules[file]["steps"]) for file in alembic.ordered(revisions)])
        for _, revisions in sorted(folders.items())
    ]


def _add_django_migrations(
    declarations: Declarations,
    classes: Classes,
    models: django_models.DjangoModels,
    settings: dict[str, str],
) -> None:
    migrations = django_migrations.migrations(list(classes))
    apps = django_apps.Apps(classes)
    labels = {app: apps.label(one.file) for (app, _), one in migrations.items()}
    left, steps = django_migrations.replay(migrations, labels)
    merged = {**left, **models}
    tables: list[Table] = list(django_tables.tables(merged, settings))
    declarations.derived += [table for table in tables if table.source == "django migration"]
    if steps:
        declarations.histories.append(History("sql", [(file, [step]) for file, step in steps]))
