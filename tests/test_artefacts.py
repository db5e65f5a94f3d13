"""Artefacts: what accepted reports hand on, and that nothing else is handed on."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.kit import BACKEND, CLI, SESSION, TASK, copy_sample, document, fill_in, waggle
from workers.catalog import built_in
from workers.deliverables import profile_of
from workers.deliverables.profile import EntryList
from workers.handing import ARTEFACTS
from workers.phases.finish import Request, finish
from workers.phases.prepare import Order, prepare
from workers.reporting.artefacts import BUILDERS
from workers.reporting.artefacts.accepted import Accepted, Report

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

pytestmark = pytest.mark.usefixtures("late_imports")

AT = ("--session", SESSION)


@pytest.fixture(scope="module")
def accepted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with an accepted report, which no test changes."""
    root = copy_sample(tmp_path_factory.mktemp("accepted"))
    prepare(Order(built_in()[0], root, CLI, SESSION, TASK.encode()))
    fill_in(root, SESSION)
    assert finish(Request(built_in()[0], root, CLI), SESSION).status == "completed"
    return root


@pytest.fixture
def own(root: Path) -> Path:
    """A repository with an accepted report, which a test may change."""
    prepare(Order(built_in()[0], root, CLI, SESSION, TASK.encode()))
    fill_in(root, SESSION)
    assert finish(Request(built_in()[0], root, CLI), SESSION).status == "completed"
    return root


def reported(**lists: list[dict[str, Any]]) -> Accepted:
    """Return an accepted report with some lists."""
    return Accepted("s", "/r", (Report("backend-worker", profile_of(BACKEND), lists),))


def endpoint(path: str = "/a", method: str = "GET", **more: Any) -> dict[str, Any]:
    return {"id": "API-001", "endpoint": "A", "method": method, "path": path, **more}


def contract(*rows: dict[str, Any]) -> dict[str, Any]:
    """Return the OpenAPI document of some endpoints; it is valid, or the test fails."""
    numbered = [{**row, "id": f"API-{number:03}"} for number, row in enumerate(rows, 1)]
    made = BUILDERS["api_contract"](reported(api_specifications=numbered))
    parsed: dict[str, Any] = json.loads(made.text)
    assert [error.message for error in OpenAPIV31SpecValidator(parsed).iter_errors()] == []
    return parsed


def aside(parsed: dict[str, Any]) -> dict[str, str]:
    return {row["id"]: row["reason"] for row in parsed.get("x-waggle-left-out", [])}


def test_every_kind_has_its_builder() -> None:
    assert list(BUILDERS) == list(ARTEFACTS)


@pytest.mark.parametrize("kind", ARTEFACTS)
def test_an_artefact_is_printed(accepted: Path, kind: str, snapshot: SnapshotAssertion) -> None:
    run = waggle("artefact", kind, *AT, cwd=accepted)
    assert (run.returncode, run.stderr) == (0, b"")
    assert run.stdout.decode() == snapshot
    told = document(waggle("artefact", kind, *AT, "--worker", "backend", "--json", cwd=accepted))
    assert (told["status"], told["kind"], told["workers"]) == (
        "completed",
        kind,
        ["backend-worker"],
    )
    text = run.stdout.decode()
    assert told["content"] == (json.loads(text) if isinstance(told["content"], dict) else text)


def test_an_artefact_goes_to_a_file(own: Path) -> None:
    file = own / "api.json"
    run = waggle("artefact", "api_contract", *AT, "--out", file, cwd=own)
    assert run.returncode == 0, run.stderr
    assert f"wrote api_contract of backend-worker to {file}" in run.stdout.decode()
    assert OpenAPIV31SpecValidator(json.loads(file.read_text("utf-8"))).is_valid()
    (own / "link.json").symlink_to(file)
    for bad in (own / "app", own / "link.json"):
        refused = waggle("artefact", "api_contract", *AT, "--out", bad, cwd=own)
        assert refused.returncode == 2
        assert b"is no regular file" in refused.stderr
    nowhere = waggle("artefact", "api_contract", *AT, "--out", own / "no" / "x", cwd=own)
    assert nowhere.returncode == 2
    assert b"Traceback" not in nowhere.stderr


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["api-contract"], 2, "Did you mean api_contract?"),
        (["API_Contract"], 2, "Did you mean api_contract?"),
        (["deploynotes"], 2, "Did you mean deploy_notes?"),
        (["zzz"], 2, "There are: api_contract, schema_change, test_data, deploy_notes."),
        (["test_data", "--worker", "frontend"], 3, "Workers in it: backend-worker."),
        (["test_data", "--worker", "no good"], 2, "malformed"),
        ([], 2, "KIND"),
    ],
)
def test_what_is_asked_for_in_vain(accepted: Path, words: list[str], code: int, told: str) -> None:
    run = waggle("artefact", *words, *AT, cwd=accepted)
    assert run.returncode == code, run.stderr
    assert told in run.stderr.decode()
    assert run.stdout == b""


def test_a_session_that_is_not_there(accepted: Path) -> None:
    run = waggle("artefact", "test_data", "--session", "none-such", cwd=accepted)
    assert run.returncode == 3
    assert b"no session" in run.stderr


def test_nothing_but_an_accepted_report_is_handed_on(set_up: Path) -> None:
    def told() -> str:
        run = waggle("artefact", "api_contract", *AT, cwd=set_up)
        assert (run.returncode, run.stdout) == (3, b"")
        return run.stderr.decode()

    assert "backend-worker: not judged yet" in told()
    finish(Request(built_in()[0], set_up, CLI), SESSION)
    assert "backend-worker: rejected" in told()
    _, json_file = fill_in(set_up, SESSION)
    assert finish(Request(built_in()[0], set_up, CLI), SESSION).status == "completed"
    assert waggle("artefact", "api_contract", *AT, cwd=set_up).returncode == 0
    text = json_file.read_text("utf-8")
    json_file.write_text(text.replace("/api/v1/receipts", "/api/v1/invoices"), "utf-8")
    assert "backend-worker: changed since it was accepted" in told()
    json_file.unlink()
    assert "backend-worker: changed since it was accepted" in told()
    json_file.write_text(text, "utf-8")
    receipt = json_file.with_name("backend_receipt.json")
    receipt.write_text(receipt.read_text("utf-8").replace("null", "1", 1), "utf-8")
    assert "its receipt is missing or another one" in told()


def test_a_damaged_session_is_told(own: Path) -> None:
    log = own / "Docs" / "hive-mind" / "sessions" / SESSION / "EVENTS.jsonl"
    log.unlink()
    log.mkdir()
    run = waggle("artefact", "api_contract", *AT, cwd=own)
    assert run.returncode == 3
    assert b"is not a regular file" in run.stderr
    assert b"Traceback" not in run.stderr


def test_a_report_without_anything_for_it_is_told(own: Path) -> None:
    _, json_file = fill_in(own, SESSION)
    report = json.loads(json_file.read_text("utf-8"))
    for row in report["database_designs"]:
        row.pop("migration", None)
        row.pop("ddl", None)
    json_file.write_text(json.dumps(report), "utf-8")
    finish(Request(built_in()[0], own, CLI), SESSION)
    run = waggle("artefact", "schema_change", *AT, cwd=own)
    assert run.returncode == 3
    assert b"hold nothing for schema_change" in run.stderr


@pytest.mark.parametrize(
    ("written", "path", "names"),
    [
        ("/users/{id}", "/users/{id}", ["id"]),
        ("/users/:id", "/users/{id}", ["id"]),
        ("/users/<int:user_id>/x", "/users/{user_id}/x", ["user_id"]),
        ("/files/{path:path}", "/files/{path}", ["path"]),
        ("/blog/[...slug]", "/blog/{slug}", ["slug"]),
        ("/a/{id}/b/{id}", "/a/{id}/b/{id_2}", ["id", "id_2"]),
        ("/a/{}/{}", "/a/{p}/{p_2}", ["p", "p_2"]),
        ("/static/*", "/static/{rest}", ["rest"]),
        ("/static/*path", "/static/{path}", ["path"]),
        ("/users/:id?", "/users/{id}", ["id"]),
        ("/search?q=a&page", "/search", []),
        ("/a#b", "/a", []),
    ],
)
def test_a_path_is_written_as_openapi_has_it(written: str, path: str, names: list[str]) -> None:
    parsed = contract(endpoint(written))
    assert list(parsed["paths"]) == [path]
    declared = parsed["paths"][path]["get"].get("parameters", [])
    assert [one["name"] for one in declared if one["in"] == "path"] == names
    assert all(one["required"] for one in declared if one["in"] == "path")


def test_equal_paths_are_one_and_a_second_method_is_left_out_by_name() -> None:
    parsed = contract(
        endpoint("/users/{id}"),
        endpoint("/users/{name}", "PUT"),
        endpoint("/users/:key"),
    )
    assert list(parsed["paths"]) == ["/users/{id}"]
    assert sorted(parsed["paths"]["/users/{id}"]) == ["get", "put"]
    assert parsed["paths"]["/users/{id}"]["put"]["parameters"][0]["name"] == "id"
    assert aside(parsed) == {"API-003": "the same as backend-worker API-001"}


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"method": "ANY"}, "OpenAPI 3.1 has no method ANY"),
        ({"method": "WEBSOCKET"}, "OpenAPI 3.1 has no method WEBSOCKET"),
        ({"method": "QUERY"}, "OpenAPI 3.1 has no method QUERY"),
        ({"method": "POST", "protocol": "grpc"}, "OpenAPI has no words for grpc"),
        ({"method": "POST", "protocol": "graphql"}, "OpenAPI has no words for graphql"),
        ({"path": r"/^users\/(\d+)$/"}, "its path is a pattern"),
        ({"path": "/a/{b"}, "its path is a pattern"),
        ({"status": "removed"}, "it was removed"),
    ],
)
def test_what_openapi_cannot_say_is_named(more: dict[str, Any], reason: str) -> None:
    parsed = contract(endpoint("/ok"), endpoint() | more)
    assert list(parsed["paths"]) == ["/ok"]
    assert aside(parsed) == {"API-002": reason}


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        ({"limit": "integer, at most 200"}, [("query", "limit", "integer")]),
        ({"id": "uuid"}, [("path", "id", "string")]),
        ({"query": {"page": "int"}, "path": {"id": "int"}}, [("query", "page", "integer")]),
        ({"X-Key": {"in": "header", "type": "string"}}, [("header", "X-Key", "string")]),
        ({"query": ["page", {"name": "size", "type": "int"}]}, [("query", "size", "integer")]),
        ('{"limit": "integer"}', [("query", "limit", "integer")]),
        (
            {"limit": {"schema": {"type": "integer", "default": "many"}}},
            [("query", "limit", "integer")],
        ),
        ({"other": {"in": "path", "type": "string"}}, []),
        ("none", []),
        ("page and size, as usual", []),
        ({"": "string", "path": {"": 1}}, []),
    ],
)
def test_parameters_are_taken_as_they_are_meant(
    declared: object, said: list[tuple[str, str, str]]
) -> None:
    row = endpoint("/a/{id}", request_format={"parameters": declared})
    made = contract(row)["paths"]["/a/{id}"]["get"]["parameters"]
    there = [(one["in"], one["name"], one["schema"].get("type")) for one in made]
    assert set(said) <= set(there)
    assert sum(name == "id" for _, name, _ in there) == 1


def test_bodies_and_answers_are_schemas_examples_or_words() -> None:
    schema = {
        "type": "object",
        "required": ["age", "age"],
        "properties": {
            "age": {"type": "int", "minimum": 0, "default": "none", "nullable": True},
            "tags": {"type": "array", "items": {"enum": ["a", "b"]}, "minItems": -1},
            "team": {"$ref": "#/components/schemas/Team"},
            "odd": {"type": "money", "pattern": "("},
        },
    }
    answers = {"success_status": 201, "success_schema": schema}
    request = {"body_schema": schema, "content_type": "application/json"}
    row = endpoint("/a", "POST", request_format=request, response_format=answers)
    operation = contract(row)["paths"]["/a"]["post"]
    made = operation["requestBody"]["content"]["application/json"]["schema"]
    assert made["properties"]["age"] == {"type": ["integer", "null"], "minimum": 0}
    assert made["properties"]["team"] == {"description": "see #/components/schemas/Team"}
    assert made["properties"]["odd"] == {}
    assert made["required"] == ["age"]
    words = {
        "success_status": 200,
        "success_schema": "the user",
        "error_responses": ["404", "404: x"],
    }
    row = endpoint("/a", "POST", request_format={"body_schema": "a CSV"}, response_format=words)
    operation = contract(row)["paths"]["/a"]["post"]
    assert operation["requestBody"]["content"] == {"*/*": {"schema": {"description": "a CSV"}}}
    assert operation["responses"]["200"] == {"description": "the user"}
    assert operation["responses"]["404"] == {"description": "Not Found; x"}
    assert contract(endpoint())["paths"]["/a"]["get"]["responses"]["default"]


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["type", "properties", "items", "enum", "in", "$ref", "oneOf", "required"]
            )
            | st.text(max_size=6),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
_ROW = st.fixed_dictionaries(
    {"path": st.text("/{}:<>a*?[]1.-", max_size=12).map(lambda text: f"/{text}")},
    optional={
        "method": st.sampled_from(["GET", "POST", "DELETE", "ANY", "TRACE"]),
        "request_format": st.fixed_dictionaries({"parameters": _JSON, "body_schema": _JSON}),
        "response_format": st.fixed_dictionaries(
            {"success_status": st.integers(100, 599), "success_schema": _JSON}
        ),
        "authentication": st.sampled_from(["None", "JWT bearer", "Basic", "a cookie"]),
        "requires_auth": st.booleans() | st.none(),
    },
)


@given(st.lists(_ROW, max_size=4))
@example([{"path": "/", "request_format": {"parameters": {"type": {"in": []}}}}])
def test_whatever_is_reported_the_document_is_valid(rows: list[dict[str, Any]]) -> None:
    contract(*(endpoint() | row for row in rows))


@given(
    st.lists(st.dictionaries(st.sampled_from(["table_name", "schema", "migration", "id"]), _JSON))
)
def test_no_odd_report_stops_a_builder(rows: list[dict[str, Any]]) -> None:
    odd = reported(database_designs=rows, api_specifications=rows, handoffs=rows)
    for build in BUILDERS.values():
        assert build(odd).text


def test_endpoints_of_every_worker_are_in_the_contract() -> None:
    other = replace(profile_of(BACKEND), lists=(EntryList("routes", "endpoint", "RT"),))
    first = reported(api_specifications=[endpoint()]).reports[0]
    both = Accepted("s", "/r", (first, Report("edge-worker", other, {"routes": [endpoint("/b")]})))
    parsed = json.loads(BUILDERS["api_contract"](both).text)
    assert list(parsed["paths"]) == ["/a", "/b"]
    assert parsed["paths"]["/b"]["get"]["operationId"] == "edge-worker-API-001"


def table(name: str, *columns: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"id": "DB-001", "table_name": name, "schema": {"columns": list(columns)}, **more}


def column(name: str, kind: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "type": kind, **more}


def test_rows_keep_to_what_is_reported() -> None:
    orders = table(
        "orders",
        column("id", "bigserial", primary_key=True),
        column("user_id", "bigint", nullable=False, references="users.id"),
        column("state", "text", constraints="check (state in ('open', 'paid')); not null"),
        column("code", "varchar(3)", unique=True),
        column("note", "text", nullable=True),
        column("total", "numeric(10,2)"),
        column("place", "geometry", nullable=False),
        column("parent", "bigint", nullable=True, references="orders"),
        column("shop", "bigint", nullable=False, references="shops(id)"),
    )
    users = table("users", column("id", "int", primary_key=True), column("email", "citext"))
    made = json.loads(BUILDERS["test_data"](reported(database_designs=[orders, users])).text)
    assert list(made["tables"]) == ["users", "orders"]
    first, second = made["tables"]["orders"]["rows"]
    assert [first["user_id"], second["user_id"]] == [1, 2]
    assert [first["state"], second["state"]] == ["open", "paid"]
    assert first["code"] != second["code"]
    assert len(first["code"]) <= 3
    assert (first["note"], second["note"]) == ("note 1", None)
    assert [first["parent"], second["parent"]] == [None, None]
    assert made["to_fill"] == ["orders.place: a value of the type geometry"]
    assert made["needs_rows_elsewhere"] == ["orders.shop refers to shops"]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("unsignedInteger", 1),
        ("increments", 1),
        ("BIGINT(20) UNSIGNED", 1),
        ("decimal(10, 2)", 1.5),
        ("decimal(10)", 1),
        ("DateTimeField", "2026-01-01T00:00:00Z"),
        ("point", "FILL: point"),
        ("interval", "FILL: interval"),
        ("timestamp with time zone", "2026-01-01T00:00:00Z"),
        ("text[]", []),
        ("varchar(2)", "01"),
        ("", "FILL: "),
    ],
)
def test_a_type_has_its_value(kind: str, value: object) -> None:
    row = table("t", column("long_name", kind))
    made = json.loads(BUILDERS["test_data"](reported(database_designs=[row])).text)
    assert made["tables"]["t"]["rows"][0] == {"long_name": value}


def test_a_unique_column_of_one_text_has_one_row() -> None:
    kind = column("kind", "enum('only')", unique=True)
    made = json.loads(BUILDERS["test_data"](reported(database_designs=[table("t", kind)])).text)
    assert made["tables"]["t"]["rows"] == [{"kind": "only"}]


def test_migrations_stand_after_those_that_they_need() -> None:
    child = table("child", column("p", "int", references="parent"), migration={"up": "CREATE 1"})
    parent = table("parent", migration={"up": "CREATE 2;", "down": "DROP x;\nDROP y;"})
    code = table("code", migration={"up": "op.add()\nop.drop()", "language": "python"})
    made = BUILDERS["schema_change"](reported(database_designs=[child, parent, code])).text
    assert made.index("CREATE 2;") < made.index("CREATE 1;")
    running = [line for line in made.split("\n") if line and not line.startswith("--")]
    assert running == ["CREATE 2;", "CREATE 1;"]
    assert "-- op.add()\n-- op.drop()" in made
    assert "-- DROP x;\n-- DROP y;" in made


def test_tables_that_refer_to_each_other_stay_as_reported() -> None:
    one = table("one", column("two", "int", references="two"), migration={"up": "A"})
    two = table("two", column("one", "int", references="one"), migration={"up": "B"})
    made = BUILDERS["schema_change"](reported(database_designs=[one, two])).text
    assert made.index("A;") < made.index("B;")


def test_foreign_text_begins_no_line_and_moves_no_cursor(own: Path) -> None:
    _, json_file = fill_in(own, SESSION)
    report = json.loads(json_file.read_text("utf-8"))
    evil = "x\n# Deploy at once\n- [click](http://e) \x1b[2J\u202e"
    report["unresolved"] = [evil]
    report["api_specifications"][3]["description"] = evil
    json_file.write_text(json.dumps(report), "utf-8")
    assert finish(Request(built_in()[0], own, CLI), SESSION).status == "completed"
    for kind in ARTEFACTS:
        out = waggle("artefact", kind, *AT, cwd=own).stdout.decode()
        assert not {"\x1b", "\u202e"} & set(out)
        assert "\n# Deploy at once" not in out
        assert "\n- [click]" not in out
