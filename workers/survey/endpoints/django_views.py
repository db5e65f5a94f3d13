"""What class-based views of Django and REST framework answer, and what they ask of who calls."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from workers.survey.endpoints.follower import objects
from workers.survey.endpoints.follower.values import (
    Class,
    External,
    Function,
    LibraryObject,
    spelled,
)
from workers.survey.endpoints.guards import library
from workers.survey.endpoints.guards.decorators import decorators_asked, named
from workers.survey.endpoints.routing import Asked

if TYPE_CHECKING:
    from workers.survey.endpoints.follower.program import Program
    from workers.survey.endpoints.follower.values import Frame, Value
    from workers.survey.endpoints.statements import Expression

_GENERIC = {
    "List": "GET",
    "Create": "POST",
    "Retrieve": "GET",
    "Update": "PUT PATCH",
    "Destroy": "DELETE",
}


def generic_methods(name: str) -> str:
    """Return the methods of a generic view: `ListCreateAPIView` has GET and POST."""
    rest = name.removesuffix("APIView")
    if rest == name:
        return ""
    methods: list[str] = []
    while rest:
        part = next((word for word in _GENERIC if rest.startswith(word)), None)
        if part is None:
            return ""
        methods.append(_GENERIC[part])
        rest = rest.removeprefix(part)
    return " ".join(methods)


def class_asks(of: Class, program: Program, verb: str, line: int, file: str) -> list[Asked]:
    """Return what a view's class asks before a method: mixins, decorators, its own `dispatch`."""
    asks = decorators_asked(of, program)
    classes = [of, *objects.bases(program, of)]
    asks += _bases_that_are_not_known(of, program)
    for base in classes:
        # Of what is no neutral class of a library, nobody knows what it asks.
        if isinstance(base, External) and library.kind_of(base.name, None) != "neutral":
            asks.append(Asked("wrap", base, base.name.rsplit(".", 1)[-1], file, line, program))
        if isinstance(base, External) and base.name.endswith(".UserPassesTestMixin"):
            asks.append(Asked("test", of, of.name, file, line, program))
    for name in ("dispatch", verb.lower()):
        method = objects.method(program, of, name)
        if method is not None:
            asks += decorators_asked(Function(method.statement, method.frame, of), program)
    dispatch = objects.method(program, of, "dispatch")
    if dispatch is not None:
        at = dispatch.statement[5]
        asks.append(Asked("view", of, f"{of.name}.dispatch", dispatch.frame.file, at, program))
    return [*asks, *permissions(of, program)]


def _bases_that_are_not_known(of: Class, program: Program) -> list[Asked]:
    """Return the bases of a class, and of its own bases, of which nothing is known."""
    asks: list[Asked] = []
    for each in (of, *objects.bases(program, of)):
        if not isinstance(each, Class):
            continue
        for form in each.statement[2]:
            if program.value(form, each.frame) is None:
                file, line = each.frame.file, each.statement[5]
                asks.append(Asked("wrap", None, spelled(form) or each.name, file, line, program))
    return asks


def permissions(of: Class, program: Program) -> list[Asked]:
    """Return the permission classes of a REST framework view: its own, or the settings'."""
    classes = [of, *objects.bases(program, of)]
    for each in classes:
        if not isinstance(each, Class):
            continue
        for statement in each.statement[3]:
            if statement[0] == "def" and statement[1] in {"get_permissions", "check_permissions"}:
                return [Asked("bool", None, statement[1], each.frame.file, statement[5], program)]
            if statement[0] == "=" and statement[1] == ["n", "permission_classes"]:
                at = each.frame.file, statement[3]
                return listed_permissions(statement[2], each.body, program, *at)
    is_ours = any(isinstance(b, External) and "rest_framework" in b.name for b in classes)
    return default_permissions(program) if is_ours else []


def listed_permissions(
    listed: Expression, frame: Frame, program: Program, file: str, line: int
) -> list[Asked]:
    """Return the permissions of a list; `A | B` is one that asks as little as one of them."""
    forms = listed[1] if listed is not None and listed[0] == "l" else [listed]
    asks: list[Asked] = []
    for form in forms:
        if form is not None and form[0] == "&":
            parts = Asked("bool", None, "", file, line, program)
            asks += [_permission(side, frame, parts) for side in form[1]]
        elif form is not None and form[0] == "|":
            parts = Asked("either", None, spelled(form) or "", file, line, program)
            sides = [_permission(side, frame, parts) for side in form[1]]
            asks.append(replace(parts, value=sides))
        else:
            asks.append(_permission(form, frame, Asked("bool", None, "", file, line, program)))
    return asks


def _permission(form: Expression, frame: Frame, parts: Asked) -> Asked:
    value = parts.program.value(form, frame)
    if isinstance(value, LibraryObject) and value.name.startswith("rest_framework.permissions."):
        value = External(value.name)
    return replace(parts, way="bool", value=value, name=named(form))


def default_permissions(program: Program) -> list[Asked]:
    """Return what the settings ask of all views of REST framework; without any they ask nothing."""
    asks: list[Asked] = []
    for file, settings, line in _settings(program, "REST_FRAMEWORK"):
        if not isinstance(settings, dict):
            return [Asked("bool", None, "REST_FRAMEWORK", file, line, program)]
        listed = settings.get("DEFAULT_PERMISSION_CLASSES", [])
        for name in listed if isinstance(listed, list) else [None]:
            value = by_dotted_name(name, file, program)
            words = str(name).rsplit(".", 1)[-1]
            asks.append(Asked("bool", value, words, file, line, program))
    return asks


def middleware_asks(program: Program) -> list[Asked]:
    """Return what the middleware of the settings asks of every view."""
    asks: list[Asked] = []
    for file, listed, line in _settings(program, "MIDDLEWARE"):
        for name in listed if isinstance(listed, list) else [None]:
            value = by_dotted_name(name, file, program)
            way = "wrap" if isinstance(value, Function) else "asgi"
            words = str(name or "MIDDLEWARE").rsplit(".", 1)[-1]
            asks.append(Asked(way, value, words, file, line, program))
    return asks


def _settings(program: Program, name: str) -> list[tuple[str, Value, int]]:
    """Return a setting where modules set it, with its line; the same for all applications."""
    return [
        (file, program.member(file, name) if len(lines) == 1 else None, lines[0])
        for file, lines in _assigned(program).get(name, {}).items()
    ]


def _assigned(program: Program) -> dict[str, dict[str, list[int]]]:
    """Return the lines on which modules assign names in capitals, by name and file."""
    assigned: dict[str, dict[str, list[int]]] = program.notes.setdefault("settings", {})
    if not assigned:
        assigned["-"] = {}  # looked for, even where there is none
        for file, statements in sorted(program.facts.items()):
            for statement in statements:
                if statement[0] in {"=", "+="} and statement[1][0] == "n":
                    name = statement[1][1]
                    if name.isupper():
                        by_file = assigned.setdefault(name, {})
                        by_file.setdefault(file, []).append(statement[3])
    return assigned


def by_dotted_name(name: Value, importer: str, program: Program) -> Value:
    """Return what `"package.module.Class"` names."""
    if not isinstance(name, str):
        return None
    module, _, last = name.rpartition(".")
    file = program.find(importer, module)
    if file is None:
        return External(name)
    exported = program.exported(file, last)
    return External(name) if exported is None else exported
