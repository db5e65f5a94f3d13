"""What only a model declares: lengths, relations, and tables made of the words of others."""

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

MODELS = """\
import uuid
from sqlmodel import Field, SQLModel

class ItemBase(SQLModel):
    title: str = Field(min_length=1, max_length=255)
    note: str | None = Field(default=None, max_length=80)

class NoteUpdate(SQLModel):
    note: str

class User(SQLModel, table=True):
    id: uuid.UUID = Field(default_factory=uuid.uuid4, primary_key=True)

class Item(ItemBase, table=True):
    id: uuid.UUID = Field(default_factory=uuid.uuid4, primary_key=True)
    owner_id: uuid.UUID = Field(foreign_key="user.id", nullable=False)
"""
CODE = "def create(session, item):\n    session.add(item)\n    return item\n"


def outcome(folder: Path, kind: str, entry: dict[str, Any]) -> str:
    root = folder / "repository"
    root.mkdir()
    (root / "models.py").write_text(MODELS)
    (root / "crud.py").write_text(CODE)
    notes, answer = folder / "notes.md", folder / "output.json"
    notes.write_text("# Notes\n")
    table = {"table_name": "item", "status": "existing", **entry}
    table.setdefault("evidence", [{"file": str(root / "models.py"), "line": 14}])
    answer.write_text(json.dumps({"database_designs": [table]}).replace("@", str(root)))
    delivery = read_delivery(built_in()[0], Repository(root), notes, answer)
    (answered,) = (row.verdict.outcome for row in ledger(delivery) if row.claim.kind == kind)
    return answered


@pytest.mark.parametrize(
    ("name", "claimed", "expected"),
    [
        ("title", "varchar(255)", "confirmed"),
        ("title", "VARCHAR(100)", "refuted"),
        ("title", "String(length=100)", "refuted"),
        ("title", "varchar", "confirmed"),
        ("title", "integer", "refuted"),
        ("note", "varchar(100)", "undecided"),
        ("owner_id", "uuid", "confirmed"),
    ],
)
def test_a_length_of_pydantic(tmp_path: Path, name: str, claimed: str, expected: str) -> None:
    schema = {"columns": [{"name": name, "type": claimed}]}
    assert outcome(tmp_path, "type", {"schema": schema}) == expected


@pytest.mark.parametrize(
    ("kind", "related", "key", "expected"),
    [
        ("MANY_TO_ONE", "user", "owner_id", "confirmed"),
        ("MANY_TO_ONE", "user", "owner", "confirmed"),
        ("MANY_TO_ONE", "user", "fk_item_user", "confirmed"),
        ("MANY_TO_ONE", "user", "owner_id -> user.id", "confirmed"),
        ("MANY_TO_ONE", "user", "", "confirmed"),
        ("MANY_TO_ONE", "user", "user_id", "refuted"),
        ("ONE_TO_MANY", "user", "seller_id", "refuted"),
        ("MANY_TO_MANY", "user", "user_items", "undecided"),
    ],
)
def test_a_relation_by_its_key(
    tmp_path: Path, kind: str, related: str, key: str, expected: str
) -> None:
    row = {"type": kind, "related_table": related, "foreign_key": key}
    assert outcome(tmp_path, "relationship", {"schema": {"relationships": [row]}}) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("user_items", "refuted"),
        ("items_users", "refuted"),
        ("item_history", "undecided"),
        ("session", "undecided"),
        ("Item", "confirmed"),
        ("public.item", "confirmed"),
    ],
)
def test_a_table_made_of_words_of_others(tmp_path: Path, name: str, expected: str) -> None:
    entry = {"table_name": name, "evidence": [{"file": "@/crud.py", "line": 2}]}
    assert outcome(tmp_path, "table", entry) == expected
