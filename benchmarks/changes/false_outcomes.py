"""False outcomes, parts and commits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.changes.pieces import break_code, feature, small_edit
from benchmarks.changes.report import Report, commit, part
from benchmarks.changes.scenario import Kind, Scenario, rejected, warned
from benchmarks.changes.work import SESSION

if TYPE_CHECKING:
    from benchmarks.changes.work import Work

PARTS = """\
Do all of this:

1. Add the function
2. Test the function
3. Write a page about it
"""


def part_not_done(work: Work) -> Report:
    report = feature(work)
    report.parts = [part("Add the function"), part("Write a page about it", "not_done")]
    return report


def part_half_done(work: Work) -> Report:
    report = feature(work)
    report.parts = [part("Add the function"), part("Test the function", "partial")]
    return report


def part_left_out(work: Work) -> Report:
    report = feature(work)
    report.parts = [part("Add the function"), part("Test the function")]
    return report


def no_parts(work: Work) -> Report:
    return feature(work)


def partial_without_reason(work: Work) -> Report:
    report = break_code(work)
    report.status = "partial"
    return report


def blocked_without_reason(_work: Work) -> Report:
    return Report(status="blocked", reason="", summary="It could not be done.")


def nothing_at_all(_work: Work) -> Report:
    return Report(summary="Everything is done.")


OUTCOME = Kind(
    "outcome",
    is_false=True,
    scenarios=(
        Scenario("done, and a part is not", part_not_done, rejected("W15")),
        Scenario("done, and a part is half done", part_half_done, rejected("W15"), "javascript"),
        Scenario("a part of the task is left out", part_left_out, rejected("W15"), task=PARTS),
        Scenario(
            "no part of the task is named", no_parts, rejected("W15"), "javascript", task=PARTS
        ),
        Scenario("partial, without a reason", partial_without_reason, rejected("W15", "J10")),
        Scenario("blocked, without a reason", blocked_without_reason, rejected("W15", "J10")),
        Scenario("done, and nothing was", nothing_at_all, rejected("W15", "K16", "W01")),
    ),
)


def invented(work: Work) -> Report:
    report = feature(work)
    work.commit("Add a function")
    report.commits = [commit("5d41402abc4b2a76b9719d911017c592deadbeef", "Add a function")]
    return report


def was_there_before(work: Work) -> Report:
    report = feature(work)
    report.commits = [commit(work.git("rev-parse", "HEAD"), "Say where to look")]
    return report


def amended_away(work: Work) -> Report:
    report = feature(work)
    first = work.commit("Add a function")
    work.git("commit", "--quiet", "--amend", "--message", "Add a function and its test")
    work.git("reflog", "expire", "--expire=now", "--all")
    work.git("gc", "--quiet", "--prune=now")
    report.commits = [commit(first, "Add a function")]
    return report


def other_subject(work: Work) -> Report:
    report = feature(work)
    report.commits = [commit(work.commit("wip"), "Add a function, reviewed by Grace")]
    return report


COMMITS = Kind(
    "commit",
    is_false=True,
    scenarios=(
        Scenario("a commit that does not exist", invented, rejected("W12")),
        Scenario(
            "a commit that does not exist, in JavaScript", invented, rejected("W12"), "javascript"
        ),
        Scenario("a commit from before", was_there_before, rejected("W12")),
        Scenario("a commit that is gone", amended_away, rejected("W12"), "javascript"),
        Scenario("a commit with another subject", other_subject, rejected("W12")),
    ),
)


def changed_all_the_same(work: Work) -> None:
    small_edit(work)
    order = ("--root", str(work.root), "--session", SESSION)
    work.program("backend", "--run", *order, "--model", "survey")


ANALYSIS = Kind(
    "changes in an analysis",
    is_false=True,
    scenarios=(
        Scenario(
            "a file edited during an analysis",
            changed_all_the_same,
            warned("W23"),
            kind_of_report="analysis",
        ),
    ),
)
