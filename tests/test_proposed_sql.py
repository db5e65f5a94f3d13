"""SQL in a whole report: what is honest passes, by whatever database, tag and form."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.kit import copy_sample
from tests.planting import judge, lay_out
from workers.codes import CODES

HONEST_FENCES = {
    "a partitioned table": "sql\nCREATE TABLE h (y int NOT NULL PRIMARY KEY)"
    " PARTITION BY RANGE (y) (PARTITION p0 VALUES LESS THAN (2026));",
    "a table in partitions by list": "mysql\nCREATE TABLE h (y int PRIMARY KEY)"
    " PARTITION BY LIST (y) (PARTITION p0 VALUES IN (1));",
    "a partition": "sql\nCREATE TABLE orders_2026 PARTITION OF orders FOR VALUES FROM (1) TO (2);",
    "ClickHouse": "sql\nCREATE TABLE hits (ts DateTime) ENGINE = MergeTree ORDER BY (ts);",
    "ClickHouse by its tag": "clickhouse\nCREATE TABLE hits (ts DateTime) ENGINE = Log",
    "an operator class": "sql\nCREATE INDEX CONCURRENTLY i ON orders USING gin (id gin_trgm_ops)",
    "T-SQL": "tsql\nUSE Shop\nGO\nDELETE TOP (10) FROM orders OUTPUT deleted.id\nGO",
    "MySQL": "mysql\nALTER TABLE orders ADD COLUMN note text NOT NULL, ALGORITHM=INPLACE;",
    "a temporary table": "sql\nCREATE TEMP TABLE batch (a int); DELETE FROM orders USING batch;",
    "a view": "sql\nCREATE VIEW late AS SELECT * FROM orders; SELECT * FROM late;",
    "a new name": "sql\nALTER TABLE orders RENAME TO bookings; SELECT * FROM bookings;",
    "columns left out": "sql\nCREATE TABLE slips (\n  name text\n  -- other columns as there\n)",
    "dots": "sql\nCREATE TABLE slips (\n  ...\n);",
    "columns alone": "sql\nid uuid PRIMARY KEY,\ncreated_at timestamptz NOT NULL",
    "a clause": "sql\nWHERE status = 'open' AND user_id = $1",
    "a plan": "sql\nSeq Scan on orders  (cost=0.00..1.00 rows=1 width=4)\n  Filter: (user_id = 1)",
    "psql": "sql\n\\d orders\nSELECT count(*) FROM orders;",
    "placeholders": "sql\nSELECT * FROM {{ x }}.orders WHERE id = :id AND user_id = <id>;",
    "a comment alone": "sql\n/* nothing to undo:\n   the rows are gone */",
    "columns that are there": "sql\nCREATE INDEX i ON orders (user_id, created_at DESC);"
    " ALTER TABLE orders ALTER COLUMN status SET DEFAULT 'new';"
    " INSERT INTO users (email, name) VALUES ('a', 'b');",
    "a column that is added": "sql\nALTER TABLE orders ADD COLUMN note text;"
    " CREATE INDEX i ON orders (note); UPDATE orders SET note = 'x' WHERE note IS NULL;",
    "a column by its new name": "sql\nALTER TABLE orders RENAME COLUMN status TO state;"
    " CREATE INDEX i ON orders (state);",
    "a column that may be gone": "sql\nALTER TABLE orders DROP COLUMN IF EXISTS note;",
    "a column that a list proposes": "sql\nCREATE INDEX i ON orders (receipt_due);",
    "columns of what is made": "sql\nCREATE TABLE slips (id int PRIMARY KEY, order_id int);"
    " CREATE INDEX i ON slips (order_id);",
    "what databases bring": "sql\nDELETE FROM orders WHERE ctid > '(0,1)'"
    " AND created_at < current_date;",
    "expressions": "sql\nCREATE INDEX i ON users (lower(mail)); SELECT count(*) AS n FROM orders"
    " GROUP BY user_id HAVING n > 1 ORDER BY n;",
    "tables side by side": "sql\nSELECT x.y FROM orders o JOIN LATERAL (SELECT 1 AS y) x ON true;",
    "texts in double quotes": 'mysql\nUPDATE orders SET status = "done" WHERE status = "open";',
    "an upsert": "sql\nINSERT INTO users (email) VALUES ('a') ON CONFLICT (email)"
    " DO UPDATE SET name = excluded.name;",
    "a table with a schema": "sql\nSELECT * FROM other.phantoms;",
    "GraphQL fields": "graphql\norder(id: ID!): Order\norders(first: Int = 50): [Order!]!",
    "Swagger 2.0": "openapi\nswagger: '2.0'\ninfo: {title: x}\npaths: {/a: {get: {}}}",
    "OpenAPI without info": "yaml\nopenapi: 3.1.0\npaths: {}",
    "JSON with dots": 'json\n{"id": 1, ...}',
    "a comment in JSON": 'json\n{"id": 1} // as before',
}
FALSE_FENCES = {
    "an index on a column that is not there": (
        "sql\nCREATE INDEX i ON orders (customer_ref);",
        "A12",
    ),
    "the second column of an index": ("sql\nCREATE INDEX i ON orders (user_id, shop_id);", "A12"),
    "a column that is not there to drop": ("sql\nALTER TABLE orders DROP COLUMN memo;", "A12"),
    "a column that is not there to change": (
        "sql\nALTER TABLE users ALTER COLUMN nickname SET NOT NULL;",
        "A12",
    ),
    "a key on a column that is not there": (
        "sql\nALTER TABLE orders ADD CONSTRAINT f FOREIGN KEY (buyer_id) REFERENCES users (id);",
        "A12",
    ),
    "a key to a column that is not there": (
        "sql\nALTER TABLE orders ADD CONSTRAINT f FOREIGN KEY (user_id) REFERENCES users (uid);",
        "A12",
    ),
    "a column that is set and not there": ("sql\nUPDATE orders SET memo = 'x';", "A12"),
    "a column of a condition": ("sql\nDELETE FROM orders WHERE expired_on < now();", "A12"),
    "a column that is selected": ("sql\nSELECT o.total_sum FROM orders o;", "A12"),
    "a row of a column that is not there": (
        "sql\nINSERT INTO users (email, nickname) VALUES ('a', 'b');",
        "A12",
    ),
    "a column of what is made": (
        "sql\nCREATE TABLE slips (id int PRIMARY KEY); CREATE INDEX i ON slips (parcel_no);",
        "A12",
    ),
    "a table that is not there": ("sql\nCREATE INDEX i ON phantoms (id);", "A12"),
    "ADD COLUM": ("sql\nALTER TABLE orders ADD COLUM x int;", "A01"),
    "an index without brackets": ("sql\nCREATE INDEX CONCURRENTLY i ON orders user_id;", "A01"),
    "nothing is set": ("sql\nUPDATE orders SET;", "A01"),
    "no statement": ("sql\nfoo bar baz;", "A01"),
    "broken MySQL": ("mysql\nALTER TABEL orders ADD note text;", "A01"),
    "broken T-SQL": ("tsql\nUPDATE orders SET WHERE id = 1;", "A01"),
    "no key, and LIKE in a comment": (
        "sql\nCREATE TABLE slips (a text -- looks like a name\n);",
        "D01",
    ),
    "no key, and LIKE in a check": ("sql\nCREATE TABLE slips (a text CHECK (a LIKE 'x%'));", "D01"),
}


def errors_of(tmp_path: Path, fence: str) -> set[str]:
    return {code for code in codes_of(tmp_path, fence) if CODES[code].severity == "error"}


def codes_of(tmp_path: Path, fence: str) -> set[str]:
    root = copy_sample(tmp_path)
    lay_out(root)
    notes = root.parent / "backend_notes.md"
    text = notes.read_text("utf-8")
    here = "Plain SQL, two steps;"
    assert here in text
    notes.write_text(text.replace(here, f"```{fence}\n```\n\n{here}"), "utf-8")
    return {one.code for one in judge(root).problems}


def test_a_table_of_another_database_is_warned_of(tmp_path: Path) -> None:
    fence = "tsql\nDELETE FROM phantoms;"
    assert codes_of(tmp_path, fence) == {"A08"}


@pytest.mark.parametrize("name", HONEST_FENCES)
def test_an_honest_block_is_no_error(tmp_path: Path, name: str) -> None:
    assert errors_of(tmp_path, HONEST_FENCES[name]) == set()


@pytest.mark.parametrize("name", FALSE_FENCES)
def test_a_broken_block_is_an_error(tmp_path: Path, name: str) -> None:
    fence, code = FALSE_FENCES[name]
    assert errors_of(tmp_path, fence) == {code}


def with_table(tmp_path: Path, **fields: Any) -> set[str]:
    """Return the errors of the honest report whose proposed table has other fields."""
    root = copy_sample(tmp_path)
    lay_out(root)
    file = root.parent / "backend_output.json"
    document = json.loads(file.read_text("utf-8"))
    document["database_designs"][1] |= fields
    file.write_text(json.dumps(document), "utf-8")
    problems = judge(root).problems
    return {one.code for one in problems if CODES[one.code].severity == "error"}


TSQL = "CREATE TABLE receipts (Id int PRIMARY KEY CLUSTERED, b int SPARSE);"
UP = "def upgrade():\n    op.add_column('orders', sa.Column('a', sa.Text()))"
DOWN = "def downgrade():\n    op.drop_column('orders', 'a')"


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        ({"ddl_dialect": "PostgreSQL 16"}, set()),
        ({"ddl": TSQL}, set()),
        ({"ddl": TSQL, "ddl_dialect": "postgres"}, {"A01"}),
        ({"ddl": TSQL, "ddl_dialect": "T-SQL"}, set()),
        ({"ddl": TSQL, "ddl_dialect": "something else"}, set()),
        (
            {"ddl": "CREATE TABLE receipts (id INT64) PRIMARY KEY (id)", "ddl_dialect": "spanner"},
            set(),
        ),
        (
            {
                "migration": {
                    "language": "tsql",
                    "up": "DELETE TOP (1) FROM orders",
                    "down": "-- none",
                }
            },
            set(),
        ),
        ({"migration": {"language": "python", "up": UP, "down": DOWN}}, set()),
        ({"migration": {"up": UP, "down": DOWN}}, {"A01"}),
        ({"migration": {"language": "python", "up": UP}}, {"D04"}),
        ({"ddl": "CREATE TABLE receipt (id uuid PRIMARY KEY)"}, set()),
        ({"ddl": "CREATE TABLE app.receipts (id uuid PRIMARY KEY)"}, set()),
        ({"ddl": "CREATE TABLE invoices (id uuid PRIMARY KEY)"}, {"A11"}),
        ({"ddl": "CREATE TABLE receipt_lines (id uuid PRIMARY KEY)"}, {"A11"}),
        ({"ddl": "CREATE TABLE shop_receipts (id uuid PRIMARY KEY)"}, set()),
        (
            {"ddl": "ALTER TABLE receipts ADD x int; CREATE TABLE audits (id int PRIMARY KEY)"},
            set(),
        ),
        (
            {
                "ddl": "CREATE TABLE lines (id uuid PRIMARY KEY, receipt_id uuid"
                " REFERENCES receipts (id) ON DELETE CASCADE)"
            },
            {"A11"},
        ),
        (
            {"ddl": "CREATE TABLE receipts (id uuid); ALTER TABLE receipts ADD PRIMARY KEY (id)"},
            set(),
        ),
        ({"ddl": "CREATE TABLE receipts (a int, b int, PRIMARY KEY (a, b))"}, set()),
    ],
    ids=str,
)
def test_the_sql_of_an_entry(tmp_path: Path, fields: dict[str, Any], errors: set[str]) -> None:
    assert with_table(tmp_path, **fields) == errors
