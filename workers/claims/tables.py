"""Claims about tables: that they exist, with these columns, keys, indexes and relations."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sessions.errors import shown
from workers.claims.citations import cited_lines
from workers.claims.claim import UNDECIDED, Claim, confirmed, doubted, refuted, words_on
from workers.claims.clauses import facts_in
from workers.claims.declared_tables import column_of, declare_another, may_be_otherwise, tables_of
from workers.claims.names import (
    bare,
    is_of_a_framework,
    may_be_derived,
    may_stand,
    parts,
    singulars,
    stands,
)
from workers.claims.unread_changes import may_be_changed
from workers.delivery.delivery import is_there, problem
from workers.delivery.outline import is_template_text
from workers.repository.source import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.claims.claim import Verdict
    from workers.claims.ground import Ground
    from workers.delivery.delivery import Delivery
    from workers.survey.found import Survey, Table

FACTS = ("type", "nullable", "primary_key", "unique", "references", "default")
# Columns that ORMs make themselves.
_OF_ORMS = frozenset(
    "id createdat updatedat deletedat insertedat createdby updatedby lastmodifieddate v rowid"
    " createddate lastmodifiedby version dtype discriminator remembertoken ctid oid".split()
)
# What declares tables here and makes none by itself that the map does not know.
_NAMING_ALL = frozenset({"sql", "prisma", "sqlalchemy", "sqlmodel", "drizzle"})
_PLAIN_BASES = frozenset("Base Model SQLModel DeclarativeBase BaseModel object table True".split())


def extract(delivery: Delivery) -> Iterator[Claim]:
    """Yield the claims of the tables that are said to exist, and of their parts."""
    for pointer, entry in delivery.entries_of("table"):
        name = entry.get("table_name")
        if not is_there(entry) or not isinstance(name, str) or not name.strip():
            continue
        cited = tuple(cited_lines(delivery, entry))
        yield Claim("table", name, name, pointer, entry, cited)
        for kind, rows in (
            ("column", "columns"), ("index", "indexes"), ("relationship", "relationships"),
        ):  # fmt: skip
            for below, row in _rows(entry, rows):
                yield from _of_row(
                    kind, Claim(kind, name, None, pointer + below, entry, cited, row)
                )


def _rows(entry: dict[str, Any], kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    schema = entry.get("schema")
    rows = schema.get(kind) if isinstance(schema, dict) else None
    for position, row in enumerate(rows if isinstance(rows, list) else []):
        if isinstance(row, dict):
            yield f"/schema/{kind}/{position}", row


def _of_row(kind: str, claim: Claim) -> Iterator[Claim]:
    """Yield what a row claims: a column its name and facts, an index its columns."""
    row, table = claim.row, claim.subject
    key = {"column": "name", "index": "columns", "relationship": "related_table"}[kind]
    says = row.get(key)
    if not says or (isinstance(says, str) and is_template_text(says)):
        return
    subject = f"{table}.{says}" if kind == "column" else table
    yield _of(claim, kind, subject, says, claim.pointer)
    if kind != "column":
        return
    facts: list[tuple[str, Any, str]] = [
        (fact, row[fact], fact) for fact in FACTS if row.get(fact) is not None
    ]
    facts += [(fact, value, "constraints") for fact, value in facts_in(row.get("constraints"))]
    seen: set[str] = set()
    for fact, value, where in facts:
        if f"{fact} {value}" not in seen:
            seen.add(f"{fact} {value}")
            yield _of(claim, fact, subject, value, f"{claim.pointer}/{where}")


def _of(claim: Claim, kind: str, subject: str, says: Any, pointer: str) -> Claim:
    return Claim(kind, subject, says, pointer, claim.entry, claim.cited, claim.row)


def decide_table(ground: Ground, claim: Claim) -> Verdict:
    """The table stands in the repository, and not another one where it is cited."""
    others = declare_another(ground, claim)
    where = ground.place(claim, "table_name")
    if others:
        names = shown(", ".join(others), 80)
        message = f"the lines cited for {shown(claim.says, 60)} declare {names}"
        hint = f"Write {names}, or cite the lines that declare {shown(claim.says, 60)}."
        return refuted(problem("K08", message, hint, where))
    known = tables_of(ground, claim.entry["table_name"], claim.cited)
    if known:
        return confirmed(known[0].file, known[0].line)
    name = bare(claim.says)
    if name is None or not claim.cited:
        return UNDECIDED
    if _is_made_up(ground, name):
        names = ", ".join(dict.fromkeys(table.name for table in ground.survey.tables))
        message = f"the repository has no table {shown(name, 60)}"
        hint = f"Write one of its tables ({shown(names, 200)[1:-1]}), or drop the entry in JSON"
        return refuted(problem("K08", message, f"{hint} and notes and count again.", where))
    if may_stand(ground.repository, name):
        return UNDECIDED
    message = f"the table {shown(name, 60)} is nowhere in the repository"
    hint = "Correct the name, or remove the entry; keep it if a library makes the table."
    return doubted(problem("K18", message, hint, where))


def _is_made_up(ground: Ground, name: str) -> bool:
    """Tell whether a name is made of words of other tables, where the map has all tables.

    It stands nowhere itself. A library's table is called by words of its own, and some ORMs make
    tables for relations: where one of these is in use, nothing is reported.
    """
    if is_of_a_framework(name) or not has_all_tables(ground.survey):
        return False
    words = {word for table in ground.survey.tables for word in _words_of(table.name)}
    is_theirs = all(not words.isdisjoint(singulars(part)) for part in parts(name))
    return is_theirs and stands(ground.repository, name) is False


def has_all_tables(survey: Survey) -> bool:
    """Tell whether the map has every table that the code can make; `_` begins one between two."""
    tables = [table for table in survey.tables if not table.name.startswith("_")]
    if survey.unread or any("routes" not in one.reason for one in survey.not_understood):
        return False
    return bool(tables) and all(t.whole and t.source in _NAMING_ALL for t in tables)


def _words_of(name: str) -> Iterator[str]:
    for part in parts(name):
        yield from singulars(part)


def decide_column(ground: Ground, claim: Claim) -> Verdict:
    """The table has the column."""
    name = bare(claim.says) if isinstance(claim.says, str) else None
    known = tables_of(ground, claim.entry["table_name"], claim.cited)
    if name is None:
        return UNDECIDED
    having = next((table for table in known if column_of(table, name)), None)
    if having is not None:
        return confirmed(having.file, having.line)
    if known and may_be_changed(claim, [name], known):
        return UNDECIDED
    return _not_declared(ground, claim, known, name)


def _not_declared(ground: Ground, claim: Claim, known: list[Table], name: str) -> Verdict:
    """Refute a column that no declaration has, where it cannot come from elsewhere."""
    where = ground.place(claim, "name")
    if known and all(table.whole for table in known):
        columns = ", ".join(column.name for column in known[0].columns)
        message = f"{shown(known[0].name, 60)} has no column {shown(name, 60)}"
        hint = f"Remove it, or write one of its columns: {shown(columns, 200)}."
        return refuted(problem("K09", message, hint, where), known[0].file, known[0].line)
    if _may_be_brought(ground, claim, name):
        # A table of SQL that is not whole may have it of another one, or by SQL not understood.
        is_warned = known and not any(may_be_otherwise(table) for table in known)
        return _unseen(ground, claim, known[0], name) if is_warned else UNDECIDED
    if not known and not _is_told_of(claim):
        return UNDECIDED
    message = f"the column {shown(name, 60)} is nowhere in the repository"
    return refuted(problem("K09", message, "Remove it, or name a column that exists.", where))


def _may_be_brought(ground: Ground, claim: Claim, name: str) -> bool:
    """Tell whether a column may be there without a declaration that was read.

    It stands in the repository, an ORM derives it of what does, or a library brings it.
    """
    return (
        plain(name).strip("_") in _OF_ORMS
        or may_stand(ground.repository, name)
        or _is_derived(ground, name)
        or _may_inherit(ground, claim)
    )


def _unseen(ground: Ground, claim: Claim, table: Table, name: str) -> Verdict:
    columns = ", ".join(column.name for column in table.columns[:12])
    return doubted(
        problem(
            "K18",
            f"{shown(table.name, 60)} has no column {shown(name, 60)} that the map knows",
            f"It knows: {shown(columns, 200)}. Keep yours if a library brings it.",
            ground.place(claim, "name"),
        )
    )


def _is_derived(ground: Ground, name: str) -> bool:
    """Tell whether an ORM may write the column of a field that stands: customer_id of customer."""
    stem = re.sub(r"_?(?:ptr_id|id|ids|type|key)$", "", name, flags=re.IGNORECASE)
    has_stem = stem != name and ground.repository.has_word(stem) is not False
    return has_stem or may_be_derived(ground.repository, name)


def _is_told_of(claim: Claim) -> bool:
    """Tell whether cited lines name the table: a library's is cited by what switches it on."""
    name = plain(bare(claim.entry["table_name"]) or "")
    return bool(({plain(form) for form in singulars(name)} - {""}) & words_on(claim.cited))


def _may_inherit(ground: Ground, claim: Claim) -> bool:
    """Tell whether a class of a library may bring a column that nobody here names."""
    for source, first, last in claim.cited:
        text = "\n".join(source.lines[max(0, first - 3) : min(last, first + 3)])
        bases = re.findall(
            r"\bclass\s+\w+\s*(?:[(:<]|extends\b|implements\b)([^){\n]{0,300})", text
        )
        bases += re.findall(r"^\s*([A-Za-z]\w{0,30}\.[A-Z]\w{0,60})\s*$", text, re.MULTILINE)
        for base in re.findall(r"[\w.]+", " ".join(bases)):
            name = base.split(".")[-1]
            here = ground.repository.has_word(f"class {name}", inside=True)
            if name not in _PLAIN_BASES and here is not True:
                return True
    return False
