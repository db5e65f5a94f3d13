"""A headless phase 2: what it writes, what it may touch, how it stops and goes on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic_ai.models import Model

from tests import agents
from tests.agents import scripted
from tests.kit import CLI, SESSION, TASK
from workers.catalog import WORKERS
from workers.contract import WorkerOutput
from workers.limits import Limits
from workers.prepare import Order
from workers.run import Run, run


def order(root: Path, **fields: Any) -> Order:
    return Order(WORKERS[0], root, CLI, SESSION, TASK.encode(), **fields)


def run_with(root: Path, model: Model, **limits: Any) -> WorkerOutput:
    return run(Run(order(root), Limits(**limits), model))


def events(root: Path, event_type: str) -> list[dict[str, Any]]:
    file = root / "Docs/hive-mind/sessions" / SESSION / "EVENTS.jsonl"
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    return [row for row in rows if row["event_type"] == event_type]


def test_an_honest_agent_is_accepted_at_once(root: Path) -> None:
    output = run_with(root, scripted(agents.honest))
    assert (output.status, output.phase, output.model) == ("completed", "run", "scripted")
    assert output.config["attempt"] == 1
    assert output.metrics["requests"] == 3


def test_a_sloppy_agent_repairs_what_it_is_told(root: Path) -> None:
    output = run_with(root, scripted(agents.sloppy))
    assert output.status == "completed", [one.message for one in output.problems]
    assert output.config["attempt"] == 2
    (rejected,) = events(root, "output_rejected")
    assert rejected["details"]["metrics"]["errors"] == len(agents.FAULTS)


def test_a_liar_is_never_accepted(root: Path) -> None:
    output = run_with(root, scripted(agents.liar), attempts=4)
    assert output.status == "failed"
    assert {one.code for one in output.problems if one.severity == "error"} == {"E06"}
    assert output.config["attempt"] == 4
    assert not events(root, "output_accepted")
