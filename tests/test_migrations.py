"""A proposed migration follows one that is there; what is no name of one decides nothing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from workers.catalog import built_in
from workers.delivery.delivery import read_delivery
from workers.repository.repository import Repository
from workers.review.checks.entries.migrations import proposed_migrations_follow_another

if TYPE_CHECKING:
    from pathlib import Path

HEAD, FIRST = "1a31ce608336", "e2412789c190"
FILES = {
    f"app/alembic/versions/{HEAD}_cascade.py": f"revision = '{HEAD}'\ndown_revision = '{FIRST}'\n",
    f"app/alembic/versions/{FIRST}_init.py": f'revision: str = "{FIRST}"\ndown_revision = None\n',
    "shop/migrations/__init__.py": "",
    "shop/migrations/0001_initial.py": "class Migration:\n    dependencies = []\n",
    "shop/migrations/0002_order.py": "class Migration:\n    dependencies = []\n",
}


def told(
    folder: Path, *migrations: str, files: dict[str, str] | None = None, notes: str = ""
) -> list[str]:
    root = folder / "repository"
    for name, text in {"a.py": "", **(FILES if files is None else files)}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    written, answer = folder / "notes.md", folder / "output.json"
    fences = [f"```python\n{text}\n```" for text in migrations[1:]]
    written.write_text(f"# Notes\n\n{notes}\n\n" + "\n\n".join(fences))
    table = {"migration": {"language": "python", "up": migrations[0], "down": ""}}
    answer.write_text(json.dumps({"database_designs": [table]}))
    delivery = read_delivery(built_in()[0], Repository(root), written, answer)
    return [one.code for one in proposed_migrations_follow_another(delivery)]


def after(parent: str, own: str = "77aa0b1c9d3e") -> str:
    return f"revision = '{own}'\ndown_revision = {parent}\n\ndef upgrade():\n    pass\n"


def django(*parents: str) -> str:
    return f"class Migration(migrations.Migration):\n    dependencies = [{', '.join(parents)}]\n"


KNOWN = [
    after(repr(HEAD)),
    after(f"('{HEAD}', '{FIRST}')"),
    after("None"),
    after("'<previous>'"),
    after("'abcdef123456'"),
    after("'000000000000'"),
    after("'head'"),
    after("PREVIOUS"),
    f"down_revision: str | None = '{HEAD}'",
    django("('shop', '0002_order')"),
    django("('auth', '0012_alter_user_first_name_max_length')"),
    django("('shop', '__latest__')", "migrations.swappable_dependency(USER)"),
    django("('contenttypes', '0002_remove_content_type_name')", "('shop', '0001_initial')"),
    "op.add_column('orders', x)",
    "def upgrade(:",
]
UNKNOWN = [
    after("'9c0d2e3f4a5b'"),
    after(f"('{HEAD}', '9c0d2e3f4a5b')"),
    "down_revision: str | None = '9c0d2e3f4a5b'",
    django("('shop', '0007_payment')"),
    django("('shop', '0001_initial')", "('shop', '0003_customer')"),
]


@pytest.mark.parametrize("text", KNOWN)
def test_what_follows_a_known_one_or_is_not_clear_is_no_error(tmp_path: Path, text: str) -> None:
    assert told(tmp_path, text) == []


@pytest.mark.parametrize("text", UNKNOWN)
def test_what_follows_none_that_is_there_is_an_error(tmp_path: Path, text: str) -> None:
    assert told(tmp_path, text) == ["A13"]


def test_a_migration_may_follow_another_of_the_report(tmp_path: Path) -> None:
    assert told(tmp_path, after(repr(HEAD)), after("'77aa0b1c9d3e'", "88aa0b1c9d3e")) == []


def test_a_chain_of_proposals_is_followed(tmp_path: Path) -> None:
    first, second = django("('shop', '0002_order')"), django("('shop', '0003_payment')")
    assert told(tmp_path, first, second) == []
    assert told(tmp_path, django("('shop', '0004_refund')"), first) == ["A13"]


def test_a_migration_that_the_notes_name_may_be_proposed(tmp_path: Path) -> None:
    told(tmp_path, django("('shop', '0007_payment')"))
    assert (
        told(tmp_path, django("('shop', '0007_payment')"), notes="First `0007_payment.py`.") == []
    )


def test_migrations_beyond_the_first_files_are_known(tmp_path: Path) -> None:
    many = {f"a{number}.py": "" for number in range(2100)}
    assert told(tmp_path, KNOWN[0], files={**many, **FILES}) == []


def test_where_there_is_no_migration_nothing_is_known(tmp_path: Path) -> None:
    assert told(tmp_path, after("'9c0d2e3f4a5b'"), files={}) == []
