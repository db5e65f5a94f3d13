"""Which session an agent works in: read from the transcript that its client keeps of it.

Only what the agent itself called counts. Text that it read, as in a file of the repository, names
no session: otherwise a repository could send the gate to a report of its own.
"""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.bounds import COMMAND_CHARACTERS
from sessions.errors import BadInput
from sessions.location import check_session_id
from sessions.patterns import lazy_pattern
from workers.catalog import DEFAULT
from workers.contract import MARKER
from workers.integrations.transcripts.lines import messages_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

_SUFFIX = "-worker"
_PHASES = ("--setup", "--output", "--run")
_TOOLS = ("__setup", "__output")  # of the MCP server, whatever it is called there
_ID_IN_DOCUMENT = lazy_pattern(r'"session_id": ?"([A-Za-z0-9._-]{1,100})"')


class Call(NamedTuple):
    """A phase that an agent called: its session and root as far as the call named them."""

    worker: str
    session_id: str | None
    root: str | None


def last_call(
    transcript: Path, workers: Collection[str], client: str, agent: str | None = None
) -> Call | None:
    """Return the last phase of the workers of these names that a transcript shows, None if none.

    With `agent` only what that one called counts, in a file of several.
    """
    last = None
    for last in _calls(transcript, workers, client, agent):  # noqa: B007 - the last one
        pass
    return last if last is not None and last.session_id is not None else None


def all_calls(transcript: Path, workers: Collection[str], client: str) -> list[Call]:
    """Return each session and worker whose phases a transcript shows, once."""
    calls = _calls(transcript, workers, client, None)
    return list(dict.fromkeys(call for call in calls if call.session_id is not None))


def _calls(
    transcript: Path, workers: Collection[str], client: str, agent: str | None
) -> Iterator[Call]:
    """Yield the phases that a transcript shows.

    One that did not name its session is yielded again with that of the document that it printed.
    A transcript that cannot be read shows nothing: a client may be told to keep none.
    """
    calls: dict[str, Call] = {}
    for message in messages_of(transcript, client, agent=agent, calls=True):
        for block in message.blocks if message else ():
            if block.get("type") == "tool_use" and message and message.by_agent:
                called = _called(block, workers)
                if called is not None:
                    calls[str(block.get("id"))] = called
                    yield called
            elif block.get("type") == "tool_result":
                waiting = calls.pop(str(block.get("tool_use_id")), None)
                if waiting is not None and waiting.session_id is None:
                    yield waiting._replace(session_id=_printed_session(block))


def _called(block: dict[str, Any], workers: Collection[str]) -> Call | None:
    fields = block.get("input")
    name = block.get("name")
    if not isinstance(fields, dict) or not isinstance(name, str):
        return None
    if name == "Bash" and isinstance(fields.get("command"), str):
        return phase_in(fields["command"], workers)
    if name.startswith("mcp__") and name.endswith(_TOOLS):
        worker = str(fields.get("worker") or DEFAULT).removesuffix(_SUFFIX)
        return (
            Call(worker, _well_formed(fields.get("session")), None) if worker in workers else None
        )
    return None


def phase_in(command: str, workers: Collection[str]) -> Call | None:
    """Return the last phase of a worker that a shell command calls, None if it calls none.

    A command that holds a whole file is not taken apart: only what may call a phase is.
    """
    if len(command) > COMMAND_CHARACTERS or not any(name in command for name in workers):
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
        worker = word.removesuffix(_SUFFIX)
        if worker not in workers:
            continue
        rest = words[start + 1 :]
        end = next((n for n, part in enumerate(rest) if set(part) <= set("();<>|&")), len(rest))
        own = rest[:end]
        if any(phase in own for phase in _PHASES):
            call = Call(worker, _well_formed(_option(own, "--session")), _option(own, "--root"))
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
