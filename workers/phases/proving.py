"""Runs of proofs: which are asked for, who lets them run, and what is recorded of them."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.errors import BadInput, NotReadable, NotSetUp, WaggleError, shown
from sessions.events import Event
from sessions.files import read_regular, write_atomic
from sessions.folders import make_own
from sessions.progress import at, doing
from sessions.session import check_own, open_session, record
from workers.catalog import workers_of
from workers.contract import Answer, counted
from workers.deliverables.kinds import CHANGE
from workers.invocation import prove_command, setup_command
from workers.phases.works import compared_with, work_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from sessions.session import Session
    from workers.catalog import Worker
    from workers.proofs.definitions import Proof
    from workers.proofs.record import Record
    from workers.repository.work import Work

_POLL_SECONDS = 0.2
_WAIT_SECONDS = 24 * 3600


class ProofRequest(NamedTuple):
    """What `prove` is asked for: names of locked proofs (none: all), or a command."""

    worker: Worker
    root: Path
    program: Path
    names: tuple[str, ...] = ()
    command: str | None = None


def prove(wanted: ProofRequest, session_id: str) -> Answer:
    """Run proofs on the files as they are now, and record each; `failed` unless all pass.

    Raises NotSetUp, BadInput for a name that the base does not define, and what a run raises.
    """
    session, work = _begun(wanted, session_id)
    locked = _locked(work)
    if wanted.command is not None:
        from workers.proofs.definitions import command

        links = {folder for proof in locked.values() for folder in proof.link}
        chosen = [command(wanted.command, link=sorted(links))]
    else:
        chosen = [_named(locked, name) for name in wanted.names] or list(locked.values())
    if not chosen:
        raise BadInput(
            "the base defines no proof",
            "Give a command to run and record: prove ... -- COMMAND. Proofs that count without"
            " being asked are the owner's, in waggle.toml.",
        )
    rows = []
    for proof in chosen:
        if proof.is_locked:
            _check_allowed(wanted, session, proof)
        run = _run(session, wanted.worker, work, proof)
        rows.append(_recorded(session, wanted.worker, run))
    passed = all(row["status"] == "passed" for row in rows)
    lines = [line for row in rows for line in _lines(session, row)]
    return Answer("\n".join(lines), {"proofs": rows}, "completed" if passed else "failed")


def _begun(wanted: ProofRequest, session_id: str) -> tuple[Session, Work]:
    session = open_session(wanted.root, session_id)
    state = session.state()
    check_own(state)
    known = state.workers.get(wanted.worker.full_name)
    work = None
    if known is not None and known.set_up_at is not None:
        work = work_of(session, wanted.worker)
    if work is None:
        raise NotSetUp(
            f"{wanted.worker.full_name} has no base in session {session.id}",
            f"Run {setup_command(session, wanted.worker, wanted.program)} --kind change first.",
        )
    return session, work


def _locked(work: Work) -> dict[str, Proof]:
    from workers.proofs.definitions import owners

    defined = owners(work.base, work.before, work.snapshots.root)
    return {str(proof.name): proof for proof in defined.proofs}


def _named(locked: dict[str, Proof], name: str) -> Proof:
    if name not in locked:
        known = ", ".join(locked) or "none"
        hint = (
            f"The base defines: {known}. A command of your own goes after --: prove ... -- {name}"
        )
        raise BadInput(f"there is no proof {shown(name, 60)}", hint)
    return locked[name]


def _check_allowed(wanted: ProofRequest, session: Session, proof: Proof) -> None:
    """Raise BadInput where a repository's command may not run by itself here."""
    if _may_run(proof):
        return
    option = prove_command(
        session, wanted.worker, wanted.program, str(proof.name), option="--allow"
    )
    why = "it asks for the network" if proof.network else "no sandbox works here"
    raise BadInput(
        f"the proof {proof.name} is a command of the repository, and {why}",
        f"Who trusts it allows it once, in a terminal of their own: {option}",
    )


def _may_run(proof: Proof) -> bool:
    from workers.proofs import sandbox
    from workers.proofs.allowing import is_allowed

    return is_allowed(proof, sandbox_works=sandbox.kind() != "none")


def allow(wanted: ProofRequest, session_id: str) -> Answer:
    """Let locked proofs run here from now on, as the base defines them."""
    from workers.proofs.allowing import allow as remember

    _, work = _begun(wanted, session_id)
    chosen = [_named(_locked(work), name) for name in wanted.names]
    if not chosen:
        raise BadInput("--allow needs the name of a proof", "Name it: prove --allow NAME ...")
    for proof in chosen:
        remember(proof.digest)
    lines = [f"allowed: {proof.name}: {proof.run}" for proof in chosen]
    return Answer("\n".join(lines), {"allowed": [proof.digest for proof in chosen]})


def with_missing(session: Session, worker: Worker, work: Work) -> Work:
    """Run each required proof that has no record for the files of now; what may not run is named.

    Returns the work with the records of the new runs.
    """
    refused: list[str] = []
    for name, proof in _locked(work).items():
        known = any(
            (row.get("name"), row.get("tree"), row.get("definition"))
            == (name, work.now, proof.digest)
            for row in work.session.records
        )
        if known or not proof.required:
            continue
        if not _may_run(proof):
            refused.append(name)
            continue
        _recorded(session, worker, _run(session, worker, work, proof))
    records = tuple(session.state().workers[worker.full_name].proofs)
    return work.with_records(records, tuple(refused))


def rerun(root: Path, session_id: str) -> Answer:
    """Run the required proofs of every accepted change of a session again, on the files of now.

    Nothing is recorded: it is for a machine that the worker could not write to. Where the base's
    folder is not there, its commit stands in for it. Raises as `prove`.
    """
    session = open_session(root, session_id)
    rows: list[dict[str, Any]] = []
    for worker in workers_of(session.root):
        known = session.state().workers.get(worker.full_name)
        if known is None or known.kind != CHANGE or known.completed_at is None or not known.base:
            continue
        with _again(session, worker, known.base) as work:
            for proof in _locked(work).values():
                if not proof.required:
                    continue
                if not _may_run(proof):
                    raise BadInput(
                        f"the proof {proof.name} may not run here by itself",
                        "Install bubblewrap, or set WAGGLE_ALLOW_PROOFS=1 where that is safe.",
                    )
                rows.append(_run(session, worker, work, proof).document())
    passed = bool(rows) and all(row["status"] == "passed" for row in rows)
    lines = [line for row in rows for line in _lines(session, row)]
    text = "\n".join(lines) or f"session {session.id} has no accepted change with a proof"
    return Answer(text, {"proofs": rows}, "completed" if passed else "failed")


@contextlib.contextmanager
def _again(session: Session, worker: Worker, base: dict[str, Any]) -> Iterator[Work]:
    work = None
    with contextlib.suppress(WaggleError):
        work = work_of(session, worker)
    if work is not None:
        yield work
        return
    with compared_with(session.root, base.get("commit")) as since:
        if since is None:
            raise NotReadable(
                f"the base of session {session.id} is gone, and it names no commit",
                "Run the proofs where the session was made.",
            )
        yield since


def _run(session: Session, worker: Worker, work: Work, proof: Proof) -> Record:
    from workers.proofs.copying import sweep
    from workers.proofs.running import Order
    from workers.proofs.running import prove as run

    sweep()
    make_own(session.proof_folder(), session.home)
    label = re.sub(r"[^\w.-]", "_", proof.name or "command")[:60]
    digest = hashlib.sha256(f"{proof.run}\0{work.now}".encode()).hexdigest()[:10]
    output = session.proof_folder() / f"{worker.name}-{label}-{digest}.txt"
    what = f"proof {proof.name}" if proof.name else f"running {shown(proof.run, 60)}"
    with doing(what):
        order = Order(
            work.snapshots,
            work.tree,
            work.now,
            proof,
            output,
            at_base=proof.is_locked and _tells_tests(proof),
            on_progress=lambda _seconds, line: at(line),
        )
        return run(order)


def _tells_tests(proof: Proof) -> bool:
    """Tell whether a run names its tests, so that what the base has can be told from the new."""
    return "WAGGLE_JUNIT" in proof.run


def _recorded(session: Session, worker: Worker, run: Record) -> dict[str, Any]:
    row = run.document()
    with session.locked():
        target = run.name or run.command
        is_passed = run.status == "passed"
        event = Event("proof_run", worker.full_name, "prove", target, is_passed, extra={"run": row})
        record(session, event)
    return row


def _lines(session: Session, row: dict[str, Any]) -> Iterator[str]:
    """Say how a run ended, for people."""
    name = row["name"] or row["command"]
    counts = [
        f"{row[key]} {key}" for key in ("passed", "failed", "skipped") if row[key] is not None
    ]
    facts = [*counts, f"exit code {row['exit_code']}", f"{row['seconds']:.1f} s"]
    yield f"{shown(name, 100)[1:-1]}: {row['status'].replace('_', ' ')} ({', '.join(facts)})"
    if row["put_back"]:
        yield f"  {counted(len(row['put_back']), 'file')} put back as the base has them"
    for name in row["failing"][:5]:
        yield f"  failing: {shown(name, 120)[1:-1]}"
    marks = [word for word in ("flaky", "environment") if row[word]]
    if marks:
        yield f"  {', '.join(marks)}"
    for note in row["notes"]:
        yield f"  {shown(note, 300)[1:-1]}"
    yield f"  sandbox: {row['sandbox']}; output: {session.proof_folder() / row['output']}"


def detach(wanted: ProofRequest, session_id: str, words: Sequence[str]) -> Answer:
    """Start `prove` with these words as a process of its own, and return at once."""
    session, _ = _begun(wanted, session_id)
    make_own(session.proof_folder(), session.home)
    process = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, str(wanted.program), "prove", *words],
        cwd=wanted.root,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    state = {"process": process.pid, "words": list(words)}
    write_atomic(_running_file(session, wanted.worker), json.dumps(state).encode())
    line = prove_command(session, wanted.worker, wanted.program, option="--wait")
    return Answer(f"proofs run in the background; their results: {line}", {"wait": line})


def _running_file(session: Session, worker: Worker) -> Path:
    return session.proof_folder() / f"{worker.name}.running.json"


def wait(wanted: ProofRequest, session_id: str) -> Answer:
    """Wait for a detached run, and tell the newest record of each proof on the files of now."""
    session, work = _begun(wanted, session_id)
    end = time.monotonic() + _WAIT_SECONDS
    with doing("waiting for proofs"):
        while _is_running(session, wanted.worker) and time.monotonic() < end:
            time.sleep(_POLL_SECONDS)
    records = session.state().workers[wanted.worker.full_name].proofs
    newest = {
        row.get("name") or row["command"]: row for row in records if row.get("tree") == work.now
    }
    rows = list(newest.values())
    if not rows:
        return Answer("no proof was run on these files", {"proofs": []}, "failed")
    lines = [line for row in rows for line in _lines(session, {"notes": (), **row})]
    is_passed = all(row["status"] == "passed" for row in rows)
    return Answer("\n".join(lines), {"proofs": rows}, "completed" if is_passed else "failed")


def _is_running(session: Session, worker: Worker) -> bool:
    try:
        state = json.loads(read_regular(_running_file(session, worker), 1024 * 1024))
        os.kill(int(state["process"]), 0)
    except (OSError, NotReadable, ValueError, KeyError, TypeError):
        return False
    return True
