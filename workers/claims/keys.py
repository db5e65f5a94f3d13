"""Claims about indexes and relations of a table, against its declarations."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sessions.errors import shown
from sessions.patterns import lazy_pattern
from workers.claims.claim import UNDECIDED, confirmed, doubted, refuted
from workers.claims.declared_tables import keys_of, may_be_otherwise, tables_of
from workers.claims.names import bare, may_be_one, may_stand, plain_table
from workers.claims.partial import partial_indexes
from workers.claims.unread_changes import may_be_changed
from workers.delivery.delivery import problem
from workers.repository.source import plain

if TYPE_CHECKING:
    from workers.claims.claim import Claim, Verdict
    from workers.claims.ground import Ground
    from workers.survey.found import ForeignKey, Table

_ITSELF = frozenset({"itself", "self", "same", "selbst", "lui", "propia"})
_OF_CONSTRAINTS = lazy_pattern(r"fk|foreign|constraint|\d$|_key$|none|null", re.IGNORECASE)
_TO_ONE = ("MANY_TO_ONE", "ONE_TO_ONE")


def decide_index(ground: Ground, claim: Claim) -> Verdict:
    """The table has an index or key on these columns, in this order; its name is no matter."""
    columns = index_columns(claim.says)
    known = tables_of(ground, claim.entry["table_name"], claim.cited) if columns else []
    for table in known:
        unique = [is_unique for names, is_unique in keys_of(table) if list(names) == columns]
        if unique:
            return _if_unique(ground, claim, table, unique)
    if may_be_changed(claim, columns or [], known):
        return UNDECIDED
    if known and all(_tells_indexes(ground, claim, table) for table in known):
        table = known[0]
        message = f"{shown(table.name, 60)} has no index on {shown(', '.join(claim.says), 80)}"
        listed = "; ".join(dict.fromkeys(", ".join(names) for names, _ in keys_of(table)))
        hint = f"Remove it, or propose it in a finding. Indexed: {shown(listed or 'nothing', 200)}."
        where = ground.place(claim, "columns")
        return refuted(problem("K11", message, hint, where), table.file, table.line)
    return UNDECIDED


def _if_unique(ground: Ground, claim: Claim, table: Table, unique: list[bool]) -> Verdict:
    """Confirm an index that is there, unless it is wrongly said to be unique or not."""
    primary = sorted(plain(column.name) for column in table.columns if column.primary_key)
    columns = index_columns(claim.says) or []
    is_key = sorted(columns) == primary
    claimed = claim.row.get("unique")
    differs = claimed is True and not any(unique)
    # That a primary key is unique goes without saying, so it may be left unsaid.
    differs = differs or (claimed is False and all(unique) and not is_key)
    if not differs or not table.whole:
        return confirmed(table.file, table.line)
    if any([plain(name) for name in i.columns] == columns for i in partial_indexes(ground, table)):
        return UNDECIDED  # unique among a part of the rows
    what, write = ("is not unique", "false") if claimed else ("is unique", "true")
    message = f"the index of {shown(table.name, 60)} on these columns {what}"
    where = ground.place(claim, "unique")
    return refuted(problem("K11", message, f"Write {write}.", where), table.file, table.line)


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
    names = _names_of(claim.says, name)
    contradiction = _contradicted(ground, claim, known, names)
    is_its_own = claim.row.get("type") == "MANY_TO_ONE" and "." not in str(
        claim.row.get("foreign_key")
    )
    if contradiction and is_its_own:
        return contradiction
    relating = _either_way(ground, claim, known, names)
    absent = _key_that_is_not_there(ground, claim, known, names)
    if absent:
        return absent
    if relating:
        # Rows of many to many are kept in a table between: a key of one of them shows another kind.
        is_other = claim.row.get("type") == "MANY_TO_MANY"
        return UNDECIDED if is_other else confirmed(relating[0].file, relating[0].line)
    if contradiction:
        return contradiction
    where = ground.place(claim, "related_table")
    if may_stand(ground.repository, name):
        return UNDECIDED
    message = f"the related table {shown(name, 60)} is nowhere in the repository"
    hint = "Name a table that exists, or remove the relationship."
    if known and all(table.whole for table in known):
        return refuted(problem("K12", message, hint, where), known[0].file, known[0].line)
    return doubted(problem("K18", message, hint, where))


def _either_way(ground: Ground, claim: Claim, known: list[Table], names: list[str]) -> list[Table]:
    """Return the tables of a relation that have a foreign key to the other one."""
    relating: list[Table] = []
    for other in names:
        relating += _relating(known, other)
        relating += _relating(ground.tables_called(other), claim.subject)
    return relating


def _names_of(says: str, name: str) -> list[str]:
    """Return the tables that a name may mean: `users` of both `public.users` and `users.id`."""
    before = bare(says.rpartition(".")[0]) if "." in says else None
    return [name, before] if before else [name]


def _contradicted(
    ground: Ground, claim: Claim, known: list[Table], names: list[str]
) -> Verdict | None:
    """Refute a relation whose foreign key refers to another table."""
    column = bare(str(claim.row.get("foreign_key") or ""))
    is_key = column and claim.row.get("type") in _TO_ONE
    targets = _targets_of(known, column) if column and is_key else []
    if any(may_be_otherwise(table) for table in known):
        return None
    if not targets or any(may_be_one(target, name) for target in targets for name in names):
        return None
    listed = " and ".join(shown(target, 60) for target in targets[:3])
    message = f"{shown(f'{known[0].name}.{column}', 80)} refers to {listed}"
    where = ground.place(claim, "related_table")
    refutation = problem("K12", message, f"Write {shown(targets[0], 60)}.", where)
    return refuted(refutation, known[0].file, known[0].line)


def _key_that_is_not_there(
    ground: Ground, claim: Claim, known: list[Table], names: list[str]
) -> Verdict | None:
    """Refute a relation by a foreign key that neither table has as a column."""
    column = _key_named(claim)
    related: list[Table] = []
    for name in names:
        related += ground.tables_called(name)
    if not column or not known or not related:
        return None
    both = [*known, *related]
    if any(not one.whole or _has_part(one, column) for one in both):
        return None
    message = f"neither {shown(known[0].name, 60)} nor {shown(related[0].name, 60)} has a column"
    where = ground.place(claim, "foreign_key")
    keys = [", ".join(key.columns) for one in both for key in one.foreign_keys]
    listed = shown(", ".join(dict.fromkeys(keys)) or "none", 200)[1:-1]
    hint = f"Name the column that refers to the other table ({listed}), or remove the relation."
    refutation = problem("K12", f"{message} {shown(column, 60)}", hint, where)
    return refuted(refutation, known[0].file, known[0].line)


def _key_named(claim: Claim) -> str | None:
    """Return the column that a relation names as its foreign key, None where that is not clear.

    Many to many has a table between; a constraint may be named instead of a column.
    """
    text = str(claim.row.get("foreign_key") or "").strip()
    column = bare(text) if re.fullmatch(r"[\w`\"\[\]]+", text) else None
    if not column or claim.row.get("type") == "MANY_TO_MANY" or _OF_CONSTRAINTS.search(column):
        return None
    return column


def _has_part(table: Table, name: str) -> bool:
    """Tell whether a table has a column of a name, or one that an ORM calls so."""
    wanted = plain(name)
    names = {plain(column.name) for column in table.columns}
    names |= {plain(part) for key in table.foreign_keys for part in key.columns}
    return bool({wanted, f"{wanted}id", wanted.removesuffix("id")} & names)


def _relating(tables: list[Table], name: str) -> list[Table]:
    """Return the tables with a foreign key to a table of a name."""
    wanted = plain_table(name)
    return [
        table
        for table in tables
        if any(plain_table(key.table) == wanted for key in table.foreign_keys)
    ]


def _targets_of(known: list[Table], column: str) -> list[str]:
    """Return the tables that a column refers to, alone or as a part of a key of several."""
    keys = [key for table in known for key in table.foreign_keys if _is_of(key, column)]
    return list(dict.fromkeys(key.table for key in keys))


def _is_of(key: ForeignKey, column: str) -> bool:
    return plain(column) in map(plain, key.columns)
