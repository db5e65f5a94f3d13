"""Which session an agent works in: read from the transcript that Claude Code keeps of it.

Only what the agent itself called counts. Text that it read, as in a file of the repository, names
no session: otherwise a repository could send the gate to a report of its own.
"""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.bounds import COMMAND_CHARACTERS
from sessions.errors import BadInput, NotReadable
from sessions.files import open_regular
from sessions.location import check_session_id
from sessions.patterns import lazy_pattern
from workers.contract import MARKER

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from workers.catalog import Worker

TRANSCRIPT_BYTES = 256 * 1024 * 1024
LINE_BYTES = 32 * 1024 * 1024
_PHASES = ("--setup", "--output", "--run")
_TOOLS = ("__setup", "__output")  # of the MCP server, whatever it is called there
_ID_IN_DOCUMENT = lazy_pattern(r'"session_id": ?"([A-Za-z0-9._-]{1,100})"')


class Call(NamedTuple):
    """A phase that an agent called: its session and root as far as the call named them."""

    session_id: str | None
    root: str | None


def last_call(transcript: Path, worker: Worker) -> Call | None:
    """Return the last phase of a worker that a transcript shows, None if it shows none.

    A session that the call did not name is taken from the document that it printed. A transcript
    that cannot be read shows nothing: Claude Code may be told to keep none.
    """
    calls: dict[str, Call] = {}
    last: Call | None = None
    for line in lines_of(transcript):
        if b"tool_use" not in line and b"tool_result" not in line:
            continue
        for block in _blocks(line):
            if block.get("type") == "tool_use":
                called = _called(block, worker)
                if called is not None:
                    calls[str(block.get("id"))] = last = called
            elif block.get("type") == "tool_result":
                called = calls.pop(str(block.get("tool_use_id")), None)
                if called is not None and called.session_id is None:
                    last = Call(_printed_session(block), called.root)
    return last if last is not None and last.session_id is not None else None


def lines_of(transcript: Path) -> Iterator[bytes]:
    """Yield the lines of a transcript, one at a time: it may be larger than what should be kept.

    An empty one stands for what is not read: a line that is too long, all behind a limit, a file
    that cannot be read.
    """
    size = 0
    try:
        with open_regular(transcript) as file:
            while line := file.readline(LINE_BYTES):
                size += len(line)
                if size > TRANSCRIPT_BYTES:
                    yield b""
                    return
                if len(line) < LINE_BYTES:
                    yield line
                    continue
                yield b""
                while line and not line.endswith(b"\n"):
                    line = file.readline(LINE_BYTES)
    except (OSError, NotReadable, ValueError):  # ValueError: a NUL in the name
        yield b""


def _blocks(line: bytes) -> Iterator[dict[str, Any]]:
    try:
        message = json.loads(line)["message"]
        content = message["content"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return
    if isinstance(content, list):
        yield from (block for block in content if isinstance(block, dict))


def _called(block: dict[str, Any], worker: Worker) -> Call | None:
    fields = block.get("input")
    name = block.get("name")
    if not isinstance(fields, dict) or not isinstance(name, str):
        return None
    if name == "Bash" and isinstance(fields.get("command"), str):
        return phase_in(fields["command"], worker)
    if name.startswith("mcp__") and name.endswith(_TOOLS):
        session = fields.get("session")
        return Call(_well_formed(session), None)
    return None


def phase_in(command: str, worker: Worker) -> Call | None:
    """Return the last phase of a worker that a shell command calls, None if it calls none.

    A command that holds a whole file is not taken apart: only what may call a phase is.
    """
    if len(command) > COMMAND_CHARACTERS or worker.name not in command:
        return None
    if not any(phase in command for phase in _PHASES):
        return None
    reader = shlex.shlex(command, posix=True, punctuation_chars=True)
    reader.whitespace_split = True
    try:
        words = list(reader)
    except ValueError:  # a quotation that is never closed
        return None
    call: Call | None = None
    for start, word in enumerate(words):
        if word not in {worker.name, worker.full_name}:
            continue
        rest = words[start + 1 :]
        end = next((n for n, part in enumerate(rest) if set(part) <= set("();<>|&")), len(rest))
        own = rest[:end]
        if any(phase in own for phase in _PHASES):
            call = Call(_well_formed(_option(own, "--session")), _option(own, "--root"))
    return call


def _option(words: list[str], name: str) -> str | None:
    for word, following in zip(words, [*words[1:], None], strict=True):
        if word == name:
            return following
        if word.startswith(f"{name}="):
            return word.removeprefix(f"{name}=")
    return None


def _well_formed(session_id: object) -> str | None:
    try:
        return check_session_id(session_id) if isinstance(session_id, str) else None
    except BadInput:
        return None


def _printed_session(result: dict[str, Any]) -> str | None:
    text = json.dumps(result.get("content"), ensure_ascii=False)
    document = text.partition(MARKER)[2] or text
    printed = _ID_IN_DOCUMENT.search(document.replace('\\"', '"'))
    return _well_formed(printed[1]) if printed else None
