"""Whether an endpoint's own handler may refuse whoever calls: then it is not known to be open."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from sessions.patterns import lazy_pattern
from workers.survey.endpoints.follower.values import (
    Class,
    External,
    Frame,
    Function,
    Instance,
    LibraryObject,
    Value,
    spelled,
)
from workers.survey.endpoints.guards import library
from workers.survey.endpoints.guards.anonymous import Walk, bind
from workers.survey.endpoints.guards.names import is_of_quiet_file
from workers.survey.endpoints.guards.signs import REFUSAL, Ended
from workers.survey.endpoints.routing import Router
from workers.survey.endpoints.statements import FLOW

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.survey.endpoints.routing import Asked

_DEEP = 4
_MOST_CALLS = 400
# A call of something unknown in a handler is a doubt if it is called as what asks is called.
_ASKS = lazy_pattern(
    r"(?i)authoriz|authentic|^auth$|require|ensure|permission|protect|guard|forbid|access$|logged_?in"
    r"|(?:check|verify|validate|assert)_?\w{0,20}(?:user|role|access|auth|token|session|perm|jwt)"
    r"|login_?required|jwt_required|current_?user"
)


def doubt_of(handler: Asked) -> list[str]:
    """Return why a handler may refuse whoever calls, nothing if it does not."""
    return _doubts(handler, _Scan(handler))


def called_by(handler: Asked) -> set[int]:
    """Return the identities of a handler's function and of those that it calls."""
    scan = _Scan(handler, to_the_end=True)
    _doubts(handler, scan)
    return scan.seen


def _doubts(handler: Asked, scan: _Scan) -> list[str]:
    value = handler.value
    if isinstance(value, Function):
        return scan.function(value, 0)
    if isinstance(value, Class):
        functions = [
            Function(s, value.body, Instance(value)) for s in value.statement[3] if s[0] == "def"
        ]
        return [why for one in functions for why in scan.function(one, 0)]
    if isinstance(value, External | LibraryObject):
        return _of_library(value, handler, scan)
    return [] if isinstance(value, Router) else [f"what {handler.name} does is not known"]


def _of_library(value: External | LibraryObject, handler: Asked, scan: _Scan) -> list[str]:
    """Judge a handler that a library made: by the functions that it was given."""
    inner = value.call.values() if isinstance(value, LibraryObject) else []
    functions = [one for one in inner if isinstance(one, Function)]
    if functions:
        return [why for one in functions for why in scan.function(one, 0)]
    if library.kind_of(value.name, None) == "neutral" or is_of_quiet_file(
        value.name, handler.program
    ):
        return []
    return [f"what {handler.name} does is not known"]


class _Scan:
    """Looks through a handler and what it calls, for anything by which it refuses."""

    def __init__(self, handler: Asked, *, to_the_end: bool = False) -> None:
        self._walk = Walk(handler.program, is_asked=False)
        self._to_the_end = to_the_end  # go on after the first doubt
        self.seen: set[int] = set()
        self._calls = 0

    def function(self, function: Function, depth: int) -> list[str]:
        statement = function.statement
        if id(statement) in self.seen or len(statement) <= FLOW or depth > _DEEP:
            return []
        self.seen.add(id(statement))
        frame = Frame(function.frame.file, [], function.frame)
        bind(function, [], frame)
        where = statement[1] or "the handler"
        doubts = (self._doubt(part, where, frame, depth) for part in _parts(statement[FLOW]))
        known = (why for why in doubts if why is not None)
        return list(known) if self._to_the_end else list(islice(known, 1))

    def _doubt(self, part: list[Value], where: str, frame: Frame, depth: int) -> str | None:
        if part[0] == "x":
            return f"{where} is too long to read"
        if part[0] == "c":
            return self._call(part, frame, depth)
        if part[0] in {"l", "r"} and _answers(part):
            return f"{where} answers 401 or 403 by itself"
        if part[0] == "?" and self._asks_identity(part[1], frame):
            return f"{where} looks at who is calling"
        return None

    def _call(self, form: list[Value], frame: Frame, depth: int) -> str | None:
        self._calls += 1
        if form[1] is None or self._calls > _MOST_CALLS:
            return None
        name = spelled(form[1]) or "a call"
        arguments = [*form[2], *(form[3] or {}).values()]
        if any(self._refuses(one, frame) for one in arguments):
            return f"{name} answers 401 or 403 in the handler"
        called = self._value(form[1], frame)
        if called is REFUSAL:
            return f"{name} answers 401 or 403 in the handler"
        if isinstance(called, Function):
            inner = self.function(called, depth + 1)
            return inner[0] if inner else None
        last = name.rsplit(".", 1)[-1]
        if isinstance(called, External) and called.name in library.ASK_WHEN_CALLED:
            return f"{name} asks in the handler"
        if not isinstance(called, External | LibraryObject | Class) and _ASKS.search(last):
            return f"{name} is not known"
        return None

    def _value(self, form: list[Value], frame: Frame) -> Value:
        try:
            return self._walk.value(form, frame)
        except Ended:
            return REFUSAL if self._walk.result.refuses else None

    def _refuses(self, form: list[Value] | None, frame: Frame) -> bool:
        if form is None or form[0] not in {"i", "n", "a"}:
            return False
        value = self._value(form, frame)
        return value is REFUSAL or (value in (401, 403) and not isinstance(value, bool))

    def _asks_identity(self, test: list[Value] | None, frame: Frame) -> bool:
        for part in _parts(test):
            if part[0] == "a" and part[2] in _IDENTITY and part[1] and part[1][0] in {"n", "a"}:
                return True
            if part[0] == "n":
                value = self._walk.program.lookup(part[1], frame)
                if isinstance(value, External) and library.is_identity(value.name):
                    return value.name != "flask.request"
        return False


_IDENTITY = frozenset(
    "user session is_authenticated isAuthenticated currentUser current_user auth".split()
)


def _answers(part: list[Value]) -> bool:
    """Tell whether a list ends in 401 or 403, as `return text, 401`."""
    items = part[1] if part[0] == "l" and isinstance(part[1], list) else []
    return any(item in (["i", 401], ["i", 403]) for item in items)


_LENGTHS = {"c": (5,), "a": (3,), "n": (2,), "?": (4,), "l": (2, 3), "r": (3,)}


def _parts(form: object) -> Iterator[list[Value]]:
    """Yield every statement and expression in a flow."""
    waiting = [form]
    while waiting:
        part = waiting.pop()
        if isinstance(part, list):
            kind = part[0] if part else None
            if isinstance(kind, str) and len(part) in _LENGTHS.get(kind, (len(part),)):
                yield part
            waiting.extend(reversed(part))
        elif isinstance(part, dict):
            waiting.extend(part.values())
