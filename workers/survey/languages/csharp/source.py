"""Types of a C# file as JSON: their attributes, bases, constants, properties and methods.

    {"name", "path", "line", "kind", "modifiers", "attributes", "bases", "base_arguments",
     "parameters", "is_generic", "constants", "properties", "methods"}

A path has the namespace and the outer types in front. Of a method the body is there only where it
holds one of the words that are asked for. The top-level statements of a file are the method `` of
a type whose kind is `program`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sessions.patterns import lazy_pattern
from workers.survey.languages.csharp.expressions import (
    arguments,
    plain_type,
    statements,
    statements_of,
    type_name,
    value,
)
from workers.survey.syntax import NESTING, line, parse, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

Type = dict[str, Any]
Method = dict[str, Any]
_TYPES = {
    "class_declaration": "class",
    "record_declaration": "class",
    "struct_declaration": "struct",
    "interface_declaration": "interface",
}
_ENUM = lazy_pattern(rb"\benum\s{1,9}(\w{1,100})")
_METHODS = frozenset({"method_declaration", "constructor_declaration", "local_function_statement"})
_SPACES = frozenset({"namespace_declaration", "declaration_list", "compilation_unit"})
_BUILDERS = (b"RouteBuilder", b"RouteGroupBuilder", b"WebApplication", b"IApplicationBuilder")
_ATTRIBUTE_LISTS = frozenset({"attribute_list", "preproc_if_in_attribute_list"})


def types(source: bytes, words: tuple[bytes, ...]) -> list[Type]:
    """Return the types of a file in their order; raises TooSlow."""
    tree = parse("c_sharp", source)
    listed: list[Type] = []
    program = _program(tree.root_node, words)
    waiting: list[tuple[Node, str, int]] = [(tree.root_node, "", 0)]
    while waiting:
        node, path, depth = waiting.pop()
        inner = path
        for child in _flat(node):
            if child.type == "file_scoped_namespace_declaration":
                inner = _joined(path, text(child.child_by_field_name("name")))
            elif child.type == "namespace_declaration" and depth < NESTING:
                name = _joined(path, text(child.child_by_field_name("name")))
                waiting.append((child.child_by_field_name("body") or child, name, depth + 1))
            elif child.type in _TYPES:
                declared = _type(child, inner, words)
                listed.append(declared)
                body = child.child_by_field_name("body")
                if body is not None and depth < NESTING:
                    waiting.append((body, declared["path"], depth + 1))
    if program is not None:
        listed.append(program)
    return sorted(listed, key=lambda declared: int(declared["line"]))


def _joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _flat(node: Node) -> Iterator[Node]:
    """Yield the children of a body; what a condition of the preprocessor holds is among them."""
    waiting = list(reversed(node.named_children))
    while waiting:
        child = waiting.pop()
        if child.type.startswith("preproc_") or child.type == "ERROR":
            waiting += reversed(child.named_children)
        else:
            yield child


def _program(root: Node, words: tuple[bytes, ...]) -> Type | None:
    """Return the statements of a file outside of all types, and the functions among them."""
    globals_ = [one for one in _flat(root) if one.type.endswith("_statement")]
    if not globals_:
        return None
    done = statements_of(globals_)
    main: Method = {
        "name": "", "attributes": [], "modifiers": ["static"], "parameters": [], "returns": "",
        "line": line(globals_[0]), "is_generic": False, "body": done,
    }  # fmt: skip
    inner = [
        _method(each, words)
        for one in globals_
        for each in (one, *one.named_children)
        if each.type == "local_function_statement"
    ]
    return {
        "name": "", "path": "", "line": line(globals_[0]), "kind": "program", "modifiers": [],
        "attributes": [], "bases": [], "base_arguments": [], "parameters": [], "is_generic": False,
        "constants": [], "properties": [], "methods": [main, *inner],
    }  # fmt: skip


def _type(node: Node, path: str, words: tuple[bytes, ...]) -> Type:
    name = text(node.child_by_field_name("name"))
    bases = next(
        (declared for declared in node.named_children if declared.type == "base_list"), None
    )
    listed = next(
        (declared for declared in node.named_children if declared.type == "parameter_list"), None
    )
    generic = any(declared.type == "type_parameter_list" for declared in node.named_children)
    declared: Type = {
        "name": name, "path": _joined(path, name), "line": line(node), "kind": _TYPES[node.type],
        "modifiers": _modifiers(node), "attributes": attributes(node), "bases": [],
        "base_arguments": [], "parameters": _parameters(listed), "is_generic": generic,
        "constants": [], "properties": [], "methods": [],
    }  # fmt: skip
    for base in bases.named_children if bases is not None else ():
        if base.type == "argument_list":
            declared["base_arguments"] = arguments(base)
        elif base.type == "primary_constructor_base_type":
            declared["bases"].append(_dotted(text(base)))
            declared["base_arguments"] = arguments(next(iter(base.named_children[-1:]), None))
        else:
            declared["bases"].append(text(base))
    body = node.child_by_field_name("body")
    for member in _flat(body) if body is not None else ():
        if member.type in _METHODS:
            declared["methods"].append(_method(member, words))
        elif member.type == "field_declaration":
            declared["constants"] += _constants(member)
        elif member.type == "property_declaration":
            declared["properties"].append(_property(member))
    return declared


def _dotted(written: str) -> str:
    return written.partition("<")[0]


def _modifiers(node: Node) -> list[str]:
    return [text(one) for one in node.named_children if one.type == "modifier"]


def attributes(node: Node) -> list[list[Any]]:
    """Return the attributes of a declaration: name without `Attribute`, arguments, line."""
    listed: list[list[Any]] = []
    for group in node.named_children:
        if group.type not in _ATTRIBUTE_LISTS:
            continue
        for child in group.named_children:
            if child.type == "attribute":
                name = plain_type(text(child.child_by_field_name("name")))
                bare = name.removesuffix("Attribute") or name
                passed = next(
                    (each for each in child.named_children if "argument_list" in each.type), None
                )
                listed.append([bare, arguments(passed), line(child)])
    return listed


def _method(node: Node, words: tuple[bytes, ...]) -> Method:
    body = node.child_by_field_name("body")
    name = text(node.child_by_field_name("name"))
    listed = node.child_by_field_name("parameters")
    is_wanted = name in {"Configure", "Main"} or _holds(body, words) or _holds(listed, _BUILDERS)
    method: Method = {
        "name": name,
        "attributes": attributes(node),
        "modifiers": _modifiers(node),
        "parameters": _parameters(listed),
        "returns": type_name(
            node.child_by_field_name("returns") or node.child_by_field_name("type")
        ),
        "line": line(node.child_by_field_name("name") or node),
        "is_generic": any(each.type == "type_parameter_list" for each in node.named_children),
        "body": statements(body) if is_wanted else None,
    }
    if node.type == "constructor_declaration":
        method["is_constructor"] = True
        started = next(
            (each for each in node.named_children if each.type == "constructor_initializer"), None
        )
        if started is not None:
            method["base_arguments"] = arguments(next(iter(started.named_children[-1:]), None))
    return method


def _holds(node: Node | None, words: tuple[bytes, ...]) -> bool:
    """Tell whether a part of the source holds a word."""
    written = (node.text or b"") if node is not None else b""
    return any(word in written for word in words)


def _parameters(node: Node | None) -> list[list[Any]]:
    """Return parameters: name, type, default value or None, whether it is `this`."""
    listed: list[list[Any]] = []
    for child in node.named_children if node is not None else ():
        if child.type != "parameter":
            continue
        name, kind = child.child_by_field_name("name"), child.child_by_field_name("type")
        last = child.named_children[-1]
        default = value(last) if name is not None and last.start_byte > name.start_byte else None
        is_this = any(each.type == "modifier" and text(each) == "this" for each in child.children)
        listed.append([text(name), type_name(kind), default, is_this])
    return listed


def _constants(node: Node) -> list[list[Any]]:
    """Return the fields of a type that cannot change and have a value."""
    fixed = set(_modifiers(node))
    if "const" not in fixed and "readonly" not in fixed:
        return []
    declaration = next(
        (child for child in node.named_children if "declaration" in child.type), None
    )
    listed: list[list[Any]] = []
    for child in declaration.named_children if declaration is not None else ():
        name = child.child_by_field_name("name")
        if child.type == "variable_declarator" and name is not None:
            last = child.named_children[-1]
            listed.append([text(name), value(last) if last.id != name.id else None])
    return listed


def _property(node: Node) -> dict[str, Any]:
    initial = node.child_by_field_name("value")
    if initial is not None and initial.type == "arrow_expression_clause":
        initial = next(iter(initial.named_children), None)
    accessors = next((one for one in node.named_children if one.type == "accessor_list"), None)
    return {
        "name": text(node.child_by_field_name("name")),
        "type": text(node.child_by_field_name("type")),
        "attributes": attributes(node),
        "modifiers": _modifiers(node),
        "line": line(node.child_by_field_name("name") or node),
        "value": value(initial),
        "is_set": _holds(accessors, (b"set", b"init")),
        "is_computed": accessors is None,
    }  # fmt: skip


def enums(source: bytes) -> list[str]:
    """Return the names of a file's enumerations."""
    return sorted({match[1].decode() for match in _ENUM.finditer(source)})
