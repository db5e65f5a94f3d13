"""A plan as a durable workflow, each worker as one of its children, each phase as a step.

Imports DBOS at its top: nobody imports this module but the engine. What a workflow does between two
steps is repeated after a crash, so it depends on nothing but its arguments and what steps gave.
Arguments and results are JSON: nothing that a database holds is unpickled.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from dbos import DBOS, SetEnqueueOptions, SetWorkflowID
from dbos import error as dbos_errors

from sessions.errors import BadInput, NoSuchSession, Superseded, WaggleError
from workers.fleet import jobs, phases
from workers.fleet.phases import at_work
from workers.fleet.places import Unfit
from workers.fleet.unattended import attended
from workers.hive.outcomes import STATUSES, Outcome, skipped

if TYPE_CHECKING:
    from collections.abc import Callable

    from workers.fleet.phases import Executor

_PRIORITIES = ("critical", "high", "medium", "low")
PHASES = ("setup", "run")
_NOT_OURS = "What the engine's database says of it is none of ours."
_OFTEN_LOOKED_AT = 25  # jobs of a plan that are looked at together as often as the queue


class Here(NamedTuple):
    """What the steps of this process work with; `polling` is in seconds.

    `announce` hears what is done, `warn` what somebody has to look at, `end` why this process can
    do no more: it ends.
    """

    executor: Executor
    polling: float
    announce: Callable[[str], None] = lambda _line: None
    warn: Callable[[str], None] = lambda _line: None
    end: Callable[[str], None] = lambda _why: None


_here: list[Here] = []


def work_as(here: Here) -> None:
    """Say who this process is, before the engine is launched."""
    _here[:] = [here]


@DBOS.workflow(name="plan", max_recovery_attempts=None)
async def plan(order: dict[str, Any]) -> list[dict[str, Any]]:
    """Do the jobs of a plan, each when those that it waits for are done; returns rows of outcomes.

    `order` has the fields of a Job without its worker, and the `assignments`, `queue`, `prefix`
    of the engine's ids, and `partition`.
    """
    with attended(str(DBOS.workflow_id)):
        return await _carried_out(order)


async def _carried_out(order: dict[str, Any]) -> list[dict[str, Any]]:
    outcomes: dict[str, Outcome] = {}
    running: dict[str, Any] = {}
    phases.check_order(order)
    waiting = sorted(order["assignments"], key=lambda one: _PRIORITIES.index(one["priority"]))
    while waiting or running:
        for one in [one for one in waiting if outcomes.keys() >= set(one["depends_on"])]:
            waiting.remove(one)
            in_vain = skipped(one["worker"], one["depends_on"], outcomes)
            if in_vain is not None:
                row = await finish(_job(order, one), {"row": in_vain.row(), "token": None})
                outcomes[one["worker"]] = _read(one["worker"], row)
            else:
                running[one["worker"]] = await _enqueue(order, one)
        if not running:
            if waiting and not any(outcomes.keys() >= set(one["depends_on"]) for one in waiting):
                raise BadInput("its workers wait for each other", "Plan the task again.")
            continue
        # A look costs as much as there are jobs to look at: of many it is taken less often.
        often = order["polling"] * max(1.0, len(running) / _OFTEN_LOOKED_AT)
        first = await DBOS.wait_first_async(list(running.values()), polling_interval_sec=often)
        name = next(name for name, handle in running.items() if handle is first)
        outcome = await _result(name, running.pop(name))
        if outcome.exit_code is None:  # it may have died before it said how it ended
            row = await finish(_job(order, {"worker": name}), {"row": outcome.row(), "token": None})
            outcome = _read(name, row)
        outcomes[name] = outcome
    return [outcomes[one["worker"]].row() for one in order["assignments"]]


async def _enqueue(order: dict[str, Any], assignment: dict[str, Any]) -> Any:
    job = _job(order, assignment)
    priority = 1 + _PRIORITIES.index(assignment["priority"])
    run = jobs.Run(order["session"], order["run"], tuple(order["workers"]))
    with (
        SetWorkflowID(order["prefix"] + run.job_id(assignment["worker"])),
        SetEnqueueOptions(priority=priority, queue_partition_key=order["partition"]),
    ):
        return await DBOS.enqueue_workflow_async(order["queue"], worker, job)


async def _result(name: str, handle: Any) -> Outcome:
    try:
        return _read(name, await handle.get_result())
    except dbos_errors.DBOSAwaitedWorkflowCancelledError:
        return Outcome(name, "cancelled")
    except (RuntimeError, dbos_errors.DBOSException) as error:
        # What a job died of must not end the others.
        return Outcome(name, "blocked", told=str(error))


def _read(worker: str, row: object) -> Outcome:
    """Return the outcome that a row of the database says a worker's job came to.

    Whoever may write there must not end other jobs with it, nor name what is removed after them.
    """
    try:
        if isinstance(row, dict) and row["worker"] == worker and row["status"] in STATUSES:
            return Outcome.of_row(row)
    except (TypeError, KeyError):
        pass
    return Outcome(worker, "blocked", told=f"{_NOT_OURS} {phases.WHO_WRITES}")


def _job(order: dict[str, Any], assignment: dict[str, Any]) -> dict[str, Any]:
    fields = {name: order[name] for name in phases.Job._fields if name in order}
    return {**fields, "worker": assignment["worker"]}


@DBOS.workflow(name="worker", max_recovery_attempts=None)
async def worker(job: dict[str, Any]) -> dict[str, Any]:
    """Do one job: its phases, until one of them does not complete; returns the outcome's row."""
    done: dict[str, Any] = {}
    job_id = phases.job_of(job).job_id
    at_work.add(job_id)
    try:
        with attended(str(DBOS.workflow_id)):
            for name in PHASES:
                done = await phase(job, name)
                if done["row"]["status"] != "completed" or done["token"] is None:
                    break
            row = await finish(job, done)
    finally:
        at_work.discard(job_id)
    why = "" if row["status"] == "completed" else row.get("told") or ""
    _here[0].announce(f"{job_id}: {row['status']}{why and '. '}{why}")
    return row


@DBOS.step(name="phase", preemptible=True)
async def phase(job: dict[str, Any], name: str) -> dict[str, Any]:
    """Do a phase; returns its outcome's row and the token, null where the job has ended already."""
    here, this = _here[0], phases.job_of(job)
    try:
        done = await phases.do(here.executor, this, name)
    except (Superseded, Unfit) as error:
        await _leave_to_others(this, error)
        raise
    if done is None:
        return {"row": (await _recorded(this)).row(), "token": None}
    return {"row": done.outcome.row(), "token": done.claim.token if done.claim else None}


@DBOS.step(name="end")
async def finish(job: dict[str, Any], done: dict[str, Any]) -> dict[str, Any]:
    """Record how a job ended, as often as it takes; returns the row.

    Whatever stops that says nothing of the job, whose report may be accepted by now. Without a
    token only the lease says whose the job is: an executor that was given up waits. Who drains
    waits for no job whose end cannot be recorded: it is given back.
    """
    executor, this = _here[0].executor, phases.job_of(job)
    outcome, token, claim = _read(this.worker, done.get("row")), done.get("token"), None
    if isinstance(token, int):
        claim = jobs.Claim(this.job_id, jobs.full_name(this.worker), token, executor.id)
    pause, until, is_said = 0.5, time.monotonic() + phases.BUSY_SECONDS, False
    while True:
        try:
            await asyncio.to_thread(
                executor.place.end, this.of_run, outcome, claim, executor.id, executor.is_alive
            )
            return (await _recorded(this)).row()
        except (NoSuchSession, BadInput):
            return outcome.row()  # it was removed, or can never be: there is nowhere to say it
        except (Superseded, Unfit) as error:
            await _leave_to_others(this, error)
            raise
        except (WaggleError, OSError) as error:
            if time.monotonic() > until:
                at_work.discard(this.job_id)
                if not is_said:
                    _here[0].warn(f"{this.job_id}: its end waits to be recorded: {error}")
                is_said = True
            await asyncio.sleep(pause)
            pause = min(2 * pause, phases.LONGEST_PAUSE)


async def _leave_to_others(job: phases.Job, error: Superseded | Unfit) -> None:
    """Wait until this process ends: whoever has the job then says how it ended."""
    if isinstance(error, Unfit):
        _here[0].end(f"{error.message} {error.hint}")
    at_work.discard(job.job_id)
    await asyncio.Event().wait()


async def _recorded(job: phases.Job) -> Outcome:
    """Return how the events say that a job ended."""
    place = _here[0].executor.place
    ended = await asyncio.to_thread(place.ended, job.of_run, job.worker)
    return ended or Outcome(job.worker, "blocked", told="It was taken over.")
