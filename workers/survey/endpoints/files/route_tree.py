"""The tree of routes that `app/routes.ts` of React Router builds: route(), index(), prefix()."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workers.survey.syntax import NESTING, text

if TYPE_CHECKING:
    from tree_sitter import Node

# Function of the module -> the convention that it lays files out by.
_CONVENTIONS = {"flatRoutes": "flat", "autoRoutes": "auto"}
_AROUND = {
    "as_expression", "satisfies_expression", "parenthesized_expression", "await_expression",
    "spread_element", "non_null_expression",
}  # fmt: skip
_MOST = 2_000

# [path or None, file or None, children]: what a node adds to paths, and whose exports are there
TreeNode = list[Any]


def tree_of(root: Node) -> tuple[str, list[TreeNode]]:
    """Return how routes are laid out, and those that are listed; "" where nothing says it."""
    source = text(root)
    if "remix-flat-routes" in source:
        return "hybrid", []
    reader = _Reader(root)
    nodes = reader.of_default()
    conventions = [name for word, name in _CONVENTIONS.items() if f"{word}(" in source]
    if reader.lost and not conventions:
        conventions = ["unknown"]
    return (conventions[0] if conventions else "tree" if nodes else ""), nodes


class _Reader:
    """Reads the calls that make routes; `lost` where something among them is not understood."""

    def __init__(self, root: Node) -> None:
        self.root = root
        self.lost = False
        self.count = 0
        self.constants: dict[str, Node] = {}
        for node in root.named_children:
            declared = node.child_by_field_name("declaration") or node
            for declarator in declared.named_children:
                value = declarator.child_by_field_name("value")
                if declarator.type == "variable_declarator" and value is not None:
                    self.constants[text(declarator.child_by_field_name("name"))[:100]] = value

    def of_default(self) -> list[TreeNode]:
        """Return the routes of the default export."""
        for node in self.root.named_children:
            value = node.child_by_field_name("value")
            if node.type == "export_statement" and value is not None:
                return self.listed(value)
        return []

    def listed(self, value: Node | None, depth: int = 0) -> list[TreeNode]:
        """Return the routes of an array, or of a call that makes several."""
        while value is not None and value.type in _AROUND and value.named_children:
            value = value.named_children[0]
        if value is None or depth > NESTING or self.count > _MOST:
            self.lost = True
            return []
        if value.type == "identifier" and text(value) in self.constants:
            return self.listed(self.constants.pop(text(value)), depth + 1)
        if value.type == "array":
            return [
                node
                for child in value.named_children
                if child.type != "comment"
                for node in self.listed(child, depth + 1)
            ]
        if value.type != "call_expression":
            self.lost = True
            return []
        self.count += 1
        return self.called(value, depth)

    def called(self, call: Node, depth: int) -> list[TreeNode]:
        """Return what `route("x", "x.tsx", [...])` and its like add."""
        name = text(call.child_by_field_name("function"))[:100].rpartition(".")[2]
        listed = call.child_by_field_name("arguments")
        parts = [
            part for part in (listed.named_children if listed else ()) if part.type != "comment"
        ]
        words = [*map(_string, parts[:2]), None, None]
        if name in _CONVENTIONS:
            return []
        if name == "index" and words[0]:
            return [["", words[0], []]]
        if name == "layout" and words[0]:
            return [[None, words[0], self.inner(parts, depth)]]
        if name == "prefix" and words[0] is not None:
            return [[words[0], None, self.inner(parts, depth)]]
        is_pathless = bool(parts) and text(parts[0]) in {"null", "undefined"}
        if name == "route" and words[1] and (is_pathless or words[0] is not None):
            return [[words[0], words[1], self.inner(parts, depth)]]
        self.lost = True
        return []

    def inner(self, parts: list[Node], depth: int) -> list[TreeNode]:
        """Return the routes of the array among arguments."""
        kinds = {"array", "identifier", "call_expression"}
        array = next((part for part in parts[1:] if part.type in kinds), None)
        return self.listed(array, depth + 1) if array is not None else []


def _string(node: Node) -> str | None:
    if node.type == "string" or (
        node.type == "template_string"
        and all(child.type != "template_substitution" for child in node.named_children)
    ):
        return text(node)[1:-1]
    return None
