"""Reads a Kotlin file into declarations; its expressions are read by `kotlin_expressions`."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from sessions.patterns import lazy_pattern
from workers.survey import syntax
from workers.survey.languages.jvm.declarations import empty_file, first_error
from workers.survey.languages.jvm.kotlin_expressions import (
    annotation,
    block,
    expression,
    type_of,
    uncommented,
)
from workers.survey.syntax import line, text

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

TYPES = ("user_type", "nullable_type", "function_type", "non_nullable_type")
_CLASSES = ("class_declaration", "object_declaration", "companion_object")
_BODIES = ("class_body", "enum_class_body")
_ACCESSORS = frozenset({"getter", "setter", "property_delegate", "type_constraints"})
_ANNOTATED = (*_CLASSES, "function_declaration", "property_declaration")
_CALL_OF_GET = lazy_pattern(rb"^([ \t]{0,200})[ \t]get(?=\(\s{0,20}[^)\s]|\s{0,20}[{<])")
_ROUTING = (b"rout", b"Rout", b"nest", b"addPathPrefix")


@lru_cache(maxsize=2)
def declarations(source: bytes) -> File:
    """Return what a file declares; raises TooSlow."""
    root = _root(source)
    file = empty_file()
    file["broken"] = first_error(root)
    waiting = [(node, "") for node in reversed(root.named_children)]
    while waiting:  # classes in classes, without recursion
        node, outer = waiting.pop()
        if node.type == "package_header":
            file["package"] = "".join(text(node.named_children[-1]).split())
        elif node.type == "import":
            _add_import(file, node)
        elif node.type == "property_declaration" and not outer:
            _add_property(file, node)
        elif node.type == "function_declaration":
            file["functions"].append(_function(node, outer))
        elif node.type in _CLASSES:
            made = _class(node, outer)
            file["classes"].append(made)
            waiting += [(child, made["name"]) for child in reversed(list(_members(node)))]
        elif node.type == "ERROR":
            waiting += [(child, outer) for child in reversed(node.named_children)]
    return file


def _root(source: bytes) -> Node:
    """Return the tree of a file, of the better one of two readings.

    A call of `get` on the line behind a property is read as its getter, which breaks the file.
    """
    root = syntax.parse("kotlin", source).root_node
    if not root.has_error:
        return root
    separated = _separated(source)
    if separated == source:
        return root
    other = syntax.parse("kotlin", separated).root_node
    return other if _broken_bytes(other) < _broken_bytes(root) else root


def _separated(source: bytes) -> bytes:
    """Put a semicolon before each call of `get` that begins a line behind another statement."""
    lines = source.split(b"\n")
    before = b"{"
    for number, content in enumerate(lines):
        code = content.strip()
        if code.startswith((b"*", b"/*", b"//")) or not code:
            continue
        if not before.endswith((b"{", b"->", b"else", b"=", b",", b"(")):
            lines[number] = _CALL_OF_GET.sub(rb"\1;get", content)
        before = code
    return b"\n".join(lines)


def _broken_bytes(root: Node) -> int:
    """Return how much of a file is in errors."""
    count = 0
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.type == "ERROR":
            count += node.end_byte - node.start_byte
        elif node.has_error:
            waiting.extend(node.children)
    return count


def _add_import(file: File, node: Node) -> None:
    names = node.named_children
    if not names:
        return
    name = "".join(text(names[0]).split())
    if text(node).rstrip().endswith("*"):
        file["wild"].append(name)
    else:
        file["imports"][text(names[-1]) if len(names) > 1 else name.rpartition(".")[2]] = name


def _add_property(file: File, node: Node) -> None:
    member = _property(node)
    if member["value"] is not None:
        file["constants"][member["name"]] = member["value"]


def _members(node: Node) -> Iterator[Node]:
    for body in node.children:
        if body.type in _BODIES:
            yield from body.named_children


def _class(node: Node, outer: str) -> Class:
    name = node.child_by_field_name("name")
    is_companion = node.type == "companion_object"
    # What a companion holds is named by its class: it is no class of its own.
    own = "Companion" if is_companion else text(name)
    modifiers, notes = _modifiers(node), _annotations(node)
    made: Class = {
        "name": f"{outer}.{own}" if outer else own, "kind": _kind(node, modifiers),
        "line": line(name or node), "notes": notes, "modifiers": modifiers,
        "supers": list(_supers(node)), "parameters": _type_parameters(node),
        "fields": list(_constructor(node)), "methods": [], "constants": {},
        "arguments": _super_arguments(node), "extends": _superclass(node), "init": [],
    }  # fmt: skip
    for member in _members(node):
        if member.type == "property_declaration":
            field = _property(member)
            made["fields"].append(field)
            if field["value"] is not None:
                made["constants"][field["name"]] = field["value"]
        elif member.type == "anonymous_initializer":
            made["init"] += [each for one in member.named_children for each in block(one)]
        elif member.type == "function_declaration":
            made["methods"].append(_function(member, made["name"]))
    return made


def _kind(node: Node, modifiers: list[str]) -> str:
    if node.type != "class_declaration":
        return "object"
    if any(one.type == "interface" for one in node.children):
        return "interface"
    return next((one for one in ("enum", "annotation") if one in modifiers), "class")


def _delegations(node: Node) -> Iterator[Node]:
    for listed in node.children:
        if listed.type == "delegation_specifiers":
            for part in listed.named_children:
                yield from part.named_children


def _supers(node: Node) -> Iterator[Type]:
    for part in _delegations(node):
        if part.type in {"constructor_invocation", "explicit_delegation"} and part.named_children:
            yield type_of(part.named_children[0])
        elif part.type in TYPES:
            yield type_of(part)


def _superclass(node: Node) -> str:
    """Return the class above a class: what is called; interfaces are only named."""
    called = [one for one in _delegations(node) if one.type == "constructor_invocation"]
    return str(type_of(called[0].named_children[0])[0]) if called else ""


def _super_arguments(node: Node) -> list[Expression]:
    """Return what the constructor of the class above is called with."""
    for part in _delegations(node):
        if part.type == "constructor_invocation":
            listed = [inner for inner in part.named_children if inner.type == "value_arguments"]
            return [expression(value) for inner in listed for value in uncommented(inner)]
    return []


def _type_parameters(node: Node) -> list[str]:
    listed = next((one for one in node.children if one.type == "type_parameters"), None)
    names = listed.named_children if listed is not None else ()
    identifiers = [
        next((inner for inner in one.named_children if inner.type == "identifier"), None)
        for one in names
    ]
    return [text(one) for one in identifiers]


def _constructor(node: Node) -> Iterator[Member]:
    """Yield the properties that the constructor declares; a parameter without `val` is none."""
    for constructor in node.children:
        if constructor.type != "primary_constructor":
            continue
        for listed in constructor.named_children:
            for part in listed.named_children if listed.type == "class_parameters" else ():
                if any(child.type in {"val", "var"} for child in part.children):
                    yield _parameter(part)


def _parameter(node: Node) -> Member:
    name = next((one for one in node.named_children if one.type == "identifier"), None)
    kind = next((one for one in node.named_children if one.type in TYPES), None)
    last = node.named_children[-1]
    has_default = kind is not None and last.start_byte >= kind.end_byte
    return {
        "name": text(name), "type": type_of(kind), "notes": _annotations(node),
        "modifiers": _modifiers(node), "line": line(name or node),
        "value": expression(last) if has_default else None, "plain": True,
    }  # fmt: skip


def _property(node: Node) -> Member:
    declared = _first(node.named_children, "variable_declaration")
    inner = declared.named_children if declared is not None else []
    name = _first(inner, "identifier")
    behind = [one for one in node.named_children if declared and one.start_byte > declared.end_byte]
    value = next((one for one in behind if one.type not in _ACCESSORS), None)
    getter = _first(behind, "getter")
    is_computed = getter is not None and _first(getter.named_children, "function_body") is not None
    is_delegated = _first(behind, "property_delegate") is not None
    return {
        "name": text(name), "type": type_of(_first(inner, *TYPES)), "notes": _annotations(node),
        "modifiers": [*_modifiers(node), *(["static"] if _is_static(node) else [])],
        "line": line(name or node), "value": expression(value),
        # Without a field behind it, nothing is stored.
        "plain": not (is_delegated or (is_computed and value is None)),
    }  # fmt: skip


def _first(nodes: list[Node], *kinds: str) -> Node | None:
    """Return the first node of these types."""
    return next((one for one in nodes if one.type in kinds), None)


def _is_static(node: Node) -> bool:
    above = node.parent.parent if node.parent is not None else None
    return above is not None and above.type == "companion_object"


def _function(node: Node, outer: str) -> Member:
    name = node.child_by_field_name("name")
    before = [one for one in node.named_children if name and one.end_byte <= name.start_byte]
    receiver = _first(before, *TYPES)
    behind = [one for one in node.named_children if name and one.start_byte >= name.end_byte]
    body = _first(behind, "function_body")
    listed = _first(behind, "function_value_parameters")
    is_routing = receiver is not None or any(mark in (node.text or b"") for mark in _ROUTING)
    return {
        "name": text(name), "class": outer, "receiver": type_of(receiver)[0],
        "parameters": [_named(one) for one in _parameters(listed)],
        "defaults": _defaults(listed) if is_routing else {},
        "notes": _annotations(node), "modifiers": _modifiers(node),
        "line": line(name or node), "type": type_of(_first(behind, *TYPES)),
        "body": _body(body) if body is not None and is_routing else None,
        "has_body": body is not None,
    }  # fmt: skip


def _body(node: Node) -> list[Expression]:
    inner = node.named_children[-1] if node.named_children else None
    if inner is None or inner.type == "block":
        return block(inner) if inner is not None else []
    return [["return", expression(inner)]]


def _parameters(listed: Node | None) -> list[Node]:
    return [one for one in listed.named_children if one.type == "parameter"] if listed else []


def _defaults(listed: Node | None) -> dict[str, Expression]:
    """Return what parameters are where a call leaves them out."""
    defaults: dict[str, Expression] = {}
    name = ""
    for part in listed.named_children if listed is not None else ():
        if part.type == "parameter":
            name = text(part.named_children[0] if part.named_children else None)
        elif "comment" not in part.type and "modifiers" not in part.type:
            defaults[name] = expression(part)
    return defaults


def _named(node: Node) -> list[object]:
    name = node.named_children[0] if node.named_children else None
    kind = next((one for one in node.named_children if one.type in TYPES), None)
    return [text(name), type_of(kind)]


def _modifiers(node: Node) -> list[str]:
    listed = next((one for one in node.children if one.type == "modifiers"), None)
    plain = [one for one in listed.named_children if "annotation" not in one.type] if listed else []
    return [text(one) for one in plain]


def _annotations(node: Node) -> list[Annotation]:
    listed = [one for one in node.children if one.type in {"modifiers", "parameter_modifiers"}]
    inside = [
        annotation(inner)
        for one in listed
        for inner in one.named_children
        if inner.type == "annotation"
    ]
    return [*_before(node), *inside] if node.type in _ANNOTATED else inside


def _before(node: Node) -> list[Annotation]:
    """Return the annotations that the grammar reads as an expression before a declaration."""
    previous = node.prev_named_sibling
    while previous is not None and "comment" in previous.type:
        previous = previous.prev_named_sibling
    if previous is None or previous.type != "annotated_expression":
        return []
    parts = [one for one in previous.named_children if "comment" not in one.type]
    notes = [annotation(one) for one in parts if one.type == "annotation"]
    if notes and parts[-1].type == "parenthesized_expression" and not notes[-1]["values"]:
        notes[-1]["values"] = {"value": expression(parts[-1])}
    return notes
