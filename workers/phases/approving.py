"""The owner's approval of what a program cannot decide: recorded, never authenticated."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.errors import BadInput, NotReadable, NotSetUp, shown
from sessions.events import Event
from sessions.files import read_regular
from sessions.session import check_own, open_session, record
from workers.codes.changes import OWNERS
from workers.contract import Answer

if TYPE_CHECKING:
    from pathlib import Path

    from workers.catalog import Worker

# What coding agents set for the commands that they run. An approval is for people.
_OF_AGENTS = (
    "CLAUDECODE",
    "CLAUDE_CODE_ENTRYPOINT",
    "CODEX_SANDBOX",
    "CODEX_THREAD_ID",
    "GEMINI_CLI",
    "QWEN_CODE",
    "OPENCODE",
    "COPILOT_AGENT",
    "CURSOR_AGENT",
    "CURSOR_TRACE_ID",
    "AIDER",
)
_PROBLEMS_BYTES = 16 * 1024 * 1024
_NAME_CHARACTERS = 200


class Approval(NamedTuple):
    """What is approved, by whom and why."""

    code: str
    by: str
    reason: str


def approve(root: Path, session_id: str, worker: Worker, approval: Approval) -> Answer:
    """Record an approval of what the last verdict lists under `needs_approval` by a code.

    Raises BadInput in a coding agent's environment, for a code that nobody can approve, and where
    the last verdict has no such problem.
    """
    agent = next((name for name in _OF_AGENTS if os.environ.get(name)), None)
    if agent is not None:
        raise BadInput(
            f"an approval is not given by a coding agent ({agent} is set)",
            "The owner of the repository gives it, in a terminal of their own.",
        )
    code, by, reason = approval.code.upper(), approval.by.strip(), approval.reason.strip()
    if code not in OWNERS:
        listed = ", ".join(sorted(OWNERS))
        raise BadInput(f"nobody can approve {shown(code, 20)}", f"What can be approved: {listed}.")
    if not by or not reason:
        raise BadInput("an approval names who gives it and why", "Give --by NAME --reason TEXT.")
    session = open_session(root, session_id)
    state = session.state()
    check_own(state)
    if worker.full_name not in state.workers:
        raise NotSetUp(
            f"{worker.full_name} was never set up in session {session.id}", "See status."
        )
    rows = [row for row in _problems(session.problems_file(worker.name)) if row["code"] == code]
    if not rows:
        raise BadInput(
            f"the last verdict has no {code}", "`needs_approval` of --output lists what waits."
        )
    events = [
        Event(
            "approved",
            worker.full_name,
            "approve",
            code,
            extra={
                "approval": {
                    "code": code,
                    "message": row["message"],
                    "by": by[:_NAME_CHARACTERS],
                    "reason": reason,
                }
            },
        )
        for row in rows
    ]
    with session.locked():
        record(session, *events)
    lines = [f"approved by {shown(by, 60)[1:-1]} (not authenticated): {code}"]
    lines += [f"  {shown(row['message'], 300)[1:-1]}" for row in rows]
    return Answer("\n".join(lines), {"approved": [row["message"] for row in rows]})


def _problems(file: Path) -> list[dict[str, Any]]:
    try:
        document = json.loads(read_regular(file, _PROBLEMS_BYTES))
        rows: list[dict[str, Any]] = document["problems"]
    except (OSError, NotReadable, ValueError, KeyError, TypeError):
        return []
    return rows
