"""Components of Svelte: a file each; its properties by `export let` or by `$props()`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workers.readers.blocks import blocks_of
from workers.readers.components.component import Component, Components, Prop, Props
from workers.readers.components.patterns import props_in, with_defaults
from workers.readers.components.types import UNKNOWN, merged, props_of, type_arguments
from workers.readers.scripts import called, inside, read_script, tree_of, unwrapped
from workers.readers.unread import Unread
from workers.survey import syntax

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

    from workers.readers.blocks import Block
    from workers.readers.scripts import Script

_SPREAD = ("$$props", "$$restProps")


def read_components(text: str, file_name: str) -> Components:
    """Return the one component of a file, which has the file's name."""
    last = text.count("\n") + 1
    blocks = blocks_of(text)
    if blocks is None:
        unread = (Unread("a block of it has no end"),)
        return Components((Component(file_name, 1, last, "svelte"),), is_file=True, unread=unread)
    scripts = [block for block in blocks if block.tag == "script" and not _is_of_module(block)]
    several: list[Props] = []
    unread_parts: list[Unread] = []
    for block in scripts:
        root = tree_of(block.language, block.text) if block.language else None
        script = read_script(root) if root is not None else None
        if script is None or not script.whole:
            unread_parts.append(Unread("its script is not understood whole", block.line))
        if script is not None:
            several += _props_of_script(script)
    props = merged(several) if several else Props()
    if unread_parts or any(word in text for word in _SPREAD):
        props = props._replace(whole=False)
    own = Component(file_name, 1, last, "svelte", props)
    return Components((own,), is_file=True, unread=tuple(unread_parts))


def _is_of_module(block: Block) -> bool:
    return "module" in block.attributes or block.attributes.get("context") == "module"


def _props_of_script(script: Script) -> Iterator[Props]:
    for statement in script.root.named_children:
        if statement.type == "export_statement":
            yield _exported(statement, script)
    for node in inside(script.root):
        if node.type == "variable_declarator":
            value = unwrapped(node.child_by_field_name("value"))
            if value is not None and called(value) == "$props":
                yield _of_rune(node, value, script)


def _exported(statement: Node, script: Script) -> Props:
    """Return what `export let name = value` declares; a function or constant is only read."""
    declaration = statement.child_by_field_name("declaration")
    listed: list[Prop] = []
    for node in inside(statement):
        if node.type == "export_specifier":
            alias = node.child_by_field_name("alias") or node.child_by_field_name("name")
            listed.append(Prop(syntax.text(alias), syntax.line(node)))
        elif node.type == "variable_declarator" and node.parent == declaration:
            named = node.child_by_field_name("name")
            if named is not None and named.type == "identifier":
                listed.append(Prop(syntax.text(named), syntax.line(node), _is_required(node)))
    del script
    return Props(tuple(listed))


def _is_required(declarator: Node) -> bool | None:
    if declarator.child_by_field_name("value") is not None:
        return False
    written = syntax.text(declarator.child_by_field_name("type"))
    return None if "undefined" in written or not written else True


def _of_rune(declarator: Node, call: Node, script: Script) -> Props:
    pattern = declarator.child_by_field_name("name")
    annotation = declarator.child_by_field_name("type")
    passed = type_arguments(call)
    typed = props_of(annotation, script.types) if annotation is not None else None
    if typed is None and passed:
        typed = props_of(passed[0], script.types)
    if pattern is None or pattern.type != "object_pattern":
        return typed or UNKNOWN
    taken = props_in(pattern)
    return taken if typed is None else with_defaults(typed, taken)
