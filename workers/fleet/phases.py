"""One phase of one job: taken in the events, run as a process, tried again where it was cut off."""

from __future__ import annotations

import asyncio
import errno
import hashlib
import json
import os
import signal
import time
from contextlib import suppress
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from sessions import fence
from sessions.attempts import correlation_of
from sessions.errors import BadInput, Busy, NoEngine, Superseded, WaggleError
from sessions.patterns import lazy_pattern
from workers.agents.limits import taken_by
from workers.fleet import jobs, processes
from workers.fleet.granting import at_once
from workers.fleet.ordering import UNNAMED
from workers.fleet.places import Away, Folder, Unfit
from workers.hive.outcomes import Outcome, of_process
from workers.invocation import program_words

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from sessions.session import Session
    from workers.fleet.places import Place, Taken

TRIES = 3  # of a phase that hung, was killed, or was refused what it needs
PHASE_SECONDS = 6 * 3600.0  # without a limit of one's own: beyond it a phase hangs
SENDING_SECONDS = 30.0
ANSWERED_SECONDS = 5.0  # where a model has answered meanwhile
_LOOK_SECONDS = 1.0
BUSY_SECONDS = 120.0  # beyond leases, and what a file system takes to free a dead machine's locks
_PAUSES = (2.0, 0.5, 2.0)  # after so many tries
LONGEST_PAUSE = 30.0
# The session was held, or the system refused something: a full disk may be emptied.
_PASSING = {Busy.code, WaggleError.code}
_CUT_OFF = "cut off"
WHO_WRITES = "Look at who may write into its database."
_BY_SIGNAL = 128  # what a shell, and cli.py, add to the number of a signal that ended a process
_SIGNALS = {signal.SIGHUP, signal.SIGINT, signal.SIGKILL, signal.SIGTERM}
_NUMBER = lazy_pattern(r"[0-9]+(\.[0-9]+)?")
_LIMITS = {"--attempts", "--max-requests", "--max-tokens", "--max-cost", "--timeout"}
_TOTALS = {"tokens", "cost"}
_ATTRIBUTES = "OTEL_RESOURCE_ATTRIBUTES"
_DISK_IS_FULL = {errno.ENOSPC, errno.EDQUOT}

at_work: set[str] = set()  # ids of the jobs for which this process, if it drains, waits


class Executor(NamedTuple):
    """Who does jobs here: its name in the events, the repository, the program that phases run.

    `is_alive` says whether its lease is still its own; raises NoEngine where nobody can say.
    `grant` waits until a request to a model, by its name, may be sent.
    """

    id: str
    root: Path
    program: Path
    is_alive: Callable[[], bool]
    phase_seconds: float = PHASE_SECONDS
    grant: Callable[[str], Awaitable[None]] = at_once
    clones: Place | None = None  # where machines share no folder

    @property
    def place(self) -> Place:
        """Where the sessions of its jobs are."""
        return self.clones or Folder(self.root)


class Job(NamedTuple):
    """What the engine holds of a job: plain values, read by any version of the program."""

    session: str
    run: int
    workers: list[str]
    worker: str
    options: list[str]  # of both phases
    run_options: list[str]  # of the second alone
    totals: dict[str, str]  # of the whole plan: tokens, cost

    @property
    def of_run(self) -> jobs.Run:
        """The run that it belongs to."""
        return jobs.Run(self.session, self.run, tuple(self.workers))

    @property
    def job_id(self) -> str:
        """What the engine and the events call it."""
        return self.of_run.job_id(self.worker)


class Done(NamedTuple):
    """What a phase came to, and under which token; None where its last try may have taken none."""

    outcome: Outcome
    claim: jobs.Claim | None


def job_of(fields: Mapping[str, Any]) -> Job:
    """Return a job as the engine holds it; raises BadInput for what we would not have written.

    Whoever may write into the database must not choose what a machine runs: the session has to be
    here, and options are those of `run`.
    """
    try:
        job = Job(**fields)
        texts = (job.session, job.worker, *job.workers, *job.options, *job.run_options)
        is_ours = (
            isinstance(job.run, int)
            and all(isinstance(text, str) for text in texts)
            and job.worker in job.workers
            and all(jobs.NAME.fullmatch(name) for name in job.workers)
            and _is_pairs(job.options, {"--model"})
            and _is_pairs([one for one in job.run_options if one != "--otel"], _LIMITS)
            and job.totals.keys() <= _TOTALS
            and all(_NUMBER.fullmatch(value) for value in job.totals.values())
        )
    except (TypeError, AttributeError):
        is_ours = False
    if not is_ours:
        raise BadInput("a job in the engine is none of ours", WHO_WRITES)
    return job


def check_order(order: Mapping[str, Any]) -> None:
    """Raise BadInput for a plan's order that we would not have written."""
    fields = {name: order[name] for name in Job._fields if name in order}
    for name in order["workers"]:
        job_of({**fields, "worker": name})
    if sorted(one["worker"] for one in order["assignments"]) != sorted(order["workers"]):
        raise BadInput("a plan in the engine is none of ours", WHO_WRITES)


def _is_pairs(words: list[str], names: AbstractSet[str]) -> bool:
    """Tell whether words are options of some names, each with a value that is no option."""
    values = words[1::2]
    return (
        len(words) % 2 == 0
        and set(words[::2]) <= names
        and not any(value.startswith("-") for value in values)
    )


async def do(executor: Executor, job: Job, phase: str) -> Done | None:
    """Do a phase of a job; None where the job has ended already.

    Who holds the session, or does the same phase still, is waited for: that a machine hangs is no
    fault of the job. Raises Superseded where the executor was given up, Unfit where it can do none.
    """
    done = Done(Outcome(job.worker, "blocked"), None)
    tries, until = 0, time.monotonic() + BUSY_SECONDS
    while True:
        is_waiting = False
        try:
            tried = await _try(executor, job, phase)
        except (Superseded, Unfit):
            raise
        except NoEngine:
            is_waiting = True  # the lease decides how long
            until = time.monotonic() + BUSY_SECONDS
        except (WaggleError, OSError) as error:
            # An older claim says nothing: nobody knows whether the job was taken just now.
            done = Done(_stopped(job, str(error)), None)
            is_waiting = isinstance(error, Busy | Away)
        else:
            if tried is None:
                return None
            done, code = tried
            if code is None:
                return done
            is_waiting = code == Busy.code
        if not is_waiting or time.monotonic() > until:
            tries += 1
        if tries == TRIES:
            return done
        await asyncio.sleep(_PAUSES[tries])


async def _try(executor: Executor, job: Job, phase: str) -> tuple[Done, str | None] | None:
    """Do a phase once; also returns the code of what is worth another try, None for nothing."""
    place = executor.place
    try:
        taken = await asyncio.to_thread(
            place.take, job.of_run, job.worker, phase, executor.id, executor.is_alive
        )
    except jobs.TakenOverTooOften as error:
        return Done(_stopped(job, error.message), None), None
    if taken is None:
        return None
    session, claim = taken.session, taken.claim
    limits = await asyncio.to_thread(_limits, session, job) if phase == "run" else []
    if limits is None:
        return Done(_stopped(job, "The plan has used up what it may in all."), claim), None
    words = [*program_words(executor.program), job.worker, f"--{phase}", "--json"]
    words += ["--session", session.id, "--root", str(session.root), *job.options]
    words += [*_kind(session, job), *limits]
    environment = fence.environment(claim.worker, claim.token)
    environment |= _trace(session, job, place.identity(session))
    grant = partial(executor.grant, _model(job))
    over = asyncio.Event()
    sending = asyncio.create_task(_send_meanwhile(place, taken, over))
    try:
        ended = await processes.run(words, environment, executor.phase_seconds, grant)
        over.set()
        await asyncio.gather(sending, return_exceptions=True)
    finally:
        sending.cancel()  # who is cancelled waits for no step of git
    why = await _sent(place, taken)
    if why is not None:
        return Done(_stopped(job, why), claim), None  # done again it would be lost
    if ended.hung:
        why = f"The phase {phase} hung: it was ended after {executor.phase_seconds:g} s."
        return Done(_stopped(job, why), claim), _CUT_OFF
    outcome = of_process(job.worker, ended.code, ended.out, ended.err)
    is_cut_off = ended.code < 0 or ended.code - _BY_SIGNAL in _SIGNALS
    return Done(outcome, claim), _CUT_OFF if is_cut_off else _passing(ended.out)


async def _send_meanwhile(place: Place, taken: Taken, over: asyncio.Event) -> None:
    """Let the others see now and then what a phase has written so far.

    If this machine dies, answers of a model that were paid for are not lost with it: they are sent
    soon, and the rest less often.
    """
    transcript = taken.session.transcript_file(taken.claim.worker.removesuffix("-worker"))
    last, size = time.monotonic(), _size(transcript)
    while True:
        with suppress(TimeoutError):
            await asyncio.wait_for(over.wait(), _LOOK_SECONDS)
            return
        now = _size(transcript)
        if time.monotonic() - last < (SENDING_SECONDS if now == size else ANSWERED_SECONDS):
            continue
        with suppress(WaggleError, OSError):  # at its end it is sent again, or refused
            await asyncio.to_thread(place.sent, taken)
        last, size = time.monotonic(), now


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0


async def _sent(place: Place, taken: Taken) -> str | None:
    """Let the others see what a phase wrote; returns why that cannot be, None once they do.

    Who is away is waited for as long as it takes: what the phase wrote is nowhere else. Before long
    whoever drains does not wait with it.
    """
    job_id, pause, until = taken.claim.job_id, _PAUSES[1], time.monotonic() + BUSY_SECONDS
    is_counted = job_id in at_work
    while True:
        try:
            await asyncio.to_thread(place.sent, taken)
        except (Superseded, Unfit):
            raise
        except (WaggleError, OSError) as error:
            if time.monotonic() > until:
                if not _passes(error):
                    return str(error)
                at_work.discard(job_id)
        else:
            if is_counted:
                at_work.add(job_id)
            return None
        await asyncio.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)


def _passes(error: WaggleError | OSError) -> bool:
    """Tell whether what keeps a phase's files from the others is no fault of theirs."""
    return isinstance(error, Busy | Away) or getattr(error, "errno", None) in _DISK_IS_FULL


def _model(job: Job) -> str:
    """Return under which name requests of a job are counted, as `--per-model` parts the queue."""
    return dict(zip(job.options[::2], job.options[1::2], strict=True)).get("--model", UNNAMED)


def _stopped(job: Job, why: str) -> Outcome:
    return Outcome(job.worker, "blocked", told=why)


def _kind(session: Session, job: Job) -> list[str]:
    """Return the kind of task of a worker that is set up: asked for another it would be refused."""
    worker = session.state().workers.get(jobs.full_name(job.worker))
    return ["--kind", worker.kind] if worker and worker.set_up_at is not None else []


def _passing(out: bytes) -> str | None:
    """Return the code of what stopped a phase, where it may pass by itself."""
    try:
        problems = json.loads(out)["problems"]
        codes = [one.get("code") for one in problems]
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return next((code for code in codes if code in _PASSING), None)


def _limits(session: Session, job: Job) -> list[str] | None:
    """Return the options of a worker's second phase, its share of what the plan may use among them.

    None where nothing is left. It is shared among all jobs that have not ended, so that those which
    run at the same time cannot pass the total together; what one leaves goes to those that begin
    later. A smaller limit of the worker's own stays.
    """
    run, state = job.of_run, session.state()
    still = len(run.workers) - len(jobs.ended(state, run))
    words = list(job.run_options)
    known = state.workers.items()
    for total, fields, unit in (
        ("tokens", ("tokens_in", "tokens_out"), Decimal(1)),
        ("cost", ("cost",), Decimal("0.0001")),
    ):
        if total not in job.totals:
            continue
        used = {name: _used(session, name, one.usage, fields) for name, one in known}
        left = Decimal(job.totals[total]) - sum(used.values())
        share = (left / max(still, 1)).quantize(unit, rounding="ROUND_DOWN")
        if share <= 0:
            return None
        # A worker's limit counts what it used before.
        limit = share + used.get(jobs.full_name(job.worker), Decimal(0))
        option = f"--max-{total}"
        if option in words:
            at = words.index(option)
            limit = min(limit, Decimal(words[at + 1]))
            del words[at : at + 2]
        words += [option, str(limit)]
    return words


def _used(
    session: Session, name: str, recorded: dict[str, Any], fields: tuple[str, ...]
) -> Decimal:
    """Return what a worker used: by its events, or by its transcript where that has more.

    Whoever is cut off records nothing; the transcript has each answer as soon as it is there.
    """
    taken: Mapping[str, Any] = {}
    if jobs.NAME.fullmatch(name):  # anybody may have written it
        taken = taken_by(session.transcript_file(name.removesuffix("-worker")))
    return max(
        sum((Decimal(str(usage.get(field, 0))) for field in fields), Decimal(0))
        for usage in (recorded, taken)
    )


def _trace(session: Session, job: Job, of_session: str) -> dict[str, str]:
    """Return what makes the spans of a run one trace, on whatever machine, and says whose they are.

    W3C trace context, and resource attributes of OpenTelemetry.
    """
    identity = hashlib.sha256(f"{of_session}:{job.of_run.id}".encode()).hexdigest()
    worker = jobs.full_name(job.worker)
    about = f"waggle.correlation_id={correlation_of(session.state(), worker)}"
    known = os.environ.get(_ATTRIBUTES)
    return {
        "TRACEPARENT": f"00-{identity[:32]}-{identity[32:48]}-01",
        _ATTRIBUTES: f"{known},{about}" if known else about,
    }
