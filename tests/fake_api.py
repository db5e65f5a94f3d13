"""APIs on the loopback that a test scripts: Messages as Claude Code and Anthropic's SDK speak it,
chat completions as OpenAI's.

Which turn is played is the number of assistant messages in the request: retries and several
conversations at once need no state. The last turn is repeated.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

# {"text": ...}, {"calls": [(tool, input), ...]}, {"status": 529}, with "stop_reason", "usage"
Turn = dict[str, Any]
Script = list[Turn] | Callable[[dict[str, Any]], Turn]


class FakeApi:
    """Requests as they came, and the address."""

    def __init__(self, script: Script, port: int) -> None:
        self.script = script
        self.url = f"http://127.0.0.1:{port}"
        self.requests: list[dict[str, Any]] = []

    def turn(self, request: dict[str, Any]) -> Turn:
        if callable(self.script):
            return self.script(request)
        said = sum(one["role"] == "assistant" for one in request["messages"])
        turn: Turn = self.script[min(said, len(self.script) - 1)]
        return turn


@contextmanager
def fake_api(script: Script) -> Iterator[FakeApi]:
    """Serve a script until the block ends."""

    class Served(_Handler):
        pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Served)
    server.daemon_threads = True
    Served.api = FakeApi(script, server.server_address[1])
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield Served.api
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    api: FakeApi

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self._send(404, b"{}")

    do_HEAD = do_GET  # noqa: N815 - as http.server names it

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["content-length"] or 0)) or b"{}")
        path = self.path.split("?")[0]
        if not path.endswith(("/messages", "/chat/completions")):
            self._send(200, b"{}")
            return
        names = {name.lower() for name in self.headers}
        self.api.requests.append({**request, "header_names": names})
        turn = self.api.turn(request)
        if "status" in turn:
            error = {"type": "api_error", "message": f"scripted {turn['status']}"}
            self._send(turn["status"], json.dumps({"type": "error", "error": error}).encode())
            return
        message = _message(turn, request["model"], len(self.api.requests))
        if path.endswith("/chat/completions"):
            self._send(200, json.dumps(_completion(message)).encode())
        elif request.get("stream"):
            self._send(200, _stream(message), "text/event-stream")
        else:
            self._send(200, json.dumps(message).encode())

    def _send(self, status: int, body: bytes, kind: str = "application/json") -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


def _message(turn: Turn, model: str, serial: int) -> dict[str, Any]:
    blocks: list[dict[str, Any]] = []
    if turn.get("text"):
        blocks.append({"type": "text", "text": turn["text"]})
    for number, (name, given) in enumerate(turn.get("calls", [])):
        call = {"id": f"toolu_{serial:04}_{number}", "name": name, "input": given}
        blocks.append({"type": "tool_use", **call})
    reason = "tool_use" if turn.get("calls") else "end_turn"
    return {
        "id": f"msg_{serial:04}",
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": blocks,
        "stop_reason": turn.get("stop_reason", reason),
        "stop_sequence": None,
        "usage": {"input_tokens": 100, "output_tokens": 20, **turn.get("usage", {})},
    }


def _completion(message: dict[str, Any]) -> dict[str, Any]:
    """Return a message as a chat completion."""
    blocks = message["content"]
    calls = [
        {
            "id": block["id"],
            "type": "function",
            "function": {"name": block["name"], "arguments": json.dumps(block["input"])},
        }
        for block in blocks
        if block["type"] == "tool_use"
    ]
    text = "".join(block.get("text", "") for block in blocks)
    said = {
        "role": "assistant",
        "content": text or None,
        **({"tool_calls": calls} if calls else {}),
    }
    used = (message["usage"]["input_tokens"], message["usage"]["output_tokens"])
    names = ("prompt_tokens", "completion_tokens", "total_tokens")
    return {
        "id": message["id"],
        "object": "chat.completion",
        "created": 1,
        "model": message["model"],
        "choices": [
            {"index": 0, "message": said, "finish_reason": "tool_calls" if calls else "stop"}
        ],
        "usage": dict(zip(names, (*used, sum(used)), strict=True)),
    }


def _stream(message: dict[str, Any]) -> bytes:
    events: list[dict[str, Any]] = [
        {"type": "message_start", "message": {**message, "content": [], "stop_reason": None}}
    ]
    for index, block in enumerate(message["content"]):
        if block["type"] == "text":
            start = {**block, "text": ""}
            delta = {"type": "text_delta", "text": block["text"]}
        else:
            start = {**block, "input": {}}
            delta = {"type": "input_json_delta", "partial_json": json.dumps(block["input"])}
        events += [
            {"type": "content_block_start", "index": index, "content_block": start},
            {"type": "content_block_delta", "index": index, "delta": delta},
            {"type": "content_block_stop", "index": index},
        ]
    end = {"stop_reason": message["stop_reason"], "stop_sequence": None}
    events.append({"type": "message_delta", "delta": end, "usage": message["usage"]})
    events.append({"type": "message_stop"})
    lines = (f"event: {one['type']}\ndata: {json.dumps(one)}\n\n" for one in events)
    return "".join(lines).encode()
