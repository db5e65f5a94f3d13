"""Django's models: which classes are one, of which app, with the fields that they inherit."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from workers.survey.found import NotUnderstood
from workers.survey.tables.django_apps import Apps
from workers.survey.tables.django_library import LIBRARY_FIELDS
from workers.survey.tables.expressions import (
    called,
    string,
)
from workers.survey.tables.python_classes import Classes, PythonClass

if TYPE_CHECKING:
    from workers.survey.tables.expressions import Expression

NOT_KEPT = ("Generic", "Manager", "Reverse")  # parts of names of fields without a column
# Bases outside the repository that bring no field.
WITHOUT_FIELDS = frozenset("Model object Generic ABC TextChoices".split())
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
    whole: bool = False

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
        _add_fields(model, each)
    library = [each.rpartition(".")[2] for each in ancestors if isinstance(each, str)]
    model.library = tuple(each for each in library if each in LIBRARY_FIELDS and not model.parents)
    model.whole = all(each in LIBRARY_FIELDS or each in WITHOUT_FIELDS for each in library)
    return model


def _add_fields(model: DjangoModel, python_class: PythonClass) -> None:
    """Add what a class of the model declares; `field = None` takes an inherited field away."""
    # What another file declares is found there by its class alone: a line is of a file.
    at = {} if python_class.file == model.file else {"line": model.line}
    for name, assigned in python_class.own.items():
        if _is_field(assigned.get("value")):
            model.fields[name] = {**assigned["value"], **at}
        elif name in model.fields and assigned.get("value", "") is None:
            del model.fields[name]


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


def settings_of(classes: Classes) -> dict[str, str]:
    """Return the settings that names of tables depend on."""
    settings: dict[str, str] = {}
    for module in classes.modules.values():
        for assigned in module["assigned"]:
            value = string(assigned.get("value"))
            if assigned["name"] == AUTH_USER and value:
                settings[AUTH_USER] = value
    return settings
