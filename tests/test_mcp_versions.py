"""The versions of MCP, each answer held against the types of the official package; resources."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from mcp.server.mcpserver import MCPServer
from mcp.types import methods

from tests.kit import SESSION, TASK, fill_in
from tests.mcp_client import INITIALIZE, Client, request
from workers.integrations.mcp_messages import HANDSHAKE_VERSIONS, STATELESS_VERSIONS
from workers.integrations.mcp_tools import TOOLS, Tools, listed

NEWEST = STATELESS_VERSIONS[-1]
META: dict[str, Any] = {
    "io.modelcontextprotocol/protocolVersion": NEWEST,
    "io.modelcontextprotocol/clientCapabilities": {},
}
REPORT = f"waggle://sessions/{SESSION}/backend/report"
PROBLEMS = f"waggle://sessions/{SESSION}/backend/problems"
SCHEMA = "waggle://schemas/backend"


@pytest.fixture
def client(root: Path) -> Iterator[Client]:
    made = Client(root).start()
    yield made
    made.close()


def asked(client: Client, method: str, version: str, **params: Any) -> dict[str, Any]:
    """Return a result that the official package takes at a version."""
    meta = {"_meta": META} if version in STATELESS_VERSIONS else {}
    result: dict[str, Any] = client.ask(method, **params, **meta)["result"]
    methods.validate_server_result(method, version, result)
    return result


@pytest.mark.parametrize(
    ("wanted", "agreed"),
    [
        *((version, version) for version in HANDSHAKE_VERSIONS),
        (NEWEST, HANDSHAKE_VERSIONS[-1]),
        ("2031-01-01", HANDSHAKE_VERSIONS[-1]),
        ("", HANDSHAKE_VERSIONS[-1]),
    ],
)
def test_a_version_is_agreed_on_and_spoken(wanted: str, agreed: str, root: Path) -> None:
    client = Client(root)
    result = client.ask("initialize", **INITIALIZE | {"protocolVersion": wanted})["result"]
    methods.validate_server_result("initialize", agreed, result)
    assert result["protocolVersion"] == agreed
    assert len(asked(client, "tools/list", agreed)["tools"]) == len(TOOLS)
    assert asked(client, "tools/call", agreed, name="explain")["structuredContent"]["codes"]
    assert asked(client, "ping", agreed) == asked(client, "logging/setLevel", agreed) == {}
    client.close()


def test_without_a_handshake_each_request_names_its_version(root: Path) -> None:
    client = Client(root)
    about = asked(client, "server/discover", NEWEST)
    assert about["supportedVersions"] == [NEWEST]
    assert about["instructions"]
    assert about["_meta"]["io.modelcontextprotocol/serverInfo"]["name"] == "waggle"
    assert asked(client, "tools/list", NEWEST)["ttlMs"] > 0
    done = asked(client, "tools/call", NEWEST, name="explain", arguments={"code": "E05"})
    assert done["resultType"] == "complete"
    assert done["structuredContent"]["codes"][0]["code"] == "E05"
    assert asked(client, "resources/list", NEWEST)["ttlMs"] == 0
    for method in ("ping", "logging/setLevel", "initialised", "subscriptions/listen"):
        assert client.ask(method, _meta=META)["error"]["code"] == -32601
    assert client.ask("tools/list")["error"]["code"] == -32600  # it relies on a handshake
    client.start()  # who has agreed on a version may still name one
    assert asked(client, "tools/list", NEWEST)["resultType"] == "complete"
    assert "resultType" not in client.ask("tools/list")["result"]
    assert client.ask("server/discover")["error"]["code"] == -32601
    client.close()


@pytest.mark.parametrize(
    ("meta", "code"),
    [
        ({**META, "io.modelcontextprotocol/protocolVersion": "2031-01-01"}, -32022),
        ({**META, "io.modelcontextprotocol/protocolVersion": "2025-11-25"}, -32022),
        ({**META, "io.modelcontextprotocol/protocolVersion": 7}, -32602),
        ({"io.modelcontextprotocol/protocolVersion": NEWEST}, -32602),
        ({**META, "io.modelcontextprotocol/clientCapabilities": []}, -32602),
    ],
)
def test_a_request_that_does_not_name_it_well_is_refused(
    meta: dict[str, Any],
    code: int,
    client: Client,
) -> None:
    error = client.ask("tools/list", _meta=meta)["error"]
    assert error["code"] == code
    if code == -32022:
        assert error["data"]["requested"] == meta["io.modelcontextprotocol/protocolVersion"]
        assert error["data"]["supported"] == [NEWEST, *reversed(HANDSHAKE_VERSIONS)]


def test_a_batch_is_answered_by_a_batch_where_that_was_agreed_on(root: Path) -> None:
    client = Client(root)
    batch = b"[%s]" % b",".join(
        [
            request(1, "ping"),
            b'{"jsonrpc":"2.0","method":"notifications/initialized"}',
            request(2, "tools/call", name="explain", arguments={"code": "E05"}),
            b"7",
            request(3, "nonsense"),
        ]
    )
    client.send(batch)
    assert client.answer()["error"]["code"] == -32600
    client.ask("initialize", **INITIALIZE | {"protocolVersion": "2025-03-26"})
    client.send(batch)
    assert client.process.stdout
    told = json.loads(client.process.stdout.readline())
    assert {one["id"]: one.get("error", {}).get("code") for one in told} == {
        1: None,
        None: -32600,
        3: -32601,
        2: None,
    }
    client.send(b"[]")
    assert client.answer()["error"]["code"] == -32600
    client.send(b'[{"jsonrpc":"2.0","method":"notifications/initialized"}]')
    assert client.ask("ping")["result"] == {}
    client.ask("initialize", **INITIALIZE)
    client.send(batch)
    assert client.answer()["error"]["code"] == -32600
    assert client.close()[0] == b""


def without_titles(schema: Any) -> Any:
    """Return a schema of the official package as we say it: no titles, nothing that may be null."""
    if isinstance(schema, list):
        return [without_titles(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if "anyOf" in schema:
        (schema,) = (part for part in schema["anyOf"] if part != {"type": "null"})
    return {
        key: {name: without_titles(part) for name, part in value.items()}
        if key == "properties"
        else without_titles(value)
        for key, value in schema.items()
        if key != "title"
    }


def test_the_schemas_are_those_that_the_official_package_reads_from_the_functions() -> None:
    server: MCPServer[Any] = MCPServer("reference")
    tools = Tools(Path("x"))
    for name in TOOLS:
        server.add_tool(getattr(tools, name), name=name, structured_output=False)
    for tool, reference in zip(listed(), server._tool_manager.list_tools(), strict=True):
        assert (tool["name"], tool["description"]) == (reference.name, reference.description)
        assert tool["inputSchema"] == without_titles(reference.parameters)


def test_what_is_null_counts_as_left_out(client: Client) -> None:
    assert client.call("explain", code=None)["isError"] is False
    assert client.call("output", session=None)["isError"] is True


def test_reports_problems_and_schemas_can_be_read(client: Client, root: Path) -> None:
    version = INITIALIZE["protocolVersion"]
    assert isinstance(version, str)
    templates = asked(client, "resources/templates/list", version)["resourceTemplates"]
    assert [one["name"] for one in templates] == ["report", "problems", "schema"]
    before = [one["uri"] for one in asked(client, "resources/list", version)["resources"]]
    assert SCHEMA in before
    assert REPORT not in before
    client.call("setup", task=TASK, session=SESSION)
    fill_in(root, SESSION)
    client.call("output", session=SESSION)
    (root / "Docs/hive-mind/sessions/damaged").mkdir()
    (root / "Docs/hive-mind/sessions/damaged/EVENTS.jsonl").symlink_to("/etc/passwd")
    after = [one["uri"] for one in asked(client, "resources/list", version)["resources"]]
    assert set(after) - set(before) == {REPORT, PROBLEMS}
    for uri, key in ((REPORT, "analysis_metadata"), (PROBLEMS, "problems"), (SCHEMA, "$defs")):
        (content,) = asked(client, "resources/read", version, uri=uri)["contents"]
        assert content["uri"] == uri
        assert key in json.loads(content["text"])


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "waggle://schemas/poet",
        "waggle://schemas/../backend",
        "waggle://sessions/none/backend/report",
        f"waggle://sessions/{SESSION}/backend/notes",
        f"waggle://sessions/{SESSION}/frontend/report",
        f"waggle://sessions/{SESSION}/../report",
        f"waggle://sessions/../{SESSION}/report",
        f"waggle://sessions/..%2f{SESSION}/backend/report",
        "waggle://sessions/\u202e\n/backend/report",
        "file:///etc/passwd",
        REPORT + "/",
        REPORT + "\n",
    ],
)
def test_no_other_address_is_read(uri: str, set_up: Path) -> None:
    client = Client(set_up).start()
    error = client.ask("resources/read", uri=uri)["error"]
    assert error["code"] == -32002
    assert error["message"].isascii()
    assert client.ask("resources/read", uri=uri, _meta=META)["error"]["code"] == -32602
    client.close()


def test_a_report_that_is_a_link_is_not_read(set_up: Path) -> None:
    file = set_up / "Docs/hive-mind/sessions" / SESSION / "workers/json/backend_output.json"
    file.unlink()
    file.symlink_to("/etc/passwd")
    client = Client(set_up).start()
    error = client.ask("resources/read", uri=REPORT)["error"]
    assert "regular" in error["message"]
    assert client.ask("resources/read")["error"]["code"] == -32602
    client.close()
