"""A client of the MCP server that says what it is asked to say, well-formed or not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.kit import CLI

INITIALIZE = {
    "protocolVersion": "2025-06-18",
    "capabilities": {},
    "clientInfo": {"name": "test", "version": "1"},
}


SERVE = f"""
import sys
from pathlib import Path
sys.path.insert(0, {str(CLI.parent)!r})
from workers.integrations.mcp_server import serve
serve(Path({{!r}}))
"""


class Client:
    """A server, by default `cli.py mcp`, and the pipes to it."""

    def __init__(self, root: Path, *words: str, **env: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, *(words or (str(CLI), "mcp"))],
            cwd=root,
            env={**os.environ, **env},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self.number = 0

    def send(self, *lines: bytes) -> None:
        assert self.process.stdin
        self.process.stdin.write(b"".join(line + b"\n" for line in lines))
        self.process.stdin.flush()

    def answer(self) -> dict[str, Any]:
        assert self.process.stdout
        told: dict[str, Any] = json.loads(self.process.stdout.readline())
        assert told["jsonrpc"] == "2.0"
        return told

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        self.number += 1
        self.send(request(self.number, method, **params))
        told = self.answer()
        assert told["id"] == self.number
        return told

    def call(self, tool: str, **arguments: Any) -> dict[str, Any]:
        told: dict[str, Any] = self.ask("tools/call", name=tool, arguments=arguments)["result"]
        assert json.loads(told["content"][0]["text"]) == told["structuredContent"]
        return told

    def start(self) -> Client:
        assert self.ask("initialize", **INITIALIZE)["result"]["serverInfo"]["name"] == "waggle"
        self.send(b'{"jsonrpc":"2.0","method":"notifications/initialized"}')
        return self

    def close(self) -> tuple[bytes, bytes]:
        left, errors = self.process.communicate(timeout=30)
        assert self.process.returncode == 0, errors
        assert b"Traceback" not in errors
        return left, errors


def request(number: object, method: object, **params: Any) -> bytes:
    return json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params}).encode()
