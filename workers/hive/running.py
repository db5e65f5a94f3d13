"""How far the run of a session's plan is, and who does which job of it: as rows, and in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sessions.details import text_of
from workers.contract import counted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sessions.state import SessionState

HERE = "sqlite"  # the engine of a run on this machine alone
_IN_VAIN = {"failed", "blocked", "skipped", "cancelled"}
_CHARACTERS = 300  # of why a job ended


def run_row(state: SessionState) -> dict[str, Any] | None:
    """Return how far the last run of the plan is, None without one."""
    if state.run is None:
        return None
    names = state.run["workers"]
    begun = {name: job_row(state, f"{name.removesuffix('-worker')}-worker") for name in names}
    totals = state.run["asked"].get("totals", {})
    return {
        "number": state.run["number"],
        "engine": state.run["engine"],
        "at": state.run["at"],
        "jobs": len(names),
        "ended": sum(job is not None and job["status"] is not None for job in begun.values()),
        "waiting": [name for name, job in begun.items() if job is None],
        "totals": {name: str(totals[name]) for name in ("tokens", "cost") if name in totals},
    }


def job_row(state: SessionState, name: str) -> dict[str, Any] | None:
    """Return a worker's job in the last run: who does it, or how it ended; None before it is taken.

    `name` is the worker's full one. `machine` is null for a run on one machine.
    """
    job = state.jobs.get(name)
    if job is None or state.run is None:
        return None
    if not job["id"].startswith(f"{state.session_id}/{state.run['number']}/"):
        return None
    return {
        "executor": job["executor"],
        "machine": _machine(job["executor"]),
        "phase": job["phase"],
        "since": job["taken_at"],
        "taken_over": job["taken_over"],
        "status": job["status"],
        "ended_at": job["ended_at"],
        "why": (text_of(job["row"], "told") or "")[:_CHARACTERS],
    }


def is_over(state: SessionState, name: str) -> bool:
    """Tell whether a worker's job in the last run ended, and the worker gave no sign since."""
    job, worker = job_row(state, name), state.workers.get(name)
    ended_at = job["ended_at"] if job else None
    return worker is not None and ended_at is not None and ended_at == worker.heartbeat_at


def standing(state: SessionState, name: str) -> str:
    """Return the status of a worker in a word: of its job, where that ended in vain."""
    worker = state.workers.get(name)
    if worker is None:
        return "planned"
    job = job_row(state, name) or {}
    is_in_vain = job.get("status") in _IN_VAIN and worker.status != "completed"
    return str(job["status"]) if is_in_vain and is_over(state, name) else worker.status


def _machine(executor: str) -> str | None:
    """Return where a process of a fleet runs: its name is HOST.PID.RANDOM."""
    parts = executor.rsplit(".", 2)
    return parts[0] if len(parts) == 3 and parts[1].isdecimal() else None


def is_at_work(run: Mapping[str, Any]) -> bool:
    """Tell whether not all jobs of a run have ended."""
    return bool(run["ended"] < run["jobs"])


def run_words(run: Mapping[str, Any]) -> str:
    """Return which run it is, and how many of its jobs ended."""
    engine = "" if run["engine"] == HERE else f" on {run['engine']}"
    return f"run {run['number']}{engine}: {run['ended']} of {counted(run['jobs'], 'job')} ended"


def totals_words(run: Mapping[str, Any]) -> list[str]:
    """Return what all workers of a run together may use; nothing where that has no limit."""
    units = {"tokens": "{} tokens", "cost": "{} USD"}
    limits = [units[name].format(value) for name, value in run["totals"].items()]
    return [f"at most {' and '.join(limits)} in all"] if limits else []


def job_words(job: Mapping[str, Any]) -> str:
    """Return who does a job, or why it ended."""
    if job["status"] is not None:
        why = job["why"] if job["status"] != "completed" else ""
        return why or f"ended by {job['executor']}"
    number = job["taken_over"]
    times = "once" if number == 1 else f"{number} times"
    return f"done by {job['executor']}{f', taken over {times}' if number else ''}"
