"""Imports of Python, those in functions and for types alone included."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workers.readers.imports.record import FileImports, Import
from workers.survey import syntax

if TYPE_CHECKING:
    from tree_sitter import Node

_QUERY = """
(import_statement) @import
(import_from_statement) @from
(call function: (_) @function arguments: (argument_list) @arguments) @call
"""
_DYNAMIC = frozenset({"import_module", "__import__", "import_string", "import_from_string"})


def read(language: str, source: bytes) -> FileImports:
    """Return what a file imports; a module whose name is computed is left unread."""
    root = syntax.parse(language, source).root_node
    imports: list[Import] = []
    unread = "it has errors" if root.has_error else ""
    for name, node in syntax.captures(language, _QUERY, root):
        if name == "import":
            imports += [Import(module, syntax.line(node)) for module in _modules(node)]
        elif name == "from":
            imports.append(_from(node))
        elif name == "call":
            called = syntax.text(node.child_by_field_name("function")).rsplit(".", 1)[-1]
            if called in _DYNAMIC:
                module = _literal(node.child_by_field_name("arguments"))
                imports += [Import(module, syntax.line(node))] if module else []
                unread = unread if module else "a module's name is computed"
    return FileImports(tuple(imports), unread)


def _modules(statement: Node) -> list[str]:
    nodes = statement.children_by_field_name("name")
    return [syntax.text(node.child_by_field_name("name") or node) for node in nodes]


def _from(statement: Node) -> Import:
    module = syntax.text(statement.child_by_field_name("module_name")).replace(" ", "")
    return Import(module, syntax.line(statement), tuple(_modules(statement)))


def _literal(arguments: Node | None) -> str:
    """Return the first argument where it is a plain text, "" where it is not."""
    first = arguments.named_children[0] if arguments and arguments.named_children else None
    if first is None or first.type != "string":
        return ""
    content = [child for child in first.named_children if child.type != "string_start"]
    inner = [child for child in content if child.type == "string_content"]
    is_plain = len(inner) == 1 and all(child.type != "interpolation" for child in content)
    return syntax.text(inner[0]) if is_plain else ""
