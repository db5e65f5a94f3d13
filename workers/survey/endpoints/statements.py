"""The forms in which a file's relevant statements are kept: lists, so that JSON can hold them.

A statement is one of

    ["=", target, value, line]      ["+=", target, value, line]
    ["e", expression]               a call whose effect counts; a third part, "maybe": under an if
    ["r", expression]               return
    ["def", name, parameters, body, decorators, line, returns]   then its flow, see below
    ["class", name, bases, body, decorators, line]  then {keyword: expression} of its bases, if any
    ["for", target, iterable, body]
    ["import", local, module, name]  name "" is the module itself, local "*" all of its names
    ["export", name, expression]     name "=" is module.exports itself
    ["reexport", name, local, module]

and an expression one of

    ["s", text]  ["i", number or boolean]  ["n", name]  ["a", object, attribute]
    ["c", function, arguments, {keyword: expression}, line]
    ["l", items], with a line where it may be a path and its handler
    ["d", [[key, value], ...], line]  ["+", parts]  ["or", [one, other]]
    a dict whose keys are routes has the lines of its entries, too
    ["[]", object, key]  ["f", statement "def"]  ["*", expression]
    ["each", expression, target, iterable]
    ["not", expression]  ["and", sides]  ["cmp", operator, one, other]  ["?:", test, one, other]
    ["|", sides]  ["&", sides]  ["z"] nothing: None, null, undefined

A parameter is [name, annotation, default, decorators]; a name with a star or dots takes the rest.
None stands for what is not understood.

A flow is what a function does, statement by statement, as far as it may refuse whoever calls:

    ["?", test, then, otherwise]  ["t", body, [[name, types, handler], ...]] try
    ["o", body] maybe, maybe several times
    ["!", expression, line] raise  ["r", expression, line] return  ["e", expression, line] a call
    ["=", target, expression, line]  ["x"] what was not read: it may do anything
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from tree_sitter import Node

Expression = list[Any] | None
Statement = list[Any]
Flow = list[list[Any]]
NOTHING: list[Any] = ["z"]
FLOW = 7  # where a function's flow stands in its statement

# Bodies longer than this are no factories that only make and return something.
_SHORT = 8
_APPLICATION = lazy_pattern(r"\w{0,40}(?:Application|App|API|Router)$|Starlette$|Litestar$")
_MAKERS = frozenset({"__init__", "constructor"})


class Bound(NamedTuple):
    """Statements, kept so that no others get their identity, and which of them bind which name."""

    statements: Sequence[Statement]
    by_name: dict[str, list[int]]


@dataclass
class Body:
    """Statements that stand in one function, class, loop or module, while they are gathered."""

    statements: list[Statement]
    end: int
    done: int = -1  # what ends before this byte belongs to a statement that was taken


@dataclass
class Bodies:
    """The nested bodies around a place of the source; `opened` are functions inside expressions.

    `effects` are the names of methods whose calls are statements that count.
    """

    stack: list[Body]
    effects: frozenset[str]
    opened: dict[int, Body] = field(default_factory=dict)
    # Of a function, its flow in a list, or an empty list where it can refuse nobody.
    flow_of: Callable[[Node], list[Flow]] = lambda _node: []

    def at(self, start: int) -> Body:
        """Leave the bodies that ended before a byte and return the innermost one."""
        while len(self.stack) > 1 and self.stack[-1].end <= start:
            self.stack.pop()
        return self.stack[-1]

    def enter(self, statements: list[Statement], end: int) -> None:
        """Go into a body."""
        self.stack.append(Body(statements, end))


# No word, no refusal: the statuses, what libraries call it, and what repositories ask by. That a
# function holds one says nothing yet; what holds none refuses nobody and calls nothing that does.
MAY_REFUSE = lazy_pattern(
    rb"40[13]|[Aa]uth|AUTH|orbid|FORBID|[Pp]ermi|enied|[Ll]ogin|ogged|jwt|JWT|[Tt]oken|redential|ession"
    rb"|[Gg]uard|erify|[Cc]heck|nsure|equire|rotect|[Aa]ccess|llow|[Rr]ole|dmin|alid|abort|estrict"
    rb"|ecur|[Uu]ser|canActivate|dispatch|next|redirect|iddleware|passport"
)
LONGEST = 12_000  # bytes of a function whose flow is read


def may_refuse(source: bytes, node: Node) -> bool:
    """Tell whether a function holds a word by which it could refuse whoever calls."""
    return MAY_REFUSE.search(source, node.start_byte, node.end_byte) is not None


def is_conditional(node: Node) -> bool:
    """Tell whether a statement stands under a condition of its function or module."""
    above = node.parent
    while above is not None and "function" not in above.type and above.type != "method_definition":
        if above.type in {"if_statement", "switch_statement", "match_statement"}:
            return True
        above = above.parent
    return False


def names_in(form: object) -> Iterable[str]:
    """Yield every name that expressions and statements use."""
    stack = [form]
    while stack:
        part = stack.pop()
        if isinstance(part, list):
            if len(part) == 2 and part[0] == "n" and isinstance(part[1], str):
                yield part[1]
            else:
                stack.extend(part)
        elif isinstance(part, dict):
            stack.extend(part.values())


def pruned(
    statements: list[Statement], *, inside: bool = False, has_objects: bool = False
) -> list[Statement]:
    """Leave out what no route can depend on: values nobody uses, and functions `inside` others.

    A function of a module or class stays, if only its name: that it does nothing is news, too.
    `expressions`: functions may stand in them, as in scripts.
    """
    return [
        kept
        for one in statements
        if (kept := _pruned(one, inside=inside, has_objects=has_objects)) is not None
    ]


def _pruned(statement: Statement, *, inside: bool, has_objects: bool) -> Statement | None:
    kind = statement[0]
    if kind == "def":
        own = pruned(statement[3], inside=True, has_objects=has_objects)
        body = _needed(own, has_objects=has_objects and statement[1] in _MAKERS)
        has_flow = len(statement) > FLOW
        if inside and not body and not statement[4] and not has_flow:
            return None
        return [*statement[:3], body, *statement[4:]]
    if kind == "class":
        return [*statement[:3], pruned(statement[3], has_objects=has_objects), *statement[4:]]
    if kind == "for":
        body = _needed(pruned(statement[3], inside=True, has_objects=has_objects))
        return [*statement[:3], body] if body else None
    for part in _functions(statement):
        part[3] = _needed(pruned(part[3], inside=True))
    return statement


def _functions(form: object) -> Iterable[Statement]:
    """Yield the functions inside an expression, not those inside these."""
    stack = [form]
    while stack:
        part = stack.pop()
        if isinstance(part, list):
            if part and part[0] == "f" and len(part) == 2:
                yield part[1]
            else:
                stack.extend(part)
        elif isinstance(part, dict):
            stack.extend(part.values())


def _returns_application(statement: Statement) -> bool:
    """Tell whether a function returns what it hands routes to: `return Application(handlers)`."""
    value = statement[1] if statement[0] == "r" else None
    callee = value[1] if value is not None and value[0] == "c" else None
    name = callee[-1] if callee is not None and callee[0] in {"n", "a"} else None
    return isinstance(name, str) and name[:1].isupper() and _APPLICATION.match(name) is not None


def _is_effect(statement: Statement, *, has_objects: bool) -> bool:
    """Tell whether a statement does more than give a name to a value."""
    if statement[0] in {"e", "def", "class", "for"} or (has_objects and statement[0] == "="):
        return True
    return _returns_application(statement) or _keeps_made(statement)


def _needed(body: list[Statement], *, has_objects: bool = False) -> list[Statement]:
    """Return a function's body without local values that its effects do not use."""
    if len(body) <= _SHORT and any(statement[0] == "r" for statement in body):
        return body
    # Without an effect nobody needs the values either; they are read from the last statement up,
    # since a value is needed by what comes after it.
    if not any(_is_effect(one, has_objects=has_objects) for one in body):
        return []
    used: set[str] = set()
    needed: list[Statement] = []
    for statement in reversed(body):
        kind = statement[0]
        is_local = kind in {"=", "+="} and statement[1] and statement[1][0] == "n"
        if is_local and statement[1][1] not in used:
            continue
        needed.append(statement)
        used.update(names_in(statement))
    return needed[::-1]


def _keeps_made(statement: Statement) -> bool:
    """Tell whether a statement gives an object something that a call made: `this.app = app()`."""
    if statement[0] != "=" or statement[2] is None or statement[2][0] != "c":
        return False
    target = statement[1]
    return bool(target) and target[0] == "a" and target[1] == ["n", "this"]


def binds(statements: Sequence[Statement], known: dict[int, Bound]) -> dict[str, list[int]]:
    """Return which statements bind which name; those that may bind any are under `*`.

    Each call of a function asks for the same: it is `known` by the identity of the statements.
    """
    if id(statements) not in known:
        known[id(statements)] = Bound(statements, _binds(statements))
    return known[id(statements)].by_name


def _binds(statements: Sequence[Statement]) -> dict[str, list[int]]:
    by_name: dict[str, list[int]] = {}
    for index, statement in enumerate(statements):
        kind = statement[0]
        if kind in {"def", "class"}:
            names = [statement[1]]
        elif kind in {"=", "+="}:
            target = statement[1]
            parts = target[1] if target[0] == "l" else [target]
            names = [part[1] for part in parts if part and part[0] == "n"]
        elif kind == "import":
            names = [statement[1]]
        elif kind == "export":
            names = [f"export {statement[1]}"]
        elif kind == "reexport":
            names = ["*" if statement[1] == "*" else f"export {statement[1]}"]
        else:
            continue
        for name in names:
            by_name.setdefault(name, []).append(index)
    return by_name
