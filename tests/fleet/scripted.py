"""Workers whose phases are scripted, and all other commands as they are: see `program`.

What a phase does is written in the root, see `tests.fleet.scripts`. It records what a real one
does, through the session and under its lock, so that a phase which was replaced is refused as a
real one is. It writes down beside the session that it began and ended: the events cannot say what
was begun in vain.
"""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import sys
import time
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.errors import WaggleError, of_system
from sessions.events import Event
from sessions.session import Session, open_session, record
from tests.fleet.safeguards import take_away

if TYPE_CHECKING:
    from sessions.state import SessionState

SCRIPT = "script.json"
TRACE = "trace"
OF_TRACES = "TEST_TRACES"
PROGRAM = Path(__file__).with_name("program.py")
PHASES = ("setup", "run")
_PROJECT = Path(__file__).parents[2]
_PARTS = 3  # at least, in which a phase takes its time, with an event after each
_PART_SECONDS = 0.4
_LONG = 3600.0
_EXIT_CODES = {"completed": 0, "failed": 1, "blocked": 3}


class Phase(NamedTuple):
    """One process that does a phase; `token` is what its executor gave it."""

    session: Session
    worker: str
    name: str
    token: str

    @property
    def full_name(self) -> str:
        """What the events call the worker."""
        return f"{self.worker}-worker"

    @property
    def trace_file(self) -> Path:
        """Where it is written down what was begun and ended."""
        folder = os.environ.get(OF_TRACES)  # of machines that share no root
        place = Path(folder) if folder else self.session.root / TRACE
        return place / f"{self.session.id}.jsonl"

    def trace(self, what: str, seq: int = 0, **more: str) -> None:
        """Write a line down; `seq` is the last event before it."""
        at = round(time.monotonic(), 3)  # the same for all processes, however clocks are set
        about = {
            "pid": os.getpid(),
            "token": self.token,
            "what": what,
            "seq": seq,
            "at": at,
            **more,
        }
        line = json.dumps({"worker": self.worker, "phase": self.name, **about}) + "\n"
        descriptor = os.open(self.trace_file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
        os.write(descriptor, line.encode())
        os.close(descriptor)

    def event(self, event_type: str, action: str, *, success: bool = True) -> Event:
        """Return an event of this process."""
        about = {"scripted": self.token, "phase": self.name}
        return Event(event_type, self.full_name, action, self.name, success, {}, about)

    def record(self, *events: Event, what: str = "") -> SessionState:
        """Record events, and write down what they mean while the session is locked."""
        with self.session.locked():
            state = record(self.session, *events)
            if what:
                self.trace(what, state.last_seq)
        return state

    def tries(self) -> int:
        """Return how often it was started before."""
        if not self.trace_file.exists():
            return 0
        rows = map(json.loads, self.trace_file.read_text("utf-8").splitlines())
        mine = (self.worker, self.name, "start")
        return sum((row["worker"], row["phase"], row["what"]) == mine for row in rows)


def do(phase: Phase) -> str:
    """Do what the script says for this try; returns the status."""
    script = json.loads((phase.session.root / SCRIPT).read_text("utf-8"))
    steps = script[phase.session.id][phase.worker][phase.name]
    step = steps[min(phase.tries(), len(steps) - 1)]
    phase.trace("start", then=step["then"])
    state = phase.record(phase.event("progress", "begin"), what="begin")
    about = state.workers[phase.full_name]
    if phase.name == "run" and about.completed_at is not None:
        phase.record(what="again")
        return "completed"
    parts = max(_PARTS, int(step["seconds"] / _PART_SECONDS))
    for _ in range(parts):
        time.sleep(step["seconds"] / parts)
        phase.record(phase.event("progress", "work"))
    if step["then"] in {"hangs", "ignores"}:
        if step["then"] == "ignores":
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
        time.sleep(_LONG)
    if step["then"] == "dies":
        os.kill(os.getpid(), signal.SIGKILL)
    phase.record(*_last_events(phase, state, step["then"]), what="end")
    return str(step["then"])


def _last_events(phase: Phase, state: SessionState, status: str) -> list[Event]:
    if phase.name == "setup":
        done = phase.event("setup_completed", "lay out")
        is_new = state.workers[phase.full_name].started_at is None
        return [*([phase.event("worker_spawned", "spawn")] if is_new else []), done]
    if status == "completed":
        return [phase.event("output_accepted", "review"), phase.event("task_completed", "complete")]
    return [phase.event("output_rejected", "review", success=False)]


def scripted(worker: str, name: str, words: list[str]) -> int:
    """Do a phase and print its document; returns the exit code."""
    options = dict(pairwise(words))
    root, session_id = Path(options["--root"]), options["--session"]
    problems: list[dict[str, Any]] = []
    try:
        session = open_session(root, session_id)
        token = os.environ.get("WAGGLE_JOB", "").rpartition(":")[2]
        if token:
            from workers.fleet.following import follow

            follow(root, session_id)
        status = do(Phase(session, worker, name, token))
    except (WaggleError, OSError) as error:
        stop = of_system(error)
        status = "blocked"
        about = {"code": stop.code, "severity": "error", "message": stop.message}
        problems = [{**about, "hint": stop.hint}]
    document = {"schema_version": 1, "worker": f"{worker}-worker", "session_id": session_id}
    document |= {"phase": name, "status": status, "problems": problems, "metrics": {}}
    sys.stdout.write(json.dumps(document) + "\n")
    sys.stdout.flush()
    sys.stderr.write(f"{worker}-worker {name}: {status} {problems or ''}\n")
    return _EXIT_CODES[status]


def main(script: Path) -> int:
    """Do a phase that is scripted, else what the program does; `script` is what was started."""
    take_away()
    words = sys.argv[1:]
    for name in PHASES:
        if f"--{name}" in words:
            return scripted(words[0].removesuffix("-worker"), name, words[1:])
    spec = importlib.util.spec_from_file_location("program", _PROJECT / "cli.py")
    assert spec
    assert spec.loader
    program = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(program)
    program.cli.context_settings["obj"] = script
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, program._leave)
    code: int = program.main()
    return code
