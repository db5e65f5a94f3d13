"""Ruby's declarations as plain JSON: calls with their arguments and blocks, classes, literals.

A value is a list whose first item says its kind:

- `["s", text]` a string, `["y", text]` a symbol, `["d", parts]` a string with what it interpolates
- `["l", values]` a list, `["h", pairs]` a hash; the key of a pair `**x` is None,
  and the pair of `default:` has its value's source as well
- `["c", name]` a constant, `["b", true | false | null]`, `["n", integer]`, `["r", text]` a pattern
- `["v", name, line]` a bare name, `["f"]` a lambda, `["+", operator, left, right]`
- `["call", line, receiver, name, arguments, pairs, block]`, where a block is `[names, body]`
- `["at", value, keys]` an element, `["=", name, value]`, `["if", bodies]`, `["?"]` anything else
- `["def", name, names, body]` a method
- `["class", line, name, superclass, body]`, which modules are as well, without a superclass
- `["*", value]` a splat, `["&", value]` a block that is handed on
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workers.survey.syntax import NESTING, line, parse, text

if TYPE_CHECKING:
    from collections.abc import Callable

    from tree_sitter import Node

Value = list[Any]
UNKNOWN: Value = ["?"]
_MOST_PARENTS = 12  # of a heredoc's beginning that its body may stand in
_LONGEST = 200  # of a default as it is written
_BODIES = frozenset({"body_statement", "block_body", "then", "begin", "parenthesized_statements"})
_BRANCHES = frozenset(
    "if unless elsif else case case_match when in_clause if_modifier unless_modifier"
    " rescue ensure rescue_modifier while until while_modifier until_modifier for".split()
)


def declarations(source: bytes) -> list[Value]:
    """Return the statements of a file; raises TooSlow."""
    return _statements(parse("ruby", source).root_node, 0)


def _heredoc(node: Node, depth: int) -> Value:
    """Return the text that begins on a line below: the first one after it that nobody began."""
    quoted = "'" in text(node)
    place = _body_of(node)
    if place is None:
        return UNKNOWN
    parts: list[Value] = []
    for child in place.named_children:
        if child.type in {"heredoc_content", "escape_sequence"}:
            parts.append(["s", text(child)])
        elif child.type == "interpolation" and not quoted:
            inner = child.named_children
            parts.append(_value(inner[0], depth) if len(inner) == 1 else UNKNOWN)
    if all(part[0] == "s" for part in parts):
        return ["s", "".join(part[1] for part in parts)]
    return ["d", parts]


def _body_of(beginning: Node) -> Node | None:
    """Return the body of a heredoc: tree-sitter puts it beside what encloses its beginning."""
    name = text(beginning).strip("<-~'\"`")
    node: Node | None = beginning
    for _ in range(_MOST_PARENTS):
        node = node.parent if node is not None else None
        if node is None:
            return None
        for child in node.named_children:
            is_after = child.start_byte >= beginning.end_byte
            if child.type == "heredoc_body" and is_after and _ends_with(child, name):
                return child
    return None


def _ends_with(body: Node, name: str) -> bool:
    return bool(body.named_children) and text(body.named_children[-1]).strip() == name


def _statements(node: Node | None, depth: int) -> list[Value]:
    """Return the statements inside a node, those of nested bodies among them."""
    if node is None or depth > NESTING:
        return []
    listed: list[Value] = []
    for child in node.named_children:
        if child.type in _BODIES:
            listed += _statements(child, depth + 1)
        elif child.type != "comment":
            value = _value(child, depth + 1)
            if value != UNKNOWN:
                listed.append(value)
    return listed


def _value(node: Node | None, depth: int) -> Value:
    if node is None or depth > NESTING:
        return UNKNOWN
    if node.type in _BRANCHES:
        return _branched(node, depth)
    reader = _READERS.get(node.type)
    return reader(node, depth + 1) if reader is not None else UNKNOWN


def _branched(node: Node, depth: int) -> Value:
    """Return the bodies of which one may be run; a condition is no body."""
    passed = {
        child.id
        for name in ("condition", "value", "pattern", "exceptions", "variable")
        for child in node.children_by_field_name(name)
    }
    bodies = []
    for child in node.named_children:
        if child.id in passed or child.type in {"comment", "pattern", "exceptions"}:
            continue
        if child.type in _BODIES or child.type == "do":
            bodies.append(_statements(child, depth + 1))
        else:
            value = _value(child, depth + 1)
            bodies += value[1] if value[0] == "if" else [[value]]
    if node.type == "else":
        return ["if", [[statement for body in bodies for statement in body]]]
    return ["if", bodies]


def _string(node: Node, depth: int) -> Value:
    parts: list[Value] = []
    for child in node.named_children:
        if child.type == "interpolation":
            inner = child.named_children
            parts.append(_value(inner[0], depth) if len(inner) == 1 else UNKNOWN)
        elif parts and parts[-1][0] == "s":
            parts[-1] = ["s", parts[-1][1] + text(child)]
        else:
            parts.append(["s", text(child)])
    if not parts:
        return ["s", ""]
    return parts[0] if len(parts) == 1 and parts[0][0] == "s" else ["d", parts]


def _chained(node: Node, depth: int) -> Value:
    """Return strings side by side as one."""
    parts = [_value(child, depth) for child in node.named_children]
    if all(part[0] == "s" for part in parts):
        return ["s", "".join(part[1] for part in parts)]
    return ["d", parts]


def _quoted_symbol(node: Node, depth: int) -> Value:
    value = _string(node, depth)
    return ["y", value[1]] if value[0] == "s" else UNKNOWN


def _symbols(node: Node, depth: int) -> Value:
    listed = [_string(child, depth) for child in node.named_children]
    return ["l", [["y", one[1]] if one[0] == "s" else UNKNOWN for one in listed]]


def _strings(node: Node, depth: int) -> Value:
    return ["l", [_string(child, depth) for child in node.named_children]]


def _list(node: Node, depth: int) -> Value:
    positional, pairs = _items(node, depth)
    return ["l", [*positional, *([["h", pairs]] if pairs else [])]]


def _hash(node: Node, depth: int) -> Value:
    return ["h", _items(node, depth)[1]]


def _items(node: Node | None, depth: int) -> tuple[list[Value], list[list[Any]]]:
    """Return the positional values, and the pairs, of arguments, a list or a hash."""
    positional: list[Value] = []
    pairs: list[list[Any]] = []
    for child in node.named_children if node is not None else ():
        if child.type == "pair":
            pairs.append(_pair(child, depth))
        elif child.type == "hash_splat_argument":
            inner = child.named_children
            pairs.append([None, _value(inner[0], depth + 1) if inner else UNKNOWN])
        elif child.type not in {"comment", "heredoc_body"}:
            positional.append(_value(child, depth + 1))
    return positional, pairs


def _pair(node: Node, depth: int) -> list[Any]:
    key, value = node.child_by_field_name("key"), node.child_by_field_name("value")
    if key is not None and key.type == "hash_key_symbol":
        name = text(key)
        own = _value(value, depth + 1) if value is not None else ["v", name, line(node)]
        return [["y", name], own, *([text(value)[:_LONGEST]] if name == "default" else [])]
    own = _value(key, depth + 1)
    if key is not None and key.type == "string" and own[0] == "s" and _has_colon(node):
        own = ["y", own[1]]
    written = [text(value)[:_LONGEST]] if own == ["y", "default"] else []
    return [own, _value(value, depth + 1), *written]


def _has_colon(pair: Node) -> bool:
    """Tell `"a": 1`, whose key is a symbol, from `"a" => 1`."""
    return any(child.type == ":" for child in pair.children)


def _call(node: Node, depth: int) -> Value:
    receiver = node.child_by_field_name("receiver")
    arguments = node.child_by_field_name("arguments")
    positional, pairs = _items(arguments, depth)
    method = node.child_by_field_name("method")
    at = method if method is not None else node
    return [
        "call",
        line(at if receiver is not None else node),
        _value(receiver, depth) if receiver is not None else None,
        text(method) or "call",
        positional,
        pairs,
        _block(node.child_by_field_name("block"), depth),
    ]


def _block(node: Node | None, depth: int) -> list[Any] | None:
    if node is None:
        return None
    body = node.child_by_field_name("body")
    return [_names(node.child_by_field_name("parameters")), _statements(body, depth + 1)]


def _names(parameters: Node | None) -> list[str]:
    """Return the names of parameters; those of a nested list are told one after the other."""
    names: list[str] = []
    waiting = list(reversed(parameters.named_children)) if parameters is not None else []
    while waiting:
        node = waiting.pop()
        if node.type == "destructured_parameter":
            waiting += reversed(node.named_children)
        else:
            own = node.child_by_field_name("name")
            names.append(text(own if own is not None else node))
    return names


def _lambda(node: Node, depth: int) -> Value:
    del node, depth
    return ["f"]


def _assignment(node: Node, depth: int) -> Value:
    left = node.child_by_field_name("left")
    return ["=", text(left), _value(node.child_by_field_name("right"), depth)]


def _binary(node: Node, depth: int) -> Value:
    operator = text(node.child_by_field_name("operator"))
    left, right = (_value(node.child_by_field_name(side), depth) for side in ("left", "right"))
    return ["+", operator, left, right]


def _element(node: Node, depth: int) -> Value:
    inner = [_value(child, depth) for child in node.named_children]
    return ["at", inner[0] if inner else UNKNOWN, inner[1:]]


def _class(node: Node, depth: int) -> Value:
    superclass = node.child_by_field_name("superclass")
    base = superclass.named_children[0] if superclass and superclass.named_children else None
    name = text(node.child_by_field_name("name"))
    body = _statements(node.child_by_field_name("body"), depth)
    return ["class", line(node), name, text(base) if base is not None else None, body]


def _method(node: Node, depth: int) -> Value:
    name = text(node.child_by_field_name("name"))
    body = node.child_by_field_name("body")
    listed = (
        _statements(body, depth) if body is None or body.type in _BODIES else [_value(body, depth)]
    )
    return ["def", name, _names(node.child_by_field_name("parameters")), listed]


def _conditional(node: Node, depth: int) -> Value:
    sides = (node.child_by_field_name("consequence"), node.child_by_field_name("alternative"))
    return ["if", [[_value(side, depth)] for side in sides]]


def _wrapped(kind: str) -> Callable[[Node, int], Value]:
    def read(node: Node, depth: int) -> Value:
        inner = node.named_children
        return [kind, _value(inner[0], depth) if inner else UNKNOWN]

    return read


def _integer(node: Node, depth: int) -> Value:
    del depth
    digits = text(node).replace("_", "")
    return ["n", int(digits)] if digits.isdecimal() and len(digits) < 16 else UNKNOWN


def _parenthesized(node: Node, depth: int) -> Value:
    listed = _statements(node, depth)
    return listed[0] if len(listed) == 1 else UNKNOWN


_READERS: dict[str, Callable[[Node, int], Value]] = {
    "string": _string,
    "chained_string": _chained,
    "simple_symbol": lambda node, _depth: ["y", text(node)[1:]],
    "delimited_symbol": _quoted_symbol,
    "symbol_array": _symbols,
    "string_array": _strings,
    "array": _list,
    "heredoc_beginning": _heredoc,
    "hash": _hash,
    "call": _call,
    "constant": lambda node, _depth: ["c", text(node)],
    "scope_resolution": lambda node, _depth: ["c", text(node).removeprefix("::")],
    "identifier": lambda node, _depth: ["v", text(node), line(node)],
    "self": lambda node, _depth: ["v", "self", line(node)],
    "instance_variable": lambda node, _depth: ["v", text(node), line(node)],
    "true": lambda _node, _depth: ["b", True],
    "false": lambda _node, _depth: ["b", False],
    "nil": lambda _node, _depth: ["b", None],
    "integer": _integer,
    "float": lambda node, _depth: ["s", text(node)],
    "regex": lambda node, _depth: ["r", text(node)],
    "lambda": _lambda,
    "assignment": _assignment,
    "binary": _binary,
    "class": _class,
    "module": _class,
    "method": _method,
    "singleton_method": _method,
    "conditional": _conditional,
    "element_reference": _element,
    "splat_argument": _wrapped("*"),
    "block_argument": _wrapped("&"),
    "parenthesized_statements": _parenthesized,
    "return": lambda _node, _depth: UNKNOWN,
}
