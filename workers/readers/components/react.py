"""Components of React, and of what is written like it: functions, classes, what wraps them.

A component's name begins with a capital letter; it holds markup, extends a component, or is what a
call that wraps components returns.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from sessions.patterns import lazy_pattern
from workers.readers.components.component import Component, Components, Prop, Props
from workers.readers.components.patterns import props_in, with_defaults
from workers.readers.components.types import (
    FUNCTION_TYPES,
    UNKNOWN,
    merged,
    props_of,
    type_arguments,
)
from workers.readers.scripts import (
    CLASSES,
    FUNCTIONS,
    arguments,
    called,
    inside,
    name_of,
    unwrapped,
)
from workers.readers.unread import Unread
from workers.survey import syntax

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

    from workers.readers.scripts import Script

_CAPITAL = lazy_pattern(r"[A-Z][\w$]{0,100}(?:\.[A-Z][\w$]{0,100}){0,3}")
_WRAPS = lazy_pattern(
    r"(?:React\.|Preact\.)?(?:memo|forwardRef|lazy)"
    r"|(?:observer|dynamic|styled|connect|loadable|chakra|motion|tw|cva|createComponent|with[A-Z]\w{0,60}|reactive|genericForwardRef)\b"
    r".{0,100}|(?:styled|motion|animated|tw)\.\w{1,40}.{0,100}",
)
_COMPONENT_CLASS = lazy_pattern(r"\b(?:Pure)?Component\b|\b[A-Z]\w{0,60}Component\b")
_MARKUP = frozenset({"jsx_element", "jsx_self_closing_element", "jsx_fragment"})
_MAKES = frozenset("createElement React.createElement h jsx jsxs cloneElement".split())
_FROM_REACT = lazy_pattern(
    r"['\"](?:react|preact|next|solid-js|@remix-run/react)(?:/[^'\"]*)?['\"]"
)


def read_components(script: Script, file_name: str) -> Components:
    """Return the components of a script; `file_name` names one that is exported without a name."""
    reading = _Reading(script)
    components = [
        component
        for name, nodes in script.declared.items()
        if _CAPITAL.fullmatch(name)
        for node in nodes
        if (component := reading.component(name, node)) is not None
    ]
    if script.default is not None and "default" not in script.exported:
        anonymous = reading.component(file_name, script.default)
        if anonymous is not None:
            components.append(anonymous)
    names = {*script.declared, *script.exported, *script.types}
    names |= {local for local in script.exported.values() if local} | set(reading.named_in_texts())
    unread = [] if script.whole else [Unread("parts of it are no code that is understood")]
    if script.stars:
        unread.append(Unread("it hands on what other modules export"))
    ordered = tuple(sorted(components, key=lambda component: component.line))
    imported = tuple((name, known.module) for name, known in script.imports.items())
    return Components(ordered, frozenset(names), imported, unread=tuple(unread))


class _Reading:
    def __init__(self, script: Script) -> None:
        self.script = script
        self.text = syntax.text(script.root)
        # Markup by where it starts: which function holds some is looked up, not searched.
        self.markup = sorted(
            node.start_byte
            for node in inside(script.root)
            if node.type in _MARKUP or (node.type == "call_expression" and called(node) in _MAKES)
        )
        is_solid = "solid-js" in self.text[:5000]
        self.framework = "solid" if is_solid else "react"

    def component(self, name: str, node: Node) -> Component | None:
        """Return the component that a node declares, None where it declares something else."""
        value = _value(node)
        if value is None:
            return None
        inner = self._inner(value)
        if not (self._is_component(value) or (inner is not None and self._is_component(inner))):
            return None
        props = self._props(node, value, inner)
        last = node.end_point.row + 1
        return Component(name, syntax.line(node), last, self.framework, props)

    def named_in_texts(self) -> Iterator[str]:
        """Yield what components are called in another way: `displayName`, keys of objects."""
        for node in inside(self.script.root):
            if node.type in {"pair", "method_definition"}:
                key = node.child_by_field_name("key") or node.child_by_field_name("name")
                yield syntax.text(key).strip("'\"`")
            elif node.type == "string":
                parent = node.parent
                if parent is not None and parent.type == "assignment_expression":
                    yield syntax.text(node)[1:-1]

    def _is_component(self, node: Node) -> bool:
        if node.type in FUNCTIONS:
            at = bisect_left(self.markup, node.start_byte)
            return at < len(self.markup) and self.markup[at] < node.end_byte
        if node.type in CLASSES:
            heritage = next((c for c in node.named_children if c.type == "class_heritage"), None)
            return _COMPONENT_CLASS.search(syntax.text(heritage)[:300]) is not None
        if node.type == "call_expression":
            return _WRAPS.fullmatch(called(node).replace("\n", " ")[:150]) is not None
        return False

    def _inner(self, value: Node, deep: int = 0) -> Node | None:
        """Return the function or class that calls wrap, the declared one where they name it."""
        if value.type in FUNCTIONS | CLASSES or deep > 4:
            return value
        if value.type == "identifier":
            declared = self.script.declared.get(syntax.text(value), [])
            known = _value(declared[0]) if len(declared) == 1 else None
            return self._inner(known, deep + 1) if known is not None else None
        if value.type != "call_expression":
            return None
        for argument in arguments(value):
            inner = unwrapped(argument)
            if inner is not None and inner.type in FUNCTIONS | CLASSES | {
                "call_expression",
                "identifier",
            }:
                return self._inner(inner, deep + 1)
        return None

    def _props(self, node: Node, value: Node, inner: Node | None) -> Props:
        typed = self._by_annotation(node) or self._by_call(value)
        if inner is None:
            return typed or UNKNOWN
        if inner.type in CLASSES:
            return self._of_class(inner)
        props = self._of_function(inner, typed)
        if value.type == "call_expression" and not _keeps_props(value):
            return props._replace(whole=False)
        if "defaultProps" in self.text or "propTypes" in self.text:
            listed = tuple(prop._replace(required=None) for prop in props.listed)
            return Props(listed, props.whole)
        return props

    def _by_annotation(self, node: Node) -> Props | None:
        """Return what `const Card: FC<Props>` says, None of another type."""
        annotation = node.child_by_field_name("type")
        if annotation is None or not annotation.named_children:
            return None
        written = annotation.named_children[0]
        name = name_of(written) if written.type == "generic_type" else syntax.text(written)
        if name.rpartition(".")[2] not in FUNCTION_TYPES:
            return None
        passed = type_arguments(written)
        own = props_of(passed[0], self.script.types) if passed else Props()
        child = Prop("children", syntax.line(written))
        return merged([own, Props((child,))]) if own.called("children") is None else own

    def _by_call(self, value: Node) -> Props | None:
        """Return what `forwardRef<Element, Props>(...)` and `memo<Props>(...)` say."""
        if value.type != "call_expression":
            return None
        name, passed = called(value).rpartition(".")[2], type_arguments(value)
        at = {"forwardRef": 1, "memo": 0}.get(name)
        if at is not None and len(passed) > at:
            return props_of(passed[at], self.script.types)
        for argument in arguments(value)[:1]:
            inner = unwrapped(argument)
            if inner is not None and inner.type == "call_expression":
                return self._by_call(inner)
        return None

    def _of_function(self, function: Node, typed: Props | None) -> Props:
        parameter = _first_parameter(function)
        if parameter is None:
            return typed if typed is not None else Props(whole="arguments" not in self.text)
        pattern = parameter.child_by_field_name("pattern") or parameter
        if pattern.type == "assignment_pattern":
            pattern = pattern.child_by_field_name("left") or pattern
        annotation = parameter.child_by_field_name("type")
        if annotation is not None:
            typed = props_of(annotation, self.script.types)
        if pattern.type != "object_pattern":
            return typed or UNKNOWN
        taken = props_in(pattern)
        return taken if typed is None else with_defaults(typed, taken)

    def _of_class(self, declared: Node) -> Props:
        heritage = next((c for c in declared.named_children if c.type == "class_heritage"), None)
        for node in inside(heritage) if heritage is not None else ():
            if node.type == "type_arguments" and node.named_children:
                props = props_of(node.named_children[0], self.script.types)
                listed = tuple(prop._replace(required=None) for prop in props.listed)
                child = Prop("children", syntax.line(node))
                return merged([Props(listed, props.whole), Props((child,))])
        return UNKNOWN


def _keeps_props(call: Node) -> bool:
    """Tell whether what a call returns takes what its function takes."""
    return called(call).rpartition(".")[2] in {"memo", "forwardRef", "observer"}


def _value(node: Node) -> Node | None:
    """Return what a node declares: itself, or the value that it is given."""
    if node.type in {"variable_declarator", "assignment_expression"}:
        return unwrapped(node.child_by_field_name("value") or node.child_by_field_name("right"))
    return unwrapped(node)


def _first_parameter(function: Node) -> Node | None:
    single = function.child_by_field_name("parameter")
    if single is not None:
        return single
    listed = function.child_by_field_name("parameters")
    nodes = listed.named_children if listed is not None else []
    return next((node for node in nodes if node.type != "comment"), None)
