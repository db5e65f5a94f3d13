"""Which modules a file imports, by plain searches: finding them costs a tenth of parsing it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from sessions.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

_LINE = 300
_SPECIFIER = lazy_pattern(rb"""['"]([^'"\s]{1,200})['"]""")
_FROM = lazy_pattern(rb"\s*from\s+([\w.]+)\s+import\s+(.*)")
_IMPORT = lazy_pattern(rb"\s*import\s+(.*)")
_BEFORE_SPECIFIER = (
    b"from '", b'from "', b"require('", b'require("', b"import '", b'import "',
    b"import('", b'import("',
)  # fmt: skip


@lru_cache(maxsize=2)
def imports_of(language: str, source: bytes) -> tuple[tuple[int, str], ...]:
    """Return what a file of Python or a script imports, each with its place in the source.

    Of Python it is a module with each name that is imported of it, of scripts the specifier.
    """
    return tuple(_of_python(source) if language == "python" else _of_script(source))


def _of_python(source: bytes) -> Iterator[tuple[int, str]]:
    at = source.find(b"import ")
    while at != -1:
        start = source.rfind(b"\n", 0, at) + 1
        end = source.find(b"\n", at)
        line = source[start : len(source) if end == -1 else end][:_LINE]
        yield from ((start, module) for module in _modules(line))
        at = source.find(b"import ", at + 7 if end == -1 else end)


def _modules(line: bytes) -> Iterator[str]:
    match = _FROM.match(line)
    if match:
        module = match[1].decode("ascii", "replace")
        joint = "" if module.endswith(".") else "."
        names = re.findall(r"\w+", match[2].partition(b"#")[0].decode("utf-8", "replace"))
        yield from (f"{module}{joint}{name}" for name in names or ("",))
    elif match := _IMPORT.match(line):
        for part in match[1].partition(b"#")[0].decode("utf-8", "replace").split(","):
            yield part.strip().partition(" ")[0]


def _of_script(source: bytes) -> Iterator[tuple[int, str]]:
    for before in _BEFORE_SPECIFIER:
        at = source.find(before)
        while at != -1:
            match = _SPECIFIER.match(source, at + len(before) - 1)
            if match:
                yield at, match[1].decode("utf-8", "replace")
            at = source.find(before, at + len(before))
