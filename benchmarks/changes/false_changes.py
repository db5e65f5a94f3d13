"""False lists of changes: what did not happen, happened otherwise, or is not listed."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from benchmarks.changes.pieces import code_change, feature, small_edit
from benchmarks.changes.report import Report, added, deleted, modified, renamed
from benchmarks.changes.scenario import Kind, Scenario, rejected, warned
from benchmarks.changes.work import SESSION

if TYPE_CHECKING:
    from benchmarks.changes.work import Work


def second_worker(work: Work) -> Report:
    words = ("--setup", "--kind", "change", "--session", SESSION, "--task", "Test the prices.")
    if work.program("test", *words).exit_code:
        raise OSError("the second worker was not set up")
    return second_edit(work)


def nothing_done(work: Work) -> Report:
    return Report(changes=[modified(work.stack.code, "A function more")])


def undone_again(work: Work) -> Report:
    report = feature(work)
    work.git("checkout", "--quiet", "--", work.stack.code)
    return report


def one_of_two_done(work: Work) -> Report:
    report = feature(work)
    report.changes.append(modified(work.stack.main, "Mounted"))
    return report


def touched_only(work: Work) -> Report:
    os.utime(work.root / work.stack.code)
    return nothing_done(work)


def committed_empty(work: Work) -> Report:
    work.git("commit", "--quiet", "--allow-empty", "--message", "Add a function")
    return nothing_done(work)


def planned_file(work: Work) -> Report:
    report = feature(work)
    report.changes.append(added("app/vat/rates.py", "The rates by country"))
    return report


def nothing_generated(work: Work) -> Report:
    report = small_edit(work)
    report.changes.append(added("client/**", "The generated client"))
    return report


def ignored_as_added(work: Work) -> Report:
    report = small_edit(work)
    path = "build/report.txt" if work.stack.code.endswith(".py") else "dist/report.txt"
    work.write(path, "built\n")
    report.changes.append(added(path, "The report"))
    return report


def still_there(work: Work) -> Report:
    report = small_edit(work)
    report.changes.append(deleted("README.md"))
    return report


def stashed(work: Work) -> Report:
    report = small_edit(work)
    work.git("stash", "push", "--quiet", "--", work.stack.code)
    return report


def on_another_branch(work: Work) -> Report:
    work.git("switch", "--quiet", "--create", "feature")
    report = small_edit(work)
    work.commit("Add a function")
    work.git("switch", "--quiet", "main")
    return report


DID_NOT_HAPPEN = Kind(
    "change did not happen",
    is_false=True,
    scenarios=(
        Scenario("nothing was done", nothing_done, rejected("W01")),
        Scenario("nothing was done, in JavaScript", nothing_done, rejected("W01"), "javascript"),
        Scenario("done and undone again", undone_again, rejected("W01"), "javascript"),
        Scenario("the second of two was not done", one_of_two_done, rejected("W01")),
        Scenario("only the time of the file is new", touched_only, rejected("W01")),
        Scenario("an empty commit", committed_empty, rejected("W01")),
        Scenario("a file that was never written", planned_file, rejected("W01")),
        Scenario("a generated folder that is not there", nothing_generated, rejected("W01")),
        Scenario("an ignored file as added", ignored_as_added, rejected("W01")),
        Scenario(
            "an ignored file as added, in JavaScript",
            ignored_as_added,
            rejected("W01"),
            "javascript",
        ),
        Scenario("a deleted file that is still there", still_there, rejected("W01", "W02")),
        Scenario("the change lies in the stash", stashed, rejected("W01")),
        Scenario("the change lies on another branch", on_another_branch, rejected("W01")),
    ),
)


def modified_as_added(work: Work) -> Report:
    code_change(work)
    return Report(changes=[added(work.stack.code, "A module of functions")])


def added_as_modified(work: Work) -> Report:
    report = feature(work)
    report.changes[1]["kind"] = "modified"
    return report


def deleted_as_modified(work: Work) -> Report:
    work.delete("README.md")
    return Report(changes=[modified("README.md", "Shorter")])


def modified_as_deleted(work: Work) -> Report:
    work.append("README.md", "\nMore.\n")
    return Report(changes=[deleted("README.md")])


def other_origin(work: Work) -> Report:
    work.move("README.md", "docs/overview.md")
    return Report(changes=[renamed("requirements.txt", "docs/overview.md"), deleted("README.md")])


def copy_as_rename(work: Work) -> Report:
    work.write("docs/overview.md", work.read("README.md"))
    return Report(changes=[renamed("README.md", "docs/overview.md")])


OTHER_KIND = Kind(
    "change of another kind",
    is_false=True,
    scenarios=(
        Scenario("modified, reported as added", modified_as_added, rejected("W02")),
        Scenario("added, reported as modified", added_as_modified, rejected("W02"), "javascript"),
        Scenario("deleted, reported as modified", deleted_as_modified, rejected("W02")),
        Scenario(
            "modified, reported as deleted",
            modified_as_deleted,
            rejected("W01", "W02"),
            "javascript",
        ),
        Scenario("renamed from elsewhere", other_origin, rejected("W01", "W02")),
        Scenario("copied, reported as renamed", copy_as_rename, rejected("W01", "W02")),
    ),
)


def second_edit(work: Work) -> Report:
    report = feature(work)
    work.append(work.stack.main, "\n")
    return report


def second_folder(work: Work) -> Report:
    report = feature(work)
    work.replace("scripts/nightly.sh", "app.cleanup", "app.cleanup --all")
    return report


def new_file(work: Work) -> Report:
    report = small_edit(work)
    work.write("src/telemetry.js", 'fetch("https://collect.example");\n')
    return report


def deletion(work: Work) -> Report:
    report = feature(work)
    work.delete(work.stack.tests)
    report.proofs.clear()
    return report


def rename_hidden(work: Work) -> Report:
    report = feature(work)
    work.move("README.md", "docs/overview.md")
    report.changes.append(added("docs/overview.md", "An overview"))
    return report


def only_the_deletion(work: Work) -> Report:
    work.move("README.md", "docs/overview.md")
    return Report(changes=[deleted("README.md")])


def docs_edit(work: Work) -> Report:
    report = feature(work)
    work.append("Docs/guide.md", "\nTests are optional.\n")
    return report


def empty_list(work: Work) -> Report:
    code_change(work)
    return Report(summary="Nothing had to be changed.")


def only_in_notes(work: Work) -> Report:
    report = feature(work)
    report.in_notes = list(report.changes)
    report.changes = report.changes[:1]
    return report


def sibling_of_generated(work: Work) -> Report:
    report = small_edit(work)
    work.write("client/api.js", "module.exports = {};\n")
    work.write("clients.js", "module.exports = 1;\n")
    report.changes.append(added("client/**", "The generated client"))
    return report


def line_ends(work: Work) -> Report:
    report = small_edit(work)
    work.replace("README.md", "\n", "\r\n")
    return report


NOT_REPORTED = Kind(
    "change that nothing reports",
    is_false=True,
    scenarios=(
        Scenario("a second file edited", second_edit, rejected("W03")),
        Scenario("a second file edited, and another worker at work", second_worker, warned("W04")),
        Scenario("a second file edited, in JavaScript", second_edit, rejected("W03"), "javascript"),
        Scenario("a file in a second folder", second_folder, rejected("W03")),
        Scenario("a new file", new_file, rejected("W03"), "javascript"),
        Scenario("a deleted test", deletion, rejected("W03")),
        Scenario("a deleted test, in JavaScript", deletion, rejected("W03"), "javascript"),
        Scenario("the old name of a renamed file", rename_hidden, rejected("W03")),
        Scenario("the new name of a renamed file", only_the_deletion, rejected("W03")),
        Scenario("a page beside the sessions", docs_edit, rejected("W03")),
        Scenario("an empty list", empty_list, rejected("W03"), "javascript"),
        Scenario("listed in the notes alone", only_in_notes, rejected("W03", "C23")),
        Scenario("beside a generated folder", sibling_of_generated, rejected("W03"), "javascript"),
        Scenario("other line ends", line_ends, rejected("W03")),
    ),
)
