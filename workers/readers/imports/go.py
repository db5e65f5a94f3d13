"""Imports of Go: every one is a literal path."""

from __future__ import annotations

from workers.readers.imports.record import FileImports, Import
from workers.survey import syntax

_QUERY = "(import_spec path: (_) @path)"


def read(language: str, source: bytes) -> FileImports:
    """Return the paths that a file imports."""
    root = syntax.parse(language, source).root_node
    imports = tuple(
        Import(syntax.text(node)[1:-1], syntax.line(node))
        for _, node in syntax.captures(language, _QUERY, root)
    )
    return FileImports(imports, "it has errors" if root.has_error else "")
