"""A fleet, told: who takes jobs, and what waits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sessions.errors import escaped
from workers.contract import Answer, counted

if TYPE_CHECKING:
    from collections.abc import Sequence


def overview_text(queue: str, overview: dict[str, Any]) -> Answer:
    """Tell of a queue: a line each for its workers, then what waits in it."""
    lines = [
        f"{row['id']}: {', '.join([slots(row), *troubles(row)])}" for row in overview["executors"]
    ] or [nobody(queue)]
    lines += in_queue(overview)
    return Answer("\n".join(map(escaped, lines)), {"queue": queue, **overview})


def slots(row: dict[str, Any]) -> str:
    """Return how many of a worker's slots are at work."""
    return f"{row['at_work']} of {counted(row['slots'], 'slot')} at work"


def troubles(row: dict[str, Any]) -> list[str]:
    """Return why a worker takes no more jobs; nothing of one that does."""
    return [
        *(["draining: takes no more jobs"] if row["draining"] else []),
        *(["lease over: no sign of life"] if row["lease_seconds"] < 0 else []),
    ]


def nobody(queue: str) -> str:
    """Say that a queue has no worker."""
    return f"no worker takes jobs of {queue}: start one with `fleet worker`"


def in_queue(overview: dict[str, Any]) -> list[str]:
    """Return a line for the jobs that wait, and one for each kind that will not begin by itself."""
    lines = [f"{counted(overview['queued'], 'job')} queued"]
    if overview["plans_queued"]:
        lines.append(f"{counted(overview['plans_queued'], 'plan')} that no worker has begun")
    if overview["without_executor"]:
        lines.append(
            f"{counted(overview['without_executor'], 'job')} of dead workers, to be given back"
        )
    if overview["of_another_version"]:
        lines.append(
            f"{counted(overview['of_another_version'], 'job')} of another version of the program:"
            " `fleet retry --session ID` queues them again"
        )
    return lines


def queued(session_id: str, number: int, workers: Sequence[str]) -> Answer:
    """Tell that a plan is in the queue."""
    names = ", ".join(workers)
    text = f"{session_id}/{number} is queued: {names} (see: watch --session {session_id})"
    about = {"session_id": session_id, "run": number, "workers": list(workers)}
    return Answer(escaped(text), about)
