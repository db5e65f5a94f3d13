"""Judged sessions for the tests of `report`: accepted, rejected, and what each format must keep."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests import changing
from tests.kit import BACKEND, CLI, SESSION, TASK, copy_sample, fill_in
from workers.phases.finish import Request, finish
from workers.phases.prepare import Order, prepare

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any

    Change = Callable[[dict[str, Any]], None]


def judged(folder: Path, *changes: Change) -> Path:
    """Make a repository whose backend report, changed by some functions, was judged once."""
    root = copy_sample(folder)
    prepare(Order(BACKEND, root, CLI, SESSION, TASK.encode()))
    fill_in(root, SESSION)
    judge(root, *changes)
    return root


def judge(root: Path, *changes: Change) -> str:
    """Change the JSON of a report and judge it; returns the status."""
    if changes:
        write(root, *changes)
    return finish(Request(BACKEND, root, CLI), SESSION).status


def changed(folder: Path) -> Path:
    """Make a repository in which an honest report on a change, proved, was accepted.

    Proofs must be allowed: `changing.proving_environment`.
    """
    root = changing.make_repository(folder)
    task = changing.CHANGE_TASK.encode()
    prepare(Order(BACKEND, root, CLI, changing.CHANGE_SESSION, task, kind="change"))
    changing.change_honestly(root)
    commits = [{"sha": changing.commit(root, "Discount"), "subject": "Discount"}]
    changing.report(root, changing.CHANGE_SESSION, commits=commits)
    output = finish(Request(BACKEND, root, CLI), changing.CHANGE_SESSION)
    assert output.status == "completed", output.problems
    return root


def write(root: Path, *changes: Change) -> None:
    """Change the JSON of a report."""
    file = json_file(root)
    report = json.loads(file.read_text("utf-8"))
    for change in changes:
        change(report)
    file.write_text(json.dumps(report, indent=2), "utf-8")


def json_file(root: Path) -> Path:
    """Return the report's JSON."""
    return root / f"Docs/hive-mind/sessions/{SESSION}/workers/json/backend_output.json"


def false_path(report: dict[str, Any]) -> None:
    """Claim a route that is not there."""
    report["api_specifications"][0]["path"] = "/nope"


def true_path(report: dict[str, Any]) -> None:
    """Claim it as it is."""
    report["api_specifications"][0]["path"] = "/api/v1/orders"


def false_line(report: dict[str, Any]) -> None:
    """Cite a line that is not there."""
    report["findings"][0]["evidence"][0]["line"] = 9999
