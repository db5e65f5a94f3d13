"""Machines that share no folder: sessions on a ref of a bare repository, real git, no engine."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessions import fence
from sessions.errors import BadInput, Damaged, NotSent, Superseded, WaggleError
from sessions.events import Event
from sessions.session import Session, fold_log, open_session, record
from tests.fleet import judging
from tests.fleet.scripts import Script, lay_out
from workers.fleet import engine, jobs, phases
from workers.fleet.clones.copies import Copies
from workers.fleet.clones.home import Home, home
from workers.fleet.clones.joining import joined, queue_id
from workers.fleet.clones.merging import identity, lines_of, log_of, merged
from workers.fleet.ordering import Asked
from workers.fleet.places import Away, Taken
from workers.hive.outcomes import Outcome
from workers.hive.queen import open_plan

ASKED = Asked(("--model", "survey"), (), (), "survey", "common").plain()
SCRIPT = Script("one", {"backend": [], "designer": []})


def git(folder: Path, *words: str) -> str:
    """Run git as somebody who works there."""
    who = ("-c", "user.name=A", "-c", "user.email=a@b", "-c", "init.defaultBranch=main")
    ran = subprocess.run(["git", *who, *words], cwd=folder, capture_output=True, check=True)
    return ran.stdout.decode()


class World:
    """A user's repository with a planned session, a bare one that all reach, and machines."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.root, self.common = folder, folder / "user", folder / "common.git"
        git(folder, "init", "-q", "--bare", str(self.common))
        (self.session,) = lay_out(self.root, [SCRIPT])
        shutil.rmtree(self.root / ".git")
        git(self.root, "init", "-q")
        (self.root / ".gitignore").write_text("*.key\n")
        (self.root / "app.py").write_text("x = 1\n")
        git(self.root, "add", "app.py", ".gitignore")
        git(self.root, "commit", "-qm", "first")
        git(self.root, "remote", "add", "common", str(self.common))
        (self.root / "app.py").write_text("x = 2\n")
        (self.root / "new.py").write_text("y = 1\n")
        (self.root / "my.key").write_text("secret\n")

    @property
    def home(self) -> Home:
        return home(self.root, "common")

    def begin(self) -> jobs.Run:
        _, plan = open_plan(self.root, "one")
        return self.home.begin(self.session, plan, engine.POSTGRESQL, ASKED)

    def machine(self, name: str) -> Any:
        return joined(str(self.common), self.folder / name)

    def events(self, event_type: str) -> list[dict[str, Any]]:
        """Return the details of the events of a type, as the remote has them."""
        log = git(self.common, "show", "refs/waggle/sessions/one:session/EVENTS.jsonl")
        rows = map(json.loads, log.splitlines())
        return [row["details"] for row in rows if row["event_type"] == event_type]


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return World(tmp_path)


@pytest.fixture
def two(world: World) -> Iterator[tuple[Copies, Copies]]:
    with world.machine("m1") as one, world.machine("m2") as other:
        yield one, other


def take(copies: Copies, run: jobs.Run, worker: str = "backend", phase: str = "run") -> Taken:
    taken = copies.take(run, worker, phase, copies.folder.name, lambda: True)
    assert taken is not None
    return taken


def write(taken: Taken, text: str) -> None:
    """Do what a phase does: record an event, and write a file."""
    worker = taken.claim.worker.removesuffix("-worker")
    with taken.session.locked():
        record(taken.session, Event("progress", taken.claim.worker, text))
    taken.session.notes_file(worker).write_text(text)


def end(copies: Copies, run: jobs.Run, taken: Taken, worker: str = "backend") -> None:
    copies.end(run, Outcome(worker, "completed"), taken.claim, "x")


def test_a_job_is_done_elsewhere_and_is_here_as_if_done_here(
    world: World, two: tuple[Copies, Copies]
) -> None:
    before = git(world.root, "for-each-ref"), (world.root / ".git" / "index").read_bytes()
    run = world.begin()
    taken = take(two[0], run)
    there = taken.session.root
    assert (there / "app.py").read_text() == "x = 2\n"
    assert (there / "new.py").exists()
    assert not (there / "my.key").exists(), "what git ignores was pushed"
    changed = git(there, "status", "--porcelain", "--", "*.py").split()
    assert (git(there, "rev-parse", "HEAD"), changed) == (
        git(world.root, "rev-parse", "HEAD"),
        ["M", "app.py", "??", "new.py"],
    )
    write(taken, "looked")
    two[0].sent(taken)
    end(two[0], run, taken)
    with world.session.locked():
        record(world.session, Event("heartbeat", "queen-worker", "look"))
    assert world.home.fetch(world.session)
    assert not world.home.fetch(world.session)
    assert world.session.notes_file("backend").read_text() == "looked"
    assert jobs.ended(world.session.state(), run)["backend"].is_done
    assert judging.derived_wrongly(world.session) == []
    assert len(world.events("heartbeat")) == 1, "what happened here is not at the remote"
    assert world.session.events_file.read_text() == git(
        world.common, "show", "refs/waggle/sessions/one:session/EVENTS.jsonl"
    )
    after = git(world.root, "for-each-ref"), (world.root / ".git" / "index").read_bytes()
    assert before == after
    assert "refs/heads" not in git(world.common, "for-each-ref")


def test_who_was_given_up_gets_nothing_past_its_successor(
    world: World, two: tuple[Copies, Copies]
) -> None:
    run = world.begin()
    late = take(two[0], run)
    write(late, "late")
    new = take(two[1], run)
    assert (late.claim.token, new.claim.token) == (1, 2)
    write(new, "new")
    with pytest.raises(Superseded):  # both did the phase, and it pushes first
        two[0].sent(late)
    two[1].sent(new)
    with pytest.raises(Superseded):
        end(two[0], run, late)
    end(two[1], run, new)
    end(two[1], run, new)
    two[0].sent(late)  # ended meanwhile: dropped, and nobody waits for it
    assert [one["action"] for one in world.events("progress")] == ["new"]
    assert len(world.events("job_ended")) == 1
    world.home.fetch(world.session)
    assert world.session.notes_file("backend").read_text() == "new"
    assert two[0].take(run, "backend", "run", "x", lambda: True) is None


def test_an_executor_that_lost_its_lease_takes_nothing(
    world: World, two: tuple[Copies, Copies]
) -> None:
    run = world.begin()
    with pytest.raises(Superseded):
        two[0].take(run, "backend", "run", "x", lambda: False)
    assert not world.events("job_taken")


def test_machines_that_race_end_each_job_once(world: World, two: tuple[Copies, Copies]) -> None:
    run = world.begin()

    def do(copies: Copies, worker: str) -> None:
        taken = copies.take(run, worker, "run", copies.folder.name, lambda: True)
        if taken is not None:
            write(taken, worker)
            try:
                copies.sent(taken)
                end(copies, run, taken, worker)
            except Superseded:
                pass

    racers = [
        threading.Thread(target=do, args=(copies, worker))
        for copies in two
        for worker in SCRIPT.waits
    ]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    ends = Counter(one["target"] for one in world.events("job_ended"))
    assert ends == {run.job_id(worker): 1 for worker in SCRIPT.waits}
