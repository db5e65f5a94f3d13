"""What the declarations of all frameworks have in common: methods, what is asked, statuses."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from workers.survey.endpoints.follower import objects
from workers.survey.endpoints.follower.values import Class, External, Function, Value, spelled
from workers.survey.endpoints.guards.decorators import named
from workers.survey.endpoints.routing import ANY, Asked

if TYPE_CHECKING:
    from workers.survey.endpoints.follower.program import Program
    from workers.survey.endpoints.follower.values import Call
    from workers.survey.endpoints.statements import Expression

VERBS = frozenset("get post put patch delete head options trace".split())
# Methods of routers in scripts; of a class a method `search` is no handler.
ROUTER_VERBS = VERBS | {"query", "search"}


def asking(way: str, form: Expression, call: Call, **more: Any) -> Asked:
    """Return what an argument of a call asks, as it is written there."""
    return asked_by(way, call.program.value(form, call.frame), named(form), call, **more)


def asked_by(way: str, value: Value, name: str, call: Call, **more: Any) -> Asked:
    """Return something that is asked, applied where a call stands."""
    program = call.program
    return Asked(way, value, name, call.file, call.line, program, maybe=program.maybe, **more)


def handled_by(value: Value, name: str, call: Call) -> Asked:
    """Return a route's handler."""
    return Asked("handler", value, name, call.file, call.line, call.program)


def not_judged(framework: str, call: Call) -> Asked:
    """Return what a route asks in a framework whose guards nobody reads: its access is unknown."""
    return asked_by("unread", None, framework, call)


def defined_in(of: Class, program: Program) -> dict[str, Function]:
    """Return the methods of a class and of its bases in the repository: the nearest of each name.

    `put = get` in a class makes another one.
    """
    methods: dict[str, Function] = {}
    for each in (of, *(base for base in objects.bases(program, of) if isinstance(base, Class))):
        own = {s[1]: Function(s, each.body, of) for s in each.statement[3] if s[0] == "def"}
        for statement in each.statement[3]:
            if statement[0] == "=" and statement[1][0] == "n" and (statement[2] or "z")[0] == "n":
                alias, name = statement[1][1], statement[2][1]
                if name in own:
                    own.setdefault(alias, own[name])
        methods = own | methods
    return methods


def verbs_of(of: Class, program: Program) -> list[str]:
    """Return the methods of HTTP that a class of handlers answers by methods of its own."""
    return [name.upper() for name in defined_in(of, program) if name in VERBS]


def methods_of(value: Value) -> list[str] | None:
    """Return the methods that a list, tuple or text names, None if that is unknown."""
    if isinstance(value, str | External):
        value = [value]
    if not isinstance(value, list):
        return None
    names = [_method(one) for one in value]
    return [name for name in names if name] if all(names) else None


def _method(value: Value) -> str | None:
    name = value.rsplit(".", 1)[-1] if isinstance(value, str) else None
    if isinstance(value, External):
        name = value.name.rsplit(".", 1)[-1]
    if name is None or not name.isalpha():
        return None
    return ANY if name.upper() == "ALL" else name.upper()


def status_of(value: Value) -> int | None:
    """Return a status: a number, `status.HTTP_201_CREATED`, `HTTPStatus.CREATED`."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value if 100 <= value <= 599 else None
    if isinstance(value, External):
        name = value.name.rsplit(".", 1)[-1]
        digits = re.search(r"HTTP_([1-5][0-9]{2})", name)
        if digits:
            return int(digits[1])
        return int(HTTPStatus[name]) if name in HTTPStatus.__members__ else None
    return None


def handler_of(call: Call) -> str:
    """Return the name of what a call decorates, with its class."""
    decorated = call.decorated
    if isinstance(decorated, Function):
        owner = f"{decorated.this.name}." if isinstance(decorated.this, Class) else ""
        return f"{owner}{decorated.statement[1]}"
    return decorated.name if isinstance(decorated, Class) else "(inline)"


def value_name(value: Value) -> str:
    """Return what a handler is called that is known by its value alone."""
    if isinstance(value, Function):
        owner = f"{value.this.name}." if isinstance(value.this, Class) else ""
        return f"{owner}{value.statement[1] or '(inline)'}"
    if isinstance(value, Class):
        return value.name
    return value.name.rsplit(".", 1)[-1] if isinstance(value, External) else "(inline)"


def type_name(form: Expression) -> str | None:
    """Return a type as the code writes it: `list[Item]`."""
    if form is not None and form[0] == "|":
        return type_name(form[1][0])
    if form is not None and form[0] == "[]":
        owner, key = type_name(form[1]), type_name(form[2])
        return f"{owner}[{key}]" if owner and key else owner
    if form is not None and form[0] in {"n", "a"}:
        return spelled(form)
    return None
