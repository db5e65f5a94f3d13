"""What refuses whoever calls, and was not seen to be asked: then no route is open for certain.

Whoever is refused is answered with 401 or 403, and that is written somewhere: in a guard, in a
handler, in an error's class, or where errors are turned into answers. A place of the last two kinds
answers for any error that code raises which is not read, so it leaves open who may call.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.patterns import lazy_pattern
from workers.survey.endpoints.follower.values import Class, Function, Instance, LibraryObject
from workers.survey.endpoints.statements import FLOW, MAY_REFUSE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.survey.endpoints.follower.program import Program
    from workers.survey.endpoints.follower.values import Value
    from workers.survey.endpoints.statements import Statement

# `rejectUnauthorized` is how a client treats certificates.
_SAYS = lazy_pattern(r"40[13]|(?<!rejectU)nauthor|NAUTHOR|orbidden|FORBIDDEN|enied")
_ERROR = lazy_pattern(r"(?i)^_*(?:e|ex|er+|\w*err(?:or)?|exception)$")
_NEXT = lazy_pattern(r"(?i)next|done|^_*(?:n|cb)$")
_MAKERS = frozenset({"constructor", "__init__"})
# Methods that turn errors into answers.
_OF_ERRORS = frozenset({"process_exception", "catch", "onError"})
_CLASS_LINE = 5  # where a class statement has its line
_MOST_PARTS = 200


class Place(NamedTuple):
    """A function or an error's class that refuses.

    `held` are the functions by one of which it is known who asks it; none where it answers for
    errors that anything may raise.
    """

    file: str
    line: int
    held: tuple[int, ...]


def refusing(program: Program) -> Iterator[Place]:
    """Yield every place of a program that refuses, or says that an error does."""
    for file, listed in program.facts.items():
        # Most files hold no such word: looking for one in all of it is a hundred times as fast.
        for statement in listed if _SAYS.search(repr(listed)) else ():
            yield from _in(statement, file, (), is_named=False)


def _in(form: object, file: str, around: tuple[int, ...], *, is_named: bool) -> Iterator[Place]:
    """Yield the places in a statement; `is_named`: whoever names the class around it is read."""
    if isinstance(form, dict):
        form = list(form.values())
    if not isinstance(form, list):
        return
    kind = form[0] if form else None
    if kind == "def" and len(form) >= FLOW:
        around = (*around, id(form))
        is_maker = is_named and form[1] in _MAKERS
        if len(form) > FLOW and not is_maker and _says(form[FLOW]):
            yield _place(form, file, around)
        form = form[:FLOW]  # a flow has its functions once more
    elif kind == "class" and len(form) > _CLASS_LINE:
        is_named = MAY_REFUSE.search(str(form[1]).encode()) is not None
        if not is_named and _keeps_a_refusal(form):
            yield Place(file, form[_CLASS_LINE], ())
    for part in form:
        yield from _in(part, file, around, is_named=is_named)


def _keeps_a_refusal(cls: Statement) -> bool:
    """Tell whether a class has a value that refuses, as an error has its status."""
    return any(part[0] == "=" and _says(part[2]) for part in cls[3])


def _place(function: Statement, file: str, around: tuple[int, ...]) -> Place:
    is_script = not file.endswith(".py")
    if _answers_errors(function, is_script=is_script):
        return Place(file, function[5], ())
    return Place(file, function[5], (*around, *_inside(function[3])))


def _inside(form: object) -> Iterator[int]:
    """Yield the identities of the functions in a body: what a function makes stands for it."""
    if isinstance(form, list):
        if form[:1] == ["def"]:
            yield id(form)
            form = form[:FLOW]
        for part in form:
            yield from _inside(part)


def _says(form: object) -> bool:
    """Tell whether an expression or a flow speaks of a refusal."""
    if isinstance(form, list):
        return form in (["i", 401], ["i", 403]) or any(map(_says, form))
    if isinstance(form, dict):
        return any(map(_says, form.values()))
    return isinstance(form, str) and _SAYS.search(form) is not None


def _answers_errors(function: Statement, *, is_script: bool) -> bool:
    """Tell whether a function answers for errors that others raise, none of which is known."""
    names = [parameter[0] for parameter in function[2]]
    if function[1] in _OF_ERRORS or (is_script and _are_of_errors(names)):
        return True
    # try { await next() } catch ...: for all that is further in.
    return any(
        part[0] == "t" and len(part[1]) == 1 and _calls_one_of(part[1][0], names)
        for part in function[FLOW]
    )


def _are_of_errors(names: list[Any]) -> bool:
    """Tell whether parameters are those of Express: (error, request, response, next)."""
    if len(names) != 4:
        return False
    first, last = (name if isinstance(name, str) else "" for name in (names[0], names[3]))
    return _ERROR.search(first) is not None or _NEXT.search(last) is not None


def _calls_one_of(statement: list[Any], names: list[Any]) -> bool:
    call = statement[1] if statement[0] in {"e", "r"} else None
    return call is not None and call[0] == "c" and call[1] is not None and call[1][-1] in names


def functions_of(value: Value) -> Iterator[int]:
    """Yield the identities of the functions that something asked or a handler consists of."""
    waiting = [value]
    for _ in range(_MOST_PARTS):
        if not waiting:
            return
        part = waiting.pop()
        if isinstance(part, Function):
            yield id(part.statement)
            waiting.append(part.this)
        elif isinstance(part, Instance):
            waiting.append(part.of)
        elif isinstance(part, Class):
            yield from (id(method) for method in part.statement[3] if method[0] == "def")
        elif isinstance(part, LibraryObject):
            waiting += part.call.values()
        elif isinstance(part, list):
            waiting += part
