"""What the events say of the jobs of a plan: who took them, and how they ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sessions.details import flat_of, number_of, text_of, texts_of

if TYPE_CHECKING:
    from collections.abc import Mapping


def run_of(timestamp: str, details: Mapping[str, Any]) -> dict[str, Any]:
    """Return a run of a plan: its number, its workers, its engine, since when.

    `database` is a digest that tells databases apart; None where an event says none.
    """
    return {
        "number": int(number_of(details, "run") or 0),
        "workers": texts_of(details, "workers"),
        "engine": text_of(details, "engine") or "",
        "database": text_of(details, "database"),
        "asked": _asked(details),
        "at": timestamp,
    }


def _asked(details: Mapping[str, Any]) -> dict[str, Any]:
    asked = details.get("asked")
    if not isinstance(asked, dict):
        return {}
    lists = {name: texts_of(asked, name) for name in ("options", "run_options")}
    where = {name: text_of(asked, name) for name in ("remote", "queue")}
    return {
        **lists,
        "totals": flat_of(asked, "totals"),
        "model": text_of(asked, "model"),
        **{name: value for name, value in where.items() if value},
    }


def job_of(before: dict[str, Any] | None, event: Mapping[str, Any]) -> dict[str, Any]:
    """Return a worker's job after an event of it; tokens only ever grow."""
    details = event["details"]
    token = int(number_of(details, "token") or 0)
    if before is not None and token < before["token"]:
        return before
    job: dict[str, Any] = {
        "id": text_of(details, "target") or "",
        "token": token,
        "taken_over": 0,
        "executor": text_of(details, "executor") or "",
        "phase": text_of(details, "phase"),
        "taken_at": event["timestamp"],
        "status": None,
        "ended_at": None,
        "row": {},
    }
    same = before if before is not None and before["id"] == job["id"] else None
    if same is not None:
        job["taken_over"] = same["taken_over"]
    if event["event_type"] == "job_taken":
        job["taken_over"] += same is not None and same["executor"] != job["executor"]
    else:
        job["taken_at"] = same["taken_at"] if same is not None else None
        job["status"], job["ended_at"] = text_of(details, "status") or "blocked", event["timestamp"]
        job["row"] = _row(details)
    return job


def is_late(job: Mapping[str, Any] | None, details: Mapping[str, Any]) -> bool:
    """Tell whether an event is of somebody whose job another one took over, or that has ended."""
    token = number_of(details, "token")
    if job is None or token is None:
        return False
    return token < job["token"] or (token == job["token"] and job["ended_at"] is not None)


def _row(details: Mapping[str, Any]) -> dict[str, Any]:
    row = details.get("row")
    if not isinstance(row, dict):
        return {}
    skipped = texts_of(row, "skipped_because_of")
    return {
        **flat_of(details, "row"),
        "metrics": flat_of(row, "metrics"),
        "skipped_because_of": skipped,
    }
