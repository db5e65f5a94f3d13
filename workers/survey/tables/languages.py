"""LANGUAGES: what reads which files; the only list of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from workers.survey.tables import prisma, python_tables, script_tables, sql_files

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Mapping

    from workers.survey.tables.history import Declarations


@dataclass(frozen=True)
class Language:
    """Files that are read alike."""

    name: str
    suffixes: tuple[str, ...]
    declares: re.Pattern[bytes]  # what is a declaration, if it is understood
    concerns: Callable[[str, bytes], bool]
    extract: Callable[[str, bytes], dict[str, Any]]
    resolve: Callable[[Mapping[str, dict[str, Any]]], Declarations]


LANGUAGES = tuple(
    Language(name, suffixes, module.DECLARES, module.concerns, module.extract, module.resolve)
    for name, suffixes, module in (
        ("python", (".py",), python_tables),
        ("script", script_tables.SUFFIXES, script_tables),
        ("prisma", (".prisma",), prisma),
        ("sql", (".sql",), sql_files),
    )
)


def language_of(file: str) -> Language | None:
    """Return what reads a file, by the end of its name."""
    return next((one for one in LANGUAGES if file.lower().endswith(one.suffixes)), None)
