"""Tables that SQLAlchemy, Flask-SQLAlchemy and SQLModel declare: classes and `Table()`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from sessions.patterns import lazy_pattern
from workers.survey.found import Index, NotUnderstood, Table
from workers.survey.tables.expressions import (
    argument,
    arguments,
    called,
    line_of,
    name_of,
    named,
    whole_call,
)
from workers.survey.tables.naming import snake_case
from workers.survey.tables.python_classes import Classes, PythonClass, base_names
from workers.survey.tables.python_helpers import called_with
from workers.survey.tables.replay import plain
from workers.survey.tables.sqlalchemy_columns import (
    COLUMN_CALLS,
    NOT_COLUMNS,
    Draft,
    add_arguments,
    add_column,
    add_constraint,
    built,
    core_table,
    is_column,
    stripped,
    unwrapped,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from workers.survey.tables.expressions import Expression

MAKERS = {"declarative_base", "automap_base", "as_declarative", "generate_base"}
MIGRATIONS = lazy_pattern(r"/(?:migrations|alembic)/")
MODEL_BASES = lazy_pattern(
    r"(?:^|\.)(?:db\.Model|DeclarativeBase|DeclarativeBaseNoMeta|MappedAsDataclass|SQLModel"
    r"|declarative_base|automap_base|UUIDBase|UUIDAuditBase|BigIntBase|BigIntAuditBase"
    r"|SQLAlchemyBaseUserTable|SQLAlchemyBaseUserTableUUID|declarative_base\(\))$"
)

# `f"app_{cls.__name__.lower()}s"`, `cls.__name__.lower() + "s"`
_NAMED_AFTER = lazy_pattern(
    r"""f(?P<quote>['"])(?P<before>\w*)\{\w+\.__name__(?P<lower>\.lower\(\))?\}(?P<after>\w*)(?P=quote)"""
    r"""|\w+\.__name__(?P<low>\.lower\(\))?\s*\+\s*['"](?P<plus>\w*)['"]"""
)
_NEVER_MAPPED = frozenset(
    {"DeclarativeBase", "DeclarativeBaseNoMeta"}
)  # what directly inherits them
_NO_COLUMN = frozenset(
    "list dict set tuple frozenset property ConfigDict lazy partial namedtuple".split()
)
# Bases of libraries that bring no column of their own.
_WITHOUT_COLUMNS = frozenset(
    "Model DeclarativeBase DeclarativeBaseNoMeta MappedAsDataclass SQLModel AsyncAttrs object"
    " Generic ABC declarative_base automap_base str int Enum".split()
)


@dataclass
class MappedClasses:
    """What is known of every mapped class: its table's name, for foreign keys to its attributes."""

    classes: Classes
    made_bases: frozenset[str] = frozenset()
    aliases: dict[str, Expression] = field(default_factory=dict)
    table_of: dict[str, str] = field(default_factory=dict)


def tables(classes: Classes) -> tuple[list[Table], list[NotUnderstood]]:
    """Return the tables of all files but migrations, and what looked like one and gave none."""
    mapping = _mapping(classes)
    mapped: list[tuple[PythonClass, Table]] = []
    missed: list[NotUnderstood] = []
    for model in classes:
        if _is_migration(classes, model.file):
            continue
        table = _class_table(mapping, model)
        if isinstance(table, NotUnderstood):
            missed.append(table)
        elif table is not None:
            mapped.append((model, table))
            mapping.table_of.setdefault(model.name, table.name)
    merged = _merge_single_table(mapping, mapped)
    for file, module in classes.modules.items():
        if _is_migration(classes, file):
            continue
        for assigned in module["assigned"]:
            core = _core_table(mapping, file, assigned)
            merged += [core] if core else []
    finished = [_finish(mapping, table) for table in merged]
    return _with_indexes(mapping, finished), missed


def _mapping(classes: Classes) -> MappedClasses:
    assigned = [one for module in classes.modules.values() for one in module["assigned"]]
    made = frozenset(one["name"] for one in assigned if called(one.get("value")) in MAKERS)
    aliases = {
        one["name"]: one["value"] for one in assigned if called(one.get("value")) == "Annotated"
    }
    return MappedClasses(classes, made, aliases)


def _is_migration(classes: Classes, file: str) -> bool:
    """Tell whether a file is a revision: the classes in it describe a table as it once was."""
    names = {one["name"] for one in classes.modules[file]["assigned"]}
    return "down_revision" in names or MIGRATIONS.search(f"/{file}") is not None


def _class_table(mapping: MappedClasses, model: PythonClass) -> Table | NotUnderstood | None:
    if _is_base(model):
        return None
    if "__table__" in model.own:
        return _own_core_table(model, model.own["__table__"].get("value"))
    ancestors = mapping.classes.ancestors(model)
    own = [each for each in ancestors if isinstance(each, PythonClass)]
    external = [each for each in ancestors if isinstance(each, str)]
    is_sqlmodel = model.fact["named"].get("table") is True
    if any(name.endswith("SQLModel") for name in external) and not is_sqlmodel:
        return None  # without `table=True` it is a form of data
    is_model = is_sqlmodel or _is_model(mapping, own, external)
    name = _table_name(model, own, external, is_sqlmodel=is_sqlmodel, is_model=is_model)
    if isinstance(name, NotUnderstood):
        return name if is_model else None
    if name is None or not (is_model or _has_key(own)):
        return _why_no_table(model, is_model=is_model)
    return _mapped_table(mapping, model, name, own)


def _is_base(model: PythonClass) -> bool:
    """Tell whether a class only serves others: an abstract one, or the base of all."""
    if model.own.get("__abstract__", {}).get("value") is True:
        return True
    return any(base.rpartition(".")[2] in _NEVER_MAPPED for base in base_names(model))


def _own_core_table(model: PythonClass, value: Expression) -> Table | None:
    """Return the `Table()` that a class is given; one that it names is declared elsewhere."""
    if called(value) != "Table":
        return None
    return core_table(value, model.file, model.line, model.name)


def _is_model(mapping: MappedClasses, own: list[PythonClass], external: list[str]) -> bool:
    """Tell whether a class inherits from what SQLAlchemy or the repository makes models of."""
    return any(MODEL_BASES.search(name) for name in external) or _made_base(mapping, own)


def _mapped_table(
    mapping: MappedClasses, model: PythonClass, name: str, own: list[PythonClass]
) -> Table | None:
    """Return the table of a mapped class, its columns in the order of inheritance."""
    is_sqlmodel = model.fact["named"].get("table") is True
    draft = Draft()
    schema, is_clear = None, True
    for each in reversed(_of_this_table(mapping, model, own)):
        for assigned in _helped(mapping, each):
            is_clear = is_clear and _is_clear(assigned, is_sqlmodel=is_sqlmodel)
            _add_attribute(draft, mapping, assigned, is_sqlmodel=is_sqlmodel)
        schema = add_arguments(draft, each) or schema
    if not draft.columns:
        return None
    source = "sqlmodel" if is_sqlmodel else "sqlalchemy"
    full = f"{schema}.{name}" if schema else name
    table = built(draft, full, model.file, model.line, source, model=model.name)
    return replace(table, whole=is_clear and _is_whole(mapping, own))


def _helped(mapping: MappedClasses, each: PythonClass) -> Iterator[dict[str, Any]]:
    """Yield what a class assigns, with the columns that functions of the repository return."""
    for assigned in each.own.values():
        value = unwrapped(assigned.get("value"))
        name = whole_call(value)
        known = called(value) in {*COLUMN_CALLS, *NOT_COLUMNS, "Field", ""}
        helper = None if known else mapping.classes.helper(each.file, name)
        yield assigned if helper is None else {**assigned, "value": called_with(helper, value)}


def _is_clear(assigned: dict[str, Any], *, is_sqlmodel: bool) -> bool:
    """Tell whether it is known if an attribute is a column: a call of who knows what may be one."""
    name, value = assigned["name"], unwrapped(assigned.get("value"))
    if name.startswith("__") or is_sqlmodel or "annotation" in assigned:
        return True
    if not isinstance(value, dict) or "call" not in value or value.get("index"):
        return True
    maker = called(value)
    if maker in {*COLUMN_CALLS, *NOT_COLUMNS, *_NO_COLUMN}:
        return True
    return maker[:1].isupper() and "Column" not in maker  # an object of a class


def _is_whole(mapping: MappedClasses, own: list[PythonClass]) -> bool:
    """Tell whether all that a class inherits stands in the repository, or brings no columns."""
    external = {
        name.rpartition(".")[2]
        for each in own
        for name in mapping.classes.ancestors(each)
        if isinstance(name, str)
    }
    return external <= _WITHOUT_COLUMNS | mapping.made_bases


def _of_this_table(
    mapping: MappedClasses, model: PythonClass, own: list[PythonClass]
) -> list[PythonClass]:
    """Leave out parents that have a table of their own, and what they inherit."""
    if "__tablename__" not in model.own and model.fact["named"].get("table") is not True:
        return own
    elsewhere: list[PythonClass | str] = []
    for each in own[1:]:
        literal = isinstance(each.own.get("__tablename__", {}).get("value"), str)
        if literal or each.fact["named"].get("table") is True:
            elsewhere += mapping.classes.ancestors(each)
    return [each for each in own if each not in elsewhere]


def _why_no_table(model: PythonClass, *, is_model: bool) -> NotUnderstood | None:
    """A class with columns and a base of models, but no name that could be read."""
    declared = model.own.get("__tablename__")
    holds = any(is_column(given) for given in model.own.values())
    if declared is not None and (is_model or holds):
        return NotUnderstood(
            model.file, model.line, f"the table name of {model.name} is not a literal"
        )
    return None


def _made_base(mapping: MappedClasses, own: list[PythonClass]) -> bool:
    """Tell whether an ancestor is what `Base = declarative_base()` made."""
    bases = [base for each in own for base in each.fact["bases"]]
    return any(
        called(base) in MAKERS or name_of(base).rpartition(".")[2] in mapping.made_bases
        for base in bases
    )


def _has_key(own: list[PythonClass]) -> bool:
    """Tell whether columns are assigned, one of them a primary key."""
    for each in own:
        for assigned in each.own.values():
            value = unwrapped(assigned.get("value"))
            if called(value) in COLUMN_CALLS and named(value).get("primary_key") is True:
                return True
    return False


def _table_name(
    model: PythonClass,
    own: list[PythonClass],
    external: list[str],
    *,
    is_sqlmodel: bool,
    is_model: bool,
) -> str | NotUnderstood | None:
    """Return the name that the class or what it inherits gives; single tables share a parent's."""
    for each in own:
        assigned = each.own.get("__tablename__")
        if assigned is None:
            continue
        value = assigned.get("value")
        if value is None:
            continue  # a base that leaves it to others
        if isinstance(value, str):
            return value
        name = _named_after(value, model.name)
        if name is None:
            return NotUnderstood(
                each.file, assigned["line"], f"the table name of {model.name} is computed"
            )
        return name
    if is_sqlmodel:
        return model.name.lower()
    if is_model and any(name.endswith("db.Model") or name == "db.Model" for name in external):
        return snake_case(model.name)
    return None


def _named_after(value: Expression, name: str) -> str | None:
    """Return a name that is made from the class's own in a form that says exactly how.

    What a function of another name makes of it is unknown: two that are called `snake_case` differ.
    """
    if re.fullmatch(r"\w+\.__name__", name_of(value)):
        return name
    if re.fullmatch(r"\w+\.__name__\.lower", whole_call(value)) and not arguments(value):
        return name.lower()
    text = value.get("text") if isinstance(value, dict) else None
    match = _NAMED_AFTER.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        return None
    parts = match.groupdict("")
    own = name.lower() if parts["lower"] or parts["low"] else name
    return f"{parts['before']}{own}{parts['after']}{parts['plus']}"


def _add_attribute(
    draft: Draft, mapping: MappedClasses, assigned: dict[str, Any], *, is_sqlmodel: bool
) -> None:
    value, annotation = unwrapped(assigned.get("value")), assigned.get("annotation")
    name = assigned["name"]
    if name.startswith("__") or called(value) in NOT_COLUMNS:
        return
    inner = argument(annotation, 0) if called(annotation) == "Mapped" else annotation
    if not is_sqlmodel:
        if called(value) not in COLUMN_CALLS and not _is_mapped(annotation, inner):
            return
    elif annotation is None or called(annotation) in {"ClassVar", "Relationship"}:
        return
    if is_sqlmodel and called(named(value).get("sa_column")) == "Column":
        value = {**named(value)["sa_column"]}
    alias = _annotated(mapping, stripped(inner))
    shared = next((one for one in arguments(alias) if called(one) in COLUMN_CALLS), None)
    inner = argument(alias, 0) if alias is not None else inner
    add_column(draft, name, value, inner, shared, is_sqlmodel=is_sqlmodel)


def _is_mapped(annotation: Expression, inner: Expression) -> bool:
    """Tell whether `x: Mapped[int]` is a column: `relationship()` makes a relation."""
    is_plural = called(inner) in {"list", "List", "set", "Set"}
    return called(annotation) == "Mapped" and not is_plural and not isinstance(inner, str)


def _annotated(mapping: MappedClasses, inner: Expression) -> Expression:
    """Return the `Annotated[int, mapped_column()]` that a type is, or is an alias of."""
    if called(inner) == "Annotated":
        return inner
    return mapping.aliases.get(name_of(inner).rpartition(".")[2])


def _core_table(mapping: MappedClasses, file: str, assigned: dict[str, Any]) -> Table | None:
    value = assigned.get("value")
    if called(value) != "Table" or len(arguments(value)) < 2:
        return None
    imported = mapping.classes.imported(file, whole_call(value))
    if "rich" in imported:
        return None
    table = core_table(value, file, line_of(value, assigned["line"]))
    if table is not None:
        mapping.table_of.setdefault(assigned["name"], table.name)
    return table


def _finish(mapping: MappedClasses, table: Table) -> Table:
    """Put tables where foreign keys name classes."""
    keys = []
    for key in table.foreign_keys:
        if key.table.startswith("@"):
            name = key.table[1:].removesuffix(".c").rpartition(".")[2]
            keys.append(replace(key, table=mapping.table_of.get(name, "")))
        else:
            keys.append(replace(key, table=plain(key.table)))
    return replace(table, foreign_keys=tuple(keys))


def _merge_single_table(
    mapping: MappedClasses, mapped: Iterable[tuple[PythonClass, Table]]
) -> list[Table]:
    """Put the columns of classes that share a parent's table into that table."""
    by_class: dict[PythonClass, Table] = {}
    for model, table in mapped:
        parents = [each for each in mapping.classes.ancestors(model)[1:] if each in by_class]
        parent = next((each for each in parents if isinstance(each, PythonClass)), None)
        # Single-table inheritance: a class below another model without a table name of its own.
        if parent is None or "__tablename__" in model.own or by_class[parent].name != table.name:
            by_class[model] = table
            continue
        shared = by_class[parent]
        known = {column.name for column in shared.columns}
        new = tuple(column for column in table.columns if column.name not in known)
        by_class[parent] = replace(shared, columns=(*shared.columns, *new))
    return list(by_class.values())


def _with_indexes(mapping: MappedClasses, tables: list[Table]) -> list[Table]:
    """Add the indexes that stand beside the classes: `Index("ix", User.name)`."""
    added: dict[str, list[Index]] = {}
    for module in mapping.classes.modules.values():
        for index in module["indexes"]:
            draft = Draft()
            add_constraint(draft, index)
            owners = [name_of(each).split(".")[0] for each in arguments(index)[1:] if name_of(each)]
            table = mapping.table_of.get(owners[0]) if owners else None
            if table is not None:
                added.setdefault(table, []).extend(draft.indexes)
    return [
        replace(table, indexes=(*table.indexes, *added.get(table.name, ()))) for table in tables
    ]
