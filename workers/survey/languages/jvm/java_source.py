"""Reads a Java file into declarations."""

from __future__ import annotations

from functools import lru_cache
from textwrap import dedent
from typing import TYPE_CHECKING, Any

from workers.survey import syntax
from workers.survey.languages.jvm.declarations import NO_TYPE, empty_file, first_error
from workers.survey.syntax import NESTING, line, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

    from workers.survey.languages.jvm.declarations import (
        Annotation,
        Class,
        Expression,
        File,
        Member,
        Type,
    )

KINDS = {
    "class_declaration": "class",
    "interface_declaration": "interface",
    "annotation_type_declaration": "annotation",
    "enum_declaration": "enum",
    "record_declaration": "record",
}
_NAMES = ("identifier", "scoped_identifier", "field_access", "this")
_SIMPLE_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "s": " "}


@lru_cache(maxsize=2)
def declarations(source: bytes) -> File:
    """Return what a file declares; raises TooSlow."""
    root = syntax.parse("java", source).root_node
    file = empty_file()
    file["broken"] = first_error(root)
    for node in root.named_children:
        if node.type == "package_declaration":
            file["package"] = text(node.named_children[-1]) if node.named_children else ""
        elif node.type == "import_declaration":
            _add_import(file, node)
    waiting = [(node, "") for node in reversed(root.named_children)]
    while waiting:  # classes in classes, without recursion
        node, outer = waiting.pop()
        if node.type in KINDS:
            made = _class(node, outer)
            file["classes"].append(made)
            body = node.child_by_field_name("body")
            inner = list(_members(body)) if body is not None else []
            waiting += [(child, made["name"]) for child in reversed(inner)]
        elif node.type == "ERROR":
            waiting += [(child, outer) for child in reversed(node.named_children)]
    return file


def _add_import(file: File, node: Node) -> None:
    name = text(next((one for one in node.named_children if one.type != "asterisk"), None))
    if any(one.type == "asterisk" for one in node.named_children):
        file["wild"].append(name)
    else:
        file["imports"][name.rpartition(".")[2]] = name


def _members(body: Node) -> Iterator[Node]:
    """Yield what stands in the body of a class; of an enum behind its constants."""
    for node in body.named_children:
        if node.type == "enum_body_declarations":
            yield from node.named_children
        else:
            yield node


def _class(node: Node, outer: str) -> Class:
    name = text(node.child_by_field_name("name"))
    heading = node.child_by_field_name("name") or node
    made: Class = {
        "name": f"{outer}.{name}" if outer else name, "kind": KINDS[node.type],
        "line": line(heading), "notes": _annotations(node), "modifiers": _modifiers(node),
        "supers": list(_supers(node)), "parameters": _type_parameters(node),
        "fields": [], "methods": [], "constants": {}, "extends": "",
    }  # fmt: skip
    above = node.child_by_field_name("superclass")
    if above is not None:
        made["extends"] = made["supers"][0][0] if made["supers"] else ""
    if node.type == "record_declaration":
        made["fields"] += _components(node)
    body = node.child_by_field_name("body")
    for member in _members(body) if body is not None else ():
        if member.type in {"field_declaration", "constant_declaration"}:
            _add_fields(made, member)
        elif member.type in {"method_declaration", "annotation_type_element_declaration"}:
            made["methods"].append(_method(member))
    return made


def _supers(node: Node) -> Iterator[Type]:
    above = node.child_by_field_name("superclass")
    yield from map(type_of, above.named_children if above is not None else ())
    for child in node.children:
        if child.type in {"super_interfaces", "extends_interfaces"}:
            for listed in child.named_children:
                yield from map(type_of, listed.named_children)


def _type_parameters(node: Node) -> list[str]:
    listed = node.child_by_field_name("type_parameters")
    names = listed.named_children if listed is not None else ()
    return [text(one.named_children[0]) for one in names if one.named_children]


def _components(node: Node) -> list[Member]:
    listed = node.child_by_field_name("parameters")
    return [
        {
            "name": text(one.child_by_field_name("name")),
            "type": type_of(one.child_by_field_name("type")),
            "notes": _annotations(one), "modifiers": [], "line": line(one), "value": None,
        }
        for one in (listed.named_children if listed is not None else ())
        if one.type == "formal_parameter"
    ]  # fmt: skip


def _add_fields(made: Class, member: Node) -> None:
    kind = type_of(member.child_by_field_name("type"))
    notes, modifiers = _annotations(member), _modifiers(member)
    for declared in member.children_by_field_name("declarator"):
        name = text(declared.child_by_field_name("name"))
        value = expression(declared.child_by_field_name("value"))
        is_constant = member.type == "constant_declaration" or "final" in modifiers
        if is_constant and value is not None and value[0] in {"str", "cat", "name", "call"}:
            made["constants"][name] = value
        made["fields"].append(
            {
                "name": name, "type": kind, "notes": notes, "modifiers": modifiers,
                "line": line(declared), "value": value,
            }
        )  # fmt: skip


def _method(node: Node) -> Member:
    listed = node.child_by_field_name("parameters")
    parameters = [
        one for one in (listed.named_children if listed is not None else ())
        if one.type in {"formal_parameter", "spread_parameter"}
    ]  # fmt: skip
    body = node.child_by_field_name("body")
    return {
        "name": text(node.child_by_field_name("name")),
        "type": type_of(node.child_by_field_name("type")),
        "notes": _annotations(node), "modifiers": _modifiers(node),
        "line": line(node.child_by_field_name("name") or node),
        "parameters": [
            [text(one.child_by_field_name("name")), type_of(one.child_by_field_name("type"))]
            for one in parameters
        ],
        "value": expression(node.child_by_field_name("value")),
        "body": block(body) if body is not None and _is_routing(node.text or b"") else None,
        "has_body": body is not None,
    }  # fmt: skip


def _is_routing(source: bytes) -> bool:
    """Tell whether what a method does decides what is served."""
    return b"RouterFunction" in source or b"addPathPrefix" in source


def _modifiers(node: Node) -> list[str]:
    listed = next((one for one in node.children if one.type == "modifiers"), None)
    return [one.type for one in listed.children if not one.is_named] if listed else []


def _annotations(node: Node) -> list[Annotation]:
    listed = next((one for one in node.children if one.type == "modifiers"), None)
    return [
        annotation(one)
        for one in (listed.children if listed is not None else ())
        if one.type in {"annotation", "marker_annotation"}
    ]


def annotation(node: Node, depth: int = 0) -> Annotation:
    """Return an annotation with what stands in it by name; a lone value is called `value`."""
    values: dict[str, Expression] = {}
    arguments = node.child_by_field_name("arguments")
    for part in arguments.named_children if arguments is not None else ():
        if part.type == "element_value_pair":
            name = text(part.child_by_field_name("key"))
            values[name] = expression(part.child_by_field_name("value"), depth + 1)
        elif "comment" not in part.type:
            values["value"] = expression(part, depth + 1)
    return {"name": text(node.child_by_field_name("name")), "values": values, "line": line(node)}


def type_of(node: Node | None, depth: int = 0) -> Type:
    """Return a type without its packages; of an array what is in it, in `[]`."""
    if node is None or depth > NESTING:
        return list(NO_TYPE)
    if node.type == "generic_type":
        arguments = [one for one in node.named_children if one.type == "type_arguments"]
        inner = [type_of(one, depth + 1) for listed in arguments for one in listed.named_children]
        return [text(node.named_children[0]), inner, False]
    if node.type == "array_type":
        return ["[]", [type_of(node.child_by_field_name("element"), depth + 1)], False]
    if node.type == "annotated_type":
        return type_of(node.named_children[-1], depth + 1)
    return [text(node), [], False]


def expression(node: Node | None, depth: int = 0) -> Expression:
    """Return an expression as plain data, None for what routes and tables do not depend on."""
    if node is None or depth > NESTING:
        return None
    if node.type in _NAMES or node.type == "type_identifier":
        return ["name", "".join(text(node).split())]
    reads = _READERS.get(node.type)
    return reads(node, depth + 1) if reads is not None else None


def _string(node: Node, _depth: int) -> Expression:
    raw = text(node)
    if raw.startswith('"""'):
        return ["str", dedent(raw[3:-3].partition("\n")[2])]
    parts = [
        _unescaped(text(one)) if one.type == "escape_sequence" else text(one)
        for one in node.named_children
    ]
    return ["str", "".join(parts)]


def _unescaped(escape: str) -> str:
    return _SIMPLE_ESCAPES.get(escape[1:], escape[1:])


def _binary(node: Node, depth: int) -> Expression:
    """Return the parts of a sum; a long one is nested to the left."""
    parts: list[Expression] = []
    current: Node | None = node
    while current is not None and current.type == "binary_expression":
        if text(current.child_by_field_name("operator")) != "+":
            return None
        parts.append(expression(current.child_by_field_name("right"), depth))
        current = current.child_by_field_name("left")
    parts.append(expression(current, depth))
    return ["cat", parts[::-1]]


def _list(node: Node, depth: int) -> Expression:
    return ["list", [expression(one, depth) for one in _uncommented(node)]]


def _uncommented(node: Node) -> list[Node]:
    return [one for one in node.named_children if "comment" not in one.type]


def _inside(node: Node, depth: int) -> Expression:
    return expression(node.named_children[-1] if node.named_children else None, depth)


def _note(node: Node, depth: int) -> Expression:
    return ["note", annotation(node, depth)]


def _literal(node: Node, _depth: int) -> Expression:
    return ["lit", text(node)]


def _class_literal(node: Node, _depth: int) -> Expression:
    return ["type", text(node.named_children[0]) if node.named_children else ""]


def _call(node: Node, depth: int) -> Expression:
    """Return a call; a chain of them is nested in the receivers."""
    name = node.child_by_field_name("name")
    arguments = node.child_by_field_name("arguments")
    return [
        "call",
        expression(node.child_by_field_name("object"), depth),
        text(name),
        [expression(one, depth) for one in _uncommented(arguments)] if arguments else [],
        line(name or node),
        [],
    ]


def _made(node: Node, depth: int) -> Expression:
    arguments = node.child_by_field_name("arguments")
    values = [expression(one, depth) for one in _uncommented(arguments)] if arguments else []
    return ["call", None, type_of(node.child_by_field_name("type"))[0], values, line(node), []]


def _reference(node: Node, _depth: int) -> Expression:
    return ["ref", text(node)]


def _lambda(node: Node, depth: int) -> Expression:
    names = node.child_by_field_name("parameters")
    listed = [names] if names is not None and names.type == "identifier" else (
        [one.child_by_field_name("name") or one for one in names.named_children] if names else []
    )  # fmt: skip
    body = node.child_by_field_name("body")
    statements = block(body, depth) if body is not None and body.type == "block" else [
        ["return", expression(body, depth)]
    ]  # fmt: skip
    return ["lambda", [text(one) for one in listed], statements]


def block(node: Node, depth: int = 0) -> list[Any]:
    """Return the statements of a block, those in conditions and loops as blocks of their own."""
    statements: list[Any] = []
    for child in node.named_children if depth <= NESTING else ():
        if child.type == "expression_statement":
            statements.append(expression(child.named_children[0], depth + 1))
        elif child.type == "return_statement":
            value = child.named_children[-1] if child.named_children else None
            statements.append(["return", expression(value, depth + 1)])
        elif child.type == "local_variable_declaration":
            statements += [
                ["let", text(one.child_by_field_name("name")),
                 expression(one.child_by_field_name("value"), depth + 1)]
                for one in child.children_by_field_name("declarator")
            ]  # fmt: skip
        elif child.type.endswith("statement") or child.type in {"block", "else"}:
            statements.append(["block", block(child, depth + 1)])
    return statements


def _assignment(node: Node, depth: int) -> Expression:
    left = text(node.child_by_field_name("left"))
    return ["let", left, expression(node.child_by_field_name("right"), depth)]


_READERS: dict[str, Any] = {
    "string_literal": _string,
    "binary_expression": _binary,
    "element_value_array_initializer": _list,
    "array_initializer": _list,
    "parenthesized_expression": _inside,
    "cast_expression": _inside,
    "annotation": _note,
    "marker_annotation": _note,
    "class_literal": _class_literal,
    "true": _literal,
    "false": _literal,
    "decimal_integer_literal": _literal,
    "character_literal": _literal,
    "method_invocation": _call,
    "object_creation_expression": _made,
    "method_reference": _reference,
    "lambda_expression": _lambda,
    "assignment_expression": _assignment,
}
