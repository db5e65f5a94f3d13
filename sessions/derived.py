"""STATE.json, METRICS.json and SESSION.md: what follows from the events, written for readers.

STATE.json is a checkpoint too: it says up to which byte of the log it goes, so that opening a
session reads only what came after. One that does not fit the log is not believed: the state is
then made from the whole log.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.errors import Damaged, NotReadable, escaped, shown
from sessions.files import open_regular, read_regular
from sessions.secrets import redacted
from sessions.state import (
    TIMELINE_EVENTS,
    SessionState,
    seconds_between,
)
from sessions.state_json import as_document, from_document

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from sessions.state import WorkerState

SCHEMA_VERSION = 1
# Raised whenever `fold` says something else of the same events: older checkpoints are remade.
FOLD_VERSION = 4
STATE_BYTES = 64 * 1024 * 1024
_TAIL_BYTES = 4096
_DIGEST = b',\n  "digest": "'


class Checkpoint(NamedTuple):
    """A state and the byte of the log to which it goes."""

    state: SessionState
    log_bytes: int


def read_checkpoint(state_file: Path, log: Path, session_id: str) -> Checkpoint | None:
    """Return what STATE.json says if it fits the log, None if there is none.

    Raises ValueError when it does not fit (torn, edited, or the log was cut), Damaged when a newer
    program wrote it.
    """
    try:
        data = read_regular(state_file, STATE_BYTES)
    except FileNotFoundError:
        return None
    except NotReadable as error:
        raise Damaged(error.message, "Move it away; it is made again from EVENTS.jsonl.") from None
    body, _, digest = data.rpartition(_DIGEST)
    try:
        fields = json.loads(data)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(fields, dict):
        raise ValueError("no object")  # noqa: TRY004 - a fault of the file's content
    version = fields.get("schema_version")
    if isinstance(version, int) and version > SCHEMA_VERSION:
        raise Damaged(
            f"{shown(state_file)} has schema_version {version}, known is {SCHEMA_VERSION}",
            "Use the newer program, or run doctor --fix to make it again from EVENTS.jsonl.",
        )
    if digest[:64].decode("ascii", "replace") != hashlib.sha256(body).hexdigest():
        raise ValueError("not what was written")
    position = fields["log"]
    if fields["fold_version"] != FOLD_VERSION:
        return None
    if fields["session_id"] != session_id or not _ends_at(log, **position):
        raise ValueError("of another log")
    return Checkpoint(from_document(fields), position["bytes"])


def _ends_at(log: Path, bytes: int, tail: str) -> bool:  # noqa: A002 - the names of the file
    """Tell whether the log has the bytes up to which a state was made."""
    return tail != "" and tail == _tail(log, bytes)


def _tail(log: Path, end: int) -> str:
    """Return the digest of the log's last bytes before `end`, empty when it is shorter."""
    try:
        with open_regular(log) as file:
            start = max(0, end - _TAIL_BYTES)
            file.seek(start)
            data = file.read(end - start)
    except FileNotFoundError:
        data = b""
    return hashlib.sha256(data).hexdigest() if len(data) == min(end, _TAIL_BYTES) else ""


def state_json(state: SessionState, log: Path, log_bytes: int) -> bytes:
    """Return STATE.json, for a log that was folded up to `log_bytes`."""
    fields = {
        "schema_version": SCHEMA_VERSION,
        "fold_version": FOLD_VERSION,
        **as_document(state),
        "log": {"bytes": log_bytes, "tail": _tail(log, log_bytes)},
    }
    body = _rows(fields).removesuffix(b"\n}\n")
    return body + _DIGEST + hashlib.sha256(body).hexdigest().encode() + b'"\n}\n'


def metrics_json(state: SessionState) -> bytes:
    """Return METRICS.json: seconds; null where nothing was measured."""
    workers = {name: _metrics(worker) for name, worker in state.workers.items()}
    return _rows(
        {"schema_version": SCHEMA_VERSION, "session_id": state.session_id, "workers": workers}
    )


def _metrics(worker: WorkerState) -> dict[str, Any]:
    verdict = worker.last_verdict or {}
    counts = verdict.get("metrics", {})
    return {
        "attempts": worker.attempts,
        "seconds": {
            "setup": worker.setup_seconds,
            "work": seconds_between(worker.set_up_at, worker.completed_at),
            "output": worker.review_seconds,
        },
        "errors": counts.get("errors"),
        "warnings": counts.get("warnings"),
        "problems_by_attempt": [told["problems"] for told in worker.verdicts],
        "scores": verdict.get("scores"),
        "files_examined": counts.get("files_examined"),
        "tokens_in": worker.usage.get("tokens_in"),
        "tokens_out": worker.usage.get("tokens_out"),
        "cost": worker.usage.get("cost"),
        "usage_source": worker.usage.get("source"),
    }


def session_markdown(state: SessionState, prompts: Mapping[str, str]) -> bytes:
    """Return SESSION.md: tasks, workers and the last events, for people."""
    times = f"Created {_cell(str(state.created_at))}, changed {_cell(str(state.updated_at))}."
    lines = [f"# Session {state.session_id}", "", f"Status: {state.status}. {times}", ""]
    lines += [
        "## Workers",
        "",
        "| Worker | Status | Attempts | Last verdict |",
        "|---|---|---|---|",
    ]
    for name, worker in state.workers.items():
        word = verdict_word(worker)
        lines.append(f"| {_cell(name)} | {worker.status} | {worker.attempts} | {word} |")
    open_tickets = state.open_tickets()
    if open_tickets:
        lines += ["", "## Open", ""]
        lines += [
            f"- {ticket.id} {ticket.kind} of {_cell(ticket.worker)} for {_cell(ticket.needs)}:"
            f" {_cell(ticket.text)}"
            for ticket in open_tickets[-TIMELINE_EVENTS:]
        ]
    for name, prompt in prompts.items():
        lines += ["", f"## Task of {_cell(name)}", "", *_fenced(redacted(prompt))]
    lines += ["", f"## Timeline (the last {TIMELINE_EVENTS} events)", ""]
    lines += ["- " + _moment(*moment) for moment in state.timeline]
    return ("\n".join(lines) + "\n").encode()


def _moment(timestamp: str, worker: str, event_type: str, what: str) -> str:
    """Return an event as people say it: when, who, what happened."""
    words = [timestamp, worker, event_type.replace("_", " ")]
    happened = ", ".join(_cell(word) for word in words[1:] if word)
    return f"{_cell(words[0])} {happened}" + (f": {_cell(what)}" if what else "")


def verdict_word(worker: WorkerState) -> str:
    """Return the last verdict as a word."""
    if worker.last_verdict is None:
        return "none yet"
    return "accepted" if worker.last_verdict["accepted"] else "rejected"


def _fenced(text: str) -> list[str]:
    """Show foreign text so that nothing in it can end its block."""
    fence = "```"
    while fence in text:
        fence += "`"
    return [f"{fence}text", "\n".join(escaped(line) for line in text.split("\n")), fence]


def _cell(text: str) -> str:
    plain = escaped(text[:200])
    # An underscore inside a word is no markup, and an escaped one is hard to read.
    return "".join(
        f"\\{char}"
        if char in "\\`*_{}[]<>()#|" and not (char == "_" and _is_inside_word(plain, at))
        else char
        for at, char in enumerate(plain)
    )


def _is_inside_word(text: str, at: int) -> bool:
    return text[max(0, at - 1) : at].isalnum() and text[at + 1 : at + 2].isalnum()


def _rows(fields: Mapping[str, Any]) -> bytes:
    """Write an object a field a line, and what is in a field's object or list a line each."""
    lines = ",\n".join(f'  "{name}": {_row(value)}' for name, value in fields.items())
    return f"{{\n{lines}\n}}\n".encode("ascii")


def _row(value: object) -> str:
    if isinstance(value, dict) and value and isinstance(next(iter(value.values())), dict):
        inner = ",\n".join(
            f"    {json.dumps(key)}: {json.dumps(one)}" for key, one in value.items()
        )
        return f"{{\n{inner}\n  }}"
    if isinstance(value, list) and value:
        return "[\n" + ",\n".join(f"    {json.dumps(one)}" for one in value) + "\n  ]"
    return json.dumps(value)
