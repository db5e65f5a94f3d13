"""Claims about a column's facts: type, null, keys, reference and default, against declarations.

A fact is refuted only where every declaration of the table that knows it says something else.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sessions.errors import shown
from sessions.patterns import lazy_pattern
from workers.claims.claim import UNDECIDED, confirmed, refuted
from workers.claims.declared_tables import column_of, keys_of, may_be_otherwise, tables_of
from workers.claims.names import bare, may_be_one, plain_table
from workers.claims.partial import is_partly_unique
from workers.claims.unread_changes import may_be_changed
from workers.delivery.delivery import problem
from workers.repository.source import Source, plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from workers.claims.claim import Claim, Verdict
    from workers.claims.ground import Ground
    from workers.survey.found import Column, ForeignKey, Table

# Types of one line are the same in some database; what stands nowhere is not compared.
_TYPES = """
    smallint int2 smallserial serial2 smallinteger smallintegerfield positivesmallintegerfield
    int integer int4 serial serial4 mediumint integerfield positiveintegerfield
    bigint int8 bigserial serial8 biginteger bigintegerfield bigautofield
    text varchar char character string nvarchar nchar clob citext longtext mediumtext charfield str
    timestamp timestamptz datetime datetime2 timestampltz timestampntz datetimefield smalldatetime
    decimal numeric dec decimalfield money
    float double real float4 float8 floatfield doubleprecision
    bool boolean booleanfield
    json jsonb jsonfield
    bytea blob binary varbinary bytes binaryfield largebinary longblob mediumblob
    uuid uniqueidentifier guid uuidfield
    date datefield
    time timetz timefield
""".strip().split("\n")
_ALSO_TEXT = (
    "textfield slugfield emailfield urlfield unicode unicodetext autostring bpchar tinytext"
    " emailstr constr anyurl httpurl secretstr"
)
_FAMILY = {name: names.split()[0] for names in _TYPES for name in names.split()}
_FAMILY |= dict.fromkeys(_ALSO_TEXT.split(), "text")
# What databases without a type of its own keep as another one.
_KEPT_AS = {
    frozenset(pair.split())
    for pair in (
        "uuid text", "uuid bytea", "bool smallint", "bool int", "json text", "timestamp text",
        "date text", "time text", "decimal float", "decimal text", "int smallint", "int bigint",
        "bytea text", "timestamp int", "timestamp bigint",
    )
}  # fmt: skip
# Kinds of types: those of one are often named for each other, `integer` for a bigint.
_KIND = {
    name: names.split()[0]
    for names in ("int smallint bigint", "timestamp date time", "decimal float")
    for name in names.split()
}
_ANY_NUMBER = frozenset({"number", "numeric", "num"})
_NUMBERS = frozenset("smallint int bigint decimal float".split())
_LENGTH = lazy_pattern(
    r"\(\s*(?:length\s*=\s*|max_length\s*=\s*)?([0-9]+)\s*(?:,\s*([0-9]+)\s*)?\)"
)
_SIZED = frozenset({"text", "decimal", "bytea"})
# A type and nothing else: what explains itself in words is not compared.
_TYPE_ALONE = lazy_pattern(
    r"[\w.]+(?:\s(?:precision|varying|unsigned))?\s?(?:\([\w\s,=]{0,40}\))?"
    r"(?:\s(?:with|without)\stime\szone)?(?:\sunsigned)?",
    re.IGNORECASE,
)
# `integer (64 bit)`: words in parentheses say more than the name before them.
_EXPLAINED = lazy_pattern(r"\(\s*[0-9]*\s*[A-Za-z]")
# Classes of languages that hold a moment: `Date` of JavaScript and Java, `time.Time` of Go.
_MOMENTS = frozenset({"Date", "Time"})
_YES = frozenset("true t yes on 1".split())
_NO = frozenset("false f no off 0".split())
_NO_TABLE = frozenset("none null nil no nothing self itself".split())
_ACTIONS = frozenset("cascade restrict nullable null required optional".split())
_UNSIZED = frozenset({"sqlalchemy", "sqlmodel", "django", "typeorm", "sequelize", "drizzle"})


def decide(ground: Ground, claim: Claim) -> Verdict:
    """A fact of a column is as its table's declaration says."""
    name = bare(str(claim.row.get("name")))
    known = [
        (table, column)
        for table in (tables_of(ground, claim.entry["table_name"], claim.cited) if name else ())
        if (column := column_of(table, name or ""))
    ]
    answers = [(_said(ground, claim, table, column), table) for table, column in known]
    agreeing = next((table for said, table in answers if said is True), None)
    if agreeing is not None:
        return confirmed(agreeing.file, agreeing.line)
    is_known = answers and all(said is False for said, _ in answers)
    if not is_known or _may_differ(ground, claim, known):
        return UNDECIDED
    return _other(ground, claim, *known[0])


def _may_differ(ground: Ground, claim: Claim, known: list[tuple[Table, Column]]) -> bool:
    """Tell whether a fact may be otherwise than declared: changed since, or for some rows alone."""
    if any(may_be_otherwise(table) for table, _ in known):
        return True
    if may_be_changed(claim, [c.name for _, c in known], [table for table, _ in known]):
        return True
    return claim.kind == "unique" and any(
        is_partly_unique(ground, table, column.name) for table, column in known
    )


def _other(ground: Ground, claim: Claim, table: Table, column: Column) -> Verdict:
    """Refute a fact by what a declaration says of it."""
    what, write = TOLD[claim.kind](table, column)
    if claim.kind == "type" and (length := _pydantic_length(ground, table, column.name)):
        what, write = f"{what}, at most {length} long", f"'varchar({length})'"
    message = f"{shown(f'{table.name}.{column.name}', 80)} {what}"
    declared = f"as {shown(table.file, 120)[1:-1]}:{table.line} declares it"
    hint = f"{_in_words(claim, write)}, {declared}."
    refutation = problem("K10", message, hint, ground.place(claim))
    return refuted(refutation, table.file, table.line)


def _said(ground: Ground, claim: Claim, table: Table, column: Column) -> bool | None:
    """Compare a fact with a declaration; a length of Pydantic stands beside the type."""
    answer = COMPARE[claim.kind](table, column, claim.says)
    if answer is None and claim.kind == "type":
        length = _LENGTH.search(str(claim.says))
        declared = _pydantic_length(ground, table, column.name)
        is_text = family(str(claim.says)) == family(column.type or "") == "text"
        return length[1] == declared if length and declared and is_text else None
    return answer


def _pydantic_length(ground: Ground, table: Table, name: str) -> str | None:
    """Return the `max_length` that every field of a name has in the file of a SQLModel."""
    if table.source != "sqlmodel":
        return None
    source = ground.repository.source(table.file)
    text = "\n".join(source.lines) if isinstance(source, Source) else ""
    fields = re.findall(rf"(?m)^\s+{re.escape(name)}\s*:[^\n]*", text)
    lengths = re.findall(
        rf"(?m)^\s+{re.escape(name)}\s*:[^\n]*\bField\([^()]*\bmax_length\s*=\s*([0-9]+)", text
    )
    return lengths[0] if len(set(lengths)) == 1 and len(lengths) == len(fields) else None


def _in_words(claim: Claim, write: str) -> str:
    """Return what to write: the value of a typed field, or a clause of `constraints`."""
    if not claim.pointer.endswith("/constraints"):
        return f"Write {write}"
    stated = _clause(claim.kind, str(claim.says).lower() if claim.says is True else claim.says)
    right = _clause(claim.kind, write.strip("'"))
    if right:
        return f"In `constraints`, write `{right}` for `{shown(stated, 80)[1:-1]}`"
    return f"In `constraints`, leave `{shown(stated, 80)[1:-1]}` out"


def _clause(kind: str, value: Any) -> str:
    """Return the clause of a constraint that says a fact, empty for one that needs none."""
    if kind == "nullable":
        return "NULL" if value == "true" else "NOT NULL"
    if value in {"false", "null"}:
        return ""
    if kind == "references":
        name, _, column = str(value).rpartition(".")
        return f"REFERENCES {name}({column})" if name else f"REFERENCES {value}"
    words = {"primary_key": "PRIMARY KEY", "unique": "UNIQUE"}
    return words.get(kind) or f"{kind.upper()} {value}"


def _type(table: Table, column: Column, claimed: Any) -> bool | None:
    """Compare kinds of types, and lengths where both say one.

    What no family knows is not compared, nor types of one kind that differ.
    """
    text, declared = str(claimed).strip(), column.type or ""
    first = family(text) if _TYPE_ALONE.fullmatch(text) else None
    second = family(declared)
    if second in _NUMBERS and text.lower() in _ANY_NUMBER:
        return None
    if first is None or second is None:
        return None
    if first == second:
        return _same_length(text, declared) if first in _SIZED else True
    if _KIND.get(first, first) == _KIND.get(second, second):
        return None
    if text.rpartition(".")[2] in _MOMENTS or _EXPLAINED.search(text):
        return None
    if table.source in _UNSIZED and frozenset({first, second}) in _KEPT_AS:
        return None
    return False


def _same_length(claimed: str, declared: str) -> bool | None:
    """Compare lengths, or precision and scale; one that only one side says is not compared."""
    first, second = _LENGTH.search(claimed), _LENGTH.search(declared)
    if first is None:
        return True
    if second is None:
        return None
    return (first[1], first[2] or "0") == (second[1], second[2] or "0")


def family(text: str) -> str | None:
    """Return the family of a type, None if it is none that can be compared."""
    match = re.match(r"\s*(?:\w+\.){0,8}([A-Za-z][A-Za-z0-9_]*)", text)
    if match is None or text.rstrip().endswith("]"):
        return None
    name = match[1].lower()
    if re.match(r"\s*(?:timestamp|time)\s+with", text, re.IGNORECASE):
        return "timestamp" if name == "timestamp" else "time"
    if re.match(r"\s*tinyint\s*\(\s*1\s*\)", text, re.IGNORECASE):
        return "bool"
    return _FAMILY.get(name.replace("_", ""))


def _nullable(table: Table, column: Column, claimed: Any) -> bool | None:
    del table
    is_nullable = False if column.primary_key else column.nullable
    return None if is_nullable is None else is_nullable is claimed


def _primary_key(table: Table, column: Column, claimed: Any) -> bool | None:
    if column.primary_key:
        return claimed is True
    has_key = any(one.primary_key for one in table.columns)
    return claimed is False if has_key or table.whole else None


def _unique(table: Table, column: Column, claimed: Any) -> bool | None:
    if any(unique and columns == (plain(column.name),) for columns, unique in keys_of(table)):
        # That a primary key is unique goes without saying, so it may be left unsaid.
        return claimed is True or (None if column.primary_key else False)
    return claimed is False if table.whole else None


def _references(table: Table, column: Column, claimed: Any) -> bool | None:
    keys = [key for key in table.foreign_keys if plain(column.name) in map(plain, key.columns)]
    readings = _readings(str(claimed))
    if not readings or any(not key.table for key in keys):
        return None
    if not keys:
        return False if table.whole else None
    answers = [_agrees(keys, name, referred) for name, referred in readings]
    return True if True in answers else None if None in answers else False


def _readings(claimed: str) -> list[tuple[str, str]]:
    """Return table and column, "" without one, that a reference may mean: `a.b` has two readings.

    Nothing for what is more than a name of either.
    """
    text = re.sub(r"[`\"\[\]]", "", claimed).strip()
    text = re.sub(r"\s+on\s+(?:delete|update)\b.*$", "", text, flags=re.IGNORECASE)
    form = r"([\w$]+(?:\.[\w$]+){0,4})(?:\s*\(\s*([\w$]+)\s*\))?"
    match = re.fullmatch(form, text)
    if match is None or match[1].lower() in _NO_TABLE:
        return []
    names, column = match[1].split("."), match[2]
    readings = [(names[-1], "")] if not column or len(names) > 1 else []
    readings += [(names[-2], names[-1])] if len(names) > 1 else []
    if column:
        readings.append((names[-1], "" if column.lower() in _ACTIONS else column))
    return readings


def _agrees(keys: list[ForeignKey], name: str, referred: str) -> bool | None:
    """Tell whether foreign keys refer to a table, and to its column where one is named."""
    fitting = [key for key in keys if plain_table(key.table) == plain_table(name)]
    if not fitting:
        return None if any(may_be_one(key.table, name) for key in keys) else False
    return not referred or any(_refers_to(key, referred) for key in fitting)


def _refers_to(key: ForeignKey, column: str) -> bool:
    return not key.referred or plain(column) in map(plain, key.referred)


def _default(table: Table, column: Column, claimed: Any) -> bool | None:
    if column.default is None:
        return _without_default(table, column, claimed)
    first, second = _literal(claimed), _literal(column.default)
    if first is not None and second is not None:
        return _same_literal(str(claimed), first, second)
    declared = _bare_default(column.default)
    if declared in {_bare_default(claimed), first}:
        return True
    # A literal is no call; two expressions may be one, and a word may name the call.
    is_call = str(column.default).rstrip().endswith("()")
    return False if is_call and first is not None and _is_value(str(claimed), first) else None


def _without_default(table: Table, column: Column, claimed: Any) -> bool | None:
    """Compare with a column that declares no default; what numbers rows may be called one."""
    text = _bare_default(claimed)
    if not table.whole or table.source not in {"sql", "prisma"}:
        return None
    if plain(text) in {"null", "none"}:
        return True
    is_told = _literal(claimed) is None and (" " in text or not re.fullmatch(r"[\w.]+\(.*\)", text))
    is_numbered = column.primary_key or "serial" in (column.type or "").lower()
    return None if is_told or (is_numbered and not _is_value(str(claimed), text)) else False


def _same_literal(claimed: str, first: str, second: str) -> bool | None:
    """Compare two literals; a word for `''` or for a number is not read."""
    if first == second or {first, second} <= _YES or {first, second} <= _NO:
        return True
    is_word = re.fullmatch(r"[^\W\d]\w*", claimed.strip()) and first not in {"null", "none"}
    is_read = first in _YES | _NO or not is_word
    is_empty_or_number = not second or re.fullmatch(r"-?[0-9.]+", second)
    return None if is_empty_or_number and not is_read else False


def _is_value(claimed: str, literal: str) -> bool:
    """Tell whether a literal is a number or a text in quotes, and not the name of a call."""
    if re.fullmatch(r"-?[0-9]+(?:\.[0-9]+)?", literal):
        return True
    inner = re.fullmatch(r"\s*[nN]?['\"](.*)['\"]\s*", claimed)
    return inner is not None and re.search(r"\(|^[A-Z_]+$", inner[1]) is None


def _bare_default(value: Any) -> str:
    """Return a default without casts and the parentheses around it, in lower case."""
    text = str(value).lower() if isinstance(value, bool) else str(value).strip()
    text = re.sub(r"::[\w ]+$", "", text).strip()
    while text.startswith("(") and text.endswith(")"):
        text = text[1:-1].strip()
    return text.lower()


def _literal(value: Any) -> str | None:
    """Return a default that is a plain literal, normalised; None for an expression."""
    text = _bare_default(value)
    quoted = re.fullmatch(r"n?'([^']*)'|\"([^\"]*)\"", text)
    if quoted:
        text = quoted[1] if quoted[1] is not None else quoted[2]
    if re.fullmatch(r"-?[0-9]+(?:\.[0-9]+)?", text):
        return f"{float(text):g}"
    return text if quoted or re.fullmatch(r"\w+", text) else None


COMPARE: dict[str, Callable[[Table, Column, Any], bool | None]] = {
    "type": _type,
    "nullable": _nullable,
    "primary_key": _primary_key,
    "unique": _unique,
    "references": _references,
    "default": _default,
}


def _is_unique(table: Table, column: Column) -> bool:
    return _unique(table, column, claimed=True) is True


def _told_reference(table: Table, column: Column) -> tuple[str, str]:
    keys = [key for key in table.foreign_keys if plain(column.name) in map(plain, key.columns)]
    if not keys:
        return "refers to no table", "null"
    target = ".".join((keys[0].table, *keys[0].referred[:1]))
    return f"refers to {shown(target, 80)}", shown(target, 80)


def _told_flag(yes: str, no: str, fact: Callable[[Table, Column], bool]) -> Callable[..., Any]:
    """Return what tells a boolean fact: what the column is, and what to write."""

    def tell(table: Table, column: Column) -> tuple[str, str]:
        return (yes, "true") if fact(table, column) else (no, "false")

    return tell


TOLD: dict[str, Callable[[Table, Column], tuple[str, str]]] = {
    "type": lambda _, column: (
        f"is of type {shown(column.type or '', 60)[1:-1]}",
        shown(column.type or "", 60),
    ),
    "nullable": _told_flag(
        "may be null",
        "is NOT NULL",
        lambda _, column: not column.primary_key and bool(column.nullable),
    ),
    "primary_key": _told_flag(
        "is in the primary key", "is not in the primary key", lambda _, column: column.primary_key
    ),
    "unique": _told_flag("is unique", "is not unique", _is_unique),
    "references": _told_reference,
    "default": lambda _, column: (
        (f"has the default {shown(column.default, 60)}", shown(column.default, 60))
        if column.default is not None
        else ("has no default", "null")
    ),
}
