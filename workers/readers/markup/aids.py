"""What an element has for those who do not see it: by its attributes, what it holds and lies in.

An attribute's value is a text, or None where it is computed. What is spread into an element, a
label that may be elsewhere, and content that is computed leave an answer open.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAMING = frozenset({"aria-label", "aria-labelledby", "title"})
FIELDS = frozenset({"input", "select", "textarea"})
NAMED = frozenset({"button", "a", "summary", "svg", "iframe"})
_OWN_LABEL = frozenset({"hidden", "submit", "reset", "button", "image"})


class Around(NamedTuple):
    """What an element holds and lies in.

    - `content`: whether it holds text; None where that is computed
    - `in_label`: whether it lies in a `label`; None where a component may be one
    - `label_for`: the ids that labels of the file name; None where one is computed
    """

    content: bool | None = False
    in_label: bool | None = False
    label_for: frozenset[str] | None = frozenset()


def aids_of(
    tag: str, attributes: Mapping[str, str | None], around: Around, *, is_open: bool
) -> dict[str, bool]:
    """Return what an element has or lacks, without what is not known; `is_open`: more is spread."""
    known = {
        key: key in attributes
        for key in ("alt", "role", "lang")
        if key in attributes or not is_open
    }
    alt = attributes.get("alt")
    if alt is not None and not alt.strip():
        del known["alt"]  # an empty text hides a picture, on purpose or not
    if not _NAMING.isdisjoint(attributes):
        known["label"] = known["name"] = True
        return known
    if is_open:
        return known
    if tag in FIELDS:
        labelled = _labelled(attributes, around)
        if labelled is not None:
            known["label"] = labelled
        if labelled or (labelled is False and "placeholder" not in attributes):
            known["name"] = labelled  # browsers take the placeholder for want of a better one
    elif around.content is not None and (tag in NAMED or around.content):
        known["label"] = False
        known["name"] = around.content
    else:
        known["label"] = False
    return known


def _labelled(attributes: Mapping[str, str | None], around: Around) -> bool | None:
    if attributes.get("type") in _OWN_LABEL:
        return None
    if around.in_label:
        return True
    if "id" in attributes:  # a label in another file may name it
        own = attributes["id"]
        return True if own is not None and own in (around.label_for or ()) else None
    return None if around.in_label is None else False
