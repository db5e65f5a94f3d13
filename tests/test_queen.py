"""The Queen: plans keep their rules, prompts are written, workers run in order and side by side."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from pydantic_ai.messages import ModelMessage, ModelResponse, ToolCallPart
from pydantic_ai.models.function import AgentInfo, FunctionModel

from sessions.errors import BadPlan, ModelFailed, OtherTask
from sessions.session import make_session, session_at
from tests import users_workers
from tests.fake_api import fake_api
from tests.kit import SESSION, TASK, document, waggle
from workers.fleet.local import carry_out
from workers.fleet.ordering import Asked
from workers.hive.outcomes import Outcome
from workers.hive.plan import Plan
from workers.hive.queen import Wish, plan, plan_by_rule, read_plan, repository_told

NAMES = ("backend", "security", "docs", "mobile")
KNOWN = {"workers": list(NAMES)}


@pytest.fixture(autouse=True)
def _workers(root: Path) -> None:
    for name in NAMES[1:]:
        users_workers.add(root, name, words=[f"{name}s"])


def row(worker: str, *after: str, priority: str = "medium") -> dict[str, Any]:
    return {
        "worker": worker,
        "focus": f"the {worker}",
        "priority": priority,
        "depends_on": list(after),
        "rationale": "it is needed",
        "success_criteria": ["accepted"],
    }


def rows(*assignments: dict[str, Any]) -> dict[str, Any]:
    reason = {"strategy": "mixed", "strategy_reason": "some wait"}
    return {**reason, "assignments": list(assignments)}


def made(*assignments: dict[str, Any]) -> Plan:
    return Plan.model_validate(rows(*assignments), context=KNOWN)


BROKEN = {
    "unknown": (rows(row("chef")), "there is no worker 'chef'"),
    "twice": (rows(row("backend"), row("backend")), "assigned twice"),
    "stranger": (rows(row("backend", "docs")), "not in the plan"),
    "itself": (rows(row("backend", "backend")), "wait for each other"),
    "circle": (
        rows(row("backend", "docs"), row("docs", "security"), row("security", "backend")),
        "wait for each other",
    ),
    "nobody": (rows(), "at least 1 item"),
    "no criteria": (rows({**row("backend"), "success_criteria": []}), "at least 1 item"),
    "no focus": (rows({**row("backend"), "focus": " "}), "at least 1 character"),
    "priority": (rows(row("backend", priority="urgent")), "'critical', 'high'"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_plan_that_breaks_a_rule_is_none(case: str) -> None:
    broken, words = BROKEN[case]
    with pytest.raises(ValidationError, match=words):
        Plan.model_validate(broken, context=KNOWN)


def planner(*plans: dict[str, Any]) -> tuple[FunctionModel, list[list[ModelMessage]]]:
    """Make a model that answers with plans in turn, the last one again and again."""
    heard: list[list[ModelMessage]] = []

    def answer(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        heard.append(messages)
        given = plans[min(len(heard), len(plans)) - 1]
        return ModelResponse(parts=[ToolCallPart(info.output_tools[0].name, given)])

    return FunctionModel(answer, model_name="planner"), heard


def wish(root: Path, **fields: Any) -> Wish:
    return Wish(root, TASK.encode(), SESSION, **fields)


def test_what_breaks_a_rule_goes_back_to_the_model(root: Path) -> None:
    model, heard = planner(BROKEN["unknown"][0], BROKEN["circle"][0], rows(row("backend")))
    session, stored, took = plan(wish(root, model=model))
    assert [one.worker for one in stored.assignments] == ["backend"]
    assert stored.planned_by == "planner"
    assert took.requests == 3
    assert "no worker 'chef'" in str(heard[1][-1])
    assert "wait for each other" in str(heard[2][-1])
    first = str(heard[0][0])
    assert TASK in first
    assert "app: " in first
    assert read_plan(session) == stored


def test_a_model_that_insists_is_given_up(root: Path) -> None:
    model, heard = planner(BROKEN["twice"][0])
    with pytest.raises(ModelFailed):
        plan(wish(root, model=model))
    assert len(heard) == 4
    assert not session_at(root, SESSION).plan_file.exists()


def test_prompts_are_written_and_a_second_call_pays_nothing(root: Path) -> None:
    model, heard = planner(rows(row("backend", "docs"), row("docs")))
    session, stored, _ = plan(wish(root, model=model))
    prompt = session.prompt_file("backend").read_text("utf-8")
    assert prompt.startswith(TASK)
    assert "Your part: the backend" in prompt
    assert f"docs: {session.notes_file('docs')}" in prompt
    assert "Read first" not in session.prompt_file("docs").read_text("utf-8")
    again = plan(wish(root, model=model))
    assert again[1] == stored
    assert len(heard) == 1
    log = session.events_file.read_text("utf-8")
    (decision,) = [json.loads(line) for line in log.splitlines() if '"decision"' in line]
    assert decision["details"]["metrics"]["tokens_in"] > 0


def test_another_task_needs_another_session(root: Path) -> None:
    plan(wish(root, model="none"))
    with pytest.raises(OtherTask):
        plan(Wish(root, b"Something else", SESSION, "none"))


def test_without_a_model_words_of_the_task_choose(root: Path) -> None:
    both = plan_by_rule("Check mobiles and docss.", root)
    assert [one.worker for one in both.assignments] == ["docs", "mobile"]
    assert both.assignments[0].rationale == "the task says: docss"


def test_without_a_model_files_of_the_repository_choose(tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    users_workers.add(shop, "zig", suffixes=[".zig"])
    (shop / "main.zig").write_text("", "utf-8")
    chosen = plan_by_rule("Look at it", shop)
    assert [one.worker for one in chosen.assignments] == ["zig"]
    assert chosen.assignments[0].rationale == "the repository holds: .zig"


def test_a_repository_is_told_in_a_few_lines(root: Path) -> None:
    for number in range(100):
        (root / f"part{number}").mkdir()
        (root / f"part{number}" / "x.py").write_text("")
    told = repository_told(root).splitlines()
    assert len(told) <= 30
    assert told[0].startswith("app: ")


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", json.dumps(rows(row("chef"))), "nonsense"], ids=str
)
def test_a_plan_file_that_is_none_is_told(root: Path, text: str) -> None:
    session = make_session(root, SESSION)
    session.plan_file.parent.mkdir()
    session.plan_file.write_text(text)
    run = waggle("run", "--session", SESSION, "--json", cwd=root)
    assert (run.returncode, document(run)["problems"][0]["code"]) == (3, "R19")


def test_a_session_without_a_plan_is_told(root: Path) -> None:
    session = make_session(root, SESSION)
    with pytest.raises(BadPlan, match="has no plan"):
        read_plan(session)


# A stand-in for the program: its phases log, wait, and end as a file beside it says.
SCRIPTED = """
import json, pathlib, sys, time
folder = pathlib.Path(__file__).parent
name, phase = sys.argv[1:3]
how = json.loads((folder / "how.json").read_text())
if phase == "--setup":
    sys.exit(0)
log = folder / "log"
with log.open("a") as file: file.write(f"begin {name}\\n")
time.sleep(how["wait"])
with log.open("a") as file: file.write(f"end {name}\\n")
outcome = how["outcomes"].get(name)
print(json.dumps({"problems_total": 2, "outcome": outcome and {"status": outcome}}))
sys.exit(how["codes"].get(name, 0))
"""


def carried(
    root: Path, plan_: Plan, parallel: int = 2, *, wait: float = 0.2, **how: dict[str, Any]
) -> tuple[dict[str, Outcome], list[str]]:
    """Run a plan with scripted phases; `codes` and `outcomes` are of some workers."""
    folder = root.parent / "scripted"
    folder.mkdir()
    (folder / "program.py").write_text(SCRIPTED)
    (folder / "how.json").write_text(json.dumps({"codes": {}, "outcomes": {}, **how, "wait": wait}))
    session = make_session(root, SESSION)
    session.plan_file.parent.mkdir()
    heard: list[Outcome] = []
    outcomes = carry_out(
        session, folder / "program.py", plan_, Asked(), parallel=parallel, ended=heard.append
    )
    assert [one.worker for one in outcomes] == [one.worker for one in plan_.assignments]
    assert sorted(heard) == sorted(outcomes)
    return {one.worker: one for one in outcomes}, (folder / "log").read_text().splitlines()


def test_workers_run_after_those_they_wait_for(root: Path) -> None:
    waits = made(row("backend", "docs"), row("docs", "security"), row("security"))
    outcomes, log = carried(root, waits, 4)
    assert log == [f"{what} {name}" for name in ("security", "docs", "backend") for what in WHAT]
    assert {one.status for one in outcomes.values()} == {"completed"}
    assert outcomes["docs"].row()["problems_total"] == 2


WHAT = ("begin", "end")


def test_independent_workers_run_side_by_side(root: Path) -> None:
    _, log = carried(root, made(*map(row, NAMES)), 4, wait=3.0)
    assert {line.split()[0] for line in log[:4]} == {"begin"}


def test_no_more_than_asked_for_run_at_a_time_grave_ones_first(root: Path) -> None:
    some = made(row("backend", priority="low"), row("docs"), row("security", priority="critical"))
    _, log = carried(root, some, 1)
    assert [line.split()[1] for line in log[::2]] == ["security", "docs", "backend"]
    assert [line.split()[0] for line in log] == [*WHAT] * 3


@pytest.mark.parametrize(("code", "status"), [(1, "failed"), (3, "blocked"), (2, "blocked")])
def test_a_failure_stops_those_that_wait_and_nobody_else(
    root: Path, code: int, status: str
) -> None:
    waits = made(
        row("backend"), row("docs", "backend"), row("security"), row("mobile", "docs", "security")
    )
    outcomes, log = carried(root, waits, codes={"backend": code})
    assert {name: one.status for name, one in outcomes.items()} == {
        "backend": status, "docs": "skipped", "security": "completed", "mobile": "skipped",
    }  # fmt: skip
    assert outcomes["docs"].skipped == ("backend",)
    assert outcomes["mobile"].skipped == ("docs",)
    assert not any("docs" in line or "mobile" in line for line in log)


@pytest.mark.parametrize(("status", "begins"), [("done", True), ("partial", False)])
def test_who_waits_begins_when_the_work_is_done(root: Path, status: str, begins: bool) -> None:
    waits = made(row("backend"), row("docs", "backend"))
    outcomes, _ = carried(root, waits, outcomes={"backend": status, "docs": "done"})
    backend, docs = outcomes["backend"], outcomes["docs"]
    assert (backend.status, backend.came_to) == ("completed", status)
    assert docs.status == ("completed" if begins else "skipped")
    if not begins:
        assert docs.told == "It waits for backend, whose outcome is partial."


def test_a_plan_goes_on_with_the_kind_that_was_set_up(root: Path) -> None:
    words = ["queen", "--task", TASK, "--session", SESSION, "--model", "none"]
    assert waggle(*words, cwd=root).returncode == 0
    setup = ["backend", "--setup", "--session", SESSION, "--kind", "change"]
    assert waggle(*setup, cwd=root).returncode == 0
    run = waggle("run", "--session", SESSION, "--json", "--model", "survey", cwd=root)
    assert document(run)["status"] == "blocked"
    assert "changes none" in run.stderr.decode()


def test_a_task_is_planned_and_run_to_acceptance(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.agents import report_for

    monkeypatch.setenv("ANTHROPIC_API_KEY", "test-key")

    def answer(request: dict[str, Any]) -> dict[str, Any]:
        if "You plan who audits" in json.dumps(request["system"]):
            return {"calls": [("final_result", rows(row("backend", priority="high")))]}
        if any(one["role"] == "assistant" for one in request["messages"]):
            return {"text": "Both files are whole."}
        notes, data = report_for(root, SESSION)
        workers = f"Docs/hive-mind/sessions/{SESSION}/workers"
        files = {"notes/backend_notes.md": notes, "json/backend_output.json": data}
        calls = [
            ("write_file", {"path": f"{workers}/{name}", "content": text})
            for name, text in files.items()
        ]
        return {"calls": calls}

    model = ["--model", "anthropic:claude-sonnet-5"]
    with fake_api(answer) as api:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", api.url)
        queen = waggle("queen", "--task", TASK, "--session", SESSION, *model, "--json", cwd=root)
        assert queen.returncode == 0, queen.stderr.decode()
        assert document(queen)["plan"]["assignments"][0]["priority"] == "high"
        run = waggle("run", "--session", SESSION, *model, "--json", cwd=root)
    assert run.returncode == 0, run.stdout.decode() + run.stderr.decode()
    (worker,) = document(run)["workers"]
    assert (worker["status"], worker["problems_total"]) == ("completed", 0)
    assert worker["metrics"]["requests"] == 2


def test_a_run_of_a_plan_that_could_not_run_is_blocked(root: Path) -> None:
    words = ["queen", "--task", TASK, "--session", SESSION, "--model", "none"]
    assert waggle(*words, cwd=root).returncode == 0
    words = ["run", "--session", SESSION, "--json", "--model", "anthropic:claude-sonnet-5"]
    run = waggle(*words, cwd=root, env={"PATH": "/nowhere"})
    assert run.returncode == 3
    assert document(run)["status"] == "blocked"
    assert "ANTHROPIC_API_KEY is not set" in run.stderr.decode()
    assert not list(root.glob("Docs/hive-mind/sessions/*/workers/notes/*"))


def test_a_kill_between_plan_and_prompts_is_made_good(root: Path) -> None:
    session, _, _ = plan(wish(root, model="none"))
    (prompt,) = session.prompt_file("backend").parent.glob("*backend*")
    before = prompt.read_bytes()
    prompt.unlink()
    plan(wish(root, model="none"))
    assert prompt.read_bytes() == before


def test_a_prompt_of_somebody_else_is_kept_before_anything_is_paid(root: Path) -> None:
    session = make_session(root, SESSION)
    session.prompt_file("docs").write_text("mine")
    model, heard = planner(rows(row("backend")))
    with pytest.raises(OtherTask):
        plan(wish(root, model=model))
    assert not heard
    assert session.prompt_file("docs").read_text() == "mine"
