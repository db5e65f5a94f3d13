"""Expressions and statements of Rust as JSON: what routes can depend on, the rest is None.

    ["s", text]  ["n", "a::b"]  ["list", values]  ["any", values]: one of several
    ["call", function, arguments, line]  ["method", receiver, name, arguments, line]
    ["macro", name, source, line]  ["fn", parameters, statements]  ["block", statements]
    ["field", value, name]

A statement is ["let", names, value], ["do", value], ["return", value] for the last one of a block,
or ["exit", value] for what leaves the function.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sessions.patterns import lazy_pattern
from workers.survey.syntax import NESTING, line, text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tree_sitter import Node

Value = list[Any] | None
Statement = list[Any]
_DEEPEST = NESTING // 2  # a level takes up to four calls
_ESCAPE = lazy_pattern(r"\\(u\{[0-9a-fA-F]{1,6}\}|x[0-9a-fA-F]{2}|\n\s*|.)")
_PLAIN = {"n": "\n", "t": "\t", "r": "\r", "0": "\0"}
_COMMENTS = frozenset({"line_comment", "block_comment", "attribute_item"})
_GENERICS = lazy_pattern(r"(?:::)?<[^;{}]{0,2000}>")
_DIGITS = lazy_pattern(r"[0-9_]+")
LONGEST_MACRO = 20_000


def value(node: Node | None, depth: int = 0) -> Value:
    """Return an expression as JSON; None for what is not understood or nested too deeply."""
    if node is None or depth > _DEEPEST:
        return None
    read = _READERS.get(node.type)
    return read(node, depth + 1) if read else None


def statements(node: Node | None, depth: int = 0) -> list[Statement]:
    """Return what a block does; its last expression is what it returns."""
    if node is None or depth > _DEEPEST:
        return []
    done: list[Statement] = []
    children = [one for one in node.named_children if one.type not in _COMMENTS]
    for position, child in enumerate(children):
        if child.type == "let_declaration":
            names = list(_names(child.child_by_field_name("pattern")))
            done.append(["let", names, value(child.child_by_field_name("value"), depth + 1)])
        elif child.type == "expression_statement":
            inner = next((one for one in child.named_children if one.type not in _COMMENTS), None)
            is_last = position == len(children) - 1 and not text(child).endswith(";")
            done += _expressed(inner, depth, "return" if is_last else "do")
        elif not child.type.endswith("_item"):
            is_last = position == len(children) - 1
            done += _expressed(child, depth, "return" if is_last else "do")
    return done


def _expressed(node: Node | None, depth: int, kind: str) -> list[Statement]:
    if node is None:
        return []
    if node.type == "assignment_expression":
        names = list(_names(node.child_by_field_name("left")))
        return [["let", names, value(node.child_by_field_name("right"), depth + 1)]]
    if node.type == "return_expression":
        inner = next(iter(node.named_children), None)
        return [["exit", value(inner, depth + 1)]]
    read = value(node, depth + 1)
    return [[kind, read]] if read else []


def _names(pattern: Node | None) -> Iterator[str]:
    """Yield the names that a pattern binds: of a tuple all, `_` for what is none."""
    if pattern is None:
        return
    if pattern.type == "tuple_pattern":
        for child in pattern.named_children:
            yield next(_names(child), "_")
    elif pattern.type in {"mut_pattern", "ref_pattern", "reference_pattern"}:
        yield from _names(next(iter(pattern.named_children[-1:]), None))
    else:
        yield text(pattern) if pattern.type in {"identifier", "self"} else "_"


def plain_path(written: str) -> str:
    """Return a path without type arguments and blanks."""
    return "".join(_GENERICS.sub("", written).split())


def _string(node: Node, depth: int) -> Value:
    del depth
    parts = (text(one) for one in node.named_children)
    return ["s", unescaped("".join(parts))]


def unescaped(written: str) -> str:
    """Return the text that the inside of a string literal stands for."""

    def plain(escape: Any) -> str:
        code = str(escape[1])
        if code[0] == "\n":
            return ""
        if code[0] in "ux" and len(code) > 1:
            number = int(code[1:].strip("{}"), 16)
            return chr(number) if number < 0x110000 else ""
        return _PLAIN.get(code, code)

    return _ESCAPE.sub(plain, written) if "\\" in written else written


def _raw(node: Node, depth: int) -> Value:
    del depth
    return ["s", "".join(text(one) for one in node.named_children)]


def _number(written: str) -> str:
    """Return a number as `format!` writes it: without its type."""
    match = _DIGITS.match(written)
    return match[0].replace("_", "") if match else written


def _path(node: Node, depth: int) -> Value:
    del depth
    return ["n", plain_path(text(node))]


def _arguments(node: Node, depth: int) -> list[Value]:
    listed = node.child_by_field_name("arguments")
    children = listed.named_children if listed is not None else []
    return [value(one, depth) for one in children if one.type not in _COMMENTS]


def _call(node: Node, depth: int) -> Value:
    function = node.child_by_field_name("function")
    if function is not None and function.type == "generic_function":
        function = function.child_by_field_name("function")
    if function is None:
        return None
    if function.type != "field_expression":
        path = plain_path(text(function)) if function.type != "call_expression" else ""
        return ["call", path, _arguments(node, depth), line(node)]
    name = function.child_by_field_name("field")
    receiver = value(function.child_by_field_name("value"), depth)
    row = line(name) if name is not None else line(node)
    return ["method", receiver, text(name), _arguments(node, depth), row]


def _field(node: Node, depth: int) -> Value:
    name = text(node.child_by_field_name("field"))
    return ["field", value(node.child_by_field_name("value"), depth), name]


def _macro(node: Node, depth: int) -> Value:
    del depth
    name = text(node.child_by_field_name("macro")).rpartition(":")[2]
    tree = next((one for one in node.named_children if one.type == "token_tree"), None)
    source = text(tree)[1:-1] if tree is not None else ""
    return ["macro", name, source if len(source) <= LONGEST_MACRO else "", line(node)]


def _closure(node: Node, depth: int) -> Value:
    listed = node.child_by_field_name("parameters")
    names: list[str] = []
    for child in listed.named_children if listed is not None else ():
        pattern = child.child_by_field_name("pattern") if child.type == "parameter" else child
        names.append(next(_names(pattern), "_"))
    body = node.child_by_field_name("body")
    if body is not None and body.type == "block":
        return ["fn", names, statements(body, depth)]
    return ["fn", names, [["return", value(body, depth)]]]


def _block(node: Node, depth: int) -> Value:
    inner = next((one for one in node.named_children if one.type == "block"), node)
    return ["block", statements(inner, depth)]


def _if(node: Node, depth: int) -> Value:
    """Return both sides of an `if`: nothing is the other side of one without an `else`."""
    other = node.child_by_field_name("alternative")
    inner = next(iter(other.named_children), None) if other is not None else None
    return ["any", [value(node.child_by_field_name("consequence"), depth), value(inner, depth)]]


def _match(node: Node, depth: int) -> Value:
    body = node.child_by_field_name("body")
    arms = [one for one in (body.named_children if body else ()) if one.type == "match_arm"]
    return ["any", [value(one.child_by_field_name("value"), depth) for one in arms]]


def _loop(node: Node, depth: int) -> Value:
    body = node.child_by_field_name("body")
    return ["block", statements(body, depth)] if body is not None else None


def _listed(node: Node, depth: int) -> Value:
    inner = [one for one in node.named_children if one.type not in _COMMENTS]
    return ["list", [value(one, depth) for one in inner]]


def _struct(node: Node, depth: int) -> Value:
    """Return the values of a struct's fields."""
    body = node.child_by_field_name("body")
    values = [
        one.child_by_field_name("value")
        for one in (body.named_children if body is not None else ())
        if one.type == "field_initializer"
    ]
    return ["list", [value(one, depth) for one in values]]


def _last(node: Node, depth: int) -> Value:
    inner = [one for one in node.named_children if one.type not in _COMMENTS]
    return value(inner[-1], depth) if inner else None


def _first(node: Node, depth: int) -> Value:
    inner = [one for one in node.named_children if one.type not in _COMMENTS]
    return value(inner[0], depth) if inner else None


def _binary(node: Node, depth: int) -> Value:
    """Return `A | B`, which methods are asked for by, as both."""
    if text(node.child_by_field_name("operator")) not in {"|", "+"}:
        return None
    sides = [value(node.child_by_field_name(name), depth) for name in ("left", "right")]
    return ["list", sides]


_READERS: dict[str, Callable[[Node, int], Value]] = {
    "string_literal": _string,
    "raw_string_literal": _raw,
    "integer_literal": lambda node, _depth: ["s", _number(text(node))],
    "identifier": _path,
    "scoped_identifier": _path,
    "self": _path,
    "call_expression": _call,
    "field_expression": _field,
    "macro_invocation": _macro,
    "closure_expression": _closure,
    "block": _block,
    "async_block": _block,
    "unsafe_block": _block,
    "if_expression": _if,
    "match_expression": _match,
    "for_expression": _loop,
    "loop_expression": _loop,
    "while_expression": _loop,
    "array_expression": _listed,
    "tuple_expression": _listed,
    "reference_expression": _last,
    "unary_expression": _last,
    "parenthesized_expression": _first,
    "try_expression": _first,
    "await_expression": _first,
    "type_cast_expression": _first,
    "binary_expression": _binary,
    "generic_function": lambda node, _depth: ["n", plain_path(text(node))],
    "assignment_expression": lambda node, depth: ["block", _expressed(node, depth, "do")],
    "struct_expression": _struct,
    "return_expression": lambda node, depth: ["block", _expressed(node, depth, "do")],
}
