"""What is made of many reports: actions in order, joint coverage, Markdown that nothing breaks."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest

from tests.contradictions import ORDERS, account, at, claim, finding, route, table
from workers.hive.scribe.account import Account
from workers.hive.scribe.actions import actions, in_order
from workers.hive.scribe.synthesis import LeftOut, document, summary, synthesis
from workers.reporting.synthesis import markdown


def action(text: str, priority: str = "medium", **fields: Any) -> dict[str, Any]:
    return {"action": text, "priority": priority, **fields}


def ordered(*reports: list[dict[str, Any]]) -> tuple[list[str], list[str]]:
    """Return the actions of some reports in their order, and those that go round in a circle."""
    made = [account(f"w{n}", {"priority_actions": rows}) for n, rows in enumerate(reports)]
    found = in_order(actions(made))
    return tuple([one.rows[0]["action"] for one in part] for part in found)  # type: ignore[return-value]


def test_the_most_urgent_action_comes_first() -> None:
    assert ordered([action("a", "low"), action("b", "critical")], [action("c", "high")]) == (
        ["b", "c", "a"],
        [],
    )


@pytest.mark.parametrize(
    "dependencies",
    ["Add the index", ["add  the index."], "after B-MED-001", "nothing; Add the index"],
)
def test_an_action_comes_after_what_it_waits_for(dependencies: Any) -> None:
    waits = action("Page the list", "critical", dependencies=dependencies)
    first = action("Add the index", "low", finding_ids=["B-MED-001"])
    assert ordered([waits], [first]) == (["Add the index", "Page the list"], [])


def test_what_is_said_twice_is_done_once() -> None:
    made = actions(
        [
            account(
                "a", {"priority_actions": [action("Add the index.", "low", finding_ids=["A-1-1"])]}
            ),
            account(
                "b", {"priority_actions": [action("add the  index", "high", finding_ids=["B-1-1"])]}
            ),
        ]
    )
    (one,) = made
    assert (one.priority, set(one.findings)) == ("high", {"A-1-1", "B-1-1"})
    assert [worker for worker, _ in one.said_by] == ["a-worker", "b-worker"]


def test_a_circle_is_told_and_ends() -> None:
    rows = [
        action("a", dependencies="b"),
        action("b", "high", dependencies="c"),
        action("c", dependencies="a"),
        action("d", dependencies="a"),
    ]
    done, circle = ordered(rows)
    assert sorted(done) == ["a", "b", "c", "d"]
    assert sorted(circle) == ["a", "b", "c"]
    assert done[0] == "b"


def test_dependencies_of_any_form_stop_nothing() -> None:
    odd: list[Any] = [None, 3, {}, [None, 4, {}], "", ["x"], True]
    rows = [action("a", dependencies=value, finding_ids=value) for value in odd]
    assert ordered(rows)[0] == ["a"]


HOSTILE = "x`\n## Injected\n- [a](http://e) <script> \x1b[31m \u202e"


def hostile() -> list[Account]:
    """Return two reports whose every text is an attack on whoever reads the synthesis."""
    return [account(f"w{severity}", hostile_report(severity)) for severity in ("high", "low")]


def hostile_report(severity: str) -> dict[str, Any]:
    place = [{"file": f"/home/dev/shop/{HOSTILE}", "line": 3}]
    claimed = claim("missing_index", table=HOSTILE, columns=[HOSTILE])
    return {
        "findings": [finding(severity, place, HOSTILE, recommendation=HOSTILE, **claimed)],
        "endpoint": [route("GET", f"/{HOSTILE}", requires_auth=severity == "low")],
        "priority_actions": [action(HOSTILE, effort_estimate=HOSTILE)],
        "unresolved": [HOSTILE],
        "handoffs": [{"to": HOSTILE, "summary": HOSTILE}],
        "not_examined": [{"area": HOSTILE, "reason": HOSTILE}],
    }


def written(made: Any) -> str:
    """Return a synthesis as Markdown, every contradiction open."""
    contradictions = [
        {
            "code": one.code,
            "severity": "error" if one.is_error else "warning",
            "state": "open",
            "subject": one.subject,
            "about": one.about,
            "sides": [side._asdict() for side in one.sides],
            "blockers": [],
            "resolution": None,
        }
        for one in made.contradictions
    ]
    about = {"session_id": "s", "timestamp": "t", "summary": {"text": summary(made)}}
    return markdown({**about, "contradictions": contradictions, **document(made)})


def test_foreign_text_breaks_no_line_of_the_markdown() -> None:
    made = synthesis(hostile(), [LeftOut(HOSTILE, "rejected", HOSTILE)])
    assert {one.code for one in made.contradictions} >= {"X01", "X03"}
    text = written(made)
    assert not re.search(r"^#+ Injected", text, re.MULTILINE)
    for line in text.splitlines():
        assert line.count("`") % 2 == 0
        outside = re.sub("`[^`]*`", "", line)
        assert "<script>" not in outside
        assert "](http" not in outside
    assert not re.search("[\x1b\u202e]", text)


def test_one_report_alone_is_a_synthesis() -> None:
    made = synthesis([account("a", {"findings": [finding("high", at(ORDERS, 3), "Slow")]})])
    assert "1 accepted report, 1 finding (1 high)" in summary(made)
    assert "contradict" not in summary(made)
    assert "## Contradictions" not in written(made)


def test_large_reports_are_compared_in_time() -> None:
    count = 400
    report = {
        "endpoint": [
            route("GET", f"/r{n}", at(ORDERS, n + 1, f'@app.get("/r{n}")')) for n in range(count)
        ],
        "table": [table(f"t{n}") for n in range(count)],
        "findings": [finding("low", at(ORDERS, n + 1)) for n in range(count)],
        "priority_actions": [action(f"a{n}", dependencies=f"a{n + 1}") for n in range(count)],
    }
    begun = time.process_time()
    made = synthesis([account(name, report) for name in ("a", "b", "c")])
    document(made)
    assert made.contradictions == []
    assert len(made.actions) == count
    assert time.process_time() - begun < 15
