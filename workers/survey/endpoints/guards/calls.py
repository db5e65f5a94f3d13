"""What a call gives for a request without credentials; own functions are gone into."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sessions.patterns import lazy_pattern
from workers.survey.endpoints.follower import objects
from workers.survey.endpoints.follower.values import (
    Call,
    Class,
    External,
    Frame,
    Function,
    LibraryObject,
    Value,
    spelled,
)
from workers.survey.endpoints.guards import library
from workers.survey.endpoints.guards.errors import class_refuses
from workers.survey.endpoints.guards.signs import (
    ABSENT,
    ERROR,
    PASS_ON,
    REFUSAL,
    UNKNOWN,
    Ended,
    Result,
    Sign,
    Trying,
    refuses,
    truth,
)
from workers.survey.endpoints.guards.words import is_credential, is_sent_by_all
from workers.survey.endpoints.statements import FLOW

if TYPE_CHECKING:
    from workers.survey.endpoints.guards.anonymous import Walk
    from workers.survey.endpoints.guards.signs import Mode
    from workers.survey.endpoints.statements import Expression

# A call of something that is not known is a doubt only if it is called as what asks is called.
_ASKS = lazy_pattern(
    r"(?i)auth|permi|require|ensure|protect|guard|forbid|access|login|verify|check|valid|restrict"
    r"|allow|role|abort|deny"
)
# What is asked of everybody alike: whoever is refused by it may be known.
_OF_EVERYBODY = lazy_pattern(r"(?i)captcha|csrf|xsrf|nonce|mainten|limit|throttl|_?ip$|origin")
_ERROR_FIRST = frozenset({"jsonwebtoken.verify", "jwt-simple.decode"})
_WRITES = frozenset({"console", "logger", "log", "logging", "print"})
# What takes numbers, or asks for the class of an error, and answers nobody.
_NO_STATUS = frozenset(
    "setTimeout setInterval sleep randint range slice limit round delay max min isinstance".split()
)
_READ_METADATA = frozenset("get getAll getAllAndOverride getAllAndMerge getMetadata".split())
_ACCESSORS = frozenset(
    "get header headers split replace trim strip startswith startsWith partition lower toLowerCase"
    " substring slice pop match toString encode decode switchToHttp getRequest getResponse getClass"
    " getHandler".split()
)


@dataclass(frozen=True)
class _Called:
    """A call: how the code names what is called, what that is, and what it is given."""

    walk: Walk
    callee: list[Value]
    called: Value
    values: list[Value]
    frame: Frame

    @property
    def name(self) -> str:
        return spelled(self.callee) or "a call"

    @property
    def last(self) -> str:
        return self.name.rsplit(".", 1)[-1]


def call_of(walk: Walk, form: list[Value], frame: Frame) -> Value:
    """Return what a call gives; raises Ended where it ends the way through a function."""
    _, callee, arguments, keywords, line = form
    if callee is None or (callee[0] == "a" and _root(callee) in _WRITES):
        return UNKNOWN
    if callee[0] == "a" and callee[2] in {"then", "catch", "finally"}:
        return _promise(walk, callee, arguments, frame)
    made = Call(walk.program, frame, arguments, keywords or {}, line)
    called = walk.value(callee, frame)
    values = [walk.value(one, frame) for one in [*arguments, *(keywords or {}).values()]]
    if called is PASS_ON:
        return _passed_on(walk, values)
    call = _Called(walk, callee, called, values, frame)
    for read in (_answer, _of_path, _of_super):
        answer = read(call)
        if answer is not None:
            return answer
    return _gone_into(call, made)


def _gone_into(call: _Called, made: Call) -> Value:
    function = _added(call) or call.called
    if isinstance(function, Function):
        return _followed(call, function)
    if isinstance(function, Class):
        return _made(call.walk, function, made)
    if isinstance(function, External | LibraryObject):
        answer = _by_library(call, made)
        if answer is not None:
            return answer
    return _not_known(call)


def _root(form: list[Value] | None) -> str:
    """Return the name with which an expression begins, '' without one."""
    while form is not None and form[0] in {"a", "c", "[]"}:
        form = form[1]
    return str(form[1]) if form is not None and form[0] == "n" else ""


def _answer(call: _Called) -> Value | None:
    """Return what a call is that has a status: `res.status(401)`, `HTTPException(404)`."""
    if call.last in _NO_STATUS:
        return None
    if call.called is REFUSAL or any(refuses(value) for value in call.values):
        return REFUSAL
    if call.called is ERROR or any(map(_is_error, call.values)):
        return ERROR
    return None


def _is_error(value: Value) -> bool:
    """Tell whether a value is a status of an error that is not 401 or 403."""
    if isinstance(value, External):
        return library.is_error_status(value.name.rsplit(".", 1)[-1])
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return value is ERROR or (is_number and 400 <= value <= 599)


def _of_path(call: _Called) -> Value | None:
    """Return what a method of a path gives: `request.url.startsWith("/api")`."""
    if call.callee[0] != "a" or call.called is not UNKNOWN or call.walk.path is None:
        return None
    owner = call.walk.value(call.callee[1], call.frame)
    asked = call.values[0] if call.values else None
    return _of_text(owner, call.callee[2], asked) if isinstance(owner, str) else None


def _of_text(text: str, name: str, asked: Value) -> Value:
    if isinstance(asked, list):  # startswith((a, b))
        answers = [_of_text(text, name, one) for one in asked]
        return True if True in answers else UNKNOWN if UNKNOWN in answers else False
    if not isinstance(asked, str):
        return text if name in {"toString", "lower", "toLowerCase", "strip", "rstrip"} else UNKNOWN
    if name in {"startsWith", "startswith"}:
        return text.startswith(asked)
    if name in {"endsWith", "endswith"}:
        return text.endswith(asked)
    return asked in text if name == "includes" else UNKNOWN


def _added(call: _Called) -> Function | None:
    """Return what Fastify's requests were decorated with: it goes by its name everywhere."""
    if call.called is not ABSENT or call.callee[0] != "a":
        return None
    value = call.walk.program.notes.get("fastify", {}).get(call.callee[2])
    return Function(value.statement, value.frame, ABSENT) if isinstance(value, Function) else None


def _of_super(call: _Called) -> Value | None:
    """Take up that a method calls what its base class does."""
    if call.callee[0] != "a" or _root(call.callee[1]) != "super":
        return None
    walk = call.walk
    if walk.above == "guard":
        walk.throw(REFUSAL)
        raise Ended
    goes_on = walk.above == "neutral" and walk.mode in {"next", "wrap"}
    if walk.above == "passes" or goes_on:
        walk.result.passes = walk.result.goes_on = True
        raise Ended
    if walk.above == "neutral":
        return True if walk.mode == "bool" else ABSENT
    walk.result.doubts.append("a base class is not known")
    return UNKNOWN


def _passed_on(walk: Walk, values: list[Value]) -> Value:
    """Take up `next()`, or `next(error)`."""
    if REFUSAL in values:
        walk.answer_with(REFUSAL)
    elif walk.mode != "wrap" and values:
        walk.answer_with(ERROR)
    else:
        walk.result.passes = walk.result.goes_on = True
    raise Ended


def _followed(call: _Called, function: Function) -> Value:
    """Go into a function of the repository that is called on the way."""
    walk, is_last = call.walk, PASS_ON in call.values
    if walk.guards_of is not None and walk.guards_of(function):
        walk.result.refuses = True
        raise Ended
    inner = walk.run(function, call.values, _mode_inside(walk) if is_last else "call")
    walk.result.doubts += inner.doubts
    is_made = bool(inner.returned) and not inner.goes_on and not inner.refuses
    if is_last and not is_made:
        walk.result.take(inner)
        raise Ended
    if inner.goes_on:
        walk.result.passes = walk.result.goes_on = True
    if not inner.returned:
        return _did_not_return(walk, inner)
    if inner.refuses:
        walk.result.doubts.append(f"{call.name} refuses under a condition")
    truths = {truth(value) for value in inner.returned}
    if len(inner.returned) == 1 or (len(truths) == 1 and truths != {None}):
        return inner.returned[0]
    return UNKNOWN


def _did_not_return(walk: Walk, inner: Result) -> Value:
    """Take up that a function refused, or raised an error."""
    if inner.throws:
        walk.throw(REFUSAL)
    elif inner.refuses:
        walk.answer_with(REFUSAL)
    elif not inner.goes_on:
        walk.failed()
        walk.result.errs = True
    raise Ended


def _mode_inside(walk: Walk) -> Mode:
    """Return the mode of a function that is handed what lets the request through."""
    return walk.mode if walk.mode in {"next", "wrap"} else "call"


def _made(walk: Walk, of: Class, call: Call) -> Value:
    """Return an object of a class; an error whose class says 401 or 403 is a refusal."""
    if class_refuses(walk, of):
        return REFUSAL
    made = objects.instance(walk.program, of, call)
    return UNKNOWN if made is None else made


def _by_library(call: _Called, made: Call) -> Value | None:
    """Return what a call of a library gives; one that asks who is calling ends the way."""
    walk, called = call.walk, call.called
    if isinstance(called, LibraryObject):
        _by_made(call)
        return None
    kind = library.kind_of(called.name, made)
    if called.name in library.ASK_WHEN_CALLED and kind == "guard":
        walk.throw(REFUSAL)
        raise Ended
    # What is made of nothing that the request brings is the same for every request.
    is_made = kind in {"guard", "unknown"} or (kind == "neutral" and ABSENT not in call.values)
    return LibraryObject(called.name, made) if is_made else None


def _by_made(call: _Called) -> None:
    """Take up `passport.authenticate("jwt")(req, res, next)`: what a call made is called."""
    walk = call.walk
    kind = walk.kind_of_made(call.called, walk.program)
    if kind == "guard":
        walk.answer_with(REFUSAL)
        raise Ended
    if PASS_ON in call.values:
        walk.result.passes = walk.result.goes_on = True
        if kind != "neutral":
            walk.result.doubts.append(f"{call.called.name} is not known")
        raise Ended


def _metadata(walk: Walk, values: list[Value]) -> Value | None:
    """Return what a route is marked by under a key: absent where nothing marks it so."""
    if walk.metadata is None or not values or not isinstance(values[0], str | LibraryObject):
        return None
    key = values[0] if isinstance(values[0], str) else f"#{id(values[0])}"
    return walk.metadata.get(key, walk.metadata.get("*", ABSENT))


def _not_known(call: _Called) -> Value:
    """Return what a call of something that is not followed gives; its callbacks are gone into."""
    walk, called, last = call.walk, call.called, call.last
    asked = _asks_by_name(call)
    if asked is not None:
        return asked
    if PASS_ON in call.values:
        walk.result.doubts.append(f"{call.name} is not known")
        walk.result.passes = True
        raise Ended
    is_read = called is ABSENT and last in _ACCESSORS
    if not is_read and (ABSENT in call.values or "" in call.values):
        walk.failed()
    for value in call.values:
        if isinstance(value, Function):
            _callback(walk, value, called)
    is_open = isinstance(called, Sign) and last not in _ACCESSORS
    if is_open and _ASKS.search(last) and not _is_of_library(call):
        walk.result.doubts.append(f"{call.name} is not known")
    return _given_back(call)


def _asks_by_name(call: _Called) -> Value | None:
    """Return what a method gives that libraries put on what they hand out, None for any other."""
    if call.last == "jwtVerify" and call.called is ABSENT:  # of @fastify/jwt, on the request
        call.walk.throw(REFUSAL)
        raise Ended
    if call.last.lower() in {"unauthorized", "forbidden"}:
        return REFUSAL
    return _metadata(call.walk, call.values) if call.last in _READ_METADATA else None


def _given_back(call: _Called) -> Value:
    """Return what comes of a call that nothing is known of: absent, if it is made of what is."""
    called, values = call.called, call.values
    first = values[0] if values else None
    if call.callee[0] == "n" and values:
        if call.callee[1] in {"len", "bool", "str", "Boolean", "String"}:
            return first
        if call.callee[1] == "isinstance":
            return False if first is ABSENT else UNKNOWN
    if _OF_EVERYBODY.search(call.last):
        return UNKNOWN
    if call.last == "get" and called is UNKNOWN and is_credential(call.callee[1], first):
        return ABSENT
    if called is ABSENT and isinstance(first, str):
        return UNKNOWN if is_sent_by_all(_header(call), first) else ABSENT
    return ABSENT if ABSENT in values or called is ABSENT else UNKNOWN


def _header(call: _Called) -> Expression:
    """Return what a header is asked of: `request.headers`, or the request itself."""
    callee = call.callee
    if callee[0] != "a" or callee[1] is None:
        return None
    if callee[1][0] == "n":  # req.get("X-Key"), but not session.get("user")
        value = call.walk.program.lookup(callee[1][1], call.frame)
        return None if isinstance(value, External) else callee
    return callee if callee[2] in {"header", "getHeader"} else callee[1]


def _is_of_library(call: _Called) -> bool:
    """Tell whether what is called is a library's: `Joi.object(x).validate(y)`."""
    name = _root(call.callee)
    value = call.walk.program.lookup(name, call.frame) if name else None
    return isinstance(value, External | LibraryObject)


def _callback(walk: Walk, function: Function, called: Value) -> None:
    """Go into what a call is given to go on with: `verify(token, (error, user) => ...)`."""
    is_verifying = isinstance(called, External) and called.name in _ERROR_FIRST
    first = True if is_verifying else UNKNOWN
    arguments = [first] if len(function.statement[2]) > 1 else []
    mode = _mode_inside(walk)
    inner = walk.run(function, arguments, mode)
    walk.result.doubts += inner.doubts
    if mode == "call":
        if inner.refuses and not inner.returned:
            walk.answer_with(REFUSAL)
            raise Ended
        if inner.goes_on:
            walk.result.passes = walk.result.goes_on = True
            raise Ended
    elif inner.refuses or inner.passes:
        walk.result.take(inner)
        raise Ended


def _promise(walk: Walk, callee: list[Value], arguments: list[Expression], frame: Frame) -> Value:
    """Read `x.then(f).catch(g)` as what it is tried and what is done where it fails."""
    handlers = [walk.value(one, frame) for one in arguments]
    function = next((one for one in handlers if isinstance(one, Function)), None)
    if callee[2] == "catch" and function is not None:
        name = function.statement[2][0][0] if function.statement[2] else None
        flow = function.statement[FLOW] if len(function.statement) > FLOW else []
        handler = [name if isinstance(name, str) else None, None, flow]
        walk.trying.append(Trying([handler], frame))
        try:
            return walk.value(callee[1], frame)
        finally:
            walk.trying.pop()
    value = walk.value(callee[1], frame)
    if callee[2] == "then" and function is not None:
        _callback(walk, function, value)
    return value
