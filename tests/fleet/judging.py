"""What must hold of a session that was run, whatever broke meanwhile: its events and its trace.

The trace is what `scripted` writes down: which processes began and ended a phase. Its lines are
written while the session is locked, with the number of the last event, so both have one order.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from sessions.events import read
from sessions.session import fold_log
from tests.fleet.scripted import PHASES, TRACE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sessions.session import Session
    from tests.fleet.scripts import Script

Row = dict[str, Any]
_OF_JOBS = ("job_taken", "job_ended")


@dataclass
class Seen:
    """What there is of a session: its events, what its phases wrote down and were to do."""

    script: Script
    events: list[Row]
    trace: list[Row] = field(default_factory=list)

    def job(self, worker: str) -> str:
        """Return what the events call a worker's job: a session is run once here."""
        return f"{self.script.session_id}/1/{worker}"

    def of(self, worker: str, *types: str) -> list[Row]:
        """Return a worker's events, of some types alone if they are named."""
        name = f"{worker}-worker"
        mine = [event for event in self.events if event["worker"] == name]
        return [event for event in mine if not types or event["event_type"] in types]

    def traced(self, worker: str, phase: str) -> list[Row]:
        """Return what a phase of a worker wrote down under the lock, in order."""
        rows = [row for row in self.trace if (row["worker"], row["phase"]) == (worker, phase)]
        return [row for row in rows if row["what"] != "start"]

    def ended(self) -> Counter[str]:
        """Return how often each job ended."""
        return Counter(
            event["details"]["target"]
            for event in self.events
            if event["event_type"] == "job_ended"
        )

    def statuses(self) -> dict[str, str]:
        """Return how each job ended, the last time."""
        return {
            event["worker"].removesuffix("-worker"): event["details"]["status"]
            for event in self.events
            if event["event_type"] == "job_ended"
        }

    def is_over(self) -> bool:
        """Tell whether each job has ended."""
        return self.ended().keys() >= {self.job(worker) for worker in self.script.waits}


def seen(session: Session, script: Script) -> Seen:
    """Read what there is; a line of the log that is none is an event without a type."""
    damaged = {"worker": "", "event_type": "damaged", "seq": 0, "details": {}}
    events = [line.record or damaged for line in read(session.events_file)]
    file = session.root / TRACE / f"{session.id}.jsonl"
    rows = file.read_text("utf-8").splitlines() if file.exists() else []
    return Seen(script, events, [json.loads(row) for row in rows])


def token_of(event: Row) -> int | None:
    """Return the token that an event was recorded with: a job's, or that of a scripted phase."""
    details = event["details"]
    for value in (details.get("token"), details["metrics"].get("token"), details.get("scripted")):
        if str(value or "").isdecimal():
            return int(value)
    return None


def violations(about: Seen) -> list[str]:
    """Return what does not hold, a line each."""
    return [f"{about.script.session_id}: {line}" for rule in RULES for line in rule(about)]


def _log_is_whole(about: Seen) -> Iterator[str]:
    numbers = [event.get("seq") for event in about.events]
    if numbers != list(range(1, len(numbers) + 1)):
        yield "its events are not numbered one after another"
    runs = [event for event in about.events if event["event_type"] == "run_started"]
    if len(runs) != 1:
        yield f"it was begun {len(runs)} times"


def _jobs_end_once(about: Seen) -> Iterator[str]:
    ended = about.ended()
    jobs = {about.job(worker) for worker in about.script.waits}
    for job in sorted(jobs):
        if ended[job] != 1:
            yield f"{job} ended {ended[job]} times: {'doubled' if ended[job] else 'lost'}"
    named = {
        event["details"]["target"] for event in about.events if event["event_type"] in _OF_JOBS
    }
    for job in sorted(named - jobs):
        yield f"{job} is no job of the plan"


def _tokens_grow(about: Seen) -> Iterator[str]:
    for worker in about.script.waits:
        tokens = [token_of(event) or 0 for event in about.of(worker, "job_taken")]
        if any(later <= earlier for earlier, later in pairwise(tokens)):
            yield f"the tokens of {worker} do not grow: {tokens}"


def _older_tokens_are_refused(about: Seen) -> Iterator[str]:
    for worker in about.script.waits:
        newest = 0
        for event in about.of(worker):
            token = token_of(event)
            if event["event_type"] == "job_taken":
                newest = max(newest, token or 0)
            elif token is not None and token < newest:
                kind = event["event_type"]
                yield f"{worker}: event {event['seq']} ({kind}) has token {token} after {newest}"


def _nothing_after_the_end(about: Seen) -> Iterator[str]:
    for worker in about.script.waits:
        events = about.of(worker)
        ends = [at for at, event in enumerate(events) if event["event_type"] == "job_ended"]
        for event in events[ends[0] + 1 :] if ends else []:
            if event["event_type"] != "job_ended":
                yield f"{worker}: event {event['seq']} ({event['event_type']}) after its job's end"
        last = events[ends[0]]["seq"] if ends else None
        for row in about.trace:
            if row["worker"] == worker and last is not None and row["seq"] > last:
                yield f"{worker}: {row['phase']} has begun after its job's end"


def _finished_phases_do_not_run_again(about: Seen) -> Iterator[str]:
    """What was ended runs again only where its executor was cut off before it could say so."""
    for worker in about.script.waits:
        taken = about.of(worker, "job_taken")
        phases = [event["details"].get("phase") for event in taken]
        if phases != sorted(phases, key=PHASES.index):
            yield f"{worker}: a finished phase was taken again: {phases}"
        executors = {token_of(event): event["details"].get("executor") for event in taken}
        for phase in PHASES:
            ended: set[str | None] = set()
            for row in about.traced(worker, phase):
                executor = executors.get(int(row["token"] or 0))
                if row["what"] == "begin" and executor in ended:
                    yield f"{worker}: {phase} ran again on {executor}, which had ended it"
                if row["what"] in {"end", "again"}:
                    ended.add(executor)


def _reports_are_accepted_once(about: Seen) -> Iterator[str]:
    for worker in about.script.waits:
        count = len(about.of(worker, "output_accepted"))
        if count > 1:
            yield f"{worker} was accepted {count} times"
        if about.statuses().get(worker) == "completed" and not count:
            yield f"{worker} is completed without a report that was accepted"


def _those_before_come_first(about: Seen) -> Iterator[str]:
    for worker, before in about.script.waits.items():
        taken = about.of(worker, "job_taken")
        for name in before if taken else ():
            done = [
                event["seq"]
                for event in about.of(name, "job_ended")
                if event["details"]["status"] == "completed"
            ]
            if not done or min(done) > taken[0]["seq"]:
                yield f"{worker} began before {name} was done"


RULES = (
    _log_is_whole,
    _jobs_end_once,
    _tokens_grow,
    _older_tokens_are_refused,
    _nothing_after_the_end,
    _finished_phases_do_not_run_again,
    _reports_are_accepted_once,
    _those_before_come_first,
)


def cut_off(about: Seen) -> int:
    """Return how many phases were begun again: what the rules were tried on."""
    begun = Counter((row["worker"], row["phase"]) for row in about.trace if row["what"] == "begin")
    return sum(begun.values()) - len(begun)


def astray(about: Seen) -> dict[str, str]:
    """Return how jobs ended that did not end as their scripts say, with what was said of it."""
    expected = about.script.expected()
    said = {
        event["worker"].removesuffix("-worker"): event["details"]
        for event in about.events
        if event["event_type"] == "job_ended"
    }
    return {
        worker: f"{details['status']}: {details.get('row', {}).get('told', '')}"
        for worker, details in said.items()
        if details["status"] != expected.get(worker)
    }


def derived_wrongly(session: Session) -> list[str]:
    """Return whether the state that is written down is not what the whole log says."""
    kept, whole = session.state(), fold_log(session, whole=True).state
    return [] if kept == whole else [f"{session.id}: its STATE.json is not what its log says"]
