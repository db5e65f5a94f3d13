"""Blocks of code that are proposed: valid, invalid, or not to be verified."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.kit import PROJECT
from workers import sql
from workers.delivery.notes_reader import read_notes
from workers.delivery.parsers import parse

VALID = [
    ("sql", "CREATE INDEX CONCURRENTLY i ON t (a)"),
    ("sql", "ALTER TABLE `t` ADD INDEX `i` (`a`)"),
    ("sql", "SELECT * FROM t WHERE id = $1 LIMIT 10;\n-- done\n"),
    ("sql", "INSERT INTO t (a) VALUES (?) ON CONFLICT DO NOTHING"),
    ("sql", "CREATE EXTENSION pgcrypto"),
    ("sql", "SAVEPOINT a; RELEASE SAVEPOINT a;"),
    ("sql", "ALTER SYSTEM SET work_mem = '64MB'"),
    ("sql", "CREATE TEXT SEARCH CONFIGURATION x (COPY = english)"),
    ("sql", "LISTEN orders"),
    ("json", '{"a": [1, 2, null]}'),
    ("yaml", "a: 1\n---\nb: [x, y]\n"),
    ("toml", "[a]\nb = 1\n"),
    ("python", "async with pool() as p:\n    await p.close()\n"),
    ("python", "    return x\n"),
    ("python", "@router.get('/x')\nasync def f(): ...\n"),
    ("graphql", "query { user(id: 1) { name } }"),
    ("openapi", '{"/a": {"get": {"responses": {"200": {"description": "ok"}}}}}'),
    ("openapi", '{"get": {"responses": {"200": {"description": "ok"}}}}'),
    ("openapi", '{"responses": {"200": {"description": "ok"}}}'),
    ("graphql", "user(id: ID!): User"),
    ("graphql", "id: ID!\nname: String\nposts(first: Int = 10): [Post!]!"),
    ("graphql", "id\nname\nposts { id }"),
    ("graphql", "OPEN\nPAID"),
    ("openapi", "paths:\n  /a:\n    get:\n      responses: {200: {description: ok}}\n"),
    ("openapi", "components:\n  schemas:\n    A: {type: object, nullable: true}\n"),
    ("openapi", "openapi: 3.1.0\ninfo: {title: x}\npaths: {}\n"),
    ("openapi", "openapi: 3.0.3\ninfo: {title: x, version: 1.0}\npaths: {}\n"),
    ("openapi", "openapi: 3.2.0\npaths: {/a: {query: {responses: {200: {description: x}}}}}\n"),
    ("yaml", "openapi: 3.1.0\npaths: {}\n"),
    ("json", '{"openapi": "./plugin.json", "paths": ["a"]}'),
    ("json", '{"openapi": {"url": "x"}, "paths": {}}'),
    ("yaml", "swagger: '2.0'\npaths: {/a: {get: {parameters: [{in: body, name: b}]}}}\n"),
]
INVALID = [
    ("sql", "SELEC x FRM t", 1),
    ("sql", "CREATE TABEL t (a int)", 1),
    ("sql", "ALTER TABEL t ADD c int", 1),
    ("sql", "SELECT 1;\nSELECT * FROM t WHERE;", 2),
    ("json", '{\n"a": 1,\n}', 3),
    ("yaml", "a: b: c\n", 1),
    ("toml", "a = \n", 1),
    ("python", "def f(:\n", 1),
    ("graphql", "type A { id ID }", 1),
    ("openapi", '{"get": {"responses": {"200": {"description": 5}}}}', None),
    ("openapi", '{"openapi": "3.1.0", "paths": {"/": {"get": {"responses": {"200": {}}}}}}', None),
    ("yaml", "openapi: 3.0.3\npaths:\n  /a:\n    get:\n      responses: [x]\n", None),
    ("graphql", "user(id: ID!): ", 1),
    ("graphql", "query { user(id: 1) { name }", 1),
    ("json", "{'a': 1}", 1),
]
UNKNOWN = [
    ("openapi", "swagger: '2.0'\ninfo: {}\npaths: {/a: 1}\n"),
    ("openapi", "openapi: 4.0.0\npaths: {}\n"),
    ("openapi", "openapi: 3.1.0\npaths:\n  /a:\n    ...\n"),
    ("json", '{"a": 1, ...}'),
    ("json", '{"a": 1, // a comment\n "b": 2}'),
    ("json", '"a": 1,\n"b": 2'),
    ("json", '{"a": 1}\n{"a": 2}\n'),
    ("json", 'HTTP/1.1 200 OK\nContent-Type: application/json\n\n{"a": 1}'),
    ("json", '{"id": <id>}'),
    ("json", '{"id": {{ id }}}'),
    ("yaml", "a:\n  b: c: d\n  ...\n"),
    ("yaml", "a:\t- b: c: d\n"),
    ("graphql", "query Q($id: ID!) {\n  user(id: $id) { ... }\n}"),
    ("openapi", '{"colour": "blue"}'),
    ("openapi", "a: &a [x]\nb: [*a]\n"),
    ("openapi", "paths:\n  2024-02-30: x\n"),
    ("toml", "a = " + "9" * 5000),
    ("", "anything at all {"),
    ("sql", "\\d orders"),
    ("yaml", "{{- if .a }}\nb: 1\n{{- end }}\n"),
    ("python", ">>> 1 + 1\n2\n"),
    (
        "python",
        "class A[T]:\n    x: T\n\ntype B = A[int]\n" if sys.version_info < (3, 12) else ">>> 1",
    ),
    ("openapi", "paths: &p\n  /a: *p\n"),
]


def verdict(language: str, text: str) -> tuple[str, int | None]:
    found = parse(language, text)
    return found.verdict, found.line


@pytest.mark.parametrize(("language", "text"), VALID)
def test_valid(language: str, text: str) -> None:
    assert verdict(language, text)[0] == "valid"


@pytest.mark.parametrize(("language", "text", "line"), INVALID)
def test_invalid(language: str, text: str, line: int | None) -> None:
    assert verdict(language, text) == ("invalid", line)


@pytest.mark.parametrize(("language", "text"), UNKNOWN)
def test_not_verifiable(language: str, text: str) -> None:
    assert verdict(language, text)[0] == "unverifiable"


def test_hostile_blocks_cost_little() -> None:
    laughs = "a: &a [x]\n" + "".join(
        f"{chr(98 + i)}: &{chr(98 + i)} [{', '.join([f'*{chr(97 + i)}'] * 9)}]\n" for i in range(9)
    )
    for language, text in (
        ("yaml", laughs),
        ("openapi", laughs),
        ("json", "[" * 5000),
        ("python", "(" * 5000),
        ("sql", "SELECT " + "(" * 3000),
        ("graphql", "{" * 3000),
        ("yaml", "!!python/object/apply:os.system ['touch PWNED']"),
    ):
        assert parse(language, text).verdict in {"valid", "invalid", "unverifiable", "over"}


def test_heavy_libraries_are_imported_only_when_a_block_needs_them() -> None:
    code = (
        "import sys; from workers.delivery.parsers import parse;"
        "parse('json', '{}'); parse('python', 'x = 1');"
        "print([n for n in ('openapi_spec_validator', 'graphql', 'sqlglot', 'yaml')"
        " if n in sys.modules])"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert run.stdout == "[]\n"


@pytest.mark.parametrize(
    ("claimed", "canonical"),
    [
        ("bigserial", "bigint"),
        ("VARCHAR(255)", "text"),
        ("timestamp with time zone", "timestamp"),
        ("DOUBLE PRECISION", "float"),
        ("Integer", "int"),
        ("text[]", None),
        ("geometry(Point)", None),
        ("", None),
    ],
)
def test_types_are_compared_by_what_they_mean(claimed: str, canonical: str | None) -> None:
    assert sql.canonical_type(claimed) == canonical


def test_what_a_script_makes() -> None:
    script = sql.read(
        "CREATE TABLE a (id uuid PRIMARY KEY, b int REFERENCES x (id), UNIQUE (b));"
        "CREATE TABLE c (d int, e int, PRIMARY KEY (d, e),"
        " FOREIGN KEY (d) REFERENCES a (id) ON DELETE CASCADE);"
        "ALTER TABLE f ADD COLUMN g int NOT NULL; DROP INDEX h;"
    )
    assert isinstance(script, sql.Script)
    first, second = script.tables
    assert (first.primary_key, first.foreign_keys, first.without_on_delete) == (
        ("id",),
        (("b",),),
        ("x",),
    )
    assert first.indexed_columns == {"b"}
    assert (second.primary_key, second.without_on_delete) == (("d", "e"), ())
    ((table, column),) = script.added_columns
    assert (table, column.name, column.not_null, column.has_default) == ("f", "g", True, False)
    assert script.used_tables == {"a", "x", "c", "f"}


def test_an_index_inside_a_table_leads_its_key() -> None:
    script = sql.read(
        "CREATE TABLE w (id int PRIMARY KEY, hook_id int, KEY ix (hook_id, at),"
        " FOREIGN KEY (hook_id) REFERENCES hooks (id) ON DELETE CASCADE)"
    )
    assert isinstance(script, sql.Script)
    assert "hook_id" in script.tables[0].indexed_columns


BLOCKS = {
    "python": "def total(x):\n    return x + 1\n",
    "json": '{\n  "a": 1\n}\n',
    "yaml": "a: 1\nb:\n  - c\n",
    "toml": "[a]\nb = 1\n",
    "sql": "CREATE TABLE t (\n  id int PRIMARY KEY\n);\n",
    "graphql": "type A {\n  id: ID\n}\n",
    "openapi": "/users:\n  get:\n    responses:\n      200: {description: ok}\n",
}


@pytest.mark.parametrize("language", BLOCKS)
@pytest.mark.parametrize(
    "unseen",
    [
        "\ufeff{}",
        "{}\ufeff",
        "\u200b{}",
        "\ufeff\n{}",
    ],
)
def test_what_nobody_sees_makes_no_block_invalid(language: str, unseen: str) -> None:
    assert parse(language, unseen.format(BLOCKS[language])).verdict in {"valid", "unverifiable"}


@pytest.mark.parametrize("language", BLOCKS)
@pytest.mark.parametrize("end", [" \n", "\t\n", "\r\n", "\u200b\n", "\u00a0\n", "\ufeff\n"])
def test_unseen_ends_of_lines_make_no_block_invalid(language: str, end: str) -> None:
    text = BLOCKS[language].replace("\n", end)
    assert parse(language, text).verdict == "valid"


@pytest.mark.parametrize("tag", ["jsonl", "ndjson", "jsonc", "json5"])
def test_lines_of_json_under_their_own_tag_are_no_fault(tag: str) -> None:
    text = f'## X\n\n```{tag}\n{{"a": 1}}\n{{"a": 2}}\n```\n'
    (fence,) = read_notes(text).sections[1].fences
    assert fence.language == tag
    assert parse("", fence.content).verdict == "unverifiable"
