"""The server of the Model Context Protocol, over standard input and output.

Written without the official package, whose import takes 15 times what the first answers do: clients
do not wait that long. What stops a tool is data like any answer: `status` is `blocked`, `problems`
says what and why. A phase is a process of its own, so a thread for each call only waits.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

from sessions.bounds import MESSAGE_BYTES
from sessions.errors import WaggleError, of_system, shown
from workers.contract import answer, problem_of, to_json
from workers.integrations import mcp_resources as resources
from workers.integrations.mcp_messages import (
    BATCH_VERSION,
    HANDSHAKE_VERSIONS,
    INTERNAL_ERROR,
    INVALID_PARAMS,
    INVALID_REQUEST,
    NO_METHOD,
    NO_RESOURCE,
    SERVER_INFO,
    STATELESS_VERSIONS,
    TOO_MANY,
    Refused,
    answer_of,
    check_message,
    progress,
    progress_token,
    read_line,
    refusal,
    same_id,
    version_named,
)
from workers.integrations.mcp_tools import INSTRUCTIONS, TOOLS, Tools, checked, listed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Reply = Callable[[object], None]  # None: nothing is to be answered

LINE_BYTES = MESSAGE_BYTES
_CHUNK_BYTES = 1 << 16
_AT_ONCE, _WAITING = 16, 1000  # calls
_LOOKED_SECONDS = 0.05
_END_SECONDS = 3
_CAPABILITIES: dict[str, Any] = {"tools": {}, "resources": {}}
_ABOUT = {"capabilities": _CAPABILITIES, "instructions": INSTRUCTIONS}
# Answered from what is in the program, while calls are going on.
_CONSTANT: dict[str, Callable[[], dict[str, Any]]] = {
    "ping": dict,
    "logging/setLevel": dict,  # nothing is logged
    "server/discover": lambda: {"supportedVersions": [*STATELESS_VERSIONS], **_ABOUT},
    "tools/list": lambda: {"tools": listed()},
    "resources/templates/list": lambda: {"resourceTemplates": resources.TEMPLATES},
}
_ALWAYS = {
    "tools/list",
    "tools/call",
    "resources/list",
    "resources/read",
    "resources/templates/list",
}
_STATELESS = _ALWAYS | {"server/discover"}
_BEFORE_HANDSHAKE = {"initialize", "ping"}
_AFTER_HANDSHAKE = _ALWAYS | _BEFORE_HANDSHAKE | {"logging/setLevel"}


def serve(program: Path) -> None:
    """Answer requests until standard input has ended and all is answered, or nobody reads answers.

    A client that sends all it has and closes gets its answers; one that is gone is not waited for,
    and what it called for ends.
    """
    if sys.stdin is None or sys.stdout is None:  # nobody asks, or nobody reads
        return
    reading, writing = sys.stdin.fileno(), sys.stdout.fileno()
    server, lines = _Server(program, writing), _Lines()
    looking = select.poll()
    looking.register(reading, select.POLLIN)
    looking.register(writing, 0)  # says only that nobody reads
    wait = None
    try:
        while wait is None or server.owes():
            ready = [descriptor for descriptor, _ in looking.poll(wait)]
            if writing in ready:
                break
            if reading in ready:
                chunk = os.read(reading, _CHUNK_BYTES)
                if not chunk:
                    looking.unregister(reading)
                    wait = _LOOKED_SECONDS * 1000
                for line in lines.cut(chunk) if chunk else lines.rest():
                    server.take(line)
    except BrokenPipeError:
        pass
    finally:
        server.end()


class _Lines:
    """Puts together lines of what is read; None is one that is longer than any request."""

    def __init__(self) -> None:
        self._kept = bytearray()
        self._is_long = False

    def cut(self, chunk: bytes) -> Iterator[bytes | None]:
        """Yield the lines that end in a chunk."""
        *ended, begun = chunk.split(b"\n")
        for part in ended:
            self._keep(part)
            yield self._whole()
        self._keep(begun)

    def rest(self) -> Iterator[bytes | None]:
        """Yield what was left without an end."""
        if self._kept or self._is_long:
            yield self._whole()

    def _keep(self, part: bytes) -> None:
        self._is_long = self._is_long or len(self._kept) + len(part) > LINE_BYTES
        if self._is_long:
            self._kept.clear()
        else:
            self._kept += part

    def _whole(self) -> bytes | None:
        line = None if self._is_long else bytes(self._kept)
        self._kept.clear()
        self._is_long = False
        return line


class _Call:
    """A request that is worked on in a thread."""

    def __init__(self, message: dict[str, Any], version: str | None, reply: Reply) -> None:
        self.message, self.version, self.reply = message, version, reply
        self.id, self.method = message["id"], message["method"]
        self.params: dict[str, Any] = message.get("params", {})
        self.is_cancelled = False
        self._began = time.monotonic()
        self._seconds = 0

    def seconds_more(self) -> int:
        """Return how many seconds it takes, 0 where that was asked for in this second.

        Raises Refused when it is cancelled; that is said to nobody.
        """
        if self.is_cancelled:
            raise Refused(INTERNAL_ERROR, "the call was cancelled")
        seconds = int(time.monotonic() - self._began)
        if seconds == self._seconds:
            return 0
        self._seconds = seconds
        return seconds


class _Batch:
    """The answers to several messages on one line: they go out together, as one line."""

    def __init__(self, send: Reply, size: int) -> None:
        self._send, self._left = send, size
        self._answers: list[object] = []
        self._changing = threading.Lock()

    def reply(self, document: object) -> None:
        """Take the answer to one of the messages."""
        with self._changing:
            self._left -= 1
            self._answers += [document] if document else []
            is_whole = not self._left and self._answers
        if is_whole:
            self._send(self._answers)


class _Server:
    """One client's conversation: what was agreed on, the calls that are going on."""

    def __init__(self, program: Path, writing: int) -> None:
        self._program, self._writing = program, writing
        self._version: str | None = None
        self._calls: list[_Call] = []
        self._sending = threading.Lock()
        self._room = threading.Semaphore(_AT_ONCE)

    def owes(self) -> bool:
        """Return whether somebody waits for an answer."""
        return any(not call.is_cancelled for call in list(self._calls))

    def end(self) -> None:
        """Cancel what is going on, and wait until its processes have ended."""
        for call in list(self._calls):
            call.is_cancelled = True
        until = time.monotonic() + _END_SECONDS
        while self._calls and time.monotonic() < until:
            time.sleep(_LOOKED_SECONDS)

    def take(self, line: bytes | None) -> None:
        """Answer a line, or begin to."""
        try:
            message = read_line(line)
        except Refused as refused:
            self._send(refusal(None, refused))
            return
        if not (isinstance(message, list) and message and self._version == BATCH_VERSION):
            self._take(message, self._send)
            return
        batch = _Batch(self._send, len(message))
        for part in message:
            self._take(part, batch.reply)

    def _take(self, message: Any, reply: Reply) -> None:
        """Reply to a message once, now or later, with None where nothing is to be answered."""
        try:
            check_message(message)
            if "id" in message and "method" in message:
                self._ask(message, reply)
                return
        except Refused as refused:
            reply(refusal(message, refused))
            return
        if message.get("method") == "notifications/cancelled":
            number = message.get("params", {}).get("requestId")
            for call in list(self._calls):
                call.is_cancelled = call.is_cancelled or same_id(call.id, number)
        reply(None)

    def _ask(self, message: dict[str, Any], reply: Reply) -> None:
        method, params = message["method"], message.get("params", {})
        version = version_named(params) if method != "initialize" else None
        if method not in (_AFTER_HANDSHAKE if version is None else _STATELESS):
            raise Refused(NO_METHOD, f"there is no method {shown(method, 60)}")
        if version is None and self._version is None and method not in _BEFORE_HANDSHAKE:
            raise Refused(INVALID_REQUEST, "initialize comes first")
        if method == "initialize":
            reply(answer_of(message["id"], method, self._agree(params), None))
        elif method in _CONSTANT:
            reply(answer_of(message["id"], method, _CONSTANT[method](), version))
        elif len(self._calls) >= _WAITING:
            raise Refused(TOO_MANY, f"{_WAITING} calls are not answered yet")
        else:
            call = _Call(message, version, reply)
            self._calls.append(call)
            threading.Thread(target=self._carry_out, args=(call,), daemon=True).start()

    def _agree(self, params: dict[str, Any]) -> dict[str, Any]:
        """Agree on the version that the client wants, or else on the newest."""
        wanted = params.get("protocolVersion")
        if not isinstance(wanted, str):
            raise Refused(INVALID_PARAMS, "protocolVersion is no text")
        self._version = wanted if wanted in HANDSHAKE_VERSIONS else HANDSHAKE_VERSIONS[-1]
        return {"protocolVersion": self._version, "serverInfo": SERVER_INFO, **_ABOUT}

    def _carry_out(self, call: _Call) -> None:
        document: object = refusal(call.message, Refused(INTERNAL_ERROR, "a fault of this server"))
        try:
            with self._room:
                if not call.is_cancelled:
                    result = self._result(call)
                    document = answer_of(call.id, call.method, result, call.version)
        except Refused as refused:
            document = refusal(call.message, refused)
        finally:
            with contextlib.suppress(OSError):  # the one who waits for it is gone
                call.reply(None if call.is_cancelled else document)
            self._calls.remove(call)

    def _result(self, call: _Call) -> dict[str, Any]:
        if call.method == "tools/call":
            return self._called(call)
        from sessions.location import find_root

        try:
            if call.method == "resources/list":
                return {"resources": resources.listed(find_root())}
            uri = call.params.get("uri")
            if not isinstance(uri, str):
                raise Refused(INVALID_PARAMS, "uri is no text")
            return {"contents": resources.contents(find_root(), uri)}
        except (WaggleError, OSError) as error:
            stop = of_system(error)
            code = NO_RESOURCE if call.version is None else INVALID_PARAMS
            raise Refused(code, f"{stop}: {stop.hint}") from None

    def _called(self, call: _Call) -> dict[str, Any]:
        """Return a document as the result of a tool: data for the model, text for other clients."""
        name, arguments = call.params.get("name"), call.params.get("arguments") or {}
        if name not in TOOLS:
            raise Refused(INVALID_PARAMS, f"there is no tool {shown(name, 60)}")
        if not isinstance(arguments, dict):
            raise Refused(INVALID_PARAMS, f"the arguments of {name} are no object")
        text = to_json(self._document(call, name, arguments))
        # Through the text: it holds no lone surrogates, which no client could be sent.
        document = json.loads(text)
        return {
            "content": [{"type": "text", "text": text}],
            "structuredContent": document,
            "isError": document["status"] == "blocked",
        }

    def _document(self, call: _Call, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """Call a tool; what stops it is answered with a document, too."""
        token = progress_token(call.params)

        def watch(phase: str) -> None:
            seconds = call.seconds_more()
            if seconds and token is not None:
                self._send(progress(token, seconds, f"{phase}: {seconds} s"))

        try:
            tool = getattr(Tools(self._program, watch), name)
            document: dict[str, Any] = tool(**checked(name, arguments))
        except (WaggleError, OSError) as error:
            return answer("blocked", [problem_of(of_system(error)).document()])
        return document

    def _send(self, document: object) -> None:
        """Write a message, whole, on a line of its own."""
        if document is None:
            return
        left = memoryview(json.dumps(document).encode() + b"\n")
        with self._sending:
            while left:
                try:
                    left = left[os.write(self._writing, left) :]
                except BlockingIOError:  # a pipe that the client made so
                    select.select([], [self._writing], [])
