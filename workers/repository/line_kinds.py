"""What a cited line is: code, a comment, an import, blank, or a line of a file that is no code.

By the file's name and folder first, then by the line itself. Of a language that nobody here knows
every line is code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal
from weakref import WeakKeyDictionary

from sessions.patterns import lazy_pattern
from workers.repository.comment_lines import comments_in, open_marks
from workers.repository.file_kinds import FileKind, is_test, kind_of_file
from workers.repository.import_lines import imports_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workers.repository.source import Source

Kind = FileKind | Literal["comment", "import", "blank"]

# What can show that something is there: code, what configures it, what declares a schema.
SHOWS: frozenset[Kind] = frozenset({"code", "configuration", "schema"})
# A report cites hundreds of files in turn, each several times: what was read of one is kept.
_KINDS: WeakKeyDictionary[Source, dict[frozenset[str], tuple[Kind, ...]]] = WeakKeyDictionary()
_OPEN_MARKS: WeakKeyDictionary[Source, dict[int, str]] = WeakKeyDictionary()
_TEXT = lazy_pattern(r"\w")
_CLOSES = lazy_pattern(r"[\])}>;,\s]*")


def kinds_of_range(
    source: Source, first: int, last: int, folders: frozenset[str]
) -> frozenset[Kind]:
    """Return the kinds of the lines of a range; `folders` are those that hold tests."""
    known = _KINDS.setdefault(source, {})
    if folders not in known:
        known[folders] = tuple(kinds_of_lines(source.path, source.lines, folders))
    return frozenset(known[folders][first - 1 : last])


def open_mark(source: Source, line: int) -> str:
    """Return what opened the comment or string that a line begins in; empty where it is in none."""
    if source not in _OPEN_MARKS:
        _OPEN_MARKS[source] = open_marks(_suffix(source.path), source.lines)
    return _OPEN_MARKS[source].get(line - 1, "")


def kinds_of_lines(path: str, lines: Sequence[str], folders: frozenset[str]) -> list[Kind]:
    """Return the kind of each line of a file."""
    of_file: Kind = kind_of_file(path)
    if of_file in {"code", "schema"} and is_test(path, "\n".join(lines), folders):
        of_file = "test"
    if of_file not in SHOWS:
        return [of_file if _TEXT.search(line) else "blank" for line in lines]
    suffix = _suffix(path)
    comments = comments_in(suffix, lines)
    imports = imports_in(suffix, lines)
    kinds: list[Kind] = []
    for position, line in enumerate(lines):
        if _CLOSES.fullmatch(line):
            kinds.append("blank")
        elif position in comments:
            kinds.append("comment")
        else:
            kinds.append("import" if position in imports else of_file)
    return kinds


def _suffix(path: str) -> str:
    """Return what comments and imports of a file are known by: its suffix, or its whole name."""
    name = path.rsplit("/", 1)[-1].lower()
    if name.endswith(".blade.php"):
        return "blade"
    if name.startswith((".env", "dockerfile", "containerfile", "makefile")):
        return name.lstrip(".").split(".", 1)[0]
    return name.rsplit(".", 1)[-1]
