"""How jobs end: by whom, by whom not, and what waits where that cannot be said now."""

from __future__ import annotations

import asyncio
import errno
import threading
from collections.abc import Callable
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Any, cast

import pytest

from sessions.errors import (
    BadInput,
    Busy,
    Damaged,
    NoEngine,
    NotSent,
    Superseded,
    WaggleError,
)
from sessions.events import Event
from sessions.lock import locked
from sessions.session import Session, record
from tests.test_clones import World, git, take
from tests.test_plan_jobs import begun, events, one, session, taken
from tests.test_queen import made, row
from workers.fleet import engine, jobs, phases, processes, shared, waiting, workflows
from workers.fleet.ordering import Asked
from workers.fleet.places import Away, Taken
from workers.fleet.shared import Shared
from workers.hive.outcomes import Outcome
from workers.reporting.session_reports import carried_out

__all__ = ["session", "world"]  # fixtures

SOON = 0.5  # seconds in which whoever may say how a job ended has done so


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return World(tmp_path)


def work_as(executor: phases.Executor, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let the workflows of this process be those of an executor; returns what it announces."""
    lines: list[str] = []
    here = workflows.Here(executor, 0.1, warn=lines.append)
    monkeypatch.setattr(workflows, "_here", [here])
    return lines


def fields(run: jobs.Run) -> dict[str, Any]:
    """Return a job as the engine holds it."""
    return phases.Job(run.session_id, run.number, [*run.workers], "backend", [], [], {})._asdict()


def finished(
    run: jobs.Run, row: Any, token: object = None, seconds: float = SOON
) -> dict[str, Any] | None:
    """Say how a job ended; None where that is left to others."""

    async def soon() -> dict[str, Any]:
        return await asyncio.wait_for(
            workflows.finish(fields(run), {"row": row, "token": token}), seconds
        )

    try:
        return asyncio.run(soon())
    except TimeoutError:
        return None


@pytest.mark.parametrize("is_taken", [True, False])
def test_without_a_token_the_lease_says_whose_a_job_is(session: Session, is_taken: bool) -> None:
    run = begun(session, "backend")
    if is_taken:
        taken(session, run, "new")
    asked: list[bool] = []

    def is_alive() -> bool:
        with pytest.raises(Busy), locked(session.path / ".lock", seconds=0):
            pytest.fail("it is asked before the lock is held")
        asked.append(True)
        return len(asked) > 1

    how = (session, run, one("blocked"), None, "late")
    with pytest.raises(Superseded, match="late was given up"):
        jobs.end(*how, is_alive=is_alive)
    assert not events(session, "job_ended")
    assert jobs.end(*how, is_alive=is_alive)
    assert not jobs.end(*how, is_alive=is_alive)
    assert len(asked) == 2, "what has ended is nobody's"


# What an executor may want to say of a job without a token: by its worker, or by its plan.
ROWS = {
    "never begun": Outcome("backend", "blocked", told="The remote cannot be reached."),
    "cancelled": Outcome("backend", "cancelled"),
    "skipped": Outcome("backend", "skipped", skipped=("docs",)),
}


@pytest.mark.parametrize("name", ROWS)
@pytest.mark.parametrize("is_alive", [True, False])
def test_who_was_given_up_ends_no_job_that_others_do(
    session: Session, monkeypatch: pytest.MonkeyPatch, name: str, is_alive: bool
) -> None:
    run = begun(session, "backend")
    new = taken(session, run, "new")
    work_as(phases.Executor("late", session.root, Path(), lambda: is_alive), monkeypatch)
    row = finished(run, ROWS[name].row())
    assert (row and row["status"]) == (ROWS[name].status if is_alive else None)
    if not is_alive:
        assert jobs.end(session, run, one(), new, "new")
    assert len(events(session, "job_ended")) == 1


def test_an_older_token_ends_nothing_and_raises_nothing(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The engine would record an error, and the plan that the job is over."""
    run = begun(session, "backend")
    late, new = taken(session, run, "late"), taken(session, run, "new")
    work_as(phases.Executor("late", session.root, Path(), lambda: True), monkeypatch)
    monkeypatch.setattr(workflows, "at_work", at_work := {run.job_id("backend")})
    assert finished(run, one().row(), late.token) is None
    assert not at_work, "who drains waits for a job of others"
    assert not events(session, "job_ended")
    assert finished(run, one().row(), new.token)


def test_who_is_overtaken_between_its_look_and_its_push_ends_nothing(world: World) -> None:
    run = world.begin()
    with world.machine("m1") as late, world.machine("m2") as other:
        asked: list[bool] = []

        def is_alive() -> bool:
            if not asked:
                take(other, run)  # its lease ends once it has been asked
            asked.append(True)
            return len(asked) == 1

        with pytest.raises(Superseded):
            late.end(run, Outcome("backend", "blocked"), None, "late", is_alive)
        assert len(asked) == 2
    assert not world.events("job_ended")


class Scripted:
    """A place whose answers are given: what `take` and `sent` come to, one after the other."""

    def __init__(self, session: Session, run: jobs.Run, **answers: list[Any]) -> None:
        self.session, self.run, self.answers = session, run, answers
        self.called: list[str] = []

    def _answer(self, name: str, usual: Callable[[], Any]) -> Any:
        self.called.append(name)
        said = self.answers.get(name)
        answer = said.pop(0) if said else None
        if isinstance(answer, BaseException):
            raise answer
        return usual()

    def take(self, *_about: Any) -> Taken:
        usual = partial(Taken, self.session)
        answer: Taken = self._answer("take", lambda: usual(taken(self.session, self.run, "a")))
        return answer

    def sent(self, _taken: Taken) -> None:
        self._answer("sent", lambda: None)

    def end(self, *_about: Any) -> None:
        self._answer("end", lambda: None)

    def ended(self, _run: jobs.Run, _worker: str) -> Outcome | None:
        return None

    def identity(self, _session: Session) -> str:
        return "x"


def do(
    place: Scripted, *endings: processes.Ended, phase: str = "run", seconds: float = 30
) -> phases.Done | None:
    """Do a phase whose processes end so, without a pause; None where it waits still."""
    results = iter(endings)

    async def ends(*_arguments: object) -> processes.Ended:
        place.called.append("run")
        return next(results)

    async def soon() -> phases.Done | None:
        executor = phases.Executor("a", place.session.root, Path("x"), lambda: True, clones=place)
        job = phases.Job(**fields(place.run))
        return await asyncio.wait_for(phases.do(executor, job, phase), seconds)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(processes, "run", ends)
        patched.setattr(phases, "_PAUSES", (0.0, 0.0, 0.0))
        try:
            done = asyncio.run(soon())
        except TimeoutError:
            return None
    assert done is not None
    return done


HUNG = processes.Ended(-9, b"", b"", hung=True)
ENDED = processes.Ended(0, b"{}", b"")
AWAY = Away("the remote cannot be reached", "Wait.")
FULL = OSError(errno.ENOSPC, "No space left on device")


def test_a_try_that_may_have_taken_the_job_leaves_no_older_token(session: Session) -> None:
    """Who keeps it would be refused: for others it looks as if the job had been taken over."""
    run = begun(session, "backend")
    place = Scripted(session, run, take=[None, FULL, FULL])
    done = do(place, HUNG)
    assert done is not None
    assert (done.outcome.status, done.claim) == ("blocked", None)
    assert "No space left" in done.outcome.told


REFUSED = NotSent("the remote refuses a file", "Make it smaller.")
# What keeps a phase's files from the others; how often it is waited for, None for ever.
KEPT_BACK = {"away": AWAY, "held": Busy("held", "Wait."), "full": FULL, "refused": REFUSED}


@pytest.mark.parametrize("name", KEPT_BACK)
def test_a_phase_that_ended_is_not_done_again_because_it_cannot_be_sent(
    session: Session, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    run = begun(session, "backend")
    monkeypatch.setattr(phases, "BUSY_SECONDS", -1.0)
    monkeypatch.setattr(phases, "at_work", at_work := {run.job_id("backend")})
    place = Scripted(session, run, sent=[KEPT_BACK[name]] * 3)
    done = do(place, ENDED)
    assert done is not None
    assert done.claim is not None
    assert place.called.count("run") == place.called.count("take") == 1
    assert (done.outcome.status, place.called.count("sent")) == (
        ("blocked", 1) if name == "refused" else ("completed", 4)
    )
    assert at_work, "who drains would leave in the midst of what comes next"


def test_who_drains_waits_for_no_remote(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither to send what a phase wrote, nor to record an end: the job is given back."""
    run = begun(session, "backend")
    monkeypatch.setattr(phases, "BUSY_SECONDS", -1.0)
    at_work = {run.job_id("backend")}
    monkeypatch.setattr(phases, "at_work", at_work)
    monkeypatch.setattr(workflows, "at_work", at_work)
    assert do(Scripted(session, run, sent=[AWAY] * 100_000), ENDED, seconds=SOON) is None
    assert not at_work
    at_work.add(run.job_id("backend"))
    place = Scripted(session, run, end=[AWAY] * 9)
    executor = phases.Executor("a", session.root, Path(), lambda: True, clones=place)
    lines = work_as(executor, monkeypatch)
    assert finished(run, one("blocked").row()) is None
    assert not at_work
    assert len(lines) == 1
    assert "cannot be reached" in lines[0]


FOREIGN: list[Any] = [
    {**one().row(), "worker": "docs"},
    {**one().row(), "worker": "/etc"},
    {**one().row(), "status": "all right"},
    {**one().row(), "skipped_because_of": 3},
    {"status": "completed"},
    ["backend", "completed"],
    None,
]


@pytest.mark.parametrize("row", FOREIGN)
@pytest.mark.parametrize("has_token", [True, False])
def test_what_the_database_says_of_another_job_ends_none(
    session: Session, monkeypatch: pytest.MonkeyPatch, row: Any, has_token: bool
) -> None:
    run = begun(session, "backend", "docs")
    token = taken(session, run).token if has_token else None
    work_as(phases.Executor("a", session.root, Path(), lambda: True), monkeypatch)
    said = finished(run, row, token)
    assert said is not None
    assert (said["worker"], said["status"]) == ("backend", "blocked")
    assert "none of ours" in said["told"]
    assert jobs.ended(session.state(), run).keys() == {"backend"}


@pytest.mark.parametrize("worker", ["{}", "x/../../../victim", "..", "."])
def test_no_folder_is_removed_but_the_copies_own(world: World, worker: str) -> None:
    victim = world.folder / "victim"
    victim.mkdir()
    run = world.begin()
    with world.machine("m1") as copies:
        copy = take(copies, run)
        outcome = Outcome(worker.format(victim), "completed")
        with pytest.raises(BadInput, match="no worker's name"):
            copies.end(run, outcome, copy.claim, "a", lambda: True)
        assert copy.session.root.exists()
    assert victim.exists()
    assert not world.events("job_ended")


@pytest.mark.parametrize("place", ["folder", "clone"])
def test_a_job_that_brings_its_machines_down_ends(
    session: Session, world: World, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    """Each of them is another process, with tries of its own; the events alone know how many."""
    monkeypatch.setattr(jobs, "MOST_TAKEN_OVER", 2)
    with world.machine("m1") as copies:
        if place == "clone":
            run, root, clones = world.begin(), world.root, copies
        else:
            run, root, clones = begun(session, "backend"), session.root, None

        def executor(name: str) -> phases.Executor:
            return phases.Executor(name, root, Path("x"), lambda: True, clones=clones)

        for name in ("a", "b", "b", "c"):
            about = (run, "backend", "run", name)
            assert executor(name).place.take(*about, lambda: True), "it may be done"
        work_as(executor("d"), monkeypatch)
        job = fields(run)
        done = asyncio.run(workflows.phase(job, "run"))
        assert done["token"] is None
        assert asyncio.run(workflows.finish(job, done))["status"] == "blocked"
        ended = executor("e").place.ended(run, "backend")
    assert ended is not None
    assert "taken over 2 times" in ended.told
    assert "'c' last" in ended.told


STOPPING = [Damaged("git mktree fails", "x"), WaggleError("x", "x"), AWAY, Busy("held", "x"), FULL]


@pytest.mark.parametrize("error", STOPPING, ids=lambda error: type(error).__name__)
def test_what_keeps_an_end_from_being_recorded_is_nothing_that_the_job_came_to(
    session: Session, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """A step that fails would be recorded as an error: over an accepted report, or of its plan."""
    run = begun(session, "backend")
    place = Scripted(session, run, end=[error] * 2)
    executor = phases.Executor("a", session.root, Path(), lambda: True, clones=place)
    monkeypatch.setattr(phases, "BUSY_SECONDS", -1.0)
    monkeypatch.setattr(phases, "LONGEST_PAUSE", 0.05)
    lines = work_as(executor, monkeypatch)
    assert finished(run, one().row(), seconds=30) is not None
    assert place.called.count("end") == 3
    assert len(lines) == 1, "whoever runs it does not see why it takes so long, or sees it twice"


def test_where_an_end_can_never_be_recorded_nobody_waits(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = begun(session, "backend")._replace(session_id="../x")
    work_as(phases.Executor("a", session.root, Path(), lambda: True), monkeypatch)
    row = finished(run, one("blocked").row())
    assert row is not None
    assert row["status"] == "blocked"


def test_an_end_is_recorded_once_the_remote_is_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, away = world.begin(), world.folder / "away"
    with world.machine("m1") as copies:
        executor = phases.Executor("a", world.root, Path(), lambda: True, clones=copies)
        work_as(executor, monkeypatch)
        world.common.rename(away)
        back = threading.Timer(1.0, away.rename, [world.common])
        back.start()
        row = asyncio.run(workflows.finish(fields(run), {"row": one().row(), "token": None}))
        back.join()
    assert row["status"] == "completed"
    assert len(world.events("job_ended")) == 1


def test_who_is_cancelled_waits_for_no_step_of_git(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = begun(session, "backend")
    place, is_sending = Scripted(session, run), asyncio.Event()

    async def sends(*_about: object) -> None:
        is_sending.set()
        await asyncio.sleep(60)

    async def hangs(*_arguments: object) -> processes.Ended:
        await asyncio.sleep(60)
        return ENDED

    async def cancelled() -> None:
        executor = phases.Executor("a", session.root, Path("x"), lambda: True, clones=place)
        doing = asyncio.create_task(phases.do(executor, phases.Job(**fields(run)), "run"))
        await is_sending.wait()
        doing.cancel()
        await asyncio.wait({doing}, timeout=10)
        assert doing.cancelled()

    monkeypatch.setattr(phases, "_send_meanwhile", sends)
    monkeypatch.setattr(processes, "run", hangs)
    asyncio.run(cancelled())


def test_what_sending_meanwhile_dies_of_is_not_what_a_phase_comes_to(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def dies(*_about: object) -> None:
        raise KeyError("x")

    monkeypatch.setattr(phases, "_send_meanwhile", dies)
    done = do(Scripted(session, begun(session, "backend")), ENDED)
    assert done is not None
    assert done.outcome.status == "completed"


@pytest.mark.parametrize("is_answered", [True, False])
def test_an_answer_that_was_paid_for_is_sent_soon(
    session: Session, monkeypatch: pytest.MonkeyPatch, is_answered: bool
) -> None:
    run = begun(session, "backend")
    place = Scripted(session, run)
    monkeypatch.setattr(phases, "_LOOK_SECONDS", 0.01)
    monkeypatch.setattr(phases, "ANSWERED_SECONDS", 0.1)

    async def some() -> None:
        over, copy = asyncio.Event(), Taken(session, taken(session, run))
        sending = asyncio.create_task(phases._send_meanwhile(place, copy, over))
        await asyncio.sleep(0.3)
        assert not place.called
        file = session.transcript_file("backend")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("{}\n" * is_answered)
        await asyncio.sleep(0.5)
        over.set()
        await sending

    asyncio.run(some())
    assert place.called == ["sent"] * is_answered


def test_no_verdict_is_sent_without_its_receipt(world: World) -> None:
    """A phase writes the one, then the other, while it holds the session."""
    run = world.begin()
    with world.machine("m1") as copies:
        copy = take(copies, run)
        sending = threading.Thread(target=copies.sent, args=(copy,))
        with copy.session.locked():
            record(copy.session, Event("output_accepted", "backend-worker", "judge"))
            sending.start()
            sending.join(2)
            copy.session.receipt_file("backend").write_text("{}")
        sending.join()
    files = git(world.common, "ls-tree", "-r", "--name-only", "refs/waggle/sessions/one")
    assert len(world.events("output_accepted")) == 1
    assert "backend_receipt.json" in files


class Far:
    """A remote whose answers are given: an error, or what brings more."""

    def __init__(self, *answers: Callable[[], bool] | Exception) -> None:
        self.remote, self.answers = "common", list(answers)

    def fetch(self, _session: Session) -> bool:
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer()


def beside(session: Session, *answers: Callable[[], bool] | Exception) -> Shared:
    return Shared("postgresql://h/db", session.root, "q@1", cast("Any", Far(*answers)))


def test_a_waiting_run_says_once_that_nobody_takes_its_jobs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(waiting, "_WORKERS_SECONDS", 0.0)
    lines: list[str] = []
    answers: list[bool | Exception] = [False, False, NoEngine("away", ""), False, True, False]

    def are_there() -> bool:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    workers = waiting.Workers(are_there, "nobody is there", lines.append)
    said = []
    while answers:
        workers.look()
        said.append(len(lines))
    assert said == [1, 1, 1, 1, 1, 2]
    assert {*lines} == {"waiting: nobody is there"}


@pytest.mark.parametrize("status", ["completed", "skipped", "cancelled", "failed", "blocked"])
def test_a_plan_is_done_where_all_its_workers_are(session: Session, status: str) -> None:
    outcomes = [Outcome("backend", "completed"), Outcome("designer", status, told="Why.")]
    expected = {"completed": "completed", "failed": "failed"}.get(status, "blocked")
    assert carried_out(session, outcomes).status == expected


@pytest.mark.parametrize("error", [AWAY, Busy("held", "Wait.")])
def test_a_waiting_run_says_once_that_the_remote_is_away_and_gives_up(
    session: Session, monkeypatch: pytest.MonkeyPatch, error: WaggleError
) -> None:
    lines: list[str] = []
    where = beside(session, error, error, lambda: False, error)
    assert where.home is not None
    remote = waiting.Remote(partial(where.home.fetch, session), lines.append)
    assert [remote.brings_more() for _ in range(4)] == [True, True, False, True]
    assert lines == [f"waiting: {error.message}"] * 2
    monkeypatch.setattr(waiting, "AWAY_SECONDS", -1.0)
    with pytest.raises(type(error)) as caught:
        remote.brings_more()
    assert "same command" in caught.value.hint


@pytest.mark.parametrize("is_open", [True, False])
def test_what_is_queued_again_is_judged_as_the_remote_has_it(
    session: Session, monkeypatch: pytest.MonkeyPatch, is_open: bool
) -> None:
    """The folder says less: the job was taken, or done, on another machine meanwhile."""
    plan = made(row("backend"))
    run = jobs.begin(session, plan, engine.POSTGRESQL, Asked().plain())

    def more() -> bool:
        claim = taken(session, run)
        return is_open or jobs.end(session, run, one(), claim, "a")

    where = beside(session, more, lambda: False)
    monkeypatch.setattr(shared, "_at_work", lambda *_about: [])
    monkeypatch.setattr(shared, "_client", nullcontext)
    if is_open:
        with pytest.raises(BadInput, match="with other options"):
            shared.submit(where, session, plan, Asked(options=("--model", "x")))
    else:
        with pytest.raises(BadInput, match="are done"):
            shared.retry(where, session.id, plan, None)
