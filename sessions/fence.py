"""Who may write for a worker: of two processes that do one job, only the one that took it last.

A job of a plan is done by a process, perhaps on another machine. When its executor is given up for
dead, another one takes the job, with a larger token. Whoever holds an older one may still be alive;
what it writes under the session's lock is refused. A process without a token was started by
somebody, not as a job, and is not held up.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from sessions.errors import Superseded

if TYPE_CHECKING:
    from collections.abc import Mapping

VARIABLE = "WAGGLE_JOB"  # WORKER:TOKEN, given to a phase by the executor that starts it


def environment(worker: str, token: int) -> dict[str, str]:
    """Return what the environment of a job's process says."""
    return {VARIABLE: f"{worker}:{token}"}


def is_job() -> bool:
    """Tell whether this process does a job."""
    return bool(os.environ.get(VARIABLE))


def own_token(worker: str) -> dict[str, int]:
    """Return what says in an event of a worker that this process does its job; else nothing."""
    name, _, token = os.environ.get(VARIABLE, "").rpartition(":")
    return {"token": int(token)} if name == worker and token.isdecimal() else {}


def check_job(jobs: Mapping[str, Mapping[str, Any]]) -> None:
    """Raise Superseded where this process does a job that another one took over, or that ended.

    `jobs` are those of the session's state, by their workers.
    """
    worker, _, token = os.environ.get(VARIABLE, "").rpartition(":")
    if not worker:
        return
    job = jobs.get(worker)
    newest = job["token"] if job else 0
    if not token.isdecimal() or int(token) != newest or (job and job["ended_at"] is not None):
        raise Superseded(
            f"the job of the {worker} was taken over, or has ended (token {token}, now {newest})",
            "Nothing of this process is written any more; see `status`.",
        )
