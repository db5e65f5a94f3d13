"""How large, long and deep a foreign text may be before a parser sees it, in one place.

A parser is written in C or takes the square of its input in time, and what it is given was written
by a stranger. These limits are counted on the text, by patterns that take linear time: the same
text is over them on every machine. Each is far above what people write. What they let through is
judged in a process of its own as well (`workers.repository.apart`): a limit of time never decides.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from sessions.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Iterable

# The notes and the JSON.
DELIVERABLE_BYTES = 8 * 1024 * 1024
DELIVERABLE_LINES = 100_000
NOTES_LINES = 40_000  # each costs up to 40 microseconds, and some notes are read several times
NOTES_LINE = 200_000
# Each costs some 20 microseconds, in the reading of Markdown: an opening may begin a link.
NOTES_BRACKETS = 40_000
# Each becomes an object of its own, or ends one.
NOTES_MARKS = 300_000
JSON_DEPTH = 40
# Of objects and arrays: each may have a dozen faults, which are all kept before some are printed.
JSON_PARTS = 20_000

# Blocks of code, and SQL in the JSON.
BLOCK_CHARACTERS = 50_000
BLOCK_LINE = 20_000
# Of all blocks together; some 100,000 characters of SQL are read in a second.
JUDGED_CHARACTERS = 300_000
NESTING = 100
# Of SQL: a type before a bracket, in the brackets of another; sqlglot tries each in two ways.
TYPED = 4
DOTTED = 100  # TOML looks each part of `a.b.c` up from the first one

# The user's files.
SOURCE_BYTES = 8 * 1024 * 1024
SQL_CHARACTERS = 500_000
COMPOSE_BYTES = 200_000  # read by Python alone, some 50,000 in a second
SETTINGS_BYTES = 1024 * 1024

# What agents send.
MESSAGE_BYTES = 8 * 1024 * 1024
COMMAND_CHARACTERS = 200_000  # of a shell command in a transcript


@dataclass(frozen=True)
class Limit:
    """A published limit: of which text, how much of what at most."""

    text: str
    most: int
    unit: str


PUBLISHED = (
    Limit("the notes, the JSON", DELIVERABLE_BYTES, "bytes"),
    Limit("the JSON", DELIVERABLE_LINES, "lines"),
    Limit("the notes", NOTES_LINES, "lines"),
    Limit("the notes", NOTES_LINE, "characters on a line"),
    Limit("the notes", NOTES_BRACKETS, "opening brackets `[`"),
    Limit("the notes", NOTES_MARKS, "characters that Markdown may act upon"),
    Limit("the JSON", JSON_DEPTH, "levels"),
    Limit("the JSON", JSON_PARTS, "objects and arrays"),
    Limit("a block of code, a text of SQL", BLOCK_CHARACTERS, "characters"),
    Limit("a block of code, a text of SQL", BLOCK_LINE, "characters on a line"),
    Limit("a block of code, a text of SQL", NESTING, "levels"),
    Limit("a block or text of SQL", TYPED, "types with brackets, each inside the one before"),
    Limit("a block of TOML", DOTTED, "parts of a dotted key"),
    Limit("all blocks of a report", JUDGED_CHARACTERS, "characters"),
    Limit("a cited file", SOURCE_BYTES, "bytes"),
    Limit("a cited file of SQL", SQL_CHARACTERS, "characters"),
    Limit("a manifest (TOML, JSON, YAML)", NESTING, "levels"),
    Limit("a compose file", COMPOSE_BYTES, "bytes"),
    Limit("waggle.toml, pyproject.toml", SETTINGS_BYTES, "bytes"),
    Limit("a hook's input, a message of MCP", MESSAGE_BYTES, "bytes"),
    Limit("a shell command in a transcript", COMMAND_CHARACTERS, "characters"),
)


class Over(NamedTuple):
    """A limit that a text is over, and the line, from 1, where that is seen."""

    what: str
    line: int | None = None


_MARKS = "`*_[]<!&\\|"
# What is skipped when brackets are counted: strings and comments. One that is never closed ends
# with its line or the text, so that no pattern goes over the same characters twice.
_QUOTED = r'"(?:[^"\\\n]|\\.)*+(?:"|$|\n)'
_SINGLE = r"'(?:[^'\\\n]|\\.)*+(?:'|$|\n)"
_BLOCKS = r'"""[\s\S]*?(?:"""|\Z)'
_HASH = r"(?:^|(?<=\s))#[^\n]*"
_SKIPPED = {
    "json": lazy_pattern(_QUOTED),
    "yaml": lazy_pattern(
        rf"""(?:^|(?<=[\s,\[{{:(]))(?:"(?:[^"\\]|\\.)*+(?:"|\Z)|'[^']*+(?:'|\Z))|{_HASH}""",
        re.MULTILINE,
    ),
    "toml": lazy_pattern(
        rf"{_BLOCKS}|'''[\s\S]*?(?:'''|\Z)|{_QUOTED}|'[^'\n]*+(?:'|$|\n)|#[^\n]*", re.MULTILINE
    ),
    "python": lazy_pattern(
        rf"{_BLOCKS}|'''[\s\S]*?(?:'''|\Z)|{_QUOTED}|{_SINGLE}|#[^\n]*", re.MULTILINE
    ),
    "graphql": lazy_pattern(rf"{_BLOCKS}|{_QUOTED}|#[^\n]*", re.MULTILINE),
    "sql": lazy_pattern(
        r"""'[^']*+(?:'|\Z)|"[^"]*+(?:"|\Z)|--[^\n]*|/\*[\s\S]*?(?:\*/|\Z)""", re.MULTILINE
    ),
}
_SKIPPED["openapi"] = _SKIPPED["yaml"]
_BRACKET = lazy_pattern(r"[\[\](){}\n]")
_TYPES = (
    "array bigdecimal bigint bignum bignumeric bigserial binary binary_double binary_float bit blob"
    " bool boolean bpchar bytea? char cstring character clob date(?:multi)?(?:range)? datetime"
    r" datetime2 datetimeoffset dec decfloat decimal\d* double enum fixed float\d? geography"
    r" geometry hstore hugeint image inet int(?:eger)? u?u?int\d+ int\dmulti(?:range)? int\drange"
    " interval jsonb? list long longblob longtext longvarchar map medium(?:blob|int|text) money"
    " name n?char nchar ntext null nullable number numeric n?varchar2? nvarchar num(?:multi)?range"
    r" object oid point precision range real ref reg\w+ rowversion (?:small|big)?serial set short"
    " signed small(?:datetime|int|money) sql_variant str string struct text time(?:_ns|tz)?"
    r" timestamp\w* tiny(?:blob|int|text) ts(?:tz)?(?:multi)?range uhugeint uint union"
    " uniqueidentifier unknown unsigned uuid varbinary varchar2? varying variant vector xml year"
)
_TYPED = lazy_pattern(rf"(\b(?:{'|'.join(_TYPES.split())})\s*+)?[\[(]|[\])]|\n", re.IGNORECASE)
_DOTTED = lazy_pattern(rf"(?:[\w-]+[ \t]*\.[ \t]*){{{DOTTED}}}")
_INDENTED = lazy_pattern(r"^( *+)([-? \t]*+)(?=[^\s#])", re.MULTILINE)


def over_notes(text: str) -> Over | None:
    """Return the limit that notes are over, None if none."""
    if text.count("\n") > NOTES_LINES:
        return Over(f"more than {NOTES_LINES:,} lines")
    long = _long_line(text, NOTES_LINE)
    if long is not None:
        return long
    if text.count("[") > NOTES_BRACKETS:
        return Over(f"more than {NOTES_BRACKETS:,} opening brackets `[`")
    if sum(map(text.count, _MARKS)) > NOTES_MARKS:
        return Over(f"more than {NOTES_MARKS:,} characters that Markdown may act upon ({_MARKS})")
    return None


def over_block(language: str, text: str) -> Over | None:
    """Return the limit that a block in a language is over, None if none."""
    if len(text) > BLOCK_CHARACTERS:
        return Over(f"more than {BLOCK_CHARACTERS:,} characters")
    return _long_line(text, BLOCK_LINE) or over_nesting(language, text)


def over_nesting(language: str, text: str, most: int = NESTING) -> Over | None:
    """Return where a text of a language is nested too deep, None if it nowhere is."""
    openings = sum(map(text.count, "[({"))
    is_indented = language in {"yaml", "openapi"}
    if language == "sql" and openings > TYPED:
        line = _deep_in_types(_SKIPPED["sql"].sub(_line_ends, text))
        if line is not None:
            return Over(f"more than {TYPED} types with brackets, each inside the one before", line)
    if openings > most or is_indented or (language == "toml" and text.count(".") >= DOTTED):
        skipped = _SKIPPED.get(language)
        # Line ends stay, so that the lines are those of the text.
        bare = skipped.sub(_line_ends, text) if skipped else text
        line = _deep_in_brackets(bare, most) if openings > most else None
        line = line or (_deep_in_indents(bare, most) if is_indented else None)
        if line is not None:
            return Over(f"nested more than {most} levels deep", line)
        dotted = _DOTTED.search(bare) if language == "toml" else None
        if dotted is not None:
            return Over(f"a key of more than {DOTTED} parts", _line(bare, dotted.start()))
    return None


def _line_ends(match: re.Match[str]) -> str:
    return "_" + "\n" * match[0].count("\n")


def _long_line(text: str, most: int) -> Over | None:
    if len(text) <= most:
        return None
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > most:
            return Over(f"a line of more than {most:,} characters", number)
    return None


def _deep_in_brackets(bare: str, most: int) -> int | None:
    depth, line = 0, 1
    for match in _BRACKET.finditer(bare):
        char = match[0]
        if char == "\n":
            line += 1
        elif char in "[({":
            depth += 1
            if depth > most:
                return line
        elif depth:
            depth -= 1
    return None


def _deep_in_types(bare: str) -> int | None:
    """Return the line where types of SQL, each with brackets, are nested too deep."""
    opened: list[bool] = []
    line = 1
    for match in _TYPED.finditer(bare):
        if match[0] == "\n":
            line += 1
        elif match[0] in {")", "]"}:
            if opened:
                opened.pop()
        else:
            opened.append(match[1] is not None)
            if opened[-1] and sum(opened) > TYPED:
                return line
            line += match[0].count("\n")
    return None


def _deep_in_indents(bare: str, most: int) -> int | None:
    """Return the line where YAML is indented too deep, or holds too many `- - -` side by side."""
    levels: list[int] = []
    for match in _INDENTED.finditer(bare):
        indent, marks = len(match[1]), match[2].count("-") + match[2].count("?")
        while levels and levels[-1] >= indent:
            levels.pop()
        levels.append(indent)
        if len(levels) + marks > most:
            return _line(bare, match.start())
    return None


def _line(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1


def told() -> Iterable[str]:
    """Return the published limits as lines."""
    return (f"{one.text}: at most {one.most:,} {one.unit}" for one in PUBLISHED)
