"""Whose an open run is: another engine neither takes it over nor ends it unasked."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, cast

import pytest
from click.testing import CliRunner, Result

from sessions.errors import BadInput, Busy, NoEngine, WaggleError
from sessions.events import Event
from sessions.lock import locked
from sessions.session import Session, record
from tests.fleet.scripts import Script, lay_out
from tests.kit import PROJECT
from workers.commands.fleet import fleet
from workers.commands.hive import run as run_command
from workers.fleet import engine, jobs, local, shared
from workers.fleet.ordering import Asked
from workers.fleet.shared import Shared
from workers.hive.outcomes import Outcome
from workers.hive.plan import Plan
from workers.hive.queen import open_plan

SURVEY = Asked(("--model", "survey"), model="survey")
HERE, ELSEWHERE = "postgresql://me@db.example/waggle", "postgresql://me@other.example/waggle"


class Row(NamedTuple):
    """A row of the engine's, as far as it is looked at."""

    workflow_id: str


class Queued:
    """An engine's database that knows some workflows; what is put into it is seen."""

    def __init__(self, *known: str) -> None:
        self.known, self.queues, self.cancelled = {*known}, list[str](), list[str]()

    def enqueue(self, options: dict[str, Any], _order: dict[str, Any]) -> None:
        self.queues.append(options["queue_name"])
        self.known.add(options["workflow_id"])

    def list_workflows(self, *, workflow_ids: list[str], **how: object) -> list[Row]:
        known = [] if how.get("status") == "PENDING" else self.known
        return [Row(one) for one in workflow_ids if one in known]

    def cancel_workflows(self, ids: list[str]) -> None:
        self.cancelled += ids


class World(NamedTuple):
    """A session with a plan of two, and databases by their addresses."""

    session: Session
    plan: Plan
    databases: dict[str, Queued]

    def where(self, url: str = HERE, queue: str = "waggle") -> Shared:
        return Shared(url, self.session.root, f"{queue}@1")

    def submit(self, url: str = HERE, asked: Asked = SURVEY, queue: str = "waggle") -> jobs.Run:
        return shared.submit(self.where(url, queue), self.session, self.plan, asked)

    def begin_here(self) -> jobs.Run:
        """Begin as `run` without a fleet does."""
        return jobs.begin(self.session, self.plan, engine.SQLITE, SURVEY.plain())

    def take(self, run: jobs.Run) -> None:
        assert jobs.take(self.session, run, "backend", "run", "m.1.a", is_alive=lambda: True)

    def statuses(self, run: jobs.Run) -> set[str]:
        return {one.status for one in jobs.ended(self.session.state(), run).values()}

    def call(self, command: Any, *words: str) -> Result:
        at = ("--session", "one", "--root", str(self.session.root), "--json")
        return CliRunner().invoke(command, [*words, *at], obj=Path("cli.py"))


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.delenv(engine.VARIABLE, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "own"))
    (session,) = lay_out(tmp_path, [Script("one", {"backend": [], "frontend": ["backend"]})])
    databases: dict[str, Queued] = {}

    @contextmanager
    def client(url: str) -> Iterator[Queued]:
        if "gone" in url:
            raise NoEngine("the database cannot be used", "Start it.")
        yield databases.setdefault(url, Queued())

    monkeypatch.setattr(shared, "_client", client)
    return World(session, open_plan(tmp_path, "one")[1], databases)


def refused(call: Callable[[], object], *words: str) -> None:
    with pytest.raises(Busy) as caught:
        call()
    for word in words:
        assert word in f"{caught.value} {caught.value.hint}"


@pytest.mark.parametrize("is_taken", [True, False])
def test_a_run_without_a_fleet_does_not_end_a_fleets(world: World, is_taken: bool) -> None:
    run = world.submit()
    if is_taken:
        world.take(run)
    left = "at work: backend; waiting: frontend" if is_taken else "waiting: backend, frontend"
    words = (left, "a fleet has it", "fleet cancel --session one --engine")
    refused(world.begin_here, "one/1 has not ended", *words)
    assert not world.statuses(run)
    shared.cancel(world.where(), world.session)
    assert world.begin_here().number == 2


def test_what_is_at_work_is_said_as_it_is(world: World) -> None:
    """Not as a run on this machine: the same lock is around it."""
    world.submit()
    how: dict[str, Any] = {"parallel": 1, "ended": lambda _: None}
    with pytest.raises(Busy) as caught:
        local.carry_out(world.session, Path("x"), world.plan, SURVEY, **how)
    assert "being run already" not in caught.value.message


def test_a_fleet_takes_over_what_a_killed_run_left_and_nothing_else(world: World) -> None:
    run = world.begin_here()
    world.take(run)
    with locked(world.session.path / jobs.RUN_LOCK):
        refused(world.submit, "a `run` without a fleet carries it out", "at work: backend")
        refused(lambda: shared.retry(world.where(), "one", world.plan, None), "without a fleet")
    assert not world.statuses(run)
    assert world.submit(asked=Asked(("--model", "none"), model="none")).number == 2
    assert world.statuses(run) == {"cancelled"}


def test_a_run_that_was_killed_has_no_lock(world: World) -> None:
    """The lock goes with the process that held it."""
    world.take(world.begin_here())
    code = (
        "import os, sys; from pathlib import Path; from sessions.lock import locked\n"
        "with locked(Path(sys.argv[1])):\n    print('held', flush=True); sys.stdin.read()\n"
    )
    command = [sys.executable, "-c", code, str(world.session.path / jobs.RUN_LOCK)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, cwd=PROJECT) as process:
        assert process.stdout
        assert process.stdout.readline() == b"held\n"
        refused(world.submit, "without a fleet")
        process.kill()
    assert world.submit().number == 2


def test_databases_are_told_apart(world: World) -> None:
    run = world.submit()
    world.take(run)
    for call in (
        lambda: world.submit(ELSEWHERE),
        lambda: world.submit(ELSEWHERE, Asked()),
        lambda: shared.retry(world.where(ELSEWHERE), "one", world.plan, None),
    ):
        refused(call, "the fleet of another database has it", "fleet cancel --session one")
    assert not world.statuses(run)
    assert world.submit() == run, "it is its own"
    assert world.submit("postgresql://you:pw@db.example:5432/waggle?sslmode=require") == run


def test_a_database_that_knows_the_run_is_its_own_by_any_address(world: World) -> None:
    run = world.submit()
    world.databases[ELSEWHERE] = Queued(f"1:{run.id}")
    assert world.submit(ELSEWHERE) == run


def test_a_run_of_an_older_version_is_of_any_database_and_queue(world: World) -> None:
    about = {"workers": ["backend", "frontend"], "engine": "postgresql", "asked": SURVEY.plain()}
    with world.session.locked():
        event = Event("run_started", "", "run", "one/1", extra={"run": 1, **about})
        record(world.session, event)
    assert world.submit(queue="gpu").number == 1
    world.take(jobs.Run("one", 1, ("backend", "frontend")))
    assert world.submit(ELSEWHERE).number == 1
    with pytest.raises(BadInput, match="with other options"):
        world.submit(asked=Asked())
    refused(world.begin_here, "a fleet has it")


DATABASES = {
    "postgresql://me@h/db": "postgresql://you:secret@H:5432/db?sslmode=require",
    "postgresql:///db?host=h": "postgres://h/db",
    "postgresql://h/d%62": "postgresql://h/db",
}


def test_a_database_is_where_it_is_whoever_logs_in(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PGHOST", "PGPORT", "PGDATABASE"):
        monkeypatch.delenv(name, raising=False)
    assert {engine.digest(url) for pair in DATABASES.items() for url in pair} == {
        engine.digest("postgresql://h/db")
    }
    others = {"postgresql://h/other", "postgresql://h:5433/db", "postgresql://g/db"}
    assert len({engine.digest(url) for url in {"postgresql://h/db", *others}}) == 4
    assert "secret" not in engine.digest("postgresql://me:secret@h/secret")


def test_a_run_is_ended_whose_database_is_gone_for_good(world: World) -> None:
    run = world.submit()
    world.take(run)
    lines: list[str] = []
    gone = world.where("postgresql://me@gone.example/waggle")
    assert shared.cancel(gone, world.session, lines.append) == ["backend", "frontend"]
    assert world.statuses(run) == {"cancelled"}
    assert "the database cannot be used" in lines[0]
    assert world.begin_here().number == 2


# The queue, and what else a run was asked for.


def test_a_run_goes_on_in_its_queue(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(engine.VARIABLE, HERE)
    words = ("--model", "survey", "--no-wait")
    assert world.call(run_command, *words, "--queue", "gpu").exception is None
    answer = world.call(run_command, *words)
    assert json.loads(answer.stdout)["run"] == 1, answer.output
    run = jobs.Run("one", 1, ("backend", "frontend"))
    for worker in run.workers:
        assert jobs.end(world.session, run, Outcome(worker, "failed"), None, "x")
    for command, number in ((("retry",), 2), (("retry", "--queue", "cpu"), 3), (("retry",), 4)):
        answer = world.call(fleet, *command)
        assert answer.exception is None, answer.output
        assert json.loads(answer.stdout)["run"] == number
    names = [one.partition("@")[0] for one in world.databases[HERE].queues]
    assert names == ["gpu", "gpu", "gpu", "cpu", "cpu"]
    assert world.call(fleet, "cancel").exception is None
    assert world.call(run_command, *words).exception is None
    assert world.databases[HERE].queues[-1].startswith("cpu@")


def test_who_queues_again_names_a_model_that_can_be_used(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(engine.VARIABLE, HERE)
    world.submit()
    answer = world.call(fleet, "retry", "--model", "anthropc:claude")
    assert isinstance(answer.exception, WaggleError), answer.output
    assert "anthropc" in str(answer.exception)
    assert len(world.databases[HERE].queues) == 1


# Options that the engine does not have -> what is said.
USELESS = {
    (None, "--queue", "gpu"): "--queue goes with --engine",
    (None, "--remote", "origin"): "--remote goes with --engine",
    (None, "--no-wait"): "--no-wait goes with --engine",
    (HERE, "--parallel", "4"): "fleet worker --slots",
    (HERE, "--requests-a-minute", "4"): "fleet worker --requests-a-minute",
    (HERE, "--total-cost", "abc"): "--total-cost is an amount of dollars",
    (None, "--total-cost", "-1"): "--total-cost is an amount of dollars",
    (None, "--max-cost", "abc"): "--max-cost is an amount of dollars",
}


@pytest.mark.parametrize("words", USELESS, ids=str)
def test_an_option_that_would_do_nothing_is_refused(
    world: World, words: tuple[str | None, ...]
) -> None:
    url, *options = words
    at = ("--engine", url) if url else ()
    answer = world.call(run_command, *at, *cast("list[str]", options), "--model", "survey")
    assert answer.exit_code == 2
    assert USELESS[words] in answer.output


def test_what_to_look_at_is_what_is_used() -> None:
    file = engine.no_engine("sqlite:////tmp/x/engine-1-1.db", OSError("disk I/O error"))
    assert "disk" in file.hint
    assert "--engine" not in file.hint
    assert "--engine" in engine.no_engine(HERE, OSError("refused")).hint
