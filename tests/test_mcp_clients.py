"""The official clients of MCP talk to the server: the package for Python, the inspector."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client, StdioServerParameters, stdio_client

from tests.kit import CLI, SESSION, TASK, fill_in
from workers.integrations.mcp_tools import TOOLS

INSPECTOR = "@modelcontextprotocol/inspector@0.15.0"


def with_client(root: Path, mode: Any, talk: Callable[[Client], Awaitable[None]]) -> None:
    command = StdioServerParameters(command=sys.executable, args=[str(CLI), "mcp"], cwd=root)

    async def run() -> None:
        with anyio.fail_after(60):
            async with Client(stdio_client(command), mode=mode) as client:
                await talk(client)

    anyio.run(run)


@pytest.mark.parametrize("mode", ["auto", "legacy", "2026-07-28"])
def test_the_package_for_python_does_a_workers_work(mode: str, root: Path) -> None:
    told: list[float] = []

    async def note(progress: float, total: float | None, message: str | None) -> None:
        assert (total, message) == (None, f"backend --output: {progress:.0f} s")
        told.append(progress)

    async def talk(client: Client) -> None:
        if mode != "2026-07-28":  # with a version given, nobody asks who is there
            assert client.server_info is not None
            assert client.server_info.name == "waggle"
        assert client.protocol_version == ("2025-11-25" if mode == "legacy" else "2026-07-28")
        assert [tool.name for tool in (await client.list_tools()).tools] == list(TOOLS)
        made = await client.call_tool("setup", {"task": TASK, "session": SESSION})
        assert made.structured_content
        assert made.structured_content["status"] == "completed"
        fill_in(root, SESSION)
        judged = await client.call_tool("output", {"session": SESSION}, progress_callback=note)
        assert judged.structured_content
        assert judged.structured_content["status"] == "completed"
        refused = await client.call_tool("output", {"session": "none"})
        assert refused.is_error
        uris = [str(one.uri) for one in (await client.list_resources()).resources]
        assert f"waggle://sessions/{SESSION}/backend/report" in uris
        for uri in uris:
            (content,) = (await client.read_resource(uri)).contents
            assert json.loads(getattr(content, "text", ""))
        assert len((await client.list_resource_templates()).resource_templates) == 3

    with_client(root, mode, talk)
    assert told == sorted(told)


@pytest.fixture(scope="module")
def inspector() -> str:
    """Return the inspector: MCP_INSPECTOR_BIN, or the npm package in a temporary folder."""
    named = os.environ.get("MCP_INSPECTOR_BIN")
    if named:
        return named
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not installed")
    version = INSPECTOR.rpartition("@")[2]
    folder = Path(tempfile.gettempdir()) / f"waggle-{os.getuid()}-inspector-{version}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        pytest.skip(f"{folder} is another user's")
    program = folder / "node_modules/.bin/mcp-inspector"
    if not program.exists():
        command = [npm, "install", "--prefix", str(folder), "--no-audit", "--no-fund", INSPECTOR]
        run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
        if run.returncode:
            pytest.skip(f"npm cannot install {INSPECTOR}: {run.stderr[-300:]}")
    return str(program)


@pytest.mark.slow
def test_the_inspector_lists_calls_and_reads(inspector: str, root: Path) -> None:
    def ask(method: str, *words: str) -> dict[str, Any]:
        command = [inspector, "--cli", sys.executable, str(CLI), "mcp", "--method", method, *words]
        run = subprocess.run(
            command, cwd=root, capture_output=True, text=True, check=False, timeout=60
        )
        assert run.returncode == 0, run.stderr
        result: dict[str, Any] = json.loads(run.stdout)
        return result

    assert [tool["name"] for tool in ask("tools/list")["tools"]] == list(TOOLS)
    arguments = ("--tool-arg", f"task={TASK}", f"session={SESSION}")
    made = ask("tools/call", "--tool-name", "setup", *arguments)
    assert made["structuredContent"]["status"] == "completed"
    uris = [one["uri"] for one in ask("resources/list")["resources"]]
    assert f"waggle://sessions/{SESSION}/backend/report" in uris
    read = ask("resources/read", "--uri", "waggle://schemas/backend")
    assert json.loads(read["contents"][0]["text"])["$defs"]
    assert len(ask("resources/templates/list")["resourceTemplates"]) == 3
