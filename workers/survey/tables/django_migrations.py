"""Django's migrations, replayed in the order of their dependencies: the models that they leave."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessions.patterns import lazy_pattern
from workers.survey.tables import sql_source
from workers.survey.tables.django_models import DjangoModel, DjangoModels
from workers.survey.tables.expressions import argument, called, named, string, substituted

if TYPE_CHECKING:
    from collections.abc import Callable

    from workers.survey.tables.expressions import Expression
    from workers.survey.tables.python_classes import PythonClass
    from workers.survey.tables.replay import Step

PLACE = lazy_pattern(r"(?:^|/)([^/]+)/migrations/([^/]+)\.py$")


def migrations(classes: list[PythonClass]) -> dict[tuple[str, str], PythonClass]:
    """Return the migrations by app and name."""
    by_name = {}
    for each in classes:
        place = PLACE.search(each.file)
        if place and each.name == "Migration" and "operations" in each.own:
            by_name[place[1], place[2]] = each
    return by_name


def replay(
    by_name: dict[tuple[str, str], PythonClass], labels: dict[str, str]
) -> tuple[DjangoModels, list[tuple[str, Step]]]:
    """Return the models that all migrations leave, and the steps of the SQL that they run."""
    models: DjangoModels = {}
    steps: list[tuple[str, Step]] = []
    for app, name in _ordered(by_name):
        migration = by_name[app, name]
        own = {name: given.get("value") for name, given in migration.own.items()}
        operations = substituted(own.pop("operations"), own)
        for operation in operations if isinstance(operations, list) else []:
            _apply(models, labels.get(app, app), operation, migration, steps)
    return models, steps


def _ordered(by_name: dict[tuple[str, str], PythonClass]) -> list[tuple[str, str]]:
    done: dict[tuple[str, str], None] = {}
    for first in sorted(by_name):
        path = [first]
        while path:
            key = path[-1]
            dependencies = by_name[key].own.get("dependencies", {}).get("value")
            pairs = [
                tuple(one) for one in dependencies or () if isinstance(one, list) and len(one) == 2
            ]
            waiting = [
                one for one in pairs if one in by_name and one not in done and one not in path
            ]
            if waiting and key not in done:
                path.append(waiting[0])
            else:
                done[path.pop()] = None
    return list(done)


def _apply(
    models: DjangoModels, app: str, operation: Expression, where: PythonClass,
    steps: list[tuple[str, Step]],
) -> None:  # fmt: skip
    function, options = called(operation), named(operation)
    if function == "SeparateDatabaseAndState":
        for inner in _separated(operation):
            _apply(models, app, inner, where, steps)
    elif function == "RunSQL":
        text = string(options.get("sql", argument(operation, 0)))
        made = sql_source.steps(text)[0] if text else []
        steps.extend((where.file, {**step, "line": operation["line"]}) for step in made)
    else:
        _apply_to_models(models, app, operation, where)


def _apply_to_models(
    models: DjangoModels, app: str, operation: Expression, where: PythonClass
) -> None:
    function, options = called(operation), named(operation)
    name = string(options.get("name", argument(operation, 0))) or ""
    key = (app, name.lower())
    if function == "CreateModel" and name:
        _create(models, app, name, operation, where)
    elif function == "DeleteModel" and name:
        models.pop(key, None)
    elif function == "RenameModel":
        _rename(models, app, operation)
    elif function == "AlterModelTable" and key in models:
        table = string(options.get("table", argument(operation, 1)))
        models[key].options["db_table"] = table
    elif function in CHANGES:
        owner = string(options.get("model_name", argument(operation, 0))) or name
        model = models.get((app, owner.lower()))
        if model is not None:
            CHANGES[function](model, operation)


def _separated(operation: Expression) -> list[Expression]:
    """Return what `SeparateDatabaseAndState` does to models: renamed tables, then the state."""
    options = named(operation)
    in_database = options.get("database_operations", argument(operation, 0)) or []
    in_state = options.get("state_operations", argument(operation, 1)) or []
    return [*(each for each in in_database if called(each) == "AlterModelTable"), *in_state]


def _create(
    models: DjangoModels, app: str, name: str, operation: Expression, where: PythonClass
) -> None:
    settings = named(operation)
    fields = settings.get("fields", argument(operation, 1)) or []
    options = named(settings.get("options", argument(operation, 2)))
    if options.get("proxy") is True or options.get("abstract") is True:
        return
    pairs = [pair for pair in fields if isinstance(pair, list) and len(pair) == 2]
    declared = {pair[0]: pair[1] for pair in pairs if isinstance(pair[0], str)}
    model = DjangoModel(app, name, where.file, operation["line"], declared, dict(options))
    model.source = "django migration"
    models[model.key] = model


def _rename(models: DjangoModels, app: str, operation: Expression) -> None:
    old = string(named(operation).get("old_name", argument(operation, 0))) or ""
    new = string(named(operation).get("new_name", argument(operation, 1))) or ""
    model = models.pop((app, old.lower()), None)
    if model is not None and new:
        model.name = new
        models[model.key] = model


def _set_field(model: DjangoModel, operation: Expression) -> None:
    model.fields[_field_name(operation)] = named(operation).get("field", argument(operation, 2))


def _remove_field(model: DjangoModel, operation: Expression) -> None:
    model.fields.pop(_field_name(operation), None)


def _rename_field(model: DjangoModel, operation: Expression) -> None:
    options = named(operation)
    old = string(options.get("old_name", argument(operation, 1))) or ""
    new = string(options.get("new_name", argument(operation, 2))) or ""
    model.fields = {new if name == old else name: field for name, field in model.fields.items()}


def _add_index(model: DjangoModel, operation: Expression) -> None:
    option = "indexes" if called(operation) == "AddIndex" else "constraints"
    options, listed = named(operation), model.options.get(option)
    index = options.get("index") or options.get("constraint") or argument(operation, 1)
    model.options[option] = [*(listed if isinstance(listed, list) else []), index]


def _remove_index(model: DjangoModel, operation: Expression) -> None:
    name = _field_name(operation)
    for option in ("indexes", "constraints"):
        listed = model.options.get(option)
        if isinstance(listed, list):
            left = [index for index in listed if named(index).get("name") != name]
            model.options[option] = left


def _alter_together(model: DjangoModel, operation: Expression) -> None:
    option = "unique_together" if "Unique" in called(operation) else "index_together"
    model.options[option] = named(operation).get(option, argument(operation, 1))


def _field_name(operation: Expression) -> str:
    return string(named(operation).get("name", argument(operation, 1))) or ""


CHANGES: dict[str, Callable[[DjangoModel, Expression], None]] = {
    "AddField": _set_field,
    "AlterField": _set_field,
    "RemoveField": _remove_field,
    "RenameField": _rename_field,
    "AddIndex": _add_index,
    "AddConstraint": _add_index,
    "RemoveIndex": _remove_index,
    "RemoveConstraint": _remove_index,
    "AlterUniqueTogether": _alter_together,
    "AlterIndexTogether": _alter_together,
}
