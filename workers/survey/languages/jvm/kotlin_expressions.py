"""Kotlin expressions, types and annotations as plain data; see `declarations`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sessions.patterns import lazy_pattern
from workers.survey.languages.jvm.declarations import NO_TYPE
from workers.survey.syntax import NESTING, line, text

if TYPE_CHECKING:
    from tree_sitter import Node

    from workers.survey.languages.jvm.declarations import Annotation, Expression, Type

_NAMED = lazy_pattern(r"(?<!\\)\$([A-Za-z_]\w*)")
_ESCAPE = lazy_pattern(r"\\(u[0-9a-fA-F]{4}|.)")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b"}
_LISTS = frozenset("arrayOf listOf setOf mutableListOf mutableSetOf".split())
_LITERALS = frozenset("number_literal boolean_literal character_literal float_literal null".split())
# What a handler does is of no matter for routes, and may be long.
_HANDLED = frozenset(
    "get post put patch delete head options GET POST PUT PATCH DELETE HEAD OPTIONS handle sse"
    " webSocket webSocketRaw".split()
)
_BRANCHES = frozenset(
    "if_expression when_expression when_entry for_statement while_statement do_while_statement"
    " try_expression catch_block finally_block block control_structure_body".split()
)


def annotation(node: Node, depth: int = 0) -> Annotation:
    """Return an annotation; what stands in it without a name is called `value`."""
    called = next((part for part in node.named_children if part.type != "use_site_target"), None)
    values: dict[str, Expression] = {}
    unnamed: list[Expression] = []
    inner = called.named_children if called is not None else []
    name = called
    if called is not None and called.type in {"constructor_invocation", "call_expression"}:
        name = inner[0] if inner else None
        for listed in inner:
            for part in uncommented(listed) if listed.type == "value_arguments" else ():
                argument = _inner_note(expression(part, depth + 1))
                if argument and argument[0] == "named":
                    values[argument[1]] = argument[2]
                else:
                    unnamed.append(argument)
    if unnamed and "value" not in values:
        values["value"] = unnamed[0] if len(unnamed) == 1 else ["list", unnamed]
    named = "".join(text(name).split()).partition("<")[0]
    return {"name": named, "values": values, "line": line(node)}


def _inner_note(argument: Expression, depth: int = 0) -> Expression:
    """Return an argument of an annotation: what looks like a call in it is an annotation."""
    if not argument or depth > NESTING:
        return argument
    if argument[0] == "named":
        return ["named", argument[1], _inner_note(argument[2], depth + 1)]
    if argument[0] == "list":
        return ["list", [_inner_note(part, depth + 1) for part in argument[1]]]
    if argument[0] != "call" or argument[1] is not None:
        return argument
    values: dict[str, Expression] = {}
    unnamed = []
    for part in argument[3]:
        inner = _inner_note(part, depth + 1)
        if inner and inner[0] == "named":
            values[inner[1]] = inner[2]
        else:
            unnamed.append(inner)
    if unnamed:
        values["value"] = unnamed[0] if len(unnamed) == 1 else ["list", unnamed]
    return ["note", {"name": argument[2], "values": values, "line": argument[4]}]


def type_of(node: Node | None, depth: int = 0) -> Type:
    """Return a type, its nullability at the end; a function type is called `()`."""
    if node is None or depth > NESTING:
        return list(NO_TYPE)
    if node.type == "nullable_type":
        inner = type_of(node.named_children[0] if node.named_children else None, depth + 1)
        return [inner[0], inner[1], True]
    if node.type == "function_type":
        return ["()", [], False]
    names = [text(one) for one in node.named_children if one.type == "identifier"]
    arguments = [one for one in node.named_children if one.type == "type_arguments"]
    inner_types = [
        type_of(one.named_children[-1] if one.named_children else None, depth + 1)
        for listed in arguments
        for one in listed.named_children
    ]
    return [".".join(names), inner_types, False]


def uncommented(node: Node) -> list[Node]:
    """Return the parts of a node that are no comments."""
    return [one for one in node.named_children if "comment" not in one.type]


def expression(node: Node | None, depth: int = 0) -> Expression:
    """Return an expression as plain data, None for what routes and tables do not depend on."""
    if node is None or depth > NESTING:
        return None
    if node.type in _LITERALS:
        return ["lit", text(node)]
    if node.type in _BRANCHES:
        return ["block", block(node, depth + 1)]
    reads = _READERS.get(node.type)
    return reads(node, depth + 1) if reads is not None else None


def block(node: Node, depth: int = 0) -> list[Any]:
    """Return the statements of a block, those in conditions and loops as blocks of their own."""
    statements: list[Any] = []
    children = uncommented(node) if depth <= NESTING else []
    for position, child in enumerate(children):
        before = children[position - 1] if position else None
        if child.type == "lambda_literal" and before is not None and before.type == "ERROR":
            statements.append(_typed_by_error(before, child, depth + 1))
        elif child.type not in {"lambda_parameters", "ERROR"}:
            statements.append(expression(child, depth + 1))
    return [one for one in statements if one is not None]


def _typed_by_error(before: Node, handler: Node, depth: int) -> Expression:
    """Return `get<Articles.Id> { }`, which the grammar reads as an error and a lambda."""
    named = before.named_children[0] if before.named_children else None
    types = type_of(named)
    return ["call", None, types[0], [_lambda(handler, depth)], line(before), types[1]]


def _name(node: Node, _depth: int) -> Expression:
    return ["name", text(node)]


def _string(node: Node, depth: int) -> Expression:
    """Return a text, or the parts of one; the grammar does not see every `$name` in it."""
    is_raw = node.type == "multiline_string_literal"
    parts: list[Expression] = []
    plain: list[str] = []
    for part in node.named_children:
        if part.type == "interpolation":
            parts += _plain_parts("".join(plain), is_raw=is_raw)
            plain.clear()
            parts.append(expression(part.named_children[0] if part.named_children else None, depth))
        else:
            plain.append(text(part))
    parts += _plain_parts("".join(plain), is_raw=is_raw)
    if not parts:
        return ["str", ""]
    return parts[0] if len(parts) == 1 and parts[0] and parts[0][0] == "str" else ["cat", parts]


def _plain_parts(raw: str, *, is_raw: bool) -> list[Expression]:
    parts: list[Expression] = []
    for number, piece in enumerate(_NAMED.split(raw)):
        if number % 2:
            parts.append(["name", piece])
        elif piece:
            parts.append(["str", piece if is_raw else _ESCAPE.sub(_unescaped, piece)])
    return parts


def _unescaped(match: re.Match[str]) -> str:
    escape = match[1]
    if len(escape) > 1:
        return chr(int(escape[1:], 16))
    return _ESCAPES.get(escape, escape)


def _list(node: Node, depth: int) -> Expression:
    return ["list", [expression(one, depth) for one in uncommented(node)]]


def _inside(node: Node, depth: int) -> Expression:
    inner = uncommented(node)
    return expression(inner[-1] if inner else None, depth)


def _labelled(node: Node, depth: int) -> Expression:
    return expression(node.named_children[0] if node.named_children else None, depth)


def _argument(node: Node, depth: int) -> Expression:
    """Return an argument, with its name where it has one; `*paths` is what it spreads."""
    inner = uncommented(node)
    is_named = any(one.type == "=" for one in node.children)
    value = expression(inner[-1] if inner else None, depth)
    return ["named", text(inner[0]), value] if is_named and len(inner) > 1 else value


def _binary(node: Node, depth: int) -> Expression:
    typed = _typed_call(node, depth)
    if typed is not None:
        return typed
    parts: list[Expression] = []
    current: Node | None = node
    while current is not None and current.type == "binary_expression":
        if text(current.child_by_field_name("operator")) != "+":
            return None
        parts.append(expression(current.child_by_field_name("right"), depth))
        current = current.child_by_field_name("left")
    parts.append(expression(current, depth))
    return ["cat", parts[::-1]]


def _typed_call(node: Node, depth: int) -> Expression:
    """Return `post<New> { }`, which the grammar reads as `post < New > { }`."""
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if left is None or right is None or left.type != "binary_expression":
        return None
    signs = [text(one.child_by_field_name("operator")) for one in (left, node)]
    called, kind = left.child_by_field_name("left"), left.child_by_field_name("right")
    if signs != ["<", ">"] or called is None or kind is None:
        return None
    receiver, name = _callee(called, depth)
    arguments: list[Expression] = []
    while right is not None and right.type == "call_expression":  # ("/path") { }
        arguments = [*_arguments(right, name, depth), *arguments]
        right = right.named_children[0] if right.named_children else None
    if right is not None and right.type == "parenthesized_expression":
        arguments = [expression(one, depth) for one in uncommented(right)] + arguments
    elif right is not None and right.type == "lambda_literal":
        arguments = [_lambda(right, depth, is_handler=name in _HANDLED)]
    else:
        return None
    kinds = [["".join(text(kind).split()), [], False]]
    return ["call", receiver, name, arguments, line(called), kinds]


def _navigation(node: Node, depth: int) -> Expression:
    parts = node.named_children
    if any(one.type == "::" for one in node.children):
        is_type = text(parts[-1]) == "class" if parts else False
        return ["type", text(parts[0])] if is_type else ["ref", text(node)]
    flat = "".join(text(node).split())
    if re.fullmatch(r"[\w.]+", flat):
        return ["name", flat]
    inner = expression(parts[0] if parts else None, depth)
    return ["call", inner, text(parts[-1]), [], line(parts[-1]), []] if len(parts) > 1 else inner


def _call(node: Node, depth: int) -> Expression:
    """Return a call; `f(a) { }` is read as a call of a call, and is one."""
    current: Node | None = node
    layers: list[Node] = []
    while current is not None and current.type == "call_expression":
        layers.append(current)
        current = current.named_children[0] if current.named_children else None
    if current is None:
        return None
    receiver, name = _callee(current, depth)
    if len(layers) > 2 or not name:
        return None
    arguments: list[Expression] = []
    types: list[Type] = []
    for layer in reversed(layers):
        arguments += _arguments(layer, name, depth)
        types += _type_arguments(layer)
    if name in _LISTS and receiver is None:
        return ["list", arguments]
    if name in {"toString", "trim", "trimEnd", "trimIndent"} and receiver and not arguments:
        return receiver
    last = current.named_children[-1] if current.type == "navigation_expression" else current
    return ["call", receiver, name, arguments, line(last), types]


def _callee(node: Node, depth: int) -> tuple[Expression, str]:
    """Return what a call is made on, and its name."""
    if node.type == "identifier":
        return None, text(node)
    if node.type == "navigation_expression" and len(node.named_children) > 1:
        receiver = expression(node.named_children[0], depth)
        if node.named_children[0].type == "this_expression":
            receiver = None
        return receiver or ["name", text(node.named_children[0])[:80]], text(
            node.named_children[-1]
        )
    if node.type in {"string_literal", "multiline_string_literal"}:  # "/api" { ... }
        return _string(node, depth), "invoke"
    if node.type == "parenthesized_expression":  # (GET("/a") or GET("/b")) { ... }
        return _inside(node, depth), "invoke"
    return None, ""


def _type_arguments(node: Node) -> list[Type]:
    return [
        type_of(one.named_children[-1] if one.named_children else None)
        for listed in node.named_children
        if listed.type == "type_arguments"
        for one in listed.named_children
    ]


def _arguments(node: Node, name: str, depth: int) -> list[Expression]:
    values: list[Expression] = []
    is_handler = name in _HANDLED
    for part in node.named_children[1:]:
        if part.type == "value_arguments":
            for listed in uncommented(part):
                inner = uncommented(listed)
                if is_handler and inner and inner[-1].type == "lambda_literal":
                    values.append(["lambda", [], []])
                else:
                    values.append(_argument(listed, depth))
        elif part.type in {"annotated_lambda", "lambda_literal"}:
            inner = [part] if part.type == "lambda_literal" else part.named_children
            found_lambda = next((each for each in inner if each.type == "lambda_literal"), None)
            if found_lambda is not None:
                values.append(_lambda(found_lambda, depth, is_handler=is_handler))
    return values


def _lambda(node: Node, depth: int, *, is_handler: bool = False) -> Expression:
    listed = next((one for one in node.named_children if one.type == "lambda_parameters"), None)
    names = [text(one).partition(":")[0].strip() for one in listed.named_children] if listed else []
    return ["lambda", names, [] if is_handler else block(node, depth)]


def _infix(node: Node, depth: int) -> Expression:
    """Return `a or b` as the call that it is."""
    parts = uncommented(node)
    if len(parts) != 3:
        return None
    left, right = expression(parts[0], depth), expression(parts[2], depth)
    return ["call", left, text(parts[1]), [right], line(parts[1]), []]


def _let(node: Node, depth: int) -> Expression:
    """Return a local variable; what is destructured is left out."""
    declared = next(
        (one for one in node.named_children if one.type == "variable_declaration"), None
    )
    if declared is None or not declared.named_children:
        return None
    value = uncommented(node)[-1]
    name = text(next((one for one in declared.named_children if one.type == "identifier"), None))
    return ["let", name, expression(value, depth) if value.id != declared.id else None]


def _assignment(node: Node, depth: int) -> Expression:
    left = text(node.child_by_field_name("left"))[:80]
    return ["let", left, expression(node.child_by_field_name("right"), depth)]


def _return(node: Node, depth: int) -> Expression:
    inner = uncommented(node)
    return ["return", expression(inner[-1], depth)] if inner else None


_READERS: dict[str, Any] = {
    "identifier": _name,
    "string_literal": _string,
    "multiline_string_literal": _string,
    "collection_literal": _list,
    "parenthesized_expression": _inside,
    "annotated_expression": _inside,
    "labeled_expression": _inside,
    "spread_expression": _inside,
    "as_expression": _labelled,
    "value_argument": _argument,
    "binary_expression": _binary,
    "navigation_expression": _navigation,
    "call_expression": _call,
    "lambda_literal": _lambda,
    "infix_expression": _infix,
    "property_declaration": _let,
    "assignment": _assignment,
    "return_expression": _return,
}
