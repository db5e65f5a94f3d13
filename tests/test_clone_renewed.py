"""A machine's clone that is damaged: made again from the remote, or the machine stops."""

from __future__ import annotations

import asyncio
import errno
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sessions.errors import Damaged
from tests.test_clones import World, end, git, take, world, write
from tests.test_job_ends import fields, work_as
from tests.test_plan_jobs import one
from workers.fleet import phases, workflows
from workers.fleet.clones import copies as copying
from workers.fleet.clones import renewing
from workers.fleet.clones.copies import Copies
from workers.fleet.places import Away

__all__ = ["world"]  # a fixture

SECONDS = 30.0


@pytest.fixture(autouse=True)
def nothing_in_vain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copying, "_in_vain", set())


def _objects(clone: Path) -> None:
    shutil.rmtree(clone / "objects")
    (clone / "objects").mkdir()


def _bytes(clone: Path) -> None:
    """Have each object hold something else, as a disk that fails does."""
    for file in [*clone.glob("objects/[0-9a-f][0-9a-f]/*"), *clone.glob("objects/pack/*.pack")]:
        file.chmod(0o644)
        file.write_bytes(b"x" * file.stat().st_size)


def _locks(clone: Path) -> None:
    """Leave what a git does that was killed while it wrote a ref."""
    for file in [path for path in clone.glob("refs/copies/**/*") if path.is_file()]:
        file.with_name(f"{file.name}.lock").touch()
        file.unlink()


DAMAGES: dict[str, Callable[[Path], object]] = {
    "no objects": _objects,
    "other bytes": _bytes,
    "locks": _locks,
    "no folder": shutil.rmtree,
    "no HEAD": lambda clone: (clone / "HEAD").unlink(),
    "no config": lambda clone: (clone / "config").unlink(),
}


@pytest.mark.parametrize(
    ("name", "step"),
    [*((name, "sent") for name in DAMAGES), ("other bytes", "take"), ("no folder", "end")],
)
def test_a_clone_that_is_damaged_is_made_again_and_its_jobs_go_on(
    world: World, name: str, step: str
) -> None:
    run = world.begin()
    with world.machine("m1") as copies:
        taken, other = take(copies, run), take(copies, run, "designer")
        write(taken, "looked")
        DAMAGES[name](copies.bare.folder)
        if step == "take":
            taken = take(copies, run)
            write(taken, "looked")
        if step != "end":
            copies.sent(taken)
        end(copies, run, taken)
        ended = copies.ended(run, "backend")
        assert ended is not None
        assert ended.is_done
        copies.sent(other)
        assert "first" in git(other.session.root, "log", "--format=%s"), "its base is gone"
        git(other.session.root, "fsck")
        assert [*copies.bare.folder.parent.glob("git.*")] == []
    assert len(world.events("job_ended")) == 1
    world.home.fetch(world.session)
    assert world.session.notes_file("backend").exists() == (step != "end")


def test_a_worker_begins_with_a_clone_that_is_damaged(world: World) -> None:
    with world.machine("m1") as copies:
        world.begin()
        left = copies.bare.folder.with_name("git.0123")
        left.mkdir()
    shutil.rmtree(copies.bare.folder / "refs")
    with world.machine("m1") as copies:
        assert copies.bare.run("for-each-ref") is not None
        assert not left.exists()


def _impossible(world: World) -> None:
    """Have a base that no git lays out, as somebody who may push it."""
    ref, common = "refs/waggle/sessions/one", world.common
    blob = git(common, "rev-parse", f"{ref}:waggle.json").strip()
    raw = world.folder / "raw"
    raw.write_bytes(b"100644 .git\0" + bytes.fromhex(blob))
    base = git(common, "hash-object", "-t", "tree", "-w", "--literally", str(raw)).strip()
    before = git(common, "rev-parse", f"{ref}:base").strip()
    raw.write_text(git(common, "ls-tree", ref).replace(before, base))
    with raw.open() as rows:
        words = ["git", "mktree"]
        tree = subprocess.check_output(words, cwd=common, stdin=rows, text=True).strip()
    made = git(common, "commit-tree", tree, "-p", ref, "-m", "x").strip()
    git(common, "update-ref", ref, made)


def test_what_the_remote_has_is_not_taken_for_a_clone_that_is_damaged(world: World) -> None:
    """Else one session would have each machine fetch all again, for each try."""
    run = world.begin()
    _impossible(world)
    with world.machine("m1") as copies:
        clones = []
        for _ in range(3):
            with pytest.raises(Damaged, match="invalid path"):
                take(copies, run)
            clones.append(renewing.identity(copies.bare))
        assert len({*clones}) == 1
        assert copying._in_vain == {"one"}, "other sessions have a sound clone made for them"


def test_who_made_it_again_is_no_reason_to_do_so_once_more(world: World) -> None:
    run = world.begin()
    with world.machine("m1") as copies:
        take(copies, run)
        was = renewing.identity(copies.bare)
        assert renewing.renew(copies.bare, copies.folder.parent, was)
        now = renewing.identity(copies.bare)
        assert not renewing.renew(copies.bare, copies.folder.parent, was)
        assert renewing.identity(copies.bare) == now != was
        shutil.rmtree(copies.bare.folder)
        assert renewing.renew(copies.bare, copies.folder.parent, was), "nobody did it since"


def test_a_remote_that_is_away_is_waited_for_to_make_it_again(world: World) -> None:
    run = world.begin()
    with world.machine("m1") as copies:
        taken = take(copies, run)
        write(taken, "looked")
        _objects(copies.bare.folder)
        world.common.rename(world.folder / "away")
        with pytest.raises(Away):
            copies.sent(taken)
        (world.folder / "away").rename(world.common)
        copies.sent(taken)


def _no_git(copies: Copies, patched: pytest.MonkeyPatch) -> None:
    patched.setenv("PATH", str(copies.folder))


def _no_place(copies: Copies, _patched: pytest.MonkeyPatch) -> None:
    shutil.rmtree(copies.folder.parent.parent)


def _no_remedy(copies: Copies, patched: pytest.MonkeyPatch) -> None:
    """Have a disk that takes nothing."""
    _bytes(copies.bare.folder)

    def refuses(*_about: object, **_more: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    patched.setattr(Path, "rename", refuses)


@pytest.mark.parametrize(
    ("break_it", "step"), [(_no_git, "take"), (_no_place, "sent"), (_no_remedy, "end")]
)
def test_a_machine_without_a_clone_leaves_its_jobs_to_others_and_says_so(
    world: World, monkeypatch: pytest.MonkeyPatch, break_it: Callable[..., object], step: str
) -> None:
    run = world.begin()
    monkeypatch.setattr(workflows, "at_work", at_work := {run.job_id("backend")})
    ends: list[str] = []
    with world.machine("m1") as copies, monkeypatch.context() as patched:
        taken = take(copies, run)
        executor = phases.Executor("a", world.root, Path("x"), lambda: True, clones=copies)
        work_as(executor, patched)
        break_it(copies, patched)
        if step == "end":
            doing: Any = workflows.finish(fields(run), {"row": one().row(), "token": 1})
        elif step == "take":
            doing = workflows.phase(fields(run), "run")
        else:
            patched.setattr(phases, "_try", lambda *_about: phases._sent(copies, taken))
            doing = workflows.phase(fields(run), "run")

        async def soon() -> None:
            is_said = asyncio.Event()

            def ends_here(why: str) -> None:
                ends.append(why)
                is_said.set()

            here = workflows._here[0]._replace(end=ends_here)
            patched.setattr(workflows, "_here", [here])
            task = asyncio.ensure_future(doing)
            await asyncio.wait_for(is_said.wait(), SECONDS)
            await asyncio.wait({task}, timeout=0.2)
            assert not task.done(), "the engine has recorded something, and others do no job"
            task.cancel()

        asyncio.run(soon())
    assert not at_work
    assert len(ends) == 1
    assert "cannot be made again" in ends[0]
    assert not world.events("job_ended")
