"""What faults explain: a phase that is begun again, a job that is blocked, one left lying."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.lock import LOCK_SECONDS
from tests.fleet.hits import ASKED, CUT, DATABASE, DISKS, KILLED, STOPPED, Hit
from tests.fleet.schedules import FULL_PACE, IN_SCRIPT, LEASE, PHASE_TIMEOUT
from tests.fleet.scripted import PHASES
from workers.fleet.leases import RENEWALS
from workers.fleet.phases import BUSY_SECONDS, TRIES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.fleet.judging import Seen

Row = dict[str, Any]
# What somebody still does of a fault that is over: a lease ran out meanwhile, a connection hangs.
_AFTER_SECONDS = 1.0
_TAKEN_OVER_SECONDS = 30.0  # at full length
_STARTS_OVER_SECONDS = 5.0
_GAPS = {1: 0.0, 2: 0.5, 3: 2.5}  # so many tries that fail in a row take at least so long
_DISK_SAYS = ("No space left on device", "File too large")
_HUNG_SAYS = (" hung: ",)
_BUSY_SAYS = ("is held by process",)


class Takeover(NamedTuple):
    """A job whose executor was killed: how long until another one had it, infinite if none had."""

    worker: str
    seconds: float
    bound: float


def _slowness(about: Seen) -> float:
    return max(1.0, about.meanwhile.slowness or 1.0)


def _after(about: Seen) -> float:
    """Return for how long a fault that is over may still be felt."""
    return LEASE * about.meanwhile.pace + _AFTER_SECONDS * _slowness(about)


def is_cut_off(about: Seen, executor: str, first: Row, again: Row) -> bool:
    """Tell whether a fault hit a phase or its executor before the phase was begun again.

    Whoever is stopped may hold the session's lock: it is refused to a phase after a while, and the
    same executor tries again. A killed one took the job before, but its phase may live a little
    longer, and begin only then.
    """
    if _is_scripted(about, first) or _was_starved(about, executor):
        return True
    return _is_hit_between(about, executor, first, again) or _was_too_slow(about, first, again)


def is_starved_alone(about: Seen, executor: str, first: Row, again: Row) -> bool:
    """Tell whether a phase was begun again as the machine was too busy, and for nothing else."""
    is_hit = _is_scripted(about, first) or _is_hit_between(about, executor, first, again)
    is_starved = _was_starved(about, executor) or _was_too_slow(about, first, again)
    return is_starved and not is_hit


def _was_starved(about: Seen, executor: str) -> bool:
    """Tell whether an executor lost a lease that is so short that a busy machine is enough for it.

    At full length nothing but a fault takes a lease from anybody.
    """
    return about.meanwhile.pace < FULL_PACE and executor in about.meanwhile.lost


def _was_too_slow(about: Seen, first: Row, again: Row) -> bool:
    """Tell whether a phase did not end before its worker took it for hung, and tried it again.

    What it does takes a fraction of that time, but on a machine that is busy enough.
    """
    worker, times = first["worker"], about.meanwhile.times
    taken = {event["details"].get("token"): event for event in about.of(worker, "job_taken")}
    tries = [taken.get(int(row["token"] or 0)) for row in (first, again)]
    ends = [row["token"] for row in about.traced(worker, first["phase"]) if row["what"] == "end"]
    if None in tries or first["token"] in ends:
        return False
    before, after = (
        (event["details"]["executor"], times[event["seq"]]) for event in tries if event
    )
    is_same = before[0] == after[0]
    return is_same and after[1] - before[1] >= PHASE_TIMEOUT * about.meanwhile.pace


def _is_hit_between(about: Seen, executor: str, first: Row, again: Row) -> bool:
    since, until = first.get("at", 0.0), again.get("at", 0.0)
    place = about.meanwhile.place(executor)
    is_tried_again = about.executors(first["worker"]).get(int(again["token"] or 0)) == executor
    for hit in about.meanwhile.hits:
        earliest = place.since if hit.what == KILLED else since - _after(about)
        if hit.what == ASKED or not hit.is_between(earliest, until):
            continue
        may_hold_lock = hit.what == STOPPED and hit.until - hit.since >= LOCK_SECONDS
        if (
            (may_hold_lock and is_tried_again)
            or hit.pid == first["pid"]
            or hit.is_of(place.machine, place.pid)
        ):
            return True
    return False


def _is_scripted(about: Seen, begun: Row) -> bool:
    """Tell whether a try of a phase was not to end."""
    process = {name: begun[name] for name in ("worker", "phase", "pid", "token")}
    starts = (
        row for row in about.trace if row["what"] == "start" and process.items() <= row.items()
    )
    return any(row.get("then") in IN_SCRIPT.values() for row in starts)


def is_blocked_by_faults(about: Seen, worker: str) -> bool:
    """Tell whether a job had to end as `blocked`.

    An executor gives a phase up after three tries that hung, were killed, or were refused what they
    need: each of them takes a fault. It was in the script, or the phase was stopped, or the disk of
    the machine was full for as long as the tries took, with the pauses between. Also where the
    session was held for two minutes by somebody who was stopped. That the database is away blocks
    nobody: it is waited for. What the job says of its end is what the last try met.
    """
    end = about.of(worker, "job_ended")[-1]
    executor, times = str(end["details"].get("executor")), about.meanwhile.times
    told = str(end["details"].get("row", {}).get("told", ""))
    since, until = _begun_at(about, worker, executor), times.get(end["seq"], math.inf)
    mine = _last_tries(about, worker, executor)
    scripted = [row for row in mine if _is_scripted(about, row)]
    pids = {row["pid"] for row in mine}
    lasting = [hit for hit in about.meanwhile.hits if hit.is_between(since, until)]
    stopped = [hit for hit in lasting if hit.what == STOPPED and hit.pid in pids]
    if any(
        hit.what == STOPPED and min(hit.until, until) - max(hit.since, since) >= BUSY_SECONDS
        for hit in lasting
    ):
        return any(words in told for words in _BUSY_SAYS)
    disks = [hit for hit in about.meanwhile.on(executor, *DISKS) if hit in lasting]
    missing = TRIES - len(scripted) - len(stopped)
    if missing > 0 and not (disks and _length(disks, since, until) >= _GAPS[missing]):
        return False
    says = [*(_DISK_SAYS if disks else ()), *(_HUNG_SAYS if scripted or stopped else ())]
    is_killed = bool(scripted) and not told
    return is_killed or any(words in told for words in says)


def _last_tries(about: Seen, worker: str, executor: str) -> list[Row]:
    """Return the tries that an executor made of the last phase of a job that it took."""
    executors = about.executors(worker)
    mine = [
        row
        for phase in PHASES
        for row in about.traced(worker, phase)
        if row["what"] == "begin" and executors.get(int(row["token"] or 0)) == executor
    ]
    return [row for row in mine if row["phase"] == mine[-1]["phase"]]


def _begun_at(about: Seen, worker: str, executor: str) -> float:
    """Return when an executor may have begun to try a job: what it waits for had ended."""
    times = about.meanwhile.times
    before = [event for name in about.script.waits[worker] for event in about.of(name, "job_ended")]
    mine = [
        event
        for event in about.of(worker, "job_taken")
        if event["details"].get("executor") == executor
    ]
    if mine:
        return times.get(mine[0]["seq"], 0.0)
    return max((times.get(event["seq"], 0.0) for event in before), default=0.0)


def _length(hits: list[Hit], since: float, until: float) -> float:
    """Return how much time is between the first moment of some faults and the last one."""
    return min(until, max(hit.until for hit in hits)) - max(since, min(hit.since for hit in hits))


def takeovers(all_seen: list[Seen]) -> Iterator[Takeover]:
    """Yield the jobs of killed workers and machines that somebody had to take over in time.

    Judged is what is simply known: from a while before until the time was over nothing else was
    hit that everybody needs, or could hold, and the workers that nothing hit had a slot for every
    job of all sessions that could be done then. A machine without power is not among them: whoever
    hears nothing of it waits for what it locked in the database.
    """
    for about in all_seen:
        bound = _TAKEN_OVER_SECONDS * about.meanwhile.pace / FULL_PACE
        if about.meanwhile.pace < FULL_PACE:  # else what is slow is little beside a lease
            bound *= _slowness(about)
        killed = [hit for hit in about.meanwhile.hits if hit.what == KILLED]
        for hit in killed if about.meanwhile.slowness is not None else ():
            slots = _free_slots(about, hit, hit.since + bound)
            if slots < sum(_could_be_done(one, hit.since, hit.since + bound) for one in all_seen):
                continue
            for worker in about.script.waits:
                seconds = _seconds_left_lying(about, worker, hit)
                if seconds is not None:
                    job = about.job(worker)
                    yield Takeover(job, seconds, bound)


def _seconds_left_lying(about: Seen, worker: str, killed: Hit) -> float | None:
    """Return how long a job had no executor, None where it was not that of who was killed."""
    times, at = about.meanwhile.times, killed.since
    events = about.of(worker, "job_taken", "job_ended")
    before = [event for event in events if times.get(event["seq"], math.inf) < at]
    if (
        not before
        or before[-1]["event_type"] != "job_taken"
        or not _is_of(about, before[-1], killed)
    ):
        return None
    later = events[len(before) :]
    if later and _is_of(about, later[0], killed):
        return None  # written just before, and seen after
    return times.get(later[0]["seq"], math.inf) - at if later else math.inf


def _is_of(about: Seen, event: Row, hit: Hit) -> bool:
    place = about.meanwhile.place(str(event["details"].get("executor")))
    return hit.is_of(place.machine, place.pid)


def _free_slots(about: Seen, killed: Hit, until: float) -> int:
    """Return how many jobs the workers that nothing hit do; none where something hit everybody."""
    meanwhile = about.meanwhile
    lease = LEASE * meanwhile.pace
    since = killed.since - lease - _STARTS_OVER_SECONDS * _slowness(about)
    given_back = killed.since + lease * (1 - 1 / RENEWALS)  # at the earliest: its lease runs on
    near = [hit for hit in meanwhile.hits if hit is not killed and hit.is_between(since, until)]
    for hit in near:
        if hit.what in {DATABASE, CUT, STOPPED} or (hit.what == KILLED and hit.since > given_back):
            return 0
    healthy = [
        place
        for place in meanwhile.places
        if place.since < since
        and not any(hit.is_of(place.machine, place.pid) for hit in (killed, *near))
    ]
    return meanwhile.slots * len(healthy)


def _could_be_done(about: Seen, since: float, until: float) -> int:
    """Return how many jobs of a session could be done at some time between two."""
    begun = _first_time(about, [one for one in about.events if one["event_type"] == "run_started"])
    ends = {name: _first_time(about, about.of(name, "job_ended")) for name in about.script.waits}
    return sum(
        max([begun, *(ends[name] for name in before)]) <= until and ends[worker] >= since
        for worker, before in about.script.waits.items()
    )


def _first_time(about: Seen, events: list[Row]) -> float:
    """Return when the first of some events was seen, infinity where none was."""
    times = about.meanwhile.times
    return min((times.get(event["seq"], math.inf) for event in events), default=math.inf)
