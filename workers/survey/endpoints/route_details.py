"""What the declarations of all frameworks have in common: methods, authentication, statuses."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING

from sessions.patterns import lazy_pattern
from workers.survey.endpoints.follower.values import Class, External, Function, Value, spelled
from workers.survey.endpoints.routing import ANY

if TYPE_CHECKING:
    from collections.abc import Iterable

    from workers.survey.endpoints.follower.values import Call
    from workers.survey.endpoints.statements import Expression

VERBS = frozenset("get post put patch delete head options trace".split())
# Methods of routers in scripts; of a class a method `search` is no handler.
ROUTER_VERBS = VERBS | {"query", "search"}
_ASKS = lazy_pattern(
    r"(?i)auth(?!or)|jwt|passport|log(ged)?_?in(_?required)?$|login_?required|current_?(\w{0,20}_?)user"
    r"|require_?(user|admin|role|perm|log)|is_?admin|admin_?only|guard|permission|api_?key|bearer"
    r"|protect"
    r"|(verify|check|validate)_?\w{0,10}token|ensure_?log|has_?(role|access)|superuser|staff_member"
)
_OPEN = lazy_pattern(
    r"(?i)allow_?any|optional|anonymous|public|no_?auth|unauth|author(?!i)|csrf|UseGuards"
)


def asks(names: Iterable[str | None]) -> str | None:
    """Return those names that say who is calling is asked for, None if none does."""
    seen = [name for name in names if name and _ASKS.search(name) and not _OPEN.search(name)]
    return ", ".join(dict.fromkeys(seen)) or None


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


def decorator_names(decorated: Function | Class | None) -> list[str]:
    """Return the names of the decorators, with the names of their arguments."""
    names: list[str] = []
    for form in decorated.statement[4] if decorated is not None else ():
        if form is not None:
            names += filter(None, [spelled(form[1]), *(spelled(one) for one in form[2])])
    return names


def type_name(form: Expression) -> str | None:
    """Return a type as the code writes it: `list[Item]`."""
    if form is not None and form[0] == "[]":
        owner, key = type_name(form[1]), type_name(form[2])
        return f"{owner}[{key}]" if owner and key else owner
    if form is not None and form[0] in {"n", "a"}:
        return spelled(form)
    return None
