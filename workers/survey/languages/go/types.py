"""Types of Go as plain data: what a name is declared to be, as far as routes and tables ask.

- `["t", package, name]`: a named type, `""` for one of the same package; pointers are left out
- `["[]", element]`, `["map", element]`: slices, arrays and maps by what they hold
- `["struct", [[name, type, embedded], ...]]`, `["iface", [method, ...]]`, `["func", [type, ...]]`
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workers.survey.syntax import text

if TYPE_CHECKING:
    from tree_sitter import Node

Type = list[Any]
_DEPTH = 12


def type_of(node: Node | None, depth: int = 0) -> Type | None:
    """Return a type as data, None for one that says nothing here."""
    if node is None or depth > _DEPTH:
        return None
    kind = node.type
    if kind in {"pointer_type", "parenthesized_type"}:
        return type_of(node.named_children[0] if node.named_children else None, depth + 1)
    if kind in {"type_identifier", "identifier"}:
        return ["t", "", text(node)]
    if kind in {"qualified_type", "generic_type"}:
        return _named(node, depth)
    if kind in {"slice_type", "array_type", "implicit_length_array_type"}:
        return ["[]", type_of(node.child_by_field_name("element"), depth + 1)]
    if kind == "map_type":
        return ["map", type_of(node.child_by_field_name("value"), depth + 1)]
    if kind == "struct_type":
        return ["struct", _fields(node, depth)]
    if kind == "interface_type":
        return ["iface", _methods(node)]
    if kind == "function_type":
        return ["func", [of for _, of in parameters(node.child_by_field_name("parameters"))]]
    return None


def _named(node: Node, depth: int) -> Type | None:
    if node.type == "generic_type":
        return type_of(node.child_by_field_name("type"), depth + 1)
    package = text(node.child_by_field_name("package"))
    return ["t", package, text(node.child_by_field_name("name"))]


def field_nodes(node: Node) -> list[Node]:
    """Return the declarations of fields in a struct."""
    listed = next((one for one in node.children if one.type == "field_declaration_list"), None)
    children = listed.named_children if listed else []
    return [one for one in children if one.type == "field_declaration"]


def _fields(node: Node, depth: int) -> list[list[Any]]:
    fields: list[list[Any]] = []
    for declared in field_nodes(node):
        of = type_of(declared.child_by_field_name("type"), depth + 1)
        names = declared.children_by_field_name("name")
        fields += [[text(name), of, False] for name in names]
        if not names and of is not None and of[0] == "t":
            fields.append([of[2], of, True])
    return fields


def _methods(node: Node) -> list[str]:
    names = (one.child_by_field_name("name") for one in node.named_children)
    return [text(name) for name in names if name is not None]


def parameters(node: Node | None) -> list[tuple[str, Type | None]]:
    """Return the names and types of a list of parameters; a variadic one is a slice."""
    listed: list[tuple[str, Type | None]] = []
    for declared in node.named_children if node is not None else ():
        if declared.type not in {"parameter_declaration", "variadic_parameter_declaration"}:
            continue
        of = type_of(declared.child_by_field_name("type"))
        if declared.type.startswith("variadic"):
            of = ["...", of]
        names = declared.children_by_field_name("name")
        listed += [(text(name), of) for name in names] or [("", of)]
    return listed
