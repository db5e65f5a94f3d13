"""A file of PHP as plain data: what it does when it is loaded, and its classes.

["do", expression]      ["return", expression]      ["block", statements]
["if", condition, statements, other statements]
["each", expression, key or None, value or None, statements]
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workers.survey.languages.php.annotations import annotations_of
from workers.survey.languages.php.expressions import NESTING, UNKNOWN, Reader, first
from workers.survey.languages.php.names import names_of, written
from workers.survey.syntax import line, parse, text

if TYPE_CHECKING:
    from collections.abc import Callable

    from tree_sitter import Node

    from workers.survey.languages.php.names import Names

Statement = list[Any]
_CLASSES = frozenset("class_declaration trait_declaration enum_declaration".split())
_BLOCKS = frozenset(
    "while_statement do_statement for_statement try_statement namespace_definition"
    " compound_statement".split()
)
_NOT_RUN = frozenset("comment php_tag text text_interpolation".split())


class SourceReader:
    """Reads a file; `keeps` tells by a method's name and text whether what it does is wanted."""

    def __init__(self, source: bytes, keeps: Callable[[str, bytes], bool]) -> None:
        """Parse a file; raises TooSlow."""
        self._root = parse("php", source).root_node
        self.names: Names = names_of(self._root)
        self._reader = Reader(self.names, self._block)
        self._keeps = keeps
        self._classes: list[dict[str, Any]] = []

    def read(self) -> dict[str, Any]:
        """Return what the file does, its classes and the functions that it defines."""
        body = self._block(self._root, 0)
        return {
            "namespace": self.names.namespace,
            "body": body,
            "classes": self._classes,
            "constants": self._constants(self._root),
        }

    def _block(self, node: Node | None, depth: int) -> list[Statement]:
        """Return the statements of a block."""
        statements: list[Statement] = []
        if node is None or depth > NESTING:
            return statements
        nodes = node.named_children if _is_block(node) else [node]
        for child in nodes:
            statement = self._statement(child, depth + 1)
            if statement is not None:
                statements.append(statement)
        return statements

    def _statement(self, node: Node, depth: int) -> Statement | None:
        kind = node.type
        if kind in _NOT_RUN:
            return None
        if kind == "expression_statement":
            return self._done(first(node), depth)
        if kind == "return_statement":
            inner = first(node)
            if inner is not None and self._anonymous(inner, depth):
                return None
            return ["return", self._reader.read(inner, depth)]
        if kind == "if_statement":
            return self._condition(node, depth)
        if kind == "foreach_statement":
            return self._each(node, depth)
        if kind in _CLASSES:
            self._class(node, text(node.child_by_field_name("name")), depth)
            return None
        if kind == "switch_statement":
            return self._switch(node, depth)
        if kind in _BLOCKS:
            body = node if kind == "compound_statement" else node.child_by_field_name("body")
            return ["block", self._block(body, depth)]
        return None

    def _done(self, node: Node | None, depth: int) -> Statement | None:
        expression = self._reader.read(node, depth)
        return None if expression == UNKNOWN else ["do", expression]

    def _condition(self, node: Node, depth: int) -> Statement:
        """Return an if with all its branches; elseif is an if in the branch before."""
        branches = [
            (self._reader.read(each.child_by_field_name("condition"), depth), each)
            for each in (node, *node.children_by_field_name("alternative"))
        ]
        other: list[Statement] = []
        if len(branches) > NESTING:
            bodies = [each.child_by_field_name("body") for _, each in branches]
            return ["block", [["block", self._block(one, depth)] for one in bodies]]
        for condition, each in reversed(branches):
            body = self._block(each.child_by_field_name("body"), depth)
            is_last = each.type == "else_clause"
            other = body if is_last else [["if", condition, body, other]]
        return other[0] if len(other) == 1 else ["block", other]

    def _each(self, node: Node, depth: int) -> Statement:
        body = node.child_by_field_name("body")
        parts = [one for one in node.named_children if one != body and one.type != "comment"]
        listed = self._reader.read(parts[0], depth) if parts else UNKNOWN
        key = value = None
        if len(parts) > 1 and parts[1].type == "pair":
            key, value = (text(one).lstrip("$") for one in parts[1].named_children[:2])
        elif len(parts) > 1 and parts[1].type == "variable_name":
            value = text(parts[1]).lstrip("$")
        return ["each", listed, key, value, self._block(body, depth)]

    def _switch(self, node: Node, depth: int) -> Statement:
        block = node.child_by_field_name("body")
        statements: list[Statement] = []
        for case in block.named_children if block is not None else ():
            value = case.child_by_field_name("value")
            for child in case.named_children:
                statement = self._statement(child, depth + 1) if child != value else None
                statements += [statement] if statement else []
        return ["block", statements]

    def _anonymous(self, node: Node, depth: int) -> bool:
        """Read `return new class extends Migration {...}`."""
        inner = first(node) if node.type == "object_creation_expression" else None
        if inner is None or inner.type != "anonymous_class":
            return False
        self._class(inner, "", depth)
        return True

    def _class(self, node: Node, name: str, depth: int) -> None:
        body = node.child_by_field_name("body")
        base = next((one for one in node.named_children if one.type == "base_clause"), None)
        parent = first(base) if base is not None else None
        declared: dict[str, Any] = {
            "name": self.names.of_class(name) if name else "",
            "line": line(node.child_by_field_name("name") or node),
            "abstract": any(one.type == "abstract_modifier" for one in node.named_children),
            "parent": self.names.of_class(written(parent)) if parent is not None else None,
            "traits": [],
            "attributes": self.attributes(node),
            "constants": self._constants(body),
            "properties": [],
            "methods": [],
        }
        for child in body.named_children if body is not None else ():
            self._member(declared, child, depth + 1)
        self._classes.append(declared)

    def _member(self, declared: dict[str, Any], node: Node, depth: int) -> None:
        if node.type == "use_declaration":
            declared["traits"] += [
                self.names.of_class(written(one))
                for one in node.named_children
                if one.type in {"name", "qualified_name"}
            ]
        elif node.type == "property_declaration":
            declared["properties"] += self._properties(node)
        elif node.type == "method_declaration":
            self._method(declared, node, depth)

    def _method(self, declared: dict[str, Any], node: Node, depth: int) -> None:
        parameters = node.child_by_field_name("parameters")
        promoted = [
            self._property(one, one)
            for one in (parameters.named_children if parameters is not None else ())
            if one.type == "property_promotion_parameter" and one.child_by_field_name("name")
        ]
        declared["properties"] += promoted
        name = text(node.child_by_field_name("name"))
        method: dict[str, Any] = {
            "name": name,
            "line": line(node.child_by_field_name("name") or node),
            "attributes": self.attributes(node),
        }
        body = node.child_by_field_name("body")
        if body is not None and self._keeps(name, body.text or b""):
            method["parameters"] = self._reader.parameters(parameters)
            method["body"] = self._block(body, depth)
        declared["methods"].append(method)

    def _properties(self, node: Node) -> list[dict[str, Any]]:
        elements = [one for one in node.named_children if one.type == "property_element"]
        return [self._property(node, element) for element in elements]

    def _property(self, node: Node, element: Node) -> dict[str, Any]:
        kind = node.child_by_field_name("type")
        default = element.child_by_field_name("default_value")
        return {
            "name": text(element.child_by_field_name("name")).lstrip("$"),
            "line": line(element),
            "type": text(kind) if kind is not None else "",
            "class": self.names.of_class(text(kind).lstrip("?")) if kind is not None else "",
            "default": self._reader.read(default) if default is not None else None,
            "attributes": self.attributes(node),
        }

    def _constants(self, body: Node | None) -> dict[str, Any]:
        """Return the constants that are declared in a class, an enum or a file."""
        constants: dict[str, Any] = {}
        for node in body.named_children if body is not None else ():
            if node.type == "enum_case":
                value = node.child_by_field_name("value")
                constants[text(node.child_by_field_name("name"))] = self._reader.read(value)
            for element in node.named_children if node.type == "const_declaration" else ():
                if element.type == "const_element" and element.named_child_count == 2:
                    name, value = element.named_children
                    constants[text(name)] = self._reader.read(value)
        return constants

    def attributes(self, node: Node) -> list[list[Any]]:
        """Return attributes and annotations of a declaration: [class, arguments, line]."""
        listed = node.child_by_field_name("attributes")
        groups = listed.named_children if listed is not None else []
        attributes: list[list[Any]] = []
        for group in groups:
            for each in group.named_children if group.type == "attribute_group" else ():
                name = first(each)
                if name is None:
                    continue
                arguments = self._reader.arguments(each.child_by_field_name("parameters"))
                attributes.append([self.names.of_class(written(name)), arguments, line(each)])
        doc = _doc(node)
        return attributes + annotations_of(*doc, self.names) if doc else attributes


def _is_block(node: Node) -> bool:
    return node.type in {
        "program", "compound_statement", "colon_block", "declaration_list",
    }  # fmt: skip


def _doc(node: Node) -> tuple[str, int] | None:
    """Return the comment of documentation in front of a declaration, with its first line."""
    before = node.prev_named_sibling
    if before is None or before.type != "comment":
        return None
    comment = text(before)
    is_used = comment.startswith("/**") and "@" in comment
    return (comment, line(before)) if is_used else None
