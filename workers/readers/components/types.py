"""Properties by types of TypeScript: those that the file itself declares."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workers.readers.components.component import Prop, Props
from workers.readers.scripts import literal, name_of, unwrapped
from workers.survey import syntax

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tree_sitter import Node

UNKNOWN = Props(whole=False)
_DEEP = 8
_SAME = frozenset({"Readonly", "NonNullable", "React.PropsWithoutRef", "PropsWithoutRef"})
_WITH_CHILDREN = frozenset({"PropsWithChildren", "React.PropsWithChildren"})
# Of React 17 and before, the type of a component brings children.
FUNCTION_TYPES = frozenset(
    "FC FunctionComponent VFC VoidFunctionComponent SFC ComponentType Component ParentComponent"
    " FlowComponent VoidComponent NextPage NextComponentType".split()
)


def props_of(node: Node | None, types: Mapping[str, list[Node]], deep: int = 0) -> Props:
    """Return the properties of a type; UNKNOWN where nothing of it is known."""
    node = unwrapped(node)
    if node is None or deep > _DEEP:
        return UNKNOWN
    if node.type == "type_annotation":
        return props_of(node.named_children[0] if node.named_children else None, types, deep)
    if node.type in {"object_type", "interface_body"}:
        return _members(node)
    if node.type == "type_identifier":
        return _named(syntax.text(node), types, deep)
    if node.type == "intersection_type":
        return merged(props_of(child, types, deep + 1) for child in node.named_children)
    if node.type == "union_type":
        each = [props_of(child, types, deep + 1) for child in node.named_children]
        together = merged(each)
        return together._replace(
            listed=tuple(prop._replace(required=None) for prop in together.listed)
        )
    if node.type == "generic_type":
        return _generic(node, types, deep)
    return UNKNOWN


def merged(several: Iterable[Props]) -> Props:
    """Return what several say together: the first that names a property says of what kind it is."""
    listed: dict[str, Prop] = {}
    whole = True
    for props in several:
        whole = whole and props.whole
        for prop in props.listed:
            known = listed.setdefault(prop.name, prop)
            if known.required is not prop.required:
                listed[prop.name] = known._replace(required=None)
    return Props(tuple(listed.values()), whole)


def _named(name: str, types: Mapping[str, list[Node]], deep: int) -> Props:
    declarations = types.get(name, [])
    if len(declarations) != 1:
        return UNKNOWN
    declaration = declarations[0]
    if declaration.child_by_field_name("type_parameters") is not None:
        # What a parameter stands for may be spread into the type.
        return _declared(declaration, types, deep)._replace(whole=False)
    return _declared(declaration, types, deep)


def _declared(declaration: Node, types: Mapping[str, list[Node]], deep: int) -> Props:
    if declaration.type == "type_alias_declaration":
        return props_of(declaration.child_by_field_name("value"), types, deep + 1)
    own = props_of(declaration.child_by_field_name("body"), types, deep + 1)
    clauses = [child for child in declaration.named_children if child.type.startswith("extends")]
    bases = [
        props_of(base, types, deep + 1)
        for clause in clauses
        for base in clause.named_children
        if base.type != "comment"
    ]
    names = {prop.name for prop in own.listed}
    inherited = [
        props._replace(listed=tuple(prop for prop in props.listed if prop.name not in names))
        for props in bases
    ]
    return merged([own, *inherited])


def _members(body: Node) -> Props:
    listed: list[Prop] = []
    whole = True
    for member in body.named_children:
        if member.type in {"property_signature", "method_signature"}:
            named = member.child_by_field_name("name")
            name = literal(named) or syntax.text(named)
            optional = any(child.type == "?" for child in member.children)
            listed.append(Prop(name, syntax.line(member), _required(member, optional=optional)))
        elif member.type != "comment":
            whole = False
    return Props(tuple(listed), whole)


def _required(member: Node, *, optional: bool) -> bool | None:
    if optional:
        return False
    written = syntax.text(member.child_by_field_name("type"))[:500]
    return None if "undefined" in written or "never" in written else True


def _generic(node: Node, types: Mapping[str, list[Node]], deep: int) -> Props:
    name = name_of(node)
    passed = type_arguments(node)
    first = props_of(passed[0], types, deep + 1) if passed else UNKNOWN
    if name in _SAME:
        return first
    if name in _WITH_CHILDREN:
        child = Prop("children", syntax.line(node), required=False)
        return merged([first if passed else Props(), Props((child,))])
    if name in {"Partial", "Required"}:
        required = name == "Required"
        return first._replace(listed=tuple(p._replace(required=required) for p in first.listed))
    if name in {"Omit", "Pick"} and len(passed) == 2:
        names = _names_in(passed[1])
        if names is None:
            return first._replace(whole=False) if name == "Omit" else UNKNOWN
        keep = name == "Pick"
        kept_props = tuple(prop for prop in first.listed if (prop.name in names) is keep)
        missing = keep and not names <= {prop.name for prop in first.listed}
        return Props(kept_props, first.whole and not missing)
    return _named(name, types, deep)._replace(whole=False)


def _names_in(node: Node) -> set[str] | None:
    """Return the texts that a type lists, None where it is anything else."""
    options = node.named_children if node.type == "union_type" else [node]
    flat: list[Node] = []
    waiting = [*options]
    while waiting:
        option = waiting.pop()
        if option.type == "union_type":
            waiting += option.named_children
        else:
            flat.append(option)
    texts = [
        literal(option.named_children[0])
        for option in flat
        if option.type == "literal_type" and option.named_children
    ]
    if len(texts) != len(flat) or None in texts:
        return None
    return {text for text in texts if text is not None}


def type_arguments(node: Node) -> list[Node]:
    """Return what stands between `<` and `>` after a type or a call."""
    listed = node.child_by_field_name("type_arguments")
    if listed is None:
        listed = next((c for c in node.named_children if c.type == "type_arguments"), None)
    return listed.named_children if listed is not None else []
