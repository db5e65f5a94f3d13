"""Machines that share no folder: sessions on a ref of a bare repository, real git, no engine."""

from __future__ import annotations

import asyncio
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
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from sessions.errors import BadInput, Busy, Damaged, NotSent, Superseded, WaggleError
from sessions.events import Event
from sessions.lock import locked
from sessions.session import record, session_at
from tests.fleet import judging
from tests.fleet.scripts import Script, lay_out
from workers.commands.fleet import fleet
from workers.fleet import engine, jobs, phases
from workers.fleet.clones import home as of_home
from workers.fleet.clones.addresses import without_secrets
from workers.fleet.clones.bare import Bare, Lost, _last_line
from workers.fleet.clones.copies import Copies
from workers.fleet.clones.home import Home, home
from workers.fleet.clones.joining import joined, queue_id
from workers.fleet.clones.merging import identity, lines_of, log_of, merged
from workers.fleet.clones.refs import Ref
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
    copies.end(run, Outcome(worker, "completed"), taken.claim, "x", lambda: True)


@pytest.mark.parametrize("word", ["--skip-worktree", "--assume-unchanged"])
def test_what_people_keep_to_themselves_is_not_pushed(
    world: World, two: tuple[Copies, Copies], word: str
) -> None:
    (world.root / "staged.py").write_text("z = 1\n")
    (world.root / "local.env").write_text("TOKEN=ghp_" + "a1" * 20)
    git(world.root, "add", "staged.py")
    git(world.root, "update-index", word, "app.py", "staged.py")
    lines: list[str] = []
    _, plan = open_plan(world.root, "one")
    mine = home(world.root, "common", lines.append)
    run = mine.begin(world.session, plan, engine.POSTGRESQL, ASKED)
    there = take(two[0], run).session.root
    assert (there / "app.py").read_text() == "x = 1\n"
    assert not {"staged.py", "local.env"} & {one.name for one in there.iterdir()}
    (line,) = lines
    assert line.startswith("0 changed and 2 new files are pushed to 'common'")
    assert "'new.py'" in line
    assert line.endswith("not pushed, since they hold secrets: 'local.env'")
    assert not git(two[0].bare.folder, "log", "--all", "--oneline", "-S", "ghp_")


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


def test_a_root_below_the_top_of_its_repository_and_no_commit_yet(
    world: World, two: tuple[Copies, Copies]
) -> None:
    inside = world.root / "part"
    (session,) = lay_out(inside, [SCRIPT])
    shutil.rmtree(inside / ".git")
    shutil.rmtree(world.root / ".git")
    git(world.root, "init", "-q")
    run = home(inside, str(world.common)).begin(
        session, open_plan(inside, "one")[1], engine.POSTGRESQL, ASKED
    )
    taken = take(two[0], run)
    root = taken.session.root
    assert (root.name, (root.parent / "app.py").read_text()) == ("part", "x = 2\n")
    assert session_at(root, "one").path == taken.session.path


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


def test_a_report_goes_on_where_another_machine_began_it(
    world: World, two: tuple[Copies, Copies]
) -> None:
    run = world.begin()
    first = take(two[0], run, phase="setup")
    place = str(first.session.root)
    others = f"not {place}-2/app.py, src{place}/app.py, ..{place}, /{place}, x-{place}"
    write(first, f"see {place}/app.py, file://{place} \\n{place}, {others}")
    two[0].sent(first)
    second = take(two[1], run)
    now = str(second.session.root)
    assert second.session.notes_file("backend").read_text() == (
        f"see {now}/app.py, file://{now} \\n{now}, {others}"
    )
    two[1].sent(second)
    world.home.fetch(world.session)
    assert world.session.state().workers["backend-worker"].root == now


def test_what_was_changed_on_both_sides_is_kept(world: World, two: tuple[Copies, Copies]) -> None:
    run = world.begin()
    taken = take(two[0], run)
    write(taken, "theirs")
    two[0].sent(taken)
    notes = world.session.notes_file("backend")
    notes.write_text("mine")
    world.home.fetch(world.session)
    assert notes.read_text() == "theirs"
    assert [one.read_text() for one in notes.parent.glob("backend_notes.*.md")] == ["mine"]


def test_what_was_removed_on_one_side_does_not_come_back(
    world: World, two: tuple[Copies, Copies]
) -> None:
    folder = Path("workers/artefacts")
    (world.session.path / folder).mkdir()
    for name in ("backend_one.md", "backend_two.md", "backend_three.md", "backend_four.md"):
        (world.session.path / folder / name).write_text(name)
    run = world.begin()
    taken = take(two[0], run)
    copy = taken.session.path / folder
    (copy / "backend_one.md").unlink()  # by the job
    (copy / "backend_two.md").unlink()  # by the job, and here it is changed
    (world.session.path / folder / "backend_two.md").write_text("mine")
    two[0].sent(taken)
    (world.session.path / folder / "backend_three.md").unlink()  # by the user
    world.home.fetch(world.session)
    here = sorted(one.name for one in (world.session.path / folder).iterdir())
    assert here == ["backend_four.md", "backend_two.md"]
    copy = take(two[1], run).session.path / folder
    assert {one.name: one.read_text() for one in copy.iterdir()} == {
        "backend_four.md": "backend_four.md",
        "backend_two.md": "mine",
    }


def test_a_session_from_a_backup_takes_nothing_from_the_remote(
    world: World, two: tuple[Copies, Copies]
) -> None:
    backup = world.folder / "backup"
    shutil.copytree(world.session.path, backup)
    taken = take(two[0], world.begin())
    write(taken, "theirs")
    two[0].sent(taken)
    world.home.fetch(world.session)
    shutil.rmtree(world.session.path)
    shutil.copytree(backup, world.session.path)
    world.home.fetch(world.session)
    assert world.session.notes_file("backend").read_text() == "theirs"


def test_a_run_from_outside_and_its_end(world: World, two: tuple[Copies, Copies]) -> None:
    run = world.begin()
    assert world.begin() == run
    taken = take(two[0], run)
    write(taken, "in vain")
    assert world.home.end(world.session, run, Outcome("backend", "cancelled"), "me")
    assert not world.home.end(world.session, run, Outcome("backend", "cancelled"), "me")
    two[0].sent(taken)
    two[0].end(run, Outcome("designer", "skipped"), None, "x", lambda: True)
    (world.root / "app.py").write_text("x = 3\n")
    again = world.begin()
    assert (again.number, len(world.events("job_ended"))) == (2, 2)
    anew = take(two[1], again)
    assert (anew.claim.token, (anew.session.root / "app.py").read_text()) == (3, "x = 3\n")
    with pytest.raises(BadInput, match="travels on the remote 'common'"):
        jobs.begin(world.session, open_plan(world.root, "one")[1], engine.SQLITE, {})


# What stops it, in a clear line.


def _hook(world: World) -> None:
    hook = world.common / "hooks" / "update"
    hook.write_text("#!/bin/sh\necho waggle is not wanted here >&2\nexit 1\n")
    hook.chmod(0o755)


def _program(world: World) -> None:
    git(world.root, "remote", "set-url", "common", "ext::touch owned")


def _change(world: World) -> None:
    with world.session.locked():
        spawn = Event("worker_spawned", "backend-worker", "spawn", extra={"kind": "change"})
        record(world.session, spawn)


def _another(world: World) -> None:
    world.begin()
    (session,) = lay_out(world.root / "other", [SCRIPT])
    shutil.rmtree(world.session.path)
    shutil.move(session.path, world.session.path)


STOPS: dict[Callable[[World], object], tuple[type[WaggleError], str]] = {
    lambda world: git(world.root, "remote", "remove", "common"): (BadInput, "no remote 'common'"),
    lambda world: shutil.rmtree(world.common): (Away, "cannot be reached"),
    lambda world: git(world.common, "config", "receive.hideRefs", "refs/waggle"): (
        NotSent,
        "refuses refs/waggle",
    ),
    lambda world: shutil.rmtree(world.root / ".git"): (BadInput, "no git repository"),
    _hook: (NotSent, "waggle is not wanted here"),
    _program: (NotSent, "transport 'ext' not allowed"),
    _change: (BadInput, "backend-worker changes code"),
    _another: (BadInput, "another session of that id"),
}


@pytest.mark.parametrize("stop", STOPS, ids=[says for _, says in STOPS.values()])
def test_what_cannot_travel_says_why(world: World, stop: Callable[[World], object]) -> None:
    stop(world)
    kind, says = STOPS[stop]
    with pytest.raises(kind, match=says):
        world.begin()
    assert not [*world.folder.rglob("owned")]


@pytest.mark.parametrize(
    ("place", "address"),
    [
        (".", "file://{root}/in:side.git"),
        (".", "file://{root}/in%73ide.git"),
        (".", "file://host{root}/in:side.git"),
        (".", "/tmp/@[x]{root}/in:side.git"),
        (".", "./in:side.git"),
        (".", "{root}/in:side"),
        (".", "{root}/.git/inside.git"),
        ("part", "./in:side.git/."),
        ("part", "{root}/in:side.git"),
        ("part/../../tree", "{root}/.git/inside.git"),
        ("part/../../tree", "{root}/in:side.git"),
    ],
)
def test_a_remote_is_nothing_that_came_with_the_repository(
    world: World, place: str, address: str
) -> None:
    (world.root / "part").mkdir()
    git(world.root, "worktree", "add", "-q", str(world.folder / "tree"))
    for inside in ("in:side.git", ".git/inside.git"):
        git(world.root, "clone", "-q", "--bare", f"{world.common}", f"./{inside}")
    git(world.root, "remote", "set-url", "common", address.format(root=world.root))
    with pytest.raises(BadInput, match=r"lies inside the repository|no plain path"):
        home((world.root / place).resolve(), "common")


def test_a_path_is_meant_from_the_top_as_git_means_it(world: World) -> None:
    (world.root / "part").mkdir()
    for path in ("../common.git", f"file://{world.common}"):
        git(world.root, "remote", "set-url", "common", path)
        for place in (world.root, world.root / "part"):
            assert home(place, "common").bare.remote == str(world.common)


@pytest.mark.parametrize(
    "address",
    ["https://me:pass@example.org/x", "https://token@example.org/x", "https://a.org/x?private=1"],
)
def test_an_address_that_may_not_be_recorded_is_refused(world: World, address: str) -> None:
    with pytest.raises(BadInput, match="says who logs in") as error:
        home(world.root, address)
    assert address not in f"{error.value} {error.value.hint}"


def test_a_machine_keeps_the_clone_of_one_repository(world: World) -> None:
    other = world.folder / "other.git"
    git(world.folder, "init", "-q", "--bare", str(other))
    with world.machine("m1") as copies:
        drawn = queue_id(copies.bare, make=True)
        left = copies.folder / "left"
        left.mkdir()
    assert not left.exists()
    with pytest.raises(BadInput, match="clone of another"), joined(str(other), world.folder / "m1"):
        pass
    with pytest.raises(BadInput, match="no clone of ours"), joined(str(other), world.root):
        pass
    assert world.home.queue("q", make=False) == f"q@{drawn}"


def test_what_is_held_is_called_by_its_name(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(of_home, "_LOCK_SECONDS", 0.1)
    run = world.begin()
    with (
        locked(world.home.folder / ".lock"),
        pytest.raises(Busy, match="travels on the remote has been"),
    ):
        world.home.fetch(world.session)
    assert world.begin() == run


def test_who_was_never_the_first_says_how_often_it_tried(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def is_late(*_about: object, **_more: object) -> None:
        raise Lost

    monkeypatch.setattr(Ref, "put", is_late)
    monkeypatch.setattr(of_home, "_TRIES", 3)
    with pytest.raises(Busy, match="by others 3 times"):
        world.begin()


def test_a_run_on_this_machine_is_seen_where_the_session_travels(world: World) -> None:
    """Its lock is the session's, not that of the copy in which the run is begun."""
    run = jobs.begin(world.session, open_plan(world.root, "one")[1], engine.SQLITE, {})
    with locked(world.session.path / jobs.RUN_LOCK), pytest.raises(Busy, match="without a fleet"):
        world.begin()
    assert world.begin().number == run.number + 1


@pytest.mark.parametrize("address", ["git@example.org:me/x.git", "https://me:pass@example.org/x"])
def test_an_address_is_taken_as_it_is_and_shown_without_its_password(
    world: World, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.chdir(world.root)
    git(world.root, "remote", "set-url", "common", address)
    bare = world.home.bare
    assert (bare.remote, "pass" in bare.shown) == (address, False)


@pytest.mark.parametrize(
    ("address", "printed"),
    [
        ("https://TOKEN@example.org/x.git", "https://example.org/x.git"),
        ("http://me:pa@ss@example.org:8/x?private_token=a#b", "http://example.org:8/x"),
        ("HTTPS://TOKEN@example.org/x", "https://example.org/x"),
        ("ssh://git:pass@example.org/x", "ssh://git@example.org/x"),
        ("git@example.org:me/x.git", "git@example.org:me/x.git"),
        ("https://[bad/?token=a", "https"),
    ],
)
def test_what_is_printed_of_an_address_is_no_secret(address: str, printed: str) -> None:
    assert without_secrets(address) == printed


def test_what_git_says_of_a_remote_shows_no_secret(tmp_path: Path) -> None:
    bare = Bare(tmp_path / "git", "http://SECRET@127.0.0.1:1/x.git?private_token=SECRET")
    bare.make()
    with pytest.raises(Away, match=r"127\.0\.0\.1:1/x\.git") as error:
        bare.at_remote("HEAD")
    assert "SECRET" not in str(error.value)


READ = "fatal: Could not read from remote repository.\n\nPlease make sure you have the rights\n"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (f"git@h: Permission denied (publickey).\n{READ}", "git@h: Permission denied (publickey)."),
        (f"Host key verification failed.\n{READ}", "Host key verification failed."),
        (READ, "fatal: Could not read from remote repository."),
        ("fatal: unable to connect to h:\nh[0]: errno=refused\n", None),
        ("remote: busy\nerror: RPC failed\nfatal: hung up\n", "error: RPC failed"),
        ("first\nlast\n", "last"),
        ("", "no reason given"),
    ],
)
def test_what_is_said_of_git_names_the_reason(text: str, reason: str | None) -> None:
    expected = reason or "fatal: unable to connect to h: h[0]: errno=refused"
    assert _last_line(text) == expected


@pytest.mark.parametrize("words", ["cancel", "retry", "fetch"])
def test_a_session_does_not_say_where_to_connect(world: World, words: str) -> None:
    _, plan = open_plan(world.root, "one")
    jobs.begin(world.session, plan, engine.POSTGRESQL, {**ASKED, "remote": str(world.common)})
    at: tuple[str, ...] = ("--session", "one", "--root", str(world.root), "--json")
    at += () if words == "fetch" else ("--engine", "postgresql://nobody@127.0.0.1:1/x")
    answers = [
        CliRunner().invoke(fleet, [words, *at, *more], obj=Path("cli.py")).exception
        for more in ((), ("--remote", str(world.common)))
    ]
    assert "no remote of this repository" in str(answers[0])
    assert "no remote of this repository" not in str(answers[1])
    assert not git(world.common, "for-each-ref", "refs/waggle/sessions")


def test_a_remote_that_is_gone_is_waited_for_then_the_job_is_blocked(
    world: World, two: tuple[Copies, Copies], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = world.begin()
    monkeypatch.setattr(phases, "BUSY_SECONDS", 0.2)
    monkeypatch.setattr(phases, "_PAUSES", (0.0, 0.0, 0.0))
    world.common.rename(world.folder / "away")
    executor = phases.Executor("a", Path(), Path("x"), lambda: True, clones=two[0])
    job = phases.Job("one", run.number, [*run.workers], "backend", [], [], {})
    done = asyncio.run(phases.do(executor, job, "run"))
    assert done is not None
    assert (done.outcome.status, done.claim) == ("blocked", None)
    assert "cannot be reached" in done.outcome.told


def _planted(world: World, name: str, mode: str = "100644", blob: str = "") -> None:
    """Put a file into the session on the ref, as somebody who may push there."""
    index = {**os.environ, "GIT_INDEX_FILE": str(world.folder / "index")}
    ref, add = "refs/waggle/sessions/one", "update-index --add --cacheinfo"
    blob = blob or git(world.common, "rev-parse", f"{ref}:waggle.json").strip()
    for words in (f"read-tree {ref}", f"{add} {mode},{blob},{name}"):
        subprocess.run(["git", *words.split()], cwd=world.common, env=index, check=True)
    tree = subprocess.check_output(["git", "write-tree"], cwd=world.common, env=index, text=True)
    made = git(world.common, "commit-tree", tree.strip(), "-p", ref, "-m", "x")
    git(world.common, "update-ref", ref, made.strip())


@pytest.mark.parametrize(
    ("name", "mode", "says"),
    [
        ("session/CLAUDE.md", "100644", "'CLAUDE.md', which no session has"),
        ("session/workers/notes/backend_notes.md", "120000", "no plain file"),
        ("hooks/update", "100755", "another form"),
    ],
)
def test_what_no_session_has_is_not_laid_out(
    world: World, two: tuple[Copies, Copies], name: str, mode: str, says: str
) -> None:
    run = world.begin()
    _planted(world, name, mode)
    with pytest.raises(Damaged, match=says):
        take(two[0], run)


def _link(world: World, name: str) -> None:
    """Plant a link to a folder of somebody else on that machine."""
    text = world.folder / "text"
    text.write_text(str(world.folder / "victim"))
    _planted(world, name, "120000", git(world.common, "hash-object", "-w", str(text)).strip())


def _about(world: World, **fields: str) -> None:
    """Say on the ref that the base is another, and plant a link out of it."""
    ref, base = "refs/waggle/sessions/one", world.folder / "about"
    about = {**json.loads(git(world.common, "show", f"{ref}:waggle.json")), **fields}
    base.write_text(json.dumps(about))
    blob = git(world.common, "hash-object", "-w", str(base)).strip()
    _planted(world, "waggle.json", blob=blob)
    _link(world, "base/out")
    _link(world, "base/in/out")


@pytest.mark.parametrize(
    "prefix", ["out", "out/deep", "in/out", "app.py", "in/../out", "./out", "/"]
)
def test_a_root_of_a_base_never_lies_outside_its_copy(
    world: World, two: tuple[Copies, Copies], prefix: str
) -> None:
    (world.folder / "victim" / "deep").mkdir(parents=True)
    run = world.begin()
    _about(world, prefix=prefix)
    with pytest.raises(Damaged, match=r"no folder of the base|does not know"):
        take(two[0], run)
    assert [*(world.folder / "victim").rglob("*")] == [world.folder / "victim" / "deep"]
    assert not world.events("job_taken")


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"root": "/"}, "does not know"),
        ({"root": "//"}, "does not know"),
        ({"root": "/" + "x" * 70_000}, "too large"),
    ],
)
def test_what_a_ref_says_of_its_base_is_bounded(
    world: World, two: tuple[Copies, Copies], fields: dict[str, str], says: str
) -> None:
    run = world.begin()
    _about(world, **fields)
    with pytest.raises(Damaged, match=says):
        take(two[0], run)


def test_a_link_that_a_job_made_does_not_lead_the_next_one_out(
    world: World, two: tuple[Copies, Copies]
) -> None:
    run = world.begin()
    (world.folder / "victim").mkdir()
    _about(world, prefix="root")
    root = take(two[0], run).session.root
    shutil.rmtree(root)
    root.symlink_to(world.folder / "victim")
    with pytest.raises(Damaged, match="leads out of its copy"):
        take(two[0], run)
    assert not [*(world.folder / "victim").iterdir()]


def test_a_base_runs_nothing_and_stays_in_its_copy(
    world: World, two: tuple[Copies, Copies]
) -> None:
    """A link where sessions belong, and a filter that only a repository's settings could name."""
    (world.root / ".gitattributes").write_text("*.py filter=evil\n")
    git(world.root, "config", "filter.evil.smudge", f"touch {world.folder}/owned; cat")
    git(world.root, "config", "filter.evil.clean", f"touch {world.folder}/owned; cat")
    hooks = world.root / ".git" / "hooks" / "pre-push"
    hooks.write_text(f"#!/bin/sh\ntouch {world.folder}/owned\n")
    hooks.chmod(0o755)
    run = world.begin()
    taken = take(two[0], run)
    assert (taken.session.root / "app.py").read_text() == "x = 2\n"
    assert not (world.folder / "owned").exists()
    (world.folder / "victim").mkdir()
    _link(world, "base/Docs")
    with pytest.raises(Damaged, match="link out of the repository"):
        take(two[1], run)
    assert not [*(world.folder / "victim").iterdir()]


# Logs that are merged.

TYPES = ("progress", "blocker_reported", "blocker_resolved", "output_accepted", "job_taken")


def line(seq: int, mark: int, event_type: str, ticket: int = 0) -> bytes:
    """Return an event that is known by its mark."""
    about = {"action": "x", "mark": mark}
    about |= {"id": f"B{ticket}", "target": f"B{ticket}"} if "resolved" in event_type else {}
    event = {"timestamp": "2026-01-01T00:00:00.000Z", "seq": seq, "event_id": f"one/{seq}"}
    event |= {"event_type": event_type, "worker": "backend-worker", "session_id": "one"}
    return json.dumps({**event, "details": about}, separators=(",", ":")).encode()


@st.composite
def forks(draw: st.DrawFn) -> tuple[list[bytes], list[bytes], list[bytes]]:
    """Draw what three machines wrote, each after the same beginning; some events are alike."""
    types = st.lists(st.tuples(st.sampled_from(TYPES), st.integers(1, 4)), max_size=6)
    beginning = [(0, row) for row in draw(types)]

    def log(number: int) -> list[bytes]:
        rows = beginning + [(number, row) for row in draw(types)]
        return [line(at, 9 * whose + min(at, 3), *row) for at, (whose, row) in enumerate(rows, 1)]

    return log(1), log(2), log(3)


@given(forks())
def test_a_merge_loses_nothing_doubles_nothing_and_does_not_ask_who_was_first(
    logs: tuple[list[bytes], list[bytes], list[bytes]],
) -> None:
    one, two, three = logs
    both = merged(one, two).lines
    assert both[: len(one)] == one
    union = Counter(map(identity, one)) | Counter(map(identity, two))
    assert Counter(map(identity, both)) == union
    assert Counter(map(identity, merged(two, one).lines)) == union
    assert merged(both, both).lines == merged(both, one).lines == merged(both, two).lines == both
    left, right = merged(both, three).lines, merged(one, merged(two, three).lines).lines
    assert Counter(map(identity, left)) == Counter(map(identity, right))
    numbers = [json.loads(row)["seq"] for row in left]
    assert numbers == [*range(1, len(left) + 1)]
    assert lines_of(log_of(left) + b'{"torn') == left


def test_what_names_an_event_by_its_number_goes_along() -> None:
    theirs = [line(1, 0, "progress"), line(2, 1, "progress")]
    ours = [theirs[0], line(2, 2, "blocker_reported"), line(3, 3, "blocker_resolved", 2)]
    early = merged(theirs, ours).lines
    receipt = json.dumps({"previous_event": sha256(ours[-1]).hexdigest()}).encode()
    verdict = json.loads(line(4, 4, "output_accepted"))
    verdict["details"]["receipt"] = sha256(receipt).hexdigest()
    ours += [json.dumps(verdict, separators=(",", ":")).encode(), line(5, 5, "blocker_resolved", 2)]
    both = merged(theirs, ours, {"r": receipt})
    assert merged(early, ours, {"r": receipt}) == both, "a part of it was there already"
    *_, closed, accepted, again = (json.loads(row)["details"] for row in both.lines)
    assert {closed["id"], closed["target"], again["id"]} == {"B3"}
    assert json.loads(both.receipts["r"])["previous_event"] == sha256(both.lines[-3]).hexdigest()
    assert accepted["receipt"] == sha256(both.receipts["r"]).hexdigest()
    assert merged(both.lines, ours, {"r": receipt}) == (both.lines, {}, {"r"})
