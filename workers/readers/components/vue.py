"""Components of Vue: a file each; its properties by `defineProps` or by its options."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workers.readers.blocks import blocks_of
from workers.readers.components.component import Component, Components, Prop, Props
from workers.readers.components.types import UNKNOWN, merged, props_of, type_arguments
from workers.readers.scripts import (
    arguments,
    called,
    inside,
    is_open,
    literal,
    pairs,
    read_script,
    tree_of,
    unwrapped,
)
from workers.readers.unread import Unread
from workers.survey import syntax

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tree_sitter import Node

    from workers.readers.blocks import Block
    from workers.readers.scripts import Script

_INHERITS = frozenset({"mixins", "extends"})


def read_components(text: str, file_name: str) -> Components:
    """Return the one component of a file; its name is the file's unless it says another."""
    blocks = blocks_of(text)
    last = text.count("\n") + 1
    if blocks is None:
        unread = (Unread("a block of it has no end"),)
        return Components((Component(file_name, 1, last, "vue"),), is_file=True, unread=unread)
    scripts, unread_parts = _scripts_of(blocks)
    types = {name: nodes for script in scripts for name, nodes in script.types.items()}
    several = [props for script in scripts for props in _props_of_script(script, types)]
    props = merged(several) if several else Props(whole=bool(scripts or not unread_parts))
    if unread_parts:
        props = props._replace(whole=False)
    names = frozenset(name for script in scripts for name in _names_of(script))
    own = Component(file_name, 1, last, "vue", props)
    return Components((own,), names, is_file=True, unread=tuple(unread_parts))


def _scripts_of(blocks: list[Block]) -> tuple[list[Script], list[Unread]]:
    """Return the scripts of a file, and which are not understood whole."""
    scripts: list[Script] = []
    unread_parts: list[Unread] = []
    for block in (block for block in blocks if block.tag == "script"):
        root = tree_of(block.language, block.text) if block.language else None
        if root is None or "src" in block.attributes:
            unread_parts.append(Unread("its script is not read", block.line))
            continue
        script = read_script(root)
        if not script.whole:
            reason = "parts of its script are no code that is understood"
            unread_parts.append(Unread(reason, block.line))
        scripts.append(script)
    return scripts, unread_parts


def _names_of(script: Script) -> Iterator[str]:
    """Yield what the options or `defineOptions` call the component."""
    for node in inside(script.root):
        if node.type == "pair" and syntax.text(node.child_by_field_name("key")) == "name":
            name = literal(node.child_by_field_name("value"))
            if name:
                yield name


def _props_of_script(script: Script, types: Mapping[str, list[Node]]) -> Iterator[Props]:
    for node in inside(script.root):
        if node.type != "call_expression":
            continue
        name = called(node)
        if name == "defineProps":
            yield _defined(node, types, script)
        elif name == "defineModel":
            yield _model(node)
        elif name == "withDefaults":
            yield _without_requirement(arguments(node)[1:2])
    options = _options(script)
    if options is not None:
        yield from _of_options(options, script)


def _defined(call: Node, types: Mapping[str, list[Node]], script: Script) -> Props:
    passed = type_arguments(call)
    if passed:
        props = props_of(passed[0], types)
        parent = call.parent
        outer = parent.parent if parent is not None else None
        if outer is not None and called(outer) == "withDefaults":
            # A value by default stands elsewhere, and may be for any of them.
            listed = tuple(p._replace(required=p.required and None) for p in props.listed)
            return Props(listed, props.whole)
        return props
    values = arguments(call)
    return _declared_props(values[0], script) if values else Props()


def _without_requirement(values: list[Node]) -> Props:
    """Return nothing that is certain of what has a value by default."""
    del values
    return Props()


def _model(call: Node) -> Props:
    values = arguments(call)
    named = literal(values[0]) if values else None
    return Props((Prop(named or "modelValue", syntax.line(call)),))


def _options(script: Script) -> Node | None:
    """Return the object of options: exported by default, bare or in `defineComponent(...)`."""
    value = script.default
    if value is None and script.exported.get("default"):
        nodes = script.declared.get(script.exported["default"], [])
        value = nodes[0].child_by_field_name("value") if len(nodes) == 1 else None
    value = unwrapped(value)
    if value is not None and value.type == "call_expression":
        values = arguments(value)
        value = unwrapped(values[-1]) if values else None
    return value if value is not None and value.type == "object" else None


def _of_options(options: Node, script: Script) -> Iterator[Props]:
    keys = {key for key, _, _ in pairs(options)}
    if is_open(options) or keys & _INHERITS:
        yield UNKNOWN
    for key, _, value in pairs(options):
        if key == "props":
            yield _declared_props(value, script)


def _declared_props(value: Node, script: Script) -> Props:
    """Return what a list of names, or an object with a type for each, declares."""
    node = unwrapped(value)
    if node is not None and node.type == "identifier":
        nodes = script.declared.get(syntax.text(node), [])
        known = nodes[0].child_by_field_name("value") if len(nodes) == 1 else None
        node = unwrapped(known)
    if node is None or node.type not in {"array", "object"}:
        return UNKNOWN
    if node.type == "array":
        texts = [(literal(child), syntax.line(child)) for child in node.named_children]
        listed = tuple(Prop(name, line, required=False) for name, line in texts if name)
        return Props(listed, len(listed) == len(node.named_children))
    listed = tuple(
        Prop(name, syntax.line(pair), _is_required(value)) for name, pair, value in pairs(node)
    )
    return Props(listed, not is_open(node))


def _is_required(value: Node) -> bool | None:
    """Tell what the options of a property say; its type alone says that it is not required."""
    options = unwrapped(value)
    if options is None or options.type != "object":
        is_type = options is not None and options.type in {"identifier", "array", "null"}
        return False if is_type else None
    for key, _, answer in pairs(options):
        if key == "required":
            return {"true": True, "false": False}.get(syntax.text(answer))
    return None if is_open(options) else False
