"""Expressions of PHP as plain data: a text is itself, all else is a list with a word in front.

["literal", words]      a number, true, false, null
["array", pairs]        [key or None, value]; a value may be ["spread", expression]
["variable", name]      ["constant", name]      ["member", class, name]: Class::NAME
["concat", parts]       ["property", base, name]      ["index", base, key]
["chain", base, calls]  calls: [name, arguments, line]; an argument: [name or None, value, line]
                        base: None for a function, ["class", name] for a static call
["new", class, arguments, line]      ["closure", parameters, body, line]
["assign", name or None, expression]     ["include", expression, line]
["either", expressions]      ["not", expression]      ["unknown"]
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workers.survey.languages.php.names import Names, written
from workers.survey.syntax import line, text

if TYPE_CHECKING:
    from collections.abc import Callable

    from tree_sitter import Node

    Body = Callable[[Node | None, int], list[Any]]

Expression = Any
UNKNOWN: Expression = ["unknown"]
NESTING = 100  # deeper expressions are unknown: each is several lists in JSON
LONGEST = 20_000  # links of a chain or parts of a concatenation
_INCLUDES = frozenset(
    "include_expression include_once_expression require_expression require_once_expression".split()
)
_CALLS = frozenset(
    "member_call_expression nullsafe_member_call_expression scoped_call_expression"
    " function_call_expression".split()
)
_COMPARISONS = frozenset("== === != !== <> && || and or".split())
_LITERALS = frozenset("integer float boolean null".split())
_ESCAPES = {"\\n": "\n", "\\t": "\t", "\\r": "\r", "\\\\": "\\", '\\"': '"', "\\'": "'", "\\$": "$"}


class Reader:
    """Reads the expressions of one file: `names` are its imports, `body` reads a block."""

    def __init__(self, names: Names, body: Body) -> None:
        """Take what a file imports, and what reads its blocks."""
        self._names = names
        self._body = body
        self._readers: dict[str, Callable[[Node, int], Expression]] = {
            "array_creation_expression": self._array,
            "binary_expression": self._binary,
            "anonymous_function": self._closure,
            "anonymous_function_creation_expression": self._closure,
            "arrow_function": self._closure,
            "object_creation_expression": self._new,
            "class_constant_access_expression": self._member,
            "member_access_expression": self._property,
            "nullsafe_member_access_expression": self._property,
            "scoped_property_access_expression": self._static_property,
            "assignment_expression": self._assigned,
            "augmented_assignment_expression": self._assigned,
            "conditional_expression": self._either,
            "match_expression": self._either,
            "parenthesized_expression": self._inner,
            "cast_expression": self._inner,
            "error_suppression_expression": self._inner,
            "subscript_expression": self._index,
            "unary_op_expression": self._unary,
            "name": self._name,
            "qualified_name": self._name,
            "variable_name": self._variable,
        }

    def read(self, node: Node | None, depth: int = 0) -> Expression:
        """Return an expression as data."""
        if node is None or depth > NESTING:
            return UNKNOWN
        kind = node.type
        if kind in {"string", "encapsed_string", "heredoc", "nowdoc"}:
            return self._string(node, depth)
        if kind in _LITERALS:
            return ["literal", text(node)]
        if kind in _CALLS:
            return self._chain(node, depth)
        if kind in _INCLUDES:
            return ["include", self.read(first(node), depth + 1), line(node)]
        reader = self._readers.get(kind)
        return reader(node, depth + 1) if reader else UNKNOWN

    def arguments(self, node: Node | None, depth: int = 0) -> list[Any]:
        """Return the arguments of a call or an attribute: [name or None, value, line]."""
        listed: list[Any] = []
        for child in node.named_children if node is not None else ():
            if child.type != "argument":
                continue
            name = child.child_by_field_name("name")
            value = last(child)
            if value is not None and value.type == "variadic_unpacking":
                spread = ["spread", self.read(first(value), depth + 1)]
                listed.append([None, spread, line(child)])
            else:
                worth = self.read(value, depth + 1)
                listed.append([text(name) if name else None, worth, line(child)])
        return listed

    def _string(self, node: Node, depth: int) -> Expression:
        parts: list[Expression] = []
        body = node.child_by_field_name("value") if node.type in {"heredoc", "nowdoc"} else node
        quoted = node.type == "string"
        for child in body.named_children if body is not None else ():
            if child.type in {"string_content", "nowdoc_string"}:
                parts.append(_escaped(text(child)) if quoted else text(child))
            elif child.type == "escape_sequence":
                parts.append(_ESCAPES.get(text(child), text(child)))
            elif child.type not in {"heredoc_start", "heredoc_end"}:
                parts.append(self.read(child, depth + 1))
        return _joined(parts)

    def _chain(self, node: Node, depth: int) -> Expression:
        calls: list[Any] = []
        current: Node | None = node
        while current is not None and current.type in _CALLS and len(calls) < LONGEST:
            arguments = self.arguments(current.child_by_field_name("arguments"), depth + 1)
            if current.type == "function_call_expression":
                function = current.child_by_field_name("function")
                if function is not None and function.type in {"name", "qualified_name"}:
                    name = text(function).rpartition("\\")[2]
                    calls.append([name, arguments, line(current)])
                    return ["chain", None, calls[::-1]]
                calls.append(["__invoke", arguments, line(current)])
                current = function
                continue
            name_node = current.child_by_field_name("name")
            name = text(name_node) if name_node is not None and name_node.type == "name" else ""
            calls.append([name, arguments, line(name_node or current)])
            if current.type == "scoped_call_expression":
                scope = current.child_by_field_name("scope")
                return ["chain", ["class", self._class(scope)], calls[::-1]]
            current = _unwrapped(current.child_by_field_name("object"))
        return ["chain", self.read(current, depth + 1), calls[::-1]]

    def _class(self, node: Node | None) -> str:
        if node is None or node.type not in {"name", "qualified_name", "relative_scope"}:
            return ""
        return self._names.of_class(written(node))

    def _array(self, node: Node, depth: int) -> Expression:
        pairs: list[Any] = []
        for child in node.named_children:
            if child.type != "array_element_initializer":
                continue
            inner = [one for one in child.named_children if one.type != "comment"]
            if len(inner) == 2:
                pairs.append([self.read(inner[0], depth), self.read(inner[1], depth)])
            elif inner and inner[0].type == "variadic_unpacking":
                pairs.append([None, ["spread", self.read(first(inner[0]), depth)]])
            elif inner:
                pairs.append([None, self.read(inner[0], depth)])
        return ["array", pairs]

    def _binary(self, node: Node, depth: int) -> Expression:
        operator = text(node.child_by_field_name("operator"))
        if operator == "??":
            sides = [node.child_by_field_name(side) for side in ("left", "right")]
            return ["either", [self.read(side, depth) for side in sides]]
        if operator in _COMPARISONS:
            sides = [node.child_by_field_name(side) for side in ("left", "right")]
            return ["compare", operator, [self.read(side, depth) for side in sides]]
        if operator != ".":
            return ["unknown"]
        parts: list[Expression] = []
        current: Node | None = node
        while current is not None and current.type == "binary_expression" and len(parts) < LONGEST:
            if text(current.child_by_field_name("operator")) != ".":
                break
            parts.append(self.read(current.child_by_field_name("right"), depth))
            current = current.child_by_field_name("left")
        parts.append(self.read(current, depth))
        return _joined(parts[::-1])

    def _closure(self, node: Node, depth: int) -> Expression:
        body = node.child_by_field_name("body")
        parameters = self.parameters(node.child_by_field_name("parameters"))
        if node.type == "arrow_function":
            return ["closure", parameters, [["return", self.read(body, depth)]], line(node)]
        return ["closure", parameters, self._body(body, depth), line(node)]

    def parameters(self, node: Node | None) -> list[list[str]]:
        """Return the parameters of a function: its name and the class that it is declared as."""
        listed = []
        for child in node.named_children if node is not None else ():
            name = child.child_by_field_name("name")
            kind = child.child_by_field_name("type")
            if name is not None:
                written_kind = text(kind).lstrip("?\\") if kind is not None else ""
                own = self._names.of_class(written_kind) if written_kind else ""
                listed.append([text(name).lstrip("$"), own])
        return listed

    def _new(self, node: Node, depth: int) -> Expression:
        named = next(
            (one for one in node.named_children if one.type in {"name", "qualified_name"}), None
        )
        listed = next((one for one in node.named_children if one.type == "arguments"), None)
        if named is None:
            return UNKNOWN
        name = self._names.of_class(written(named))
        return ["new", name, self.arguments(listed, depth), line(node)]

    def _member(self, node: Node, depth: int) -> Expression:
        del depth
        children = node.named_children
        if len(children) != 2:
            return UNKNOWN
        return ["member", self._class(children[0]), text(children[1])]

    def _property(self, node: Node, depth: int) -> Expression:
        base = self.read(node.child_by_field_name("object"), depth)
        return ["property", base, text(node.child_by_field_name("name"))]

    def _static_property(self, node: Node, depth: int) -> Expression:
        del depth
        name = text(node.child_by_field_name("name")).lstrip("$")
        return ["property", ["class", self._class(node.child_by_field_name("scope"))], name]

    def _assigned(self, node: Node, depth: int) -> Expression:
        left = node.child_by_field_name("left")
        right = self.read(node.child_by_field_name("right"), depth)
        is_plain = left is not None and left.type == "variable_name"
        name = text(left).lstrip("$") if is_plain else None
        operator = text(node.child_by_field_name("operator"))
        if node.type == "augmented_assignment_expression" and name is not None:
            right = _joined([["variable", name], right]) if operator == ".=" else UNKNOWN
        return ["assign", name, right]

    def _either(self, node: Node, depth: int) -> Expression:
        return ["either", [self.read(one, depth) for one in _branches(node)]]

    def _inner(self, node: Node, depth: int) -> Expression:
        return self.read(last(node), depth)

    def _index(self, node: Node, depth: int) -> Expression:
        children = node.named_children
        if len(children) != 2:
            return UNKNOWN
        return ["index", self.read(children[0], depth), self.read(children[1], depth)]

    def _unary(self, node: Node, depth: int) -> Expression:
        operator = text(node)[:1]
        if operator == "!":
            return ["not", self._inner(node, depth)]
        inner = self._inner(node, depth)
        if operator == "-" and isinstance(inner, list) and inner[0] == "literal":
            return ["literal", f"-{inner[1]}"]
        return UNKNOWN

    def _name(self, node: Node, depth: int) -> Expression:
        del depth
        return ["constant", text(node)]

    def _variable(self, node: Node, depth: int) -> Expression:
        del depth
        return ["variable", text(node).lstrip("$")]


def first(node: Node) -> Node | None:
    """Return the first named part of a node that is no comment, None for none."""
    return next((one for one in node.named_children if one.type != "comment"), None)


def last(node: Node) -> Node | None:
    """Return the last named part of a node that is no comment, None for none."""
    return next((one for one in reversed(node.named_children) if one.type != "comment"), None)


def _branches(node: Node) -> list[Node]:
    if node.type == "conditional_expression":
        body = node.child_by_field_name("body") or node.child_by_field_name("condition")
        other = node.child_by_field_name("alternative")
        return [one for one in (body, other) if one is not None]
    block = node.child_by_field_name("body")
    arms = block.named_children if block is not None else []
    return [inner for arm in arms if (inner := arm.child_by_field_name("return_expression"))]


def _unwrapped(node: Node | None) -> Node | None:
    """Return what stands in parentheses."""
    while node is not None and node.type == "parenthesized_expression":
        node = first(node)
    return node


def _escaped(content: str) -> str:
    return content.replace("\\'", "'").replace("\\\\", "\\")


def _joined(parts: list[Expression]) -> Expression:
    """Return texts side by side as one."""
    merged: list[Expression] = []
    for part in parts:
        if isinstance(part, str) and merged and isinstance(merged[-1], str):
            merged[-1] += part
        else:
            merged.append(part)
    if not merged:
        return ""
    return merged[0] if len(merged) == 1 else ["concat", merged]
