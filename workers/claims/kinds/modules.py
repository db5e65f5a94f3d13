"""Which files a file imports, where its text says it without doubt."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from sessions.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.repository.source import Source

_SCRIPT = lazy_pattern(
    r"(?:\bfrom|\bimport|\brequire|\bimport\s*\(|\brequire\s*\(|\bmock\s*\(|\b[dD]oMock\s*\()"
    r"\s*\(?\s*['\"`]([^'\"`\n]{1,300})['\"`]"
)
_PYTHON = lazy_pattern(
    r"^\s*(?:from\s+(\.{0,5}[\w.]{0,200})\s+import\s+\(?([\w, \t\n*]{0,1000})"
    r"|import\s+([\w., \t]{1,500}))",
    re.MULTILINE,
)
_SUFFIX = lazy_pattern(r"(?:\.d)?\.(?:[cm]?[jt]sx?|vue|svelte|astro|pyi?)$")
_LINE_CHARACTERS = 2000


def imports_file(source: Source, file: str) -> bool:
    """Tell whether a source imports a file, by a path that leads to it.

    A path from some root or alias counts where two parts of it are the end of the file's.
    """
    text = "\n".join(line[:_LINE_CHARACTERS] for line in source.lines)
    if source.path.endswith((".py", ".pyi")):
        return any(_is_python(module, file) for module in _python_modules(source.path, text))
    wanted = _without_suffix(file)
    folder = posixpath.dirname(source.path)
    for module in _SCRIPT.findall(text):
        bare = _without_suffix(module.split("?")[0])
        if bare.startswith("."):
            if posixpath.normpath(posixpath.join(folder, bare)) in _spelled(wanted):
                return True
        elif "/" in bare and any(_has_tail(way, bare) for way in _spelled(wanted)):
            return True
    return False


def _without_suffix(path: str) -> str:
    return _SUFFIX.sub("", path)


def _spelled(path: str) -> tuple[str, ...]:
    folder, _, name = path.rpartition("/")
    return (path, folder) if name in {"index", "__init__", "mod"} else (path,)


def _has_tail(path: str, module: str) -> bool:
    """Tell whether a module's path without its first part, an alias, is the end of a file's."""
    tail = module.split("/")[1:] if module[0] in "@~#$" else module.split("/")
    is_told = len(tail) > 1 or module[0] in "@~#$"
    return bool(tail) and is_told and path.split("/")[-len(tail) :] == tail


def _python_modules(path: str, text: str) -> Iterator[str]:
    """Yield the dotted names of the modules that a Python text imports; relative ones as paths."""
    for match in _PYTHON.finditer(text):
        if match[3] is not None:
            yield from (name.split(" as ")[0].strip() for name in match[3].split(","))
            continue
        module = match[1]
        dots = len(module) - len(module.lstrip("."))
        if dots:
            folders = posixpath.dirname(path).split("/")
            above = folders[: len(folders) - dots + 1]
            module = ".".join([*above, *([module.lstrip(".")] if module.lstrip(".") else [])])
        yield module
        for name in match[2].split(","):
            bare = name.split(" as ")[0].strip()
            if bare and bare != "*":
                yield f"{module}.{bare}" if module else bare


def _is_python(module: str, file: str) -> bool:
    """Tell whether a dotted name is a file's: its path, from the root or below a source folder."""
    parts = module.split(".")
    for way in _spelled(_without_suffix(file)):
        path = way.split("/")
        if path[-len(parts) :] == parts and (len(parts) > 1 or len(path) == 1):
            return True
    return False
