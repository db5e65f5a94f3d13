"""Files that a folder's name put aside, and which of them the repository's code imports."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from typing import TYPE_CHECKING

from sessions.patterns import lazy_pattern
from workers.survey import syntax, walk
from workers.survey.endpoints.modules import Modules
from workers.survey.found import LeftOut
from workers.survey.technologies import imports

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_WORD = "|".join(sorted(map(re.escape, walk.ASIDE), key=len, reverse=True))
_SEGMENT = lazy_pattern(rf"(?:^|[./])(?:{_WORD})(?:[./]|$)")
# Django names modules in texts: INSTALLED_APPS, include("vendors.urls").
_DOTTED = lazy_pattern(
    rf"['\"]((?:\w{{1,60}}\.){{0,8}}(?:{_WORD})(?:\.\w{{1,60}}){{0,8}})['\"]".encode()
)


def leads(file: str, source: bytes) -> list[str]:
    """Return what a file imports that may have been put aside; all that is near it, if it was."""
    language = syntax.followed_language_of(file)
    if language is None:
        return []
    was_aside = walk.aside_folder(file) != ""
    wanted = {
        name
        for _, name in imports.imports_of(language, source)
        if _SEGMENT.search(name) or (was_aside and name.startswith("."))
    }
    if language == "python" and (b"INSTALLED_APPS" in source or b"include(" in source):
        wanted |= {match[1].decode("utf-8", "replace") for match in _DOTTED.finditer(source)}
    return sorted(wanted)


def imported(
    wanted: Mapping[str, Iterable[str]], own: Iterable[str], aside: Iterable[str]
) -> set[str]:
    """Return the files put aside that others import; `wanted` is what `leads` said of each."""
    if not any(wanted.values()):
        return set()
    put_aside = set(aside)
    modules = Modules(frozenset([*own, *put_aside]), {}, {})
    reached: set[str] = set()
    for file, names in wanted.items():
        for name in names:
            reached.update(
                _python(modules, file, name)
                if file.endswith(".py")
                else _script(modules, file, name)
            )
    return reached & put_aside


def _python(modules: Modules, importer: str, dotted: str) -> Iterator[str]:
    """Yield the files of a module and of the packages that it lies in."""
    dots = dotted[: len(dotted) - len(dotted.lstrip("."))]
    parts = dotted[len(dots) :].split(".")
    while parts:
        file = modules.python(importer, dots + ".".join(parts))
        if file is not None:
            yield file
        parts.pop()


def _script(modules: Modules, importer: str, specifier: str) -> Iterator[str]:
    file = modules.script(importer, specifier)
    if file is None and not specifier.startswith("."):  # an alias: what stands behind its name
        rest = specifier.partition("/")[2]
        ends = [each for each in modules.files if posixpath.splitext(each)[0].endswith(f"/{rest}")]
        file = ends[0] if rest and len(ends) == 1 else None
    if file is not None:
        yield file


def left_out(aside: Mapping[str, str], read: Iterable[str]) -> list[LeftOut]:
    """Return the folders whose files were not read, each once with their number and the reason."""
    known = set(read)
    counted = Counter(
        (f"{folder}/" if (folder := walk.aside_folder(file)) else "(by name)", reason)
        for file, reason in aside.items()
        if file not in known
    )
    return [LeftOut(folder, files, reason) for (folder, reason), files in sorted(counted.items())]
