"""Elixir's declarations as plain JSON: calls with their arguments and bodies, literals.

A value is a list whose first item says its kind:

- `["s", text]` a string, `["d", parts]` one with what it interpolates, `["a", name]` an atom
- `["m", name]` a module, `["b", true | false | null]`, `["n", integer]`, `["v", name]` a name
- `["l", values]` a list, `["t", values]` a tuple, `["k", pairs]` keywords or a map; a pair is the
  key, its value, and of `default:` the value's source as well
- `["@", name]` an attribute, `["@=", name, value]` what it is set to, `["=", name, value]` a match
- `["+", operator, left, right]`, `["?"]` anything else
- `["fn", whether its text speaks of changes to tables]` a function
- `["call", line, module, name, arguments, pairs, body]`: the body is that of `do`, and of what
  follows it, None without any
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sessions.patterns import lazy_pattern
from workers.survey.syntax import NESTING, line, parse, text

if TYPE_CHECKING:
    from collections.abc import Callable

    from tree_sitter import Node

Value = list[Any]
UNKNOWN: Value = ["?"]
_LONGEST = 200  # of a default as it is written
_OF_TABLES = lazy_pattern(r"(?i)\b(?:ALTER|CREATE|DROP|RENAME)\b")
_ESCAPES = {"\\n": "\n", "\\t": "\t", '\\"': '"', "\\\\": "\\"}


def declarations(source: bytes) -> list[Value]:
    """Return the statements of a file; raises TooSlow."""
    return _statements(parse("elixir", source).root_node, 0)


def _statements(node: Node | None, depth: int) -> list[Value]:
    """Return the statements inside a body, those of its clauses and of `else` among them."""
    if node is None or depth > NESTING:
        return []
    listed: list[Value] = []
    for child in node.named_children:
        if child.type in {"else_block", "after_block", "rescue_block", "catch_block", "block"}:
            listed += _statements(child, depth + 1)
        elif child.type == "stab_clause":
            listed += _statements(child.child_by_field_name("right"), depth + 1)
        elif child.type != "comment":
            value = _value(child, depth + 1)
            if value != UNKNOWN:
                listed.append(value)
    return listed


def _value(node: Node | None, depth: int) -> Value:
    if node is None or depth > NESTING:
        return UNKNOWN
    reader = _READERS.get(node.type)
    return reader(node, depth + 1) if reader is not None else UNKNOWN


def _string(node: Node, depth: int) -> Value:
    parts: list[Value] = []
    for child in node.named_children:
        if child.type == "interpolation":
            inner = child.named_children
            parts.append(_value(inner[0], depth) if len(inner) == 1 else UNKNOWN)
            continue
        own = _ESCAPES.get(text(child), text(child))
        if parts and parts[-1][0] == "s":
            parts[-1] = ["s", parts[-1][1] + own]
        else:
            parts.append(["s", own])
    if not parts:
        return ["s", ""]
    return parts[0] if len(parts) == 1 and parts[0][0] == "s" else ["d", parts]


def _quoted_atom(node: Node, depth: int) -> Value:
    value = _string(node, depth)
    return ["a", value[1]] if value[0] == "s" else UNKNOWN


def _sigil(node: Node, depth: int) -> Value:
    del depth
    name, modifiers, content = "", "", ""
    for child in node.named_children:
        if child.type == "sigil_name":
            name = text(child)
        elif child.type == "sigil_modifiers":
            modifiers = text(child)
        elif child.type == "quoted_content":
            content += text(child)
        else:
            return UNKNOWN
    if name in {"w", "W"}:
        kind = "a" if "a" in modifiers else "s"
        return ["l", [[kind, word] for word in content.split()]]
    return ["s", content] if name in {"s", "S", "p"} else UNKNOWN


def _list(node: Node, depth: int) -> Value:
    values, pairs = _items(node, depth)
    return ["k", pairs] if pairs and not values else ["l", values]


def _map(node: Node, depth: int) -> Value:
    content = next((child for child in node.named_children if child.type == "map_content"), None)
    return ["k", _items(content, depth)[1]] if content is not None else ["k", []]


def _items(node: Node | None, depth: int) -> tuple[list[Value], list[list[Any]]]:
    """Return the positional values, and the pairs, of arguments or of a list."""
    values: list[Value] = []
    pairs: list[list[Any]] = []
    for child in node.named_children if node is not None else ():
        if child.type == "keywords":
            pairs += [_pair(one, depth) for one in child.named_children if one.type == "pair"]
        elif child.type == "binary_operator" and _operator(child) == "=>":
            sides = [_value(child.child_by_field_name(side), depth) for side in ("left", "right")]
            pairs.append([str(sides[0][1]) if len(sides[0]) > 1 else "?", sides[1]])
        elif child.type != "comment":
            values.append(_value(child, depth + 1))
    return values, pairs


def _pair(node: Node, depth: int) -> list[Any]:
    key, value = node.child_by_field_name("key"), node.child_by_field_name("value")
    name = text(key).strip().removesuffix(":").strip('"')
    written = [text(value)[:_LONGEST]] if name == "default" else []
    return [name, _value(value, depth + 1), *written]


def _operator(node: Node) -> str:
    return text(node.child_by_field_name("operator"))


def _call(node: Node, depth: int) -> Value:
    target = node.child_by_field_name("target")
    arguments = next((one for one in node.named_children if one.type == "arguments"), None)
    block = next((one for one in node.named_children if one.type == "do_block"), None)
    values, pairs = _items(arguments, depth)
    module: Value | None = None
    name = text(target)
    if target is not None and target.type == "dot":
        module = _value(target.child_by_field_name("left"), depth)
        name = text(target.child_by_field_name("right"))
    elif target is not None and target.type != "identifier":
        return UNKNOWN
    body = _statements(block, depth) if block is not None else None
    if body is None:
        body = _short_body(pairs)
    pairs = [pair for pair in pairs if pair[0] not in {"do", "else"}]
    return ["call", line(node), module, name, values, pairs, body]


def _short_body(pairs: list[list[Any]]) -> list[Value] | None:
    """Return the body of `if x, do: y, else: z`."""
    bodies = [pair[1] for pair in pairs if pair[0] in {"do", "else"}]
    return [one for one in bodies if one != UNKNOWN] if bodies else None


def _unary(node: Node, depth: int) -> Value:
    operand = node.child_by_field_name("operand")
    if _operator(node) == "&":
        return ["fn", False]
    if _operator(node) != "@" or operand is None:
        return UNKNOWN
    if operand.type == "identifier":
        return ["@", text(operand)]
    if operand.type != "call":
        return UNKNOWN
    call = _call(operand, depth)
    if len(call) < 7 or call[2] is not None:
        return UNKNOWN
    value = call[4][0] if call[4] else ["k", call[5]]
    return ["@=", call[3], value]


def _binary(node: Node, depth: int) -> Value:
    operator = _operator(node)
    left, right = (_value(node.child_by_field_name(side), depth) for side in ("left", "right"))
    if operator == "=":
        return ["=", left[1], right] if left[0] == "v" else UNKNOWN
    return ["+", operator, left, right]


def _integer(node: Node, depth: int) -> Value:
    del depth
    digits = text(node).replace("_", "")
    return ["n", int(digits)] if digits.isdecimal() and len(digits) < 16 else UNKNOWN


def _block(node: Node, depth: int) -> Value:
    listed = _statements(node, depth)
    return (
        listed[0] if len(listed) == 1 else ["call", line(node), None, "__block__", [], [], listed]
    )


_READERS: dict[str, Callable[[Node, int], Value]] = {
    "string": _string,
    "charlist": _string,
    "sigil": _sigil,
    "atom": lambda node, _depth: ["a", text(node)[1:]],
    "quoted_atom": _quoted_atom,
    "alias": lambda node, _depth: ["m", text(node)],
    "boolean": lambda node, _depth: ["b", text(node) == "true"],
    "nil": lambda _node, _depth: ["b", None],
    "integer": _integer,
    "float": lambda node, _depth: ["s", text(node)],
    "identifier": lambda node, _depth: ["v", text(node)],
    "list": _list,
    "tuple": lambda node, depth: ["t", _items(node, depth)[0]],
    "map": _map,
    "call": _call,
    "unary_operator": _unary,
    "binary_operator": _binary,
    "block": _block,
    "anonymous_function": lambda node, _depth: ["fn", _OF_TABLES.search(text(node)) is not None],
}
