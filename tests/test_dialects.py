"""SQL that is refuted: by a parser of its dialect that knows the construct, and by nothing else."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workers.delivery import dialects
from workers.delivery.dialects import ANY, fault_of, faults, likely, named, to_refuse
from workers.delivery.dialects.lexing import Unsure, pieces_of
from workers.delivery.parsers import parse

PG, MYSQL, SQLITE, TSQL, ORACLE = "postgresql", "mysql", "sqlite", "tsql", "oracle"

# What is right in its dialect, and what reports hold beside whole statements.
RIGHT = {
    PG: """
DROP INDEX a, b;
DROP SCHEMA a, b;
DROP SEQUENCE a, b;
DROP FUNCTION f(), g();
INSERT INTO t (id) OVERRIDING SYSTEM VALUE VALUES (1)
CREATE TABLE t (a interval day to second, b bit varying(8))
CREATE TABLE t (id int PRIMARY KEY, CHECK (id > 0) NO INHERIT)
DELETE FROM t WHERE CURRENT OF c
ROLLBACK PREPARED 'x'
CREATE TABLE t (id int, during tsrange, PRIMARY KEY (id, during WITHOUT OVERLAPS))
CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 2) VIRTUAL)
CREATE TABLE p PARTITION OF t FOR VALUES FROM (1) TO (2)
CREATE TABLE h (y int NOT NULL PRIMARY KEY) PARTITION BY RANGE (y)
CREATE INDEX CONCURRENTLY IF NOT EXISTS ix ON t USING gin (a gin_trgm_ops) WHERE b IS NULL
CREATE POLICY p ON orders FOR SELECT USING (true); ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.a := 1; RETURN NEW; END; $$;
SELECT a::text, b->>'c', d @> '{}' FROM t WHERE e = $1 AND f ? 'x'
SELECT * FROM t WHERE id = :id
SELECT * FROM t WHERE id = %(id)s
SELECT * FROM ${schema}.t
SELECT * FROM {{ ref('t') }}
SELECT * FROM <table_name>
CREATE TABLE t (id int PRIMARY KEY, ...)
CREATE TABLE t (id int PRIMARY KEY, -- the columns as above
);
\\d orders
orders=> SELECT 1;
id uuid PRIMARY KEY, name text NOT NULL
WHERE deleted_at IS NULL
ADD COLUMN x int
lower(email)
ALTER COLUMN x SET NOT NULL
DROP CONSTRAINT y
CHECK (price > 0)
FROM t WHERE a = 1
Seq Scan on users  (cost=0.00..1.00 rows=1 width=4)
/* nothing to undo:
   the data is gone */
""",
    MYSQL: """
ALTER TABLE t ADD PARTITION (PARTITION p VALUES LESS THAN (1))
ALTER TABLE t DROP PARTITION p
CREATE TABLE t (id int PRIMARY KEY, g geometry NOT NULL SRID 4326, SPATIAL INDEX (g))
CREATE TABLE t (a float unsigned, KEY ix (a)) ENGINE=InnoDB
CREATE TABLE h (y int PRIMARY KEY) PARTITION BY LIST (y) (PARTITION p0 VALUES IN (1, 2))
DROP INDEX i ON t ALGORITHM=INPLACE LOCK=NONE
INSERT LOW_PRIORITY IGNORE INTO t VALUES (1)
ALTER TABLE t ADD COLUMN (a int, b int)
SELECT * FROM t INTO OUTFILE '/tmp/x'
UPDATE t SET a = 1 # a note (it's here
SELECT `from` FROM `t` WHERE a = 'it\\'s (' LIMIT 1, 2
REPLACE INTO t VALUES (1) ; INSERT t VALUE (1, 2)
SELECT a form FROM t
""",
    SQLITE: """
CREATE TABLE t (a ANY) STRICT
UPDATE OR IGNORE t SET a = ?1
CREATE TABLE t (a int PRIMARY KEY ON CONFLICT REPLACE, b UNSIGNED BIG INT)
CREATE TABLE t (a int REFERENCES u (id) NOT DEFERRABLE, b int NOT NULL ON CONFLICT FAIL)
INSERT INTO missing (a) VALUES (:id), (@id), ($id)
CREATE TRIGGER x AFTER INSERT ON t BEGIN UPDATE u SET a = 1; DELETE FROM v; END;
ALTER TABLE missing RENAME COLUMN a TO b
CREATE VIRTUAL TABLE t USING fts5(a, b)
PRAGMA foreign_keys = ON
DELETE FROM t WHERE a = 1 LIMIT 5
ATTACH 'x.db' AS x; VACUUM;
SELECT * FROM users WHERE a = sqlc.arg('x') AND b IN (sqlc.slice('ids'));
SELECT [a b] FROM "t"
""",
    TSQL: """
DELETE TOP (5) FROM t OUTPUT deleted.Id WHERE a = 1
INSERT INTO t EXEC p
CREATE TABLE t (Id int PRIMARY KEY CLUSTERED, b int SPARSE, c int ROWGUIDCOL, INDEX ix (b),)
SET TRANSACTION ISOLATION LEVEL SNAPSHOT
DROP INDEX i ON t WITH (ONLINE = ON)
UPDATE t SET a = 1 SELECT 1
sp_rename 'a', 'b'
SELECT [a (b] FROM [t] WHERE @x = 1
CREATE CLUSTERED COLUMNSTORE INDEX i ON t
IF NOT EXISTS (SELECT 1) BEGIN CREATE TABLE #t (a int) END
""",
    ORACLE: """
CREATE TABLE t (a NUMBER(10) DEFAULT ON NULL s.NEXTVAL NOT NULL ENABLE, b LONG RAW)
INSERT INTO t VALUES (1) RETURNING id INTO :y
DELETE form f WHERE f.a = 1
SELECT q'[it's (]' FROM dual
CREATE INDEX i ON CLUSTER c
""",
}
# Each is refused by all but those named behind it.
WRONG = [
    ("ALTER TABLE articles ADD COLUM x int;", {SQLITE}),
    ("ALTER TABLE articles DROP COLUM x;", set()),
    ("CREATE INDEX ix ON articles user_id;", set()),
    ("CREATE UNIQUE INDEX ix ON public.articles user_id;", set()),
    ("UPDATE articles SET;", set()),
    ("UPDATE articles SET WHERE id = 1;", set()),
    ("foo bar baz;", set()),
    ("SELEC x FROM t", set()),
    ("SELECT x FRM t", set()),
    ("SELECT * FORM t;", set()),
    ("CREAT TABLE t (a int)", set()),
    ("CREATE TABEL t (a int)", set()),
    ("ALTER TABEL t ADD c int", set()),
    ("DROP INDX i", set()),
    ("CREATE TABLE t (a int", set()),
    ("CREATE TABLE t a int)", set()),
    ("CREATE TABLE t (a int,, b int)", set()),
    ("CREATE TABLE t (a int,)", {TSQL}),
    ("DELETE FROM t WHERE", set()),
    ("DELETE FRM t WHERE a = 1", {ORACLE}),
    ("INSERT INOT t (a) VALUES (1)", set()),
    ("INSERT INTO t (a) VALUS (1)", set()),
    ("CREATE TABLE t (a int NOT NUL)", set()),
    ("CREATE TABLE t (a int PRIMRY KEY)", {SQLITE}),
    ("CREATE TABLE t (a int, FOREIGN KEY (a) REFERNCES u (id))", set()),
    ("SELECT a FROM t ORDR BY a", set()),
    ("SELECT t.a FROM t JION u ON t.a = u.a", set()),
    ("SELECT 1;\n\nSELECT * FROM t WHERE;", set()),
]


def lines(text: str) -> list[str]:
    """Split where a line ends; what begins with blanks or closes a bracket belongs to the last."""
    return [one for one in re.split(r"\n(?![ )])", text) if one.strip()]


@pytest.mark.parametrize(
    ("dialect", "text"), [(name, one) for name, text in RIGHT.items() for one in lines(text)]
)
def test_what_a_dialect_takes_is_never_refuted(dialect: str, text: str) -> None:
    assert fault_of(text, frozenset({dialect})) is None
    assert fault_of(text, ANY) is None
    assert parse("sql", text, frozenset({dialect})).verdict in {"valid", "unverifiable"}


@pytest.mark.parametrize("dialect", sorted(ANY))
@pytest.mark.parametrize(("text", "taken"), WRONG)
def test_what_no_database_takes_is_refuted(dialect: str, text: str, taken: set[str]) -> None:
    assert (fault_of(text, frozenset({dialect})) is None) is (dialect in taken)


@pytest.mark.parametrize(("text", "taken"), WRONG)
def test_of_an_unknown_dialect_all_must_refuse(text: str, taken: set[str]) -> None:
    if not taken and not re.search(r"FRM|FORM|INOT|VALUS|NUL\b|PRIMRY|REFERN|ORDR|JION", text):
        assert fault_of(text, ANY) is not None
    if taken:
        assert fault_of(text, ANY) is None


def test_a_misspelt_type_is_none_that_can_be_told() -> None:
    for dialect in ANY:
        assert fault_of("CREATE TABLE t (a VARCHR(20))", frozenset({dialect})) is None


def test_a_fault_says_its_line() -> None:
    text = "SELECT 'é;', 1;\n-- a note\n\nALTER TABLE t\n  ADD COLUM x int;"
    fault = fault_of(text, frozenset({PG}))
    assert fault is not None
    assert fault.line == 5
    fault = fault_of("SELECT 1;\nCREATE TABLE t (a int;\n", frozenset({MYSQL}))
    assert fault is not None
    assert fault.line == 2


@pytest.mark.parametrize(
    ("name", "dialect"),
    [
        ("PostgreSQL 16", PG),
        ("postgres", PG),
        ("MariaDB", MYSQL),
        ("mysql-8.4", MYSQL),
        ("SQLite", SQLITE),
        ("sqlite3", SQLITE),
        ("T-SQL", TSQL),
        ("SQL Server 2022", TSQL),
        ("mssql", TSQL),
        ("Oracle 19c", ORACLE),
    ],
)
def test_a_dialect_is_known_by_its_names(name: str, dialect: str) -> None:
    assert named(name) == {dialect}


@pytest.mark.parametrize("name", ["clickhouse", "BigQuery", "snowflake", "plpgsql", "text", ""])
def test_another_dialect_is_read_by_nobody(name: str) -> None:
    assert named(name) == frozenset()
    assert parse("sql", "foo bar baz;", named(name)).verdict == "unverifiable"


@pytest.mark.parametrize(
    ("text", "shown", "expected"),
    [
        ("SELECT 1", [PG], {PG}),
        ("SELECT 1", [PG, SQLITE], {PG, SQLITE}),
        ("SELECT 1", [], ANY),
        ("CREATE TABLE `t` (a int)", [PG], ANY),
        ("CREATE TABLE t (a NVARCHAR(20))", [PG], ANY),
        ("SELECT a::text FROM t", [MYSQL], ANY),
        ("CREATE TABLE t (ts DateTime) ENGINE = MergeTree ORDER BY (ts)", [PG], frozenset()),
        ("CREATE TABLE t (a INT64) PARTITION BY a", [], frozenset()),
    ],
)
def test_marks_of_another_dialect_overrule_the_repository(
    text: str, shown: list[str], expected: frozenset[str]
) -> None:
    assert likely(text, shown) == expected


def test_what_says_no_dialect_must_be_wrong_elsewhere_too() -> None:
    shown = frozenset({PG})
    others = {MYSQL, TSQL, ORACLE}
    assert to_refuse("ALTER TABLE t ADD COLUM x int;", shown) == shown | others
    assert to_refuse("ALTER TABLE t ADD COLUM x jsonb;", shown) == shown
    # Of SQL Server, in a repository with PostgreSQL; nothing but its form tells.
    assert fault_of("DELETE TOP (n) FROM t", to_refuse("DELETE TOP (n) FROM t", shown)) is None
    for text in ("ALTER TABLE t ADD COLUM x int;", "CREATE INDEX ix ON t c;", "UPDATE t SET;"):
        assert fault_of(text, to_refuse(text, shown)) is not None


PARTS = (
    "SELECT FROM WHERE UPDATE SET t a b ( ) , ; ' \" ` $$ $1 -- /* */ [ ] # = \\ :: CREATE TABLE"
    " INDEX ON int NOT NULL INSERT INTO VALUES 1 \u00e9 q' E' GO BEGIN END"
)


@given(st.lists(st.sampled_from([*PARTS.split(" "), "\n"]), max_size=30))
@settings(max_examples=300, deadline=None)
def test_no_text_ends_in_an_exception(words: list[str]) -> None:
    text = " ".join(words)
    for dialect in (*sorted(ANY), "any"):
        spoken = ANY if dialect == "any" else frozenset({dialect})
        fault = fault_of(text, spoken)
        assert fault is None or 1 <= fault.line <= text.count("\n") + 1
        assert parse("sql", text, spoken).verdict in {"valid", "invalid", "unverifiable"}


@given(st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_pieces_hold_the_text_in_order(text: str) -> None:
    try:
        pieces = pieces_of(text, MYSQL)
    except Unsure:
        return
    ends = [0]
    for piece in pieces:
        assert ends[-1] <= piece.start < piece.end
        ends.append(piece.end)


def test_every_fault_is_looked_for() -> None:
    """Each check of `faults` has a wrong text that it alone refuses."""
    for check in faults.CHECKS:
        others = [one for one in faults.CHECKS if one is not check]
        pieces = [(text, pieces_of(text, MYSQL)) for text, _ in WRONG]
        caught = [
            text
            for text, parts in pieces
            if any(check(piece.parts) for piece in parts)
            and not any(other(piece.parts) for other in others for piece in parts)
        ]
        assert caught, check.__name__


HOSTILE = [
    "/*" * 20_000,
    "$a$" * 15_000,
    "UPDATE LIMIT " * 3_500,
    "--" * 9_000,
    "[ " * 20_000,
    "INSERT INTO t " + "valus (1), " * 4_000,
    "\n" * 49_000 + "x y z;",
    "CREATE TRIGGER x " + ";" * 40_000,
    "SELECT 1;" * 5_000,
    "SELECT " + "1+" * 20_000 + "1",
]


@pytest.mark.sampled(3)
@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: str(text)[:12].strip())
def test_hostile_texts_cost_little(text: str) -> None:
    import time

    start = time.process_time()
    for dialect in sorted(ANY):
        fault_of(text, frozenset({dialect}))
    assert time.process_time() - start < 5
    assert dialects.READERS.keys() == ANY
