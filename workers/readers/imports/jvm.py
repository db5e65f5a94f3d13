"""Imports of Java and Kotlin, and the package of a file.

A class of the same package, or one with its whole name, needs no import: see `package`.
"""

from __future__ import annotations

from sessions.patterns import lazy_pattern
from workers.readers.imports.record import FileImports, Import
from workers.survey import syntax

_QUERIES = {
    "java": "(package_declaration) @package (import_declaration) @import",
    "kotlin": "(package_header) @package (import) @import",
}
_NAME = lazy_pattern(r"(?:package|import)\s+(?:static\s+)?([\w.`]+)")


def read(language: str, source: bytes) -> FileImports:
    """Return the package of a file, and the names that it imports."""
    root = syntax.parse(language, source).root_node
    imports: list[Import] = []
    package = ""
    for name, node in syntax.captures(language, _QUERIES[language], root):
        match = _NAME.match(syntax.text(node))
        written = match[1].replace("`", "") if match else ""
        written += "*" if written.endswith(".") else ""
        if name == "package":
            package = written
        elif written:
            imports.append(Import(written, syntax.line(node)))
    return FileImports(tuple(imports), "it has errors" if root.has_error else "", package)
