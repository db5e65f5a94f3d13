"""Python files as data: imports, assignments, classes with their bodies, and calls."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from sessions.patterns import lazy_pattern
from workers.survey.syntax import captures, line, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

    from workers.survey.tables.expressions import Expression

_PLAIN = lazy_pattern(r"\"[^\"\\\n]*\"|'[^'\\\n]*'")
TEXT_CHARACTERS = 200
DEPTH = 40


def expression(node: Node | None, depth: int = 0) -> Expression:
    """Return an expression as data."""
    if node is None or depth > DEPTH:
        return {"text": "..."}
    kind = node.type
    if kind in _LITERALS:
        return _literal(node)
    if kind in {"identifier", "attribute", "dotted_name"} and "(" not in text(node):
        return {"name": "".join(text(node).split())}
    if kind == "call":
        return _call(node, depth)
    if kind in {"subscript", "generic_type"}:
        return _subscript(node, depth)
    if kind in {"list", "tuple", "set", "expression_list"}:
        return [expression(one, depth + 1) for one in _plain(node)]
    if kind == "dictionary":
        return {"map": dict(_pairs(node, depth))}
    if kind in {"parenthesized_expression", "type", "await"} and node.named_child_count:
        return expression(_plain(node)[0], depth + 1) if _plain(node) else {"text": "..."}
    if kind == "binary_operator":
        return _binary(node, depth)
    return {"text": text(node)[:TEXT_CHARACTERS]}


_LITERALS = {"string", "concatenated_string", "integer", "float", "true", "false", "none"}


def _literal(node: Node) -> Expression:
    literal = text(node)
    if node.type == "string" and _PLAIN.fullmatch(literal):
        return literal[1:-1]  # most are: to compile each of them would take longer than to parse
    try:
        value = ast.literal_eval(f"({literal})")
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return {"text": literal[:TEXT_CHARACTERS]}
    return value if isinstance(value, str | int | float | None) else {"text": literal}


def _subscript(node: Node, depth: int) -> Expression:
    """Return `Mapped[int]`: a subscript where it stands as a value, else a generic type."""
    parts = node.children_by_field_name("subscript")
    if node.type == "generic_type":
        parts = node.named_children[1].named_children
    keys = [expression(one, depth + 1) for one in parts]
    name = text(node.named_children[0])
    return {"call": name, "args": keys, "named": {}, "line": line(node), "index": True}


def _plain(node: Node) -> list[Node]:
    return [one for one in node.named_children if one.type != "comment"]


def _binary(node: Node, depth: int) -> Expression:
    """`a | b` is a call of `|`, so that a union of types can be read; lists are joined."""
    sides = [expression(node.child_by_field_name(side), depth + 1) for side in ("left", "right")]
    operator = text(node.child_by_field_name("operator"))
    if operator == "|":
        return {"call": "|", "args": sides, "named": {}, "line": line(node)}
    if operator == "+" and type(sides[0]) is type(sides[1]) and isinstance(sides[0], list | str):
        return sides[0] + sides[1]
    return {"text": text(node)[:TEXT_CHARACTERS]}


def _pairs(node: Node, depth: int) -> Iterator[tuple[str, Expression]]:
    for pair in node.named_children:
        if pair.type == "pair":
            key = expression(pair.child_by_field_name("key"), depth + 1)
            value = expression(pair.child_by_field_name("value"), depth + 1)
            yield key if isinstance(key, str) else str(key), value


def _call(node: Node, depth: int) -> Expression:
    function = node.child_by_field_name("function")
    listed = node.child_by_field_name("arguments")
    result: dict[str, Any] = {"call": "", "args": [], "named": {}, "line": line(node)}
    if function is not None and function.type == "attribute":
        owner = function.child_by_field_name("object")
        if owner is not None and owner.type == "call":
            result["on"] = expression(owner, depth + 1)
            result["call"] = text(function.child_by_field_name("attribute"))
    if not result["call"]:
        result["call"] = "".join(text(function).split())[:TEXT_CHARACTERS]
    for child in _plain(listed) if listed is not None else ():
        if child.type == "keyword_argument":
            name = text(child.child_by_field_name("name"))
            result["named"][name] = expression(child.child_by_field_name("value"), depth + 1)
        elif child.type == "list_splat" and child.named_children[0].type in {"list", "tuple"}:
            result["args"] += expression(child.named_children[0], depth + 1)
        elif child.type == "list_splat":
            result["args"].append({"splat": expression(child.named_children[0], depth + 1)})
        elif child.type == "dictionary_splat":
            result["named"]["**"] = expression(child.named_children[0], depth + 1)
        else:
            result["args"].append(expression(child, depth + 1))
    return result


def statements(block: Node) -> Iterator[Node]:
    """Return a block's statements, with those of the conditions and attempts in it."""
    for statement in block.named_children:
        if statement.type in {"if_statement", "try_statement", "with_statement"}:
            for inner in statement.named_children:
                if inner.type == "block":
                    yield from statements(inner)
                else:
                    yield from (
                        s for b in inner.children if b.type == "block" for s in statements(b)
                    )
        else:
            yield statement


def assignment(statement: Node) -> dict[str, Any] | None:
    """Return `name: annotation = value` as data, None for any other statement."""
    if statement.type != "expression_statement" or not statement.named_children:
        return None
    node = statement.named_children[0]
    left = node.child_by_field_name("left")
    if node.type != "assignment" or left is None or left.type not in {"identifier", "attribute"}:
        return None
    assigned: dict[str, Any] = {"name": text(left), "line": line(node)}
    annotation, right = node.child_by_field_name("type"), node.child_by_field_name("right")
    if annotation is not None:
        assigned["annotation"] = expression(annotation)
    while right is not None and right.type == "assignment":  # a = b = Column(...)
        right = right.child_by_field_name("right")
    if right is not None:
        assigned["value"] = expression(right)
    return assigned


def imports(root: Node) -> dict[str, str]:
    """Return what each imported name stands for: its module and name, dots in front if relative."""
    names: dict[str, str] = {}
    for node in statements(root):
        if node.type not in {"import_statement", "import_from_statement"}:
            continue
        module = node.child_by_field_name("module_name")
        before = text(module)
        if module is not None and any(one.type == "wildcard_import" for one in node.children):
            names[f"*{len(names)}"] = before
        for imported in node.children_by_field_name("name"):
            alias = imported.child_by_field_name("alias")
            name = (
                text(imported.child_by_field_name("name")) if alias is not None else text(imported)
            )
            joined = before if before.endswith(".") or not before else before + "."
            names[text(alias) if alias is not None else name] = joined + name
    return names


def classes(root: Node) -> list[Node]:
    """Return the classes of a file, wherever but inside another class."""
    outer: list[Node] = []
    for _, node in captures("python", "(class_definition) @class", root):
        if not outer or node.start_byte >= outer[-1].end_byte:
            outer.append(node)
    return outer


def class_fact(node: Node, depth: int = 0) -> dict[str, Any]:
    """Return a class with its bases, what its body assigns, and the classes inside it."""
    supers = node.child_by_field_name("superclasses")
    bases, keywords = [], {}
    for child in _plain(supers) if supers is not None else ():
        if child.type == "keyword_argument":
            value = expression(child.child_by_field_name("value"))
            keywords[text(child.child_by_field_name("name"))] = value
        else:
            bases.append(expression(child))
    body = node.child_by_field_name("body")
    fact: dict[str, Any] = {
        "name": text(node.child_by_field_name("name")), "line": line(node),
        "bases": bases, "named": keywords, "assigned": [], "classes": [],
    }  # fmt: skip
    for statement in statements(body) if body is not None else ():
        assigned = assignment(statement) or _attribute(statement)
        if assigned:
            fact["assigned"].append(assigned)
        elif statement.type == "class_definition" and depth < 3:
            fact["classes"].append(class_fact(statement, depth + 1))
    return fact


def _attribute(statement: Node) -> dict[str, Any] | None:
    """Return a `declared_attr` method as the assignment of what it returns."""
    function = statement.child_by_field_name("definition")
    if statement.type != "decorated_definition" or function is None:
        return None
    above = " ".join(text(one) for one in statement.children if one.type == "decorator")
    if "declared_attr" not in above and "declared_directive" not in above:
        return None
    body = function.child_by_field_name("body")
    returned = [one for one in statements(body) if one.type == "return_statement"] if body else []
    if not returned or not returned[-1].named_children:
        return None
    name = text(function.child_by_field_name("name"))
    value = expression(returned[-1].named_children[0])
    return {"name": name, "line": line(function), "value": value, "derived": True}


def calls_within(node: Node) -> Iterator[tuple[Node, Expression]]:
    """Return the outermost calls inside a node, in order."""
    pending = [node]
    while pending:
        inner = pending.pop()
        if inner.type == "call":
            yield inner, expression(inner)
        else:
            pending.extend(reversed(inner.named_children))
