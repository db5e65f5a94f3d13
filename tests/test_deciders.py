"""Each decider: ways to state one true fact that must hold, and lies that must not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from workers.catalog import built_in
from workers.claims.ledger import DECIDERS, ledger
from workers.delivery.delivery import read_delivery
from workers.repository.repository import Repository

SQL = """\
CREATE TABLE users (
    id bigserial PRIMARY KEY,
    email varchar(255) NOT NULL UNIQUE,
    nickname text,
    role text NOT NULL DEFAULT 'member',
    logins integer NOT NULL DEFAULT 0,
    team_id bigint REFERENCES teams (id) ON DELETE SET NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE teams (id bigserial PRIMARY KEY, name text NOT NULL);
CREATE INDEX ix_users_team ON users (team_id, created_at);
"""
GO = """\
package main

func routes(r *gin.Engine) {
    users := r.Group("/users")
    users.GET("/:id", show)
    users.POST("", create)
}

func show(c *gin.Context) {
    cached := redis.get('/cache/home')
    c.JSON(200, cached)
}
"""
FILES = {"schema.sql": SQL, "main.go": GO}


def decided(
    folder: Path, report: dict[str, Any], files: dict[str, str] | None = None
) -> list[tuple[str, str, str]]:
    """Return kind, outcome and code of each claim of a report on FILES, or on others."""
    root = folder / "repository"
    root.mkdir()
    for name, text in (files or FILES).items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    notes, answer = folder / "notes.md", folder / "output.json"
    notes.write_text("# Notes\n")
    answer.write_text(json.dumps(report).replace("@ROOT@", str(root)))
    delivery = read_delivery(built_in()[0], Repository(root), notes, answer)
    return [
        (
            row.claim.kind,
            row.verdict.outcome,
            row.verdict.problem.code if row.verdict.problem else "",
        )
        for row in ledger(delivery)
    ]


def table(column: dict[str, Any], **parts: Any) -> dict[str, Any]:
    schema = {"columns": [column] if column else [], **parts}
    evidence = [{"file": "@ROOT@/schema.sql", "line": 1, "end_line": 9}]
    entry = {"table_name": "users", "status": "existing", "schema": schema, "evidence": evidence}
    return {"database_designs": [entry]}


def endpoint(method: str, path: str, first: int, last: int) -> dict[str, Any]:
    evidence = [{"file": "@ROOT@/main.go", "line": first, "end_line": last}]
    entry = {"method": method, "path": path, "status": "existing", "evidence": evidence}
    return {"api_specifications": [entry]}


def finding(**claim: Any) -> dict[str, Any]:
    return {"findings": [{"claims": [claim], "evidence": []}]}


# A column's fact, in the typed field or in a clause of `constraints`: true ways to say it.
TRUE_FACTS: list[tuple[str, str, Any]] = [
    *(("email", "constraints", text) for text in ("NOT NULL", "not  null", "UNIQUE, NOT NULL")),
    *(("email", "constraints", text) for text in ("not null; unique", ["NOT NULL", "UNIQUE"])),
    *(("email", "constraints", text) for text in ("non-null", "not nullable", "nicht NULL")),
    *(("email", "constraints", text) for text in ("NULL not allowed", "cannot be NULL", "requis")),
    ("email", "constraints", "unique, not the primary key"),
    ("email", "constraints", "NOT NULL (empty string instead of NULL)"),
    *(("email", "type", text) for text in ("varchar(255)", "VARCHAR", "text", "string")),
    *(("email", "type", text) for text in ("character varying(255)", "varchar(255), lower case")),
    *(("logins", "type", text) for text in ("int", "INTEGER", "int4", "integer (32 bit)")),
    *(("logins", "type", text) for text in ("bigint", "smallint", "number", "numeric")),
    *(("team_id", "type", text) for text in ("int", "integer", "Integer", "number", "serial")),
    *(("created_at", "type", text) for text in ("date", "timestamp(6)", "datetime", "time")),
    *(("email", "type", text) for text in ("String(255)", "varchar(max)", "nvarchar(255)")),
    *(("created_at", "type", text) for text in ("timestamptz", "timestamp with time zone")),
    ("email", "nullable", False),
    ("nickname", "nullable", True),
    ("nickname", "constraints", "null"),
    ("id", "primary_key", True),
    ("id", "unique", True),
    ("email", "primary_key", False),
    ("email", "unique", True),
    *(("team_id", "references", text) for text in ("teams", "teams.id", "teams(id)", "`teams`")),
    ("team_id", "constraints", "REFERENCES public.teams (id) ON DELETE SET NULL"),
    ("team_id", "constraints", "references the table teams"),
    ("team_id", "constraints", "FK, references its team in teams"),
    *(("role", "default", text) for text in ("member", "'member'", "'member'::text", "MEMBER")),
    *(("logins", "default", value) for value in (0, "0", "(0)")),
    *(("created_at", "default", text) for text in ("now()", "CURRENT_TIMESTAMP", "the time")),
]
FALSE_FACTS: list[tuple[str, str, Any]] = [
    *(("email", "constraints", text) for text in ("NULL", "nullable", "UNIQUE NULL")),
    ("email", "constraints", "PRIMARY KEY"),
    ("email", "constraints", "references teams(id)"),
    *(("email", "type", text) for text in ("integer", "uuid", "boolean", "timestamptz")),
    *(("email", "type", text) for text in ("varchar(100)", "VARCHAR(1)", "String(length=80)")),
    *(("logins", "type", text) for text in ("text", "uuid", "bool")),
    ("email", "nullable", True),
    ("nickname", "nullable", False),
    ("nickname", "constraints", "not null"),
    ("email", "primary_key", True),
    ("id", "primary_key", False),
    ("email", "unique", False),
    ("nickname", "unique", True),
    *(("team_id", "references", text) for text in ("accounts", "teams.name", "users.id")),
    ("email", "references", "teams"),
    *(("role", "default", text) for text in ("admin", "'owner'", "0")),
    *(("logins", "default", value) for value in (1, "7")),
    ("created_at", "default", 77),
]


@pytest.mark.parametrize(("column", "field", "value"), TRUE_FACTS)
def test_a_true_fact_is_never_refuted(tmp_path: Path, column: str, field: str, value: Any) -> None:
    row = {"name": column, field: value}
    assert "refuted" not in {outcome for _, outcome, _ in decided(tmp_path, table(row))}


@pytest.mark.parametrize(("column", "field", "value"), FALSE_FACTS)
def test_a_false_fact_is_refuted(tmp_path: Path, column: str, field: str, value: Any) -> None:
    row = {"name": column, field: value}
    codes = [code for _, outcome, code in decided(tmp_path, table(row)) if outcome == "refuted"]
    assert codes == ["K10"]


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        *((text, "confirmed") for text in ("email", '"email"', "`email`", "users.email", "EMAIL")),
        *((text, "confirmed") for text in ("email (indexed)", "email[]", "[email]")),
        *((text, "undecided") for text in ("created_at / updated_at", "all the others")),
        *((text, "refuted") for text in ("mail", "e_mail_address", "team", "name")),
    ],
)
def test_a_column(tmp_path: Path, name: str, outcome: str) -> None:
    rows = decided(tmp_path, table({"name": name, "type": "unknown"}))
    assert [told for kind, told, _ in rows if kind == "column"] == [outcome]


@pytest.mark.parametrize(
    ("index", "outcome"),
    [
        ({"name": "ix_users_team", "columns": ["team_id", "created_at"]}, "confirmed"),
        ({"name": None, "columns": ["team_id", "created_at"]}, "confirmed"),
        ({"name": "unnamed", "columns": ["email"]}, "confirmed"),
        ({"name": "sqlite_autoindex_users_1", "columns": ["email"]}, "confirmed"),
        ({"name": "UQ__users__F3DBC572", "columns": ["`email`"], "unique": True}, "confirmed"),
        ({"name": "users_pkey", "columns": ["id"]}, "confirmed"),
        ({"name": "x", "columns": ["lower(email)"]}, "undecided"),
        ({"name": "ix", "columns": ["nickname"]}, "refuted"),
        ({"name": "ix_users_team", "columns": ["created_at", "team_id"]}, "refuted"),
        ({"name": "users_role_idx", "columns": ["role"]}, "refuted"),
        ({"columns": ["team_id", "created_at"], "unique": True}, "refuted"),
    ],
)
def test_an_index_is_its_columns(tmp_path: Path, index: dict[str, Any], outcome: str) -> None:
    rows = decided(tmp_path, table({}, indexes=[{**index, "type": "btree"}]))
    assert [told for kind, told, _ in rows if kind == "index"] == [outcome]


@pytest.mark.parametrize(
    ("relation", "outcome"),
    [
        *(({"related_table": text}, "confirmed") for text in ("teams", "teams(id)", "`teams`")),
        *(({"related_table": text}, "undecided") for text in ("itself", "polymorphic: Team")),
        ({"related_table": "phantoms", "foreign_key": "team_id"}, "refuted"),
        ({"related_table": "phantoms"}, "refuted"),
    ],
)
def test_a_relation(tmp_path: Path, relation: dict[str, Any], outcome: str) -> None:
    row = {"type": "MANY_TO_ONE", **relation}
    rows = decided(tmp_path, table({}, relationships=[row]))
    assert [told for kind, told, _ in rows if kind == "relationship"] == [outcome]


@pytest.mark.parametrize(
    ("other", "outcome"),
    [("programs", "confirmed"), ("enrollments", "confirmed"), ("teams", "refuted")],
)
def test_a_column_of_two_keys_refers_to_both(tmp_path: Path, other: str, outcome: str) -> None:
    sql = (
        "CREATE TABLE users (program_id int REFERENCES programs (id), partner_id int,\n"
        "FOREIGN KEY (program_id, partner_id) REFERENCES enrollments (program_id, partner_id));\n"
        "CREATE TABLE programs (id int PRIMARY KEY);\nCREATE TABLE teams (id int PRIMARY KEY);\n"
        "CREATE TABLE enrollments (program_id int, partner_id int);\n"
    )
    row = {"type": "MANY_TO_ONE", "related_table": other, "foreign_key": "program_id"}
    rows = decided(tmp_path, table({}, relationships=[row]), {"schema.sql": sql})
    assert [told for kind, told, _ in rows if kind == "relationship"] == [outcome]


@pytest.mark.parametrize(
    ("method", "path", "lines", "outcome"),
    [
        ("GET", "/users/{id}", (5, 5), "confirmed"),
        ("GET", "/api/users/:userId", (5, 5), "confirmed"),
        ("HEAD", "/users/{id}", (5, 5), "undecided"),
        ("POST", "/users", (6, 6), "undecided"),
        ("GET", "/users/{id}", (9, 12), "undecided"),
        ("POST", "/cache/home", (9, 12), "undecided"),
        ("DELETE", "/users/{id}", (5, 5), "refuted"),
        ("PUT", "/users", (6, 6), "refuted"),
        ("GET", "/users/{id}/posts", (5, 5), "refuted"),
    ],
)
def test_an_endpoint_that_no_reader_knows(
    tmp_path: Path, method: str, path: str, lines: tuple[int, int], outcome: str
) -> None:
    rows = decided(tmp_path, endpoint(method, path, *lines))
    assert [told for kind, told, _ in rows if kind == "endpoint"] == [outcome]


@pytest.mark.parametrize(
    ("claim", "outcome"),
    [
        ({"kind": "missing_index", "columns": ["role"]}, "confirmed"),
        ({"kind": "missing_index", "columns": ["team_id"]}, "refuted"),
        ({"kind": "missing_index", "columns": ["email"]}, "refuted"),
        ({"kind": "missing_unique", "columns": ["role"]}, "confirmed"),
        ({"kind": "missing_unique", "columns": ["email"]}, "refuted"),
        ({"kind": "missing_not_null", "columns": ["nickname"]}, "confirmed"),
        ({"kind": "missing_not_null", "columns": ["role"]}, "refuted"),
        ({"kind": "missing_foreign_key", "columns": ["role"]}, "confirmed"),
        ({"kind": "missing_foreign_key", "columns": ["team_id"]}, "refuted"),
        ({"kind": "missing_primary_key"}, "refuted"),
    ],
)
def test_what_a_table_lacks(tmp_path: Path, claim: dict[str, Any], outcome: str) -> None:
    (row,) = decided(tmp_path, finding(table="users", **claim))
    assert row[1] == outcome


def _route(folder: Path, file: str, text: str, claimed: tuple[str, str], line: int) -> list[str]:
    """Return outcome and code of an endpoint that is cited at a line of one file."""
    method, path = claimed
    root = folder / "repository"
    (root / file).parent.mkdir(parents=True)
    (root / file).write_text(text)
    notes, answer = folder / "notes.md", folder / "output.json"
    notes.write_text("# Notes\n")
    evidence = [{"file": str(root / file), "line": line}]
    entry = {"method": method, "path": path, "status": "existing", "evidence": evidence}
    answer.write_text(json.dumps({"api_specifications": [entry]}))
    verdict = next(
        row.verdict
        for row in ledger(read_delivery(built_in()[0], Repository(root), notes, answer))
        if row.claim.kind == "endpoint"
    )
    return [verdict.outcome, verdict.problem.code if verdict.problem else ""]


@pytest.mark.parametrize(
    ("file", "line", "path"),
    [
        ("Users.cs", "group.MapIdentityApi<ApplicationUser>();", "/api/Users/login"),
        ("config/routes.rb", "  devise_for :users", "/users/sign_in"),
        ("config/routes.rb", '  mount Sidekiq::Web => "/jobs"', "/sidekiq/queues"),
        ("routes/web.php", "Auth::routes();", "/login"),
        ("urls.py", 'path("accounts/", include("django.contrib.auth.urls")),', "/accounts/login"),
        ("app.js", "app.use(authRouter)", "/login"),
        ("main.go", 'r.Mount("/debug", middleware.Profiler())', "/debug/pprof"),
        ("main.rs", '.nest("/users", users::router())', "/users/list"),
        ("application.yml", '        include: "*"', "/actuator/env"),
        ("app.py", 'app = FastAPI(title="Shop")', "/docs"),
    ],
)
def test_what_a_library_mounts_is_undecided(
    tmp_path: Path, file: str, line: str, path: str
) -> None:
    assert _route(tmp_path, file, f"a\nb\n{line}\n", ("POST", path), 3) == ["undecided", ""]


def test_a_line_that_declares_nothing_is_warned_of(tmp_path: Path) -> None:
    told = _route(tmp_path, "a.js", "\n\nconst x = compute(a);\n", ("POST", "/things"), 3)
    assert told == ["undecided", "K04"]


EXPRESS = 'const express = require("express");\nconst app = express();\n'
FASTAPI = "from fastapi import FastAPI\napp = FastAPI()\n"
TWICE = '@app.route("/x/<p>")\n@app.route("/x")\ndef show(p=1): ...\n'
FLASK = "from flask import Flask\napp = Flask(__name__)\n"


@pytest.mark.parametrize(
    ("file", "text", "path", "outcome"),
    [
        ("a.js", f'{EXPRESS}app.get("/api/auth/*", h);\n', "/api/auth/me", "undecided"),
        ("a.js", f'{EXPRESS}app.get("/files/:name(.*)", h);\n', "/files/a/b", "undecided"),
        ("a.js", f'{EXPRESS}app.get("/x/:id?", h);\n', "/x", "undecided"),
        ("a.js", f"{EXPRESS}app.get(/^\\/x/, h);\n", "/xyz", "undecided"),
        ("a.js", f'{EXPRESS}app.get("/x/:id", h);\n', "/y", "refuted"),
        ("a.py", f'{FASTAPI}@app.get("/{{rest:path}}")\ndef f(rest): ...\n', "/a/b", "undecided"),
        ("a.py", f'{FASTAPI}@app.get("/a/{{b}}")\ndef f(b): ...\n', "/c/{b}", "refuted"),
        ("a.py", f"{FLASK}{TWICE}", "/x", "confirmed"),
    ],
)
def test_a_path_of_another_grammar_refutes_nothing(
    tmp_path: Path, file: str, text: str, path: str, outcome: str
) -> None:
    assert _route(tmp_path, file, text, ("GET", path), 3)[0] == outcome


def test_every_kind_has_a_decider() -> None:
    from workers.deliverables.finding_claims import CLAIM_KINDS

    assert CLAIM_KINDS.keys() <= DECIDERS.keys()


@pytest.mark.parametrize(
    ("line", "outcome"),
    [
        ('SECRET_KEY = "9f2c1e77ab"', "confirmed"),
        ("password: 'hunter2x',", "confirmed"),
        ('token = request.headers["Authorization"]', "undecided"),
        ('token_url = "/login/access-token"', "undecided"),
        ('raise Unauthorized("token-expired")', "undecided"),
        ('SECRET_KEY = os.environ["SECRET_KEY"]', "refuted"),
    ],
)
def test_a_secret_is_a_literal_that_its_name_is_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str, outcome: str
) -> None:
    monkeypatch.setitem(FILES, "settings.py", f"{line}\n")
    (row,) = decided(tmp_path, finding(kind="secret_in_code", file="@ROOT@/settings.py", line=1))
    assert row[1] == outcome


@pytest.mark.parametrize(
    ("file", "text", "outcome"),
    [
        ("other.py", "x = 1\n", "confirmed"),
        ("handlers.json", '{"handler": "lonely"}\n', "undecided"),
        ("huge.py", "#" * (9 * 1024 * 1024), "undecided"),
    ],
)
def test_nothing_uses_a_symbol_only_where_every_file_was_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str, text: str, outcome: str
) -> None:
    monkeypatch.setitem(FILES, "lonely.py", "def lonely():\n    return 1\n")
    monkeypatch.setitem(FILES, file, text)
    (row,) = decided(tmp_path, finding(kind="unused_code", name="lonely"))
    assert row[1] == outcome


def test_a_file_that_is_only_searched_is_no_evidence(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("a = 1\n")
    (tmp_path / "b.py").write_text("b = 2\n")
    repository = Repository(tmp_path)
    repository.searched("a.py")
    repository.source("b.py")
    assert [source.path for source in repository.opened()] == ["b.py"]


PHOENIX = (
    "lib/app_web/router.ex",
    'scope "/api", AppWeb do\n  put "/users", UserController, :add\nend\n',
)
VAPOR_PARTS = (
    "Sources/App/boot.swift",
    'func boot(router: Router) {\n  router.delete("todos", Todo.parameter, use: remove)\n}\n',
)
VAPOR = (
    "Sources/App/boot.swift",
    'func boot(router: Router) {\n  router.delete("todos", use: remove)\n}\n',
)


@pytest.mark.parametrize(
    ("file", "method", "path", "outcome"),
    [
        (PHOENIX, "POST", "/api/users", "refuted"),
        (PHOENIX, "PUT", "/api/users", "confirmed"),
        (VAPOR, "PUT", "/todos", "refuted"),
        (VAPOR, "DELETE", "/todos", "confirmed"),
        (VAPOR_PARTS, "DELETE", "/todos/{todo}", "undecided"),
        (VAPOR_PARTS, "GET", "/todos/{todo}", "refuted"),
    ],
)
def test_the_verb_of_a_route_file_and_of_a_typed_router(
    tmp_path: Path, file: tuple[str, str], method: str, path: str, outcome: str
) -> None:
    evidence = [{"file": f"@ROOT@/{file[0]}", "line": 2}]
    entry = {"method": method, "path": path, "status": "existing", "evidence": evidence}
    rows = decided(tmp_path, {"api_specifications": [entry]}, dict([file]))
    assert [told for kind, told, _ in rows if kind == "endpoint"] == [outcome]
