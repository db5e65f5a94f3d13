"""The plain data that Java and Kotlin files are read into, the same for both; all of it is JSON.

An expression is a list that begins with what it is:

    ["str", text]                       ["name", "Routes.BASE"]       ["lit", "true"]
    ["cat", [expression ...]]           ["list", [expression ...]]    ["type", "Owner"]
    ["note", annotation]                ["ref", "handler::list"]      ["named", name, expression]
    ["call", receiver, name, [argument ...], line, [type ...]]        ["lambda", [name ...], block]
    ["let", name, expression]           ["return", expression]        ["block", block]

or None for what is nothing of these; a block is a list of expressions. A lambda behind a call is
its last argument. A type is [name, [type ...], whether it may be null].
"""

from __future__ import annotations

from typing import Any

Expression = list[Any] | None
Type = list[Any]
Annotation = dict[str, Any]  # name, values: what stands in it by name, line
Member = dict[str, Any]  # a field or a method: name, type, notes, modifiers, line
Class = dict[str, Any]  # name with that of outer classes, kind, supers, notes, fields, methods
File = dict[str, Any]  # package, imports, wild, classes, functions, constants

NO_TYPE: Type = ["", [], False]


def note(member: Member | Class, *names: str) -> Annotation | None:
    """Return the first annotation of these simple names."""
    return next((one for one in member["notes"] if simple(one["name"]) in names), None)


def simple(name: str) -> str:
    """Return the last part of a dotted name."""
    return name.rpartition(".")[2]


def value(annotation: Annotation | None, *names: str) -> Expression:
    """Return what an annotation says under the first of these names that it has."""
    values = annotation["values"] if isinstance(annotation, dict) else {}
    return next((values[name] for name in names if name in values), None)


def literal(expression: Expression) -> str | None:
    """Return a plain text, None for anything else."""
    return str(expression[1]) if expression and expression[0] == "str" else None


def unnamed(expression: Expression) -> Expression:
    """Return what an argument is, without its name."""
    return expression[2] if expression and expression[0] == "named" else expression


def listed(expression: Expression) -> list[Expression]:
    """Return the parts of a list, of anything else itself."""
    if expression is None:
        return []
    return list(expression[1]) if expression[0] == "list" else [expression]


def empty_file() -> File:
    """Return the declarations of a file that declares nothing."""
    return {
        "package": "", "imports": {}, "wild": [], "classes": [], "functions": [], "constants": {},
        "broken": None,
    }  # fmt: skip


def first_error(root: Any) -> int | None:
    """Return the line of the first part that the grammar did not understand, None for none."""
    waiting = [root] if root.has_error else []
    while waiting:
        node = waiting.pop()
        if node.type == "ERROR":
            return int(node.start_point.row) + 1
        waiting.extend(one for one in reversed(node.children) if one.has_error)
    return None
