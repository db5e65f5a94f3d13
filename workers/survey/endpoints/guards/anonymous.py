"""What a function of the repository does with a request that brings no credentials.

Its flow is gone through as that request would: what is read from the request is absent, what
depends on settings, paths or methods is unknown, and then both ways are gone. What comes out is
whether the request was refused with 401 or 403, let through, answered otherwise, or whether there
is a doubt.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from workers.survey.endpoints.follower.values import Frame, Function, LibraryObject, spelled
from workers.survey.endpoints.guards.expressions import value_of
from workers.survey.endpoints.guards.library import kind_of_made
from workers.survey.endpoints.guards.signs import (
    ABSENT,
    ERROR,
    REFUSAL,
    UNKNOWN,
    Ended,
    Result,
    Trying,
    truth,
)
from workers.survey.endpoints.guards.words import asks_identity, is_credential_name
from workers.survey.endpoints.statements import FLOW

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from workers.survey.endpoints.follower.program import Program
    from workers.survey.endpoints.follower.values import Value
    from workers.survey.endpoints.guards.library import Kind
    from workers.survey.endpoints.guards.signs import Mode
    from workers.survey.endpoints.statements import Flow

_STATUS = frozenset({"status", "statusCode", "status_code"})
_ALL_ERRORS = frozenset(
    {"Exception", "BaseException", "HTTPException", "StarletteHTTPException", "APIException"}
)
_THROWS = frozenset({"throw", "assert", "abort"})
_DEEP = 10
_MOST_STEPS = 4_000


@dataclass
class Walk:
    """One request without credentials: its method and path where they are known.

    `metadata` is what its route is marked by; `asks_path` that its path would tell more.
    """

    program: Program
    method: str | None = None
    path: str | None = None
    asks_path: bool = False
    metadata: Mapping[str, Value] | None = None
    result: Result = field(default_factory=Result)
    trying: list[Trying] = field(default_factory=list)
    mode: Mode = "return"
    # What guards a function of the repository by its decorators: asked where a handler is gone
    # through, whose own refusals do not count, since it may be what signs in.
    guards_of: Callable[[Function], bool] | None = None
    # What kind something is that a call of a library made.
    kind_of_made: Callable[[LibraryObject, Program], Kind | None] = kind_of_made
    is_asked: bool = True  # what is gone through is asked by a route, and is no handler
    above: str | None = None  # what kind the base class of what is judged is
    steps: int = 0
    active: list[int] = field(default_factory=list)
    looking: set[int] = field(default_factory=set)  # what calls made, while it is looked into

    def run(self, function: Function, arguments: Sequence[Value], mode: Mode) -> Result:
        """Go through a function; the request's way so far is kept as it is."""
        statement = function.statement
        before = self.result, self.mode, self.trying
        self.result, self.mode, self.trying = Result(), mode, []
        key = id(statement)
        try:
            if len(self.active) > _DEEP or key in self.active or self.steps > _MOST_STEPS:
                self.result.doubts.append(f"{statement[1] or 'a function'} was not followed")
                self.result.returned.append(UNKNOWN)
                self.result.passes = True
                return self.result
            self.active.append(key)
            if self.is_asked:
                self.program.asked.add(key)
            try:
                self._through(function, arguments)
            finally:
                self.active.pop()
            return self.result
        finally:
            self.result, self.mode, self.trying = before

    def _through(self, function: Function, arguments: Sequence[Value]) -> None:
        statement = function.statement
        frame = Frame(function.frame.file, [], function.frame)
        bind(function, arguments, frame)
        if len(statement) <= FLOW:  # without a word by which it could refuse
            self.result.passes = True
            self.result.returned.append(UNKNOWN)
            return
        try:
            falls_through = self.block(statement[FLOW], frame)
        except Ended:
            falls_through = False
        if falls_through:
            self.end(ABSENT)

    def end(self, value: Value) -> None:
        """Take up that a function returns, or comes to its end."""
        if value in (REFUSAL, ERROR) and self.mode != "call":
            self.answer_with(value)
        elif self.mode == "bool":
            self._answer(truth(value))
        elif self.mode in {"next", "wrap"} and isinstance(value, Function | LibraryObject):
            self.result.returned.append(value)  # what goes on, made from what goes on
        elif self.mode in {"next", "wrap"} or (self.mode == "before" and value is not ABSENT):
            self.result.stops = True
        else:
            self.result.passes = True
            self.result.returned.append(value)

    def _answer(self, answer: bool | None) -> None:  # noqa: FBT001  # it is the answer
        if answer is None:
            self.result.passes = self.result.refuses = True
        else:
            self.result.passes |= answer
            self.result.refuses |= not answer

    def block(self, flow: Flow, frame: Frame) -> bool:
        """Go through statements; tell whether what comes after them is reached."""
        for statement in flow:
            self.steps += 1
            if self.steps > _MOST_STEPS:
                self.result.doubts.append("a function is too long to follow")
                return True
            try:
                if not self._statement(statement, frame):
                    return False
            except Ended:
                return False
        return True

    def _statement(self, statement: list[Value], frame: Frame) -> bool:
        kind = statement[0]
        if kind == "?":
            return self._branch(statement, frame)
        if kind == "t":
            return self._try(statement, frame)
        if kind == "o":
            return self._both(statement[1], [], frame)
        if kind == "x":
            self.result.doubts.append("a function is too long to read")
            return True
        value = self.value(statement[2 if kind == "=" else 1], frame)
        if kind == "=":
            self._assign(statement[1], value, frame)
        elif kind == "!":
            self.throw(value)
            return False
        elif kind == "r":
            self.end(value)
            return False
        elif value in (REFUSAL, ERROR):
            if frame.file.endswith(".py") or not spelled_last(statement[1]).isdisjoint(_THROWS):
                self.throw(value)
            else:
                self.answer_with(value)
            return False
        return True

    def answer_with(self, value: Value) -> None:
        """Take up an answer of 401 or 403, or of another error."""
        if value is ERROR:
            self.result.errs = True
        elif self.guards_of is not None:
            self.result.stops = True
        else:
            self.result.refuses = True

    def _assign(self, target: list[Value], value: Value, frame: Frame) -> None:
        if target[0] == "n":
            frame.names[target[1]] = value
        elif target[0] == "l":
            for part in filter(None, target[1]):
                if part[0] == "n":
                    frame.names[part[1]] = _part_of(value, part[1])
        elif target[0] == "a" and target[2] in _STATUS and value in (401, 403, REFUSAL):
            self.answer_with(REFUSAL)
            raise Ended

    def throw(self, value: Value) -> None:
        """Take up an error: the nearest handlers for it are gone through, else it leaves."""
        for position in range(len(self.trying) - 1, -1, -1):
            trying = self.trying[position]
            if self._caught(trying, value, self.trying[:position]):
                return
        if value is REFUSAL:
            self.answer_with(value)
            self.result.throws = True
        else:
            self.result.errs = True

    def _caught(self, trying: Trying, value: Value, further_out: list[Trying]) -> bool:
        """Go through the handlers that take an error, without what they themselves stand in."""
        known = value in (REFUSAL, ERROR)
        handlers = [
            row for row in trying.handlers if not known or self._takes(row[1], trying.frame)
        ]
        before, self.trying = self.trying, further_out
        try:
            for name, _, flow in handlers:
                if name:
                    trying.frame.names[name] = value
                trying.falls |= self.block(flow, trying.frame)
        finally:
            self.trying = before
        return bool(handlers)

    def _takes(self, types: list[Value] | None, frame: Frame) -> bool:
        """Tell whether a handler takes errors that are answers, such as an HTTPException."""
        if types is None:
            return True
        value = self.value(types, frame)
        listed = value if isinstance(value, list) else [value]
        words = spelled_last(types)
        return REFUSAL in listed or not words.isdisjoint(_ALL_ERRORS)

    def _branch(self, statement: list[Value], frame: Frame) -> bool:
        _, test, then, otherwise = statement
        answer = truth(self.value(test, frame)) if test is not None else None
        if answer is None:
            return self._both(then, otherwise, frame)
        self.result.by_identity |= asks_identity(test)
        return self.block(then if answer else otherwise, frame)

    def _both(self, then: Flow, otherwise: Flow, frame: Frame) -> bool:
        """Go both ways; a name that means different things after them is unknown."""
        before = dict(frame.names)
        first = self.block(then, frame)
        after, frame.names = frame.names, before
        second = self.block(otherwise, frame)
        if first and second:
            for name, value in after.items():
                if frame.names.get(name) is not value:
                    frame.names[name] = UNKNOWN
        elif first:
            frame.names = after
        return first or second

    def _try(self, statement: list[Value], frame: Frame) -> bool:
        _, body, handlers = statement
        trying = Trying(handlers, frame)
        self.trying.append(trying)
        try:
            goes_on = self.block(body, frame)
        finally:
            self.trying.pop()
        return goes_on or trying.falls

    def failed(self) -> None:
        """Take up that what needs credentials was called without them, where that is answered."""
        if not self.trying:
            return
        trying = self.trying[-1]
        before, self.result = self.result, Result()
        falls, names = trying.falls, dict(trying.frame.names)
        self._caught(trying, UNKNOWN, self.trying[:-1])
        tried, self.result = self.result, before
        if tried.refuses:
            self.result.take(tried)
            raise Ended
        trying.falls, trying.frame.names = falls, names

    def value(self, form: list[Value] | None, frame: Frame) -> Value:
        """Return what an expression is for this request."""
        self.steps += 1
        return value_of(self, form, frame)


def spelled_last(form: list[Value] | None) -> set[str]:
    """Return the last names of what a form names: of all of a tuple, of what is called."""
    if form is None:
        return set()
    if form[0] == "l":
        return {name for one in form[1] for name in spelled_last(one)}
    name = spelled(form[1] if form[0] == "c" else form) or ""
    return {name.rsplit(".", 1)[-1]}


def _part_of(value: Value, name: str) -> Value:
    """Return what a part of a value is that is taken out by its name."""
    return ABSENT if value is ABSENT or is_credential_name(name) else UNKNOWN


def bind(function: Function, arguments: Sequence[Value], frame: Frame) -> None:
    """Bind a function's parameters: what nobody hands in comes from the request."""
    parameters = function.statement[2]
    if function.this is not None:
        frame.names["this"] = function.this
        if function.frame.file.endswith(".py") and parameters:
            frame.names[parameters[0][0]] = function.this
            parameters = parameters[1:]
    for position, parameter in enumerate(parameters):
        value = arguments[position] if position < len(arguments) else ABSENT
        name = parameter[0]
        for each in name if isinstance(name, list) else [name.lstrip(".*")]:
            frame.names[each] = ABSENT if value is None or isinstance(name, list) else value
