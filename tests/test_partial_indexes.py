"""An index on a part of the rows neither refutes nor confirms what is said of the whole table."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from workers.catalog import built_in
from workers.claims.ledger import ledger
from workers.delivery.delivery import read_delivery
from workers.repository.repository import Repository

if TYPE_CHECKING:
    from pathlib import Path

SQL = """\
CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL, name text, gone timestamptz);
CREATE UNIQUE INDEX uq ON users (email) {}WHERE gone IS NULL;
CREATE INDEX ix_name ON users (name);
"""
ALCHEMY = """\
from sqlalchemy import Column, Integer, Text, Index
from sqlalchemy.orm import DeclarativeBase
class Base(DeclarativeBase): pass
class User(Base):
    __tablename__ = "users"
    id = Column(Integer, primary_key=True)
    email = Column(Text, nullable=False)
    name = Column(Text, index=True)
    gone = Column(Text)
    __table_args__ = (Index("uq", "email", unique=True, postgresql_where=gone.is_(None)),)
"""
DJANGO = """\
from django.db import models
class User(models.Model):
    email = models.TextField()
    name = models.TextField(db_index=True)
    class Meta:
        db_table = "users"
        constraints = [
            models.UniqueConstraint(fields=["email"], condition=models.Q(gone=None), name="uq")
        ]
"""
TYPEORM = """\
import { Entity, Column, PrimaryGeneratedColumn, Index } from "typeorm";
@Entity("users")
@Index("uq", ["email"], { unique: true, where: "gone IS NULL" })
export class User {
  @PrimaryGeneratedColumn() id!: number;
  @Column() email!: string;
  @Index() @Column() name!: string;
}
"""
DRIZZLE = """\
import { pgTable, integer, text, index, uniqueIndex } from "drizzle-orm/pg-core";
export const users = pgTable(
  "users",
  { id: integer("id").primaryKey(), email: text("email"), name: text("name") },
  (t) => [uniqueIndex("uq").on(t.email).where(sql`gone is null`), index("ix").on(t.name)],
);
"""
FILES = {
    "schema.sql": SQL.format(""),
    "over_lines.sql": SQL.format("\n  "),
    "models.py": ALCHEMY,
    "app/models.py": DJANGO,
    "user.ts": TYPEORM,
    "db.ts": DRIZZLE,
}


def outcomes(folder: Path, file: str, kind: str, report: dict[str, Any]) -> set[str]:
    root = folder / "repository"
    (root / file).parent.mkdir(parents=True)
    (root / file).write_text(FILES[file])
    notes, answer = folder / "notes.md", folder / "output.json"
    notes.write_text("# Notes\n")
    answer.write_text(json.dumps(report))
    delivery = read_delivery(built_in()[0], Repository(root), notes, answer)
    return {row.verdict.outcome for row in ledger(delivery) if row.claim.kind == kind}


def missing(kind: str, column: str) -> dict[str, Any]:
    claim = {"kind": kind, "table": "users", "columns": [column]}
    return {"findings": [{"claims": [claim], "evidence": []}]}


def users(**schema: Any) -> dict[str, Any]:
    return {
        "database_designs": [
            {"table_name": "users", "status": "existing", "schema": schema, "evidence": []}
        ]
    }


@pytest.mark.parametrize("file", FILES)
def test_it_leaves_open_whether_an_index_is_missing(tmp_path: Path, file: str) -> None:
    assert outcomes(tmp_path / "1", file, "missing_index", missing("missing_index", "email")) == {
        "undecided"
    }
    assert outcomes(tmp_path / "2", file, "missing_unique", missing("missing_unique", "email")) == {
        "undecided"
    }
    assert outcomes(tmp_path / "3", file, "missing_index", missing("missing_index", "name")) == {
        "refuted"
    }


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("is_unique", [True, False])
def test_neither_word_for_it_is_false(tmp_path: Path, file: str, *, is_unique: bool) -> None:
    column = {"name": "email", "unique": is_unique}
    index = {"name": "uq", "columns": ["email"], "unique": is_unique}
    report = users(columns=[column], indexes=[index])
    assert "refuted" not in outcomes(tmp_path / "1", file, "unique", report)
    assert "refuted" not in outcomes(tmp_path / "2", file, "index", report)


def test_an_index_of_all_rows_still_decides(tmp_path: Path) -> None:
    report = users(columns=[{"name": "name", "unique": True}])
    assert outcomes(tmp_path, "schema.sql", "unique", report) == {"refuted"}
