"""What a function of a script does, statement by statement, where it may refuse whoever calls."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sessions.patterns import lazy_pattern
from workers.survey.endpoints.script_expressions import expression, named
from workers.survey.endpoints.statements import LONGEST, Bodies, may_refuse
from workers.survey.syntax import line, text

if TYPE_CHECKING:
    from tree_sitter import Node

    from workers.survey.endpoints.statements import Flow

_NESTING = 25
# A function that adds routes, and is followed: it answers nobody.
_ADDS_ROUTES = lazy_pattern(
    rb"\.(?:get|post|put|patch|delete|all|use|route|register)\(\s{0,40}(?:['\"`]/|\w{1,60}[,)(])"
)


@dataclass
class Flows:
    """The flows of a file's functions; most functions have none."""

    source: bytes
    known: dict[int, list[Flow]] = field(default_factory=dict)

    def of(self, node: Node) -> list[Flow]:
        """Return a function's flow in a list, an empty list where it can refuse nobody."""
        if node.start_byte not in self.known:
            self.known[node.start_byte] = self._read(node)
        return self.known[node.start_byte]

    def _read(self, node: Node) -> list[Flow]:
        if not may_refuse(self.source, node):
            return []
        if node.end_byte - node.start_byte > LONGEST:
            return [[["x"]]]
        if _ADDS_ROUTES.search(self.source, node.start_byte, node.end_byte) and _is_plain(node):
            return []
        # Expressions are read apart from the file's statements: their functions belong to the flow.
        reader = _Reader(Bodies([], frozenset(), flow_of=self.of))
        body = node.child_by_field_name("body")
        if body is not None and body.type != "statement_block":
            return [[["r", reader.form(body), line(body)]]]
        return [reader.block(body, 0)]


def _is_plain(node: Node) -> bool:
    """Tell whether a function takes no third parameter: one that asks whoever calls has `next`."""
    return len(named(node.child_by_field_name("parameters"))) < 3


@dataclass(frozen=True)
class _Reader:
    bodies: Bodies

    def form(self, node: Node | None) -> list[object] | None:
        return expression(node, self.bodies)

    def block(self, node: Node | None, depth: int) -> Flow:
        if node is None:
            return []
        if depth > _NESTING:
            return [["x"]]
        if node.type != "statement_block":
            return self.statement(node, depth + 1)
        flow: Flow = []
        for child in named(node):
            flow += self.statement(child, depth + 1)
        return flow

    def statement(self, node: Node, depth: int) -> Flow:
        kind = node.type
        if kind in {"for_statement", "for_in_statement", "while_statement", "do_statement"}:
            return [["o", self.block(node.child_by_field_name("body"), depth)]]
        read = _STATEMENTS.get(kind)
        return read(self, node, depth) if read is not None else []


def _if(reader: _Reader, node: Node, depth: int) -> Flow:
    test = reader.form(node.child_by_field_name("condition"))
    then = reader.block(node.child_by_field_name("consequence"), depth)
    clause = node.child_by_field_name("alternative")
    otherwise = reader.block(next(iter(named(clause)), None), depth)
    return [["?", test, then, otherwise]]


def _throw(reader: _Reader, node: Node, _depth: int) -> Flow:
    return [["!", reader.form(next(iter(named(node)), None)), line(node)]]


def _return(reader: _Reader, node: Node, _depth: int) -> Flow:
    return [["r", reader.form(next(iter(named(node)), None)), line(node)]]


def _expression(reader: _Reader, node: Node, _depth: int) -> Flow:
    inner = next(iter(named(node)), None)
    if inner is not None and inner.type == "assignment_expression":
        target = reader.form(inner.child_by_field_name("left"))
        value = reader.form(inner.child_by_field_name("right"))
        return [["=", target, value, line(node)]] if target else []
    form = reader.form(inner)
    return [["e", form, line(node)]] if form is not None else []


def _declare(reader: _Reader, node: Node, _depth: int) -> Flow:
    flow: Flow = []
    for declared in named(node):
        target = declared.child_by_field_name("name")
        value = declared.child_by_field_name("value")
        if target is None:
            continue
        form = reader.form(value)
        if target.type in {"object_pattern", "array_pattern"}:
            names = [text(part.child_by_field_name("value") or part) for part in named(target)]
            flow.append(["=", ["l", [["n", name] for name in names]], form, line(declared)])
        else:
            flow.append(["=", ["n", text(target)], form, line(declared)])
    return flow


def _try(reader: _Reader, node: Node, depth: int) -> Flow:
    handler = node.child_by_field_name("handler")
    handlers: list[object] = []
    if handler is not None:
        name = text(handler.child_by_field_name("parameter")) or None
        done = reader.block(handler.child_by_field_name("body"), depth)
        handlers = [[name, None, done]]
    flow: Flow = [["t", reader.block(node.child_by_field_name("body"), depth), handlers]]
    last = node.child_by_field_name("finalizer")
    return [*flow, *reader.block(next(iter(named(last)), None), depth)]


def _switch(reader: _Reader, node: Node, depth: int) -> Flow:
    flow: Flow = []
    for case in named(node.child_by_field_name("body")):
        inner: Flow = []
        for part in named(case):
            inner += reader.statement(part, depth + 1)
        flow.append(["?", None, inner, []])
    return flow


def _inside(reader: _Reader, node: Node, depth: int) -> Flow:
    return reader.block(node, depth)


_STATEMENTS = {
    "if_statement": _if,
    "throw_statement": _throw,
    "return_statement": _return,
    "expression_statement": _expression,
    "lexical_declaration": _declare,
    "variable_declaration": _declare,
    "try_statement": _try,
    "switch_statement": _switch,
    "statement_block": _inside,
}
