"""Where sessions are kept and found: every layout of worktrees, and git's own files."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sessions.errors import NoSuchRoot
from sessions.location import find_root
from sessions.session import make_session, open_session, session_ids
from sessions.worktrees import check_work_tree, sessions_home
from tests.kit import SESSION, TASK, document, waggle

if TYPE_CHECKING:
    from collections.abc import Callable


def git(*words: str | Path, cwd: Path) -> None:
    """Run git with a name of its own and without the user's settings."""
    settings = ("-c", "user.name=a", "-c", "user.email=a@b", "-c", "protocol.file.allow=always")
    command = ["git", *settings, *map(str, words)]
    clean = {name: text for name, text in os.environ.items() if not name.startswith("GIT_")}
    clean |= {"GIT_CONFIG_GLOBAL": os.devnull}
    subprocess.run(command, cwd=cwd, env=clean, check=True, capture_output=True)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Return a repository with one commit."""
    folder = tmp_path / "source"
    folder.mkdir()
    (folder / "app.py").write_text("TOTAL = 1\n")
    git("init", "-q", "-b", "main", cwd=folder)
    git("add", "-A", cwd=folder)
    git("commit", "-qm", "x", cwd=folder)
    return folder


def bare(source: Path, common: Path, *trees: Path) -> list[Path]:
    """Clone a repository as a bare one with worktrees."""
    git("clone", "-q", "--bare", source, common, cwd=source)
    for number, tree in enumerate(trees):
        git("worktree", "add", "-q", "-b", f"branch{number}", tree, cwd=common)
    return list(trees)


def hidden_bare(source: Path, tmp: Path) -> list[Path]:
    project = tmp / "project"
    trees = bare(source, project / ".bare", project / "main", project / "deep/feature")
    (project / ".git").write_text("gitdir: ./.bare\n")
    return trees


def git_folder_bare(source: Path, tmp: Path) -> list[Path]:
    return bare(source, tmp / "project/.git", tmp / "project/main", tmp / "project/feature")


def named_bare(source: Path, tmp: Path) -> list[Path]:
    return bare(source, tmp / "store/repo.git", tmp / "one", tmp / "two")


def inside_bare(source: Path, tmp: Path) -> list[Path]:
    return bare(source, tmp / "repo.git", tmp / "repo.git/one", tmp / "repo.git/two")


def plain(source: Path, tmp: Path) -> list[Path]:
    git("worktree", "add", "-q", tmp / "tree", cwd=source)
    return [source, tmp / "tree"]


def nested(source: Path, _tmp: Path) -> list[Path]:
    tree = source / ".claude/worktrees/feature"
    git("worktree", "add", "-q", tree, cwd=source)
    return [source, tree]


def separate(source: Path, tmp: Path) -> list[Path]:
    (tmp / "gits").mkdir()
    git("clone", "-q", "--separate-git-dir", tmp / "gits/g", source, tmp / "code", cwd=tmp)
    git("worktree", "add", "-q", tmp / "code-feature", cwd=tmp / "code")
    return [tmp / "code", tmp / "code-feature"]


def submodule(source: Path, tmp: Path) -> list[Path]:
    git("clone", "-q", source, tmp / "super", cwd=tmp)
    git("submodule", "add", "-q", source, "libs/sub", cwd=tmp / "super")
    git("worktree", "add", "-q", tmp / "sub-feature", cwd=tmp / "super/libs/sub")
    return [tmp / "super/libs/sub", tmp / "sub-feature"]


def moved_by_git(source: Path, tmp: Path) -> list[Path]:
    one, two = named_bare(source, tmp)
    git("worktree", "move", one, tmp / "moved", cwd=two)
    return [tmp / "moved", two]


def moved_by_hand(source: Path, tmp: Path) -> list[Path]:
    one, two = named_bare(source, tmp)
    one.rename(tmp / "moved")
    return [tmp / "moved", two]


def plain_moved_by_hand(source: Path, tmp: Path) -> list[Path]:
    main, tree = plain(source, tmp)
    tree.rename(tmp / "moved")
    return [main, tmp / "moved"]


def relative_names(source: Path, tmp: Path) -> list[Path]:
    """What `git worktree add --relative-paths` writes, since git 2.48."""
    trees = hidden_bare(source, tmp)
    for tree in trees:
        entry = Path((tree / ".git").read_text().removeprefix("gitdir: ").strip())
        (tree / ".git").write_text(f"gitdir: {os.path.relpath(entry, tree)}\n")
        (entry / "gitdir").write_text(f"{os.path.relpath(tree / '.git', entry)}\n")
    return trees


LAYOUTS = [
    hidden_bare,
    git_folder_bare,
    named_bare,
    inside_bare,
    plain,
    nested,
    separate,
    submodule,
    moved_by_git,
    moved_by_hand,
    plain_moved_by_hand,
    relative_names,
]


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda made: made.__name__)
def test_siblings_share_their_sessions(
    layout: Callable[[Path, Path], list[Path]],
    source: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    trees = layout(source, tmp_path)
    for tree in trees:
        git("status", cwd=tree)  # the layout is one that git works in
        monkeypatch.chdir(tree)
        assert find_root() == tree
    (home,) = {sessions_home(tree).resolve() for tree in trees}
    linked = [tree for tree in trees if home != tree.resolve()]
    assert not any(home.is_relative_to(tree) for tree in linked)  # its removal deletes no session
    assert not (home / "HEAD").exists()
    first = make_session(trees[0], "first")
    make_session(trees[-1], "last")
    for tree in trees:
        assert session_ids(tree) == ["last", "first"]
        found = open_session(tree, "first")
        assert (found.root, found.path.resolve()) == (tree, first.path.resolve())


def test_a_removed_worktree_takes_no_session_with_it(source: Path, tmp_path: Path) -> None:
    one, two = hidden_bare(source, tmp_path)
    run = waggle("backend", "--setup", "--session", SESSION, "--task", TASK, cwd=one)
    assert document(run)["config"]["project_root"] == str(one)
    git("worktree", "remove", one, cwd=two)
    told = waggle("status", "--session", SESSION, cwd=two)
    assert told.returncode == 0, told.stderr


def test_old_sessions_are_found_where_they_are(source: Path, tmp_path: Path) -> None:
    one, two = named_bare(source, tmp_path)
    old = one / "Docs/hive-mind/sessions/old/workers"
    old.mkdir(parents=True)
    assert session_ids(two) == ["old"]
    assert open_session(two, "old").path == old.parent
    assert open_session(one, "old").path == old.parent


def test_a_copy_of_a_worktree_keeps_sessions_of_its_own(source: Path, tmp_path: Path) -> None:
    main, tree = plain(source, tmp_path)
    make_session(main, "shared")
    copy = tmp_path / "copy"
    shutil.copytree(tree, copy)
    assert sessions_home(copy) == copy
    assert session_ids(copy) == []


def test_a_separate_folder_that_is_only_named_shares_nothing(source: Path, tmp_path: Path) -> None:
    """A `.git` file that a stranger brought names somebody's repository."""
    make_session(source, "private")
    stranger = tmp_path / "strangers/code"
    stranger.mkdir(parents=True)
    (stranger / ".git").write_text(f"gitdir: {source}/.git\n")
    assert sessions_home(stranger) == stranger
    assert session_ids(stranger) == []


@pytest.mark.parametrize("name", ["GIT_DIR", "GIT_COMMON_DIR", "GIT_WORK_TREE"])
def test_variables_of_git_change_nothing(
    name: str, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Git sets them for its hooks; a command in them speaks of the folder that it is in."""
    other = tmp_path / "other"
    git("clone", "-q", source, other, cwd=tmp_path)
    monkeypatch.chdir(other)
    monkeypatch.setenv(name, str(source / ".git") if name != "GIT_WORK_TREE" else str(source))
    run = waggle("backend", "--setup", "--session", SESSION, "--task", TASK, cwd=other)
    assert document(run)["config"]["project_root"] == str(other)
    assert session_ids(other) == [SESSION]
    assert session_ids(source) == []


def test_a_nested_repository_has_sessions_of_its_own(source: Path) -> None:
    inner = source / "vendored/inner"
    inner.mkdir(parents=True)
    git("init", "-q", cwd=inner)
    make_session(inner, "inner")
    assert session_ids(inner) == ["inner"]
    assert session_ids(source) == []


@pytest.mark.parametrize("place", [".git", ".git/hooks", ".git/worktrees/tree", "repo.git"])
@pytest.mark.parametrize("by", ["folder", "option"])
def test_a_set_up_among_gits_own_files_is_refused(
    place: str, by: str, source: Path, tmp_path: Path
) -> None:
    plain(source, tmp_path)
    git("clone", "-q", "--bare", source, source / "repo.git", cwd=tmp_path)
    folder = source / place
    words: list[str | Path] = ["backend", "--setup", "--task", TASK]
    words += ["--root", folder] if by == "option" else []
    before = sorted(path for path in source.rglob("*"))
    run = waggle(*words, cwd=folder if by == "folder" else tmp_path)
    (problem,) = document(run)["problems"]
    assert (run.returncode, problem["code"]) == (3, "R03")
    assert "git's own folder" in problem["message"]
    assert str(tmp_path / "tree") in problem["hint"] or place == "repo.git"
    assert sorted(path for path in source.rglob("*")) == before


def test_a_set_up_beside_a_bare_repository_names_its_worktrees(
    source: Path, tmp_path: Path
) -> None:
    one, two = hidden_bare(source, tmp_path)
    run = waggle("backend", "--setup", "--task", TASK, cwd=one.parent)
    (problem,) = document(run)["problems"]
    assert run.returncode == 3
    assert "bare repository" in problem["message"]
    assert str(one) in problem["hint"]
    assert str(two) in problem["hint"]
    check_work_tree(one)


def test_a_work_tree_whose_repository_says_bare_is_one(source: Path) -> None:
    """Some programs set `core.bare` by mistake; the files are there all the same."""
    git("config", "core.bare", "true", cwd=source)
    check_work_tree(source)
    with pytest.raises(NoSuchRoot, match="git's own folder"):
        check_work_tree(source / ".git/refs")
