"""What must hold of a session that was run, whatever broke meanwhile: its events and its trace.

The trace is what `scripted` writes down: which processes began and ended a phase. Its lines are
written while the session is locked, with the number of the last event, so both have one order.
What a fault may explain is in `explaining`.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from sessions.events import read
from sessions.session import fold_log
from tests.fleet import explaining
from tests.fleet.hits import Meanwhile
from tests.fleet.scripted import PHASES, TRACE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sessions.session import Session
    from tests.fleet.scripts import Script

Row = dict[str, Any]
_OF_JOBS = ("job_taken", "job_ended")


@dataclass
class Seen:
    """What there is of a session: its events, what its phases wrote down and were to do.

    Also what happened beside it. Where machines merge their events they were not numbered when the
    trace was written: then `has_one_log` is false.
    """

    script: Script
    events: list[Row]
    trace: list[Row] = field(default_factory=list)
    meanwhile: Meanwhile = field(default_factory=Meanwhile)
    has_one_log: bool = True

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

    def executors(self, worker: str) -> dict[int | None, str]:
        """Return who took a worker's job, by the token."""
        taken = self.of(worker, "job_taken")
        return {token_of(event): event["details"].get("executor") for event in taken}

    def is_over(self) -> bool:
        """Tell whether each job has ended."""
        return self.ended().keys() >= {self.job(worker) for worker in self.script.waits}


def seen(
    session: Session,
    script: Script,
    meanwhile: Meanwhile | None = None,
    *,
    traces: Path | None = None,
) -> Seen:
    """Read what there is; a line of the log that is none is an event without a type.

    `traces` is where machines that merge their events leave what their phases did.
    """
    damaged = {"worker": "", "event_type": "damaged", "seq": 0, "details": {}}
    events = [line.record or damaged for line in read(session.events_file)]
    file = (traces or session.root / TRACE) / f"{session.id}.jsonl"
    rows = file.read_text("utf-8").splitlines() if file.exists() else []
    trace = [json.loads(row) for row in rows]
    return Seen(script, events, trace, meanwhile or Meanwhile(), traces is None)


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
        for row in about.trace if about.has_one_log else ():
            if row["worker"] == worker and last is not None and row["seq"] > last:
                yield f"{worker}: {row['phase']} has begun after its job's end"


def _finished_phases_do_not_run_again(about: Seen) -> Iterator[str]:
    """What was ended runs again only where its executor was cut off before it could say so."""
    for worker in about.script.waits:
        taken = about.of(worker, "job_taken")
        phases = [event["details"].get("phase") for event in taken]
        if phases != sorted(phases, key=PHASES.index):
            yield f"{worker}: a finished phase was taken again: {phases}"
        executors = about.executors(worker)
        for phase in PHASES:
            ended: set[str | None] = set()
            for row in about.traced(worker, phase):
                executor = executors.get(int(row["token"] or 0))
                if row["what"] == "begin" and executor in ended:
                    yield f"{worker}: {phase} ran again on {executor}, which had ended it"
                if row["what"] in {"end", "again"}:
                    ended.add(executor)


def _phases_are_begun_again_only_for_a_fault(about: Seen) -> Iterator[str]:
    """A phase that ended is not begun again, nor is one whose executor nothing has hit.

    That is all that there is to it: an executor that nothing hit records each end.
    """
    for executor, first, again in _begun_again(about):
        if not explaining.is_cut_off(about, executor, first, again):
            what = f"{first['worker']}: {first['phase']}"
            yield f"{what} was begun again, though nothing had hit {executor}"


def _begun_again(about: Seen) -> Iterator[tuple[str, Row, Row]]:
    """Yield an executor that began a phase, its line of the trace, and that of the next one."""
    for worker in about.script.waits:
        executors = about.executors(worker)
        for phase in PHASES:
            begun = [row for row in about.traced(worker, phase) if row["what"] == "begin"]
            for first, again in pairwise(begun):
                yield executors.get(int(first["token"] or 0)) or "", first, again


def _jobs_end_as_scripted(about: Seen) -> Iterator[str]:
    """A job ends as its script says, or is skipped; else three tries of it were hit."""
    statuses = about.statuses()
    for worker, before in about.script.waits.items():
        status = statuses.get(worker)
        in_vain = [name for name in before if statuses.get(name) != "completed"]
        expected = "skipped" if in_vain else about.script.last(worker)
        if status in {None, expected}:
            continue
        if status == "blocked" and explaining.is_blocked_by_faults(about, worker):
            continue
        accepted = " with an accepted report" if about.of(worker, "output_accepted") else ""
        said = astray(about).get(worker, status)
        yield f"{worker}{accepted} ended otherwise than {expected}, by no fault: {said}"


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
    _phases_are_begun_again_only_for_a_fault,
    _jobs_end_as_scripted,
    _reports_are_accepted_once,
    _those_before_come_first,
)


def left_lying(all_seen: list[Seen]) -> list[str]:
    """Return which jobs of the killed nobody took over in time, though somebody could.

    In time is 30 s at full length, and a share of it where all is shorter.
    """
    return [
        f"{job} was to be taken over within {bound:.1f} s, and was after {seconds:.1f}"
        for job, seconds, bound in explaining.takeovers(all_seen)
        if seconds > bound
    ]


def cut_off(about: Seen) -> int:
    """Return how many phases were begun again: what the rules were tried on."""
    return sum(1 for _ in _begun_again(about))


def starved(about: Seen) -> int:
    """Return how many of them only because a machine was too busy for a short lease."""
    return sum(explaining.is_starved_alone(about, *again) for again in _begun_again(about))


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
