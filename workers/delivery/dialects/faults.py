"""Faults that no dialect takes, for those of which nobody here has the grammar.

Each is a form that was decided for these dialects one by one: brackets that do not match, a word
that is almost the one that must stand there, a clause without its content. All else is undecided.
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

from sessions.patterns import lazy_pattern
from workers.delivery.dialects.heads import HEADS, is_misspelt, is_near
from workers.delivery.dialects.lexing import Fault, Token, line_of, pieces_of
from workers.delivery.dialects.stand_ins import stands_for_something

if TYPE_CHECKING:
    from collections.abc import Callable

Found = tuple[str, Token] | None
_NOTHING = Token("mark", "", 0)
_BATCH = lazy_pattern(r"^[ \t]*GO(?:[ \t]+\d+)?[ \t]*$", re.IGNORECASE | re.MULTILINE)
# Code of a procedure has other statements, and its own semicolons.
_PROCEDURAL = frozenset(
    "begin body declare delimiter do elseif elsif event exception exec execute function goto"
    " loop package procedure proc prompt repeat return returns trigger while".split()
)
_OBJECTS = tuple(
    "aggregate cast collation constraint column database domain event extension external"
    " foreign function index materialized operator package policy procedure publication role"
    " rule schema sequence server statistics subscription synonym table tablespace temp"
    " temporary trigger type unique unlogged user view virtual login clustered nonclustered"
    " fulltext spatial resource transform access language global local private public bitmap"
    " multivalue xml selective columnstore application asymmetric symmetric availability"
    " certificate contract credential cryptographic endpoint master message partition queue"
    " remote route search security service workload assembly broker logfile undo dimension"
    " directory edition flashback indextype java library mining outline profile restore"
    " rollback cluster context control controlfile diskgroup inmemory lockdown memoptimize or"
    " if not exists instance system session procedural trusted large text conversion event"
    " definer algorithm sql default primary key owned group any all concurrently hierarchy"
    " analytic attribute audit backup blockchain immutable duplicated sharded vector property"
    " macro true stream task stage file pipe warehouse dictionary".split()
)
_TYPES = frozenset(
    "bigint binary bit blob bool boolean bytea char character clob date datetime datetime2"
    " decimal double float int integer json jsonb longtext mediumint mediumtext nchar number"
    " numeric nvarchar nvarchar2 real serial bigserial smallint text time timestamp"
    " timestamptz tinyint uniqueidentifier uuid varbinary varchar varchar2 xml".split()
)
_KEYWORDS = frozenset(
    "add all alter and any apply as asc begin between by cascade case character check close"
    " cluster collate column commit connect constraint create cross current cursor declare"
    " default deferrable delete desc distinct do drop else end engine escape except exec"
    " execute exists explain fetch final first for force foreign forceseek from full function"
    " go grant group having hint if ignore in index inner insert intersect into is join key"
    " last lateral left like limit lock low_priority match matched merge minus natural next"
    " nocheck nolock not nulls null of off offset on only option or order outer output over"
    " overlaps partition percent pivot prior quick range recursive references replace restrict"
    " returning right rollback row rows sample select separator set share similar sounds start"
    " straight_join sum table tablesample then ties to top trigger truncate union unique"
    " unpivot update use using values view when where window with within xor xml json auto"
    " path ordinal columns prewhere qualify settings format rlike regexp div mod binary"
    " interval day month year hour minute second at zone ilike isnull notnull glob indexed"
    " within ignore respect increment rename modify change enable disable validate"
    " novalidate".split()
)


def in_mysql(text: str) -> Fault | None:
    """Return a fault that MySQL and MariaDB do not take, None if none shows."""
    return _fault_of(text, "mysql")


def in_tsql(text: str) -> Fault | None:
    """Return a fault that SQL Server does not take, None if none shows."""
    return _fault_of(text, "tsql")


def in_oracle(text: str) -> Fault | None:
    """Return a fault that Oracle does not take, None if none shows."""
    return _fault_of(text, "oracle")


def _fault_of(text: str, dialect: str) -> Fault | None:
    text = _BATCH.sub(lambda match: ";" + match[0][1:].replace(match[0].strip()[1:], " "), text)
    pieces = pieces_of(text, dialect)
    if any(_is_procedural(piece.parts) for piece in pieces):
        return None
    for piece in pieces:
        if stands_for_something(text[piece.start : piece.end]):
            continue
        for check in CHECKS:
            fault = None if check in _TAKEN[dialect] else check(piece.parts)
            # What follows a comment may follow what the comment stands for.
            if fault is not None and (fault[1] is piece.parts[0] or not fault[1].after_comment):
                return Fault(fault[0], line_of(text, fault[1].start))
    return None


def _is_procedural(parts: list[Token]) -> bool:
    for before, part in zip([None, *parts], parts, strict=False):
        word = part.text.lower() if part.kind == "word" else ""
        if word in _PROCEDURAL:
            return True
        # IF NOT EXISTS and IF EXISTS belong to a statement.
        if word == "if" and (
            before is None or before.kind != "word" or before.upper in {"END", "ELSE"}
        ):
            return True
    return False


def brackets_that_do_not_match(parts: list[Token]) -> Found:
    """Brackets that are closed and were not opened, or the other way round."""
    opened: list[Token] = []
    for part in parts:
        if part.text == "(" and part.kind == "mark":
            opened.append(part)
        elif part.text == ")" and part.kind == "mark":
            if not opened:
                return "a bracket is closed that was not opened", part
            opened.pop()
    return ("a bracket is not closed", opened[-1]) if opened else None


def misspelt_beginnings(parts: list[Token]) -> Found:
    """A statement that begins with almost the right word, or names almost an object."""
    first = parts[0]
    if first.kind == "word" and is_misspelt(first.text.lower()):
        return f"{first.text[:30]} begins no statement", first
    if len(parts) > 2 and first.upper in {"CREATE", "ALTER", "DROP"}:
        second = parts[1]
        if second.kind == "word" and is_near(second.text, _OBJECTS):
            return f"{first.upper} {second.text[:30]} is no statement", second
    return None


def words_alone(parts: list[Token]) -> Found:
    """Three words and nothing else, none of which means anything."""
    meaningless = all(
        part.kind == "word" and part.text.lower() not in _KEYWORDS and part.text[0] not in "@#"
        for part in parts
    )
    if meaningless and len(parts) == 3 and parts[0].text.lower() not in HEADS:
        return f"{parts[0].text[:30]} begins no statement", parts[0]
    return None


def commas_after_nothing(parts: list[Token]) -> Found:
    """A comma after another, or right after an opening bracket."""
    for before, part in itertools.pairwise(parts):
        if part.text == "," and before.text in {",", "("} and before.kind == "mark":
            return "a comma has nothing before it", part
    return None


def commas_before_a_bracket(parts: list[Token]) -> Found:
    """A comma with nothing but a closing bracket behind it."""
    for before, part in itertools.pairwise(parts):
        if part.text == ")" and before.text == "," and part.kind == "mark":
            return "a comma has nothing behind it", part
    return None


def unfinished_clauses(parts: list[Token]) -> Found:
    """A statement that ends where something must follow, an UPDATE that sets nothing."""
    last = parts[-1]
    before = parts[-2] if len(parts) > 1 else None
    if before is None or before.upper == "AS":
        return None
    open_words = {"WHERE", "FROM", "AND", "OR", "JOIN", "HAVING", "BY", "INTO", "=", "<", ">", ","}
    if last.upper in open_words or (last.upper == "SET" and parts[0].upper == "UPDATE"):
        return f"nothing follows {last.text[:30]}", last
    for part, after in itertools.pairwise(parts):
        if parts[0].upper == "UPDATE" and part.upper == "SET" and after.upper in {"WHERE", "FROM"}:
            return "nothing is set", after
        if part.upper == "WHERE" and after.upper in {"GROUP", "ORDER", "AND", "OR", ")"}:
            return f"there is nothing between WHERE and {after.text}", after
        if part.upper == "FROM" and after.upper in {"WHERE", "GROUP", "ORDER", "FROM"}:
            return f"there is nothing between FROM and {after.text}", after
    return None


def indexes_without_columns(parts: list[Token]) -> Found:
    """CREATE INDEX i ON t c: the columns stand in brackets."""
    words = [part.upper for part in parts]
    if words[:2] not in (["CREATE", "INDEX"], ["CREATE", "UNIQUE"]) or "ON" not in words:
        return None
    place = words.index("ON") + 1
    while place + 1 < len(parts) and parts[place + 1].text == ".":
        place += 2
    follows = parts[place + 1] if place + 1 < len(parts) else None
    if place >= len(parts) or parts[place].kind == "mark" or parts[place].upper == "CLUSTER":
        return None
    if follows is not None and follows.kind == "word" and follows.upper not in {"USING", "WITH"}:
        return f"the columns of an index belong in brackets: {follows.text[:30]}", follows
    return None


def misspelt_tables(parts: list[Token]) -> Found:
    """NUL, PRIMRY, REFERNCES or COLUM in CREATE TABLE and ALTER TABLE."""
    is_table = parts[0].upper in {"CREATE", "ALTER"}
    if not is_table or "TABLE" not in {part.upper for part in parts[1:5]}:
        return None
    for n, (before, part) in enumerate(itertools.pairwise(parts), 1):
        if part.kind != "word" or part.text.lower() in _KEYWORDS:
            continue
        word = _meant(before, part, [*parts[n + 1 : n + 3], _NOTHING, _NOTHING])
        if word:
            return f"{part.text[:30]} is where {word} was expected", part
    return None


def _meant(before: Token, part: Token, behind: list[Token]) -> str:
    if before.upper == "NOT" and is_near(part.text, ("null",)):
        return "NULL"
    if behind[0].upper == "KEY" and is_near(part.text, ("primary",)):
        return "PRIMARY"
    if before.text == ")" and is_near(part.text, ("references",)):
        return "REFERENCES" if _is_plain(behind[0]) else ""
    if before.upper in {"ADD", "DROP"} and is_near(part.text, ("column",)):
        return _column_of(before, behind[0], behind[1])
    return ""


def _column_of(action: Token, after: Token, further: Token) -> str:
    """Tell whether a name follows, and its type: else what is misspelt may be a column itself."""
    if not _is_plain(after) or after.text.lower() in _TYPES:
        return ""
    if action.upper == "ADD":
        return "COLUMN" if further.text.lower() in _TYPES else ""
    return "COLUMN" if further.text in {"", ","} else ""


def misspelt_from(parts: list[Token]) -> Found:
    """SELECT a FRM t, with no FROM behind that SELECT."""
    selected = False
    for n, part in enumerate(parts[:-1]):
        if part.upper in {"SELECT", "FROM"}:
            selected = part.upper == "SELECT"
        elif selected and part.kind == "word" and is_near(part.text, ("from",)):
            before, after = parts[n - 1], parts[n + 1]
            ends_a_list = before.text in {"*", ")"} or _is_plain(before)
            is_name = part.upper == "FORM" and before.text != "*"
            if ends_a_list and _is_plain(after) and not is_name:
                return f"{part.text[:30]} is where FROM was expected", part
    return None


def misspelt_inserts(parts: list[Token]) -> Found:
    """INSERT INOT t, VALUS (1)."""
    words = [part.upper for part in parts]
    if words[0] != "INSERT" or len(parts) < 4:
        return None
    if parts[1].kind == "word" and is_near(parts[1].text, ("into",)) and _is_plain(parts[2]):
        return f"{parts[1].text[:30]} is where INTO was expected", parts[1]
    sources = {"VALUES", "VALUE", "SELECT", "SET", "EXEC", "EXECUTE", "TABLE", "WITH", "OUTPUT"}
    if not sources.isdisjoint(words):
        return None
    for before, part, after in zip(parts[2:], parts[3:], parts[4:], strict=False):
        follows = before.text == ")" or _is_plain(before)
        if follows and after.text == "(" and is_near(part.text, ("values",)):
            return f"{part.text[:30]} is where VALUES was expected", part
    return None


def misspelt_words(parts: list[Token]) -> Found:
    """ORDR BY, and t JION u ON."""
    for n, (part, after) in enumerate(itertools.pairwise(parts)):
        if part.kind != "word" or not n or part.text.lower() in _KEYWORDS:
            continue
        if after.upper == "BY" and is_near(part.text, ("order", "group")):
            return f"{part.text[:30]} BY is no clause", part
        led = _is_plain(parts[n - 1]) or parts[n - 1].upper in {"INNER", "LEFT", "RIGHT", "OUTER"}
        joined = any(further.upper == "ON" for further in parts[n + 2 : n + 5])
        if led and joined and _is_plain(after) and is_near(part.text, ("join",)):
            return f"{part.text[:30]} is where JOIN was expected", part
    return None


def misspelt_deletes(parts: list[Token]) -> Found:
    """DELETE FRM t: where FROM may be left out this is a table and its alias."""
    words = [part.upper for part in parts]
    if words[0] != "DELETE" or len(parts) < 3 or not is_near(parts[1].text, ("from",)):
        return None
    if _is_plain(parts[2]) and words[3:4] in ([], ["WHERE"]):
        return f"{parts[1].text[:30]} is where FROM was expected", parts[1]
    return None


def _is_plain(part: Token) -> bool:
    return part.kind == "name" or (part.kind == "word" and part.text.lower() not in _KEYWORDS)


CHECKS: tuple[Callable[[list[Token]], Found], ...] = (
    brackets_that_do_not_match,
    misspelt_beginnings,
    words_alone,
    commas_after_nothing,
    commas_before_a_bracket,
    unfinished_clauses,
    indexes_without_columns,
    misspelt_tables,
    misspelt_from,
    misspelt_inserts,
    misspelt_words,
    misspelt_deletes,
)
_TAKEN: dict[str, tuple[Callable[[list[Token]], Found], ...]] = {
    "mysql": (),
    "tsql": (commas_before_a_bracket,),  # CREATE TABLE t (a int,)
    "oracle": (misspelt_deletes,),
}
