"""The tables of a repository: `concerns` and `extract` look at one file, `resolve` at all.

Each entry of LANGUAGES reads files of one kind (`python_tables`, `script_tables`, `prisma`,
`sql_files`) and has one module a library below it (`sqlalchemy`, `django_models`, `typeorm` ...),
which do not know each other. Models say tables, migrations say steps (`replay`); `history` puts
them together, models first. Expressions of code are plain data here (`expressions`), the same for
all languages, and not those of `endpoints`: columns need their arguments, routes their values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workers.survey import syntax
from workers.survey.found import NotUnderstood, Table
from workers.survey.tables.history import Declarations, merged
from workers.survey.tables.languages import LANGUAGES, Language, language_of

if TYPE_CHECKING:
    from collections.abc import Mapping

Fact = dict[str, Any]
SOURCE_BYTES = 4_000_000  # of code; a dump of SQL may be larger
SAYS_NOTHING = "it looks as if it declared a table, and gave none"


def concerns(file: str, source: bytes) -> bool:
    """Tell by cheap tokens whether a file may say something about tables."""
    language = language_of(file)
    return language is not None and language.concerns(file, source)


def extract(file: str, source: bytes) -> list[Fact]:
    """Return what one file says, as JSON; depends on its name and content alone."""
    language = language_of(file)
    if language is None:
        return []
    fact: Fact = {"language": language.name, "declares": _declares(language, source)}
    if language.name != "sql" and len(source) > SOURCE_BYTES:
        return [{**fact, "unread": "it is too large to be source code"}]
    try:
        return [{**fact, **language.extract(file, source)}]
    except syntax.TooSlow:
        return [{**fact, "unread": "it takes too long to parse"}]
    except RecursionError:
        return [{**fact, "unread": "it is nested too deeply"}]


def _declares(language: Language, source: bytes) -> int | None:
    """Return the first line that looks as if it declared a table."""
    mark = language.declares.search(source)
    return source.count(b"\n", 0, mark.start()) + 1 if mark else None


def resolve(facts: Mapping[str, list[Fact]]) -> tuple[list[Table], list[NotUnderstood]]:
    """Return the tables of all files together, and what looked like one and gave none."""
    parts: list[Declarations] = []
    worded: set[str] = set()
    missed: set[NotUnderstood] = set()
    for language in LANGUAGES:
        read: dict[str, Fact] = {}
        for file, listed in facts.items():
            for fact in listed:
                if fact["language"] == language.name and "unread" in fact:
                    missed.add(NotUnderstood(file, 1, fact["unread"]))
                elif fact["language"] == language.name:
                    read[file] = fact
        if read:
            parts.append(language.resolve(read))
            missed |= _silent(read, parts[-1])
            worded |= parts[-1].sources if language.is_folder else set()
    missed |= {one for part in parts for one in part.not_understood}
    return merged(parts, worded - {"sql"}), sorted(
        missed, key=lambda one: (one.file, one.line, one.reason)
    )


def _silent(read: Mapping[str, Fact], declarations: Declarations) -> set[NotUnderstood]:
    """Return the files that look as if they declared a table and gave neither that nor a reason."""
    heard = {table.file for table in [*declarations.declared, *declarations.derived]}
    heard |= {one.file for one in declarations.not_understood} | declarations.understood
    heard |= {file for history in declarations.histories for file, steps in history.files if steps}
    return {
        NotUnderstood(file, fact["declares"], SAYS_NOTHING)
        for file, fact in read.items()
        if fact["declares"] is not None and file not in heard
    }
