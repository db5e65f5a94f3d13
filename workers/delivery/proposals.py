"""What a report proposes: its blocks of code by language, each valid, invalid or not verifiable."""

from __future__ import annotations

import json
import mmap
from functools import lru_cache, partial
from typing import TYPE_CHECKING, NamedTuple

from sessions import bounds
from workers.delivery import dialects, parsers
from workers.delivery.outline import is_template_text
from workers.delivery.parsers import UNVERIFIABLE, Finding
from workers.repository.apart import Allowance, Died, apart

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from workers import sql
    from workers.contract import Place
    from workers.delivery.delivery import Delivery
    from workers.delivery.parsers import Verdict

_LANGUAGES = {
    "json": "json",
    "yaml": "yaml",
    "yml": "yaml",
    "toml": "toml",
    "python": "python",
    "py": "python",
    "python3": "python",
    "sql": "sql",
    "graphql": "graphql",
    "gql": "graphql",
    "openapi": "openapi",
}
# Words that show which databases a repository uses; one that nobody here reads shows that SQL in
# the report may be of that one.
_SHOWS = {
    "postgresql": "postgresql postgres psycopg psycopg2 asyncpg pg8000 pgx npgsql",
    "mysql": "mysql mysql2 mysqlclient pymysql aiomysql mysqli mariadb",
    "sqlite": "sqlite sqlite3 aiosqlite rusqlite",
    "tsql": "mssql sqlserver pymssql tedious pyodbc",
    "oracle": "oracle cx_oracle oracledb ojdbc8 ojdbc11",
    "another": "clickhouse snowflake bigquery redshift cockroachdb cockroach duckdb cassandra"
    " scylla databricks trino presto vertica teradata yugabyte",
}
# So small a text kills no parser and keeps none busy, whatever it holds; larger ones are parsed in
# a child process. Most reports hold none.
SMALL_CHARACTERS = 4_000
SMALL_TOGETHER = 40_000
CHILD = Allowance(cpu_seconds=8, seconds=60.0, memory_bytes=1 << 30)
# Each death costs another child for the blocks that are left.
_CHILDREN = 4


class Block(NamedTuple):
    """A block of code that the report proposes; `place` is where its text begins.

    `line` is that of its first line in the notes, None in the JSON. Of SQL, `likely` are the
    dialects that it says or the repository shows, `spoken` those that must refuse it.
    """

    language: str
    text: str
    place: Place
    line: int | None = None
    likely: frozenset[str] = frozenset()
    spoken: frozenset[str] = frozenset()


class Judged(NamedTuple):
    """A block and what was found of it."""

    block: Block
    finding: Finding

    @property
    def verdict(self) -> Verdict:
        """Whether it is valid."""
        return self.finding.verdict


@lru_cache(maxsize=4)
def blocks(delivery: Delivery) -> tuple[Block, ...]:
    """Return the blocks of notes and JSON that quote nothing, in the order of the files."""
    return (*_in_notes(delivery), *_in_json(delivery))


def _in_notes(delivery: Delivery) -> Iterator[Block]:
    for section in delivery.notes.sections if delivery.notes else ():
        for fence in section.fences:
            if not fence.quotes and fence.closed and not is_template_text(fence.content):
                language, dialect = _spoken_in(fence.language)
                place = delivery.in_notes(fence.number)
                block = Block(language, fence.content, place, fence.number + 1)
                yield _with_dialects(block, dialect, delivery)


def _in_json(delivery: Delivery) -> Iterator[Block]:
    for pointer, entry in delivery.entries_of("table"):
        migration = entry.get("migration")
        migration = migration if isinstance(migration, dict) else {}
        ours = entry.get("ddl_dialect")
        ours = ours.strip() if isinstance(ours, str) else ""
        says = str(migration.get("language") or "sql").lower()
        language, dialect = _spoken_in(says)
        texts = [("ddl", "sql", ours, entry.get("ddl"))]
        texts += [
            (f"migration/{name}", language, dialect or ours, migration.get(name))
            for name in ("up", "down")
        ]
        for name, kind, named, text in texts:
            if isinstance(text, str) and not is_template_text(text):
                block = Block(kind, text, delivery.in_json(f"{pointer}/{name}"))
                yield _with_dialects(block, named, delivery)
    for pointer, entry in delivery.entries_of("endpoint"):
        fragment = entry.get("openapi")
        if isinstance(fragment, dict):
            fragment = json.dumps(fragment)
        if isinstance(fragment, str) and not is_template_text(fragment):
            yield Block("openapi", fragment, delivery.in_json(f"{pointer}/openapi"))


def _spoken_in(tag: str) -> tuple[str, str]:
    """Return the language and the dialect that a tag means, empty if it is none that is read."""
    language = _LANGUAGES.get(tag, "")
    if not language and dialects.named(tag):
        return "sql", tag
    return language, ""


def _with_dialects(block: Block, named_dialect: str, delivery: Delivery) -> Block:
    """Add the dialects that SQL may be of: the one it says, else those of the repository."""
    if block.language != "sql":
        return block
    if named_dialect:
        named = dialects.named(named_dialect)
        return block._replace(likely=named, spoken=named)
    has_word = delivery.repository.has_word
    shown = [name for name, words in _SHOWS.items() if has_word(*words.split()) is not False]
    likely = dialects.likely(block.text, () if "another" in shown else shown)
    return block._replace(likely=likely, spoken=dialects.to_refuse(block.text, likely))


@lru_cache(maxsize=4)
def judged(delivery: Delivery) -> tuple[Judged, ...]:
    """Judge every block by its language; one of another language is not verifiable.

    Raises Died when a limit of time or memory ended the child that parses large blocks.
    """
    every = blocks(delivery)
    verdicts: dict[int, Finding] = {}
    large: list[int] = []
    left, small = bounds.JUDGED_CHARACTERS, SMALL_TOGETHER
    for position, block in enumerate(every):
        if not parsers.is_known(block.language):
            continue
        left -= len(block.text)
        if left < 0:
            most = f"more than {bounds.JUDGED_CHARACTERS:,} characters with the blocks before it"
            verdicts[position] = Finding("over", most)
        elif len(block.text) <= min(SMALL_CHARACTERS, small):
            small -= len(block.text)
            verdicts[position] = parsers.parse(block.language, block.text, block.spoken)
        else:
            large.append(position)
    verdicts |= _parsed_apart(every, large)
    return tuple(Judged(block, verdicts.get(n, UNVERIFIABLE)) for n, block in enumerate(every))


def _parsed_apart(every: Sequence[Block], large: list[int]) -> dict[int, Finding]:
    """Parse large blocks in a child process; one whose parser dies there is not verifiable."""
    verdicts: dict[int, Finding] = {}
    for position in large:  # what is over a limit needs no child
        over = bounds.over_block(every[position].language, every[position].text)
        if over is not None:
            verdicts[position] = Finding("over", over.what, over.line)
    waiting = [position for position in large if position not in verdicts]
    for _ in range(_CHILDREN):
        if not waiting:
            return verdicts
        with mmap.mmap(-1, mmap.PAGESIZE) as mark:  # shared with the child
            try:
                several = apart(partial(_parse_all, [every[n] for n in waiting], mark), CHILD)
            except Died as died:
                if died.cause not in {"crashed", "raised"}:
                    raise
                guilty = waiting.pop(int.from_bytes(mark[:4], "little"))
                verdicts[guilty] = Finding("unverifiable", failed=died.detail)
            else:
                return verdicts | dict(zip(waiting, several, strict=True))
    return verdicts | dict.fromkeys(waiting, Finding("unverifiable", failed="was not begun"))


def _parse_all(several: Sequence[Block], mark: mmap.mmap) -> list[Finding]:
    verdicts: list[Finding] = []
    for position, block in enumerate(several):
        mark[:4] = position.to_bytes(4, "little")  # whom it dies of
        verdicts.append(parsers.parse(block.language, block.text, block.spoken))
    return verdicts


def scripts(delivery: Delivery) -> Iterator[tuple[Block, sql.Script]]:
    """Yield the blocks of SQL that were understood, with what they do."""
    for proposal in judged(delivery):
        if proposal.finding.script is not None:
            yield proposal.block, proposal.finding.script
