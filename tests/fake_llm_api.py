"""A scripted model service on loopback: it plays a plot to real coding agents, without a model.

A script is a list of conversations; the first whose conditions hold answers a request::

    {"name": "worker", "match": {"system": "# Backend worker"}, "turns": [
        {"tool": "Bash", "input": {"command": "waggle backend --setup"}},
        {"tools": [{"tool": "Read", "input": {...}}, ...], "text": "said first"},
        {"text": "That is all: ${find:REGEX}"}]}

Conditions: `system` is in the instructions, `any` in something that the agent was sent, `tool` is
the name of a tool that is offered. The turn that is played is the number of times that the model
spoke in the request: the service keeps no state, so several agents at once and resumed sessions
work. A turn may be a function without arguments that returns one. ${find:REGEX} is group 1, or the
whole, of its last match in the request's texts. Past the last turn the request is `exhausted`.
"""

from __future__ import annotations

import http.server
import itertools
import json
import re
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

from tests.llm_protocols import PROTOCOLS, Answer, Asked

Turn = dict[str, Any]
Script = list[dict[str, Any]]
_FIND = re.compile(r"\$\{find:((?:[^{}]|\{[^}]*\})*)\}")


@dataclass(frozen=True)
class Request:
    """A request as it came, and which turn of which conversation answered it."""

    path: str
    body: dict[str, Any]
    asked: Asked
    conversation: str  # empty where no conditions hold
    turn: int
    exhausted: bool

    @property
    def heard(self) -> list[str]:
        """What the agent was sent, message by message; hooks speak as user or as system."""
        return [text for role, text in self.asked.said if role != "model"]


def _matches(conditions: dict[str, str], asked: Asked) -> bool:
    heard = [asked.system, *(text for role, text in asked.said if role != "model")]
    instructions = [asked.system, *(text for role, text in asked.said if role == "system")]
    places = {"system": instructions, "any": heard}
    return all(
        wanted in asked.tools if name == "tool" else any(wanted in text for text in places[name])
        for name, wanted in conditions.items()
    )


def _filled(value: Any, text: str) -> Any:
    """Return a turn with each ${find:REGEX} replaced."""
    if isinstance(value, dict):
        return {name: _filled(one, text) for name, one in value.items()}
    if isinstance(value, list):
        return [_filled(one, text) for one in value]
    if not isinstance(value, str):
        return value

    def last(marker: re.Match[str]) -> str:
        matches = list(re.finditer(marker[1], text, re.MULTILINE))
        return matches[-1][matches[-1].re.groups and 1] if matches else ""

    return _FIND.sub(last, value)


class FakeLLM:
    """The service; as a context manager it runs. `listening` is a socket that is bound."""

    def __init__(self, script: Script, listening: socket.socket | None = None) -> None:
        self.script = script
        self.requests: list[Request] = []
        self._numbers = itertools.count(1)
        address = ("127.0.0.1", 0)
        self._server = http.server.ThreadingHTTPServer(address, self._handler(), False)  # noqa: FBT003 - its form
        if listening is not None:
            self._server.socket.close()
            self._server.socket = listening
            self._server.server_address = listening.getsockname()
        else:
            self._server.server_bind()
        self._server.server_activate()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _turn(self, asked: Asked, path: str, body: dict[str, Any]) -> Turn:
        """Choose the turn for a request, and keep the request."""
        speakers = [role for role, _ in itertools.groupby(role for role, _ in asked.said)]
        index = speakers.count("model")
        named = (one for one in self.script if _matches(one["match"], asked))
        conversation: dict[str, Any] = next(named, {"name": "", "turns": [{"text": "OK"}]})
        turns: list[Turn | Callable[[], Turn]] = conversation["turns"]
        is_exhausted = index >= len(turns)
        request = Request(path, body, asked, conversation["name"], index, is_exhausted)
        self.requests.append(request)
        turn = {"text": "(the script is at its end)"} if is_exhausted else turns[index]
        everything = "\n".join(text for _, text in asked.said)
        filled: Turn = _filled(turn() if callable(turn) else turn, everything)
        return filled

    def answer(self, path: str, body: dict[str, Any]) -> tuple[bytes, str]:
        """Return the answer to a request, and its media type."""
        ending = next((one for one in PROTOCOLS if path.endswith(one)), None)
        if ending is None:  # tokens to be counted, telemetry
            return b'{"input_tokens": 100, "totalTokens": 100}', "application/json"
        protocol = PROTOCOLS[ending]
        turn = self._turn(protocol.read(body), path, body)
        calls = [*turn.get("tools", []), *([turn] if "tool" in turn else [])]
        model = body.get("model", "gemini-2.5-flash")
        answer = Answer(next(self._numbers), model, turn.get("text", ""), calls)
        whole = protocol.whole(answer)
        if not body.get("stream") and "stream" not in ending:
            return json.dumps(whole).encode(), "application/json"
        events = [
            (f"event: {event['type']}\n" if "type" in event else "")
            + f"data: {json.dumps(event)}\n\n"
            for event in protocol.stream(answer, whole)
        ]
        if ending == "/chat/completions":
            events.append("data: [DONE]\n\n")
        return "".join(events).encode(), "text/event-stream"

    def _handler(self) -> type[http.server.BaseHTTPRequestHandler]:
        service = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_words: object) -> None:
                """Print nothing."""

            def do_GET(self) -> None:
                """Know nothing but how to answer."""
                self._send(b"{}", "application/json", 404)

            def do_HEAD(self) -> None:
                self.do_GET()

            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers.get("content-length") or 0))
                try:
                    body = json.loads(raw or b"{}")
                except ValueError:
                    body = {}
                self._send(*service.answer(self.path.partition("?")[0], body))

            def _send(self, payload: bytes, kind: str, status: int = 200) -> None:
                try:
                    self.send_response(status)
                    self.send_header("content-type", kind)
                    self.send_header("content-length", str(len(payload)))
                    self.end_headers()
                    if self.command != "HEAD":
                        self.wfile.write(payload)
                except OSError:  # the agent was ended
                    self.close_connection = True

        return Handler
