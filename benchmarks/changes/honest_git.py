"""Honest work in whatever state a repository is in, with all that people do with git meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.changes.pieces import code_change, feature, new_test, small_edit
from benchmarks.changes.report import Report, added, commit, deleted, hand_in, modified
from benchmarks.changes.running import output, set_up, workers_of
from benchmarks.changes.scenario import ACCEPTED, TASK, Kind, Scenario, needs_approval
from benchmarks.changes.starts import no_git, published, tracked_settings, with_submodule

if TYPE_CHECKING:
    from benchmarks.changes.work import Work


def in_one_commit(work: Work) -> Report:
    report = feature(work)
    report.commits = [commit(work.commit("Add a function"), "Add a function")]
    return report


def amended(work: Work) -> Report:
    code_change(work)
    work.commit("Add a function")
    test = new_test(work)
    work.git("add", test)
    work.git("commit", "--quiet", "--amend", "--message", "Add a function and its test")
    sha = work.git("rev-parse", "HEAD")
    changes = [modified(work.stack.code), added(test, "Its test")]
    return Report(changes=changes, commits=[commit(sha, "Add a function and its test")])


def squashed(work: Work) -> Report:
    code_change(work)
    work.commit("wip")
    test = new_test(work)
    work.commit("wip 2")
    work.git("reset", "--quiet", "--soft", "HEAD~2")
    work.git("commit", "--quiet", "--message", "Add a function")
    sha = work.git("rev-parse", "--short", "HEAD")
    changes = [modified(work.stack.code), added(test, "Its test")]
    return Report(changes=changes, commits=[commit(sha, "Add a function")])


def on_a_branch(work: Work) -> Report:
    work.git("switch", "--quiet", "--create", "feature")
    return in_one_commit(work)


def merged_own_branch(work: Work) -> Report:
    report = on_a_branch(work)
    work.git("switch", "--quiet", "main")
    work.git("merge", "--quiet", "--no-ff", "--no-edit", "feature")
    work.git("branch", "--quiet", "--delete", "feature")
    return report


def stashed_and_back(work: Work) -> Report:
    report = feature(work)
    work.git("stash", "push", "--quiet", "--include-untracked", "--", "app", "tests")
    work.git("stash", "pop", "--quiet")
    return report


def main_merged(work: Work) -> Report:
    report = feature(work)
    work.commit("Add a function")
    work.teammate_pushes("docs/teammate.md", "# By a teammate\n")
    work.git("pull", "--quiet", "--no-rebase", "--no-edit")
    return report


def main_pulled_first(work: Work) -> Report:
    work.teammate_pushes("docs/teammate.md", "# By a teammate\n")
    work.git("pull", "--quiet", "--ff-only")
    return feature(work)


def rebased(work: Work) -> Report:
    report = feature(work)
    work.commit("Add a function")
    work.teammate_pushes("README.md", "# By a teammate\n")
    work.git("pull", "--quiet", "--rebase")
    report.commits = [commit(work.git("rev-parse", "HEAD"), "Add a function")]
    return report


def rebased_branch(work: Work) -> Report:
    work.git("switch", "--quiet", "--create", "feature")
    report = feature(work)
    work.commit("Add a function")
    work.teammate_pushes("src/teammate.js", "module.exports = 1;\n")
    work.git("fetch", "--quiet", "origin")
    work.git("rebase", "--quiet", "origin/main")
    return report


def same_file_merged(work: Work) -> Report:
    report = feature(work)
    work.commit("Add a function")
    theirs = '"""Prices, in cents and without taxes."""\n'
    text = work.git("show", "main~1:app/pricing.py").replace('"""Prices, in cents."""\n', theirs)
    work.teammate_pushes("app/pricing.py", text + "\n")
    work.git("pull", "--quiet", "--no-rebase", "--no-edit")
    return report


def local_main_moved(work: Work) -> Report:
    report = feature(work)
    work.commit("Add a function")
    work.git("fetch", "--quiet", str(work.folder / "teammate"), "main:main")
    work.git("merge", "--quiet", "--no-edit", "main")
    return report


def _on_a_branch_of_a_clone(work: Work) -> None:
    work.publish()
    work.git("switch", "--quiet", "--create", "feature")
    clone = work.folder / "teammate"
    (clone / "CHANGES.md").write_text("# Changes\n")
    work.git("add", "--all", at=clone)
    work.git("commit", "--quiet", "--message", "Say what changes", at=clone)


HISTORY = Kind(
    "honest: commits and merges",
    is_false=False,
    scenarios=(
        Scenario("one commit", in_one_commit, ACCEPTED),
        Scenario("one commit, in JavaScript", in_one_commit, ACCEPTED, "javascript"),
        Scenario("amended", amended, ACCEPTED),
        Scenario("squashed", squashed, ACCEPTED, "javascript"),
        Scenario("a branch of its own", on_a_branch, ACCEPTED),
        Scenario("a branch of its own, merged", merged_own_branch, ACCEPTED),
        Scenario("stashed and taken back", stashed_and_back, ACCEPTED),
        Scenario("main was merged", main_merged, ACCEPTED, start=published),
        Scenario(
            "main was merged, in JavaScript", main_merged, ACCEPTED, "javascript", start=published
        ),
        Scenario("main was pulled first", main_pulled_first, ACCEPTED, start=published),
        Scenario("rebased onto main", rebased, ACCEPTED, start=published),
        Scenario(
            "a branch rebased onto main", rebased_branch, ACCEPTED, "javascript", start=published
        ),
        Scenario("both changed one file", same_file_merged, ACCEPTED, start=published),
        Scenario(
            "a local main that moved", local_main_moved, ACCEPTED, start=_on_a_branch_of_a_clone
        ),
    ),
)


def dirty(work: Work) -> None:
    """Have changes of the user's: edited, staged, deleted and new files."""
    work.append("README.md", "\nTo be written.\n")
    work.write("ideas.txt", "ideas\n")
    work.replace(work.stack.main, '"ok"', '"fine"')
    work.git("add", work.stack.main)
    name = "requirements.txt" if work.stack.code.endswith(".py") else "src/server.js"
    work.git("rm", "--quiet", name)


def dirty_file_edited(work: Work) -> Report:
    work.append("README.md", "\nWritten.\n")
    work.append("ideas.txt", "more ideas\n")
    return Report(changes=[modified("README.md", "Written"), modified("ideas.txt", "More")])


def dirty_and_committed(work: Work) -> Report:
    report = feature(work)
    work.commit("Add a function, and what lay about")
    return report


def no_commit(work: Work) -> None:
    no_git(work)
    work.git("init", "--quiet", "--initial-branch", "main")


def first_commit(work: Work) -> Report:
    report = feature(work)
    work.commit("Begin")
    return report


def detached(work: Work) -> None:
    work.git("switch", "--quiet", "--detach", "HEAD~1")


def shallow(work: Work) -> None:
    clone = work.folder / "shallow"
    work.git("clone", "--quiet", "--depth", "1", f"file://{work.root}", str(clone))
    work.root = clone


def sparse(work: Work) -> None:
    work.git("sparse-checkout", "set", "--no-cone", "/*", "!/scripts", "!/db", "!/Docs")


def worktree(work: Work) -> None:
    work.git("worktree", "add", "--quiet", "-b", "feature", str(work.folder / "tree"))
    work.root = work.folder / "tree"


def line_ends(work: Work) -> None:
    work.write(".gitattributes", "* text=auto\nREADME.md text eol=crlf\n")
    work.write("legacy.txt", "one\r\ntwo\r\n")
    work.git("config", "core.autocrlf", "true")
    work.commit("Say how lines end")
    work.git("rm", "--quiet", "--cached", "-r", ".")
    work.git("reset", "--quiet", "--hard")


def keeps_line_ends(work: Work) -> Report:
    work.replace("README.md", "what it does.", "all that it does.")
    return Report(changes=[modified("README.md", "A word")])


def filtered(work: Work) -> None:
    work.write(".gitattributes", "*.md filter=shout\n")
    work.git("config", "filter.shout.clean", "tr A-Z a-z")
    work.git("config", "filter.shout.smudge", "tr a-z A-Z")
    work.commit("Shout")


def executable(work: Work) -> Report:
    report = small_edit(work)
    (work.root / "README.md").chmod(0o755)
    report.changes.append(modified("README.md", "Can be run"))
    return report


def linked(work: Work) -> Report:
    report = small_edit(work)
    (work.root / "LATEST.md").symlink_to("README.md")
    (work.root / "all").symlink_to("src")
    report.changes += [added("LATEST.md", "A link"), added("all", "A link to a folder")]
    return report


def tracked_and_ignored(work: Work) -> Report:
    report = small_edit(work)
    work.write("local_settings.py", "DEBUG = True\n")
    report.changes.append(modified("local_settings.py", "For development"))
    return report


def staged_only(work: Work) -> Report:
    report = feature(work)
    work.git("add", "--all", ".", ":(exclude)Docs/hive-mind")
    return report


_OTHER = "2026-11-02-09-30-other"


def beside_another(work: Work) -> Report:
    """Work beside a second session, whose change is in its own report."""
    report = feature(work)
    ready = set_up(work, _OTHER, TASK)
    work.append("README.md", "\nBy the other.\n")
    hand_in(work, Report(changes=[modified("README.md", "A line")]), workers_of(ready))
    output(work, _OTHER)
    return report


def named_as_the_others(work: Work) -> Report:
    """Work beside a second session that has not reported yet."""
    report = feature(work)
    set_up(work, _OTHER, TASK)
    work.append("README.md", "\nBy the other.\n")
    report.not_mine = [{"file": "README.md", "reason": "Another session works on the page."}]
    return report


def by_the_user(work: Work) -> Report:
    report = feature(work)
    work.write("ideas.txt", "by the user\n")
    report.not_mine = [{"file": "ideas.txt", "reason": "The user's notes."}]
    return report


def deleted_file(work: Work) -> Report:
    report = feature(work)
    work.git("rm", "--quiet", "README.md")
    report.changes.append(deleted("README.md"))
    return report


STATES = Kind(
    "honest: states of a repository",
    is_false=False,
    scenarios=(
        Scenario("a dirty start", feature, ACCEPTED, start=dirty),
        Scenario("a dirty start, in JavaScript", feature, ACCEPTED, "javascript", start=dirty),
        Scenario("a dirty start, its files edited", dirty_file_edited, ACCEPTED, start=dirty),
        Scenario("a dirty start, all committed", dirty_and_committed, ACCEPTED, start=dirty),
        Scenario("no git", feature, ACCEPTED, start=no_git),
        Scenario("no git, in JavaScript", feature, ACCEPTED, "javascript", start=no_git),
        Scenario("no commit", feature, ACCEPTED, start=no_commit),
        Scenario("no commit, then the first", first_commit, ACCEPTED, start=no_commit),
        Scenario("a detached head", feature, ACCEPTED, start=detached),
        Scenario("a detached head, and a commit", in_one_commit, ACCEPTED, start=detached),
        Scenario("a shallow clone", in_one_commit, ACCEPTED, start=shallow),
        Scenario("a sparse checkout", feature, ACCEPTED, start=sparse),
        Scenario(
            "a sparse checkout, in JavaScript", in_one_commit, ACCEPTED, "javascript", start=sparse
        ),
        Scenario("a worktree", in_one_commit, ACCEPTED, start=worktree),
        Scenario("a submodule", in_one_commit, ACCEPTED, start=with_submodule),
        Scenario("line ends of Windows", keeps_line_ends, ACCEPTED, start=line_ends),
        Scenario("line ends of Windows, untouched", feature, ACCEPTED, start=line_ends),
        Scenario("a filter", feature, ACCEPTED, start=filtered),
        Scenario("made executable", executable, ACCEPTED),
        Scenario("links", linked, ACCEPTED, "javascript"),
        Scenario("tracked and ignored", tracked_and_ignored, ACCEPTED, start=tracked_settings),
        Scenario("staged, not committed", staged_only, ACCEPTED),
        Scenario("a file deleted", deleted_file, ACCEPTED, "javascript"),
        Scenario("another session's change, reported there", beside_another, ACCEPTED),
        Scenario("another session's change", named_as_the_others, needs_approval("W25")),
        Scenario("the user's change", by_the_user, needs_approval("W25")),
    ),
)
