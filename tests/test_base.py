"""What the work began with, and what changed since, on real git repositories of every kind."""

from __future__ import annotations

import hashlib
import os
import shutil
import socket
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from sessions.errors import Damaged
from sessions.snapshots import Base, Snapshots, begin, opened
from tests.kit import SESSION, TASK, waggle
from workers.repository.work import Work

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="needs git")


def git(root: Path, *words: str, check: bool = True) -> str:
    """Run the user's git, who has a name and lets clones come from folders."""
    who = {
        f"GIT_{role}_{what}": value
        for role in ("AUTHOR", "COMMITTER")
        for what, value in (("NAME", "somebody"), ("EMAIL", "somebody@localhost"))
    }
    command = ["git", "-c", "protocol.file.allow=always", "-c", "init.defaultBranch=main", *words]
    run = subprocess.run(
        command, cwd=root, env={**os.environ, **who}, capture_output=True, check=False
    )
    assert not check or run.returncode == 0, run.stderr
    return run.stdout.decode("utf-8", "surrogateescape").strip()


def commit(root: Path, subject: str = "work", **files: str | None) -> str:
    """Write files, commit everything; returns the commit."""
    write(root, **files)
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--allow-empty", "--message", subject)
    return git(root, "rev-parse", "HEAD")


def write(root: Path, **files: str | None) -> None:
    """Write files whose names have `__` for a slash and `_` before the suffix; None removes one."""
    for name, text in files.items():
        file = root / name.replace("__", "/").replace("_", ".")
        file.parent.mkdir(parents=True, exist_ok=True)
        if text is None:
            file.unlink()
        else:
            file.write_text(text, "utf-8")


def repository(folder: Path, *words: str) -> Path:
    """Make a repository with a commit of a.txt and src/b.py."""
    folder.mkdir(parents=True)
    git(folder, "init", "--quiet", *words)
    commit(folder, a_txt="a\n", src__b_py="b = 1\nc = 2\n")
    return folder


class Begun(NamedTuple):
    """A repository whose base is recorded."""

    root: Path
    snapshots: Snapshots
    base: Base

    @property
    def work(self) -> Work:
        """What was done until now."""
        return Work(self.snapshots, self.base._asdict(), self.snapshots.take())

    @property
    def changes(self) -> list[tuple[str, ...]]:
        """What differs now from the base: kind, path, former path."""
        found = self.snapshots.changes(self.base.tree, self.snapshots.take())
        return sorted((one.kind, one.path, *([one.former] if one.former else [])) for one in found)

    @property
    def names(self) -> set[str]:
        """The paths of the base's tree."""
        return set(self.snapshots.blobs(self.base.tree))


def started(root: Path) -> Begun:
    return Begun(root, *begin(root, root.parent / f"{root.name}-base"))


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    return repository(tmp_path / "repo")


@pytest.fixture
def begun(repo: Path) -> Begun:
    return started(repo)


@pytest.fixture
def alarm(tmp_path: Path) -> Iterator[str]:
    """A command that a repository configures; it must never run."""
    file = tmp_path / "RAN"
    yield f"touch {file}; cat"
    assert not file.exists(), "what the repository configures was run"


# What a file is.


def test_nothing_changed(begun: Begun) -> None:
    assert begun.base.vcs == "git"
    assert begun.base.commit == git(begun.root, "rev-parse", "HEAD")
    assert begun.base.tree == git(begun.root, "rev-parse", "HEAD^{tree}")
    assert begun.base.branch == "main"
    assert begun.base.refs == {"refs/heads/main": begun.base.commit}
    assert begun.changes == []


def test_lines_of_a_file_that_is_new_gone_or_renamed(begun: Begun) -> None:
    text = "".join(f"line {number}\n" for number in range(9))
    write(begun.root, a_txt=None, new_txt="1\n2\n", src__b_py="b = 1\nc = 3\nd = 4\n")
    now = begun.snapshots.take()
    lines = begun.snapshots.lines
    assert lines(begun.base.tree, now, "a.txt") == ((), ((1, 1),))
    assert lines(begun.base.tree, now, "new.txt") == (((1, 2),), ())
    assert lines(begun.base.tree, now, "src/b.py") == (((2, 3),), ((2, 2),))
    write(begun.root, long_txt=text)
    before = begun.snapshots.take()
    write(begun.root, long_txt=None, moved_txt=text + "more\n")
    after = begun.snapshots.take()
    (change,) = begun.snapshots.changes(before, after)
    assert change == ("moved.txt", "renamed", "long.txt")
    assert lines(before, after, "moved.txt", "long.txt") == (((10, 10),), ())


def test_links(repo: Path) -> None:
    (repo / "to_a").symlink_to("a.txt")
    (repo / "to_src").symlink_to("src")
    (repo / "nowhere").symlink_to("gone")
    begun = started(repo)
    assert begun.changes == []
    assert "to_src/b.py" not in begun.names
    for name, target in (("to_a", "src/b.py"), ("to_src", "gone"), ("new", "src")):
        (repo / name).unlink(missing_ok=True)
        (repo / name).symlink_to(target)
    (repo / "nowhere").unlink()
    expected = [
        ("added", "new"),
        ("deleted", "nowhere"),
        ("modified", "to_a"),
        ("modified", "to_src"),
    ]
    assert begun.changes == expected


def test_a_file_that_becomes_a_link(begun: Begun) -> None:
    (begun.root / "a.txt").unlink()
    (begun.root / "a.txt").symlink_to("src/b.py")
    assert begun.changes == [("modified", "a.txt")]


def test_a_folder_that_becomes_a_link(begun: Begun) -> None:
    (begun.root / "src").rename(begun.root.parent / "elsewhere")
    (begun.root / "src").symlink_to("../elsewhere")
    assert begun.changes == [("added", "src"), ("deleted", "src/b.py")]


def test_a_mode(begun: Begun) -> None:
    (begun.root / "a.txt").chmod(0o755)
    assert begun.changes == [("modified", "a.txt")]
    assert begun.work.lines("a.txt") == ((), ())


def test_a_mode_where_git_does_not_look_at_them(repo: Path) -> None:
    git(repo, "config", "core.fileMode", "false")
    begun = started(repo)
    (repo / "a.txt").chmod(0o755)
    assert begun.changes == []


def test_a_name_in_another_case(begun: Begun) -> None:
    (begun.root / "a.txt").rename(begun.root / "A.txt")
    assert begun.changes == [("renamed", "A.txt", "a.txt")]


NAMES = (
    *(b"a\nb", b"q\"x'", b"\xff\xfe", b"-dash", b":(top)x", b"*.py", b" lead", b"tab\t"),
    *(b"back\\slash", b"caf\xc3\xa9", b"cafe\xcc\x81", b"{x}", b"$HOME", b"#hash", b"!not"),
)


def test_names_of_every_kind(repo: Path) -> None:
    files = [repo / os.fsdecode(name) for name in NAMES]
    for file in files[::2]:
        file.write_text("1\n")
    begun = started(repo)
    for file in files:
        with file.open("a") as opened_file:
            opened_file.write("2\n")
    now = begun.snapshots.take()
    found = {os.fsencode(one.path): one for one in begun.snapshots.changes(begun.base.tree, now)}
    assert found.keys() == set(NAMES)
    for number, name in enumerate(NAMES):
        change = found[name]
        assert change.kind == ("added" if number % 2 else "modified")
        expected = b"2\n" if number % 2 else b"1\n2\n"
        assert begun.snapshots.read(now, change.path) == expected
        first = 1 if number % 2 else 2
        assert begun.snapshots.lines(begun.base.tree, now, change.path).now == ((first, first),)


def test_what_is_neither_file_nor_link(repo: Path) -> None:
    os.mkfifo(repo / "pipe")
    begun = started(repo)
    assert begun.names == {"a.txt", "src/b.py"}
    os.mkfifo(repo / "another")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(repo / "s"))
        assert begun.changes == []
    (repo / "a.txt").unlink()
    os.mkfifo(repo / "a.txt")
    assert begun.changes == [("deleted", "a.txt")], "what stood there is gone"


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_cannot_be_read(repo: Path) -> None:
    write(repo, closed_txt="s\n")
    (repo / "closed.txt").chmod(0)
    begun = started(repo)
    assert begun.names == {"a.txt", "src/b.py"}
    assert begun.changes == []
    write(repo, src__b_py="other\n")
    (repo / "src/b.py").chmod(0)
    assert begun.changes == [("deleted", "src/b.py")]


def test_many_files(repo: Path) -> None:
    for number in range(600):
        file = repo / f"d{number % 30}" / f"f{number}"
        file.parent.mkdir(exist_ok=True)
        file.write_text(str(number))
    begun = started(repo)
    assert len(begun.names) == 602
    (repo / "d7/f37").write_text("other")
    assert begun.changes == [("modified", "d7/f37")]


# Nothing is hidden.


@pytest.mark.parametrize("bit", ["--assume-unchanged", "--skip-worktree"])
def test_a_promise_in_the_index_hides_nothing(repo: Path, bit: str) -> None:
    git(repo, "update-index", bit, "a.txt")
    begun = started(repo)
    write(repo, a_txt="hidden?\n")
    assert begun.changes == [("modified", "a.txt")]


def test_a_promise_that_is_made_during_the_work_hides_nothing(begun: Begun) -> None:
    git(begun.root, "update-index", "--assume-unchanged", "a.txt")
    git(begun.root, "update-index", "--skip-worktree", "src/b.py")
    write(begun.root, a_txt="hidden?\n", src__b_py="too\n")
    assert begun.changes == [("modified", "a.txt"), ("modified", "src/b.py")]


def test_a_time_that_is_put_back_hides_nothing(begun: Begun) -> None:
    file = begun.root / "a.txt"
    times = file.stat()
    file.write_text("z\n")
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert begun.changes == [("modified", "a.txt")]


def test_a_change_right_after_the_base_is_seen(repo: Path) -> None:
    for number in range(6):
        begun = started(repo)
        write(repo, a_txt=f"{number % 10}\n")
        assert begun.changes == [("modified", "a.txt")]


def test_a_file_that_was_only_touched_is_no_change(begun: Begun) -> None:
    os.utime(begun.root / "a.txt", (1, 1))
    assert begun.changes == []


def test_ignored_files(repo: Path) -> None:
    write(repo, _gitignore="*.log\nout/\n", old_log="1\n", out__kept_txt="1\n")
    git(repo, "add", "--force", "out/kept.txt")
    commit(repo)
    begun = started(repo)
    assert begun.names == {".gitignore", "a.txt", "src/b.py", "out/kept.txt"}
    write(repo, new_log="1\n", old_log="2\n", out__new_txt="1\n", out__kept_txt="2\n")
    assert begun.changes == [("modified", "out/kept.txt")], "what is tracked is never ignored"


def test_a_rule_that_is_new_hides_only_what_is_new(repo: Path) -> None:
    write(repo, b_log="1\n")
    begun = started(repo)
    write(repo, _gitignore="*.log\n", b_log="2\n", new_log="1\n")
    assert begun.changes == [("added", ".gitignore"), ("modified", "b.log")]


def test_the_users_own_rules_are_taken_as_they_were(repo: Path) -> None:
    exclude = repo / ".git/info/exclude"
    exclude.write_text("*.mine\n")
    begun = started(repo)
    exclude.write_text("*\n")
    write(repo, x_mine="1\n", new_txt="1\n")
    assert begun.changes == [("added", "new.txt")]


def test_by_products_are_no_changes(begun: Begun) -> None:
    write(begun.root, src____pycache____b_pyc="x", _coverage="x")
    assert begun.changes == []


# How bytes become a blob.


def test_line_ends(repo: Path) -> None:
    git(repo, "config", "core.autocrlf", "true")
    (repo / "w.txt").write_bytes(b"1\r\n2\r\n")
    commit(repo)
    begun = started(repo)
    assert begun.base.tree == git(repo, "rev-parse", "HEAD^{tree}")
    (repo / "w.txt").write_bytes(b"1\n2\n")
    assert begun.changes == [], "git keeps both alike"
    (repo / "w.txt").write_bytes(b"1\r\n2\r\n3\r\n")
    assert begun.changes == [("modified", "w.txt")]
    assert begun.work.lines("w.txt") == (((3, 3),), ())


def test_line_ends_by_attributes(repo: Path) -> None:
    write(repo, _gitattributes="*.txt text\n*.sh text eol=lf\n*.bat text eol=crlf\n")
    for name in ("w.txt", "w.sh", "w.bat"):
        (repo / name).write_bytes(b"1\r\n2\r\n")
    commit(repo)
    begun = started(repo)
    assert begun.base.tree == git(repo, "rev-parse", "HEAD^{tree}")
    for name in ("w.txt", "w.sh", "w.bat"):
        (repo / name).write_bytes(b"1\n2\n")
    assert begun.changes == []


def test_line_ends_that_a_commit_has_otherwise_than_its_attributes_say(repo: Path) -> None:
    (repo / "w.txt").write_bytes(b"1\r\n2\r\n")
    commit(repo)
    commit(repo, _gitattributes="*.txt text\n")
    os.utime(repo / "w.txt", (1, 1))
    git(repo, "update-index", "--refresh", check=False)
    begun = started(repo)
    os.utime(repo / "w.txt", (2, 2))
    assert begun.changes == [], "it was only touched"


def test_a_filter_never_runs_and_a_touched_file_is_unchanged(repo: Path, alarm: str) -> None:
    write(repo, _gitattributes="*.bin filter=f\n", x_bin="content\n")
    commit(repo)
    git(repo, "config", "filter.f.clean", alarm)
    git(repo, "config", "filter.f.smudge", alarm)
    git(repo, "config", "filter.f.required", "true")
    begun = started(repo)
    os.utime(repo / "x.bin", (1, 1))
    assert begun.changes == []
    write(repo, x_bin="other\n", new_bin="new\n")
    assert begun.changes == [("added", "new.bin"), ("modified", "x.bin")]


POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize 8\n"


def test_large_files_behind_pointers(repo: Path) -> None:
    """The commit has a pointer, the disk the content, or, where it was not fetched, the pointer."""
    digest = hashlib.sha256(b"content\n").hexdigest()
    write(repo, _gitattributes="*.bin filter=lfs diff=lfs merge=lfs -text\n")
    commit(repo, x_bin=POINTER.format(digest), y_bin=POINTER.format(digest))
    pointers = repo.parent / "clean"
    pointers.write_text(f"#!/bin/sh\ncat >/dev/null; printf '{POINTER.format(digest)}'\n")
    pointers.chmod(0o755)
    git(repo, "config", "filter.lfs.clean", str(pointers))
    write(repo, x_bin="content\n")
    git(repo, "add", "x.bin")
    assert git(repo, "status", "--porcelain") == ""
    begun = started(repo)
    assert begun.changes == []
    os.utime(repo / "x.bin", (1, 1))
    git(repo, "status")
    assert begun.changes == []
    write(repo, x_bin="changed\n")
    assert begun.changes == [("modified", "x.bin")]
    assert begun.snapshots.read(begun.base.tree, "x.bin") == b"content\n"


def test_an_encoding(repo: Path) -> None:
    write(repo, _gitattributes="*.rc text working-tree-encoding=UTF-16 eol=crlf\n")
    (repo / "x.rc").write_bytes("1\r\n2\r\n".encode("utf-16"))
    commit(repo)
    begun = started(repo)
    assert begun.base.tree == git(repo, "rev-parse", "HEAD^{tree}")
    os.utime(repo / "x.rc", (1, 1))
    assert begun.changes == []
    (repo / "x.rc").write_bytes("1\r\n2\r\n3\r\n".encode("utf-16"))
    assert begun.work.lines("x.rc") == (((3, 3),), ())


def test_a_text_that_is_not_in_its_encoding(repo: Path) -> None:
    write(repo, _gitattributes="*.rc working-tree-encoding=UTF-16\n", plain_rc="no BOM\n")
    begun = started(repo)
    assert begun.snapshots.read(begun.base.tree, "plain.rc") == b"no BOM\n"
    write(repo, plain_rc="still none\n", another_rc="none\n")
    assert begun.changes == [("added", "another.rc"), ("modified", "plain.rc")]


def test_an_identity(repo: Path) -> None:
    commit(repo, _gitattributes="*.c ident\n", x_c="/* $Id$ */\n")
    (repo / "x.c").unlink()
    git(repo, "checkout", "--", "x.c")
    assert "$Id: " in (repo / "x.c").read_text()
    begun = started(repo)
    assert begun.base.tree == git(repo, "rev-parse", "HEAD^{tree}")
    os.utime(repo / "x.c", (1, 1))
    assert begun.changes == []


# Repositories inside.


@pytest.fixture
def with_submodule(tmp_path: Path) -> Path:
    repository(tmp_path / "library")
    root = repository(tmp_path / "repo")
    git(root, "submodule", "--quiet", "add", str(tmp_path / "library"), "lib/sub")
    commit(root)
    return root


def test_a_submodule(with_submodule: Path) -> None:
    begun = started(with_submodule)
    sub = with_submodule / "lib/sub"
    assert begun.base.tree == git(with_submodule, "rev-parse", "HEAD^{tree}")
    assert begun.changes == []
    write(sub, a_txt="dirty\n")
    assert begun.changes == [("modified", "lib/sub")]
    git(sub, "checkout", "--", "a.txt")
    assert begun.changes == []
    write(sub, new_txt="untracked\n")
    assert begun.changes == [("modified", "lib/sub")]
    commit(sub)
    assert begun.changes == [("modified", "lib/sub")]
    assert begun.work.lines("lib/sub") == (((1, 1),), ((1, 1),))
    shutil.rmtree(sub)
    assert begun.changes == [("deleted", "lib/sub")]


def test_a_submodule_that_was_dirty_before(with_submodule: Path) -> None:
    sub = with_submodule / "lib/sub"
    write(sub, a_txt="dirty\n")
    begun = started(with_submodule)
    os.utime(sub / "a.txt", (1, 1))
    assert begun.changes == []
    write(sub, a_txt="dirtier\n")
    assert begun.changes == [("modified", "lib/sub")]


def test_a_submodule_whose_repository_is_taken_away_hides_nothing(with_submodule: Path) -> None:
    begun = started(with_submodule)
    (with_submodule / "lib/sub/.git").unlink()
    write(with_submodule, lib__sub__a_txt="changed\n")
    assert ("deleted", "lib/sub") in begun.changes
    assert ("added", "lib/sub/a.txt") in begun.changes


def test_a_submodule_that_was_not_fetched(with_submodule: Path) -> None:
    git(with_submodule, "submodule", "--quiet", "deinit", "--force", "lib/sub")
    begun = started(with_submodule)
    assert begun.changes == []
    assert begun.base.tree == git(with_submodule, "rev-parse", "HEAD^{tree}")


def test_what_a_submodule_configures_never_runs(with_submodule: Path, alarm: str) -> None:
    sub = with_submodule / "lib/sub"
    commit(sub, _gitattributes="*.txt filter=f\n")
    commit(with_submodule)
    for name in ("filter.f.clean", "filter.f.process", "core.fsmonitor"):
        git(sub, "config", name, alarm)
    begun = started(with_submodule)
    (sub / "a.txt").write_text("b\n")
    assert begun.changes == [("modified", "lib/sub")]


def test_repositories_inside_that_are_no_submodules(repo: Path) -> None:
    repository(repo / "vendor/whole")
    (repo / "empty").mkdir()
    git(repo / "empty", "init", "--quiet")
    write(repo, empty__x_txt="1\n", zz_txt="after it\n")
    begun = started(repo)
    assert begun.names == {"a.txt", "src/b.py", "vendor/whole", "empty", "zz.txt"}
    assert begun.changes == []
    write(repo, empty__x_txt="2\n", vendor__whole__a_txt="2\n", zz_txt="2\n")
    assert begun.changes == [
        ("modified", "empty"),
        ("modified", "vendor/whole"),
        ("modified", "zz.txt"),
    ]
    repository(repo / "fresh")
    assert ("added", "fresh") in begun.changes


def test_a_work_tree_of_the_same_repository_inside_is_not_part_of_it(repo: Path) -> None:
    git(repo, "worktree", "add", "--quiet", "-b", "other", ".trees/other")
    begun = started(repo)
    assert begun.names == {"a.txt", "src/b.py"}
    commit(repo / ".trees/other", a_txt="other\n")
    git(repo, "worktree", "add", "--quiet", "-b", "third", ".trees/third")
    assert begun.changes == []


# Kinds of repositories.


@pytest.mark.parametrize("cone", [True, False])
@pytest.mark.parametrize("index", ["--no-sparse-index", "--sparse-index"])
def test_a_sparse_checkout(repo: Path, index: str, *, cone: bool) -> None:
    commit(repo, out__x_txt="x\n", out__y_txt="y\n")
    pattern = "src" if cone else "/src/"
    git(repo, "sparse-checkout", "set", "--cone" if cone else "--no-cone", index, pattern)
    assert not (repo / "out").exists()
    begun = started(repo)
    assert begun.base.tree == git(repo, "rev-parse", "HEAD^{tree}")
    assert begun.changes == []
    write(repo, out__x_txt="changed\n", out__new_txt="1\n", src__b_py="b = 2\n")
    expected = [("added", "out/new.txt"), ("modified", "out/x.txt"), ("modified", "src/b.py")]
    assert begun.changes == expected
    shutil.rmtree(repo / "out")
    git(repo, "checkout", "--", "src/b.py")
    git(repo, "sparse-checkout", "disable")
    assert begun.changes == [], "the files came, as the commit has them"


def test_a_shallow_clone(tmp_path: Path) -> None:
    origin = repository(tmp_path / "origin")
    for number in range(4):
        commit(origin, a_txt=f"{number}\n")
    git(tmp_path, "clone", "--quiet", "--depth=2", f"file://{origin}", "clone")
    begun = started(tmp_path / "clone")
    git(begun.root, "config", "user.name", "x")
    assert begun.changes == []
    commit(origin, new_txt="theirs\n")
    git(begun.root, "checkout", "--quiet", "-b", "feature")
    mine = commit(begun.root, mine_txt="mine\n")
    git(begun.root, "pull", "--quiet", "--no-rebase", "--no-edit", "origin", "main")
    assert {one.path for one in begun.work.own} == {"mine.txt"}
    assert begun.work.merged == {"new.txt"}
    assert begun.snapshots.new_commit(mine) == "work"
    assert begun.snapshots.new_commit(begun.base.commit or "") is None


def test_a_partial_clone_fetches_nothing(tmp_path: Path) -> None:
    origin = repository(tmp_path / "origin")
    commit(origin, big_txt="big\n" * 100)
    git(origin, "config", "uploadpack.allowFilter", "true")
    words = ("clone", "--quiet", "--filter=blob:none", "--no-checkout", f"file://{origin}", "clone")
    git(tmp_path, *words)
    clone = tmp_path / "clone"
    git(clone, "sparse-checkout", "set", "--no-cone", "/a.txt")
    git(clone, "checkout", "--quiet", "main")
    git(origin, "checkout", "--quiet", "-b", "other")
    commit(origin, a_txt=None, moved_txt="a\n", more_txt="more\n")
    git(clone, "fetch", "--quiet")
    missing = git(clone, "rev-list", "--objects", "--all", "--missing=print").count("?")
    shutil.move(origin, tmp_path / "away")
    begun = started(clone)
    assert begun.names == {"a.txt", "big.txt", "src/b.py"}
    write(clone, a_txt="changed\n")
    assert [one.path for one in begun.work.own] == ["a.txt"]
    assert git(clone, "rev-list", "--objects", "--all", "--missing=print").count("?") == missing


def test_a_repository_without_a_commit(tmp_path: Path) -> None:
    root = tmp_path / "repo"
    root.mkdir()
    git(root, "init", "--quiet")
    write(root, a_txt="a\n")
    begun = started(root)
    assert begun.base[:2] == ("git", None)
    assert begun.base[3:] == ("main", {})
    first = commit(root, b_txt="b\n")
    assert begun.changes == [("added", "b.txt")]
    assert begun.snapshots.new_commit(first) == "work"
    assert begun.work.merged == frozenset()


def test_a_detached_head(repo: Path) -> None:
    git(repo, "checkout", "--quiet", "--detach")
    begun = started(repo)
    assert begun.base.branch is None
    name = commit(repo, a_txt="2\n")
    assert begun.changes == [("modified", "a.txt")]
    assert begun.work.merged == frozenset()
    assert begun.snapshots.new_commit(name) == "work"


def _dirty(repo: Path) -> None:
    """Leave what a user leaves: staged, not staged, untracked, meant to be added."""
    commit(repo, staged_txt="1\n", both_txt="1\n", gone_txt="1\n", unstaged_txt="1\n")
    write(repo, staged_txt="2\n", both_txt="2\n", new_txt="new\n", meant_txt="meant\n")
    git(repo, "add", "staged.txt", "both.txt")
    git(repo, "add", "--intent-to-add", "meant.txt")
    git(repo, "rm", "--quiet", "gone.txt")
    write(repo, both_txt="3\n", unstaged_txt="2\n")


def test_a_dirty_start_is_part_of_the_base(repo: Path) -> None:
    _dirty(repo)
    begun = started(repo)
    read = begun.snapshots.read
    texts = {name: read(begun.base.tree, name) for name in begun.names}
    before = {"a.txt": b"a\n", "src/b.py": b"b = 1\nc = 2\n"}
    dirty = {"staged.txt": b"2\n", "both.txt": b"3\n", "unstaged.txt": b"2\n"}
    assert texts == before | dirty | {"new.txt": b"new\n", "meant.txt": b"meant\n"}
    commit(repo)
    assert begun.changes == [], "a commit alone changes nothing"
    git(repo, "reset", "--quiet", "--hard", "HEAD~1")
    assert ("added", "gone.txt") in begun.changes
    assert ("modified", "both.txt") in begun.changes


def test_a_start_amid_a_merge_with_conflicts(repo: Path) -> None:
    git(repo, "checkout", "--quiet", "-b", "other")
    commit(repo, a_txt="other\n")
    git(repo, "checkout", "--quiet", "main")
    commit(repo, a_txt="main\n")
    git(repo, "merge", "other", check=False)
    begun = started(repo)
    assert b"<<<<<<<" in (begun.snapshots.read(begun.base.tree, "a.txt") or b"")
    assert begun.changes == []
    write(repo, a_txt="both\n")
    assert begun.changes == [("modified", "a.txt")]


def test_a_linked_work_tree(repo: Path, tmp_path: Path) -> None:
    git(repo, "worktree", "add", "--quiet", "-b", "side", str(tmp_path / "side"))
    begun = started(tmp_path / "side")
    assert begun.base.branch == "side"
    write(tmp_path / "side", a_txt="2\n")
    write(repo, src__b_py="of the other\n")
    assert begun.changes == [("modified", "a.txt")]


def test_a_git_folder_elsewhere(tmp_path: Path) -> None:
    root = tmp_path / "repo"
    root.mkdir()
    git(root, "init", "--quiet", f"--separate-git-dir={tmp_path / 'elsewhere'}")
    assert (root / ".git").is_file()
    commit(root, a_txt="a\n")
    begun = started(root)
    assert begun.base.vcs == "git"
    write(root, a_txt="2\n")
    assert begun.changes == [("modified", "a.txt")]


def test_a_root_below_the_top(repo: Path) -> None:
    commit(repo, _gitignore="*.log\n", _gitattributes="*.crlf text\n")
    begun = Begun(repo / "src", *begin(repo / "src", repo.parent / "base"))
    assert begun.snapshots.top == repo
    assert begun.names == {"b.py"}
    write(repo, a_txt="outside\n", src__b_py="b = 2\n", src__x_log="ignored\n", src__new_py="1\n")
    assert begun.changes == [("added", "new.py"), ("modified", "b.py")]
    assert begun.work.lines("b.py") == (((1, 1),), ((1, 2),))
    assert begun.snapshots.read(begun.base.tree, "b.py") == b"b = 1\nc = 2\n"
    repository(repo / "src/inner")
    os.mkfifo(repo / "src/pipe")
    assert ("added", "inner") in begun.changes


def test_a_split_index(repo: Path) -> None:
    git(repo, "update-index", "--split-index")
    write(repo, _gitignore="*.log\n", kept_log="1\n", new_txt="1\n")
    git(repo, "add", "--force", "kept.log", "new.txt")
    begun = started(repo)
    assert begun.names == {".gitignore", "a.txt", "src/b.py", "kept.log", "new.txt"}
    write(repo, kept_log="2\n")
    assert begun.changes == [("modified", "kept.log")]


def test_an_untracked_cache(repo: Path) -> None:
    git(repo, "update-index", "--force-untracked-cache")
    write(repo, new_txt="1\n")
    git(repo, "status")
    begun = started(repo)
    assert "new.txt" in begun.names
    write(repo, src__newer_py="1\n")
    assert begun.changes == [("added", "src/newer.py")]


def test_an_index_of_version_4(repo: Path) -> None:
    git(repo, "update-index", "--index-version", "4")
    begun = started(repo)
    write(repo, a_txt="2\n")
    assert begun.changes == [("modified", "a.txt")]


def test_a_monitor_and_hooks_never_run(repo: Path, alarm: str) -> None:
    git(repo, "config", "core.fsmonitor", alarm)
    git(repo, "config", "diff.external", alarm)
    git(repo, "config", "core.pager", alarm)
    git(repo, "config", "diff.d.textconv", alarm)
    write(repo, _gitattributes="*.txt diff=d\n")
    for name in ("post-index-change", "pre-commit", "post-checkout", "reference-transaction"):
        hook = repo / ".git/hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\n{alarm}\n")
        hook.chmod(0o755)
    begun = started(repo)
    write(repo, a_txt="2\n")
    assert begun.changes == [("modified", "a.txt")]
    assert begun.work.lines("a.txt") == (((1, 1),), ((1, 1),))
    begun.snapshots.check_out(begun.base.tree, repo.parent / "out")


def test_names_of_256_bits(tmp_path: Path) -> None:
    root = repository(tmp_path / "repo", "--object-format=sha256")
    repository(root / "inner", "--object-format=sha256")
    begun = started(root)
    assert len(begun.base.tree) == 64
    write(root, a_txt="2\n", inner__a_txt="2\n")
    assert begun.changes == [("modified", "a.txt"), ("modified", "inner")]
    assert begun.work.lines("a.txt") == (((1, 1),), ((1, 1),))


def test_a_lock_of_the_user_is_neither_waited_for_nor_taken(repo: Path) -> None:
    lock = repo / ".git/index.lock"
    lock.write_text("held")
    begun = started(repo)
    write(repo, a_txt="2\n")
    assert begun.changes == [("modified", "a.txt")]
    assert lock.read_text() == "held"


def test_an_index_that_is_broken(repo: Path) -> None:
    (repo / ".git/index").write_bytes(b"DIRC nonsense")
    begun = started(repo)
    assert begun.base.tree == git(repo, "rev-parse", "HEAD^{tree}")


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
def test_a_repository_of_somebody_else(repo: Path) -> None:
    """Git does not speak of it; the files are recorded all the same."""
    subprocess.run(["chown", "-R", "65534", repo], check=True)
    begun = started(repo)
    assert begun.base.vcs is None
    write(repo, a_txt="2\n")
    assert begun.changes == [("modified", "a.txt")]


def test_variables_of_git_mean_another_repository(
    repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = repository(tmp_path / "other")
    for name, value in {
        "GIT_DIR": str(other / ".git"),
        "GIT_WORK_TREE": str(other),
        "GIT_INDEX_FILE": "/nowhere",
        "GIT_OBJECT_DIRECTORY": "/nowhere",
        "GIT_NAMESPACE": "n",
        "GIT_LITERAL_PATHSPECS": "1",
        "GIT_CONFIG_PARAMETERS": "'core.bare=true'",
        "GIT_EXTERNAL_DIFF": "false",
    }.items():
        monkeypatch.setenv(name, value)
    begun = started(repo)
    write(repo, a_txt="2\n")
    changes = begun.changes
    monkeypatch.undo()
    assert begun.base.commit == git(repo, "rev-parse", "HEAD")
    assert changes == [("modified", "a.txt")]


def test_no_repository(tmp_path: Path) -> None:
    root = tmp_path / "plain"
    root.mkdir()
    write(root, a_txt="a\n", _gitignore="*.log\n", x_log="1\n", x____pycache____x_pyc="1")
    begun = started(root)
    assert begun.base.vcs is None
    assert begun.base.commit is None
    assert begun.names == {"a.txt", ".gitignore"}
    write(root, a_txt="a\nb\n", new_txt="1\n", y_log="1\n")
    assert begun.changes == [("added", "new.txt"), ("modified", "a.txt")]
    assert begun.work.lines("a.txt") == (((2, 2),), ())
    assert begun.work.merged == frozenset()
    repository(root / "inner")
    assert ("added", "inner") in begun.changes
    assert not (root / ".git").exists()


def test_a_repository_that_is_made_during_the_work(tmp_path: Path) -> None:
    root = tmp_path / "plain"
    root.mkdir()
    write(root, a_txt="a\n")
    begun = started(root)
    git(root, "init", "--quiet")
    commit(root, a_txt="2\n")
    assert begun.changes == [("modified", "a.txt")]


def test_no_git_program(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(Damaged, match="git is not on the PATH") as raised:
        started(repo)
    assert "Install git" in raised.value.hint


# A base that is not whole.


def _of_another_root(begun: Begun) -> None:
    other = repository(begun.root.parent / "other")
    shutil.rmtree(begun.snapshots.folder)
    begin(other, begun.snapshots.folder)


def _without_objects(begun: Begun) -> None:
    shutil.rmtree(begun.snapshots.folder / "objects")


BROKEN: dict[str, tuple[Callable[[Begun], object], str]] = {
    "gone": (lambda begun: shutil.rmtree(begun.snapshots.folder), "is gone"),
    "without objects": (_without_objects, "is gone"),
    "empty top": (lambda begun: (begun.snapshots.folder / "top").write_text(""), "is gone"),
    "no top": (lambda begun: (begun.snapshots.folder / "top").unlink(), "is gone"),
    "no config": (lambda begun: (begun.snapshots.folder / "config").unlink(), "is gone"),
    "no head": (lambda begun: (begun.snapshots.folder / "HEAD").unlink(), "git add: "),
    "torn index": (
        lambda begun: (begun.snapshots.folder / "index").write_bytes(b"DIRC"),
        "cannot be compared: git add: .*index",
    ),
    "of another root": (_of_another_root, "is of '.*/other', and not of "),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_base_that_is_not_whole_is_said_to_be(begun: Begun, name: str) -> None:
    spoil, message = BROKEN[name]
    spoil(begun)
    with pytest.raises(Damaged, match=message) as raised:
        opened(begun.root, begun.snapshots.folder).take()
    assert "--setup --fresh" in raised.value.hint


def test_objects_that_are_gone_are_said_to_be(repo: Path) -> None:
    write(repo, a_txt="dirty\n")
    begun = started(repo)
    for file in (begun.snapshots.folder / "objects").glob("??/*"):
        file.unlink()
    write(repo, a_txt="2\n")
    with pytest.raises(Damaged, match="cannot be compared"):
        assert begun.changes


def test_a_base_of_another_work_tree(repo: Path) -> None:
    """Work trees share their sessions, and have not the same files."""
    for name in ("left", "right"):
        git(repo, "worktree", "add", "--quiet", "-b", name, str(repo.parent / name))
    folder = repo / "Docs/hive-mind/base"
    folder.parent.mkdir(parents=True)
    begin(repo.parent / "left", folder)
    for root in (repo, repo.parent / "right"):
        with pytest.raises(Damaged, match=r"is of '.*/left', and not of "):
            opened(root, folder)
    assert opened(repo.parent / "left", folder)


@pytest.mark.parametrize("below", [".", "src"])
@pytest.mark.parametrize("move", [shutil.move, shutil.copytree])
def test_a_base_goes_along_with_its_repository(
    repo: Path, below: str, move: Callable[..., object]
) -> None:
    root = repo / below
    repository(root / "inner")
    (root / "Docs/hive-mind").mkdir(parents=True)
    _, base = begin(root, root / "Docs/hive-mind/base")
    commit(repo, src__new_py="1\n")
    move(repo, repo.parent / "moved")
    there = repo.parent / "moved" / below
    snapshots = opened(there, there / "Docs/hive-mind/base")
    assert snapshots.top == repo.parent / "moved"
    found = snapshots.changes(base.tree, snapshots.take())
    assert [one.path for one in found] == ["new.py" if below == "src" else "src/new.py"]
    assert opened(there, snapshots.folder).blobs(base.tree)


def test_a_root_by_another_name(begun: Begun, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(begun.root)
    assert opened(tmp_path / "link", begun.snapshots.folder).take() == begun.base.tree


def test_a_base_of_somebody_elses_making_starts_nothing(repo: Path, alarm: str) -> None:
    """A repository may bring a session: in the settings of its base stands what git would run."""
    repository(repo / "inner")
    begun = started(repo)
    (config,) = begun.snapshots.folder.glob("inner/*/config")
    for file in (config, begun.snapshots.folder / "config"):
        text = file.read_text()
        with file.open("a") as opened_file:
            opened_file.write(f'[core]\n\tfsmonitor = "{alarm}"\n')
        with pytest.raises(Damaged, match="is not what the program wrote"):
            opened(repo, begun.snapshots.folder).take()
        file.write_text(text)


def test_what_a_killed_command_left_goes_with_the_next(begun: Begun) -> None:
    left = [begun.snapshots.folder / f".index.{2**22 + 1}.tmp{end}" for end in ("", ".lock")]
    for file in left:
        file.write_text("x")
    begun.snapshots.take()
    assert not any(file.exists() for file in left)


# The user's git stays as it is.

PROOF = """
[[proof]]
name = "tests"
run = "echo '1 passed in 0.1s' && touch made && git status --short"
"""


def _user_git(root: Path) -> dict[str, object]:
    """Return what is in the user's git, byte for byte, and what it tells of the work tree."""
    folder = Path(git(root, "rev-parse", "--path-format=absolute", "--git-common-dir"))
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    digests: dict[str, object] = {
        str(file): (hashlib.sha256(file.read_bytes()).hexdigest(), file.stat().st_mode)
        for file in files
    }
    quiet = "--no-optional-locks"
    for words in (("status", "--porcelain=v2"), ("stash", "list"), ("reflog", "--all"), ("diff",)):
        digests[words[0]] = git(root, quiet, *words)
    work_tree = [path for path in root.rglob("*") if ".git" not in path.parts]
    own = [path for path in work_tree if "hive-mind" not in path.parts and path.is_file()]
    digests["files"] = {str(path): path.read_bytes() for path in own}
    return digests


def _plain(repo: Path) -> Path:
    return repo


def _worktree(repo: Path) -> Path:
    git(repo, "worktree", "add", "--quiet", "-b", "side", str(repo.parent / "side"))
    return repo.parent / "side"


def _dirty_start(repo: Path) -> Path:
    write(repo, stashed_txt="stashed\n")
    git(repo, "stash", "--quiet", "--include-untracked")
    _dirty(repo)
    return repo


@pytest.mark.parametrize("laid_out", [_plain, _worktree, _dirty_start])
def test_the_users_git_is_byte_for_byte_the_same(
    repo: Path, laid_out: Callable[[Path], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WAGGLE_ALLOW_PROOFS", "1")
    for name, value in (("name", "somebody"), ("email", "somebody@localhost")):
        git(repo, "config", f"user.{name}", value)
    commit(repo, waggle_toml=PROOF, _gitignore="/Docs/hive-mind/\n")
    root = laid_out(repo)
    before = _user_git(root)
    words = ("--session", SESSION, "--worker", "backend")
    task = ("--session", SESSION, "--task", TASK, "--kind", "change")
    assert waggle("backend", "--setup", *task, cwd=root).returncode == 0
    assert _user_git(root) == before
    write(root, a_txt="changed\n", new_txt="new\n")
    before = _user_git(root)
    proved = waggle("prove", *words, cwd=root)
    assert proved.returncode == 0, proved.stderr
    assert _user_git(root) == before
    judged = waggle("backend", "--output", "--session", SESSION, cwd=root)
    assert judged.returncode == 1, "nothing is reported yet"
    assert b"a.txt" in judged.stdout
    assert _user_git(root) == before


# Whose work it is.


@pytest.fixture
def cloned(tmp_path: Path) -> Begun:
    """A clone on a branch of its own, and its origin beside it, which others push to."""
    origin = repository(tmp_path / "origin")
    commit(origin, ours_txt="1\n", shared_txt="1\n2\n3\n4\n5\n6\n7\n8\n9\n")
    git(tmp_path, "clone", "--quiet", str(origin), "clone")
    clone = tmp_path / "clone"
    for name, value in (("name", "somebody"), ("email", "somebody@localhost")):
        git(clone, "config", f"user.{name}", value)
    git(clone, "checkout", "--quiet", "-b", "feature")
    git(origin, "checkout", "--quiet", "--detach")  # main can be pushed to
    return started(clone)


def _others_commit(begun: Begun, **files: str | None) -> str:
    """Let somebody else commit to the origin's main."""
    origin = begun.root.parent / "origin"
    git(origin, "checkout", "--quiet", "main")
    name = commit(origin, "theirs", **files)
    git(origin, "checkout", "--quiet", "--detach")
    return name


def _own(work: Work) -> list[str]:
    return sorted(one.path for one in work.own)


def test_main_that_is_merged_in_is_not_the_workers(cloned: Begun) -> None:
    commit(cloned.root, mine_txt="mine\n")
    _others_commit(cloned, theirs_txt="theirs\n", ours_txt=None)
    git(cloned.root, "fetch", "--quiet")
    git(cloned.root, "merge", "--quiet", "--no-edit", "origin/main")
    assert _own(cloned.work) == ["mine.txt"]
    assert cloned.work.merged == {"theirs.txt", "ours.txt"}


def test_main_that_is_fetched_and_not_merged_changes_nothing(cloned: Begun) -> None:
    commit(cloned.root, mine_txt="mine\n")
    _others_commit(cloned, theirs_txt="theirs\n")
    git(cloned.root, "fetch", "--quiet")
    assert _own(cloned.work) == ["mine.txt"]
    assert cloned.work.merged == frozenset()


def test_a_file_that_both_changed_is_the_workers(cloned: Begun) -> None:
    text = "1\n2\n3\n4\n5\n6\n7\n8\n9\n"
    commit(cloned.root, shared_txt=text.replace("1", "mine"))
    _others_commit(cloned, shared_txt=text.replace("9", "theirs"))
    git(cloned.root, "pull", "--quiet", "--no-rebase", "--no-edit", "origin", "main")
    assert _own(cloned.work) == ["shared.txt"]


def test_main_that_is_changed_after_the_merge_is_the_workers(cloned: Begun) -> None:
    _others_commit(cloned, theirs_txt="theirs\n", theirs2_txt="theirs\n")
    git(cloned.root, "pull", "--quiet", "--no-rebase", "origin", "main")
    write(cloned.root, theirs_txt="mine\n")
    assert _own(cloned.work) == ["theirs.txt"]


@pytest.mark.parametrize("squash", [False, True])
def test_rebase_amend_and_squash_do_not_move_the_base(cloned: Begun, *, squash: bool) -> None:
    commit(cloned.root, mine_txt="mine\n")
    commit(cloned.root, mine2_txt="mine\n")
    _others_commit(cloned, theirs_txt="theirs\n")
    git(cloned.root, "fetch", "--quiet")
    git(cloned.root, "rebase", "--quiet", "origin/main")
    if squash:
        git(cloned.root, "reset", "--quiet", "--soft", "origin/main")
        commit(cloned.root, "squashed")
    write(cloned.root, mine_txt="amended\n")
    git(cloned.root, "commit", "--quiet", "--all", "--amend", "--no-edit")
    assert _own(cloned.work) == ["mine.txt", "mine2.txt"]
    assert cloned.work.merged == {"theirs.txt"}
    head = git(cloned.root, "rev-parse", "HEAD")
    assert cloned.snapshots.new_commit(head) == ("squashed" if squash else "work")


def test_a_squashed_merge_of_main_is_not_the_workers(cloned: Begun) -> None:
    _others_commit(cloned, theirs_txt="theirs\n")
    git(cloned.root, "fetch", "--quiet")
    git(cloned.root, "merge", "--quiet", "--squash", "origin/main")
    commit(cloned.root, mine_txt="mine\n")
    assert _own(cloned.work) == ["mine.txt"]


def test_what_is_picked_from_a_branch_that_was_there_is_the_workers(cloned: Begun) -> None:
    git(cloned.root, "checkout", "--quiet", "-b", "old", "main")
    name = commit(cloned.root, old_txt="old\n")
    git(cloned.root, "checkout", "--quiet", "feature")
    begun = started(cloned.root)
    git(begun.root, "cherry-pick", name)
    assert _own(begun.work) == ["old.txt"]


def test_a_commit_that_is_picked_from_main_is_not_the_workers(cloned: Begun) -> None:
    commit(cloned.root, mine_txt="mine\n")
    name = _others_commit(cloned, theirs_txt="theirs\n")
    git(cloned.root, "fetch", "--quiet")
    git(cloned.root, "cherry-pick", name)
    assert _own(cloned.work) == ["mine.txt"]


@pytest.mark.parametrize("name", ["feature", "another", "main"])
def test_pushing_makes_it_nobody_elses(cloned: Begun, name: str) -> None:
    commit(cloned.root, mine_txt="mine\n")
    git(cloned.root, "push", "--quiet", "origin", f"HEAD:{name}")
    git(cloned.root, "fetch", "--quiet")
    assert _own(cloned.work) == ["mine.txt"]


def test_a_pull_after_a_push_keeps_the_two_apart(cloned: Begun) -> None:
    commit(cloned.root, mine_txt="mine\n")
    git(cloned.root, "push", "--quiet", "origin", "HEAD:main")
    _others_commit(cloned, theirs_txt="theirs\n")
    git(cloned.root, "pull", "--quiet", "--no-rebase", "origin", "main")
    assert _own(cloned.work) == ["mine.txt"]
    assert cloned.work.merged == {"theirs.txt"}


def test_a_side_branch_that_was_made_here_is_the_workers(cloned: Begun) -> None:
    git(cloned.root, "checkout", "--quiet", "-b", "side")
    commit(cloned.root, mine_txt="mine\n")
    git(cloned.root, "checkout", "--quiet", "feature")
    git(cloned.root, "merge", "--quiet", "--no-edit", "side")
    assert _own(cloned.work) == ["mine.txt"]


def _by_plumbing(root: Path) -> str:
    """Make a commit that no log of HEAD knows."""
    write(root, mine_txt="mine\n")
    git(root, "add", "mine.txt")
    tree = git(root, "write-tree")
    git(root, "reset", "--quiet", "--hard")
    return git(root, "commit-tree", "-p", "HEAD", "-m", "side", tree)


@pytest.mark.parametrize("ref", ["refs/heads/side", "refs/remotes/origin/side"])
def test_a_side_branch_that_no_log_knows_is_the_workers(cloned: Begun, ref: str) -> None:
    commit(cloned.root, also_txt="mine\n")
    git(cloned.root, "update-ref", ref, _by_plumbing(cloned.root))
    git(cloned.root, "merge", "--quiet", ref)
    assert _own(cloned.work) == ["also.txt", "mine.txt"]


def test_a_push_that_no_log_of_head_knows_is_the_workers(cloned: Begun) -> None:
    commit(cloned.root, also_txt="mine\n")
    name = _by_plumbing(cloned.root)
    git(cloned.root, "push", "--quiet", "origin", f"{name}:refs/heads/side")
    git(cloned.root, "fetch", "--quiet")
    git(cloned.root, "merge", "--quiet", name)
    assert _own(cloned.work) == ["also.txt", "mine.txt"]


def test_a_work_tree_that_is_made_for_it_launders_nothing(cloned: Begun) -> None:
    side = cloned.root.parent / "side"
    git(cloned.root, "worktree", "add", "--quiet", "-b", "side", str(side))
    commit(side, mine_txt="mine\n")
    git(cloned.root, "merge", "--quiet", "side")
    assert _own(cloned.work) == ["mine.txt"]


def test_a_remote_branch_that_is_new_is_somebody_elses(cloned: Begun) -> None:
    origin = cloned.root.parent / "origin"
    git(origin, "checkout", "--quiet", "-b", "colleague")
    commit(origin, theirs_txt="theirs\n")
    commit(cloned.root, mine_txt="mine\n")
    git(cloned.root, "pull", "--quiet", "--no-rebase", "--no-edit", "origin", "colleague")
    git(cloned.root, "fetch", "--quiet")
    assert _own(cloned.work) == ["mine.txt"]
    assert cloned.work.merged == {"theirs.txt"}


def test_own_branch_that_others_pushed_to_is_pulled(cloned: Begun) -> None:
    """The worker stands on main, and pulls what others pushed there."""
    git(cloned.root, "checkout", "--quiet", "main")
    begun = started(cloned.root)
    commit(begun.root, mine_txt="mine\n")
    _others_commit(begun, theirs_txt="theirs\n")
    git(begun.root, "pull", "--quiet", "--no-rebase", "--no-edit", "origin", "main")
    assert _own(begun.work) == ["mine.txt"]
    assert begun.work.merged == {"theirs.txt"}


def test_large_files_that_are_merged_in_are_not_the_workers(cloned: Begun) -> None:
    digest = hashlib.sha256(b"content\n").hexdigest()
    pointer = POINTER.format(digest)
    _others_commit(cloned, _gitattributes="*.bin filter=lfs -text\n", x_bin=pointer)
    smudge = "sh -c 'cat >/dev/null; echo content'"
    git(cloned.root, "config", "filter.lfs.smudge", smudge)
    git(cloned.root, "config", "filter.lfs.clean", f"sh -c 'cat >/dev/null; printf \"{pointer}\"'")
    git(cloned.root, "pull", "--quiet", "--no-rebase", "origin", "main")
    assert (cloned.root / "x.bin").read_text() == "content\n"
    assert git(cloned.root, "status", "--porcelain") == ""
    assert _own(cloned.work) == []
    write(cloned.root, x_bin="mine\n")
    assert _own(cloned.work) == ["x.bin"]
