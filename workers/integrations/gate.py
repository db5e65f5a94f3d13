"""The gate of Claude Code: a worker stops when its report is accepted, or when it is let go.

A hook's input says which agent stops. Its session is the one that it called a phase of, else the
only one that is open and belongs to the same Claude Code session. What is not clear is let go:
the disk still says that nothing was accepted, and the main agent is told so at its own end.
"""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.errors import BadInput, NotReadable, WaggleError, escaped, of_system, shown
from sessions.files import read_regular
from sessions.location import find_root, homes
from workers.catalog import is_built_in, worker_called
from workers.contract import counted

if TYPE_CHECKING:
    from sessions.session import Session
    from sessions.state import WorkerState
    from workers.catalog import Worker
    from workers.contract import Problem, WorkerOutput
    from workers.integrations.witness.testimony import Witness

# Claude Code ends a hook after the 120 s of templates/claude/hooks.json, and lets the agent go.
JUDGE_SECONDS = 90
STATE_BYTES = 64 * 1024 * 1024
LOOKED_AT = 50  # sessions, those written last, when none is named
MOST_HOLDS = 5  # below the 8 after which Claude Code lets an agent go without a word
MOST_SAME = 2  # of them for the same problems
_TOLD_PROBLEMS = 5
_PROBLEM_CHARACTERS = 600
_CONTEXT_CHARACTERS = 8000


class Stop(NamedTuple):
    """What a hook was told: who stops, and what Claude Code calls its session.

    `is_own` is whether the transcript is that of the agent, not of the one that called it.
    """

    event: str
    claude_session: str
    agent: str
    worker: Worker | None
    transcript: Path | None
    is_own: bool
    again: bool
    waits: bool


class Ruling(NamedTuple):
    """What a hook answers: exit code 2 holds the agent, and `told` is the reason."""

    code: int = 0
    told: str = ""


LET_GO = Ruling()


def read_stop(data: bytes) -> Stop:
    """Read a hook's input; raises BadInput when it is none, BadWorker for a damaged worker."""
    try:
        fields = json.loads(data)
    except (ValueError, RecursionError):
        raise BadInput("the hook's input is no JSON", "Claude Code writes it.") from None
    if not isinstance(fields, dict):
        raise BadInput("the hook's input is no object", "Claude Code writes it.")

    def text(name: str) -> str:
        value = fields.get(name)
        return value if isinstance(value, str) else ""

    # A plugin's agent is called plugin:name.
    agent_type = text("agent_type").rpartition(":")[2]
    own, main = text("agent_transcript_path"), text("transcript_path")
    transcript = own or main
    return Stop(
        event=text("hook_event_name"),
        claude_session=text("session_id"),
        agent=text("agent_id") or text("session_id"),
        worker=_worker(agent_type),
        transcript=Path(transcript) if transcript else None,
        # Qwen Code names the main agent's as that of its subagent.
        is_own=own not in {"", main} or text("hook_event_name") == "Stop",
        again=fields.get("stop_hook_active") is True,
        waits=bool(fields.get("background_tasks")),
    )


def _worker(agent_type: str) -> Worker | None:
    """Return the worker that an agent is; raises BadWorker where its folder is damaged."""
    name = agent_type.removesuffix("-worker")
    if name == agent_type:
        return None
    try:
        return worker_called(name, None if is_built_in(name) else find_root())
    except BadInput:
        return None


def subagent_stop(stop: Stop, program: Path) -> Ruling:
    """Hold a worker whose report is not accepted; others, and finished ones, pass at once.

    A judge that died, or in which a check failed, gave no verdict: the worker is held as well.
    Raises WaggleError and OSError when its session cannot be judged.
    """
    if stop.worker is None:
        return LET_GO
    session = _session_of(stop, stop.worker)
    if session is None:
        return LET_GO
    witness = _witness(stop, session)
    to_be_judged = _is_to_be_judged(session, stop.worker)
    if not to_be_judged and (witness is None or not _is_accepted(session, stop.worker)):
        return LET_GO
    from workers.phases.finish import Request, finish, look_again

    try:
        request = Request(
            stop.worker,
            session.root,
            program,
            seconds=JUDGE_SECONDS,
            proofs=False,
            witness=witness,
        )
        if not to_be_judged and not _is_news(look_again(request, session.id), session, stop.worker):
            return LET_GO
        output = finish(request, session.id)
    except (WaggleError, OSError) as error:
        _note(session, stop.worker, of_system(error))
        raise
    if output.status == "completed":
        return _accepted(output)
    return _hold(session, stop, stop.worker, output)


def _witness(stop: Stop, session: Session) -> Witness | None:
    """Return the agent's own transcript as a witness, None where the hook brings none."""
    from workers.integrations.witness.testimony import Witness

    if stop.transcript is None or not stop.is_own:
        return None
    return Witness(stop.transcript, session.path)


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


def _session_of(stop: Stop, worker: Worker) -> Session | None:
    from workers.integrations.transcripts import last_call

    called = last_call(stop.transcript, worker) if stop.transcript else None
    if called is not None and called.session_id is not None:
        return _opened(find_root(called.root), called.session_id)
    own = [
        session
        for session, workers in _owned(find_root(), stop.claude_session)
        if worker.full_name in workers and _is_to_be_judged(session, worker)
    ]
    return own[0] if len(own) == 1 else None


def _opened(root: Path, session_id: str) -> Session | None:
    from sessions.session import open_session

    try:
        return open_session(root, session_id)
    except WaggleError:
        return None


def _owned(root: Path, claude_session: str) -> list[tuple[Session, dict[str, WorkerState]]]:
    """Return the sessions with workers that were set up from a Claude Code session."""
    if not claude_session:
        return []
    owned = []
    for folder in _written_last(root):
        try:
            known = claude_session.encode() in read_regular(folder / "STATE.json", STATE_BYTES)
        except (OSError, NotReadable):
            continue
        session = _opened(root, folder.name) if known else None
        if session is not None:
            workers = session.state().workers
            own = {name: one for name, one in workers.items() if one.owner == claude_session}
            owned.append((session, own))
    return owned


def _written_last(root: Path) -> list[Path]:
    """Return the folders of the sessions that were written last: an agent's own are among them."""
    times: list[tuple[float, Path]] = []
    for home in homes(root):
        for state_file in home.glob("*/STATE.json"):
            try:
                times.append((state_file.stat().st_mtime, state_file.parent))
            except OSError:  # it was removed in between
                continue
    return [folder for _, folder in sorted(times, reverse=True)[:LOOKED_AT]]


def _is_to_be_judged(session: Session, worker: Worker) -> bool:
    """Tell whether a worker is at work: not waiting for another, not let go, not accepted.

    An accepted report whose files were changed since is judged again.
    """
    state = session.state()
    if state.held is not None or not state.is_set_up(worker.full_name):
        return False
    known = state.workers[worker.full_name]
    if known.status == "completed":
        return _changed(session, worker, known)
    return known.status == "active"


def _changed(session: Session, worker: Worker, known: WorkerState) -> bool:
    import hashlib

    judged = (known.last_verdict or {}).get("judged", {})
    for file in (session.notes_file(worker.name), session.json_file(worker.name)):
        try:
            digest = hashlib.sha256(read_regular(file, STATE_BYTES)).hexdigest()
        except (OSError, NotReadable):
            return True
        if judged.get(file.name) != digest:
            return True
    return False


def _hold(session: Session, stop: Stop, worker: Worker, output: WorkerOutput) -> Ruling:
    """Hold the worker, or let it go when it was held often enough; either is recorded."""
    from sessions.events import Event
    from sessions.session import record

    errors = [one.document() for one in output.problems if one.severity == "error"]
    why = _digest(sorted({f"{one['code']} {one['file']} {one['message']}" for one in errors}))
    name = worker.full_name
    with session.locked():
        holds = [hold[1] for hold in session.state().workers[name].holds if hold[0] == stop.agent]
        let_go = len(holds) >= MOST_HOLDS or holds.count(why) >= MOST_SAME
        if let_go:
            text = {"text": f"not accepted, let go after it was held {len(holds)} times"}
            event = Event("worker_failed", name, "let go", session.id, success=False, extra=text)
        else:
            event = Event("worker_held", name, "hold", session.id, extra=_why(stop.agent, why))
        record(session, event)
    if let_go:
        return LET_GO
    return Ruling(2, _reason(session, output, errors, len(holds) + 1))


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
    if stop.worker is not None:
        return subagent_stop(stop, program)
    if stop.again or stop.waits:  # it was told just now, or workers are still at work
        return LET_GO
    lines: list[str] = []
    for session, workers in _owned(find_root(), stop.claude_session):
        for name, known in workers.items():
            lines += _news(session, stop, name, known)
    if not lines:
        return LET_GO
    advice = (
        "Do not present such a report as done: say so, or have the worker repair it"
        f" (python and script as in `next`: {shown(program, 300)} next --session ID --worker W)."
    )
    return Ruling(2, "\n".join([*map(escaped, lines), advice]))


def _news(session: Session, stop: Stop, name: str, known: WorkerState) -> list[str]:
    """Return what the main agent was not told of yet, and record that it is told now."""
    from sessions.events import Event
    from sessions.session import record

    is_accepted = known.completed_at is not None and known.status != "failed"
    if is_accepted or known.set_up_at is None:
        return []
    why = _digest([known.status, str(known.attempts)])
    if [stop.claude_session, why] in known.holds:
        return []
    with session.locked():
        reason = _why(stop.claude_session, why)
        record(session, Event("worker_held", name, "tell main agent", session.id, extra=reason))
    verdict = known.last_verdict or {}
    errors = verdict.get("metrics", {}).get("errors")
    how = "never judged"
    if verdict:
        counts = counted(errors, "error") if isinstance(errors, int) else "errors"
        how = f"rejected with {counts}"
    return [f"{name} in session {session.id}: NOT accepted ({known.status}, {how})."]


def session_start(stop: Stop, program: Path) -> Ruling:
    """Restate what the open workers of a Claude Code session have to do, after its compaction."""
    from workers.hive.status import restate

    root = find_root()
    texts = [
        restate(root, session.id, name, program).text
        for session, workers in _owned(root, stop.claude_session)
        for name, known in workers.items()
        if known.status in {"active", "blocked"} and known.set_up_at and not known.completed_at
    ]
    return Ruling(told="\n\n".join(texts)[:_CONTEXT_CHARACTERS])


RULINGS = {
    "subagent-stop": subagent_stop,
    "stop": stop_main,
    "session-start": session_start,
}
