"""Tables that Django's models make: derived names, inherited fields, many-to-many tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from workers.survey.found import Column, ForeignKey, Index, NotUnderstood, Table
from workers.survey.tables.django_library import LIBRARY_FIELDS, UNIQUE
from workers.survey.tables.expressions import (
    argument,
    arguments,
    called,
    name_of,
    named,
    string,
    strings,
    words,
)
from workers.survey.tables.python_classes import Classes, PythonClass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from workers.survey.tables.expressions import Expression

ONE_TO_ONE = {"OneToOneField", "AutoOneToOneField"}
NOT_KEPT = ("Generic", "Manager", "Reverse")  # parts of names of fields without a column
USER_MANY = {"AbstractUser", "PermissionsMixin"}
AUTH_USER = "AUTH_USER_MODEL"


@dataclass
class DjangoModel:
    """A model as code or migrations declare it: its fields are calls."""

    app: str
    name: str
    file: str
    line: int
    fields: dict[str, Expression] = field(default_factory=dict)
    options: dict[str, Expression] = field(default_factory=dict)
    parents: list[tuple[str, str]] = field(default_factory=list)  # with tables of their own
    library: tuple[str, ...] = ()
    where: PythonClass | None = None
    source: str = "django"

    @property
    def key(self) -> tuple[str, str]:
        """What other models name it by."""
        return self.app, self.name.lower()

    @property
    def table(self) -> str:
        """Its table's name, given or derived."""
        db_table = string(self.options.get("db_table"))
        return db_table.replace('"', "") if db_table else f"{self.app}_{self.name.lower()}"


DjangoModels = dict[tuple[str, str], DjangoModel]


def models(classes: Classes) -> tuple[DjangoModels, list[NotUnderstood]]:
    """Return every model that has a table, and the classes that look like one but are unclear."""
    apps = Apps(classes)
    by_key: DjangoModels = {}
    missed: list[NotUnderstood] = []
    for each in classes:
        if "/migrations/" in f"/{each.file}" or not _is_model(classes, each):
            continue
        options = _options(classes, each)
        if options.get("abstract") is True or options.get("proxy") is True:
            continue
        label = string(options.get("app_label")) or apps.label(each.file)
        if not label:
            missed.append(NotUnderstood(each.file, each.line, f"the app of {each.name} is unknown"))
            continue
        model = _model(classes, each, label, options, apps)
        by_key[model.key] = model
    return by_key, missed


class Apps:
    """Which app a file belongs to."""

    def __init__(self, classes: Classes) -> None:
        """Read what AppConfig classes say."""
        self._labels: dict[str, str] = {}
        for python_class in classes:
            if python_class.file.endswith("apps.py") and any(
                "AppConfig" in name for name in _bases(python_class)
            ):
                texts = {name: string(each.get("value")) for name, each in python_class.own.items()}
                folder = python_class.file.rpartition("/")[0]
                if texts.get("name") or texts.get("label"):
                    name = texts.get("label") or (texts.get("name") or "").rpartition(".")[2]
                    self._labels.setdefault(folder, name)
        self._folders = {file.rpartition("/")[0] for file in classes.modules}

    def label(self, file: str) -> str:
        """Return the label of the app that a file belongs to, by its folders."""
        folder = file.rpartition("/")[0].removesuffix("/migrations")
        parts = folder.split("/") if folder else []
        for length in range(len(parts), 0, -1):
            above = "/".join(parts[:length])
            if above in self._labels:
                return self._labels[above]
        # Without an AppConfig the app is the folder of models.py, or the one above models/.
        if "models" in parts:
            position = len(parts) - 1 - parts[::-1].index("models")
            return parts[position - 1] if position else ""
        return parts[-1] if parts else ""


def _bases(python_class: PythonClass) -> list[str]:
    return [
        name_of(base) or str(base.get("call", "")) for base in python_class.fact["bases"] if base
    ]


def _is_model(classes: Classes, python_class: PythonClass) -> bool:
    for name in classes.ancestors(python_class):
        if isinstance(name, PythonClass):
            continue
        last = name.rpartition(".")[2]
        is_django = name.startswith(("django.", "models.", "gis_models."))
        if last == "Model" and is_django and ".models" in f".{name}":
            return True
        if last in LIBRARY_FIELDS and last not in {"PermissionsMixin", "Page", "Orderable"}:
            return "." in name
        if last in {"PermissionsMixin", "TranslatableModel", "ClusterableModel", "Page"}:
            return ("." in name and python_class.inner("Meta") is not None) or last == "Page"
    return False


def _options(classes: Classes, python_class: PythonClass) -> dict[str, Expression]:
    """Return Meta; `abstract`, `proxy` and `db_table` are not inherited from abstract bases."""
    own = python_class.inner("Meta")
    inherited: dict[str, Expression] = {}
    if own is None or _meta_inherits(python_class):
        for each in classes.ancestors(python_class)[1:]:
            meta = each.inner("Meta") if isinstance(each, PythonClass) else None
            if meta is not None and meta.get("abstract") is True:
                inherited = {**meta, **inherited}
        inherited = {key: value for key, value in inherited.items() if key in INHERITED}
    return {**inherited, **(own or {})}


INHERITED = {
    "app_label", "unique_together", "index_together", "indexes", "constraints", "managed",
}  # fmt: skip


def _meta_inherits(python_class: PythonClass) -> bool:
    return any(each["name"] == "Meta" and each["bases"] for each in python_class.fact["classes"])


def _model(
    classes: Classes,
    python_class: PythonClass,
    label: str,
    options: dict[str, Expression],
    apps: Apps,
) -> DjangoModel:
    ancestors = classes.ancestors(python_class)
    model = DjangoModel(
        label,
        python_class.name,
        python_class.file,
        python_class.line,
        options=options,
        where=python_class,
    )
    concrete = _add_parents(model, classes, apps)
    own = [each for each in ancestors if each not in concrete and isinstance(each, PythonClass)]
    for each in reversed(own):
        for name, assigned in each.own.items():
            if _is_field(assigned.get("value")):
                model.fields[name] = assigned["value"]
            elif name in model.fields and assigned.get("value", "") is None:
                del model.fields[name]  # `field = None` takes an inherited field away
    library = [each.rpartition(".")[2] for each in ancestors if isinstance(each, str)]
    model.library = tuple(each for each in library if each in LIBRARY_FIELDS and not model.parents)
    return model


def _add_parents(model: DjangoModel, classes: Classes, apps: Apps) -> list[PythonClass | str]:
    """Add the parents that have tables of their own; returns them with all that they inherit."""
    concrete: list[PythonClass | str] = []
    for each in classes.ancestors(model.where)[1:] if model.where else ():
        if each in concrete or not isinstance(each, PythonClass):
            continue
        meta = each.inner("Meta") or {}
        if meta.get("abstract") is not True and _is_model(classes, each):
            concrete += classes.ancestors(each)
            root = _root(classes, each)
            app = string(meta.get("app_label")) or apps.label(root.file)
            model.parents.append((app, root.name.lower()))
    return concrete


def _root(classes: Classes, python_class: PythonClass) -> PythonClass:
    """Return the model whose table a proxy stands for."""
    while (python_class.inner("Meta") or {}).get("proxy") is True:
        bases = [
            each for each in classes.ancestors(python_class)[1:] if isinstance(each, PythonClass)
        ]
        if not bases:
            break
        python_class = bases[0]
    return python_class


def _is_field(value: Expression) -> bool:
    name = called(value)
    if not name[:1].isupper() or any(part in name for part in NOT_KEPT):
        return False
    return name.endswith(("Field", "ForeignKey", "ParentalKey"))


def is_many(value: Expression) -> bool:
    """Tell whether a field is kept in a table of its own."""
    return "ManyToMany" in called(value)


def is_key(value: Expression) -> bool:
    """Tell whether a field refers to another model by a column."""
    name = called(value)
    return name.endswith(("ForeignKey", "ParentalKey")) or name in ONE_TO_ONE


def tables(models: DjangoModels, settings: Mapping[str, str]) -> Iterator[Table]:
    """Return the tables of all models, with those of their many-to-many fields."""
    for model in models.values():
        yield _table(model, models, settings)
        for name, value in model.fields.items():
            if is_many(value) and "through" not in named(value):
                yield _many_to_many(model, name, value, models, settings)
        if set(model.library) & USER_MANY:
            for name, other in (("groups", "auth.Group"), ("user_permissions", "auth.Permission")):
                many = {"call": "ManyToManyField", "args": [other], "line": model.line}
                yield _many_to_many(model, name, many, models, settings)


def target(
    model: DjangoModel, value: Expression, models: DjangoModels, settings: Mapping[str, str]
) -> tuple[str, str]:
    """Return the app and lower-case name of the model that a field refers to."""
    to = argument(value, 0) if arguments(value) else named(value).get("to")
    name = to if isinstance(to, str) else name_of(to)
    if name.endswith(AUTH_USER) or called(to) in {"get_user_model", "swappable_dependency"}:
        name = settings.get(AUTH_USER, "auth.User")
    if name == "self":
        return model.key
    app, _, last = name.rpartition(".")
    if isinstance(to, str) and app:
        return app.rpartition(".")[2], last.lower()
    if (model.app, last.lower()) in models and isinstance(to, str):
        return model.app, last.lower()
    candidates = [key for key in models if key[1] == last.lower()]
    own = [key for key in candidates if key[0] == model.app]
    return (own or candidates or [(model.app, last.lower())])[0]


def table_of(key: tuple[str, str], models: DjangoModels) -> str:
    """Return the table of a model, derived where the model stands in a package outside."""
    return models[key].table if key in models else f"{key[0]}_{key[1]}"


def _table(model: DjangoModel, models: DjangoModels, settings: Mapping[str, str]) -> Table:
    columns, keys = _inherited_columns(model, models)
    indexes: list[Index] = []
    names: dict[str, str] = {}
    for name, value in model.fields.items():
        if is_many(value):
            continue
        column = _column(name, value)
        names[name] = column.name
        columns.append(column)
        if is_key(value):
            other = table_of(target(model, value, models, settings), models)
            action = named(value).get("on_delete") or argument(value, 1)
            keys.append(ForeignKey((column.name,), other, (), _action(action)))
        if _is_indexed(value) and not column.unique and not column.primary_key:
            indexes.append(Index(None, (column.name,)))
    if not any(column.primary_key for column in columns):
        columns.insert(0, Column("id", "AutoField", nullable=False, primary_key=True))
    if "order_with_respect_to" in model.options:
        columns.append(Column("_order", "OrderWrt", nullable=False))
    indexes += _meta_indexes(model, names)
    return Table(
        model.table, model.file, model.line, model.source, model.name,
        tuple(columns), tuple(indexes), tuple(keys),
    )  # fmt: skip


def _inherited_columns(
    model: DjangoModel, models: DjangoModels
) -> tuple[list[Column], list[ForeignKey]]:
    """Return the columns that lead to parents' tables, and those that packages add."""
    columns: list[Column] = []
    keys: list[ForeignKey] = []
    for parent in model.parents:
        name = f"{parent[1]}_ptr_id"
        columns.append(Column(name, "OneToOneField", nullable=False, primary_key=not keys))
        keys.append(ForeignKey((name,), table_of(parent, models), (), "CASCADE"))
    for library in reversed(model.library):
        for name, kind in LIBRARY_FIELDS[library]:
            if name.removesuffix("_id") not in model.fields:
                unique = (library, name) in UNIQUE
                columns.append(Column(name, kind.rstrip("?"), kind.endswith("?"), unique=unique))
    return columns, keys


def _is_indexed(value: Expression) -> bool:
    by_kind = is_key(value) and called(value) not in ONE_TO_ONE
    return named(value).get("db_index", by_kind or called(value) == "SlugField") is True


def _column(name: str, value: Expression) -> Column:
    options = named(value)
    db_column = string(options.get("db_column"))
    default = options.get("default", options.get("db_default"))
    plain = {key: each for key, each in options.items() if key in TYPE_OPTIONS}
    kind = {"call": called(value), "args": [], "named": plain}
    primary = options.get("primary_key") is True
    return Column(
        db_column or (f"{name}_id" if is_key(value) else name),
        words(kind),
        options.get("null") is True and not primary,
        primary,
        options.get("unique") is True or called(value) in ONE_TO_ONE,
        words(default) if default is not None else None,
    )


TYPE_OPTIONS = {"max_length", "max_digits", "decimal_places", "base_field"}


def _action(expression: Expression) -> str | None:
    name = name_of(expression) or called(expression)
    last = name.rpartition(".")[2]
    return (
        last.replace("_", " ") if last in {"CASCADE", "SET_NULL", "RESTRICT", "PROTECT"} else None
    )


def _meta_indexes(model: DjangoModel, names: dict[str, str]) -> Iterator[Index]:
    for option in ("unique_together", "index_together"):
        listed = model.options.get(option)
        groups = listed if isinstance(listed, list) else []
        if groups and all(isinstance(one, str) for one in groups):
            groups = [groups]
        for group in groups:
            columns = tuple(names.get(one, one) for one in strings(group))
            yield Index(None, columns, option == "unique_together")
    for option in ("indexes", "constraints"):
        listed = model.options.get(option)
        for declared in listed if isinstance(listed, list) else []:
            yield from index(declared, names)


def index(declared: Expression, names: Mapping[str, str]) -> Iterator[Index]:
    """Return the index that `models.Index()` or `models.UniqueConstraint()` makes."""
    is_unique = called(declared) == "UniqueConstraint"
    if not is_unique and not called(declared).endswith("Index"):
        return
    fields = [each.lstrip("-") for each in strings(named(declared).get("fields"))]
    name = string(named(declared).get("name"))
    columns = tuple(names.get(each, each) for each in fields)
    if columns or name:
        yield Index(name, columns, is_unique)


def _many_to_many(
    model: DjangoModel,
    name: str,
    value: Expression,
    models: DjangoModels,
    settings: Mapping[str, str],
) -> Table:
    other = target(model, value, models, settings)
    own, theirs = model.name.lower(), other[1]
    is_self = other == model.key
    first = f"from_{own}_id" if is_self else f"{own}_id"
    second = f"to_{theirs}_id" if is_self else f"{theirs}_id"
    columns = (
        Column("id", "AutoField", nullable=False, primary_key=True),
        Column(first, "ForeignKey", nullable=False),
        Column(second, "ForeignKey", nullable=False),
    )
    return Table(
        string(named(value).get("db_table")) or f"{model.table}_{name}",
        model.file, int(value.get("line", model.line)), model.source, f"{model.name}.{name}",
        columns,
        (Index(None, (first, second), unique=True), Index(None, (first,)), Index(None, (second,))),
        (
            ForeignKey((first,), model.table, (), "CASCADE"),
            ForeignKey((second,), table_of(other, models), (), "CASCADE"),
        ),
    )  # fmt: skip


def settings_of(classes: Classes) -> dict[str, str]:
    """Return the settings that names of tables depend on."""
    settings: dict[str, str] = {}
    for module in classes.modules.values():
        for assigned in module["assigned"]:
            value = string(assigned.get("value"))
            if assigned["name"] == AUTH_USER and value:
                settings[AUTH_USER] = value
    return settings
