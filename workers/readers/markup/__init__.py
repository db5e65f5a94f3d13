"""Markup: elements, and what they have for those who do not see or point.

`jsx` reads scripts, `html` documents and the templates of Vue and Svelte; what counts as a text
instead of a picture, a label, a name and a role is in `aids`.
"""

from __future__ import annotations

import re

from workers.readers.blocks import blocks_of, is_tame
from workers.readers.markup import html, jsx
from workers.readers.markup.element import Element, Markup
from workers.readers.scripts import tree_of
from workers.readers.unread import Unread
from workers.survey import syntax

__all__ = ["Element", "Markup", "read"]

_HTML_CHARACTERS = 1_000_000
_WITH_MARKUP = (".jsx", ".tsx", ".js")


def read(path: str, text: str) -> Markup | None:
    """Return the elements of a file, None of a file whose markup is not read."""
    lower = path.lower()
    if lower.endswith(_WITH_MARKUP):
        root = tree_of(syntax.language_of(path) or "", text)
        if root is None:
            return Markup(unread=(Unread("it is too large, or takes too long to be read"),))
        return jsx.read_markup(root)
    if len(text) > _HTML_CHARACTERS:
        return None
    if lower.endswith((".html", ".htm")):
        if "<%" in text or not is_tame(text):
            return Markup(unread=(Unread("it is a template of a server, or broken"),))
        return html.read_markup(text)
    if lower.endswith((".vue", ".svelte")):
        return _of_blocks(text, "vue" if lower.endswith(".vue") else "svelte")
    return None


def _of_blocks(text: str, framework: str) -> Markup:
    blocks = blocks_of(text)
    if blocks is None:
        return Markup(unread=(Unread("a block of it has no end"),))
    if framework == "vue":
        templates = [block for block in blocks if block.tag == "template"]
        if any(block.attributes.get("lang") not in {None, "html"} for block in templates):
            return Markup(unread=(Unread("its template is no HTML"),))
        return html.read_markup("".join(block.text for block in templates[:1]), framework)
    markup = text
    for block in blocks:
        content = block.text.lstrip("\n")
        if block.tag in {"script", "style"} and content.strip():
            markup = markup.replace(content, re.sub(r"[^\n]", " ", content), 1)
    return html.read_markup(markup, framework)
