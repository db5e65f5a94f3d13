"""JavaScript and TypeScript files as data: classes with decorators, and the calls of interest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sessions.patterns import lazy_pattern
from workers.survey.syntax import NESTING, captures, line, text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tree_sitter import Node

    from workers.survey.tables.expressions import Expression

TEXT_CHARACTERS = 200
INNER = {
    "parenthesized_expression", "as_expression", "satisfies_expression", "non_null_expression",
    "await_expression", "expression_statement", "return_statement", "type_assertion",
}  # fmt: skip
FUNCTIONS = {"arrow_function", "function_expression", "function", "generator_function"}
QUERY = "[(call_expression) (new_expression)] @call"
CLASSES = {
    "javascript": "[(class_declaration) (class)] @class",
    "typescript": "[(class_declaration) (class) (abstract_class_declaration)] @class",
}


def _plain(node: Node | None) -> list[Node]:
    return [one for one in node.named_children if one.type != "comment"] if node else []


def expression(node: Node | None, depth: int = 0) -> Expression:
    """Return an expression as data."""
    if node is None or depth > NESTING:
        return {"text": "..."}
    kind = node.type
    if kind in LITERALS:
        return LITERALS[kind](node)
    if kind in {"call_expression", "new_expression"}:
        return call(node, depth)
    if kind in {"identifier", "member_expression", "property_identifier", "type_identifier"}:
        return {"name": "".join(text(node).split())[:TEXT_CHARACTERS]}
    if kind == "array":
        return [expression(one, depth + 1) for one in _plain(node)]
    if kind == "object":
        return {"map": dict(_pairs(node, depth))}
    if kind in INNER and _plain(node):
        return expression(_plain(node)[0], depth + 1)
    if kind in FUNCTIONS:
        return _function(node, depth)
    return {"text": text(node)[:TEXT_CHARACTERS]}


def _string(node: Node) -> Expression:
    if any(one.type == "template_substitution" for one in node.named_children):
        return {"text": text(node)[:TEXT_CHARACTERS]}
    return text(node)[1:-1].replace("\\'", "'").replace('\\"', '"').replace("\\n", "\n")


def _number(literal: str) -> Expression:
    try:
        return float(literal) if "." in literal else int(literal, 0)
    except ValueError:
        return {"text": literal}


DOWN = lazy_pattern(r"^down$|Down(?=$|[A-Z])")
LITERALS: dict[str, Callable[[Node], Expression]] = {
    "string": _string,
    "template_string": _string,
    "number": lambda node: _number(text(node)),
    "true": lambda _: True,
    "false": lambda _: False,
    "null": lambda _: None,
    "undefined": lambda _: None,
}


def _pairs(node: Node, depth: int) -> Iterator[tuple[str, Expression]]:
    for number, child in enumerate(_plain(node)):
        if child.type == "pair":
            key = child.child_by_field_name("key")
            name = text(key).strip("'\"`[]")
            yield name, expression(child.child_by_field_name("value"), depth + 1)
        elif child.type == "shorthand_property_identifier":
            yield text(child), {"name": text(child)}
        elif child.type == "spread_element":
            yield f"...{number}", expression(_plain(child)[0], depth + 1)
        elif child.type == "method_definition":
            yield text(child.child_by_field_name("name")), {"text": "..."}


def call(node: Node, depth: int = 0) -> Expression:
    """Return a call or `new` as data, with the call whose method it is."""
    is_new = node.type == "new_expression"
    function = node.child_by_field_name("constructor" if is_new else "function")
    while function is not None and function.type in INNER and _plain(function):
        function = _plain(function)[0]
    positional = _plain(node.child_by_field_name("arguments"))
    result: dict[str, Any] = {"call": "", "line": line(node), "args": []}
    owner = function.child_by_field_name("object") if function is not None else None
    while owner is not None and owner.type in INNER and _plain(owner):
        owner = _plain(owner)[0]
    if owner is not None and owner.type in {"call_expression", "new_expression"} and function:
        result["on"] = expression(owner, depth + 1)
        result["line"] = function.end_point.row + 1
        result["call"] = text(function.child_by_field_name("property"))
    else:
        result["call"] = "".join(text(function).split())[:TEXT_CHARACTERS]
    result["args"] = [expression(one, depth + 1) for one in positional]
    return result


def _function(node: Node, depth: int) -> Expression:
    """A function is its parameters' names and the expressions that its body evaluates."""
    single = node.child_by_field_name("parameter")
    parameters = [single] if single is not None else _plain(node.child_by_field_name("parameters"))
    names = [text(one.child_by_field_name("pattern") or one) for one in parameters]
    body = node.child_by_field_name("body")
    evaluated: list[Expression] = []
    if body is not None and body.type == "statement_block":
        evaluated = list(_evaluated(body, depth + 1))
    elif body is not None:
        evaluated = [expression(body, depth + 1)]
    return {"function": names, "body": evaluated}


def _evaluated(block: Node, depth: int) -> Iterator[Expression]:
    if depth > NESTING:
        return
    for statement in _plain(block):
        if statement.type in {"expression_statement", "return_statement"}:
            yield expression(statement, depth)
        elif statement.type not in {"lexical_declaration", "function_declaration"}:
            yield from _evaluated(statement, depth + 1)


def outer_calls(language: str, root: Node, names: frozenset[str]) -> list[Expression]:
    """Return the calls of these names that are no part of another such call, nor of `down`."""
    calls: list[Expression] = []
    end = -1
    for _, node in captures(language, QUERY, root):
        if node.start_byte >= end and _short_name(node) in names and not _undoes(node):
            calls.append(call(node))
            end = node.end_byte
    return calls


def _short_name(node: Node) -> str:
    function = node.child_by_field_name("function") or node.child_by_field_name("constructor")
    if function is None:
        return ""
    if function.type == "member_expression":
        return text(function.child_by_field_name("property"))
    return text(function) if function.type == "identifier" else ""


def _undoes(node: Node) -> bool:
    """Tell whether a call stands in the function that takes a migration back."""
    parent = node.parent
    while parent is not None:
        key = parent.child_by_field_name("name") or parent.child_by_field_name("key")
        key = key or parent.child_by_field_name("left")
        if key is not None and DOWN.search(text(key)[-60:].rpartition(".")[2]):
            return True
        parent = parent.parent
    return False


def constants(root: Node) -> dict[str, str]:
    """Return the strings that a file's constants are."""
    texts: dict[str, str] = {}
    for node in root.named_children:
        inner = node.child_by_field_name("declaration") or node
        for declarator in inner.named_children if inner.type == "lexical_declaration" else ():
            value = expression(declarator.child_by_field_name("value"))
            if declarator.type == "variable_declarator" and isinstance(value, str):
                texts[text(declarator.child_by_field_name("name"))] = value
    return texts


def module_constants(root: Node) -> Iterator[tuple[str, Node]]:
    """Yield the constants of a module, each with what it is."""
    for node in root.named_children:
        inner = node.child_by_field_name("declaration") or node
        for declarator in inner.named_children if inner.type == "lexical_declaration" else ():
            value = declarator.child_by_field_name("value")
            while value is not None and value.type in INNER and _plain(value):
                value = _plain(value)[0]
            if value is not None:
                yield text(declarator.child_by_field_name("name")), value


def class_facts(language: str, root: Node) -> list[dict[str, Any]]:
    """Return the classes of a file with their decorators, bases and decorated members."""
    query = CLASSES.get(language, CLASSES["typescript"])
    return [_class(node) for _, node in captures(language, query, root) if _body(node)]


def _body(node: Node) -> Node | None:
    return node.child_by_field_name("body")


def _decorators(nodes: list[Node]) -> list[Expression]:
    decorators = [one for node in nodes for one in _plain(node)[:1] if node.type == "decorator"]
    return [expression(one) for one in decorators]


def _class(node: Node) -> dict[str, Any]:
    above = list(node.children)
    if node.parent is not None and node.parent.type == "export_statement":
        above = [*node.parent.children, *above]
    heritage = next((one for one in node.children if one.type == "class_heritage"), None)
    clause = _plain(heritage)[0] if _plain(heritage) else None
    if clause is not None and clause.type == "extends_clause":
        clause = clause.child_by_field_name("value")
    members: list[dict[str, Any]] = []
    waiting: list[Node] = []
    for child in _plain(_body(node)):
        if child.type == "decorator":
            waiting.append(child)
            continue
        if child.type in {"public_field_definition", "field_definition", "method_definition"}:
            members.append(_member(child, waiting))
        waiting = []
    return {
        "name": text(node.child_by_field_name("name")),
        "line": _class_line(node),
        "base": expression(clause) if clause is not None else None,
        "decorators": _decorators(above),
        "members": [one for one in members if one["decorators"] or one["static"]],
    }


def _class_line(node: Node) -> int:
    """Return the line of `class`, below decorators."""
    keyword = next((one for one in node.children if one.type in {"class", "abstract"}), node)
    return line(keyword)


def _member(node: Node, above: list[Node]) -> dict[str, Any]:
    name = node.child_by_field_name("name") or node.child_by_field_name("property")
    annotation = text(node.child_by_field_name("type")).lstrip(": ")
    marks = {text(one) for one in node.children}
    return {
        "name": text(name).strip("'\""),
        "line": line(name) if name is not None else line(node),
        "type": annotation[:TEXT_CHARACTERS] or None,
        "optional": "?" in marks,
        "static": "static" in marks,
        "decorators": _decorators([*above, *node.children]),
        "value": expression(node.child_by_field_name("value")) if "static" in marks else None,
    }


def table_constants(language: str, root: Node, names: frozenset[str]) -> dict[str, Expression]:
    """Return the constants that calls of these names make, by the constant's name."""
    by_name: dict[str, Expression] = {}
    for _, node in captures(language, "(variable_declarator) @made", root):
        value = node.child_by_field_name("value")
        if value is not None and value.type == "call_expression" and _short_name(value) in names:
            by_name[text(node.child_by_field_name("name"))] = call(value)
    return by_name


def schema_object(root: Node) -> Expression:
    """Return the object of objects that a file exports, each with the line of its key."""
    for node in root.named_children:
        inner = _plain(node)[0] if node.type == "expression_statement" else None
        value = inner.child_by_field_name("right") if inner is not None else None
        if value is not None and value.type == "object":
            lines = {
                text(one.child_by_field_name("key")).strip("'\""): line(one)
                for one in _plain(value)
                if one.type == "pair"
            }
            return {**expression(value), "lines": lines}
    return None
