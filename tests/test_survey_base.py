"""What changed since a revision: two maps compared, the older one read without a checkout."""

from __future__ import annotations

import hashlib
import json
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.kit import waggle
from workers.survey import comparison, survey
from workers.survey.revisions import survey_at

if TYPE_CHECKING:
    from pathlib import Path

APP = """\
from fastapi import Depends, FastAPI

from shop.guards import signed_in

app = FastAPI()


@app.get("/users")
def users(): ...


@app.get("/users/{id}", dependencies=[Depends(signed_in)])
def user(id: int): ...


@app.delete("/old")
def old(): ...
"""
GUARDS = """\
from fastapi import HTTPException


def signed_in(token: str | None = None):
    if token is None:
        raise HTTPException(401)
"""
SCHEMA = """\
CREATE TABLE users (id int PRIMARY KEY, name text NOT NULL);
CREATE TABLE gone (id int PRIMARY KEY);
"""
BEFORE = {
    "shop/app.py": APP,
    "shop/guards.py": GUARDS,
    "shop/__init__.py": "",
    "db/schema.sql": SCHEMA,
}
GUARDED = '@app.get("/users", dependencies=[Depends(signed_in)])'
AFTER = {
    **BEFORE,
    "shop/app.py": (
        APP.replace('@app.get("/users")', GUARDED)
        .replace("{id}", "{user_id}")
        .replace('@app.delete("/old")', '@app.post("/new", status_code=201)')
    ),
    "db/schema.sql": (
        "CREATE TABLE users (id bigint PRIMARY KEY, name text, email text NOT NULL UNIQUE);\n"
        "CREATE TABLE orders (id int PRIMARY KEY, user_id int REFERENCES users (id));\n"
        "CREATE INDEX ON users (name);\n"
    ),
}
CHANGES = [
    "removed endpoint DELETE /old shop/app.py:16",
    "added endpoint POST /new shop/app.py:16",
    (
        "changed endpoint GET /users shop/app.py:8: access: open, now guarded;"
        " guards: none, now signed_in"
    ),
    "changed endpoint GET /users/{user_id} shop/app.py:12: path: /users/{id}, now /users/{user_id}",
    "removed table gone db/schema.sql:2",
    "added table orders db/schema.sql:2: 2 columns",
    (
        "changed table users db/schema.sql:1: column id: type: int, now bigint;"
        " column name: nullable: no, now yes; column email added (text, not null);"
        " index (name) added"
    ),
]


def git(root: Path, *words: str) -> str:
    names = ("-c", "user.name=A", "-c", "user.email=a@shop.example", "-c", "commit.gpgsign=false")
    run = subprocess.run(
        ["git", *names, *words], cwd=root, check=True, capture_output=True, text=True
    )
    return run.stdout.strip()


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    root = tmp_path / "shop"
    root.mkdir()
    git(root, "init", "--quiet")
    write(root, BEFORE)
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "base")
    return root


def told(change: comparison.Change) -> str:
    place = f"{change.change} {change.kind} {change.name} {change.file}:{change.line}"
    return f"{place}: {'; '.join(change.details)}" if change.details else place


def test_what_changed_in_the_working_tree_is_told(shop: Path) -> None:
    write(shop, AFTER)
    before = survey_at(shop, "HEAD")
    assert before is not None
    assert sorted(map(told, comparison.changes(before, survey(shop)))) == sorted(CHANGES)


def test_the_map_of_a_revision_is_that_of_its_checkout(shop: Path) -> None:
    at_head = survey_at(shop, "HEAD")
    assert at_head is not None
    checked_out = survey(shop)
    assert at_head.endpoints == checked_out.endpoints != []
    assert at_head.tables == checked_out.tables != []
    assert comparison.changes(at_head, checked_out) == []
    assert at_head.files_seen == checked_out.files_seen


def test_a_second_look_reads_no_file_again(shop: Path) -> None:
    write(shop, AFTER)
    first = survey_at(shop, "HEAD")
    second = survey_at(shop, "HEAD")
    assert first is not None
    assert second is not None
    assert (first.files_read, second.files_read) == (4, 0)
    assert first.endpoints == second.endpoints


def test_the_repository_is_not_touched(shop: Path) -> None:
    write(shop, AFTER)
    before = digests(shop)
    waggle("survey", "--base", "HEAD", cwd=shop)
    assert digests(shop) == before


def digests(root: Path) -> dict[str, str]:
    return {
        str(file): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(root.rglob("*"))
        if file.is_file()
    }


def test_a_folder_of_a_repository_is_compared_with_itself(shop: Path) -> None:
    write(shop, AFTER)
    run = waggle("survey", "--root", "db", "--base", "HEAD", "--json", cwd=shop)
    changed = [(row["kind"], row["name"], row["file"]) for row in json.loads(run.stdout)["changes"]]
    assert ("table", "orders", "schema.sql") in changed
    assert all(kind == "table" for kind, _, _ in changed)


def test_links_and_what_is_no_source_are_passed_over(shop: Path) -> None:
    (shop / "link.py").symlink_to("shop/app.py")
    (shop / "logo.png").write_bytes(b"\x89PNG\0")
    (shop / "name with\nline.py").write_text("x = 1\n", "utf-8")
    git(shop, "add", "--all")
    git(shop, "commit", "--quiet", "--message", "more")
    found = survey_at(shop, "HEAD")
    assert found is not None
    assert {one.file for one in found.endpoints} == {"shop/app.py"}


@pytest.mark.parametrize(
    ("words", "code", "problem"),
    [
        (["--base", "nothing"], 2, "git knows no commit 'nothing'"),
        (["--base", "--all"], 2, "git knows no commit '--all'"),
        (["--base", "HEAD", "--trace", "shop/app.py"], 2, "--base, --session and --trace"),
    ],
)
def test_what_cannot_be_compared_is_said(
    shop: Path, words: list[str], code: int, problem: str
) -> None:
    run = waggle("survey", *words, cwd=shop)
    assert run.returncode == code
    assert problem in run.stderr.decode()
    assert b"Traceback" not in run.stderr


def test_it_is_told_as_text_as_markdown_and_as_a_document(shop: Path) -> None:
    write(shop, AFTER)
    text = waggle("survey", "--base", "HEAD", cwd=shop).stdout.decode()
    assert "1 endpoint added, 1 endpoint removed, 2 endpoints changed" in text.replace("\n  ", " ")
    assert "- DELETE /old  shop/app.py:16 (at the base)" in text
    assert "guards: none, now signed_in" in text
    table = waggle("survey", "--base", "HEAD", "--format", "markdown", cwd=shop).stdout.decode()
    assert "| added endpoint | POST /new | shop/app.py:16 |  |" in table
    document = json.loads(waggle("survey", "--base", "HEAD", "--json", cwd=shop).stdout)
    assert document["base"] == git(shop, "rev-parse", "HEAD")
    assert document["counts"]["tables_changed"] == 1
    assert len(document["changes"]) == len(CHANGES)
