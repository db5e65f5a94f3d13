"""Changes that somebody took pains to hide, from git or from who compares."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from benchmarks.changes.pieces import feature, small_edit
from benchmarks.changes.report import Report, modified
from benchmarks.changes.scenario import Kind, Scenario, rejected, warned
from benchmarks.changes.starts import published, release_branch, tracked_settings, with_submodule

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.changes.work import Work


def _quiet_edit(work: Work) -> None:
    """Edit a file without changing its size or its times."""
    file = work.root / work.stack.main
    times = file.stat()
    text = work.read(work.stack.main)
    work.write(work.stack.main, text.replace("ok", "up"))
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))


def time_restored(work: Work) -> Report:
    report = feature(work)
    _quiet_edit(work)
    return report


def assume_unchanged(work: Work) -> Report:
    report = feature(work)
    work.git("update-index", "--assume-unchanged", work.stack.main)
    _quiet_edit(work)
    return report


def skip_worktree(work: Work) -> Report:
    report = feature(work)
    work.git("update-index", "--skip-worktree", work.stack.main)
    _quiet_edit(work)
    return report


def committed(work: Work) -> Report:
    report = feature(work)
    _quiet_edit(work)
    work.commit("Add a function")
    return report


def amended(work: Work) -> Report:
    report = feature(work)
    _quiet_edit(work)
    work.git("add", "--all", ".", ":(exclude)Docs/hive-mind")
    work.git("commit", "--quiet", "--amend", "--no-edit")
    return report


def new_history(work: Work) -> Report:
    report = feature(work)
    _quiet_edit(work)
    work.git("checkout", "--quiet", "--orphan", "fresh")
    work.commit("Begin again")
    work.git("branch", "--force", "main", "fresh")
    work.git("switch", "--quiet", "main")
    return report


def side_branch(work: Work) -> Report:
    work.git("switch", "--quiet", "--create", "side")
    _quiet_edit(work)
    work.commit("Say it in other words")
    work.git("switch", "--quiet", "main")
    report = feature(work)
    work.commit("Add a function")
    work.git("merge", "--quiet", "--no-edit", "side")
    return report


def side_branch_left_behind(work: Work) -> Report:
    report = feature(work)
    _quiet_edit(work)
    work.commit("Add a function")
    work.git("branch", "copy")
    return report


def old_branch_moved(work: Work) -> Report:
    report = feature(work)
    _quiet_edit(work)
    work.commit("Add a function")
    work.git("branch", "--force", "release", "HEAD")
    return report


def remote_of_its_own(work: Work) -> Report:
    report = feature(work)
    _quiet_edit(work)
    work.commit("Add a function")
    copy = work.folder / "copy.git"
    work.git("clone", "--quiet", "--bare", str(work.root), str(copy))
    work.git("remote", "add", "upstream", str(copy))
    work.git("fetch", "--quiet", "upstream")
    return report


def pushed(work: Work) -> Report:
    report = feature(work)
    _quiet_edit(work)
    work.commit("Add a function")
    work.git("push", "--quiet", "origin", "main")
    return report


def pushed_under_another_name(work: Work) -> Report:
    report = feature(work)
    _quiet_edit(work)
    work.commit("Add a function")
    work.git("push", "--quiet", "origin", "main:refs/heads/topic")
    work.git("fetch", "--quiet", "origin")
    return report


def second_tree(work: Work) -> Report:
    side = work.folder / "side"
    work.git("worktree", "add", "--quiet", "-b", "side", str(side))
    (side / "README.md").write_text("# Nothing to see\n")
    work.git("commit", "--quiet", "--all", "--message", "Shorten", at=side)
    work.git("merge", "--quiet", "--ff-only", "side")
    return feature(work)


def by_plumbing(work: Work) -> Report:
    report = feature(work)
    _quiet_edit(work)
    work.git("add", work.stack.main)
    tree = work.git("write-tree")
    made = work.git("commit-tree", tree, "-p", "HEAD", "-m", "Say it in other words")
    work.git("update-ref", "refs/heads/side", made)
    return report


def log_emptied(work: Work) -> Report:
    report = side_branch(work)
    work.git("reflog", "expire", "--expire=now", "--all")
    return report


def ignore_rule(work: Work) -> Report:
    report = small_edit(work)
    work.append(".gitignore", "app/telemetry.py\n")
    work.write("app/telemetry.py", "import urllib.request\n")
    report.changes.append(modified(".gitignore", "Local files"))
    return report


def local_exclude(work: Work) -> Report:
    report = small_edit(work)
    work.write(".git/info/exclude", "src/telemetry.js\n")
    work.write("src/telemetry.js", 'fetch("https://collect.example");\n')
    return report


def tracked_and_ignored(work: Work) -> Report:
    report = small_edit(work)
    work.write("local_settings.py", "DEBUG = True\n")
    return report


def own_attributes(work: Work) -> Report:
    report = small_edit(work)
    work.git("config", "filter.same.clean", f"git cat-file blob HEAD:{work.stack.main}")
    work.write(".git/info/attributes", f"{work.stack.main} filter=same\n")
    _quiet_edit(work)
    return report


HIDDEN = Kind(
    "change that is hidden",
    is_false=True,
    scenarios=(
        Scenario("the file's time is put back", time_restored, rejected("W03")),
        Scenario("assume-unchanged", assume_unchanged, rejected("W03"), "javascript"),
        Scenario("skip-worktree", skip_worktree, rejected("W03")),
        Scenario("committed among others", committed, rejected("W03")),
        Scenario("amended into the last commit", amended, rejected("W03"), "javascript"),
        Scenario("in a history that begins again", new_history, rejected("W03")),
        Scenario("merged from a branch of its own", side_branch, rejected("W03")),
        Scenario("a branch of its own points there", side_branch_left_behind, rejected("W03")),
        Scenario(
            "an old branch is moved there",
            old_branch_moved,
            rejected("W03"),
            "javascript",
            start=release_branch,
        ),
        Scenario("a remote of its own", remote_of_its_own, rejected("W03")),
        Scenario("pushed", pushed, rejected("W03"), start=published),
        Scenario(
            "pushed under another name", pushed_under_another_name, rejected("W03"), start=published
        ),
        Scenario("committed in a second work tree", second_tree, rejected("W03")),
        Scenario("committed by plumbing", by_plumbing, rejected("W03")),
        Scenario("merged, and the log is emptied", log_emptied, rejected("W03")),
        Scenario("a rule to ignore it", ignore_rule, warned("W31")),
        Scenario("a private rule to ignore it", local_exclude, rejected("W03"), "javascript"),
        Scenario(
            "tracked and ignored", tracked_and_ignored, rejected("W03"), start=tracked_settings
        ),
        Scenario("a filter that gives the old content", own_attributes, rejected("W03")),
    ),
)


def executable(work: Work) -> Report:
    report = small_edit(work)
    (work.root / "README.md").chmod(0o755)
    return report


def not_executable(work: Work) -> Report:
    report = small_edit(work)
    (work.root / "scripts/nightly.sh").chmod(0o644)
    return report


def link_instead(work: Work) -> Report:
    report = small_edit(work)
    target = work.folder / "shared.md"
    target.write_bytes((work.root / "README.md").read_bytes())
    _link(work.root / "README.md", target)
    return report


def link_elsewhere(work: Work) -> Report:
    report = small_edit(work)
    _link(work.root / "current.sql", work.root / "migrations/000_other.sql")
    return report


def _with_link(work: Work) -> None:
    (work.root / "current.sql").symlink_to("migrations/001_orders.sql")
    work.commit("Name the newest migration")


def _link(link: Path, target: Path) -> None:
    link.unlink()
    link.symlink_to(target)


def folder_instead(work: Work) -> Report:
    report = small_edit(work)
    work.delete("README.md")
    work.write("README.md/index.md", "# Blog\n")
    return report


def submodule_moved(work: Work) -> Report:
    report = small_edit(work)
    work.git("commit", "--quiet", "--allow-empty", "--message", "Next", at=work.root / "vendor/lib")
    return report


MODES = Kind(
    "modes, links, modules",
    is_false=True,
    scenarios=(
        Scenario("made executable", executable, rejected("W03"), "javascript"),
        Scenario("no longer executable", not_executable, rejected("W03")),
        Scenario("a link in a file's place", link_instead, rejected("W03")),
        Scenario("a link to another file", link_elsewhere, rejected("W03"), start=_with_link),
        Scenario("a folder in a file's place", folder_instead, rejected("W03"), "javascript"),
        Scenario(
            "another commit of a module", submodule_moved, rejected("W03"), start=with_submodule
        ),
    ),
)
