"""Functions that return a column, or several: what a call of one stands for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sessions.patterns import lazy_pattern
from workers.survey.syntax import text
from workers.survey.tables.expressions import arguments, called, named, substituted
from workers.survey.tables.python_source import expression, statements

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tree_sitter import Node

    from workers.survey.tables.expressions import Expression

Helper = dict[str, Any]
_MAKES = lazy_pattern(rb"\b(?:Column|mapped_column|relationship|ForeignKey)\(")
_PLACE = lazy_pattern(r"\{(\w*)\}")
_FORMATTED = lazy_pattern(r"""f(['"])([^'"\\]*)\1""")


def helpers(root: Node, source: bytes) -> dict[str, Helper]:
    """Return the functions of a module by name, where it makes columns at all."""
    if _MAKES.search(source) is None:
        return {}
    by_name: dict[str, Helper] = {}
    for node in root.named_children:
        if node.type == "function_definition" and _MAKES.search(node.text or b""):
            helper = _helper(node)
            if helper is not None:
                by_name[text(node.child_by_field_name("name"))] = helper
    return by_name


def _helper(node: Node) -> Helper | None:
    body = node.child_by_field_name("body")
    returned = [s for s in statements(body) if s.type == "return_statement"] if body else []
    if len(returned) != 1 or not returned[0].named_children:
        return None
    value = expression(returned[0].named_children[0])
    return {"parameters": parameters(node), "returned": value}


def parameters(function: Node) -> list[list[Expression]]:
    """Return the names of a function's parameters, each with its default or None."""
    listed = function.child_by_field_name("parameters")
    named_ones: list[list[Expression]] = []
    for child in listed.named_children if listed is not None else ():
        name = child.child_by_field_name("name") or next(
            (each for each in child.named_children if each.type == "identifier"), None
        )
        if child.type == "identifier":
            named_ones.append([text(child), None])
        elif name is not None and "splat" not in child.type:
            default = child.child_by_field_name("value")
            named_ones.append([text(name), expression(default) if default is not None else None])
    return named_ones


def bindings(wanted: list[list[Expression]], call: Expression) -> dict[str, Expression]:
    """Return what a function's parameters stand for in a call."""
    bound = {name: default for name, default in wanted if default is not None}
    bound |= {name: value for (name, _), value in zip(wanted, arguments(call), strict=False)}
    names = {name for name, _ in wanted}
    return bound | {name: value for name, value in named(call).items() if name in names}


def called_with(helper: Helper, call: Expression) -> Expression:
    """Return what a call of a helper makes: its own `return`, with the arguments put in."""
    bound = bindings(helper["parameters"], call)
    made = filled(helper["returned"], bound)
    if isinstance(made, dict) and "**" in named(made):  # what it is given beside its parameters
        names = {name for name, _ in helper["parameters"]}
        more = {name: value for name, value in named(call).items() if name not in names}
        own = {name: value for name, value in named(made).items() if name != "**"}
        made = {**made, "named": {**own, **more}}
    return _at(made, call)


def _at(made: Expression, call: Expression) -> Expression:
    """Give what a helper made the line on which it is called."""
    if isinstance(made, list):
        return [_at(each, call) for each in made]
    return {**made, "line": call["line"]} if isinstance(made, dict) and "line" in made else made


def filled(form: Expression, bound: Mapping[str, Expression]) -> Expression:
    """Return an expression with names put in, and the texts that become known by it."""
    return _texts(substituted(form, bound), bound)


def _texts(form: Expression, bound: Mapping[str, Expression]) -> Expression:
    if isinstance(form, list):
        return [_texts(each, bound) for each in form]
    if not isinstance(form, dict):
        return form
    if called(form) == "format":
        written = _formatted(form)
        return form if written is None else written
    match = _FORMATTED.fullmatch(form["text"]) if isinstance(form.get("text"), str) else None
    if match:
        values = {name: value for name, value in bound.items() if isinstance(value, str | int)}
        known = all(name in values for name in _PLACE.findall(match[2]))
        if known and "{" not in _PLACE.sub("", match[2]):
            return _PLACE.sub(lambda place: str(values[place[1]]), match[2])
        return form
    return {
        key: {name: _texts(each, bound) for name, each in value.items()}
        if key in {"named", "map"}
        else _texts(value, bound)
        for key, value in form.items()
    }


def _formatted(call: Expression) -> str | None:
    """Return what `"{0}.{1}".format("users", "id")` makes, None where a part is unknown."""
    template = re.fullmatch(r"""(['"])([^'"\\]*)\1\.format""", str(call["call"]))
    if template is None:
        return None
    numbered = iter(range(len(arguments(call))))
    values: dict[str, Expression] = {str(n): value for n, value in enumerate(arguments(call))}
    values |= named(call)

    def put(place: re.Match[str]) -> str:
        value = values.get(place[1] or str(next(numbered, "")))
        return str(value) if isinstance(value, str | int) else "\0"

    written = _PLACE.sub(put, template[2])
    return None if "\0" in written else written


def expanded(call: Expression, known: Mapping[str, Helper]) -> Expression:
    """Return a call with the columns that its helpers make: `Table("x", key(), *stamps())`."""
    if not isinstance(call, dict) or "args" not in call:
        return call
    parts: list[Expression] = []
    for part in call["args"]:
        inner = part.get("splat", part) if isinstance(part, dict) else part
        helper = (
            known.get(str(inner["call"])) if isinstance(inner, dict) and "call" in inner else None
        )
        if helper is None:
            parts.append(part)
            continue
        made = called_with(helper, inner)
        parts += made if isinstance(made, list) else [made]
    return {**call, "args": parts}
