"""What an expression is for a request without credentials."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workers.survey.endpoints.follower import evaluate, objects
from workers.survey.endpoints.follower.values import (
    Class,
    External,
    Frame,
    Function,
    Instance,
    LibraryObject,
    Value,
)
from workers.survey.endpoints.guards import library
from workers.survey.endpoints.guards.calls import call_of
from workers.survey.endpoints.guards.signs import (
    ABSENT,
    ERROR,
    PASS_ON,
    REFUSAL,
    UNKNOWN,
    Ended,
    Sign,
    refuses,
    truth,
)
from workers.survey.endpoints.guards.words import (
    ABOUT_REQUEST,
    PATHS,
    is_credential,
    is_sent_by_all,
)
from workers.survey.endpoints.statements import NOTHING

if TYPE_CHECKING:
    from collections.abc import Callable

    from workers.survey.endpoints.guards.anonymous import Walk
    from workers.survey.endpoints.statements import Expression


_OF_DICTS = frozenset({"get", "values", "keys", "items", "default"})


def value_of(walk: Walk, form: Expression, frame: Frame) -> Value:
    """Return what an expression is; raises Ended where that ends the way through a function."""
    if form is None:
        return UNKNOWN
    read = _READ.get(form[0])
    return read(walk, form, frame) if read is not None else UNKNOWN


def _literal(_walk: Walk, form: list[Value], _frame: Frame) -> Value:
    return form[1]


def _nothing(_walk: Walk, _form: list[Value], _frame: Frame) -> Value:
    return ABSENT


def _name(walk: Walk, form: list[Value], frame: Frame) -> Value:
    name = form[1]
    at: Frame | None = frame
    while at is not None:
        bound = walk.program.bound(name, at)
        if bound is not None:
            return _known(walk, walk.program.imported(bound, name, at))
        at = at.parent
    return UNKNOWN


def _known(walk: Walk, value: Value) -> Value:
    """Return a value: who is calling, in a library's words, is absent; an error may refuse."""
    if isinstance(value, LibraryObject) and _is_handed_a_refusal(walk, value):
        return REFUSAL
    if isinstance(value, External) and library.is_identity(value.name):
        return ABSENT
    if library.refuses_by_name(value):
        return REFUSAL
    return UNKNOWN if value is None else value


def _is_handed_a_refusal(walk: Walk, made: LibraryObject) -> bool:
    """Tell whether a call was given a refusal; of `app = wrapped(app)` the name is itself."""
    if id(made) in walk.looking:
        return False
    walk.looking.add(id(made))
    try:
        call = made.call
        forms = [*call.arguments, *call.keywords.values()]
        plain = [form for form in forms if form is not None and form[0] in {"i", "a", "n"}]
        return any(refuses(walk.value(form, call.frame)) for form in plain)
    finally:
        walk.looking.discard(id(made))


def _attribute(walk: Walk, form: list[Value], frame: Frame) -> Value:
    owner, name = walk.value(form[1], frame), form[2]
    if isinstance(owner, Sign | str):
        return _of_request(walk, owner, form)
    if isinstance(owner, dict) and name not in owner and name not in _OF_DICTS:
        return ABSENT
    if walk.mode == "wrap" and name in {"get_response", "app"} and isinstance(owner, Instance):
        return PASS_ON
    bound = _injected(walk, owner, name)
    if bound is None:
        bound = evaluate.attribute(walk.program, owner, name)
    return _known(walk, bound)


def _of_request(walk: Walk, owner: Value, form: list[Value]) -> Value:
    """Return an attribute of what comes from a request, or of what is not known."""
    name = form[2]
    if owner in (REFUSAL, ERROR):
        return owner  # res.status(401).json
    if isinstance(owner, str):
        return owner if name in PATHS else UNKNOWN  # request.url.path
    if owner is ABSENT and name == "method" and walk.method is not None:
        return walk.method
    if name in PATHS and (owner is ABSENT or (owner is UNKNOWN and form[1][-1] in PATHS)):
        walk.asks_path = True
        return UNKNOWN if walk.path is None else walk.path
    if name in ABOUT_REQUEST or owner is PASS_ON:
        return UNKNOWN
    return ABSENT if owner is UNKNOWN and is_credential(form[1], name) else owner


def _injected(walk: Walk, owner: Value, name: str) -> Value:
    """Return what a constructor's parameter of a type puts into an object: `this.users.find()`."""
    if not isinstance(owner, Instance) or owner.attributes.get(name) is not None:
        return None
    maker = objects.method(walk.program, owner.of, "constructor")
    for parameter in maker.statement[2] if maker is not None else ():
        if parameter[0] == name and parameter[1] is not None:
            of = walk.program.value(parameter[1], owner.of.frame)
            return Instance(of) if isinstance(of, Class) else None
    return None


def _both(walk: Walk, form: list[Value], frame: Frame) -> Value:
    """Return `a and b`."""
    return _sides(walk, form, frame, ends=False)


def _either(walk: Walk, form: list[Value], frame: Frame) -> Value:
    return _sides(walk, form, frame, ends=True)


def _sides(walk: Walk, form: list[Value], frame: Frame, *, ends: bool) -> Value:
    """Go through sides up to the one whose truth ends it; after an unknown one nothing is sure."""
    is_sure, last = True, UNKNOWN
    for side in form[1]:
        try:
            last = walk.value(side, frame)
        except Ended:
            if is_sure:
                raise
            return UNKNOWN
        answer = truth(last)
        if answer is ends:
            return last if is_sure or not ends else True
        is_sure &= answer is not None
    return last if is_sure else UNKNOWN


def _negated(walk: Walk, form: list[Value], frame: Frame) -> Value:
    is_true = truth(walk.value(form[1], frame))
    return UNKNOWN if is_true is None else not is_true


def _compared(walk: Walk, form: list[Value], frame: Frame) -> Value:
    operator, sides = form[1], form[2:]
    left, right = (walk.value(side, frame) for side in sides)
    answer = _equal(left, right, NOTHING in sides)
    if operator == "==":
        return UNKNOWN if answer is None else answer
    if operator == "!=":
        return UNKNOWN if answer is None else not answer
    if operator in {"in", "not in"}:
        is_in = False if is_credential(sides[1], left) else _is_in(left, right, sides[1])
        return UNKNOWN if is_in is None else is_in is (operator == "in")
    if operator == "instanceof":
        return False if left is ABSENT else UNKNOWN
    return UNKNOWN


def _equal(left: Value, right: Value, with_nothing: bool) -> bool | None:  # noqa: FBT001
    if left is ABSENT and right is ABSENT:
        return True if with_nothing else None
    if UNKNOWN in (left, right):
        return None
    if ABSENT in (left, right):
        other = right if left is ABSENT else left
        return True if other == "undefined" else False if _is_plain(other) else None
    return left == right if _is_plain(left) and _is_plain(right) else None


def _is_plain(value: Value) -> bool:
    return isinstance(value, str | int | bool | External)


def _is_in(left: Value, right: Value, of: Expression) -> bool | None:
    if right is ABSENT:
        return None if is_sent_by_all(of, left) or left is UNKNOWN else False
    if isinstance(left, str) and isinstance(right, str):
        return left in right
    if isinstance(right, list) and isinstance(left, str | int):
        return None if None in right or UNKNOWN in right else left in right
    return False if left is ABSENT and isinstance(right, list | dict) else None


def _choice(walk: Walk, form: list[Value], frame: Frame) -> Value:
    _, test, *sides = form
    answer = truth(walk.value(test, frame))
    if answer is not None:
        return walk.value(sides[0 if answer else 1], frame)
    values = []
    for side in sides:
        try:
            values.append(walk.value(side, frame))
        except Ended:
            continue
    if not values:
        raise Ended
    return values[0] if len(values) > 1 and values[0] is values[1] else UNKNOWN


def _item(walk: Walk, form: list[Value], frame: Frame) -> Value:
    owner, key = walk.value(form[1], frame), walk.value(form[2], frame)
    if owner is ABSENT:
        return UNKNOWN if is_sent_by_all(form[1], key) else ABSENT
    if isinstance(owner, dict) and isinstance(key, str):
        return owner.get(key, UNKNOWN)
    return ABSENT if owner is UNKNOWN and is_credential(form[1], key) else UNKNOWN


def _items(walk: Walk, form: list[Value], frame: Frame) -> Value:
    values = [walk.value(item, frame) for item in form[1]]
    return REFUSAL if REFUSAL in values or 401 in values or 403 in values else values


def _mapping(walk: Walk, form: list[Value], frame: Frame) -> Value:
    entries: dict[str, Value] = {}
    for key, item in form[1]:
        if key is not None and key[0] == "s":
            entries[key[1]] = walk.value(item, frame)
    wanted = ("status", "statusCode", "status_code", "code", "output")
    if any(refuses(entries.get(name)) for name in wanted):
        return REFUSAL
    return entries


def _function(_walk: Walk, form: list[Value], frame: Frame) -> Value:
    return Function(form[1], frame)


def _sum(walk: Walk, form: list[Value], frame: Frame) -> Value:
    values = [walk.value(part, frame) for part in form[1]]
    return "".join(values) if all(isinstance(one, str) for one in values) else UNKNOWN


def _each(walk: Walk, form: list[Value], frame: Frame) -> Value:
    """Return `[f(x) for x in y]`: nothing, where there is no y."""
    return ABSENT if walk.value(form[3], frame) is ABSENT else UNKNOWN


def _inner(walk: Walk, form: list[Value], frame: Frame) -> Value:
    return walk.value(form[1] if form[0] == "*" else form[1][0], frame)


_READ: dict[str, Callable[[Walk, list[Value], Frame], Value]] = {
    "s": _literal,
    "i": _literal,
    "z": _nothing,
    "n": _name,
    "a": _attribute,
    "c": call_of,
    "l": _items,
    "d": _mapping,
    "+": _sum,
    "or": _either,
    "and": _both,
    "not": _negated,
    "cmp": _compared,
    "?:": _choice,
    "[]": _item,
    "f": _function,
    "|": _inner,
    "&": _inner,
    "*": _inner,
    "each": _each,
}
