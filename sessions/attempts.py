"""Attempts: which one an event or a document belongs to, and the id that joins them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessions.events import correlation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sessions.events import Event
    from sessions.state import SessionState


def attempts_of(state: SessionState, events: Sequence[Event]) -> list[int]:
    """Return to which attempt of its worker each of some new events belongs, 0 for the session's.

    An attempt ends with its verdict, or with the last event after one that accepted.
    """
    judged = {name: worker.attempts for name, worker in state.workers.items()}
    accepted = {name for name, worker in state.workers.items() if worker.completed_at is not None}
    attempts: list[int] = []
    for event in events:
        name = event.worker
        if event.event_type == "worker_spawned":
            judged[name] = 0
            accepted.discard(name)
        is_verdict = event.event_type in {"output_accepted", "output_rejected"}
        if is_verdict:
            accepted.discard(name)
        begun = judged.get(name, 0) + (name not in accepted)
        attempts.append(begun if name else 0)
        if is_verdict:
            judged[name] = begun
            if event.event_type == "output_accepted":
                accepted.add(name)
    return attempts


def attempt_of(state: SessionState, worker: str) -> int:
    """Return the attempt that a worker is in: the one that was accepted, else the one begun."""
    about = state.workers.get(worker)
    if about is None:
        return 1
    return about.attempts + (about.completed_at is None)


def correlation_of(state: SessionState, worker: str) -> str:
    """Return the id of what a worker does now: that of the attempt that it is in."""
    return correlation(state.session_id, worker, attempt_of(state, worker))
