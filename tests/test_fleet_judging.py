"""How a fleet's sessions are judged: what went well, and what a broken fleet leaves instead."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from tests.fleet import explaining, judging
from tests.fleet.hits import (
    ASKED,
    CUT,
    DATABASE,
    FULL,
    KILLED,
    STOPPED,
    UNWRITABLE,
    Hit,
    Meanwhile,
    Place,
)
from tests.fleet.judging import RULES, Seen, violations
from tests.fleet.schedules import FULL_PACE, PHASE_TIMEOUT
from tests.fleet.scripted import PHASES
from tests.fleet.scripts import Script

# A session of two workers that went as it should, and what a broken fleet would leave instead.

WAITS: dict[str, list[str]] = {"backend": [], "frontend": ["backend"]}
EXECUTOR, OTHER = "m1.7.a", "m2.9.b"


class Log:
    """Events and trace of a session, as executors and phases would leave them, one a second."""

    def __init__(self) -> None:
        self.now = 100.0
        self.pid = 50
        self.meanwhile = Meanwhile(places=[Place(7, "m1"), Place(9, "m2")], pace=FULL_PACE)
        self.events: list[dict[str, Any]] = []
        self.trace: list[dict[str, Any]] = []
        self.token = 0
        self.add("run_started", "")

    def add(self, event_type: str, worker: str, **details: Any) -> None:
        about = {"target": f"one/1/{worker}", "metrics": {}, **details}
        name = f"{worker}-worker" if worker else ""
        seq = len(self.events) + 1
        row = {"seq": seq, "event_type": event_type, "worker": name, "details": about}
        self.events.append(row)
        self.now += 1
        self.meanwhile.times[seq] = self.now

    def hit(self, what: str, machine: str = "", pid: int = 0, seconds: float = 0.0) -> None:
        """Let a fault begin now, and be over after so long."""
        self.now += 1
        self.meanwhile.hits.append(Hit(what, machine, pid, self.now, self.now + seconds))

    def take(self, worker: str, phase: str, executor: str = EXECUTOR) -> None:
        self.token += 1
        self.add("job_taken", worker, token=self.token, executor=executor, phase=phase)

    def note(self, worker: str, phase: str, what: str, then: str = "completed") -> None:
        seq = len(self.events)
        self.now += 1
        row = {"worker": worker, "phase": phase, "what": what, "seq": seq, "pid": self.pid}
        more = {"then": then} if what == "start" else {}
        self.trace.append({**row, "token": str(self.token), "at": self.now, **more})

    def begin(
        self, worker: str, phase: str, executor: str = EXECUTOR, then: str = "completed"
    ) -> None:
        """Take a job, and begin a try of a phase."""
        self.pid += 1
        self.take(worker, phase, executor)
        self.note(worker, phase, "start", then)
        self.note(worker, phase, "begin")

    def phase(self, worker: str, phase: str) -> None:
        self.begin(worker, phase)
        done = "setup_completed" if phase == "setup" else "output_accepted"
        self.add(done, worker, scripted=str(self.token))
        self.note(worker, phase, "end")

    def job(self, worker: str) -> None:
        self.token = 0
        for phase in PHASES:
            self.phase(worker, phase)
        self.end(worker)

    def end(
        self, worker: str, status: str = "completed", told: str = "", executor: str = EXECUTOR
    ) -> None:
        about = {"token": self.token, "executor": executor, "row": {"told": told}}
        self.add("job_ended", worker, status=status, **about)

    def seen(self) -> Seen:
        script = Script("one", copy.deepcopy(WAITS))
        return Seen(script, self.events, self.trace, self.meanwhile)


def honest() -> Log:
    log = Log()
    for worker in WAITS:
        log.job(worker)
    return log


def _lost(log: Log) -> None:
    log.events.pop()


def _doubled(log: Log) -> None:
    log.end("frontend")


def _begun_twice(log: Log) -> None:
    log.add("run_started", "")


def _line_lost(log: Log) -> None:
    del log.events[3]


def _same_token(log: Log) -> None:
    log.token = 0
    log.events[-1:] = []
    log.take("frontend", "run")


def _older_token(log: Log) -> None:
    log.events[-1:] = []
    log.add("progress", "frontend", scripted="1")


def _older_end(log: Log) -> None:
    log.events[-1]["details"]["token"] = 1


def _event_after_the_end(log: Log) -> None:
    log.add("progress", "frontend", scripted="2")


def _begun_after_the_end(log: Log) -> None:
    log.add("progress", "")
    log.note("frontend", "run", "begin")


def _setup_again(log: Log) -> None:
    log.events[-1:] = []
    log.take("frontend", "setup")


def _ran_again(log: Log) -> None:
    log.events[-1:] = []
    log.take("frontend", "run")
    log.note("frontend", "run", "begin")


def _done_again_elsewhere(log: Log) -> None:
    """It is only looked at again, and all the same somebody was in want of it."""
    log.events[-1:] = []
    log.begin("frontend", "run", OTHER)
    log.note("frontend", "run", "again")
    log.end("frontend", executor=OTHER)


def _accepted_and_blocked(log: Log) -> None:
    log.events[-1]["details"] |= {"status": "blocked", "row": {"told": "an error of the engine"}}


def _skipped_for_nothing(log: Log) -> None:
    log.events[-1]["details"]["status"] = "skipped"


def _not_skipped(log: Log) -> None:
    of_backend = next(event for event in log.events if event["event_type"] == "job_ended")
    of_backend["details"]["status"] = "failed"


def _accepted_twice(log: Log) -> None:
    log.events[-1:] = []
    log.add("output_accepted", "frontend", scripted="2")


def _never_accepted(log: Log) -> None:
    log.events[-2]["event_type"] = "progress"


def _too_early(log: Log) -> None:
    log.events[:] = [log.events[0]]
    log.job("frontend")
    log.job("backend")


def _job_of_nobody(log: Log) -> None:
    log.add("job_ended", "designer", token=1, executor=EXECUTOR, status="completed")


# What a fleet might do -> the rule that does not hold, by its name.
PLANTED: dict[Callable[[Log], None], str] = {
    _lost: "_jobs_end_once",
    _doubled: "_jobs_end_once",
    _job_of_nobody: "_jobs_end_once",
    _begun_twice: "_log_is_whole",
    _line_lost: "_log_is_whole",
    _same_token: "_tokens_grow",
    _older_token: "_older_tokens_are_refused",
    _older_end: "_older_tokens_are_refused",
    _event_after_the_end: "_nothing_after_the_end",
    _begun_after_the_end: "_nothing_after_the_end",
    _setup_again: "_finished_phases_do_not_run_again",
    _ran_again: "_finished_phases_do_not_run_again",
    _done_again_elsewhere: "_phases_are_begun_again_only_for_a_fault",
    _accepted_and_blocked: "_jobs_end_as_scripted",
    _skipped_for_nothing: "_jobs_end_as_scripted",
    _not_skipped: "_jobs_end_as_scripted",
    _accepted_twice: "_reports_are_accepted_once",
    _never_accepted: "_reports_are_accepted_once",
    _too_early: "_those_before_come_first",
}


def test_what_went_well_violates_nothing() -> None:
    assert violations(honest().seen()) == []
    assert judging.astray(honest().seen()) == {}


def test_a_phase_that_was_cut_off_may_run_again() -> None:
    log = Log()
    log.job("backend")
    log.token = 0
    log.phase("frontend", "setup")
    log.phase("frontend", "run")  # it ended, and its executor died before it could say so
    log.hit(KILLED, "m1")
    log.begin("frontend", "run", OTHER)
    log.note("frontend", "run", "again")
    log.end("frontend", executor=OTHER)
    assert violations(log.seen()) == []
    assert judging.cut_off(log.seen()) == 1


@pytest.mark.parametrize("plant", PLANTED, ids=lambda plant: plant.__name__.strip("_"))
def test_what_went_wrong_is_seen(plant: Callable[[Log], None]) -> None:
    log = honest()
    plant(log)
    broken = {rule.__name__ for rule in RULES if [*rule(log.seen())]}
    assert PLANTED[plant] in broken


def test_every_rule_is_seen_to_be_broken() -> None:
    assert {*PLANTED.values()} == {rule.__name__ for rule in RULES}


def test_a_job_that_ended_otherwise_is_told() -> None:
    log = honest()
    log.events[-1]["details"] |= {"status": "blocked", "row": {"told": "no disk"}}
    assert judging.astray(log.seen()) == {"frontend": "blocked: no disk"}


def test_each_of_these_breaks_its_rule_alone() -> None:
    for plant in (_done_again_elsewhere, _accepted_and_blocked, _skipped_for_nothing):
        log = honest()
        plant(log)
        assert [rule.__name__ for rule in RULES if [*rule(log.seen())]] == [PLANTED[plant]]


# What hit whom between two tries of a phase -> whether it explains the second one, by another
# executor, and by the same.
BETWEEN: dict[str, tuple[tuple[str, str, int, float], bool, bool]] = {
    "its worker": ((KILLED, "m1", 7, 0.0), True, True),
    "its machine": ((KILLED, "m1", 0, 0.0), True, True),
    "its network": ((CUT, "m1", 0, 60.0), True, True),
    "its disk": ((FULL, "m1", 0, 9.0), True, True),
    "its phase": ((STOPPED, "m1", 51, 9.0), True, True),
    "the database": ((DATABASE, "", 0, 2.0), True, True),
    "another worker": ((KILLED, "m1", 8, 0.0), False, False),
    "another machine": ((KILLED, "m2", 0, 0.0), False, False),
    "another disk": ((UNWRITABLE, "m2", 0, 9.0), False, False),
    "who may hold the session": ((STOPPED, "m2", 0, 90.0), False, True),
    "who was stopped shortly": ((STOPPED, "m2", 0, 5.0), False, False),
    "nobody: it was asked to end": ((ASKED, "m1", 7, 900.0), False, False),
}


@pytest.mark.parametrize("name", BETWEEN)
@pytest.mark.parametrize("is_other", [True, False])
def test_a_phase_is_begun_again_for_what_hit_it(name: str, is_other: bool) -> None:
    hit, by_other, by_itself = BETWEEN[name]
    log = Log()
    log.begin("backend", "setup")
    log.hit(*hit)
    log.begin("backend", "setup", OTHER if is_other else EXECUTOR)
    rule = judging._phases_are_begun_again_only_for_a_fault
    assert (not [*rule(log.seen())]) == (by_other if is_other else by_itself)


@pytest.mark.parametrize("what", [DATABASE, KILLED])
@pytest.mark.parametrize("at", ["long before", "after"])
def test_what_hit_it_at_another_time_explains_nothing(at: str, what: str) -> None:
    log = Log()
    if at == "long before":
        log.hit(what, seconds=1.0 if what == DATABASE else 0.0)
        log.now += 60
        log.meanwhile.places = [Place(7, "m1", log.now - 5), Place(9, "m2")]  # started again
    log.begin("backend", "setup")
    log.begin("backend", "setup", OTHER)
    if at == "after":
        log.hit(what, seconds=1.0)
    assert [*judging._phases_are_begun_again_only_for_a_fault(log.seen())]


def test_who_is_killed_may_have_a_phase_that_begins_a_little_later() -> None:
    log = Log()
    log.take("backend", "setup")
    log.hit(KILLED, "m1", 7)
    log.note("backend", "setup", "begin")
    log.begin("backend", "setup", OTHER)
    assert not [*judging._phases_are_begun_again_only_for_a_fault(log.seen())]


@pytest.mark.parametrize("pace", [1.0, FULL_PACE])
def test_a_busy_machine_explains_the_loss_of_a_short_lease(pace: float) -> None:
    log = Log()
    log.meanwhile.pace = pace
    log.begin("backend", "setup")
    log.begin("backend", "setup", OTHER)
    rule = judging._phases_are_begun_again_only_for_a_fault
    assert [*rule(log.seen())]
    log.meanwhile.lost = {EXECUTOR}
    assert bool([*rule(log.seen())]) == (pace == FULL_PACE)
    assert judging.starved(log.seen()) == (pace != FULL_PACE)
    log.meanwhile.hits.append(Hit(DATABASE, since=log.now - 2, until=log.now - 1))
    assert judging.starved(log.seen()) == 0, "a fault is enough"


@pytest.mark.parametrize(
    ("seconds", "executor", "explains"),
    [(PHASE_TIMEOUT, EXECUTOR, True), (1.0, EXECUTOR, False), (PHASE_TIMEOUT, OTHER, False)],
)
def test_a_phase_that_lasts_as_long_as_the_timeout_is_tried_again(
    seconds: float, executor: str, explains: bool
) -> None:
    log = Log()
    log.meanwhile.pace = 1.0
    log.phase("backend", "setup")
    log.begin("backend", "run")
    log.now += seconds
    log.begin("backend", "run", executor)
    log.phase("backend", "run")
    expected = "run was begun again, though nothing had hit"
    # The one that was begun twice, and then a third time at once: that nothing explains.
    assert len([line for line in violations(log.seen()) if expected in line]) == 2 - explains


@pytest.mark.parametrize("then", ["hangs", "ignores", "dies", "completed"])
def test_what_is_not_to_end_is_begun_again(then: str) -> None:
    log = Log()
    log.begin("backend", "run", then=then)
    log.begin("backend", "run")
    broken = [*judging._phases_are_begun_again_only_for_a_fault(log.seen())]
    assert bool(broken) == (then == "completed")


HUNG = "The phase run hung: it was ended after 8 s."
NO_DISK = "the system refused: No space left on device"
HELD = "the session is held by process 9 since over 10 s"
Try = tuple[str, tuple[str, str, int, float] | None]
HANGS: Try = ("hangs", None)
GOES: Try = ("completed", None)


def stopped(pid: int) -> Try:
    return ("completed", (STOPPED, "m1", pid, 13.0))


def no_disk(seconds: float, machine: str = "m1") -> Try:
    return ("completed", (FULL, machine, 0, seconds))


# Tries of a phase, with what hit them; what the job says of its end -> whether it had to end so.
BLOCKED: dict[str, tuple[list[Try], str, bool]] = {
    "nothing hit it": ([GOES], HUNG, False),
    "it hung twice": ([HANGS, HANGS, GOES], HUNG, False),
    "it hung three times": ([HANGS, HANGS, HANGS], HUNG, True),
    "and says something else": ([HANGS, HANGS, HANGS], "an error of the engine", False),
    "it was killed three times": ([("dies", None)] * 3, "", True),
    "it was stopped once more": ([HANGS, stopped(52), HANGS], HUNG, True),
    "its disk was full for all tries": ([no_disk(9.0)], NO_DISK, True),
    "its disk was full for less": ([no_disk(1.0)], NO_DISK, False),
    "it was full for the last try": ([HANGS, HANGS, no_disk(0.1)], NO_DISK, True),
    "another disk was full": ([no_disk(9.0, "m2")], NO_DISK, False),
    "and it says something else": ([no_disk(9.0)], "an error of the engine", False),
    "it was held": ([("completed", (STOPPED, "m2", 0, 125.0))], HELD, True),
    "it was held for less": ([("completed", (STOPPED, "m2", 0, 90.0))], HELD, False),
    "the database was away": ([("completed", (DATABASE, "", 0, 900.0))], HUNG, False),
}


@pytest.mark.parametrize("name", BLOCKED)
def test_a_job_is_blocked_by_three_tries_that_were_hit(name: str) -> None:
    tries, told, is_explained = BLOCKED[name]
    log = Log()
    log.job("backend")
    log.token = 0
    log.phase("frontend", "setup")
    log.pid = 50
    for then, hit in tries:
        log.begin("frontend", "run", then=then)
        if hit is not None:
            log.hit(*hit)
    log.add("output_accepted", "frontend", scripted=str(log.token))
    log.now += 130
    log.end("frontend", "blocked", told)
    assert (not [*judging._jobs_end_as_scripted(log.seen())]) == is_explained


def test_others_disks_explain_no_end_of_a_job() -> None:
    log = Log()
    log.begin("backend", "setup")
    log.hit(FULL, "m1", seconds=30.0)
    log.now += 40
    log.begin("backend", "setup", OTHER)
    log.end("backend", "blocked", NO_DISK, OTHER)
    assert [*judging._jobs_end_as_scripted(log.seen())]


# A worker of a machine is killed while it has a job; another one does two at a time.


def killed(after: float | None, *hits: tuple[str, str, int, float], slots: int = 2) -> list[str]:
    """Return what is violated where a job is taken over after so long, or not at all."""
    log = Log()
    log.meanwhile.slots, log.meanwhile.slowness = slots, 1.0
    log.begin("backend", "setup")
    for hit in hits:
        log.hit(*hit)
    log.hit(KILLED, "m1", 7)
    if after is not None:
        log.now += after - 1
        log.begin("backend", "setup", OTHER)
    return judging.left_lying([log.seen()])


@pytest.mark.parametrize("after", [29.0, 31.0, None])
def test_who_is_killed_is_replaced_in_time(after: float | None) -> None:
    assert bool(killed(after)) == (after != 29.0)


@pytest.mark.parametrize(
    "hit",
    [
        (DATABASE, "", 0, 3.0),
        (CUT, "m3", 0, 60.0),
        (STOPPED, "m3", 0, 60.0),
        (FULL, "m2", 0, 60.0),
        (ASKED, "m2", 9, 900.0),
        (KILLED, "m2", 9, 0.0),
    ],
    ids=str,
)
def test_nobody_is_late_who_was_hit(hit: tuple[str, str, int, float]) -> None:
    assert killed(31.0)
    assert not killed(31.0, hit)


def test_who_is_killed_before_a_job_is_given_back_cannot_have_taken_it() -> None:
    for at, is_late in ((5.0, True), (20.0, False)):
        log = Log()
        log.meanwhile.slots, log.meanwhile.slowness = 2, 1.0
        log.meanwhile.places.append(Place(11, "m3"))
        log.begin("backend", "setup")
        log.hit(KILLED, "m1", 7)
        log.now += at
        log.hit(KILLED, "m3", 11)
        log.now += 31
        log.begin("backend", "setup", OTHER)
        assert bool(judging.left_lying([log.seen()])) == is_late


def test_a_slow_machine_has_no_longer_at_full_length() -> None:
    log = Log()
    log.meanwhile.slots, log.meanwhile.slowness = 2, 4.0
    log.begin("backend", "setup")
    log.hit(KILLED, "m1", 7)
    assert [over.bound for over in explaining.takeovers([log.seen()])] == [30.0]


def test_nobody_is_late_who_had_no_slot() -> None:
    assert killed(31.0, slots=1)
    assert not killed(31.0, slots=0)


def test_jobs_of_all_sessions_take_slots() -> None:
    log, other = Log(), Log()
    log.meanwhile.slots, log.meanwhile.slowness = 1, 1.0
    log.begin("backend", "setup")
    log.hit(KILLED, "m1", 7)
    assert judging.left_lying([log.seen()])
    assert not judging.left_lying([log.seen(), other.seen()])
    other.job("backend")  # then the frontend waits for a slot
    assert not judging.left_lying([log.seen(), other.seen()])


def test_the_time_is_a_share_of_a_lease_and_longer_where_all_is_slow() -> None:
    log = Log()
    log.meanwhile.pace, log.meanwhile.slowness, log.meanwhile.slots = 1.0, 2.0, 2
    log.begin("backend", "setup")
    log.hit(KILLED, "m1", 7)
    log.begin("backend", "setup", OTHER)
    assert [over.bound for over in explaining.takeovers([log.seen()])] == [3.0]
    assert [over.seconds for over in explaining.takeovers([log.seen()])] == [1.0]


def test_where_logs_are_merged_the_trace_is_judged_but_for_its_numbers() -> None:
    log = honest()
    _begun_after_the_end(log)
    seen = log.seen()
    assert [*judging._nothing_after_the_end(seen)]
    seen.has_one_log = False
    assert not [*judging._nothing_after_the_end(seen)]
    log = honest()
    _ran_again(log)
    seen = log.seen()
    seen.has_one_log = False
    assert [*judging._finished_phases_do_not_run_again(seen)]
