"""LANGUAGES: what reads which files; the only list of them."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from workers.survey.grammars import reader_by_settings, suffixes_by_reader

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Mapping
    from types import ModuleType

    from workers.survey.tables.history import Declarations


class Language(NamedTuple):
    """Files that are read alike, by a module below `survey` that is imported when there is one."""

    name: str
    suffixes: tuple[str, ...]
    reader: str
    settings: bool = False  # whether its reader wants to see the settings of its grammar

    @property
    def _module(self) -> ModuleType:
        return import_module(f"workers.survey.{self.reader}")

    @property
    def is_folder(self) -> bool:
        """Tell whether a folder of `survey.languages` reads it."""
        return self.reader.startswith("languages.")

    @property
    def declares(self) -> re.Pattern[bytes]:
        """What is a declaration, if it is understood."""
        pattern: re.Pattern[bytes] = self._module.DECLARES
        return pattern

    @property
    def concerns(self) -> Callable[[str, bytes], bool]:
        """Tell by cheap tokens whether a file may say something about tables."""
        function: Callable[[str, bytes], bool] = self._module.concerns
        return function

    @property
    def extract(self) -> Callable[[str, bytes], dict[str, Any]]:
        """Return what one file says."""
        function: Callable[[str, bytes], dict[str, Any]] = self._module.extract
        return function

    @property
    def resolve(self) -> Callable[[Mapping[str, dict[str, Any]]], Declarations]:
        """Return what all files say together."""
        function: Callable[[Mapping[str, dict[str, Any]]], Declarations] = self._module.resolve
        return function


READS_SETTINGS = frozenset({"jvm"})  # what they set up decides how tables are called
LANGUAGES = (
    Language("python", (".py",), "tables.python_tables"),
    Language(
        "script",
        (".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx"),
        "tables.script_tables",
    ),
    Language("prisma", (".prisma",), "tables.prisma"),
    Language("sql", (".sql",), "tables.sql_files"),
    *(
        Language(reader, suffixes, f"languages.{reader}.tables", reader in READS_SETTINGS)
        for reader, suffixes in suffixes_by_reader().items()
    ),
)


def language_of(file: str) -> Language | None:
    """Return what reads a file, by the end of its name, or as settings."""
    by_suffix = next((one for one in LANGUAGES if file.lower().endswith(one.suffixes)), None)
    if by_suffix is not None:
        return by_suffix
    reader = reader_by_settings(file)
    return next((one for one in LANGUAGES if one.settings and one.name == reader), None)
