"""Following a hint literally clears its problem: an agent repairs from the list alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.kit import PROJECT, SAMPLES, SESSION, copy_sample
from tests.planting import FAULTS, FILES, base_of, expected, judge, lay_out
from tests.repairing import action_for, follow
from workers.codes import CODES
from workers.review.order import CAUSES

if TYPE_CHECKING:
    from pathlib import Path

    from workers.review.review import Review


def told(judged: Review) -> set[str]:
    """Return the codes of a verdict, those that wait for another included."""
    return {one.code for one in (*judged.problems, *(waiting for waiting, _ in judged.held_back))}


def _literal() -> list[str]:
    """Return the faults of readable files; whether a hint is literal is seen when it is judged."""
    unreadable = {"S01", "S02", "S03", "S04", "J01", "J02", "J03", "J04", "J05"}
    return [fault for fault in FAULTS if unreadable.isdisjoint(expected(fault)["problems"])]


# What decides these says what to write, so their hints always do.
LITERAL = {"K01", "K02", "K03", "K06", "K10", "K19"}


@pytest.mark.sampled(8)
@pytest.mark.parametrize("fault", _literal())
def test_following_the_hint_clears_the_problem(tmp_path: Path, fault: str) -> None:
    root = copy_sample(tmp_path, SAMPLES[base_of(fault)])
    lay_out(root, fault)
    before = judge(root)
    followed = follow(root, before.problems)
    if not followed:
        assert LITERAL.isdisjoint(expected(fault)["problems"])
        pytest.skip("its hint asks for what only a reader of the code can write")
    after = judge(root)
    left = {(one.code, one.message) for one in after.problems}
    assert left.isdisjoint((one.code, one.message) for one in followed)
    assert told(after) <= told(before), [one.message for one in after.problems]


# Faults that touch one another, each with what its hint may spoil for the others.
TOGETHER = {
    "a cap, the mean, and the notes": [
        "score-above-the-cap",
        "score-differs",
        "overall-not-the-mean",
    ],
    "a score out of range": ["score-above-ten", "score-differs"],
    "an id that stands in one file": ["finding-id-malformed", "finding-in-notes-only"],
    "counts of what is removed": ["endpoint-listed-twice", "endpoints-miscounted"],
    "files": ["file-listed-twice", "file-count-differs"],
    "tables": ["table-unknown", "key-unknown", "severity-against-id"],
    "headings": ["heading-renamed", "heading-of-another-level", "section-empty"],
    "claims": ["method-of-another-route", "column-unknown", "quotation-elsewhere"],
    "names": ["another-session", "path-relative-in-json", "effort-unknown", "critical-miscounted"],
}


@pytest.mark.sampled(3)
@pytest.mark.parametrize("is_reversed", [False, True], ids=["as printed", "in reverse"])
@pytest.mark.parametrize("faults", TOGETHER.values(), ids=TOGETHER)
def test_all_hints_at_once_make_no_new_problem(
    root: Path, faults: list[str], *, is_reversed: bool
) -> None:
    lay_out(root)
    plant(root, faults)
    before = judge(root)
    assert len(before.problems) + len(before.held_back) >= 2
    known = told(before)
    judged = before
    for _ in range(3):  # what waited for a cause is told after it
        problems = judged.problems[::-1] if is_reversed else judged.problems
        if not follow(root, problems):
            break
        judged = judge(root)
        assert told(judged) <= known, [one.message for one in judged.problems]
    assert [one.message for one in judged.problems if action_for(one)] == []


def plant(root: Path, faults: list[str]) -> None:
    """Put the edits of several faults into a report that was laid out."""
    for fault in faults:
        for name, old, new in expected(fault)["edits"]:
            file = root.parent / name
            text = file.read_text("utf-8")
            marks = {"@ROOT@": str(root), "@SESSION@": SESSION}
            for mark, value in marks.items():
                old, new = old.replace(mark, value), new.replace(mark, value)  # noqa: PLW2901
            assert old in text, (fault, old)
            file.write_text(text.replace(old, new, 1), "utf-8")


def test_refuted_claims_are_told_first(root: Path) -> None:
    lay_out(root)
    plant(root, ["endpoints-miscounted", "heading-renamed", "method-of-another-route"])
    assert [one.code for one in judge(root).problems] == ["K01", "S07", "C01"]


def test_what_follows_from_an_open_cause_waits(root: Path) -> None:
    lay_out(root)
    notes = root.parent / FILES[0]
    text = notes.read_text("utf-8").replace("### BACKEND-LOW-001:", "### BACKEND-LOW-1:")
    notes.write_text(text.replace("**Validation:**", "**Proof:**"), "utf-8")
    judged = judge(root)
    assert judged.problems[0].code == "C14"
    assert judged.problems[0].hint.startswith("Write `### BACKEND-LOW-001: title`")
    assert ("S14", "C14") in [(one.code, cause) for one, cause in judged.held_back]
    assert not {"C06", "C02"} & told(judged)


def test_causes_are_errors_and_make_no_circle() -> None:
    for cause, consequences in CAUSES.items():
        assert CODES[cause].severity == "error"
        assert set(consequences) <= set(CODES)
        waiting, seen = list(consequences), set()
        while waiting:
            code = waiting.pop()
            assert code != cause
            if code not in seen:
                seen.add(code)
                waiting += CAUSES.get(code, ())


def test_no_hint_makes_a_false_claim_a_proposal() -> None:
    for file in (PROJECT / "workers" / "review").rglob("*.py"):
        assert "make the entry proposed" not in file.read_text("utf-8"), file


def test_a_moved_quotation_in_the_json_is_told_as_json(root: Path) -> None:
    lay_out(root, "quotation-elsewhere-in-json")
    (problem,) = judge(root).problems
    assert problem.hint == 'It is at line 29: write "line": 29.'


def test_all_faults_of_a_report_are_told_at_once(root: Path) -> None:
    lay_out(root)
    notes, json_file = (root.parent / name for name in FILES)
    text = notes.read_text("utf-8").replace("`app/auth.py:17`", "`app/auth.py:12`")
    notes.write_text(text.replace("## Priority Actions", "## Actions"), "utf-8")
    spoilt = json_file.read_text("utf-8").replace('"method": "POST"', '"method": "POTS"')
    spoilt = spoilt.replace('"total_api_endpoints": 4', '"total_api_endpoints": 9')
    json_file.write_text(spoilt.replace("CREATE INDEX", "CREATE INDX"), "utf-8")
    codes = {problem.code for problem in judge(root).problems}
    assert {"E06", "S07", "J09", "C01", "A01"} <= codes


def test_one_wrong_path_is_one_problem_with_many_places(root: Path) -> None:
    lay_out(root)
    notes = root.parent / FILES[0]
    notes.write_text(notes.read_text("utf-8").replace("app/orders.py", "app/order.py"), "utf-8")
    (problem,) = [problem for problem in judge(root).problems if problem.code == "E01"]
    assert len(problem.places) > 2
