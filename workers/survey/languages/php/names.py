"""Names of classes as a file means them: its namespace, and what it imports."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from workers.survey.syntax import text

if TYPE_CHECKING:
    from tree_sitter import Node

_BUILT_IN = frozenset("string int float bool array callable iterable mixed void object".split())


class Names(NamedTuple):
    """The namespace of a file, and what it imports by the name that it uses."""

    namespace: str
    imports: dict[str, str]

    def of_class(self, name: str) -> str:
        """Return a class's full name, without a backslash in front."""
        if name in {"self", "static", "parent"} or name in _BUILT_IN:
            return name
        if name.startswith("\\"):
            return name[1:]
        first, separator, rest = name.partition("\\")
        if first in self.imports:
            return self.imports[first] + separator + rest
        return f"{self.namespace}\\{name}" if self.namespace else name


def written(node: Node) -> str:
    """Return a name as it is written."""
    return "".join(text(node).split())


def names_of(root: Node) -> Names:
    """Return the namespace and the imports of a file."""
    namespace = ""
    imports: dict[str, str] = {}
    for node in _top(root):
        if node.type == "namespace_definition":
            namespace = text(node.child_by_field_name("name"))
        elif node.type == "namespace_use_declaration":
            imports |= _imported(node)
    return Names(namespace, imports)


def _top(root: Node) -> list[Node]:
    """Return the statements of a file, those in the braces of a namespace as well."""
    listed: list[Node] = []
    for node in root.named_children:
        listed.append(node)
        body = node.child_by_field_name("body") if node.type == "namespace_definition" else None
        if body is not None:
            listed += body.named_children
    return listed


def _imported(node: Node) -> dict[str, str]:
    prefix = ""
    imports: dict[str, str] = {}
    for child in node.named_children:
        if child.type == "namespace_name":
            prefix = f"{text(child)}\\"
        clauses = child.named_children if child.type == "namespace_use_group" else [child]
        for clause in clauses:
            if clause.type != "namespace_use_clause" or not clause.named_children:
                continue
            full = prefix + written(clause.named_children[0]).lstrip("\\")
            alias = clause.child_by_field_name("alias")
            imports[text(alias) if alias else full.rpartition("\\")[2]] = full
    return imports
