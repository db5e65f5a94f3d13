"""What a client's hook says of an agent that stops, read into one form."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.errors import BadInput
from sessions.location import find_root
from sessions.patterns import lazy_pattern
from workers.catalog import is_built_in, worker_called
from workers.clients import CLIENTS

if TYPE_CHECKING:
    from workers.catalog import Worker

_HUMPS = lazy_pattern(r"(?<=[a-z])(?=[A-Z])")
_PLAIN_NAME = lazy_pattern(r"[A-Za-z0-9][A-Za-z0-9._-]{0,200}")
_TIME = lazy_pattern(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z")
_LAST_OF_GEMINI = "complete_task"


class Stop(NamedTuple):
    """Who stops, and what the client calls its session.

    `transcript` is that of the agent if `is_own`, else of the one that called it; in a file of
    several agents its messages are those of `mark`. `said`: what a subagent hands to its caller.
    `fired`: when the client began to ask its hooks, written as in events, if it says so.
    """

    client: str
    event: str
    session: str
    agent: str
    worker: Worker | None
    transcript: Path | None
    is_own: bool
    again: bool
    waits: bool
    is_nested: bool = False
    mark: str | None = None
    said: str = ""
    fired: str | None = None


def read_stop(data: bytes, client: str) -> Stop:
    """Read a hook's input; raises BadInput when it is none, BadWorker for a damaged worker."""
    title = CLIENTS[client].title
    try:
        fields = json.loads(data)
    except (ValueError, RecursionError):
        raise BadInput("the hook's input is no JSON", f"{title} writes it.") from None
    if not isinstance(fields, dict):
        raise BadInput("the hook's input is no object", f"{title} writes it.")
    # Copilot CLI writes agentType where the others write agent_type.
    named = {_HUMPS.sub("_", name).lower(): value for name, value in fields.items()}

    def text(name: str) -> str:
        value = named.get(name)
        return value if isinstance(value, str) else ""

    own, main = text("agent_transcript_path"), text("transcript_path")
    stop = Stop(
        client=client,
        event=text("hook_event_name"),
        session=text("session_id"),
        agent=text("agent_id") or text("session_id"),
        worker=_worker(text("agent_type") or text("agent_name")),
        transcript=Path(own or main) if own or main else None,
        is_own=own not in {"", main} or text("hook_event_name") == "Stop",
        again=named.get("stop_hook_active") is True,
        waits=bool(named.get("background_tasks")),
        is_nested=bool(text("agent_id")),
        fired=_when(named.get("timestamp")),
    )
    return _AS_THE_CLIENT_MEANS[client](stop, named) if client in _AS_THE_CLIENT_MEANS else stop


def _when(timestamp: object) -> str | None:
    """Return a time in milliseconds, or in the form of events, in that form."""
    from datetime import UTC, datetime

    if isinstance(timestamp, str):
        return timestamp if _TIME.fullmatch(timestamp) else None
    if not isinstance(timestamp, int):
        return None
    try:
        at = datetime.fromtimestamp(timestamp / 1000, UTC)
    except (OverflowError, ValueError, OSError):
        return None
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _worker(agent_type: str) -> Worker | None:
    """Return the worker that an agent is; raises BadWorker where its folder is damaged."""
    full_name = agent_type.rpartition(":")[2]  # a plugin's agent is called plugin:name
    name = full_name.removesuffix("-worker")
    if name == full_name:
        return None
    try:
        return worker_called(name, None if is_built_in(name) else find_root())
    except BadInput:
        return None


def _of_qwen(stop: Stop, _named: dict[str, Any]) -> Stop:
    """It names the main agent's transcript as that of its subagent, whose own is beside it."""
    if not stop.is_nested or stop.transcript is None:
        return stop
    if not (_PLAIN_NAME.fullmatch(stop.agent) and _PLAIN_NAME.fullmatch(stop.session)):
        return stop
    folder = stop.transcript.parent.parent / "subagents" / stop.session
    own = folder / f"agent-{stop.agent}.jsonl"
    return stop._replace(transcript=own, is_own=True) if own.is_file() else stop


def _of_copilot(stop: Stop, _named: dict[str, Any]) -> Stop:
    """All its agents write into one file, in which each marks what is its own."""
    return stop._replace(mark=stop.agent, is_own=True) if stop.is_nested else stop


def _of_gemini(stop: Stop, named: dict[str, Any]) -> Stop:
    """Its subagents end by calling a tool; the hook says neither which one, nor where it writes."""
    if named.get("hook_event_name") != "BeforeTool":
        return stop
    values = named.get("tool_input")
    result = values.get("result") if isinstance(values, dict) else None
    is_last = named.get("tool_name") == _LAST_OF_GEMINI
    return stop._replace(
        is_nested=is_last, agent="", is_own=False, said=result if isinstance(result, str) else ""
    )


_AS_THE_CLIENT_MEANS = {"qwen-code": _of_qwen, "copilot": _of_copilot, "gemini-cli": _of_gemini}


def subagents_of(stop: Stop) -> list[Path]:
    """Return the transcripts of an agent's subagents that have files of their own, newest first."""
    if stop.client != "gemini-cli" or stop.transcript is None:
        return []
    if not _PLAIN_NAME.fullmatch(stop.session):
        return []
    files: list[tuple[float, Path]] = []
    for file in (stop.transcript.parent / stop.session).glob("*.jsonl"):
        try:
            files.append((file.stat().st_mtime, file))
        except OSError:  # it was removed in between
            continue
    return [file for _, file in sorted(files, reverse=True)]
