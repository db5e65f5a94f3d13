"""What a Python file says about routes: its relevant statements, in the forms of `statements`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sessions.patterns import lazy_pattern
from workers.survey.endpoints.statements import Bodies, Body, pruned
from workers.survey.syntax import NESTING, captures, line, parse, text

if TYPE_CHECKING:
    from collections.abc import Callable

    from tree_sitter import Node

    from workers.survey.endpoints.statements import Expression, Statement

_QUERY = """
(function_definition) @def
(class_definition) @class
(for_statement) @for
(assignment) @assign
(augmented_assignment) @assign
(expression_statement (call) @call)
(expression_statement (await (call) @call))
(return_statement (_)) @return
(import_statement) @import
(import_from_statement) @import
"""
# Calls that count whatever framework is used: what fills a list, and what repositories commonly
# call their own functions that add routes.
_EFFECTS = frozenset(
    "append extend insert register_blueprints register_controllers register_router"
    " register_routes".split()
)
# The same by how it is called: `api.add_org_resource(...)`.
_ADDS_ROUTES = lazy_pattern(
    r"(?:add|register|include|mount|setup|install)_(?:\w{1,40}_)?"
    r"(?:routes?|routers?|resources?|urls?|rules?|endpoints?|views?|apis?|namespaces?|blueprints?)$"
)
# What is handed to a function that adds routes to it.
_ROUTER_LIKE = lazy_pattern(r"(?i)(^|_)(app|application|router|api|blueprint|bp|server|routes)$")
_VIEW_METHODS = frozenset(
    "get post put patch delete head options trace list create retrieve update partial_update"
    " destroy __init__".split()
)


def statements(source: bytes, effects: frozenset[str]) -> list[Statement]:
    """Return the relevant statements of a file; raises TooSlow.

    `effects` are the methods of frameworks whose calls are statements that count.
    """
    root = parse("python", source).root_node
    module: list[Statement] = []
    bodies = Bodies([Body(module, root.end_byte + 1)], effects | _EFFECTS)
    for kind, node in captures("python", _QUERY, root):
        body = bodies.at(node.start_byte)
        if node.end_byte <= body.done:
            continue
        _STATEMENTS[kind](node, body, bodies)
    return pruned(module, _VIEW_METHODS.__contains__)


def _define(node: Node, body: Body, bodies: Bodies) -> None:
    inner: list[Statement] = []
    parameters = [
        parameter
        for child in _named(node.child_by_field_name("parameters"))
        if (parameter := _parameter(child))
    ]
    returns = expression(node.child_by_field_name("return_type"))
    body.statements.append(
        ["def", _name(node), parameters, inner, _decorators(node), _first_line(node), returns]
    )
    bodies.enter(inner, node.end_byte)


def _class(node: Node, body: Body, bodies: Bodies) -> None:
    inner: list[Statement] = []
    bases = [expression(child) for child in _named(node.child_by_field_name("superclasses"))]
    body.statements.append(
        ["class", _name(node), bases, inner, _decorators(node), _first_line(node)]
    )
    bodies.enter(inner, node.end_byte)


def _loop(node: Node, body: Body, bodies: Bodies) -> None:
    inner: list[Statement] = []
    target = expression(node.child_by_field_name("left"))
    body.statements.append(["for", target, expression(node.child_by_field_name("right")), inner])
    bodies.enter(inner, node.end_byte)


def _assign(node: Node, body: Body, _bodies: Bodies) -> None:
    value = expression(node.child_by_field_name("right"))
    target = expression(node.child_by_field_name("left"))
    body.done = node.end_byte
    if value is None or target is None:
        return
    kind = "+=" if node.type == "augmented_assignment" else "="
    body.statements.append([kind, target, value, line(node)])


def _call(node: Node, body: Body, bodies: Bodies) -> None:
    function = node.child_by_field_name("function")
    if function is None:
        return
    name = text(function.child_by_field_name("attribute")) or text(function)
    is_own = _ADDS_ROUTES.match(name) is not None
    if not (name in bodies.effects or is_own or _takes_router(node) or _chained(function)):
        return
    body.done = node.end_byte
    body.statements.append(["e", expression(node)])


def _chained(function: Node) -> bool:
    """Tell whether a call adds a route to what another one made: `router.route("/x").get(h)`."""
    inner = function.child_by_field_name("object")
    return inner is not None and inner.type == "call"


def _takes_router(node: Node) -> bool:
    arguments = _named(node.child_by_field_name("arguments"))
    return any(
        _ROUTER_LIKE.search(text(one)) for one in arguments if one.end_byte < one.start_byte + 60
    )


def _return(node: Node, body: Body, _bodies: Bodies) -> None:
    value = expression(node.named_children[0])
    if value is not None and value[0] in {"n", "a", "c", "l", "s", "+"}:
        body.statements.append(["r", value])
    body.done = node.end_byte


def _import(node: Node, body: Body, _bodies: Bodies) -> None:
    module = text(node.child_by_field_name("module_name"))
    for child in node.named_children:
        if child.type == "wildcard_import":
            body.statements.append(["import", "*", module, "*"])
        elif child == node.child_by_field_name("module_name"):
            continue
        elif child.type == "aliased_import":
            name = text(child.child_by_field_name("name"))
            local = text(child.child_by_field_name("alias"))
            body.statements.append(["import", local, *((module, name) if module else (name, ""))])
        elif module:
            body.statements.append(["import", text(child), module, text(child)])
        else:  # `import a.b` binds a
            first = text(child).split(".")[0]
            body.statements.append(["import", first, first, ""])


_STATEMENTS = {
    "def": _define,
    "class": _class,
    "for": _loop,
    "assign": _assign,
    "call": _call,
    "return": _return,
    "import": _import,
}


def _name(node: Node) -> str:
    return text(node.child_by_field_name("name"))


def _first_line(node: Node) -> int:
    return line(node)


def _named(node: Node | None) -> list[Node]:
    return [] if node is None else [c for c in node.named_children if c.type != "comment"]


def _decorators(node: Node) -> list[Expression]:
    parent = node.parent
    if parent is None or parent.type != "decorated_definition":
        return []
    decorators = [child for child in parent.named_children if child.type == "decorator"]
    return [_decorator(child) for child in decorators]


def _decorator(node: Node) -> Expression:
    """Return a decorator as a call, with the line of its @, also where it is a bare name."""
    value = expression(next(iter(_named(node)), None))
    if value is None:
        return None
    return [*value[:4], line(node)] if value[0] == "c" else ["c", value, [], None, line(node)]


def _parameter(node: Node) -> list[object] | None:
    if node.type == "identifier":
        return [text(node), None, None, []]
    name = node.child_by_field_name("name") or next(
        (child for child in node.named_children if child.type == "identifier"), None
    )
    if name is None or node.type == "dictionary_splat_pattern":
        return None
    if node.type == "list_splat_pattern":
        return [f"*{text(name)}", None, None, []]
    annotation = expression(node.child_by_field_name("type"))
    return [text(name), annotation, expression(node.child_by_field_name("value")), []]


def expression(node: Node | None, depth: int = 0) -> Expression:
    """Return the form of an expression, None for what no route is made of."""
    if node is None or depth > NESTING:
        return None
    read = _EXPRESSIONS.get(node.type)
    return read(node, depth + 1) if read else None


def _inside(node: Node, depth: int) -> Expression:
    return expression(next(iter(_named(node)), None), depth)


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
    return ["+", [expression(child, depth) for child in _named(node)]]


def _identifier(node: Node, _depth: int) -> Expression:
    return ["n", text(node)]


def _attribute(node: Node, depth: int) -> Expression:
    owner = expression(node.child_by_field_name("object"), depth)
    return ["a", owner, text(node.child_by_field_name("attribute"))]


def _call_form(node: Node, depth: int) -> Expression:
    function = node.child_by_field_name("function")
    arguments: list[Expression] = []
    keywords: dict[str, Expression] = {}
    for child in _named(node.child_by_field_name("arguments")):
        if child.type == "keyword_argument":
            value = expression(child.child_by_field_name("value"), depth)
            keywords[text(child.child_by_field_name("name"))] = value
        else:
            arguments.append(expression(child, depth))
    place = function.child_by_field_name("attribute") if function is not None else None
    return ["c", expression(function, depth), arguments, keywords, line(place or node)]


def _list(node: Node, depth: int) -> Expression:
    return ["l", [expression(child, depth) for child in _named(node)]]


def _dictionary(node: Node, depth: int) -> Expression:
    pairs = [child for child in _named(node) if child.type == "pair"]
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
        return sides[0]
    return ["+", sides] if operator == "+" else None


def _boolean(node: Node, depth: int) -> Expression:
    sides = [expression(node.child_by_field_name(side), depth) for side in ("left", "right")]
    return ["or", sides] if text(node.child_by_field_name("operator")) == "or" else None


def _comprehension(node: Node, depth: int) -> Expression:
    """Read `[f(x) for x in y]`; its conditions are not, as no branch is."""
    clauses = [child for child in _named(node) if child.type == "for_in_clause"]
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
    owner, *rest = _named(node)
    keys = [expression(key, depth) for part in rest for key in _named(part)]
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
    "tuple": _list,
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
    "true": lambda _node, _depth: ["i", True],
    "false": lambda _node, _depth: ["i", False],
    "parenthesized_expression": _inside,
    "await": _inside,
    "type": _inside,
    "list_splat": lambda node, depth: ["*", _inside(node, depth)],
}
