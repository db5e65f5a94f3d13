"""Django's migrations, replayed in the order of their dependencies: the models that they leave."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from workers.survey.tables import sql_source
from workers.survey.tables.django import Model, Models
from workers.survey.tables.expressions import argument, called, named, string, substituted

if TYPE_CHECKING:
    from workers.survey.tables.expressions import Expression
    from workers.survey.tables.python_classes import PythonClass
    from workers.survey.tables.replay import Step

PLACE = re.compile(r"(?:^|/)([^/]+)/migrations/([^/]+)\.py$")


def migrations(classes: list[PythonClass]) -> dict[tuple[str, str], PythonClass]:
    """Return the migrations by app and name."""
    found = {}
    for one in classes:
        place = PLACE.search(one.file)
        if place and one.name == "Migration" and "operations" in one.own:
            found[place[1], place[2]] = one
    return found


def replay(
    found: dict[tuple[str, str], PythonClass], labels: dict[str, str]
) -> tuple[Models, list[tuple[str, Step]]]:
    """Return the models that all migrations leave, and the steps of the SQL that they run."""
    models: Models = {}
    steps: list[tuple[str, Step]] = []
    for app, name in _ordered(found):
        one = found[app, name]
        own = {name: given.get("value") for name, given in one.own.items()}
        operations = substituted(own.pop("operations"), own)
        for operation in operations if isinstance(operations, list) else []:
            _apply(models, labels.get(app, app), operation, one, steps)
    return models, steps


def _ordered(found: dict[tuple[str, str], PythonClass]) -> list[tuple[str, str]]:
    done: dict[tuple[str, str], None] = {}
    for first in sorted(found):
        path = [first]
        while path:
            key = path[-1]
            given = found[key].own.get("dependencies", {}).get("value")
            pairs = [tuple(one) for one in given or () if isinstance(one, list) and len(one) == 2]
            waiting = [one for one in pairs if one in found and one not in done and one not in path]
            if waiting and key not in done:
                path.append(waiting[0])
            else:
                done[path.pop()] = None
    return list(done)


def _apply(
    models: Models, app: str, operation: Expression, where: PythonClass,
    steps: list[tuple[str, Step]],
) -> None:  # fmt: skip
    function, given = called(operation), named(operation)
    first = string(given.get("name", argument(operation, 0)))
    if function == "SeparateDatabaseAndState":
        in_database = given.get("database_operations", argument(operation, 0)) or []
        moved = [one for one in in_database if called(one) == "AlterModelTable"]
        for one in [*moved, *(given.get("state_operations", argument(operation, 1)) or [])]:
            _apply(models, app, one, where, steps)
    elif function == "RunSQL":
        text = string(given.get("sql", argument(operation, 0)))
        found = sql_source.steps(text)[0] if text else []
        steps.extend((where.file, {**step, "line": operation["line"]}) for step in found)
    elif function == "CreateModel" and first:
        _create(models, app, first, operation, where)
    elif function == "DeleteModel" and first:
        models.pop((app, first.lower()), None)
    elif function == "RenameModel":
        _rename(models, app, operation)
    elif function == "AlterModelTable" and (app, (first or "").lower()) in models:
        table = string(given.get("table", argument(operation, 1)))
        models[app, (first or "").lower()].options["db_table"] = table
    else:
        owner = string(given.get("model_name", argument(operation, 0))) or first or ""
        model = models.get((app, owner.lower()))
        if model is not None:
            _change(model, function, operation)


def _create(models: Models, app: str, name: str, operation: Expression, where: PythonClass) -> None:
    given = named(operation)
    fields = given.get("fields", argument(operation, 1)) or []
    options = named(given.get("options", argument(operation, 2)))
    if options.get("proxy") is True or options.get("abstract") is True:
        return
    pairs = [one for one in fields if isinstance(one, list) and len(one) == 2]
    kept = {one[0]: one[1] for one in pairs if isinstance(one[0], str)}
    model = Model(app, name, where.file, operation["line"], kept, dict(options))
    model.source = "django migration"
    models[model.key] = model


def _rename(models: Models, app: str, operation: Expression) -> None:
    old = string(named(operation).get("old_name", argument(operation, 0))) or ""
    new = string(named(operation).get("new_name", argument(operation, 1))) or ""
    model = models.pop((app, old.lower()), None)
    if model is not None and new:
        model.name = new
        models[model.key] = model


def _change(model: Model, function: str, operation: Expression) -> None:
    given: dict[str, Any] = named(operation)
    name = string(given.get("name", argument(operation, 1))) or ""
    if function in {"AddField", "AlterField"}:
        model.fields[name] = given.get("field", argument(operation, 2))
    elif function == "RemoveField":
        model.fields.pop(name, None)
    elif function == "RenameField":
        old = string(given.get("old_name", argument(operation, 1))) or ""
        new = string(given.get("new_name", argument(operation, 2))) or ""
        model.fields = {new if key == old else key: one for key, one in model.fields.items()}
    elif function in {"AddIndex", "AddConstraint"}:
        option = "indexes" if function == "AddIndex" else "constraints"
        listed = model.options.get(option)
        made = given.get("index") or given.get("constraint") or argument(operation, 1)
        model.options[option] = [*(listed if isinstance(listed, list) else []), made]
    elif function in {"RemoveIndex", "RemoveConstraint"}:
        for option in ("indexes", "constraints"):
            listed = model.options.get(option)
            if isinstance(listed, list):
                kept = [one for one in listed if named(one).get("name") != name]
                model.options[option] = kept
    elif function in {"AlterUniqueTogether", "AlterIndexTogether"}:
        option = "unique_together" if "Unique" in function else "index_together"
        model.options[option] = given.get(option, argument(operation, 1))
