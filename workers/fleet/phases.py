"""One phase of one job: taken in the events, run as a process, tried again where it was cut off."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from sessions import fence
from sessions.attempts import correlation_of
from sessions.errors import Busy, Superseded, WaggleError
from sessions.session import open_session
from workers.fleet import jobs, processes
from workers.hive.outcomes import Outcome, of_process
from workers.invocation import program_words

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sessions.session import Session
    from sessions.state import SessionState

TRIES = 3  # of a phase that hung, was killed, or was refused what it needs
PHASE_SECONDS = 6 * 3600.0  # without a limit of one's own: beyond it a phase hangs
_PAUSES = (0.5, 2.0, 5.0)
# The session was held, or the system refused something: a full disk may be emptied.
_PASSING = {Busy.code, WaggleError.code}
_ATTRIBUTES = "OTEL_RESOURCE_ATTRIBUTES"


class Executor(NamedTuple):
    """Who does jobs here: its name in the events, the repository, the program that phases run.

    `is_alive` says whether its lease is still its own; `given_up` never returns once it is not.
    """

    id: str
    root: Path
    program: Path
    is_alive: Callable[[], bool]
    phase_seconds: float = PHASE_SECONDS


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
    """What a phase came to, and under which token."""

    outcome: Outcome
    claim: jobs.Claim | None


async def do(executor: Executor, job: Job, phase: str) -> Done | None:
    """Do a phase of a job; None where the job has ended already.

    Raises Superseded where the executor was given up: what it does counts no more.
    """
    done = Done(Outcome(job.worker, "blocked"), None)
    for pause in _PAUSES[:TRIES]:
        try:
            tried = await _try(executor, job, phase)
        except Superseded:
            raise
        except (WaggleError, OSError) as error:
            done = Done(_stopped(job, str(error)), done.claim)
        else:
            if tried is None:
                return None
            done, again = tried
            if not again:
                return done
        await asyncio.sleep(pause)
    return done


async def _try(executor: Executor, job: Job, phase: str) -> tuple[Done, bool] | None:
    """Do a phase once; also says whether it is worth another try."""
    session = open_session(executor.root, job.session)
    taken = await asyncio.to_thread(
        jobs.take,
        session,
        job.of_run,
        job.worker,
        phase,
        executor.id,
        is_alive=executor.is_alive,
    )
    if taken is None:
        return None
    limits = _share(session.state(), job) if phase == "run" else []
    if limits is None:
        return Done(_stopped(job, "The plan has used up what it may in all."), taken), False
    words = [*program_words(executor.program), job.worker, f"--{phase}", "--json"]
    words += ["--session", session.id, "--root", str(session.root), *job.options]
    words += [*_kind(session, job), *(job.run_options if phase == "run" else ()), *limits]
    environment = fence.environment(taken.worker, taken.token) | _trace(session, job)
    ended = await processes.run(words, environment, executor.phase_seconds)
    if ended.hung:
        why = f"The phase {phase} hung: it was ended after {executor.phase_seconds:g} s."
        return Done(_stopped(job, why), taken), True
    outcome = of_process(job.worker, ended.code, ended.out, ended.err)
    return Done(outcome, taken), ended.code < 0 or _may_pass(ended.out)


def _stopped(job: Job, why: str) -> Outcome:
    return Outcome(job.worker, "blocked", told=why)


def _kind(session: Session, job: Job) -> list[str]:
    """Return the kind of task of a worker that is set up: asked for another it would be refused."""
    worker = session.state().workers.get(jobs.full_name(job.worker))
    return ["--kind", worker.kind] if worker and worker.set_up_at is not None else []


def _may_pass(out: bytes) -> bool:
    try:
        problems = json.loads(out)["problems"]
        return any(one.get("code") in _PASSING for one in problems)
    except (ValueError, KeyError, TypeError, AttributeError):
        return False


def _share(state: SessionState, job: Job) -> list[str] | None:
    """Return the limits of a worker: its share of what the plan may still use, None for nothing.

    What is left is shared among all jobs that have not ended, so that those which run at the same
    time cannot pass the total together; what one leaves goes to those that begin later.
    """
    run = job.of_run
    still = len(run.workers) - len(jobs.ended(state, run))
    words: list[str] = []
    for option, fields, unit in (
        ("tokens", ("tokens_in", "tokens_out"), Decimal(1)),
        ("cost", ("cost",), Decimal("0.0001")),
    ):
        if option not in job.totals:
            continue
        used = {name: _sum(one.usage, fields) for name, one in state.workers.items()}
        left = Decimal(job.totals[option]) - sum(used.values())
        share = (left / max(still, 1)).quantize(unit, rounding="ROUND_DOWN")
        if share <= 0:
            return None
        own = used.get(jobs.full_name(job.worker), Decimal(0))  # it counts what it used before
        words += [f"--max-{option}", str(own + share)]
    return words


def _sum(usage: dict[str, Any], fields: tuple[str, ...]) -> Decimal:
    return sum((Decimal(str(usage.get(name, 0))) for name in fields), Decimal(0))


def _trace(session: Session, job: Job) -> dict[str, str]:
    """Return what makes the spans of a run one trace, on whatever machine, and says whose they are.

    W3C trace context, and resource attributes of OpenTelemetry.
    """
    identity = hashlib.sha256(f"{session.path}:{job.of_run.id}".encode()).hexdigest()
    worker = jobs.full_name(job.worker)
    about = f"waggle.correlation_id={correlation_of(session.state(), worker)}"
    known = os.environ.get(_ATTRIBUTES)
    return {
        "TRACEPARENT": f"00-{identity[:32]}-{identity[32:48]}-01",
        _ATTRIBUTES: f"{known},{about}" if known else about,
    }
