"""What class-based views of Django and REST framework answer, and what they ask of who calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workers.survey.endpoints.follower import objects
from workers.survey.endpoints.follower.values import Class, spelled
from workers.survey.endpoints.route_details import asks, decorator_names

if TYPE_CHECKING:
    from workers.survey.endpoints.follower.program import Program

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


def class_asks(of: Class, program: Program) -> str | None:
    """Return what a view's class asks of who is calling: permissions, mixins, decorators."""
    names = [base.name.rsplit(".", 1)[-1] for base in objects.bases(program, of)]
    names += decorator_names(of)
    for each in (of, *objects.bases(program, of)):
        permissions = _permission_classes(each) if isinstance(each, Class) else None
        if permissions is not None:
            return asks([*names, *permissions])
    return asks(names)


def _permission_classes(of: Class) -> list[str | None] | None:
    """Return the names in a class's own `permission_classes`, None if it sets none."""
    for statement in of.statement[3]:
        if statement[0] == "=" and statement[1] == ["n", "permission_classes"]:
            form = statement[2]
            listed = form[1] if form is not None and form[0] == "l" else [form]
            return [spelled(item) for item in listed]
    return None
