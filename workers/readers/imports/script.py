"""Imports of JavaScript and TypeScript: `import`, `export from`, `require`, `import()`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessions.patterns import lazy_pattern
from workers.readers.imports.record import FileImports, Import
from workers.survey import syntax
from workers.survey.technologies.imports import imports_of

if TYPE_CHECKING:
    from tree_sitter import Node

_QUERY = """
(import_statement) @import
(export_statement) @import
(call_expression function: [(identifier) (import) (member_expression)] @function) @call
"""
_CALLS = frozenset({"require", "import", "require.resolve", "jest.mock", "vi.mock"})
_COMPUTED = lazy_pattern(
    r"\b(?:require|import)\s*\(\s*[^'\"\s)]|import\.meta\.glob|require\.context"
)


def read(language: str, source: bytes) -> FileImports:
    """Return what a file imports; a module whose name is computed is left unread."""
    root = syntax.parse(language, source).root_node
    imports: list[Import] = []
    unread = "it has errors" if root.has_error else ""
    for name, node in syntax.captures(language, _QUERY, root):
        if name == "import":
            module = _text(node.child_by_field_name("source") or _required(node))
            imports += [Import(module, syntax.line(node))] if module else []
        elif name == "call":
            called = syntax.text(node.child_by_field_name("function"))
            if called in _CALLS:
                module = _first(node)
                imports += [Import(module, syntax.line(node))] if module else []
                unread = unread if module else "a module's name is computed"
            elif called in {"require.context", "import.meta.glob", "import.meta.globEager"}:
                unread = "modules are imported by a pattern"
    return FileImports(tuple(imports), unread)


def _required(statement: Node) -> Node | None:
    """Return the module of `import x = require("y")`."""
    clause = next((c for c in statement.named_children if c.type == "import_require_clause"), None)
    return clause.child_by_field_name("source") if clause is not None else None


def _first(call: Node) -> str:
    arguments = call.child_by_field_name("arguments")
    first = arguments.named_children[0] if arguments and arguments.named_children else None
    return _text(first)


def _text(node: Node | None) -> str:
    """Return a literal text, "" for anything else."""
    if node is None or node.type not in {"string", "template_string"}:
        return ""
    if any(child.type == "template_substitution" for child in node.named_children):
        return ""
    return syntax.text(node)[1:-1]


def of_component(text: str) -> FileImports:
    """Return what the script of a component imports, by plain searches."""
    source = text.encode()
    imports = tuple(
        Import(module, source.count(b"\n", 0, at) + 1)
        for at, module in imports_of("javascript", source)
    )
    unread = "a module's name is computed" if _COMPUTED.search(text) else ""
    return FileImports(imports, unread)
