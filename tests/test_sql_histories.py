"""SQL that changes a table where it is not read as steps, or elsewhere, leaves claims undecided."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from workers.catalog import built_in
from workers.claims.ledger import ledger
from workers.delivery.delivery import read_delivery
from workers.repository.repository import Repository
from workers.survey import survey
from workers.survey.tables import sql_source

if TYPE_CHECKING:
    from pathlib import Path

MADE = "CREATE TABLE orders (id int PRIMARY KEY, buyer int NOT NULL);\n"
ADD = "ALTER TABLE orders ADD COLUMN note varchar(80);\nCREATE INDEX o_n ON orders (note);\n"
DO = "DO $$ BEGIN\n  {}\nEXCEPTION WHEN others THEN NULL;\nEND $$;\n"
DOWN = "\n{}\n\nALTER TABLE orders DROP COLUMN note;\n"
COLUMN, INDEX = {"name": "note", "type": "varchar(80)"}, {"columns": ["note"]}
WITH_NOTE = MADE.replace(");", ", note varchar(80));") + ADD.split("\n")[1]

# What stands in the repository; every one leaves the table with the column and the index.
LEFT: dict[str, dict[str, str]] = {
    "made_again": {
        "m/1_a/up.sql": MADE,
        "m/2_b/up.sql": f"ALTER TABLE orders RENAME TO old;\n{MADE}DROP TABLE old;\n",
        "m/3_c/up.sql": ADD,
    },
    "down_makes": {
        "m/1_a/up.sql": MADE,
        "m/2_b/up.sql": ADD,
        "m/2_b/down.sql": f"DROP TABLE orders;\n{MADE}",
    },
    "two_databases": {
        **{f"{name}/1_a/up.sql": MADE for name in ("mysql", "pg")},
        "mysql/2_b/up.sql": ADD.replace("varchar(80)", "text"),
        "pg/2_b/up.sql": ADD,
    },
    "two_schemas": {"sql/mysql.sql": WITH_NOTE.replace("varchar(80)", "text"), "sql/pg.sql": ADD},
    "one_has_no_change": {"a/1.sql": MADE, "b/1.sql": MADE, "b/2.sql": ADD},
    "two_folders": {"db/base/V1__a.sql": MADE, "db/2024/V2__b.sql": ADD},
    "schema_and_migrations": {"schema.sql": MADE, "migrations/2024.sql": ADD},
    "order_of_names": {"db/schema.sql": MADE, "db/2024.sql": ADD},
    "qualified": {"schema.sql": MADE.replace("orders", "shop.orders"), "m/2.sql": ADD},
    "block": {"db/1.sql": MADE, "db/2.sql": DO.format(ADD)},
    "block_in_other_folder": {"db/1.sql": MADE, "x/2.sql": DO.format(ADD)},
    "text": {
        "db/1.sql": MADE,
        "db/2.sql": DO.format("EXECUTE 'ALTER TABLE orders ADD note varchar(80)';")
        + DO.format("EXECUTE 'CREATE INDEX ON orders (note)';"),
    },
    "computed_text": {
        "db/1.sql": MADE,
        "db/2.sql": DO.format("EXECUTE format('ALTER TABLE %I ADD note varchar(80)', name);"),
    },
    "joined_text": {
        "db/1.sql": MADE,
        "db/2.sql": "EXEC('ALTER TABLE [' + @name + '] ADD note varchar(80)');\n",
    },
    "if": {
        "db/1.sql": f"{MADE}GO\nIF COL_LENGTH('orders','note') IS NULL\nBEGIN\n  ALTER TABLE orders"
        " ADD note varchar(80);\nEND\nGO\n"
    },
    "procedure": {
        "db/1.sql": MADE,
        "db/2.sql": f"CREATE PROCEDURE up()\nBEGIN\n  {ADD}END;\nCALL up();\n",
    },
    "tagged_block": {"db/1.sql": MADE, "db/2.sql": DO.format(ADD).replace("$$", "$do1$")},
    "later_in_a_block": {
        "db/1.sql": WITH_NOTE,
        "db/2.sql": "CREATE PROCEDURE down()\nBEGIN\n  DECLARE done INT;\n"
        "  DROP INDEX o_n ON orders;\n  ALTER TABLE orders DROP COLUMN note;\nEND;\n",
    },
    "sp_rename": {
        "db/1.sql": MADE.replace(");", ", old varchar(80));"),
        "db/2.sql": "EXEC sp_rename 'orders.old', 'note', 'COLUMN';\n",
    },
    "short_rename": {
        "db/1.sql": WITH_NOTE.replace("note", "old"),
        "db/2.sql": "ALTER TABLE orders RENAME old TO note;\n",
    },
    "renamed_table": {
        "db/1.sql": WITH_NOTE.replace("orders", "purchases").replace("note", "old"),
        "db/2.sql": "ALTER TABLE purchases RENAME TO orders;\nALTER INDEX o_n RENAME TO n;\n"
        "ALTER TABLE orders RENAME old TO note;\n",
    },
    "play": {"db/1.sql": MADE, "db/2.sql": f"# --- !Ups\n{ADD}{DOWN.format('# --- !Downs')}"},
    "play_short": {"db/1.sql": MADE, "db/2.sql": f"# !Ups\n{ADD}{DOWN.format('# !Downs')}"},
    "play_dashes": {"db/1.sql": MADE, "db/2.sql": f"-- !Ups\n{ADD}{DOWN.format('-- !Downs')}"},
    "down_migration": {"db/1.sql": MADE, "db/2.sql": ADD + DOWN.format("--= Down Migration =--")},
    "rollback_file": {
        "db/1.sql": WITH_NOTE,
        "db/rollback_1.sql": "-- down of orders\nALTER TABLE orders DROP COLUMN note;\n",
    },
    "not_parsed": {"db/1.sql": MADE, "db/2.sql": "CREATE TABLE orders (id int ((, note oops);\n"},
    "inherits": {
        "db/1.sql": MADE.replace(");", ") INHERITS (base);"),
        "db/0.sql": "CREATE TABLE base (note varchar(80));\n",
    },
}  # fmt: skip


def outcomes(
    folder: Path,
    files: dict[str, str],
    column: dict[str, Any],
    index: dict[str, Any] = INDEX,
    cited: str = "",
) -> dict[str, tuple[str, str]]:
    """Return the outcome and the code of each kind of claim about `orders`."""
    root = folder / "repository"
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    notes, answer = folder / "notes.md", folder / "output.json"
    notes.write_text("# Notes\n")
    about = [name for name, text in files.items() if "down" not in name and "orders" in text]
    evidence = [{"file": str(root / name), "line": 1} for name in ([cited] if cited else about)]
    schema = {"columns": [column], "indexes": [index]}
    table = {
        "table_name": "orders", "status": "existing", "schema": schema, "evidence": evidence,
    }  # fmt: skip
    answer.write_text(json.dumps({"database_designs": [table]}))
    rows = ledger(read_delivery(built_in()[0], Repository(root), notes, answer))
    return {
        row.claim.kind: (
            row.verdict.outcome, row.verdict.problem.code if row.verdict.problem else "",
        )
        for row in rows
    }  # fmt: skip


@pytest.mark.parametrize("case", LEFT)
def test_what_is_left_is_neither_refuted_nor_warned_of(tmp_path: Path, case: str) -> None:
    told = outcomes(tmp_path, LEFT[case], COLUMN)
    assert {"table", "column", "type", "index"} <= told.keys()
    assert {outcome for outcome, _ in told.values()} <= {"confirmed", "undecided"}
    assert not any(code for _, code in told.values())
    assert told["table"][0] == "confirmed"


@pytest.mark.parametrize(
    "case",
    ["made_again", "down_makes", "short_rename", "renamed_table", "play", "play_short"],
)
def test_what_is_understood_is_confirmed_and_the_rest_refuted(tmp_path: Path, case: str) -> None:
    (tmp_path / "false").mkdir()
    told = outcomes(tmp_path, LEFT[case], COLUMN)
    assert {told[kind][0] for kind in ("column", "type", "index")} == {"confirmed"}
    false = outcomes(
        tmp_path / "false", LEFT[case], {"name": "note", "type": "int"}, {"columns": ["buyer"]}
    )
    assert (false["type"], false["index"]) == (("refuted", "K10"), ("refuted", "K11"))


@pytest.mark.parametrize(
    "files",
    [
        {"db/1.sql": MADE},
        {"db/1.sql": f"IF OBJECT_ID('orders') IS NOT NULL DROP TABLE orders\nGO\n{MADE}"},
        {"db/1.sql": f"DO $$ BEGIN PERFORM 1; END $$;\nBEGIN;\n{MADE}COMMIT;\n"},
        {
            "db/1.sql": "CREATE TRIGGER t AFTER INSERT ON x BEGIN\n"
            "SELECT CASE WHEN 1 THEN 2 END; PRAGMA x; END;\n" + MADE
        },
        {"db/1.sql": MADE, "db/2.sql": "ALTER TABLE orders OWNER TO shop;\n"},
        {"db/1.sql": MADE, "db/2.sql": "INSERT INTO faq VALUES ('how to ALTER TABLE ' || x);\n"},
        {"db/1.sql": MADE, "x/2.sql": "ALTER TABLE orders DROP COLUMN gone;\n"},
        {"db/1.sql": MADE, "x/1.sql": MADE.lower()},
        {"db/1.sql": MADE, "db/2.sql": DO.format("ALTER TABLE bills ADD x int;")},
    ],
)
def test_a_false_claim_about_a_plain_history_is_refuted(
    tmp_path: Path, files: dict[str, str]
) -> None:
    told = outcomes(tmp_path, files, {"name": "buyer", "type": "text"}, {"columns": ["buyer"]})
    assert (told["type"], told["index"]) == (("refuted", "K10"), ("refuted", "K11"))
    (tmp_path / "other").mkdir()
    told = outcomes(tmp_path / "other", {**files, "a.py": "seller = 1\n"}, {"name": "seller"})
    assert told["column"] == ("refuted", "K09")


@pytest.mark.parametrize(
    ("second", "whole"),
    [
        (MADE, True),
        (MADE.replace("int NOT", "bigint NOT"), False),
        (MADE.replace("CREATE TABLE", "CREATE TABLE IF NOT EXISTS").replace("buyer", "x"), False),
    ],
)
def test_a_table_that_is_made_twice(tmp_path: Path, second: str, whole: bool) -> None:
    (tmp_path / "1.sql").write_text(MADE)
    (tmp_path / "2.sql").write_text(second)
    assert [table.whole for table in survey(tmp_path).tables] == [whole]


@pytest.mark.parametrize(
    ("change", "whole"),
    [
        ("ALTER TABLE orders DROP CONSTRAINT orders_buyer_key;", False),
        ("ALTER TABLE orders DROP FOREIGN KEY fk;", False),
        ("ALTER TABLE orders ENABLE ROW LEVEL SECURITY;", True),
        ("ALTER TABLE bills ADD a int\nALTER TABLE orders ADD b int\n", False),
        ("DROP INDEX IF EXISTS o_b;", True),
        ("SELECT AddGeometryColumn('public', 'orders', 'place', 4326, 'POINT', 2);", False),
    ],
)
def test_a_change_that_is_not_understood(tmp_path: Path, change: str, whole: bool) -> None:
    (tmp_path / "1.sql").write_text(MADE + change)
    assert [table.whole for table in survey(tmp_path).tables] == [whole]


def test_an_index_is_dropped_of_its_own_table() -> None:
    steps, _ = sql_source.steps("ALTER TABLE a DROP INDEX name; DROP INDEX other;")
    assert [(step["do"], step.get("table")) for step in steps] == [
        ("drop_constraint", "a"), ("drop_index", None),
    ]  # fmt: skip


def test_a_renamed_table_may_be_cited_where_it_was_made(tmp_path: Path) -> None:
    renamed = {
        "db/1.sql": MADE.replace("orders", "bills"),
        "db/2.sql": "EXEC sp_rename 'bills', 'orders';\n",
    }
    told = outcomes(tmp_path, renamed, {"name": "buyer"}, {"columns": ["id"]}, cited="db/1.sql")
    assert not any(code for _, code in told.values())
