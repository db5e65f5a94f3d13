"""Expressions of Python, in the forms of `statements`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from workers.survey.endpoints.statements import NOTHING
from workers.survey.syntax import NESTING, line, text

if TYPE_CHECKING:
    from collections.abc import Callable

    from tree_sitter import Node

    from workers.survey.endpoints.statements import Expression


def named(node: Node | None) -> list[Node]:
    """Return the named children of a node, without comments."""
    return [] if node is None else [c for c in node.named_children if c.type != "comment"]


def expression(node: Node | None, depth: int = 0) -> Expression:
    """Return the form of an expression, None for what no route is made of."""
    if node is None or depth > NESTING:
        return None
    read = _EXPRESSIONS.get(node.type)
    return read(node, depth + 1) if read else None


def _inside(node: Node, depth: int) -> Expression:
    return expression(next(iter(named(node)), None), depth)


def _string(node: Node, depth: int) -> Expression:
    parts: list[Expression] = []
    plain = ""
    start = text(node.children[0]) if node.children else ""
    raw, formatted = "r" in start.lower(), "f" in start.lower()
    for child in node.named_children:
        if child.type == "string_content":
            content = text(child)
            if formatted:
                content = content.replace("{{", "{").replace("}}", "}")
            plain += content if raw or "\\" not in content else _unescaped(content)
        elif child.type == "interpolation":
            parts += [["s", plain], expression(child.child_by_field_name("expression"), depth)]
            plain = ""
    return ["+", [*parts, ["s", plain]]] if parts else ["s", plain]


def _unescaped(content: str) -> str:
    return re.sub(r"\\(\n|.)", lambda match: "" if match[1] == "\n" else match[1], content)


def _concatenated(node: Node, depth: int) -> Expression:
    return ["+", [expression(child, depth) for child in named(node)]]


def _identifier(node: Node, _depth: int) -> Expression:
    return ["n", text(node)]


def _attribute(node: Node, depth: int) -> Expression:
    owner = expression(node.child_by_field_name("object"), depth)
    return ["a", owner, text(node.child_by_field_name("attribute"))]


def _call_form(node: Node, depth: int) -> Expression:
    function = node.child_by_field_name("function")
    arguments: list[Expression] = []
    keywords: dict[str, Expression] = {}
    handed_in = node.child_by_field_name("arguments")
    if handed_in is not None and handed_in.type == "generator_expression":
        arguments.append(expression(handed_in, depth))
        handed_in = None
    for child in named(handed_in):
        if child.type == "keyword_argument":
            value = expression(child.child_by_field_name("value"), depth)
            keywords[text(child.child_by_field_name("name"))] = value
        else:
            arguments.append(expression(child, depth))
    place = function.child_by_field_name("attribute") if function is not None else None
    return ["c", expression(function, depth), arguments, keywords, line(place or node)]


def _list(node: Node, depth: int) -> Expression:
    return ["l", [expression(child, depth) for child in named(node)]]


def _tuple(node: Node, depth: int) -> Expression:
    """Read a tuple; one that may pair a path with what handles it says where it stands."""
    items = named(node)
    form = ["l", [expression(child, depth) for child in items]]
    is_pair = len(items) > 1 and items[1].type in {"identifier", "attribute", "string"}
    return [*form, line(items[0])] if is_pair else form


def _dictionary(node: Node, depth: int) -> Expression:
    pairs = [child for child in named(node) if child.type == "pair"]
    return [
        "d",
        [
            [expression(pair.child_by_field_name(side), depth) for side in ("key", "value")]
            for pair in pairs
        ],
    ]


def _binary(node: Node, depth: int) -> Expression:
    operator = text(node.child_by_field_name("operator"))
    sides = [expression(node.child_by_field_name(side), depth) for side in ("left", "right")]
    if operator in {"|", "&"}:  # `Item | None`, `IsAuthenticated & IsOwner`
        return [operator, sides]
    if operator == "%":
        return _formatted(*sides)
    return ["+", sides] if operator == "+" else None


def _formatted(template: Expression, values: Expression) -> Expression:
    """Read `"/x%s" % y`, as the texts that it puts together."""
    if template is None or template[0] != "s":
        return None
    pieces = template[1].split("%s")
    parts = values[1] if values is not None and values[0] == "l" else [values]
    if "%" in "".join(pieces) or len(pieces) != len(parts) + 1:
        return None
    texts = [["s", piece] for piece in pieces]
    pairs = zip(texts, [*parts, ["s", ""]], strict=True)
    return ["+", [side for pair in pairs for side in pair]]


def _boolean(node: Node, depth: int) -> Expression:
    sides = [expression(node.child_by_field_name(side), depth) for side in ("left", "right")]
    return [text(node.child_by_field_name("operator")), sides]


def _not(node: Node, depth: int) -> Expression:
    return ["not", expression(node.child_by_field_name("argument"), depth)]


def _choice(node: Node, depth: int) -> Expression:
    """Read `a if b else c`."""
    parts = [expression(part, depth) for part in named(node)]
    return ["?:", parts[1], parts[0], parts[2]] if len(parts) == 3 else None


def _comparison(node: Node, depth: int) -> Expression:
    operators = [child.type for child in node.children if not child.is_named]
    sides = [expression(part, depth) for part in named(node)]
    if len(sides) != 2 or len(operators) != 1:
        return None
    words = {"is": "==", "is not": "!=", "not in": "not in", "<>": "!="}
    return ["cmp", words.get(operators[0], operators[0]), *sides]


def _inverted(node: Node, depth: int) -> Expression:
    """Read `~IsAuthenticated`; other signs before a value make no path."""
    is_inverted = bool(node.children) and node.children[0].type == "~"
    inner = expression(node.child_by_field_name("argument"), depth)
    return ["not", inner] if is_inverted else None


def _comprehension(node: Node, depth: int) -> Expression:
    """Read `[f(x) for x in y]`; its conditions are not, as no branch is."""
    clauses = [child for child in named(node) if child.type == "for_in_clause"]
    if len(clauses) != 1:
        return None
    made = expression(node.child_by_field_name("body"), depth)
    target = expression(clauses[0].child_by_field_name("left"), depth)
    return ["each", made, target, expression(clauses[0].child_by_field_name("right"), depth)]


def _subscript(node: Node, depth: int) -> Expression:
    owner = expression(node.child_by_field_name("value"), depth)
    keys = [expression(key, depth) for key in node.children_by_field_name("subscript")]
    return ["[]", owner, keys[0] if len(keys) == 1 else ["l", keys]]


def _generic(node: Node, depth: int) -> Expression:
    """Read `list[X]` in an annotation, which has a form of its own."""
    owner, *rest = named(node)
    keys = [expression(key, depth) for part in rest for key in named(part)]
    return ["[]", expression(owner, depth), keys[0] if len(keys) == 1 else ["l", keys]]


def _number(node: Node, _depth: int) -> Expression:
    digits = text(node)
    return ["i", int(digits)] if digits.isdecimal() and len(digits) < 10 else None


_EXPRESSIONS: dict[str, Callable[[Node, int], Expression]] = {
    "string": _string,
    "concatenated_string": _concatenated,
    "identifier": _identifier,
    "attribute": _attribute,
    "call": _call_form,
    "list": _list,
    "tuple": _tuple,
    "set": _list,
    "expression_list": _list,
    "pattern_list": _list,
    "tuple_pattern": _list,
    "list_comprehension": _comprehension,
    "generator_expression": _comprehension,
    "dictionary": _dictionary,
    "binary_operator": _binary,
    "boolean_operator": _boolean,
    "subscript": _subscript,
    "generic_type": _generic,
    "integer": _number,
    "not_operator": _not,
    "unary_operator": _inverted,
    "conditional_expression": _choice,
    "comparison_operator": _comparison,
    "named_expression": lambda node, depth: expression(node.child_by_field_name("value"), depth),
    "none": lambda _node, _depth: NOTHING,
    "true": lambda _node, _depth: ["i", True],
    "false": lambda _node, _depth: ["i", False],
    "parenthesized_expression": _inside,
    "await": _inside,
    "type": _inside,
    "list_splat": lambda node, depth: ["*", _inside(node, depth)],
}
