"""What an agent reads of a document: under its bound for every worker, and nothing lost."""

from __future__ import annotations

import json
import shlex
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from tests.changing import CHANGE_SESSION, CHANGE_TASK, change_honestly, make_repository, report
from tests.kit import BACKEND, CLI, SESSION, TASK, copy_sample, document, fill_in, waggle
from tests.test_workers import HONEST_OF
from workers.brief import LISTED, brief, packed
from workers.catalog import Worker, built_in
from workers.contract import PRINTED_PROBLEMS, Place, Problem, WorkerOutput
from workers.deliverables import profile_of
from workers.invocation import program_words
from workers.phases.finish import Request, finish
from workers.phases.prepare import Order, prepare

# Paths as companies have them.
LONG = "somebody.with-a-name/projects/an-organisation/platform/the-backend-and-its-services"
USUAL = "/opt/waggle/.venv/bin/python /opt/waggle/cli.py"
ROOT = f"/home/{LONG}/order-service"
KINDS = [(worker, kind) for worker in built_in() for kind in worker.kinds]
# As docs/ and the contract name them: in every document, whatever is cut.
FIELDS = (
    *("schema_version", "worker", "session_id", "phase", "status", "timestamp", "model"),
    *("summary", "config", "metrics", "dependencies", "scores", "problems", "evidence", "claims"),
    *("coverage", "completion_criteria", "files_examined", "files_modified", "next_actions"),
    "escalations",
)


def tokens(output: WorkerOutput) -> float:
    """Return what a document costs beside the task, with the program cloned to a usual place."""
    task = len(json.dumps(output.config.get("queen_prompt", ""), ensure_ascii=False))
    text = packed(brief(output.document())).replace(shlex.join(program_words(CLI)), USUAL)
    return (len(text) - task) / 4


def long_root(folder: Path) -> Path:
    """Make a folder whose path is about as long as ROOT."""
    made = folder / ("x" * max(1, len(ROOT) - len(str(folder))))
    made.mkdir()
    return made


@pytest.mark.parametrize(("worker", "kind"), KINDS, ids=lambda one: getattr(one, "name", one))
def test_phase_1_is_short(worker: Worker, kind: str, tmp_path: Path) -> None:
    root = copy_sample(long_root(tmp_path), HONEST_OF[worker.name][1])
    made = prepare(Order(worker, root, CLI, None, TASK.encode(), kind=kind))
    assert tokens(made) < 700
    short = brief(made.document())
    assert set(FIELDS) <= set(short)
    config = short["config"]
    for name in ("queen_prompt", "session_path", "project_root", "next_command"):
        assert config[name] == made.config[name]
    assert config["template_files_created"] == made.config["template_files_created"]
    again = prepare(Order(worker, root, CLI, made.session_id, None))
    assert tokens(again) < 700
    assert len(brief(again.document())["config"]["template_files_kept"]) == 2


@pytest.mark.parametrize("worker", built_in(), ids=lambda one: one.name)
def test_an_accepted_report_is_short(worker: Worker, tmp_path: Path) -> None:
    honest, service = HONEST_OF[worker.name]
    root = copy_sample(long_root(tmp_path), service)
    made = prepare(Order(worker, root, CLI, SESSION, TASK.encode()))
    values = {"@ROOT@": str(root), "@SESSION@": SESSION}
    files = [Path(file) for file in made.config["template_files_created"].values()]
    values["@TIME@"] = json.loads(files[1].read_text("utf-8"))["analysis_metadata"]["timestamp"]
    for file in files:
        text = (honest / file.name).read_text("utf-8")
        for mark, value in values.items():
            text = text.replace(mark, value)
        file.write_text(text, "utf-8")
    output = finish(Request(worker, root, CLI), SESSION)
    assert output.status == "completed"
    assert tokens(output) < 500
    whole, short = output.document(), brief(output.document())
    assert set(FIELDS) <= set(short)
    for name in ("claimed", "computed", "inputs"):
        assert short["scores"][name] == whole["scores"][name]
    for name in ("metrics", "evidence"):
        assert short[name] == whole[name]


def test_an_accepted_report_of_changes_is_short(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.changing import proving_environment

    for name, value in proving_environment().items():
        monkeypatch.setenv(name, value)
    root = make_repository(long_root(tmp_path))
    task = CHANGE_TASK.encode()
    assert tokens(prepare(Order(BACKEND, root, CLI, CHANGE_SESSION, task, kind="change"))) < 700
    change_honestly(root)
    report(root, CHANGE_SESSION)
    output = finish(Request(BACKEND, root, CLI), CHANGE_SESSION)
    assert output.status == "completed"
    assert tokens(output) < 500
    short = brief(output.document())
    assert short["outcome"] == output.outcome
    assert {"changes", "needs_approval"} <= set(short)


def full(worker: Worker, kind: str) -> WorkerOutput:
    """Return the document of an accepted report with far too much of everything."""
    text = "A sentence that says at length what is so, and where it is, and why it is wrong. " * 4
    many = [f"{text}{n}" for n in range(40)]
    file = f"{ROOT}/src/main/java/com/example/orders/OrderController"
    session = f"{ROOT}/Docs/hive-mind/sessions/{SESSION}"
    none = {"confirmed": 1, "refuted": 0, "undecided": 2}
    profile = profile_of(worker, "analysis")
    part = {"in_scope": 90, "mentioned": 40, "not_mentioned": many, "not_mentioned_total": 50}
    output = WorkerOutput(worker.full_name, SESSION, "output", "completed")
    output.correlation_id = f"{SESSION}/{worker.full_name}/1"
    output.summary = dict.fromkeys(output.summary, many)
    output.config = {
        "project_root": ROOT, "session_path": session, "next_command": None, "attempt": 1,
        "problems_file": f"{session}/workers/json/{worker.name}_problems.json",
    }  # fmt: skip
    output.dependencies = {
        "requires": [], "blocks": [],
        "handoffs": [{"to": "test-worker", "summary": text, "artifacts": many} for _ in many],
    }  # fmt: skip
    output.metrics = {
        "items_analyzed": 200, "issues_found": 40, "seconds": 1.234,
        "severity_breakdown": {"critical": 40, "high": 0, "medium": 0, "low": 0},
    }  # fmt: skip
    output.scores = {
        "claimed": {row.key: 10 for row in profile.scores},
        "computed": dict.fromkeys(
            ("completeness", "grounding", "consistency", "standards", "overall"), 100
        ),
        "inputs": {"errors": 0, "warnings": 40, "citations": 100, "covered": 0.55},
        "claimed_minus_computed": -0.5,
    }
    places = tuple(Place(f"{file}{n}.java", n, None) for n in range(1, 30))
    output.problems = [Problem("Q03", "warning", text, text, places) for _ in many]
    output.evidence = {"verified": 100, "stale": 1, "not_found": 0, "unverifiable": 20}
    output.claims = {**none, "total": 99, "by_kind": {f"a_kind_{n}": none for n in range(20)}}
    parts = dict.fromkeys(("files", "endpoints", "tables"), part)
    stated = [{"area": text, "reason": text} for _ in many]
    output.coverage = {**parts, "not_examined": stated, "not_understood": [], "blocks": {}}
    output.completion_criteria = [
        {"criterion": name, "status": "waived", "citations": 0, "reason": text}
        for name in profile.criteria
    ]
    output.files_examined = output.files_modified = [f"{file}{n}.java" for n in range(200)]
    output.next_actions = many
    if kind == "change":
        output.scores = output.coverage = None
        output.outcome = {"status": "partial", "reason": text}
        changed = [{"file": one.removeprefix(ROOT), "kind": "added"} for one in many]
        output.changes = {"base": "a" * 40, "tree": "b" * 40, "files": changed,
                          "merged_in": many, "of_others": {}}  # fmt: skip
        output.needs_approval = [{"code": "W30", "message": text, "approved_by": None}] * 9
    return output


@pytest.mark.parametrize(("worker", "kind"), KINDS, ids=lambda one: getattr(one, "name", one))
def test_a_report_with_much_of_everything_is_short(worker: Worker, kind: str) -> None:
    output = full(worker, kind)
    assert tokens(output) < 500
    assert brief(output.document())["problems"]  # a warning is never hidden
    short = brief(output.document())
    assert set(FIELDS) <= set(short)
    assert short["problems_total"] == 40
    assert short["files_examined_total"] == 200
    assert short["config"]["problems_file"].startswith("Docs/hive-mind/")


def lists(value: Any, name: str = "") -> list[tuple[str, int]]:
    """Return the lists in a document with their lengths."""
    if isinstance(value, dict):
        return [pair for key, item in value.items() for pair in lists(item, key)]
    if isinstance(value, list):
        return [(name, len(value)), *(pair for item in value for pair in lists(item))]
    return []


def test_lists_have_five_rows_and_their_length_beside_them() -> None:
    output = full(BACKEND, "analysis")
    output.status, output.problems = "failed", []
    output.next_actions = ["Repair"]
    short = brief(output.document())
    assert max(length for _, length in lists(short)) <= LISTED
    assert short["summary"]["key_findings_total"] == 40
    assert short["coverage"]["files"]["not_mentioned_total"] == 50
    assert short["claims"]["by_kind_total"] == 20


def test_what_fits_is_not_cut() -> None:
    output = WorkerOutput("backend-worker", SESSION, "output", "completed")
    output.config = {"project_root": ROOT}
    output.files_examined = [f"{ROOT}/app/{n}.py" for n in range(7)]
    short = brief(output.document())
    assert short["files_examined"] == [f"app/{n}.py" for n in range(5)]
    assert short["files_examined_total"] == 7
    output.files_examined = output.files_examined[:5]
    assert "files_examined_total" not in brief(output.document())


def test_a_rejected_report_keeps_what_it_is_repaired_from() -> None:
    output = full(BACKEND, "analysis")
    output.status = "failed"
    output.config |= {"notes_file": "n", "json_file": "j", "claims_file": "c", "judged": {}}
    output.held_back = {f"C{n:02}": "S05" for n in range(9)}
    whole, short = output.document(), brief(output.document())
    for name in ("problems", "problems_total", "held_back", "next_actions", "config"):
        assert short[name] == whole[name]
    assert 0 < len(short["problems"]) <= PRINTED_PROBLEMS
    assert set(short) >= set(whole)
    assert len(short["coverage"]["files"]["not_mentioned"]) == LISTED


def test_who_begins_reads_how_to_see_what_was_cut() -> None:
    output = WorkerOutput("backend-worker", SESSION, "setup", "completed")
    output.config = {"project_root": ROOT, "queen_prompt": "x"}
    assert brief(output.document())["next_actions"] == []
    output.dependencies["handoffs"] = [{"id": f"H{n}"} for n in range(9)]
    assert "--all" in brief(output.document())["next_actions"][-1]


def test_all_prints_the_whole_document(set_up: Path) -> None:
    fill_in(set_up, SESSION)
    words = ("backend", "--output", "--session", SESSION, "--json")
    short, whole = (document(waggle(*words, *more, cwd=set_up)) for more in ((), ("--all",)))
    assert len(whole["files_examined"]) == 9
    assert set(whole) >= {one.name for one in fields(WorkerOutput)} - {
        *("outcome", "changes", "needs_approval", "print_all", "notices", "beside")
    }
    assert short["files_examined_total"] == 9
    assert short["scores"]["computed"] == whole["scores"]["computed"]
    setup = ("backend", "--setup", "--session", SESSION, "--json", "--all")
    listed = document(waggle(*setup, cwd=set_up))
    assert listed["silenced_total"] == 0
