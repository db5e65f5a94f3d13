"""A dump or migration in SQL, and newer changes in code that nobody reads: nothing is refuted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.test_deciders import decided

if TYPE_CHECKING:
    from pathlib import Path

SQL = "CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL);\n"
NEWER = {
    "ecto": ("priv/repo/migrations/2_x.exs", "alter table(:users) do add :key, :binary end"),
    "rails": ("db/migrate/2_x.rb", "add_column :users, :key, :binary"),
    "laravel": ("database/migrations/2_x.php", "$table->binary('key');"),
    "code": ("store/db.go", 'db.Exec("ALTER TABLE users ADD COLUMN key bytea")'),
    "known code": ("store/db.ts", "await db.query('ALTER TABLE users ADD COLUMN key bytea');"),
    "entity": ("src/User.cs", 'migrationBuilder.AddColumn<byte[]>("key", "users");'),
}
# What shows no change: the column is where a reader would have seen it.
NONE = {
    "struct": ("store/user.go", "type User struct { Key []byte }"),
    "struct with times": ("store/user.go", "type User struct { Key []byte; CreatedAt, Address }"),
    "another column": ("db/migrate/2_x.rb", "add_column :users, :nickname, :string"),
}
ROWS: tuple[dict[str, Any], ...] = (
    {"columns": [{"name": "key", "type": "bytea"}]},
    {"columns": [], "indexes": [{"name": None, "columns": ["key"], "type": "btree"}]},
)


def _outcomes(folder: Path, schema: dict[str, Any], newer: tuple[str, str]) -> set[str]:
    evidence = [{"file": f"@ROOT@/{name}", "line": 1} for name in ("schema.sql", newer[0])]
    entry = {"table_name": "users", "status": "existing", "schema": schema, "evidence": evidence}
    files = {"schema.sql": SQL, newer[0]: f"{newer[1]}\n"}
    rows = decided(folder, {"database_designs": [entry]}, files)
    return {outcome for kind, outcome, _ in rows if kind != "table"}


@pytest.mark.parametrize("schema", ROWS, ids=["column", "index"])
@pytest.mark.parametrize("newer", NEWER.values(), ids=NEWER)
def test_what_cited_code_may_add_is_not_refuted(
    tmp_path: Path, schema: dict[str, Any], newer: tuple[str, str]
) -> None:
    assert "refuted" not in _outcomes(tmp_path, schema, newer)


@pytest.mark.parametrize("schema", ROWS, ids=["column", "index"])
@pytest.mark.parametrize("other", NONE.values(), ids=NONE)
def test_code_that_changes_nothing_excuses_nothing(
    tmp_path: Path, schema: dict[str, Any], other: tuple[str, str]
) -> None:
    assert "refuted" in _outcomes(tmp_path, schema, other)
