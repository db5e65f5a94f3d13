"""The commands as tools of the Model Context Protocol, over standard input and output.

What stops a tool is data like any answer: `status` is `blocked`, `problems` says what and why. The
official package drops lines that are no request without a word, so they are answered here.
"""

from __future__ import annotations

import inspect
import json
import sys
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from sessions.bounds import MESSAGE_BYTES, NESTING, over_nesting
from sessions.errors import BadInput, WaggleError, of_system, shown
from workers import __version__
from workers.contract import answer, problem_of, to_json
from workers.integrations.mcp_tools import TOOLS, Tools

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path
    from typing import Self

    from anyio import Event
    from mcp.server.mcpserver import MCPServer
    from mcp.types import CallToolResult, JSONRPCError

LINE_BYTES = MESSAGE_BYTES
OWED_SECONDS = 15
PARSE_ERROR, INVALID_REQUEST = -32700, -32600
INSTRUCTIONS = (
    "Waggle gives a worker a task and two files to fill in, and judges them against the code."
    " setup, then edit both files, then output until its status is completed."
)


def _result(document: dict[str, Any]) -> CallToolResult:
    """Return a document as the result of a tool: data for the model, text for other clients."""
    from mcp.types import CallToolResult, TextContent

    text = to_json(document)
    return CallToolResult(
        content=[TextContent(type="text", text=text)],
        # Through the text: it holds no lone surrogates, which no client could be sent.
        structured_content=json.loads(text),
        is_error=document["status"] == "blocked",
    )


def tools_of(program: Path) -> MCPServer[Any]:
    """Return the tools with the schemas of their arguments."""
    from mcp.server.mcpserver import MCPServer

    made: MCPServer[Any] = MCPServer("waggle", log_level="WARNING")
    tools = Tools(program)
    for name in TOOLS:
        made.add_tool(getattr(tools, name), name=name, structured_output=False)
    return made


def fault_of(line: bytes) -> JSONRPCError | None:
    """Return the error that answers a line which is no request, None for one that may be one."""
    from mcp.types import JSONRPCError

    message, code, fault = _read_message(line)
    if not fault:
        return None
    known = message.get("id") if isinstance(message, dict) else None
    wanted = isinstance(known, str | int) and not isinstance(known, bool)
    error = {"code": code, "message": fault}
    return JSONRPCError.model_validate(
        {"jsonrpc": "2.0", "id": known if wanted else None, "error": error}
    )


def _read_message(line: bytes) -> tuple[object, int, str]:
    """Return what a line holds, and what is wrong with it, nothing if it may be a request."""
    try:
        text = line.decode()
        if over_nesting("json", text) is not None:
            return None, PARSE_ERROR, f"the line is nested more than {NESTING} levels deep"
        message = json.loads(text)
    except (ValueError, RecursionError):
        return None, PARSE_ERROR, "the line is no JSON"
    return message, INVALID_REQUEST, _malformed(message) or _refused(line)


def _refused(line: bytes) -> str:
    """Return why the package would drop a line, nothing if it takes it."""
    from mcp.types import jsonrpc_message_adapter
    from pydantic import ValidationError

    try:
        jsonrpc_message_adapter.validate_json(line, by_name=False)
    except ValidationError as error:
        return f"the message is malformed: {shown(error.errors()[0]['msg'])}"
    return ""


def _malformed(message: object) -> str:
    """Return what is wrong with a message, nothing if it is a request, notification or answer."""
    if not isinstance(message, dict):
        return "a message is an object; batches are not taken"
    if message.get("jsonrpc") != "2.0":
        return "jsonrpc is not 2.0"
    known = message.get("id", "")
    if isinstance(known, bool) or not isinstance(known, str | int):
        return "the id is neither a text nor a whole number"
    if "result" in message or "error" in message:
        return ""
    if not isinstance(message.get("method"), str) or not message["method"]:
        return "the method is no text"
    if not isinstance(message.get("params", {}), dict):
        return "params is no object"
    return ""


def serve(program: Path) -> None:
    """Answer requests until standard input ends, or nobody takes the answers any more."""
    import anyio

    try:
        anyio.run(_serve, program)
    except* BrokenPipeError:
        pass


class _Wire:
    """Both directions, as far as the package leaves them open.

    Lines that are no request are answered at once. When standard input ends, the answers that are
    still owed are waited for: a client may send all it has and close.
    """

    def __init__(self) -> None:
        self._owed: set[str | int] = set()
        self._writing: Any = None
        self._settled: Event | None = None

    def write_to(self, writing: Any) -> Self:
        """Take the stream of answers; this object then stands in for it."""
        self._writing = writing
        return self

    async def __aiter__(self) -> AsyncIterator[str]:
        import anyio

        while (line := await anyio.to_thread.run_sync(_read_line, sys.stdin.buffer)) is not None:
            fault = fault_of(line)
            if fault is not None:
                await self._answer(fault)
            else:
                self._note(json.loads(line))
                yield line.decode()
        if self._owed:
            self._settled = anyio.Event()
            with anyio.move_on_after(OWED_SECONDS):
                await self._settled.wait()

    async def _answer(self, fault: JSONRPCError) -> None:
        from mcp.shared.message import SessionMessage

        await self._writing.send(SessionMessage(fault))

    async def send(self, item: Any) -> None:
        """Pass an answer on."""
        await self._writing.send(item)
        if getattr(item.message, "method", None) is None:
            self._settle(getattr(item.message, "id", None))

    def _note(self, message: dict[str, Any]) -> None:
        """Note the answer that a message asks for; one that is cancelled is owed no more."""
        if "method" in message and "id" in message:
            self._owed.add(message["id"])
        elif message.get("method") == "notifications/cancelled":
            self._settle((message.get("params") or {}).get("requestId"))

    def _settle(self, request: object) -> None:
        if isinstance(request, str | int):
            self._owed.discard(request)
        if self._settled is not None and not self._owed:
            self._settled.set()

    async def aclose(self) -> None:
        """Close the stream of answers."""
        await self._writing.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.aclose()


def _read_line(file: BinaryIO) -> bytes | None:
    """Read a line, None at the end; what is longer than any request is passed over, as empty."""
    line = file.readline(LINE_BYTES)
    if len(line) < LINE_BYTES or line.endswith(b"\n"):
        return line or None
    while line and not line.endswith(b"\n"):
        line = file.readline(LINE_BYTES)
    return b""


async def _document(tools: MCPServer[Any], name: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """Call a tool; what stops it is answered with a document, too."""
    from mcp.server.mcpserver.exceptions import ToolError

    unknown = set(arguments) - set(inspect.signature(getattr(Tools, name)).parameters)
    if unknown:
        stop: WaggleError = BadInput(
            f"{name} takes no {shown(min(unknown), 60)}", "See its schema."
        )
        return answer("blocked", [problem_of(stop).document()])
    try:
        done = await tools.call_tool(name, arguments)
    except ToolError as error:
        cause = error.__cause__
        if isinstance(cause, WaggleError | OSError):
            stop = of_system(cause)
        else:
            stop = BadInput(f"the arguments of {name}: {shown(cause, 1000)}", "See its schema.")
            if not isinstance(cause, ValueError):
                raise
        return answer("blocked", [problem_of(stop).document()])
    document: dict[str, Any] = json.loads(cast("Any", done).content[0].text)
    return document


async def _serve(program: Path) -> None:
    from mcp.server.lowlevel import Server
    from mcp.server.stdio import stdio_server
    from mcp.shared.exceptions import MCPError
    from mcp.types import INVALID_PARAMS, ListToolsResult

    tools = tools_of(program)

    async def listed(_context: Any, _params: Any) -> ListToolsResult:
        return ListToolsResult(tools=await tools.list_tools())

    async def called(_context: Any, params: Any) -> CallToolResult:
        if params.name not in TOOLS:
            raise MCPError(INVALID_PARAMS, f"no tool {shown(params.name, 60)}")
        return _result(await _document(tools, params.name, params.arguments or {}))

    lowlevel: Server[Any] = Server(
        "waggle",
        version=__version__,
        instructions=INSTRUCTIONS,
        on_list_tools=listed,
        on_call_tool=called,
    )
    wire = _Wire()
    async with stdio_server(stdin=cast("Any", wire)) as (reading, writing):
        options = lowlevel.create_initialization_options()
        await lowlevel.run(reading, wire.write_to(writing), options)
