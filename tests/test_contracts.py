"""Documents as a second witness: what they describe, and what only one of both has."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.survey import contracts, survey
from workers.survey.found import Survey

OPENAPI = """\
openapi: 3.1.0
info: {title: Shop, version: "1"}
servers:
  - url: https://shop.example/api/
paths:
  /users:
    parameters: []
    get: {responses: {}}
    post: {responses: {}}
  /users/{userId}:
    get: {responses: {}}
    delete: {responses: {}}
  x-notes: none
"""
SWAGGER = json.dumps(
    {"swagger": "2.0", "basePath": "/api", "paths": {"/users": {"get": {}}, "/gone": {"put": {}}}},
    indent="\t",
)
ASYNCAPI_2 = """\
asyncapi: '2.6.0'
channels:
  user/signedup:
    subscribe: {message: {}}
  user/deleted:
    publish: {message: {}}
"""
ASYNCAPI_3 = """\
asyncapi: 3.0.0
channels:
  signedUp: {address: user/signedup}
operations:
  onSignedUp:
    action: receive
    channel: {$ref: '#/channels/signedUp'}
"""
GRAPHQL = '''\
"""What clients ask."""
type Query {
  users(first: Int = 10): [User!]!
  user(id: ID!): User
}
type User { id: ID! }
extend type Mutation { rename(id: ID!, name: String!): User }
'''
GRAPHQL_RENAMED = """\
schema { query: Root mutation: Changes }
type Root { ping: Boolean }
type Changes { reset: Boolean }
type Query { notServed: Boolean }
"""
PROTO = """\
syntax = "proto3";
package shop.v1;
// rpc NotThis(A) returns (B);
/* rpc NorThis(A)
   returns (B); */
service Users {
  rpc Get(GetRequest) returns (User) {
    option (google.api.http) = {
      get: "/v1/{name=users/*}"
      additional_bindings { get: "/v1/me" }
    };
  }
  rpc Watch(stream WatchRequest) returns (stream User);
}
message User { string url = 1; }
"""
DOCUMENTS = [
    (
        "api/openapi.yaml",
        OPENAPI,
        ["GET /users 8", "POST /users 9", "GET /users/{userId} 11", "DELETE /users/{userId} 12"],
    ),
    ("swagger.json", SWAGGER, ["GET /users 6", "PUT /gone 9"]),
    ("events.yml", ASYNCAPI_2, ["SUBSCRIBE user/signedup 4", "PUBLISH user/deleted 6"]),
    ("events.yml", ASYNCAPI_3, ["RECEIVE user/signedup 5"]),
    (
        "schema.graphql",
        GRAPHQL,
        ["QUERY users 3", "QUERY user 4", "MUTATION rename 7"],
    ),
    ("root.gql", GRAPHQL_RENAMED, ["QUERY ping 2", "MUTATION reset 3"]),
    ("ask.graphql", "query { users { id } }\n", []),
    (
        "shop.proto",
        PROTO,
        ["RPC /shop.v1.Users/Get 7", "GET /v1/{name} 9", "GET /v1/me 10",
         "RPC /shop.v1.Users/Watch 13"],
    ),
    ("values.yaml", "replicas: 3\nnote: see openapi: 3\n", []),
]  # fmt: skip


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def written(root: Path, files: dict[str, str]) -> Survey:
    for name, text in files.items():
        (root / "shop" / name).parent.mkdir(parents=True, exist_ok=True)
        (root / "shop" / name).write_text(text, "utf-8")
    return survey(root / "shop")


@pytest.mark.parametrize(("name", "text", "expected"), DOCUMENTS)
def test_what_a_document_describes_is_read_with_its_line(
    tmp_path: Path, name: str, text: str, expected: list[str]
) -> None:
    rows = written(tmp_path, {name: text}).descriptions
    assert [f"{row.method} {row.path} {row.line}" for row in rows] == expected


APP = """\
from fastapi import FastAPI

app = FastAPI()


@app.get("/api/users")
def users(): ...


@app.get("/api/users/{id}")
def user(id: int): ...


@app.post("/api/internal")
def internal(): ...
"""


def test_code_and_document_are_held_against_each_other(tmp_path: Path) -> None:
    found = written(tmp_path, {"app.py": APP, "openapi.yaml": OPENAPI})
    assert {f"{one.method} {one.path}": one.witness for one in found.endpoints} == {
        "GET /api/users": "both",
        "GET /api/users/{id}": "both",
        "POST /api/internal": "code",
    }
    assert {f"{row.method} {row.path}": row.in_code for row in found.descriptions} == {
        "GET /users": True,
        "POST /users": False,
        "GET /users/{userId}": True,
        "DELETE /users/{userId}": False,
    }


def test_where_the_map_is_not_whole_nothing_is_said_to_be_missing_from_the_code(
    tmp_path: Path,
) -> None:
    found = written(
        tmp_path, {"app.py": APP, "openapi.yaml": OPENAPI, "main.zig": 'const s = "/users";\n'}
    )
    assert {row.in_code for row in found.descriptions} == {True, None}


def test_the_end_of_a_path_is_enough_where_what_stands_before_it_is_not_known(
    tmp_path: Path,
) -> None:
    router = (
        "from fastapi import APIRouter\n\nrouter = APIRouter()\n\n\n"
        "@router.get('/users')\ndef users(): ...\n"
    )
    found = written(tmp_path, {"users.py": router, "openapi.yaml": OPENAPI})
    assert [(one.resolved, one.witness) for one in found.endpoints] == [("suffix", "both")]
    assert found.descriptions[0].in_code is True


BROKEN = [
    ("openapi.yaml", "openapi: 3.0.0\npaths: {\n", "it is not well-formed YAML or JSON"),
    ("openapi.json", '{"openapi": "3.0.0", "x": ' + "[" * 200 + "]" * 200 + "}", "levels"),
    ("schema.graphql", "type Query { users: }\n", "it is not well-formed GraphQL"),
    ("schema.graphql", "type Query { a(b: " + "[" * 200 + "Int" + "]" * 200 + "): Int }", "levels"),
]


@pytest.mark.parametrize(("name", "text", "why"), BROKEN)
def test_a_document_that_cannot_be_read_is_listed(
    tmp_path: Path, name: str, text: str, why: str
) -> None:
    found = written(tmp_path, {name: text})
    assert found.descriptions == []
    assert [row.file for row in found.not_understood if why in row.reason] == [name]


@given(st.sampled_from(DOCUMENTS), st.data())
def test_foreign_text_never_raises(case: tuple[str, str, list[str]], data: st.DataObject) -> None:
    name, text, _ = case
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    source = text[:start].encode() + data.draw(st.binary(max_size=20)) + text[end:].encode()
    if contracts.concerns(name, source):
        facts = json.loads(json.dumps(contracts.extract(name, source)))
        rows, missed = contracts.resolve({name: facts})
        assert all(row.line > 0 for row in rows)
        assert all(row.file == name for row in missed)
