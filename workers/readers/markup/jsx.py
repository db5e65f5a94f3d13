"""Elements of JSX."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workers.readers.markup.aids import Around, aids_of
from workers.readers.markup.element import Element, Markup
from workers.readers.scripts import above, inside, literal, name_of
from workers.readers.unread import Unread
from workers.survey import syntax

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

_TAGS = frozenset({"jsx_opening_element", "jsx_self_closing_element"})
_LABELS = ("label", "Label", "FormLabel", "InputLabel")


def read_markup(root: Node) -> Markup:
    """Return the elements of a script."""
    tags = [node for node in inside(root) if node.type in _TAGS]
    label_for = _label_for(tags)
    elements = [_element(tag, label_for) for tag in tags if name_of(tag)]
    unread = (Unread("parts of it are no code that is understood"),) if root.has_error else ()
    return Markup(tuple(elements), unread)


def _attributes(tag: Node) -> tuple[dict[str, str | None], bool]:
    """Return the attributes of a tag, and whether more are spread into it."""
    known: dict[str, str | None] = {}
    is_open = _is_merged(tag)
    for child in tag.named_children:
        if child.type == "jsx_attribute":
            name, *value = child.named_children
            key = syntax.text(name)
            known[key if "-" in key else key[:1].lower() + key[1:]] = _text(value)
        elif child.type == "jsx_expression":
            is_open = True
    return known, is_open


def _is_merged(tag: Node) -> bool:
    """Tell whether a component gives an element attributes and content of its own.

    It does so to what is handed to it in an attribute, and to its child where it says `asChild`.
    """
    own = tag.parent if tag.type == "jsx_opening_element" else tag
    parent = own.parent if own is not None else None
    if parent is None or parent.type != "jsx_element":
        return any(node.type == "jsx_attribute" for node in _out_to_element(parent))
    opening = parent.child_by_field_name("open_tag")
    names = [syntax.text(child) for child in opening.named_children] if opening else []
    return any(name.startswith("asChild") for name in names)


def _out_to_element(node: Node | None) -> Iterator[Node]:
    """Yield a node and what it lies in, out to the next element."""
    while node is not None and node.type != "jsx_element":
        yield node
        node = node.parent


def _text(value: list[Node]) -> str | None:
    if not value:
        return ""
    node = value[0]
    if node.type == "jsx_expression":
        node = node.named_children[0] if node.named_children else node
    return literal(node)


def _label_for(tags: list[Node]) -> frozenset[str] | None:
    """Return the ids that labels name, None where one names an id that is computed."""
    ids: set[str] = set()
    for tag in tags:
        known, is_open = _attributes(tag)
        for key in ("htmlFor", "for"):
            if key in known:
                target = known[key]
                if target is None:
                    return None
                ids.add(target)
        if is_open and name_of(tag).endswith("abel"):
            return None
    return frozenset(ids)


def _element(tag: Node, label_for: frozenset[str] | None) -> Element:
    name = name_of(tag)
    attributes, is_open = _attributes(tag)
    if "dangerouslySetInnerHTML" in attributes or "children" in attributes:
        content: bool | None = None
    else:
        content = _content(tag)
    around = Around(content, _in_label(tag), label_for)
    native = name[:1].islower() and "." not in name
    aids = aids_of(name, attributes, around, is_open=is_open)
    if not native:  # what a component makes of its attributes, no other file says
        aids = {key: has for key, has in aids.items() if has and key != "name"}
    return Element(name, syntax.line(tag), tag.end_point.row + 1, aids, native)


def _content(tag: Node) -> bool | None:
    """Tell whether an element holds text, None where some of what it holds may be text."""
    if tag.type == "jsx_self_closing_element" or tag.parent is None:
        return False
    answer: bool | None = False
    for child in inside(tag.parent, lambda node: node.type in {"jsx_element", "jsx_fragment"}):
        if child.type == "jsx_text" and syntax.text(child).strip():
            return True
        if child.type in _TAGS:
            attributes, is_open = _attributes(child)
            name = name_of(child)
            names = {"alt", "aria-label", "title"} & attributes.keys()
            if child != tag and (not name[:1].islower() or is_open or names):
                answer = None
        elif child.type == "jsx_expression" and not _is_comment(child):
            answer = None
        elif child.type == "html_character_reference":
            return True
    return answer


def _is_comment(expression: Node) -> bool:
    return all(child.type == "comment" for child in expression.named_children)


def _in_label(tag: Node) -> bool | None:
    """Tell whether an element lies in a label; None where a component may be one."""
    answer: bool | None = False
    own = tag.parent if tag.type == "jsx_opening_element" else tag
    for node in above(own) if own is not None else ():
        opening = node.child_by_field_name("open_tag") if node.type == "jsx_element" else None
        if opening is None:
            continue
        name = name_of(opening)
        if name in _LABELS:
            return True
        if not name[:1].islower() or "." in name:
            answer = None
    return answer
