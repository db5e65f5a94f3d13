"""Imports of Go: every one is a literal path."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workers.readers.imports.record import FileImports, Import
from workers.survey import syntax

if TYPE_CHECKING:
    from tree_sitter import Node

_DECLARATIONS = frozenset(
    "function_declaration method_declaration type_declaration var_declaration"
    " const_declaration".split()
)
_QUERY = "(import_spec path: (_) @path)"


def read(language: str, source: bytes) -> FileImports:
    """Return the paths that a file imports."""
    root = syntax.parse(language, source).root_node
    imports = tuple(
        Import(syntax.text(node)[1:-1], syntax.line(node))
        for _, node in syntax.captures(language, _QUERY, root)
    )
    return FileImports(imports, "it has errors" if _is_broken(root) else "")


def _is_broken(root: Node) -> bool:
    """Tell whether a file is not understood before its first declaration: imports stand there."""
    for child in root.children:
        if child.type in _DECLARATIONS:
            return False
        if child.has_error:
            return True
    return root.has_error
