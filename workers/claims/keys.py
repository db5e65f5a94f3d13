"""Claims about indexes and relations of a table, against its declarations."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sessions.errors import shown
from workers.claims.claim import UNDECIDED, confirmed, doubted, refuted
from workers.claims.declared_tables import keys_of, tables_of
from workers.claims.names import bare, may_be_one, may_stand, plain_table
from workers.delivery.delivery import problem
from workers.repository.source import plain

if TYPE_CHECKING:
    from workers.claims.claim import Claim, Verdict
    from workers.claims.ground import Ground
    from workers.survey.found import ForeignKey, Table

_ITSELF = frozenset({"itself", "self", "same", "selbst", "lui", "propia"})
_MANY = frozenset({"MANY_TO_ONE", "ONE_TO_ONE"})


def decide_index(ground: Ground, claim: Claim) -> Verdict:
    """The table has an index or key on these columns, in this order; its name is no matter."""
    columns = index_columns(claim.says)
    known = tables_of(ground, claim.entry["table_name"], claim.cited) if columns else []
    for table in known:
        unique = [is_unique for names, is_unique in keys_of(table) if list(names) == columns]
        if not unique:
            continue
        if claim.row.get("unique") is True and not any(unique) and table.whole:
            message = f"the index of {shown(table.name, 60)} on these columns is not unique"
            where = ground.place(claim, "unique")
            return refuted(problem("K11", message, "Write false.", where), table.file, table.line)
        return confirmed(table.file, table.line)
    if known and all(_tells_indexes(ground, claim, table) for table in known):
        table = known[0]
        message = f"{shown(table.name, 60)} has no index on {shown(', '.join(claim.says), 80)}"
        listed = "; ".join(dict.fromkeys(", ".join(names) for names, _ in keys_of(table)))
        hint = f"Remove it, or propose it in a finding. Indexed: {shown(listed or 'nothing', 200)}."
        where = ground.place(claim, "columns")
        return refuted(problem("K11", message, hint, where), table.file, table.line)
    return UNDECIDED


def index_columns(columns: object) -> list[str] | None:
    """Return the columns of an index for comparing, None where one is an expression."""
    if not isinstance(columns, list):
        return None
    names = [
        bare(re.sub(r"\s+(?:asc|desc)\b.*$", "", column, flags=re.IGNORECASE))
        if isinstance(column, str) and "(" not in column
        else None
        for column in columns
    ]
    return [plain(name) for name in names if name] if names and all(names) else None


def _tells_indexes(ground: Ground, claim: Claim, table: Table) -> bool:
    """Tell whether all indexes of a table are known: of a model others may stand in migrations."""
    if not table.whole:
        return False
    name = claim.row.get("name")
    if table.source in {"sql", "prisma"}:
        return True
    return isinstance(name, str) and ground.repository.has_word(name) is False


def decide_relationship(ground: Ground, claim: Claim) -> Verdict:
    """The table is related to the other one."""
    name = bare(claim.says) if isinstance(claim.says, str) else None
    if name is None or " " in claim.says.strip() or name.lower() in _ITSELF:
        return UNDECIDED
    known = tables_of(ground, claim.entry["table_name"], claim.cited)
    relating = [*_relating(known, name), *_relating(ground.tables_called(name), claim.subject)]
    if relating:
        return confirmed(relating[0].file, relating[0].line)
    where = ground.place(claim, "related_table")
    column = bare(str(claim.row.get("foreign_key") or ""))
    target = _target_of(known, column) if column and claim.row.get("type") in _MANY else None
    if target and not may_be_one(target, name):
        message = f"{shown(f'{known[0].name}.{column}', 80)} refers to {shown(target, 60)}"
        refutation = problem("K12", message, f"Write {shown(target, 60)}.", where)
        return refuted(refutation, known[0].file, known[0].line)
    if may_stand(ground.repository, name):
        return UNDECIDED
    message = f"the related table {shown(name, 60)} stands nowhere in the repository"
    hint = "Name a table that exists, or remove the relationship."
    if known and all(table.whole for table in known):
        return refuted(problem("K12", message, hint, where), known[0].file, known[0].line)
    return doubted(problem("K18", message, hint, where))


def _relating(tables: list[Table], name: str) -> list[Table]:
    """Return the tables with a foreign key to a table of a name."""
    wanted = plain_table(name)
    return [
        table
        for table in tables
        if any(plain_table(key.table) == wanted for key in table.foreign_keys)
    ]


def _target_of(known: list[Table], column: str) -> str | None:
    """Return the table that a column refers to, by every declaration that says so."""
    targets: set[str] = set()
    for table in known:
        targets.update(key.table for key in table.foreign_keys if _is_of(key, column))
    return targets.pop() if len(targets) == 1 else None


def _is_of(key: ForeignKey, column: str) -> bool:
    return [plain(name) for name in key.columns] == [plain(column)]
