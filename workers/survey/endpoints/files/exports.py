"""What a script exports, each name with its line, and which methods a handler answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from workers.survey.syntax import line, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

_DECLARATIONS = {"lexical_declaration", "variable_declaration"}
_NAMED = {
    "function_declaration", "generator_function_declaration", "class_declaration",
    "abstract_class_declaration",
}  # fmt: skip
_PATTERN_DEPTH = 5
_NAME = 100


class Export(NamedTuple):
    """A name that a module exports: `local` is what it is called there, `value` its code."""

    name: str
    local: str
    line: int
    value: Node | None = None


def exports_of(root: Node) -> tuple[list[Export], list[list[Any]]]:
    """Return what a module exports, and the modules, with lines, of which it hands on all."""
    listed: list[Export] = []
    stars: list[list[Any]] = []
    for node in root.named_children:
        if node.type == "export_statement":
            listed += _exported(node, stars)
        elif node.type == "expression_statement" and node.named_children:
            listed += _assigned(node.named_children[0])
    return listed, stars


def _exported(node: Node, stars: list[list[Any]]) -> Iterator[Export]:
    words = {child.type for child in node.children}
    if "type" in words:
        return
    clause = next((child for child in node.named_children if child.type == "export_clause"), None)
    source = node.child_by_field_name("source")
    if clause is not None:
        yield from _specified(clause)
    elif source is not None:
        if "namespace_export" not in words:
            stars.append([text(source).strip("'\""), line(node)])
    elif "default" in words:
        value = node.child_by_field_name("value") or node.child_by_field_name("declaration")
        yield Export("default", _local(value), line(node), value)
    else:
        yield from _declared(node.child_by_field_name("declaration"))


def _specified(clause: Node) -> Iterator[Export]:
    for specifier in clause.named_children:
        if specifier.type != "export_specifier":
            continue
        if any(child.type == "type" for child in specifier.children):
            continue
        name = text(specifier.child_by_field_name("name"))
        alias = text(specifier.child_by_field_name("alias")).strip("'\"") or name
        yield Export(alias, alias if name == "default" else name, line(specifier))


def _local(value: Node | None) -> str:
    """Return what a default export is called: its function's name, or the name that it is."""
    if value is None:
        return "default"
    name = value if value.type == "identifier" else value.child_by_field_name("name")
    return text(name)[:_NAME] or "default"


def _declared(declaration: Node | None) -> Iterator[Export]:
    if declaration is None:
        return
    if declaration.type in _NAMED:
        name = text(declaration.child_by_field_name("name"))
        yield Export(name, name, line(declaration), declaration)
    elif declaration.type in _DECLARATIONS:
        for declarator in declaration.named_children:
            name_node = declarator.child_by_field_name("name")
            if name_node is None:
                continue
            value = declarator.child_by_field_name("value")
            for name, at in _bound(name_node):
                is_whole = name_node.type == "identifier"
                yield Export(name, name, at, value if is_whole else None)


def _bound(pattern: Node, depth: int = 0) -> Iterator[tuple[str, int]]:
    """Yield the names that a pattern binds: `{ GET, POST }`, `{ handlers: { GET } }`."""
    if pattern.type in {"identifier", "shorthand_property_identifier_pattern"}:
        yield text(pattern), line(pattern)
    elif depth < _PATTERN_DEPTH:
        for child in pattern.named_children:
            inner = child.child_by_field_name("value") if child.type == "pair_pattern" else child
            if child.type in {"object_assignment_pattern", "assignment_pattern"}:
                inner = child.child_by_field_name("left")
            if inner is not None:
                yield from _bound(inner, depth + 1)


def _assigned(node: Node) -> Iterator[Export]:
    """Yield what `module.exports = ...` and `exports.GET = ...` export."""
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if node.type != "assignment_expression" or left is None or right is None:
        return
    place = text(left) if left.end_byte - left.start_byte < _NAME else ""
    if place == "module.exports" and right.type == "object":
        for pair in right.named_children:
            key = pair.child_by_field_name("key") or pair.child_by_field_name("name") or pair
            name = text(key).strip("'\"")[:_NAME]
            yield Export(name, name, line(pair), pair.child_by_field_name("value"))
    elif place in {"module.exports", "exports.default", "module.exports.default"}:
        yield Export("default", _local(right), line(node), right)
    elif place.startswith(("module.exports.", "exports.")):
        name = place.rsplit(".", 1)[1]
        yield Export(name, name, line(node), right)
