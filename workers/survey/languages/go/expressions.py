"""Expressions of Go as plain data, as far as routes depend on them; what is left out is None.

- `["s", text, line]`, `["nil"]`, `["bool", value]`, `["n", name]`, `[".", of, name, line]`
- `["c", function, [argument, ...], line, last line, spread]`: a call, or a conversion
- `["make", type]`: `new(T)` and `make(T)`; `["&", of]`; `["as", of, type]`; `["[]", of, index]`
- `["+", left, right]`, `["op", sign, left, right]`, `["!", of]`
- `["lit", type, [[key, value], ...], line]`: a composite literal
- `["fn", parameters, body, line, names]`: a function literal, its body as `statements` has it;
  of a handler only the names that it calls
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, ClassVar

from workers.survey.languages.go.types import parameters, type_of
from workers.survey.syntax import NESTING, line, text

if TYPE_CHECKING:
    from collections.abc import Callable

    from tree_sitter import Node

Expression = list[Any] | None
_MOST_NODES = 300
_NAMES = frozenset({"identifier", "field_identifier", "type_identifier", "package_identifier"})
_TYPES = frozenset(
    {"slice_type", "array_type", "map_type", "pointer_type", "qualified_type", "generic_type"}
)
# What a handler takes: its body registers nothing.
_HANDLED = frozenset(
    {("gin", "Context"), ("echo", "Context"), ("fiber", "Ctx"), ("http", "ResponseWriter"),
     ("fasthttp", "RequestCtx")}
)  # fmt: skip


def takes_requests(declared: list[tuple[str, Any]]) -> bool:
    """Tell whether parameters are those of a handler."""
    first = declared[0][1] if declared else None
    return first is not None and first[0] == "t" and (first[1], first[2]) in _HANDLED


def unquoted(node: Node) -> str:
    """Return what a string literal says."""
    raw = text(node)
    if raw[:1] == "`":
        return raw[1:-1]
    if "\\" not in raw:
        return raw[1:-1]
    try:
        value = ast.literal_eval(raw)
    except (ValueError, SyntaxError, MemoryError):
        return raw[1:-1]
    return value if isinstance(value, str) else raw[1:-1]


class Reader:
    """Turns nodes into data; `block` turns the bodies of function literals into statements."""

    def __init__(self, block: Callable[[Node | None, int], list[Any]]) -> None:
        """Take what turns the bodies of function literals into statements."""
        self._block = block

    def expression(self, node: Node | None, depth: int = 0) -> Expression:
        """Return an expression as data."""
        if node is None or depth > NESTING:
            return None
        kind = node.type
        if kind in {"interpreted_string_literal", "raw_string_literal"}:
            return ["s", unquoted(node), line(node)]
        if kind in _NAMES:
            return ["n", text(node)]
        if kind in {"nil", "true", "false"}:
            return ["nil"] if kind == "nil" else ["bool", kind == "true"]
        if kind in _TYPES:
            return ["type", type_of(node)]
        convert = self._KINDS.get(kind)
        return convert(self, node, depth + 1) if convert else None

    def _selector(self, node: Node, depth: int) -> Expression:
        field = node.child_by_field_name("field")
        of = self.expression(node.child_by_field_name("operand"), depth)
        return [".", of, text(field), line(field)] if field is not None else None

    def _call(self, node: Node, depth: int) -> Expression:
        function = node.child_by_field_name("function")
        listed = node.child_by_field_name("arguments")
        arguments = [one for one in (listed.named_children if listed else ()) if _is_code(one)]
        if function is not None and text(function) in {"new", "make"}:
            return ["make", type_of(arguments[0] if arguments else None)]
        of = self.expression(function, depth)
        at = of[3] if of and of[0] == "." else line(node)
        values = [self.expression(_spread(one), depth) for one in arguments]
        spread = bool(arguments) and arguments[-1].type == "variadic_argument"
        return ["c", of, values, at, node.end_point.row + 1, spread]

    def _conversion(self, node: Node, depth: int) -> Expression:
        of = type_of(node.child_by_field_name("type"))
        inner = self.expression(node.child_by_field_name("operand"), depth)
        return ["as", inner, of]

    def _instantiated(self, node: Node, depth: int) -> Expression:
        return self.expression(node.named_children[0] if node.named_children else None, depth)

    def _inner(self, node: Node, depth: int) -> Expression:
        inner = [one for one in node.named_children if _is_code(one)]
        return self.expression(inner[0], depth) if len(inner) == 1 else None

    def _unary(self, node: Node, depth: int) -> Expression:
        sign = text(node.child_by_field_name("operator"))
        of = self.expression(node.child_by_field_name("operand"), depth)
        if sign == "*":
            return of
        return [sign, of] if sign in {"&", "!"} else None

    def _binary(self, node: Node, depth: int) -> Expression:
        sign = text(node.child_by_field_name("operator"))
        sides = [self.expression(node.child_by_field_name(s), depth) for s in ("left", "right")]
        if sign == "+":
            return ["+", *sides]
        return ["op", sign, *sides] if sign in {"==", "!=", "&&", "||"} else None

    def _indexed(self, node: Node, depth: int) -> Expression:
        sides = [self.expression(node.child_by_field_name(s), depth) for s in ("operand", "index")]
        return ["[]", *sides]

    def _asserted(self, node: Node, depth: int) -> Expression:
        of = self.expression(node.child_by_field_name("operand"), depth)
        return ["as", of, type_of(node.child_by_field_name("type"))]

    def _literal(self, node: Node, depth: int) -> Expression:
        of = type_of(node.child_by_field_name("type"))
        return ["lit", of, self._elements(node.child_by_field_name("body"), depth), line(node)]

    def _elements(self, body: Node | None, depth: int) -> list[list[Expression]]:
        elements: list[list[Expression]] = []
        for element in body.named_children if body is not None else ():
            if element.type == "keyed_element":
                sides = [each for each in element.named_children if _is_code(each)]
                if len(sides) == 2:  # a key and a value
                    elements.append([self._element(each, depth) for each in sides])
            elif element.type == "literal_element":
                elements.append([None, self._element(element, depth)])
        return elements

    def _element(self, node: Node, depth: int) -> Expression:
        """Return an element; a literal in braces has the type of the elements."""
        inner = node.named_children[0] if node.type == "literal_element" and node.children else node
        if inner.type == "literal_value":
            if depth > NESTING:
                return None
            return ["lit", None, self._elements(inner, depth + 1), line(inner)]
        return self.expression(inner, depth)

    def _function(self, node: Node, depth: int) -> Expression:
        declared = parameters(node.child_by_field_name("parameters"))
        body = node.child_by_field_name("body")
        takes = takes_requests(declared)
        statements = None if takes else self._block(body, depth)
        names = _names_called(body) if takes else []
        return ["fn", [list(one) for one in declared], statements, line(node), names]

    _KINDS: ClassVar[dict[str, Callable[[Reader, Node, int], Expression]]] = {
        "selector_expression": _selector,
        "call_expression": _call,
        "type_conversion_expression": _conversion,
        "type_instantiation_expression": _instantiated,
        "parenthesized_expression": _inner,
        "unary_expression": _unary,
        "binary_expression": _binary,
        "index_expression": _indexed,
        "type_assertion_expression": _asserted,
        "composite_literal": _literal,
        "func_literal": _function,
    }


def _names_called(body: Node | None) -> list[str]:
    """Return the plain names that a handler calls, as one does that wraps another."""
    names: set[str] = set()
    waiting = [body] if body is not None else []
    for _ in range(_MOST_NODES):
        if not waiting:
            break
        node = waiting.pop()
        function = node.child_by_field_name("function") if node.type == "call_expression" else None
        if function is not None and function.type == "identifier":
            names.add(text(function))
        elif function is not None and function.type == "selector_expression":
            operand = function.child_by_field_name("operand")
            names |= {text(operand)} if operand is not None and text(function).endswith(
                ".ServeHTTP") else set()  # fmt: skip
        waiting += node.named_children
    return sorted(names)


def _is_code(node: Node) -> bool:
    return node.type != "comment"


def _spread(node: Node) -> Node:
    inner = node.named_children
    return inner[0] if node.type == "variadic_argument" and inner else node
