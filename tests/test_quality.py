"""Findings that are one and the same, told as many; names and forms that are close to honest."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from workers.catalog import built_in
from workers.delivery.delivery import read_delivery
from workers.repository.repository import Repository
from workers.review.checks.entries.form_claims import described_parts_are_there
from workers.review.checks.names import names_in_prose_stand_in_the_code
from workers.review.checks.quality import (
    findings_are_not_variations,
    findings_cite_lines_of_their_own,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from workers.contract import Problem
    from workers.delivery.delivery import Delivery

    Check = Callable[[Delivery], Iterator[Problem]]

SQL = """\
CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL UNIQUE, team_id bigint
    REFERENCES teams (id), created_at timestamptz);
CREATE TABLE teams (id bigint PRIMARY KEY);
CREATE INDEX ix_users_team ON users (team_id, created_at);
"""


def told(folder: Path, check: Check, report: dict[str, Any], notes: str = "") -> list[str]:
    root = folder / "repository"
    root.mkdir()
    (root / "schema.sql").write_text(SQL)
    (root / "app.py").write_text("def place_order(order):\n    return order\n")
    files = folder / "notes.md", folder / "output.json"
    files[0].write_text(f"# Notes\n\n{notes}\n")
    files[1].write_text(json.dumps(report).replace("@", str(root)))
    return [one.code for one in check(read_delivery(built_in()[0], Repository(root), *files))]


def findings(*rows: tuple[str, int]) -> dict[str, Any]:
    return {
        "findings": [
            {"title": text, "description": text, "evidence": [{"file": "@/app.py", "line": line}]}
            for text, line in rows
        ]
    }


ONE = "The list of the orders of a caller has no upper limit for the size of its pages"
OTHER = "The query of the invoices reads each column of a wide table, though it shows two of them"


@pytest.mark.parametrize(
    ("lines", "count"),
    [((1, 1, 1, 1), 1), ((1, 1, 1), 0), ((1, 1, 1, 1, 2, 3, 4, 5), 0), ((1, 2, 3, 4, 5), 0)],
)
def test_findings_on_the_very_same_lines(
    tmp_path: Path, lines: tuple[int, ...], count: int
) -> None:
    report = findings(*((f"Finding {line}", line) for line in lines))
    assert told(tmp_path, findings_cite_lines_of_their_own, report) == ["Q08"] * count


@pytest.mark.parametrize(
    ("texts", "count"),
    [((ONE, f"{ONE}, 2"), 1), ((ONE, OTHER), 0), (("A short one", "A short one"), 0)],
)
def test_findings_in_nearly_the_same_words(
    tmp_path: Path, texts: tuple[str, ...], count: int
) -> None:
    report = findings(*((text, line) for line, text in enumerate(texts, 1)))
    assert told(tmp_path, findings_are_not_variations, report) == ["Q02"] * count


def service(**texts: Any) -> dict[str, Any]:
    return {"service_architecture": [{"service_name": "Orders", "status": "existing", **texts}]}


@pytest.mark.parametrize(
    ("report", "codes"),
    [
        (service(description="`create_invoice()` makes it"), ["K14"]),
        (service(description="`place_order` makes it"), []),
        (service(description="There is no `create_invoice()`"), []),
        (service(implementation_guidance="`create_invoice()` makes it"), []),
        (service(status="proposed", description="`create_invoice()` makes it"), []),
        ({"findings": [{"title": "`delete_all()` is open to everybody"}]}, ["K14"]),
        ({"findings": [{"recommendation": "`delete_all()` goes"}]}, []),
    ],
)
def test_names_in_the_json(tmp_path: Path, report: dict[str, Any], codes: list[str]) -> None:
    assert told(tmp_path, names_in_prose_stand_in_the_code, report) == codes


def test_a_name_is_told_once_for_both_files(tmp_path: Path) -> None:
    report = service(description="`create_invoice()` makes it")
    notes = "## Findings\n\n`create_invoice()` makes it."
    assert told(tmp_path, names_in_prose_stand_in_the_code, report, notes) == ["K14"]


USERS = {
    "database_designs": [
        {
            "table_name": "users",
            "status": "existing",
            "schema": {"columns": [{"name": "id", "type": "bigint"}]},
            "evidence": [{"file": "@/schema.sql", "line": 1, "end_line": 2}],
        }
    ]
}


@pytest.mark.parametrize(
    ("row", "codes"),
    [
        ("Columns: id bigint, nickname text", ["K09"]),
        ("Columns: id bigint; nick_name", ["K09"]),
        ("Indexes: ix_users_mail (email, created_at)", ["K11"]),
        ("Columns: id bigint, email text not null, amount numeric(10,2)", ["K09"]),
        ("Indexes: ix_users_email on (created_at)", ["K11"]),
        ("Relationships: team_id -> users(id)", ["K10"]),
        ("Relationships: shop_id -> shops(id)", ["K09"]),
        ("Columns: id bigint, email text not null unique, team_id bigint", []),
        ("Columns: id, email and others", []),
        ("Columns: id bigint, nickname text (proposed)", []),
        ("Columns: all four, no nickname text", []),
        ("Indexes: ix_users_team (team_id, created_at)", []),
        ("Indexes: email (unique), id (primary key)", []),
        ("Indexes: none on (email, team_id)", []),
        ("Indexes: unique (email)", []),
        ("Relationships: team_id -> teams(id)", []),
        ("Relationships: belongs to a team", []),
    ],
)
def test_what_a_table_of_the_notes_names(tmp_path: Path, row: str, codes: list[str]) -> None:
    assert told(tmp_path, described_parts_are_there, USERS, f"TABLE: users\n- {row}\n") == codes


@pytest.mark.parametrize(
    ("row", "codes"),
    [
        ("Methods: place_order(order), refund_order(id)", ["K14"]),
        ("Methods: place_order(order)", []),
        ("Methods: no refund_order(id)", []),
        ("Methods: refund_order(id), proposed", []),
        ("Responsibility: refund_order(id)", []),
    ],
)
def test_what_a_service_of_the_notes_names(tmp_path: Path, row: str, codes: list[str]) -> None:
    notes = f"SERVICE: Orders\n- {row}\n"
    assert told(tmp_path, described_parts_are_there, service(), notes) == codes
