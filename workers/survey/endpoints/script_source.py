"""What a script file says about routes: its relevant statements, in the forms of `statements`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessions.patterns import lazy_pattern
from workers.survey.endpoints.script_expressions import (
    FUNCTIONS,
    decorators,
    expression,
    function,
    named,
)
from workers.survey.endpoints.script_flow import Flows
from workers.survey.endpoints.statements import NOTHING, Bodies, Body, is_conditional, pruned
from workers.survey.syntax import captures, line, parse, text

if TYPE_CHECKING:
    from tree_sitter import Node

    from workers.survey.endpoints.statements import Expression, Statement

_QUERY = """
(import_statement) @import
(export_statement) @export
(variable_declarator) @assign
(assignment_expression) @assign
(expression_statement
  [(call_expression) (await_expression) (new_expression) (unary_expression)] @call)
(arrow_function body: (call_expression) @arrow)
(arrow_function) @open
(function_expression) @open
(generator_function) @open
(function_declaration) @def
(generator_function_declaration) @def
(method_definition) @method
(class_declaration) @class
(class) @class
(return_statement (_)) @return
(for_in_statement) @for
"""
_TYPES = """
(abstract_class_declaration) @class
(enum_declaration) @enum
(public_field_definition) @field
"""
_FIELDS = "(field_definition) @field"
# Calls that count whatever framework is used: what goes through or fills a list, and what
# repositories commonly call their own functions that add routes.
_EFFECTS = frozenset("any routes forEach push middleware opts add api".split())
_ROUTER_LIKE = lazy_pattern(
    r"(?i)(^|[._])\w*(app|router|server|fastify|api|routes?|express|instance)$"
)
_ADDS_ROUTES = lazy_pattern(r"^\w{0,60}[Rr]outes?$")
_CHAIN = 80


def statements(
    language: str, source: bytes, effects: frozenset[str], *, has_objects: bool = False
) -> list[Statement]:
    """Return the relevant statements of a file; raises TooSlow.

    `effects` are the methods of frameworks whose calls are statements that count; `has_objects`:
    so do the attributes that objects are given.
    """
    root = parse(language, source).root_node
    module: list[Statement] = []
    flows = Flows(source)
    bodies = Bodies([Body(module, root.end_byte + 1)], effects | _EFFECTS, flow_of=flows.of)
    query = _QUERY + (_FIELDS if language == "javascript" else _TYPES)
    for kind, node in captures(language, query, root):
        body = bodies.at(node.start_byte)
        # A method of an object belongs to an expression that was taken already, as a function does.
        if kind == "open" or (kind == "method" and node.start_byte in bodies.opened):
            _open(node, bodies)
        elif node.end_byte > body.done:
            _STATEMENTS[kind](node, body, bodies)
    return pruned(module, has_objects=has_objects)


def _open(node: Node, bodies: Bodies) -> None:
    """Go into a function inside an expression; one that nobody took counts by itself."""
    opened = bodies.opened.pop(node.start_byte, None)
    if opened is None:
        form = function(node, bodies)
        bodies.stack[-1].statements.append(form[1])
        opened = bodies.opened.pop(node.start_byte)
    bodies.enter(opened.statements, node.end_byte)


def _import(node: Node, body: Body, _bodies: Bodies) -> None:
    module = _string(node.child_by_field_name("source"))
    for clause in node.named_children:
        if clause.type == "import_require_clause":  # import x = require("y")
            local, required = clause.named_children[0], clause.named_children[-1]
            body.statements.append(["import", text(local), _string(required), "default"])
        elif clause.type == "import_clause":
            for child in clause.named_children:
                body.statements += _imported(child, module)
    body.done = node.end_byte


def _imported(node: Node, module: str) -> list[Statement]:
    """Return what one part of an import binds: a default, a namespace, names in braces."""
    if node.type == "identifier":
        return [["import", text(node), module, "default"]]
    if node.type == "namespace_import":
        return [["import", text(node.named_children[0]), module, ""]]
    if node.type != "named_imports":
        return []
    statements: list[Statement] = []
    for specifier in node.named_children:
        name, local = _name_and_alias(specifier)
        statements.append(["import", local, module, name])
    return statements


def _name_and_alias(specifier: Node) -> tuple[str, str]:
    name = text(specifier.child_by_field_name("name"))
    return name, text(specifier.child_by_field_name("alias")) or name


def _export(node: Node, body: Body, bodies: Bodies) -> None:
    module = _string(node.child_by_field_name("source"))
    if module:
        body.statements += _reexported(node, module)
        body.done = node.end_byte
        return
    for clause in node.named_children:
        for specifier in clause.named_children if clause.type == "export_clause" else ():
            name, alias = _name_and_alias(specifier)
            body.statements.append(["export", alias, ["n", name]])
    declaration = node.child_by_field_name("declaration")
    value = node.child_by_field_name("value")
    if declaration is not None:
        is_default = any(child.type == "default" for child in node.children)
        for declared in _declared(declaration):
            exported = "default" if is_default else declared
            body.statements.append(["export", exported, ["n", declared]])
    elif value is not None:
        body.statements.append(["export", "default", expression(value, bodies)])
        body.done = _end(value)


def _reexported(node: Node, module: str) -> list[Statement]:
    """Return what `export {a as b} from "x"` and `export * from "x"` hand on."""
    parts = [part for clause in node.named_children for part in clause.named_children]
    specifiers = [part for part in parts if part.type == "export_specifier"]
    if not specifiers:
        whole = next((c for c in node.named_children if c.type == "namespace_export"), None)
        return [["reexport", text(whole.named_children[0]) if whole else "*", "*", module]]
    statements: list[Statement] = []
    for specifier in specifiers:
        name, alias = _name_and_alias(specifier)
        statements.append(["reexport", alias, name, module])
    return statements


def _declared(node: Node) -> list[str]:
    if node.type in {"lexical_declaration", "variable_declaration"}:
        return [text(one.child_by_field_name("name")) for one in node.named_children]
    name = node.child_by_field_name("name")
    return [text(name)] if name is not None else []


def _assign(node: Node, body: Body, bodies: Bodies) -> None:
    left = node.child_by_field_name("name") or node.child_by_field_name("left")
    right = node.child_by_field_name("value") or node.child_by_field_name("right")
    if left is None or right is None:
        return
    place = text(left) if left.end_byte - left.start_byte < 100 else ""
    if left.type == "object_pattern":
        _destructure(left, expression(right, bodies), body, line(node))
    elif place == "module.exports" or (place == "exports" and right.type != "identifier"):
        body.statements.append(["export", "=", expression(right, bodies)])
    elif place.startswith(("module.exports.", "exports.")):
        name = place.rsplit(".", 1)[1]
        body.statements.append(["export", name, expression(right, bodies)])
    else:
        value, target = expression(right, bodies), expression(left, bodies)
        if value in (None, NOTHING) or target is None or target[0] not in {"n", "a"}:
            return
        body.statements.append(["=", target, value, line(node)])
    body.done = _end(right)


def _destructure(pattern: Node, whole: Expression, body: Body, at: int) -> None:
    """Read `const {a, b: c} = x` as an assignment of each part."""
    for part in named(pattern) if whole is not None else []:
        key = text(part.child_by_field_name("key")) or text(part)
        local = text(part.child_by_field_name("value")) or text(part)
        body.statements.append(["=", ["n", local], ["a", whole, key], at])


def _end(node: Node) -> int:
    """Return where a taken value ends; a function's or class's own statements are still to come."""
    opens = {"arrow_function", "function_expression", "class", "generator_function"}
    return node.start_byte if node.type in opens else node.end_byte


def _call(node: Node, body: Body, bodies: Bodies) -> None:
    if not _has_effect(node, bodies.effects):
        return
    body.done = node.end_byte
    maybe = ["maybe"] if is_conditional(node) else []
    body.statements.append(["e", expression(node, bodies), *maybe])


def _arrow(node: Node, body: Body, bodies: Bodies) -> None:
    """Read `(x) => app.use(x)`, whose body is effect and value, `(x) => wrap(() => y)`, imports."""
    arguments = named(node.child_by_field_name("arguments"))
    takes_function = any(one.type in FUNCTIONS for one in arguments)
    above = node.parent.parent if node.parent is not None else None
    has_name = above is not None and above.type in {"variable_declarator", "pair", "arrow_function"}
    callee = node.child_by_field_name("function")
    is_import = callee is not None and callee.type == "import"
    if takes_function or has_name or is_import or _has_effect(node, bodies.effects):
        body.done = node.end_byte
        body.statements.append(["r", expression(node, bodies)])


def _has_effect(node: Node, effects: frozenset[str]) -> bool:
    for _ in range(_CHAIN):
        while node.type in {"await_expression", "unary_expression", "parenthesized_expression"}:
            if not node.named_children:
                return False
            node = node.named_children[-1]
        callee = node.child_by_field_name("function") or node.child_by_field_name("constructor")
        if callee is None:
            return False
        if _is_known(callee, effects) or _is_computed(callee, effects):
            return True
        if _takes_router(node) or callee.type in {"call_expression", "function_expression"}:
            return True
        inner = callee.child_by_field_name("object")
        if inner is None or inner.type != "call_expression":
            return inner is not None and inner.type == "this" and node.type == "call_expression"
        node = inner
    return False


def _is_known(callee: Node, effects: frozenset[str]) -> bool:
    """Tell whether a method or a function adds routes by its name: `app.get()`, `usersRoutes()`."""
    name = callee.child_by_field_name("property")
    if name is not None:
        return text(name) in effects
    if callee.type != "identifier":
        return False
    function = text(callee)
    return f"{function}(" in effects or _ADDS_ROUTES.search(function) is not None


def _is_computed(callee: Node, effects: frozenset[str]) -> bool:
    """Tell whether a call names its method in brackets: `router["get"]`, `app[verb].call`."""
    if callee.type == "member_expression" and text(callee).endswith((".call", ".apply")):
        callee = callee.child_by_field_name("object") or callee
    owner, index = callee.child_by_field_name("object"), callee.child_by_field_name("index")
    if callee.type != "subscript_expression" or owner is None:
        return False
    return _string(index) in effects or _ROUTER_LIKE.search(text(owner)[:60]) is not None


def _takes_router(node: Node) -> bool:
    arguments = named(node.child_by_field_name("arguments"))
    short = [one for one in arguments if one.end_byte - one.start_byte < 60]
    return any(_ROUTER_LIKE.search(text(one)) for one in short) or any(
        one.type == "array" for one in arguments
    )


def _define(node: Node, body: Body, bodies: Bodies) -> None:
    form = function(node, bodies)
    body.statements.append(form[1])
    bodies.enter(form[1][3], node.end_byte)
    bodies.opened.pop(node.start_byte, None)


def _method(node: Node, body: Body, bodies: Bodies) -> None:
    if node.parent is not None and node.parent.type == "object":
        if node.start_byte not in bodies.opened:
            function(node, bodies)
        bodies.enter(bodies.opened.pop(node.start_byte).statements, node.end_byte)
        return
    _define(node, body, bodies)


def _class(node: Node, body: Body, bodies: Bodies) -> None:
    inner: list[Statement] = []
    heritage = [child for child in node.named_children if child.type == "class_heritage"]
    clauses = [one for child in heritage for one in child.named_children]
    extends = [c for c in clauses if c.type != "implements_clause"]
    bases = [
        expression(c.child_by_field_name("value") if c.type == "extends_clause" else c, bodies)
        for c in extends
    ]
    name = text(node.child_by_field_name("name"))
    form = ["class", name, bases, inner, decorators(node, bodies), line(node)]
    body.statements.append(form)
    bodies.enter(inner, node.end_byte)


def _enum(node: Node, body: Body, bodies: Bodies) -> None:
    members = named(node.child_by_field_name("body"))
    pairs = [
        [
            ["s", text(one.child_by_field_name("name"))],
            expression(one.child_by_field_name("value"), bodies),
        ]
        for one in members
        if one.type == "enum_assignment"
    ]
    target = ["n", text(node.child_by_field_name("name"))]
    body.statements.append(["=", target, ["d", pairs], line(node)])


def _field(node: Node, body: Body, bodies: Bodies) -> None:
    name = text(node.child_by_field_name("name") or node.child_by_field_name("property"))
    value = node.child_by_field_name("value")
    if value is not None:
        body.statements.append(["=", ["n", name], expression(value, bodies), line(node)])
        body.done = _end(value)


def _return(node: Node, body: Body, bodies: Bodies) -> None:
    inner = node.named_children[0]
    if inner.type in {"jsx_element", "jsx_self_closing_element", "jsx_fragment"}:
        return
    value = expression(inner, bodies)
    if value is not None and value[0] in {"n", "a", "c", "l", "s", "+", "d", "f", "?:"}:
        body.statements.append(["r", value])
        body.done = _end(inner)


def _loop(node: Node, body: Body, bodies: Bodies) -> None:
    inner: list[Statement] = []
    target = expression(node.child_by_field_name("left"), bodies)
    iterable = expression(node.child_by_field_name("right"), bodies)
    body.statements.append(["for", target, iterable, inner])
    bodies.enter(inner, node.end_byte)


def _string(node: Node | None) -> str:
    return text(node).strip("'\"`")


_STATEMENTS = {
    "import": _import,
    "export": _export,
    "assign": _assign,
    "call": _call,
    "arrow": _arrow,
    "def": _define,
    "method": _method,
    "class": _class,
    "enum": _enum,
    "field": _field,
    "return": _return,
    "for": _loop,
}
