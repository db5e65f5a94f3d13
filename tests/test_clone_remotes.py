"""A remote that refuses, is slow or lost objects; git that is ended with who started it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from sessions.errors import Damaged, NotSent
from tests.fleet.processes import holds
from tests.kit import PROJECT
from tests.test_clones import World, end, git, take, write
from workers.fleet.clones import bare
from workers.fleet.clones.contents import worker_of
from workers.fleet.places import Away

# As a worker does that ends at once: the thread comes to nothing, not to a failure.
THREADED = """
import os, signal, threading, time
from workers.fleet.clones import bare
asking = threading.Thread(target=b.at_remote, args=("refs/heads/none",), daemon=True)
asking.start()
signal.signal(signal.SIGINT, lambda *_: None)
signal.pause()
bare.end_all()
asking.join(1)
os._exit(0 if asking.is_alive() else 3)
"""


@pytest.fixture
def remote(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return World(tmp_path)


def _parent(world: World) -> None:
    """Have a ref that leaves no place for those of sessions."""
    git(world.common, "fetch", "-q", str(world.root), "HEAD:refs/waggle/sessions")


def _held(world: World) -> None:
    """Have a hook that says what git says of a race."""
    hook = world.common / "hooks" / "update"
    hook.write_text("#!/bin/sh\necho cannot lock ref >&2\nexit 1\n")
    hook.chmod(0o755)


@pytest.mark.parametrize("stop", [_parent, _held])
def test_a_ref_that_can_never_be_written_is_no_race(
    remote: World, stop: Callable[[World], None]
) -> None:
    stop(remote)
    with pytest.raises(NotSent, match=r"refuses refs/waggle/sessions/one: .*cannot lock ref"):
        remote.begin()


@pytest.mark.parametrize("is_moved", [True, False])
def test_a_push_is_lost_where_the_ref_was_moved_or_is_locked(remote: World, is_moved: bool) -> None:
    remote.begin()
    ref, home = "refs/waggle/sessions/one", remote.home.bare
    seen = home.at_remote(ref)
    assert seen is not None
    if not is_moved:
        (remote.common / f"{ref}.lock").touch()
    commit = home.run("commit-tree", f"{seen}^{{tree}}", "-p", seen, "-m", "x").strip()
    with pytest.raises(bare.Lost):
        home.push(commit, ref, "0" * 39 + "1" if is_moved else seen)


def _upload(world: World, script: str) -> None:
    """Put a program between us and the remote, as a slow line would be."""
    program = world.folder / "ssh"
    program.write_text(f'#!/bin/sh\n{script}\nfor last; do :; done\nexec sh -c "$last"\n')
    program.chmod(0o755)
    git(world.root, "remote", "set-url", "common", f"ssh://h{world.common}")


@pytest.mark.parametrize(
    ("script", "waits"),
    [("for n in 1 2 3 4 5 6; do echo $n >&2; sleep 0.3; done", True), ("sleep 20", False)],
)
def test_a_remote_that_gets_on_is_waited_for(
    remote: World, monkeypatch: pytest.MonkeyPatch, script: str, waits: bool
) -> None:
    _upload(remote, script)
    monkeypatch.setenv("GIT_SSH", str(remote.folder / "ssh"))
    monkeypatch.setattr(bare, "ASKED_SECONDS", 1.0)
    asked = remote.home.bare
    asked.make()
    if waits:
        assert asked.at_remote("refs/heads/none") is None
    else:
        with pytest.raises(Away, match="no answer in 1 s"):
            asked.at_remote("refs/heads/none")


def test_what_a_remote_says_is_no_progress(remote: World, monkeypatch: pytest.MonkeyPatch) -> None:
    _upload(remote, "echo 'Counting objects: 3' >&2; echo 'fatal: it says error: 503' >&2; exit 1")
    monkeypatch.setenv("GIT_SSH", str(remote.folder / "ssh"))
    asked = remote.home.bare
    asked.make()
    with pytest.raises(Away, match="reached: fatal: it says error: 503"):
        asked.at_remote("refs/heads/none")


def test_a_remote_that_never_ends_is_given_up(
    remote: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    _upload(remote, "while :; do echo on >&2; sleep 0.1; done")
    monkeypatch.setenv("GIT_SSH", str(remote.folder / "ssh"))
    monkeypatch.setattr(bare, "SILENT_SECONDS", 0.5)
    monkeypatch.setattr(bare, "REMOTE_SECONDS", 2.0)
    asked = remote.home.bare
    asked.make()
    with pytest.raises(Away, match="no answer in 2 s"):
        asked.at_remote("refs/heads/none")


def test_objects_that_were_removed_are_no_remote_that_is_away(remote: World) -> None:
    run = remote.begin()
    with remote.machine("m1") as copies:
        taken = take(copies, run)
        write(taken, "looked")
        copies.sent(taken)
        end(copies, run, taken)
    git(remote.root, "commit", "-q", "--amend", "-m", "another")
    git(remote.root, "reflog", "expire", "--expire=now", "--all")
    git(remote.root, "gc", "-q", "--prune=now")
    with pytest.raises(Damaged, match=r"missing in .*git") as error:
        remote.home.fetch(remote.session)
    assert "Remove that folder" in error.value.hint


@pytest.mark.parametrize("is_killed", [True, False])
def test_a_git_that_comes_to_no_end_is_no_clone_that_is_damaged(
    remote: World, monkeypatch: pytest.MonkeyPatch, is_killed: bool
) -> None:
    asked = remote.home.bare
    asked.make()
    monkeypatch.setattr(bare, "SECONDS", 30.0 if is_killed else 0.2)
    busy = "kill -9 $PPID" if is_killed else "sleep 9"
    monkeypatch.setattr(bare, "OFF", ("-c", f"alias.busy=!{busy}"))
    with pytest.raises(Away, match=r"git busy .*: (ended by signal 9|no answer in 0\.2 s)"):
        asked.run("busy")


@pytest.mark.parametrize("how", ["interrupted", "in a thread"])
def test_who_ends_leaves_no_git(remote: World, how: str) -> None:
    _upload(remote, f"echo $$ > {remote.folder}/pid; sleep 60")
    code = (
        "from pathlib import Path; from workers.fleet.clones.bare import Bare;"
        f"b = Bare(Path({str(remote.folder / 'own')!r}), {f'ssh://h{remote.common}'!r});"
        "b.make(); "
    )
    code += "b.at_remote('refs/heads/none')" if how == "interrupted" else THREADED
    environment = {**os.environ, "GIT_SSH": str(remote.folder / "ssh")}
    asking = subprocess.Popen(
        [sys.executable, "-c", code], cwd=PROJECT, env=environment, stderr=subprocess.DEVNULL
    )
    written = remote.folder / "pid"
    assert holds(lambda: written.exists() and written.read_text().strip() != "", 30)
    asking.send_signal(signal.SIGINT)
    assert asking.wait(30) == (-signal.SIGINT if how == "interrupted" else 0)
    of_ssh = Path("/proc") / written.read_text().strip()
    assert holds(lambda: not of_ssh.exists() or ") Z " in (of_ssh / "stat").read_text(), 10)


@pytest.mark.parametrize(
    ("name", "worker"),
    [
        ("workers/prompts/x-worker.prompt", "x"),
        ("workers/prompts/x-worker-y-worker.prompt", "x-worker-y"),
        ("workers/notes/x-worker-y_notes.md", "x-worker-y"),
        ("workers/artefacts/x_data_model.json", "x"),
        ("workers/json/synthesis.json", None),
    ],
)
def test_a_file_of_a_worker_is_its_own(name: str, worker: str | None) -> None:
    assert worker_of(name) == worker
