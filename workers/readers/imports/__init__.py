"""What a file imports, by its syntax tree: IMPORTERS is the list of languages.

A module says what its language's files import (`read`); which file of the repository that is
depends on all of them, and is not decided here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from workers.readers.imports import go, jvm, python, script
from workers.readers.imports.record import FileImports
from workers.survey import syntax

if TYPE_CHECKING:
    from collections.abc import Callable

_CODE_BYTES = 1024 * 1024
IMPORTERS: dict[str, Callable[[str, bytes], FileImports]] = {
    "python": python.read,
    "javascript": script.read,
    "typescript": script.read,
    "tsx": script.read,
    "go": go.read,
    "java": jvm.read,
    "kotlin": jvm.read,
}
# Components with a script in them, which no grammar here reads.
_COMPONENTS = (".vue", ".svelte", ".astro")
FAMILIES = {
    "python": "python",
    "javascript": "script",
    "typescript": "script",
    "tsx": "script",
    "go": "go",
    "java": "jvm",
    "kotlin": "jvm",
}


def family_of(file: str) -> str | None:
    """Return the family of languages that import each other, None where no reader knows it."""
    if file.endswith(_COMPONENTS):
        return "script"
    return FAMILIES.get(syntax.language_of(file) or "")


def imports_in(file: str, text: str) -> FileImports | None:
    """Return what a file imports, None where no reader knows its language."""
    if file.endswith(_COMPONENTS):
        return script.of_component(text)
    language = syntax.language_of(file)
    reader = IMPORTERS.get(language or "")
    if language is None or reader is None:
        return None
    source = text.encode()
    if len(source) > _CODE_BYTES:
        return FileImports(unread="it is too large")
    try:
        return reader(language, source)
    except syntax.TooSlow:
        return FileImports(unread="it takes too long to parse")
