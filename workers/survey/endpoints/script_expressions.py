"""Expressions and functions of JavaScript and TypeScript, in the forms of `statements`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workers.survey.endpoints.statements import NOTHING, Bodies, Body
from workers.survey.syntax import NESTING, line, text

if TYPE_CHECKING:
    from collections.abc import Callable

    from tree_sitter import Node

    from workers.survey.endpoints.statements import Expression, Statement


def named(node: Node | None) -> list[Node]:
    """Return the named children of a node, without comments."""
    return [] if node is None else [c for c in node.named_children if c.type != "comment"]


def expression(node: Node | None, bodies: Bodies, depth: int = 0) -> Expression:
    """Return the form of an expression, None for what no route is made of."""
    if node is None or depth > NESTING:
        return None
    if node.type in FUNCTIONS:
        return function(node, bodies, depth)
    read = _EXPRESSIONS.get(node.type)
    return read(node, bodies, depth + 1) if read else None


def function(node: Node, bodies: Bodies, depth: int = 0) -> list[Any]:
    """Return a function whose statements are filled in when the source is read that far."""
    body: list[Statement] = []
    bodies.opened[node.start_byte] = Body(body, node.end_byte)
    single = node.child_by_field_name("parameter")
    parameters: list[Any] = [[text(single), None, None, []]] if single is not None else []
    several = named(node.child_by_field_name("parameters"))
    parameters += [
        _parameter(child, bodies, depth)
        for child in several
        if text(child.child_by_field_name("pattern")) != "this"  # a type of what calls it
    ]
    value = node.child_by_field_name("body")
    if node.type == "arrow_function" and value is not None and value.type in _VALUES:
        body.append(["r", expression(value, bodies, depth + 1)])
    returns = _annotation(node.child_by_field_name("return_type"))
    name = text(node.child_by_field_name("name"))
    head = ["def", name, parameters, body, decorators(node, bodies), line(node), returns]
    return ["f", [*head, *bodies.flow_of(node)]]


def _parameter(node: Node, bodies: Bodies, depth: int) -> list[object]:
    pattern = node.child_by_field_name("pattern") or node.child_by_field_name("left") or node
    if pattern.type == "assignment_pattern":
        pattern = pattern.child_by_field_name("left") or pattern
    default = node.child_by_field_name("value") or node.child_by_field_name("right")
    decorated = [child for child in node.named_children if child.type == "decorator"]
    marks = [_decorator(child, bodies, depth) for child in decorated]
    if pattern.type == "object_pattern":
        keys = [text(one.child_by_field_name("key")) or text(one) for one in named(pattern)]
        return [keys, None, None, []]
    annotation = _annotation(node.child_by_field_name("type"))
    return [text(pattern), annotation, expression(default, bodies, depth + 1), marks]


def _annotation(node: Node | None) -> Expression:
    """Return the first name of a type, or of the type inside Promise<>."""
    if node is None:
        return None
    for child in named(node):
        if child.type == "generic_type":
            name = text(child.child_by_field_name("name"))
            if name in {"Promise", "Observable"}:
                return _annotation(child.child_by_field_name("type_arguments"))
            return ["n", name]
        if child.type == "array_type":
            return _annotation(child)
        if child.type in {"type_identifier", "nested_type_identifier"}:
            return ["n", text(child).rsplit(".", 1)[-1]]
    return None


def decorators(node: Node, bodies: Bodies) -> list[Expression]:
    """Return the decorators of a class or method: its children, its export's, or what precedes."""
    own = [child for child in node.named_children if child.type == "decorator"]
    if node.parent is not None and node.parent.type == "export_statement":
        own += [child for child in node.parent.named_children if child.type == "decorator"]
    if node.type == "method_definition":
        before = node.prev_named_sibling
        while before is not None and before.type in {"decorator", "comment"}:
            if before.type == "decorator":
                own.insert(0, before)
            before = before.prev_named_sibling
    return [_decorator(one, bodies, 0) for one in own]


def _decorator(node: Node, bodies: Bodies, depth: int) -> Expression:
    value = expression(next(iter(named(node)), None), bodies, depth)
    if value is None:
        return None
    return [*value[:4], line(node)] if value[0] == "c" else ["c", value, [], {}, line(node)]


def _string(node: Node, _bodies: Bodies, _depth: int) -> Expression:
    return ["s", "".join(_fragment(child) for child in node.named_children)]


def _fragment(node: Node) -> str:
    content = text(node)
    return content[1:] if node.type == "escape_sequence" else content


def _template(node: Node, bodies: Bodies, depth: int) -> Expression:
    parts: list[Expression] = []
    for child in node.named_children:
        if child.type == "template_substitution":
            parts.append(_inside(child, bodies, depth))
        else:
            parts.append(["s", _fragment(child)])
    return ["+", parts] if parts else ["s", ""]


def _identifier(node: Node, _bodies: Bodies, _depth: int) -> Expression:
    return ["n", text(node)]


def _class(node: Node, _bodies: Bodies, _depth: int) -> Expression:
    """Read `exports.Users = class Users {...}`: the class is a statement, called by its name."""
    name = text(node.child_by_field_name("name"))
    return ["n", name] if name else None


def _member(node: Node, bodies: Bodies, depth: int) -> Expression:
    owner = expression(node.child_by_field_name("object"), bodies, depth)
    return ["a", owner, text(node.child_by_field_name("property"))]


def _call(node: Node, bodies: Bodies, depth: int) -> Expression:
    callee = node.child_by_field_name("function") or node.child_by_field_name("constructor")
    arguments = node.child_by_field_name("arguments")
    if arguments is not None and arguments.type == "template_string":
        return None
    values = [expression(child, bodies, depth) for child in named(arguments)]
    place = callee.child_by_field_name("property") if callee is not None else None
    return ["c", expression(callee, bodies, depth), values, {}, line(place or node)]


def _array(node: Node, bodies: Bodies, depth: int) -> Expression:
    return ["l", [expression(child, bodies, depth) for child in named(node)]]


def _object(node: Node, bodies: Bodies, depth: int) -> Expression:
    pairs: list[list[Expression]] = []
    lines: list[int] = []
    for child in named(node):
        before = len(pairs)
        if child.type == "pair":
            key = child.child_by_field_name("key")
            value = expression(child.child_by_field_name("value"), bodies, depth)
            pairs.append([["s", text(key).strip("'\"")], value])
        elif child.type == "shorthand_property_identifier":
            pairs.append([["s", text(child)], ["n", text(child)]])
        elif child.type == "method_definition":
            name = text(child.child_by_field_name("name"))
            pairs.append([["s", name], function(child, bodies, depth)])
        elif child.type == "spread_element":
            pairs.append([None, _inside(child, bodies, depth)])
        lines += [line(child)] * (len(pairs) - before)
    return ["d", pairs, line(node), *([lines] if _names_routes(node) else [])]


def _names_routes(node: Node) -> bool:
    """Tell whether the keys of an object are routes: it is what a `router(...)` is made of."""
    for _ in range(_OBJECTS_DEEP):
        above = node.parent
        if above is None:
            return False
        if above.type == "arguments":
            call = above.parent
            callee = call.child_by_field_name("function") if call is not None else None
            return callee is not None and text(callee).endswith("outer")
        if above.type != "pair" or above.parent is None:
            return False
        node = above.parent
    return False


def _binary(node: Node, bodies: Bodies, depth: int) -> Expression:
    sides = [expression(node.child_by_field_name(s), bodies, depth) for s in ("left", "right")]
    operator = text(node.child_by_field_name("operator"))
    if operator in {"||", "??"}:
        return ["or", sides]
    if operator == "&&":
        return ["and", sides]
    if operator in _COMPARED:
        return ["cmp", _COMPARED[operator], *sides]
    return ["+", sides] if operator == "+" else None


def _subscript(node: Node, bodies: Bodies, depth: int) -> Expression:
    owner = expression(node.child_by_field_name("object"), bodies, depth)
    return ["[]", owner, expression(node.child_by_field_name("index"), bodies, depth)]


def _inside(node: Node, bodies: Bodies, depth: int) -> Expression:
    return expression(next(iter(named(node)), None), bodies, depth)


def _unary(node: Node, bodies: Bodies, depth: int) -> Expression:
    inner = _inside(node, bodies, depth)
    operator = text(node.child_by_field_name("operator"))
    return ["not", inner] if operator == "!" else inner


def _choice(node: Node, bodies: Bodies, depth: int) -> Expression:
    """Read `a ? b : c`."""
    parts = ("condition", "consequence", "alternative")
    return ["?:", *(expression(node.child_by_field_name(part), bodies, depth) for part in parts)]


def _regex(node: Node, _bodies: Bodies, _depth: int) -> Expression:
    return ["s", text(node)]


def _number(node: Node, _bodies: Bodies, _depth: int) -> Expression:
    digits = text(node)
    return ["i", int(digits)] if digits.isdecimal() and len(digits) < 10 else None


_OBJECTS_DEEP = 6
_COMPARED = {
    **{sign: sign for sign in ("<", ">", "<=", ">=", "in", "instanceof")},
    **dict.fromkeys(("==", "==="), "=="),
    **dict.fromkeys(("!=", "!=="), "!="),
}
FUNCTIONS = frozenset({"arrow_function", "function_expression", "generator_function"})
_EXPRESSIONS: dict[str, Callable[[Node, Bodies, int], Expression]] = {
    "string": _string,
    "template_string": _template,
    "identifier": _identifier,
    "this": _identifier,
    "super": _identifier,
    "import": lambda _node, _bodies, _depth: ["n", "require"],
    "meta_property": lambda _node, _bodies, _depth: ["n", "import.meta"],
    "type_identifier": _identifier,
    "class": _class,
    "member_expression": _member,
    "call_expression": _call,
    "new_expression": _call,
    "array": _array,
    "object": _object,
    "binary_expression": _binary,
    "subscript_expression": _subscript,
    "regex": _regex,
    "number": _number,
    "true": lambda _node, _bodies, _depth: ["i", True],
    "false": lambda _node, _bodies, _depth: ["i", False],
    "parenthesized_expression": _inside,
    "await_expression": _inside,
    "as_expression": _inside,
    "satisfies_expression": _inside,
    "non_null_expression": _inside,
    "type_assertion": lambda node, bodies, depth: expression(
        node.named_children[-1], bodies, depth
    ),
    "unary_expression": _unary,
    "ternary_expression": _choice,
    "null": lambda _node, _bodies, _depth: NOTHING,
    "undefined": lambda _node, _bodies, _depth: NOTHING,
    "spread_element": lambda node, bodies, depth: ["*", _inside(node, bodies, depth)],
}
# Bodies of arrow functions that are values; calls are read as effects as well.
_VALUES = frozenset(
    "identifier string template_string array member_expression arrow_function function_expression"
    " parenthesized_expression".split()
)
