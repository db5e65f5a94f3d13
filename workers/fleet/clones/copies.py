"""The sessions of a machine that has no folder of the repository: a copy for each job.

A job's copy is the base as files, in a repository of its own, and the session as the ref had it
when the job was taken. Nobody else writes there: what a copy has more than the ref was done by that
job, and is thrown away where the job was taken over.
"""

from __future__ import annotations

import json
import random
import re
import shutil
import tempfile
import time
from contextlib import contextmanager, suppress
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast

from sessions.errors import BadInput, Busy, Damaged, NoSuchSession, Superseded, shown
from sessions.events import Event
from sessions.session import Session, record
from workers.fleet import jobs
from workers.fleet.clones import checkout, contents, renewing
from workers.fleet.clones.bare import Bare, Lost, Unsound
from workers.fleet.clones.contents import LOG
from workers.fleet.clones.merging import lines_of, log_of, merged
from workers.fleet.clones.refs import KEPT, Ref, Seen, ref_of
from workers.fleet.places import Taken

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from workers.hive.outcomes import Outcome

CHANGE = "change"
_TRIES = 300  # against others who push at the same time
_PAUSE = 0.02
_LONGEST_PAUSE = 2.0
# Of a worker, what speaks of the root and is not judged yet.
_WITH_PATHS = ("workers/notes/{}_notes.md", "workers/json/{}_output.json")
_BEFORE = rb"(?:(?<![\w./-])|(?<=\\[nrt])|(?<=file://))"  # `\n` is how JSON writes a line's end
_TRANSCRIPT = "workers/json/{}_transcript.jsonl"

_Step = TypeVar("_Step", bound="Callable[..., Any]")
# Sessions that a clone which was made again did not help: what stops them is in them.
_in_vain: set[str] = set()


def _on_a_sound_clone(step: _Step) -> _Step:
    """Have a step done again where it stops at a damaged clone, once that was made again.

    Each step may be done twice: what it pushed before is there, and is seen. Raises Unfit where no
    clone can be made.
    """

    @wraps(step)
    def done(copies: Copies, about: jobs.Run | Taken, *more: Any, **named: Any) -> Any:
        was = renewing.identity(copies.bare)
        session_id = about.session.id if isinstance(about, Taken) else about.session_id
        try:
            return step(copies, about, *more, **named)
        except (Damaged, OSError) as error:
            if not copies.folder.is_dir():
                raise renewing.unfit(copies.bare, error) from None
            if session_id in _in_vain or not renewing.is_of_clone(error, copies.bare):
                raise
        is_new = renewing.renew(copies.bare, copies.folder.parent, was)
        try:
            return step(copies, about, *more, **named)
        except Unsound:
            if is_new:
                _in_vain.add(session_id)
            raise

    return cast("_Step", done)


class Copies(NamedTuple):
    """The copies of one process, below a folder that goes with it."""

    bare: Bare
    folder: Path

    @_on_a_sound_clone
    def take(
        self, run: jobs.Run, worker: str, phase: str, executor: str, is_alive: Callable[[], bool]
    ) -> Taken | None:
        """Take a job at the ref, and lay out its copy; raises as `jobs.take` does."""
        copy, ref = self._copy(run.session_id, worker)
        for seen in looks(ref):
            self._keep(seen)
            check_kind(seen, worker)
            ref.check_base(seen)
            root = copy / seen.about.prefix
            with scratch_of(ref.session_id, seen.lines, self.folder) as scratch:
                claim = jobs.take(scratch, run, worker, phase, executor, is_alive=is_alive)
                if claim is None:
                    return None
                files = _moved(ref, seen, worker, root, scratch)
            with suppress(Lost):
                now = ref.put(seen, files, f"{worker} takes {phase}")
                checkout.check_out(self.bare, copy, now.base, now.about)
                session = Session(root, run.session_id, root)
                contents.lay_out(session, ref.read(now))
                return Taken(session, claim, now.files)
        raise crowded(ref, _TRIES)

    @_on_a_sound_clone
    def sent(self, taken: Taken) -> None:
        """Push what a phase wrote in its job's copy; raises Superseded where it was taken over."""
        session, claim, laid = taken
        worker = claim.worker.removesuffix("-worker")
        _, ref = self._copy(session.id, worker)
        for seen in looks(ref):
            if not _is_ours(seen, claim):
                return
            with session.locked():  # else a verdict may be there without its receipt
                names = [one for one in contents.names_in(session.path) if _goes(one, worker, seen)]
                files = contents.read_files(session.path, [LOG, *names])
            receipts = {
                name: data for name, data in files.items() if name.endswith("_receipt.json")
            }
            both = merged(seen.lines, lines_of(files[LOG]), receipts)
            files |= {**both.receipts, LOG: log_of(both.lines)}
            files = {name: data for name, data in files.items() if name not in both.settled}
            gone = {one for one in _unchanged(laid, worker, seen) if one not in names}
            same = all(seen.files.get(name) == ref.digest(data) for name, data in files.items())
            if same and not gone:
                return
            with suppress(Lost):
                ref.put(seen, files, f"{worker} did a phase", without=gone)
                return
        raise crowded(ref, _TRIES)

    @_on_a_sound_clone
    def end(
        self,
        run: jobs.Run,
        outcome: Outcome,
        claim: jobs.Claim | None,
        executor: str,
        is_alive: Callable[[], bool],
    ) -> None:
        """Record at the ref how a job ended, once; its copy goes."""
        copy, ref = self._copy(run.session_id, outcome.worker)
        end_at(ref, self.folder, run, outcome, claim=claim, executor=executor, is_alive=is_alive)
        if claim is not None:
            shutil.rmtree(copy, ignore_errors=True)

    @_on_a_sound_clone
    def ended(self, run: jobs.Run, worker: str) -> Outcome | None:
        """Return how a job ended, as the ref says; None where it has not."""
        _, ref = self._copy(run.session_id, worker)
        return jobs.ended(next(looks(ref)).state, run).get(worker)

    def identity(self, session: Session) -> str:
        """Return what is the same of a session on every machine."""
        return f"{session.id}:{session.state().created_at}"

    def _keep(self, seen: Seen) -> None:
        """Have what was fetched of a session outlive its copies: less is fetched next time."""
        with suppress(Damaged):  # another copy does the same
            self.bare.run("update-ref", f"{KEPT}/{seen.state.session_id}", seen.commit)

    def _copy(self, session_id: str, worker: str) -> tuple[Path, Ref]:
        """Return where the copy of a job is, and the ref as it keeps it.

        Raises BadInput for names that lead elsewhere: what is there is removed.
        """
        if not jobs.NAME.fullmatch(worker):
            raise BadInput(f"{shown(worker)} is no worker's name", "Look at who queues jobs.")
        own = f"refs/copies/{self.folder.name}/{session_id}/{worker}"
        return self.folder / session_id / worker, ref_of(self.bare, session_id, own)


def looks(ref: Ref) -> Iterator[Seen]:
    """Yield a session as it is at the remote now, as often as it takes to push.

    Raises NoSuchSession where it is not there, and as `Ref.seen` does.
    """
    pause = _PAUSE
    for _ in range(_TRIES):
        seen = ref.seen()
        if seen is None:
            raise NoSuchSession(
                f"{ref.name} is not at the remote {ref.bare.shown}",
                "It was removed there, or `run --remote` did not queue it.",
            )
        yield seen
        time.sleep(pause * random.random())  # noqa: S311 - so that two do not meet again
        pause = min(2 * pause, _LONGEST_PAUSE)


def crowded(ref: Ref, tries: int) -> Busy:
    """Return what to say where others were always faster."""
    return Busy(
        f"{ref.name} was pushed by others {tries} times before us",
        "Run the command again later; if that happens often, let fewer machines do its jobs.",
    )


@contextmanager
def scratch_of(session_id: str, lines: Iterable[bytes], folder: Path) -> Iterator[Session]:
    """Offer a session of a moment with a log: nobody else sees it.

    What is recorded there is so once it is pushed, and else never was.
    """
    with tempfile.TemporaryDirectory(prefix=".scratch-", dir=folder) as made:
        session = Session(Path(made), session_id, Path(made))
        contents.lay_out(session, {LOG: log_of(lines)})
        yield session


def end_at(
    ref: Ref,
    folder: Path,
    run: jobs.Run,
    outcome: Outcome,
    *,
    claim: jobs.Claim | None,
    executor: str,
    is_alive: Callable[[], bool] | None = None,
) -> bool:
    """Record at the ref how a job ended, as `jobs.end` does.

    `is_alive` is asked after each look: who takes the job later moves the ref, and nothing is put.
    """
    for seen in looks(ref):
        with scratch_of(ref.session_id, seen.lines, folder) as scratch:
            if not jobs.end(scratch, run, outcome, claim, executor, is_alive=is_alive):
                return False
            log = contents.log_in(scratch)
        with suppress(Lost):
            ref.put(seen, {LOG: log}, f"{outcome.worker} ends")
            return True
    raise crowded(ref, _TRIES)


def check_kind(seen: Seen, worker: str) -> None:
    """Raise BadInput for a worker that changes code: in a copy its changes would be lost."""
    known = seen.state.workers.get(jobs.full_name(worker))
    if known is not None and known.kind == CHANGE:
        raise changes_stay(worker)


def changes_stay(worker: str) -> BadInput:
    """Return what is wrong with a change that is asked of a clone."""
    return BadInput(
        f"{jobs.full_name(worker)} changes code, and from a clone only reports come back",
        "Run its plan without --remote: on this machine, or in a folder that all machines mount.",
    )


def _is_ours(seen: Seen, claim: jobs.Claim) -> bool:
    """Tell whether a job has not ended; raises Superseded where its token is not the newest."""
    job = seen.state.jobs.get(claim.worker)
    if job is None or job["id"] != claim.job_id or job["ended_at"] is not None:
        return False  # also where another run of the plan was begun
    if job["token"] != claim.token:
        raise Superseded(f"job {claim.job_id} was taken over", "Another machine does it.")
    return True


def _goes(name: str, worker: str, seen: Seen) -> bool:
    """Tell whether a job's copy says what a file is: its own worker's, or new of the session."""
    whose = contents.worker_of(name)
    return whose == worker or (whose is None and name not in seen.files)


def _unchanged(laid: Mapping[str, str], worker: str, seen: Seen) -> Iterator[str]:
    """Yield the files of a worker that the ref has as they were laid out in its copy."""
    for name, digest in laid.items():
        if contents.worker_of(name) == worker and seen.files.get(name) == digest:
            yield name


def _moved(ref: Ref, seen: Seen, worker: str, root: Path, scratch: Session) -> dict[str, bytes]:
    """Return the files of a job that was taken: of one that was begun elsewhere, as moved here.

    A report that waits for its verdict names files below the root where it was begun.
    """
    name = jobs.full_name(worker)
    known = scratch.state().workers.get(name)
    former = known.root if known and known.root and known.root.strip("/") else seen.about.root
    moved: dict[str, bytes] = {}
    if former != str(root) and not (known and known.completed_at):
        files = [one.format(worker) for one in (*_WITH_PATHS, _TRANSCRIPT)]
        there = ref.read(seen, {one: 0 for one in files if one in seen.files})
        moved = {one: _below(data, former, str(root)) for one, data in there.items()}
        event = Event("worker_configured", name, "move", "root", extra={"root": str(root)})
        with scratch.locked():
            record(scratch, event)
    return {**moved, LOG: contents.log_in(scratch)}


def _below(data: bytes, former: str, root: str) -> bytes:
    """Return a file that names another root, also as JSON writes it."""
    pairs = {former: root, json.dumps(former)[1:-1]: json.dumps(root)[1:-1]}
    for old, new in pairs.items():
        # What only begins, or ends, alike is another folder.
        parts = re.split(_BEFORE + re.escape(old.encode()) + rb"(?![\w.-])", data)
        data = new.encode().join(parts)
    return data
