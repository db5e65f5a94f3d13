"""Tables that `table!` of Diesel declares, by the line grammar of the macro."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sessions.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

_TABLE = lazy_pattern(r"\btable!\s{0,9}\{")
_JOINABLE = lazy_pattern(
    r"\bjoinable!\s{0,9}\(\s{0,99}([\w#]{1,200})\s{0,9}->\s{0,9}([\w#]{1,200})"
    r"\s{0,9}\(\s{0,9}([\w#]{1,200})\s{0,9}\)"
)
_TOKEN = lazy_pattern(
    r'//[^\n]*|/\*[^*]*\*/|#\s{0,9}!?\[|"(?:[^"\\]|\\.)*"|->|::|r#\w+|\w+|[^\s]', 16
)
_LONGEST = 200_000
_TO = {"{": "}", "(": ")", "[": "]", "<": ">"}
Token = tuple[str, int]


def tables(source: str) -> Iterator[dict[str, Any]]:
    """Yield the tables of a file: name, line, keys, columns; None for one not understood."""
    at = 0
    while (match := _TABLE.search(source, at)) is not None:
        line = source.count("\n", 0, match.start()) + 1
        tokens, at = _tokens(source, match.end(), line)
        yield _table(tokens, line)


def joins(source: str) -> list[list[str]]:
    """Return the references of a file: table, referred table, column."""
    return [[_bare(part) for part in one.groups()] for one in _JOINABLE.finditer(source)]


def _tokens(source: str, start: int, line: int) -> tuple[list[Token], int]:
    """Return the tokens of a macro with their lines, and where the brace that ends it is."""
    depth = 1
    at = start
    tokens: list[Token] = []
    for match in _TOKEN.finditer(source, start, min(len(source), start + _LONGEST)):
        line += source.count("\n", at, match.start())
        at = match.start()
        word = match[0]
        if word.startswith(("//", "/*")):
            continue
        depth += (word == "{") - (word == "}")
        if depth == 0:
            break
        tokens.append((word, line))
    return tokens, max(at, start)


def _bare(name: str) -> str:
    return name.removeprefix("r#")


def _table(tokens: list[Token], line: int) -> dict[str, Any]:
    """Return a table of the tokens of its macro."""
    table: dict[str, Any] = {"name": None, "line": line, "keys": ["id"], "columns": []}
    called, at = None, 0
    while at < len(tokens):
        word = tokens[at][0]
        if word == "use":
            at = _after(tokens, at, ";")
        elif word.startswith("#"):
            name, at = _attribute(tokens, at)
            called = name or called
        elif word == "(":
            end = _closing(tokens, at)
            table["keys"] = [_bare(one) for one, _ in tokens[at + 1 : end] if one != ","]
            at = end + 1
        elif word == "{":
            table["columns"] = _columns(tokens[at + 1 :])
            break
        else:
            if word == ".":
                table["name"] = f"{table['name']}."
            else:
                before = table["name"] or ""
                if not before:
                    table["line"] = tokens[at][1]
                table["name"] = f"{before}{_bare(word)}"
            at += 1
    if called and table["name"]:
        schema = table["name"].rpartition(".")[0]
        table["ident"] = table["name"].rpartition(".")[2]
        table["name"] = f"{schema}.{called}" if schema else called
    else:
        table["ident"] = (table["name"] or "").rpartition(".")[2]
    return table


def _after(tokens: list[Token], at: int, end: str) -> int:
    while at < len(tokens) and tokens[at][0] != end:
        at += 1
    return at + 1


def _closing(tokens: list[Token], at: int) -> int:
    """Return where the bracket that opens at a place is closed."""
    opening = tokens[at][0][-1]
    closing, depth = _TO.get(opening, "]"), 0
    while at < len(tokens):
        depth += (tokens[at][0][-1:] == opening) - (tokens[at][0] == closing)
        if depth == 0:
            return at
        at += 1
    return at


def _attribute(tokens: list[Token], at: int) -> tuple[str | None, int]:
    """Return what `#[sql_name = "x"]` says, None for another attribute, and what follows it."""
    end = _closing(tokens, at)
    inside = [word for word, _ in tokens[at + 1 : end]]
    is_name = len(inside) == 3 and inside[0] == "sql_name"
    return (inside[2].strip('"') if is_name else None), end + 1


def _columns(tokens: list[Token]) -> list[list[Any]]:
    """Return the columns: identifier, name, type, whether it may be null."""
    columns: list[list[Any]] = []
    called, at = None, 0
    while at < len(tokens) and tokens[at][0] != "}":
        word = tokens[at][0]
        if word.startswith("#"):
            name, at = _attribute(tokens, at)
            called = name or called
            continue
        if at + 1 < len(tokens) and tokens[at + 1][0] == "->":
            kind: list[str] = []
            depth, at = 0, at + 2
            while at < len(tokens) and (depth or tokens[at][0] not in {",", "}"}):
                depth += (tokens[at][0] == "<") - (tokens[at][0] == ">")
                kind.append(tokens[at][0])
                at += 1
            written = "".join(kind)
            is_null = written.startswith("Nullable<") and written.endswith(">")
            bare = written[len("Nullable<") : -1] if is_null else written
            columns.append([_bare(word), called or _bare(word), bare, is_null])
            called = None
            continue
        at += 1
    return columns
