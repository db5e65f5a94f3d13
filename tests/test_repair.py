"""Following a hint literally clears its problem: an agent repairs from the list alone."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.kit import SAMPLES, copy_sample
from tests.planting import FILES, base_of, judge, lay_out

if TYPE_CHECKING:
    from workers.contract import Problem


def in_json(root: Path, problem: Problem, value: Any) -> None:
    """Write a value at the pointer of a problem."""
    file = root.parent / FILES[1]
    data = json.loads(file.read_text("utf-8"))
    *parents, last = (problem.places[0].pointer or "").split("/")[1:]
    target = data
    for part in parents:
        target = target[int(part) if isinstance(target, list) else part]
    target[int(last) if isinstance(target, list) else last] = value
    file.write_text(json.dumps(data), "utf-8")


def in_notes(root: Path, problem: Problem, old: str, new: str) -> None:
    """Replace a text in the line of a problem."""
    file = root.parent / FILES[0]
    lines = file.read_text("utf-8").split("\n")
    at = (problem.places[0].line or 0) - 1
    lines[at] = re.sub(old, new, lines[at])
    file.write_text("\n".join(lines), "utf-8")


def number(hint: str) -> int:
    return int(re.findall(r"\d+", hint)[0])


REPAIRS: dict[str, Any] = {
    "endpoints-miscounted": lambda r, p: in_json(r, p, number(p.hint)),
    "severity-against-id": lambda r, p: in_json(r, p, re.findall(r"severity (\w+)", p.hint)[0]),
    "status-of-another-route": lambda r, p: in_json(r, p, number(p.hint)),
    "method-of-another-route": lambda r, p: in_json(r, p, re.findall(r"Write (\w+)", p.hint)[0]),
    "another-session": lambda r, p: in_json(r, p, p.hint[6:-1]),
    "analyzed-file-missing": lambda r, p: in_json(r, p, str(r / "app" / "db.py")),
    "file-count-differs": lambda r, p: in_notes(r, p, r"\d+", str(number(p.hint))),
    "quotation-elsewhere": lambda r, p: in_notes(r, p, "`.*`", re.findall(r"`.*`", p.hint)[0]),
    "cited-file-missing": lambda r, p: in_notes(r, p, "app/order.py", "app/orders.py"),
    "heading-renamed": lambda r, p: in_notes(
        r, p.__class__(**{**p.__dict__, "places": (place_named(r, p.hint),)}), "## .*",
        re.findall(r"`(## .*)`", p.hint)[0],
    ),
    "path-relative-in-json": lambda r, p: in_json(r, p, re.findall(r"`(.*)`", p.hint)[0]),
}  # fmt: skip


def place_named(root: Path, hint: str) -> Any:
    from workers.contract import Place

    return Place(str(root.parent / FILES[0]), int(re.findall(r"line (\d+)", hint)[0]))


@pytest.mark.parametrize("fault", REPAIRS)
def test_following_the_hint_clears_the_problem(tmp_path: Path, fault: str) -> None:
    root = copy_sample(tmp_path, SAMPLES[base_of(fault)])
    lay_out(root, fault)
    (problem,) = judge(root).problems
    REPAIRS[fault](root, problem)
    assert judge(root).problems == ()


def test_a_moved_quotation_in_the_json_is_told_as_json(root: Path) -> None:
    lay_out(root, "quotation-elsewhere-in-json")
    (problem,) = judge(root).problems
    assert problem.hint == 'It stands at line 29: write "line": 29.'


def test_all_faults_of_a_report_are_told_at_once(root: Path) -> None:
    lay_out(root)
    notes, json_file = (root.parent / name for name in FILES)
    text = notes.read_text("utf-8").replace("`app/auth.py:17`", "`app/auth.py:12`")
    notes.write_text(text.replace("## Priority Actions", "## Actions"), "utf-8")
    spoilt = json_file.read_text("utf-8").replace('"method": "POST"', '"method": "POTS"')
    spoilt = spoilt.replace('"total_api_endpoints": 4', '"total_api_endpoints": 9')
    json_file.write_text(spoilt.replace("DROP COLUMN", "DROPP COLUMN"), "utf-8")
    told = {problem.code for problem in judge(root).problems}
    assert {"E06", "S07", "J09", "C01", "A01"} <= told


def test_one_wrong_path_is_one_problem_with_many_places(root: Path) -> None:
    lay_out(root)
    notes = root.parent / FILES[0]
    notes.write_text(notes.read_text("utf-8").replace("app/orders.py", "app/order.py"), "utf-8")
    told = [problem for problem in judge(root).problems if problem.code == "E01"]
    assert len(told) == 1
    assert len(told[0].places) > 2
