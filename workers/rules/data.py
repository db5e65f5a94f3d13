"""The database: queries in loops, keys, indexes, migrations that lead back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sessions.patterns import lazy_pattern
from workers.contract import counted
from workers.rules.ground import PYTHON, SCRIPT, Observation, Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.rules.ground import Ground
    from workers.survey.found import Table

_AT_MOST = 12
_LOOP_LINES = 40
_PYTHON_LOOP = lazy_pattern(
    r"(?P<indent>[ \t]*)(?:async[ \t]+)?for[ \t]+(?P<name>\w+)[^\n]*:[ \t]*$"
)
_PYTHON_READ = lazy_pattern(
    r"\.(?:fetch|fetchrow|fetchval|fetchone|fetchall)\([^\n]*SELECT|\.execute\([^\n]*SELECT"
    r"|\.objects\.(?:get|filter)\(|\bsession\.(?:get|query|scalar|scalars)\(|\bdb\.(?:query|get|scalar)\("
)
_SCRIPT_LOOP = lazy_pattern(
    r"[ \t]*for[ \t]*(?:await[ \t]*)?\([ \t]*(?:const|let|var)[ \t]+(?P<name>\w+)[ \t]+of\b"
)
_SCRIPT_READ = lazy_pattern(
    r"\bawait\b[^\n]*\.(?:find|findOne|findFirst|findMany|findUnique|findByPk|findAll|findOneBy|query)\("
)
# MySQL indexes foreign keys by itself, and so does Django's ORM.
_INDEXED_BY_ITSELF = ("mysql", "mysql2", "mysqlclient", "pymysql", "aiomysql", "mariadb")
_DJANGO = "django"
_ALEMBIC_DOWN = lazy_pattern(r"def downgrade\(\)[^\n]*:[ \t]*$")
_RUN_PYTHON = lazy_pattern(r"migrations\.RunPython\([ \t]*\w+[ \t]*,?[ \t]*\)")
_IDLE = lazy_pattern(r"^(?:pass|raise\b.*|\.\.\.|#.*|\"\"\".*|)$")


def queries_do_not_run_in_loops(ground: Ground) -> Iterator[Observation]:
    """No query is sent once for each row of another (N+1)."""
    places = [
        Place(file, number, query)
        for file, lines in ground.sources((*PYTHON, *SCRIPT), served=True)
        for number, query in _queries_in_loops(file, lines)
    ]
    if places:
        yield Observation(
            "medium",
            "database",
            f"A query is sent for each row of another ({counted(len(places), 'loop')})",
            "The loop reads from the database once for each element (N+1): the number of queries,"
            " and with it the time, grows with the rows.",
            "Load what the loop needs with one query before it: a join, IN, or the ORM's eager"
            " loading.",
            "days",
            "Handling 100 rows sends as many queries as handling one.",
            tuple(places[:_AT_MOST]),
        )


def _queries_in_loops(file: str, lines: list[str]) -> Iterator[tuple[int, int]]:
    """Yield the line of a loop and that of the query in it that uses the loop's variable."""
    python = file.endswith(PYTHON)
    loop, read = (_PYTHON_LOOP, _PYTHON_READ) if python else (_SCRIPT_LOOP, _SCRIPT_READ)
    for number, line in enumerate(lines, 1):
        match = loop.match(line) if len(line) < 500 else None
        if match is None:
            continue
        indent = len(line) - len(line.lstrip())
        uses = re.compile(rf"\b{re.escape(match['name'])}\b")
        for inner in range(number + 1, min(number + _LOOP_LINES, len(lines) + 1)):
            text = lines[inner - 1]
            if text.strip() and len(text) - len(text.lstrip()) <= indent:
                break
            if len(text) < 500 and read.search(text) and uses.search(text):
                yield number, inner
                break


def tables_have_primary_keys(ground: Ground) -> Iterator[Observation]:
    """Every table has a primary key."""
    without = [
        table
        for table in ground.survey.tables
        if table.source == "sql"
        and table.columns
        and not any(column.primary_key or column.unique for column in table.columns)
        and not any(index.unique for index in table.indexes)
    ]
    if without:
        yield Observation(
            "medium",
            "database",
            f"{_names(without)} has no primary key",
            "Rows cannot be told apart: equal ones can be stored twice, and replication and most"
            " ORMs need a key.",
            "Add a primary key: an identity column, or the columns that name a row.",
            "days",
            "The table's description shows a primary key.",
            tuple(Place(table.file, table.line) for table in without[:_AT_MOST]),
        )


def foreign_keys_have_indexes(ground: Ground) -> Iterator[Observation]:
    """Every foreign key is the beginning of an index."""
    if ground.repository.has_word(*_INDEXED_BY_ITSELF) is not False:
        return
    bare: list[tuple[Table, str]] = []
    for table in ground.survey.tables:
        if not table.source.startswith(_DJANGO):
            bare += [(table, column) for column in _without_index(table)]
    if bare:
        names = ", ".join(f"{table.name}.{column}" for table, column in bare[:3])
        more = f" and {len(bare) - 3} more" if len(bare) > 3 else ""
        tables = list(dict.fromkeys(table for table, _ in bare))
        yield Observation(
            "medium",
            "database",
            f"{names}{more} has no index",
            "A foreign key without an index makes each delete in the table it refers to, and each"
            " join over it, read the whole table.",
            "Add an index that begins with it; on PostgreSQL concurrently.",
            "hours",
            "EXPLAIN of a join over the column shows an index scan.",
            tuple(Place(table.file, table.line) for table in tables[:_AT_MOST]),
        )


def _without_index(table: Table) -> list[str]:
    """Return the first column of each foreign key with which no index of the table begins."""
    leads = {index.columns[0] for index in table.indexes if index.columns}
    leads |= {column.name for column in table.columns if column.unique or column.primary_key}
    firsts = [key.columns[0] for key in table.foreign_keys if key.columns]
    return [column for column in firsts if column not in leads]


def migrations_can_be_undone(ground: Ground) -> Iterator[Observation]:
    """Every migration has a way back."""
    places = [
        Place(file, number)
        for file, lines in ground.sources(PYTHON)
        if "/migrations/" in f"/{file}" or "/versions/" in f"/{file}"
        for number in _one_way(lines)
    ]
    if places:
        yield Observation(
            "low",
            "database",
            f"{len(places)} migrations have no way back",
            "Their downgrade does nothing, or a RunPython has no reverse: a release that fails"
            " cannot be taken back with its schema.",
            "Write the way back, or say in the migration why there is none.",
            "days",
            "Up, down and up again leave the same schema.",
            tuple(places[:_AT_MOST]),
        )


def _one_way(lines: list[str]) -> Iterator[int]:
    for number, line in enumerate(lines, 1):
        if _RUN_PYTHON.search(line[:500]):
            yield number
        elif _ALEMBIC_DOWN.match(line[:500]) and not _has_steps(lines[:number]):
            continue
        elif _ALEMBIC_DOWN.match(line[:500]):
            body = [text.strip() for text in lines[number:] if text.strip()]
            if all(map(_IDLE.match, body)):
                yield number


def _has_steps(before: list[str]) -> bool:
    """Tell whether the upgrade does anything: a merge of two heads does not."""
    return any("op." in line for line in before)


def _names(tables: list[Table]) -> str:
    more = f" and {len(tables) - 3} more" if len(tables) > 3 else ""
    return ", ".join(table.name for table in tables[:3]) + more
