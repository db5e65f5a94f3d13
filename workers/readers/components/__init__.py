"""Components of user interfaces: React and what is written like it, Vue, Svelte.

`react` reads scripts, `vue` and `svelte` files that are one component each. Properties come from
what the file itself says: types (`types`), what a function takes apart (`patterns`), options.
A type of another module leaves a component's properties open.
"""

from __future__ import annotations

import re

from workers.readers.components import react, svelte, vue
from workers.readers.components.component import Component, Components, Prop, Props
from workers.readers.scripts import read_script, tree_of
from workers.readers.unread import Unread
from workers.survey import syntax

__all__ = ["SUFFIXES", "Component", "Components", "Prop", "Props", "name_of_file", "read"]

SUFFIXES = (".js", ".jsx", ".mjs", ".ts", ".tsx", ".mts", ".vue", ".svelte")


def read(path: str, text: str) -> Components | None:
    """Return the components that a file declares, None of a file that may declare none."""
    if not path.lower().endswith(SUFFIXES):
        return None
    name = name_of_file(path)
    if path.lower().endswith(".vue"):
        return vue.read_components(text, name)
    if path.lower().endswith(".svelte"):
        return svelte.read_components(text, name)
    language = syntax.language_of(path)
    root = tree_of(language, text) if language else None
    if root is None:
        return Components(unread=(Unread("it is too large, or takes too long to be read"),))
    return react.read_components(read_script(root), name)


def name_of_file(path: str) -> str:
    """Return the name that a file gives its component: its own, or its folder's for an `index`."""
    *folders, file = path.split("/")
    stem = file.split(".")[0]
    stem = folders[-1] if stem == "index" and folders else stem
    if stem[:1].isupper():
        return stem
    return "".join(part[:1].upper() + part[1:] for part in re.split(r"[-_\s]+", stem))
