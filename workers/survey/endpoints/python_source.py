"""What a Python file says about routes: its relevant statements, in the forms of `statements`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sessions.patterns import lazy_pattern
from workers.survey.endpoints.python_expressions import expression, named
from workers.survey.endpoints.python_flow import Flows
from workers.survey.endpoints.statements import NOTHING, Bodies, Body, is_conditional, pruned
from workers.survey.syntax import captures, line, parse, text

if TYPE_CHECKING:
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
(with_item (as_pattern)) @with
(with_item (call)) @with
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
_ROUTER_LIKE = lazy_pattern(
    r"(?i)(?:^|_)(?:app|application|router|api|blueprint|bp|server|routes)$|(?:^|_|=)handlers$"
)

_RANGE = ["n", "range"]
# What is done in a block of these is done below a prefix.
_BLOCKS = frozenset({"route_prefix_context"})
_CHAINED = 10  # names that one value is given to


def statements(
    source: bytes, effects: frozenset[str], *, has_objects: bool = False
) -> list[Statement]:
    """Return the relevant statements of a file; raises TooSlow.

    `effects` are the methods of frameworks whose calls are statements that count; `has_objects`:
    so do the attributes that objects are given.
    """
    root = parse("python", source).root_node
    module: list[Statement] = []
    flows = Flows(source)
    bodies = Bodies([Body(module, root.end_byte + 1)], effects | _EFFECTS, flow_of=flows.of)
    for kind, node in captures("python", _QUERY, root):
        body = bodies.at(node.start_byte)
        if node.end_byte <= body.done:
            continue
        _STATEMENTS[kind](node, body, bodies)
    return pruned(module, has_objects=has_objects)


def _define(node: Node, body: Body, bodies: Bodies) -> None:
    inner: list[Statement] = []
    parameters = [
        parameter
        for child in named(node.child_by_field_name("parameters"))
        if (parameter := _parameter(child))
    ]
    returns = _of_union(expression(node.child_by_field_name("return_type")))
    head = ["def", _name(node), parameters, inner, _decorators(node), _first_line(node), returns]
    body.statements.append([*head, *bodies.flow_of(node)])
    bodies.enter(inner, node.end_byte)


def _class(node: Node, body: Body, bodies: Bodies) -> None:
    inner: list[Statement] = []
    bases = [expression(child) for child in named(node.child_by_field_name("superclasses"))]
    head = ["class", _name(node), bases, inner, _decorators(node), _first_line(node)]
    keywords = {
        text(child.child_by_field_name("name")): expression(child.child_by_field_name("value"))
        for child in named(node.child_by_field_name("superclasses"))
        if child.type == "keyword_argument"
    }
    keywords.pop("metaclass", None)
    body.statements.append([*head, keywords] if keywords else head)
    bodies.enter(inner, node.end_byte)


def _loop(node: Node, body: Body, bodies: Bodies) -> None:
    inner: list[Statement] = []
    target = expression(node.child_by_field_name("left"))
    iterable = expression(node.child_by_field_name("right"))
    body.statements.append(["for", target, iterable, inner])
    changed = _changed_items(iterable, node)
    if changed is not None:  # what its items are now is not known
        body.statements.append(["e", ["c", ["a", changed, "fill"], [NOTHING], {}, line(node)]])
    bodies.enter(inner, node.end_byte)


def _changed_items(iterable: Expression, node: Node) -> Expression:
    """Return the list whose items a loop replaces: `for i, x in enumerate(y): y[i] = f(x)`."""
    if iterable is None or iterable[0] != "c" or iterable[1] not in (["n", "enumerate"], _RANGE):
        return None
    changed = iterable[2][0] if iterable[2] else None
    if iterable[1] == _RANGE:  # range(len(y))
        is_length = changed is not None and changed[0] == "c" and changed[1] == ["n", "len"]
        changed = changed[2][0] if changed is not None and is_length and changed[2] else None
    name = (changed[2] if changed[0] == "a" else changed[1]) if changed is not None else None
    if not isinstance(name, str):
        return None
    replaced = rf"\b{re.escape(name)}\[[^\]\n]{{1,60}}\] = "
    return changed if re.search(replaced, text(node)) else None


def _assign(node: Node, body: Body, _bodies: Bodies) -> None:
    targets = [expression(node.child_by_field_name("left"))]
    right = node.child_by_field_name("right")
    while right is not None and right.type == "assignment" and len(targets) < _CHAINED:
        targets.append(expression(right.child_by_field_name("left")))  # put = post = get
        right = right.child_by_field_name("right")
    value = expression(right)
    body.done = node.end_byte
    if value in (None, NOTHING):
        return
    kind = "+=" if node.type == "augmented_assignment" else "="
    body.statements += [[kind, target, value, line(node)] for target in targets if target]


def _with(node: Node, body: Body, _bodies: Bodies) -> None:
    """Read `with Configurator() as config`, of what is named like a class."""
    pattern = node.named_children[0]
    if pattern.type == "call":
        within = expression(pattern)
        if within is not None and (within[1] or "n")[-1] in _BLOCKS:
            body.statements.append(["e", within])
        return
    made, name = expression(next(iter(named(pattern)), None)), pattern.child_by_field_name("alias")
    if made is None or made[0] != "c" or made[1] is None or made[1][0] not in {"n", "a"}:
        return
    if made[1][-1][:1].isupper() and name is not None and text(name).isidentifier():
        body.statements.append(["=", ["n", text(name)], made, line(node)])


def _call(node: Node, body: Body, bodies: Bodies) -> None:
    function = node.child_by_field_name("function")
    if function is None:
        return
    name = text(function.child_by_field_name("attribute")) or text(function)
    is_own = _ADDS_ROUTES.match(name) is not None
    is_known = name in bodies.effects or is_own or _takes_router(node) or _chained(function)
    is_by_what_it_takes = (name == "add" and _takes_what_is_added(node)) or (
        name == "__init__" and _takes_a_list(node)
    )
    if not (is_known or is_by_what_it_takes):
        return
    body.done = node.end_byte
    maybe = ["maybe"] if is_conditional(node) else []
    body.statements.append(["e", expression(node), *maybe])


def _chained(function: Node) -> bool:
    """Tell whether a call adds a route to what another one made: `router.route("/x").get(h)`."""
    inner = function.child_by_field_name("object")
    return inner is not None and inner.type == "call"


def _takes_what_is_added(node: Node) -> bool:
    """Tell whether a route is added in what a call takes: `cors.add(app.add_get("/x", h))`."""
    first = next(iter(named(node.child_by_field_name("arguments"))), None)
    function = first.child_by_field_name("function") if first is not None else None
    name = text(function.child_by_field_name("attribute")) if function is not None else ""
    return name.startswith("add_")


def _takes_a_list(node: Node) -> bool:
    """Tell whether a class hands a list to its base: `super().__init__([(r"/x", Handler)])`."""
    arguments = named(node.child_by_field_name("arguments"))
    return any(one.type == "list" for one in arguments[:2])


def _takes_router(node: Node) -> bool:
    arguments = named(node.child_by_field_name("arguments"))
    return any(
        _ROUTER_LIKE.search(text(one)) for one in arguments if one.end_byte < one.start_byte + 60
    )


def _return(node: Node, body: Body, _bodies: Bodies) -> None:
    value = expression(node.named_children[0])
    if value is not None and value[0] in {"n", "a", "c", "l", "s", "+", "?:"}:
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
    "with": _with,
}


def _name(node: Node) -> str:
    return text(node.child_by_field_name("name"))


def _first_line(node: Node) -> int:
    return line(node)


def _decorators(node: Node) -> list[Expression]:
    parent = node.parent
    if parent is None or parent.type != "decorated_definition":
        return []
    decorators = [child for child in parent.named_children if child.type == "decorator"]
    return [_decorator(child) for child in decorators]


def _decorator(node: Node) -> Expression:
    """Return a decorator as a call, with the line of its @, also where it is a bare name."""
    value = expression(next(iter(named(node)), None))
    if value is None:
        return None
    return [*value[:4], line(node)] if value[0] == "c" else ["c", value, [], None, line(node)]


def _of_union(annotation: Expression) -> Expression:
    """Return the first type of `Item | None`."""
    while annotation is not None and annotation[0] == "|":
        annotation = annotation[1][0]
    return annotation


_SPREAD = frozenset({"list_splat_pattern", "dictionary_splat_pattern"})


def _parameter(node: Node) -> list[object] | None:
    if node.type == "identifier":
        return [text(node), None, None, []]
    spread = node if node.type in _SPREAD else next(iter(named(node)), None)
    if spread is not None and spread.type in _SPREAD:  # *names: str
        return [text(spread), None, None, []]
    name = node.child_by_field_name("name") or next(
        (child for child in node.named_children if child.type == "identifier"), None
    )
    if name is None:
        return None
    annotation = _of_union(expression(node.child_by_field_name("type")))
    return [text(name), annotation, expression(node.child_by_field_name("value")), []]
