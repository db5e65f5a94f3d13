"""The gate: a worker stops when its report is accepted, or when it is let go.

A hook's input says which agent stops. Its session is the one that it called a phase of, else the
only one that is open and was set up in its shell. What is not clear is let go: the disk still says
that nothing was accepted, and the main agent is told so at its own end.
"""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.errors import NotReadable, WaggleError, escaped, of_system, shown
from sessions.files import read_regular
from sessions.location import find_root
from workers.clients import CLIENTS
from workers.contract import counted
from workers.integrations.gate.whose import STATE_BYTES, at_work, is_to_be_judged, sessions_of

if TYPE_CHECKING:
    from pathlib import Path

    from sessions.session import Session
    from sessions.state import WorkerState
    from workers.catalog import Worker
    from workers.contract import Problem, WorkerOutput
    from workers.integrations.gate.stops import Stop
    from workers.integrations.witness.testimony import Witness

# The clients end a hook after the 120 s that `install` writes, and let the agent go.
JUDGE_SECONDS = 90
MOST_HOLDS = 5  # below the 8 after which Claude Code and Copilot CLI let an agent go without a word
MOST_SAME = 2  # of them for the same problems
_TOLD_PROBLEMS = 5
_PROBLEM_CHARACTERS = 600
_CONTEXT_CHARACTERS = 8000


class Ruling(NamedTuple):
    """What a hook answers: the agent is held or not, and what it or the client is told."""

    holds: bool = False
    told: str = ""


LET_GO = Ruling()


def subagent_stop(stop: Stop, program: Path) -> Ruling:
    """Hold a worker whose report is not accepted; others, and finished ones, pass at once.

    A judge that died, or in which a check failed, gave no verdict: the worker is held as well.
    Raises WaggleError and OSError when its session cannot be judged.
    """
    there = at_work(stop)
    if there is None:
        return LET_GO
    session, worker, stop = there
    if _was_asked_before(session, stop, worker):
        return LET_GO
    before = len(_holds_of(session, stop, worker))
    witness = _witness(stop, session)
    to_be_judged = is_to_be_judged(session, worker)
    if not to_be_judged and (witness is None or not _is_accepted(session, worker)):
        return LET_GO
    from workers.phases.finish import Request, finish, look_again

    try:
        request = Request(
            worker,
            session.root,
            program,
            seconds=JUDGE_SECONDS,
            proofs=False,
            witness=witness,
        )
        if not to_be_judged and not _is_news(look_again(request, session.id), session, worker):
            return LET_GO
        output = finish(request, session.id)
    except (WaggleError, OSError) as error:
        _note(session, worker, of_system(error))
        raise
    if output.status == "completed":
        return _accepted(output)
    return _hold(session, stop, worker, output, before)


def _holds_of(session: Session, stop: Stop, worker: Worker) -> list[str]:
    """Return why an agent was held as a worker, each time."""
    known = session.state().workers.get(worker.full_name)
    return [hold[1] for hold in known.holds if hold[0] == stop.agent] if known else []


def _was_asked_before(session: Session, stop: Stop, worker: Worker) -> bool:
    """Tell whether another hook was asked about this very stop, and has answered.

    A plugin and `install` may both have brought one, and some clients ask one after the other.
    """
    if stop.fired is None or not _holds_of(session, stop, worker):
        return False
    # Not by the last verdict: an agent can have its report judged while it stops.
    return any(
        at > stop.fired
        for at, name, event, _ in session.state().timeline
        if (name, event) == (worker.full_name, "worker_held")
    )


def _witness(stop: Stop, session: Session) -> Witness | None:
    """Return the agent's own transcript as a witness, None where the hook brings none."""
    from workers.integrations.witness.testimony import Witness

    if stop.transcript is None or not stop.is_own:
        return None
    return Witness(stop.transcript, session.path, stop.client, stop.mark)


def _is_accepted(session: Session, worker: Worker) -> bool:
    state = session.state()
    return state.held is None and state.workers[worker.full_name].status == "completed"


def _is_news(problems: list[Problem], session: Session, worker: Worker) -> bool:
    """Tell whether what a witness says of an accepted report is not in its verdict already."""
    try:
        data = read_regular(session.problems_file(worker.name), STATE_BYTES)
        known = {(one["code"], one["message"]) for one in json.loads(data)["problems"]}
    except (OSError, NotReadable, ValueError, KeyError, TypeError, RecursionError):
        known = set()
    return any(one.severity == "error" or (one.code, one.message) not in known for one in problems)


def _accepted(output: WorkerOutput) -> Ruling:
    """Let a worker go; what its transcript makes doubtful is told to whoever watches."""
    doubts = [one.document() for one in output.problems if one.code[0] == "W"]
    if not doubts:
        return LET_GO
    from workers.hive.status import problem_line

    lines = [f"The report of {output.worker} in session {output.session_id} is accepted, but:"]
    lines += (f"- {problem_line(one)[:_PROBLEM_CHARACTERS]}" for one in doubts[:_TOLD_PROBLEMS])
    # Text alone is shown to nobody, and some agents take it for a fault.
    return Ruling(told=json.dumps({"systemMessage": "\n".join(map(escaped, lines))}))


def _note(session: Session, worker: Worker, error: WaggleError) -> None:
    """Tell in the log, if it can be written, that the worker was let go without a verdict."""
    from sessions.events import Event
    from sessions.session import record

    text = {"text": f"let go without a verdict: {error.message}"}
    event = Event("session_validated", worker.full_name, "gate", success=False, extra=text)
    with contextlib.suppress(WaggleError, OSError), session.locked():
        record(session, event)


def _hold(
    session: Session, stop: Stop, worker: Worker, output: WorkerOutput, before: int
) -> Ruling:
    """Hold the worker, or let it go when it was held often enough; either is recorded.

    A hold that was added to those of `before` is for this very stop: a plugin and `install` may
    both have brought a hook. It counts once, and is told once.
    """
    from sessions.events import Event
    from sessions.session import record

    errors = [one.document() for one in output.problems if one.severity == "error"]
    why = _digest(sorted({f"{one['code']} {one['file']} {one['message']}" for one in errors}))
    name = worker.full_name
    with session.locked():
        holds = _holds_of(session, stop, worker)
        if len(holds) > before:
            return LET_GO
        let_go = len(holds) >= MOST_HOLDS or holds.count(why) >= MOST_SAME
        if let_go:
            text = {"text": f"not accepted, let go after it was held {len(holds)} times"}
            event = Event("worker_failed", name, "let go", session.id, success=False, extra=text)
        else:
            event = Event("worker_held", name, "hold", session.id, extra=_why(stop.agent, why))
        record(session, event)
    if let_go:
        return LET_GO
    return Ruling(holds=True, told=_reason(session, output, errors, len(holds) + 1))


def _why(agent: str, digest: str) -> dict[str, str]:
    return {"agent": agent, "why": digest}


def _digest(lines: list[str]) -> str:
    import hashlib

    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _reason(
    session: Session, output: WorkerOutput, errors: list[dict[str, Any]], number: int
) -> str:
    from workers.hive.status import problem_line

    files = f"{output.config['notes_file']} and {output.config['json_file']}"
    verdict = f"is not accepted: {counted(len(errors), 'error')}."
    if output.status == "blocked":
        verdict = "could not be judged: there is no verdict, so it is not accepted."
    lines = [
        f"The report in session {session.id} {verdict}",
        f"You are held: {number} of at most {MOST_HOLDS} times.",
        f"Repair these in {files}:",
        *(f"- {problem_line(one)[:_PROBLEM_CHARACTERS]}" for one in errors[:_TOLD_PROBLEMS]),
    ]
    if len(errors) > _TOLD_PROBLEMS:
        lines.append(f"and {len(errors) - _TOLD_PROBLEMS} more: {output.config['problems_file']}")
    lines.append(f"Then run, literally: {output.config['next_command']}")
    return "\n".join(map(escaped, lines))


def stop_main(stop: Stop, program: Path) -> Ruling:
    """Tell the main agent, once for each verdict, which reports of its workers are not accepted.

    An agent that runs as the worker itself (`claude --agent`) is held as one.
    """
    if stop.is_nested:  # Copilot CLI asks twice for a subagent: it is judged the other time
        return LET_GO
    if stop.worker is not None:
        return subagent_stop(stop, program)
    if stop.again or stop.waits:  # it was told just now, or workers are still at work
        return LET_GO
    lines: list[str] = []
    for session, workers in sessions_of(stop):
        for name, known in workers.items():
            lines += _news(session, stop, name, known)
    if not lines:
        return LET_GO
    advice = (
        "Do not present such a report as done: say so, or have the worker repair it"
        f" (python and script as in `next`: {shown(program, 300)} next --session ID --worker W)."
    )
    return Ruling(holds=True, told="\n".join([*map(escaped, lines), advice]))


def _news(session: Session, stop: Stop, name: str, known: WorkerState) -> list[str]:
    """Return what the main agent was not told of yet, and record that it is told now."""
    from sessions.events import Event
    from sessions.session import record

    is_accepted = known.completed_at is not None and known.status != "failed"
    if is_accepted or known.set_up_at is None:
        return []
    why = _digest([known.status, str(known.attempts)])
    hold = [stop.session, why]
    if hold in known.holds:
        return []
    with session.locked():
        if hold in session.state().workers[name].holds:  # another hook of this stop was faster
            return []
        reason = _why(stop.session, why)
        record(session, Event("worker_held", name, "tell main agent", session.id, extra=reason))
    verdict = known.last_verdict or {}
    errors = verdict.get("metrics", {}).get("errors")
    how = "never judged"
    if verdict:
        counts = counted(errors, "error") if isinstance(errors, int) else "errors"
        how = f"rejected with {counts}"
    return [f"{name} in session {session.id}: NOT accepted ({known.status}, {how})."]


def session_start(stop: Stop, program: Path) -> Ruling:
    """Restate what a session's workers have still to do, after a compaction or when it goes on."""
    from workers.hive.status import restate

    root = find_root()
    texts = [
        restate(root, session.id, name, program).text
        for session, workers in sessions_of(stop)
        for name, known in workers.items()
        if known.status in {"active", "blocked", "failed"} and known.set_up_at
        if known.status == "failed" or not known.completed_at
    ]
    text = "\n\n".join(texts)[:_CONTEXT_CHARACTERS]
    if text and CLIENTS[stop.client].context_json:
        context = {"hookEventName": "SessionStart", "additionalContext": text}
        text = json.dumps({"hookSpecificOutput": context})
    return Ruling(told=text)


RULINGS = {
    "subagent-stop": subagent_stop,
    "stop": stop_main,
    "session-start": session_start,
}
