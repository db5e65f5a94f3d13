"""Properties that a function takes apart: `({ title, size = 1, ...rest })`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workers.readers.components.component import Prop, Props
from workers.readers.scripts import literal
from workers.survey import syntax

if TYPE_CHECKING:
    from tree_sitter import Node


def props_in(pattern: Node) -> Props:
    """Return the properties that an object pattern names; without a rest it takes no others."""
    listed: list[Prop] = []
    whole = True
    for child in pattern.named_children:
        line = syntax.line(child)
        if child.type == "shorthand_property_identifier_pattern":
            listed.append(Prop(syntax.text(child), line))
        elif child.type == "object_assignment_pattern":
            listed.append(
                Prop(syntax.text(child.child_by_field_name("left")), line, required=False)
            )
        elif child.type == "pair_pattern":
            key, value = child.child_by_field_name("key"), child.child_by_field_name("value")
            optional = value is not None and value.type == "assignment_pattern"
            if key is None or key.type == "computed_property_name":
                whole = False
                continue
            name = literal(key) or syntax.text(key)
            listed.append(Prop(name, line, False if optional else None))
        elif child.type != "comment":
            whole = False
    return Props(tuple(listed), whole)


def with_defaults(typed: Props, taken: Props) -> Props:
    """Return properties by their type; one with a value by default need not be given.

    What the type says is asked first: of one that it requires and the function has a value for,
    nothing is known.
    """
    defaults = {prop.name for prop in taken.listed if prop.required is False}
    listed = {
        prop.name: prop._replace(required=None) if prop.name in defaults and prop.required else prop
        for prop in typed.listed
    }
    for prop in taken.listed:
        listed.setdefault(prop.name, prop)
    return Props(tuple(listed.values()), typed.whole)
