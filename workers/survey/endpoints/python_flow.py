"""What a Python function does, statement by statement, where it may refuse whoever calls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from workers.survey.endpoints.python_expressions import expression, named
from workers.survey.endpoints.statements import LONGEST, may_refuse
from workers.survey.syntax import line, text

if TYPE_CHECKING:
    from tree_sitter import Node

    from workers.survey.endpoints.statements import Flow

_NESTING = 25


@dataclass
class Flows:
    """The flows of a file's functions; most functions have none."""

    source: bytes

    def of(self, node: Node) -> list[Flow]:
        """Return a function's flow in a list, an empty list where it can refuse nobody."""
        if not may_refuse(self.source, node):
            return []
        if node.end_byte - node.start_byte > LONGEST:
            return [[["x"]]]
        return [_block(node.child_by_field_name("body"), 0)]


def _block(node: Node | None, depth: int) -> Flow:
    flow: Flow = []
    if node is not None and depth > _NESTING:
        return [["x"]]
    for child in named(node):
        flow += _statement(child, depth + 1)
    return flow


def _statement(node: Node, depth: int) -> Flow:
    read = _STATEMENTS.get(node.type)
    if read is not None:
        return read(node, depth)
    if node.type in {"for_statement", "while_statement"}:
        return [["o", _block(node.child_by_field_name("body"), depth)]]
    return []


def _if(node: Node, depth: int) -> Flow:
    then = _block(node.child_by_field_name("consequence"), depth)
    otherwise: Flow = []
    for clause in reversed(node.children_by_field_name("alternative")):
        if clause.type == "elif_clause":
            otherwise = _if_form(clause, _block(_consequence(clause), depth), otherwise)
        else:
            otherwise = _block(clause.child_by_field_name("body"), depth)
    return _if_form(node, then, otherwise)


def _consequence(node: Node) -> Node | None:
    return node.child_by_field_name("consequence")


def _if_form(node: Node, then: Flow, otherwise: Flow) -> Flow:
    return [["?", expression(node.child_by_field_name("condition")), then, otherwise]]


def _raise(node: Node, _depth: int) -> Flow:
    return [["!", expression(next(iter(named(node)), None)), line(node)]]


def _return(node: Node, _depth: int) -> Flow:
    value = expression(next(iter(named(node)), None))
    # A list that is put together refuses nobody: where it is of use, the statement has it.
    return [["r", None if value is not None and value[0] == "each" else value, line(node)]]


def _expression(node: Node, _depth: int) -> Flow:
    inner = next(iter(named(node)), None)
    if inner is not None and inner.type == "assignment":
        target = expression(inner.child_by_field_name("left"))
        value = expression(inner.child_by_field_name("right"))
        return [["=", target, value, line(node)]] if target else []
    if inner is not None and inner.type == "yield":
        inner = next(iter(named(inner)), None)
    form = expression(inner)
    return [["e", form, line(node)]] if form is not None and form[0] == "c" else []


def _try(node: Node, depth: int) -> Flow:
    clauses = [child for child in named(node) if child.type.startswith("except")]
    handlers = [_handler(clause, depth) for clause in clauses]
    flow: Flow = [["t", _block(node.child_by_field_name("body"), depth), handlers]]
    for child in named(node):
        if child.type == "else_clause":
            flow += _block(child.child_by_field_name("body"), depth)
        elif child.type == "finally_clause":
            flow += _block(next(iter(named(child)[::-1]), None), depth)
    return flow


def _handler(clause: Node, depth: int) -> list[object]:
    """Return the name that an error has, the types that are caught, and what is done."""
    *caught, body = named(clause)
    name = None
    types = caught[0] if caught else None
    if types is not None and types.type == "as_pattern":
        alias = types.child_by_field_name("alias")
        name, types = text(alias), types.named_children[0]
    elif len(caught) > 1:
        name = text(caught[1])
    return [name, expression(types), _block(body, depth)]


def _with(node: Node, depth: int) -> Flow:
    return _block(node.child_by_field_name("body"), depth)


def _match(node: Node, depth: int) -> Flow:
    body = node.child_by_field_name("body")
    cases = [child for child in named(body) if child.type == "case_clause"]
    return [["?", None, _block(_consequence(case), depth), []] for case in cases]


_STATEMENTS = {
    "if_statement": _if,
    "raise_statement": _raise,
    "return_statement": _return,
    "expression_statement": _expression,
    "try_statement": _try,
    "with_statement": _with,
    "match_statement": _match,
}
