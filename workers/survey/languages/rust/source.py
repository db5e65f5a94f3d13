"""Items of a Rust file as JSON: what it uses, its constants, its functions with their attributes.

    ["use", module, alias, path]  ["const", module, name, value]  ["scope", module, path]
    ["fn", module, {"name", "of", "line", "attributes", "parameters", "returns", "body"}]

A module is the path inside the file, `` for the file itself. `of` is the type of an `impl`. An
attribute is its path, what stands in its parentheses, and its line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workers.survey.languages.rust.expressions import plain_path, statements, value
from workers.survey.syntax import NESTING, line, parse, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

Fact = list[Any]
_TEST = frozenset({"test", "tokio::test", "actix_web::test", "actix_rt::test", "rstest"})


def items(source: bytes, words: tuple[bytes, ...]) -> list[Fact]:
    """Return the items of a file; bodies only of functions that hold a word. Raises TooSlow."""
    facts: list[Fact] = []
    waiting: list[tuple[Node, str, str | None, int]] = [
        (parse("rust", source).root_node, "", None, 0)
    ]
    while waiting:
        node, module, of, depth = waiting.pop()
        attributes: list[Fact] = []
        for child in node.named_children:
            if child.type in {"attribute_item", "inner_attribute_item"}:
                attributes += _attribute(child)
                continue
            if child.type in {"line_comment", "block_comment"}:
                continue
            own, attributes = attributes, []
            if _is_test(own):
                continue
            if child.type == "function_item":
                facts.append(["fn", module, _function(child, of, own, words)])
            elif child.type in {"use_declaration", "const_item", "static_item"}:
                facts += _named(child, module, of)
            elif depth < NESTING and child.type in {"mod_item", "impl_item", "trait_item"}:
                inner = _inside(child, module, of, own, facts)
                body = child.child_by_field_name("body")
                if body is not None:
                    waiting.append((body, *inner, depth + 1))
    return facts


def _named(node: Node, module: str, of: str | None) -> list[Fact]:
    """Return what a `use` or a constant gives names to."""
    if node.type == "use_declaration":
        listed = _used(node.child_by_field_name("argument"), "", 0)
        return [["use", module, alias, path] for alias, path in listed]
    initial = value(node.child_by_field_name("value"))
    name = text(node.child_by_field_name("name"))
    return [["const", module, f"{of}::{name}" if of else name, initial]]


def _inside(
    node: Node, module: str, of: str | None, attributes: list[Fact], facts: list[Fact]
) -> tuple[str, str | None]:
    """Return the module and the type that the items of a module or an `impl` belong to."""
    if node.type == "impl_item":
        written = plain_path(text(node.child_by_field_name("type")))
        return module, written.rpartition("::")[2]
    name = text(node.child_by_field_name("name"))
    if node.type == "trait_item":
        return module, name
    inner = f"{module}::{name}" if module else name
    for path, arguments, _ in attributes:
        if path.rpartition("::")[2] == "scope":
            facts.append(["scope", inner, arguments])
    return inner, of


def _is_test(attributes: list[Fact]) -> bool:
    return any(
        path in _TEST or (path == "cfg" and "".join(given.split()) in {"test", "all(test)"})
        for path, given, _ in attributes
    )


def _attribute(node: Node) -> list[Fact]:
    inner = next((one for one in node.named_children if one.type == "attribute"), None)
    if inner is None or not inner.named_children:
        return []
    arguments = inner.child_by_field_name("arguments")
    path = plain_path(text(inner.named_children[0]))
    return [[path, text(arguments)[1:-1] if arguments is not None else "", line(node)]]


def _function(
    node: Node, of: str | None, attributes: list[Fact], words: tuple[bytes, ...]
) -> dict[str, Any]:
    body = node.child_by_field_name("body")
    written = node.text or b""
    name = text(node.child_by_field_name("name"))
    is_wanted = any(word in written for word in words)
    return {
        "name": name,
        "of": of,
        "line": line(node),
        "attributes": attributes,
        "parameters": list(_parameters(node.child_by_field_name("parameters"))),
        "returns": text(node.child_by_field_name("return_type"))[:300],
        "body": statements(body) if is_wanted else None,
    }


def _parameters(node: Node | None) -> Iterator[list[str]]:
    for child in node.named_children if node is not None else ():
        if child.type == "parameter":
            pattern = child.child_by_field_name("pattern")
            kind = text(child.child_by_field_name("type"))[:300]
            yield [text(pattern).removeprefix("mut ").strip(), kind]
        elif child.type == "self_parameter":
            yield ["self", "Self"]


def _used(node: Node | None, before: str, depth: int) -> list[tuple[str, str]]:
    """Return what a `use` brings: alias and path, `*` for everything of a module."""
    if node is None or depth > NESTING // 4:
        return []
    if node.type == "use_wildcard":
        inner = plain_path(text(node)).removesuffix("::*").removesuffix("*")
        return [("*", _joined(before, inner))]
    if node.type == "use_as_clause":
        path = plain_path(text(node.child_by_field_name("path")))
        return [(text(node.child_by_field_name("alias")), _joined(before, path))]
    if node.type == "scoped_use_list":
        path = plain_path(text(node.child_by_field_name("path")))
        return _used(node.child_by_field_name("list"), _joined(before, path), depth + 1)
    if node.type == "use_list":
        return [one for each in node.named_children for one in _used(each, before, depth + 1)]
    path = plain_path(text(node))
    if path == "self":
        return [(before.rpartition("::")[2], before)]
    return [(path.rpartition("::")[2], _joined(before, path))]


def _joined(before: str, path: str) -> str:
    return f"{before}::{path}" if before and path else before or path
