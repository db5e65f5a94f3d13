"""Every worker, and one that only the tests have, is judged by the same shared checks.

A worker's profile is its vocabulary: it agrees with the worker's model and templates, and nobody
else knows its words. What is planted here is made from the profile alone, so that it also holds
the next worker.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import pytest

from tests import toy_worker
from tests.kit import HONEST, PROJECT, SAMPLE, SESSION, copy_sample, document, waggle
from tests.toy_worker import TOY, toy
from workers.catalog import built_in, worker_called
from workers.deliverables import profile_of, report_model
from workers.delivery.notes import key
from workers.delivery.notes_reader import read_notes
from workers.hive.roster import objections_to
from workers.phases.run import REPORTS_BY_RULE

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic import BaseModel

    from workers.catalog import Worker
    from workers.deliverables.profile import Profile

NAMES = (*(worker.name for worker in built_in()), "toy")
# Each worker with an honest report of it, and the repository that this is about.
HONEST_OF = {
    "backend": (HONEST, SAMPLE),
    "toy": (TOY / "honest", TOY / "service"),
    **{
        folder.name: (folder / "honest", folder / "service")
        for folder in sorted((PROJECT / "tests" / "workers").iterdir())
        if (folder / "honest").is_dir()
    },
}
NOWHERE = {"file": "/nowhere/Nope.tsx", "line": 999}


def called(worker: str) -> Worker:
    return toy() if worker == "toy" else worker_called(worker, None)


def profile(worker: str) -> Profile:
    return profile_of(called(worker))


def report(worker: str) -> type[BaseModel]:
    return report_model(called(worker))


def row_model(worker: str, name: str) -> Any:
    """Return the model of a field of the report, or of the rows of a list."""
    annotation = report(worker).model_fields[name].annotation
    return next(iter(get_args(annotation)), annotation)


def choices(worker: str, name: str, field: str) -> set[str]:
    return set(get_args(row_model(worker, name).model_fields[field].annotation))


def pattern_of(rows: Any) -> str:
    found = [one.pattern for one in rows.model_fields["id"].metadata if hasattr(one, "pattern")]
    return str(found[0])


@pytest.mark.parametrize("worker", [one.name for one in built_in()])
def test_a_worker_has_an_honest_report(worker: str) -> None:
    assert worker in HONEST_OF, (
        f"write an honest report of {worker} and a small repository for it, and say in HONEST_OF"
        " where they are: the lies of this file are planted in it"
    )


@pytest.mark.parametrize("worker", NAMES)
def test_profile_and_model_agree(worker: str) -> None:
    words, known = profile(worker), report(worker).model_fields
    assert pattern_of(row_model(worker, "findings")) == words.finding_pattern
    assert choices(worker, "findings", "domain") == set(words.domains)
    scores = list(row_model(worker, "scores").model_fields)
    assert scores == [row.key for row in words.score_rows]
    assert {name for row in words.scores for name in row.domains} <= set(words.domains)
    with_ids = {
        name: pattern_of(row_model(worker, name))
        for name in known
        if name != "findings" and "id" in getattr(row_model(worker, name), "model_fields", {})
    }
    assert with_ids == {listed.key: f"^{listed.id}-[0-9]{{3}}$" for listed in words.lists}
    assert tuple(row_model(worker, "statistics").model_fields) == words.statistics
    assert choices(worker, "completion_criteria", "criterion") == set(words.criteria)


@pytest.mark.parametrize("worker", NAMES)
def test_profile_and_template_agree(worker: str) -> None:
    words = profile(worker)
    folder = called(worker).folder / "analysis"
    notes = read_notes((folder / "notes.md.j2").read_text("utf-8"))
    summary = notes.named(words.summary_heading)
    assert summary is not None
    labels = [cells[0] for _, cells in summary.rows[1:]]
    assert labels == [row.label for row in words.score_rows]
    assert (folder / "survey.md.j2").exists() is (words.rules is not None)
    assert {key("Findings"), key("Priority Actions")} <= {s.key for s in notes.of_level(2)}


@pytest.mark.parametrize("worker", NAMES)
def test_what_a_profile_names_is_there(worker: str) -> None:
    words = profile(worker)
    assert words.rules is None or words.rules in REPORTS_BY_RULE
    assert not list(objections_to(called(worker).folder))


@pytest.mark.parametrize("worker", [one.name for one in built_in()])
def test_nobody_else_knows_a_workers_words(worker: str) -> None:
    words = profile(worker)
    own = [f'"{row.key}"' for row in words.scores] + [f'"{one.key}"' for one in words.lists]
    known = re.compile("|".join([rf"\b{words.prefix}\b", *map(re.escape, own)]))
    at_home = (
        *(["workers/rules/"] if words.rules else []),
        "workers/codes/",  # their examples
    )
    for file in sorted((PROJECT / "workers").rglob("*.py")):
        name = file.relative_to(PROJECT).as_posix()
        if not name.startswith(at_home):
            found = known.search(file.read_text("utf-8"))
            assert found is None, f"{name} knows {found and found[0]}: put it into the profile"


@dataclass
class Report:
    """A report that is being written: its two files, and its worker's vocabulary."""

    notes: str
    data: dict[str, Any]
    words: Profile

    def finding(self, mark: str) -> dict[str, Any]:
        """Return the first finding whose id has a severity's mark."""
        return next(row for row in self.data["findings"] if f"-{mark}-" in row["id"])

    def rate(self, scores: dict[str, float]) -> None:
        """Give scores other values, in both files."""
        for row in self.words.score_rows:
            if row.key in scores:
                value = scores[row.key]
                self.data["scores"][row.key] = value
                line = re.compile(rf"^\| {re.escape(row.label)} \|.*$", re.MULTILINE)
                self.notes, count = line.subn(f"| {row.label} | {value:g} |", self.notes)
                assert count == 1


def cites_what_is_not_there(lie: Report) -> None:
    entries = [row for one in lie.words.lists for row in lie.data.get(one.key, [])]
    next(row for row in entries if row.get("evidence"))["evidence"].append(NOWHERE)


def another_severity(lie: Report) -> None:
    lie.finding("HIGH")["severity"] = "low"


def a_finding_in_the_json_only(lie: Report) -> None:
    added = {"id": f"{lie.words.prefix}-LOW-909", "description": "Nobody wrote this down."}
    lie.data["findings"].append({**lie.finding("LOW"), **added})


def an_overall_score_of_its_own(lie: Report) -> None:
    lie.rate({"overall_score": 1})


def a_score_that_no_finding_lowers(lie: Report) -> None:
    domain = lie.finding("CRIT")["domain"]
    capped = next(row.key for row in lie.words.scores if domain in row.domains)
    scores = {row.key: lie.data["scores"][row.key] for row in lie.words.scores} | {capped: 10}
    lie.rate({**scores, "overall_score": round(sum(scores.values()) / len(scores), 1)})


# In an order in which they can all be told in one report.
LIES: dict[str, Callable[[Report], None]] = {
    "E02": cites_what_is_not_there,
    "C03": another_severity,
    "C06": a_finding_in_the_json_only,
    "C05": a_score_that_no_finding_lowers,
    "C04": an_overall_score_of_its_own,
}


@dataclass(frozen=True)
class Desk:
    """A repository in which phase 1 of a worker was run by a program that has the toy worker."""

    worker: str
    program: Path
    root: Path

    def call(self, *arguments: str) -> tuple[int, dict[str, Any]]:
        run = waggle(self.worker, *arguments, "--json", cwd=self.root, program=self.program)
        return run.returncode, document(run)

    def honest(self) -> Report:
        """Return the worker's honest report, of this session and repository."""
        values = {"@ROOT@": str(self.root), "@SESSION@": SESSION}
        made = json.loads(self.files[1].read_text("utf-8")) if self.files[1].exists() else {}
        values["@TIME@"] = made["analysis_metadata"]["timestamp"]
        texts = []
        for file in self.files:
            text = (HONEST_OF[self.worker][0] / file.name).read_text("utf-8")
            for mark, value in values.items():
                text = text.replace(mark, value)
            texts.append(text)
        return Report(texts[0], json.loads(texts[1]), profile(self.worker))

    @property
    def files(self) -> tuple[Path, Path]:
        folder = self.root / "Docs" / "hive-mind" / "sessions" / SESSION / "workers"
        names = (f"notes/{self.worker}_notes.md", f"json/{self.worker}_output.json")
        return folder / names[0], folder / names[1]

    def judge(self, handed_in: Report) -> tuple[int, list[str]]:
        """Hand a report in; returns exit code and the codes of its problems."""
        self.files[0].write_text(handed_in.notes, "utf-8")
        self.files[1].write_text(json.dumps(handed_in.data, indent=2), "utf-8")
        code, told = self.call("--output", "--session", SESSION, "--all")
        return code, sorted(problem["code"] for problem in told["problems"])


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the program to which the toy worker was added as AGENTS.md says."""
    return toy_worker.add_to(tmp_path_factory.mktemp("program"))


@pytest.fixture(scope="module", params=NAMES)
def desk(
    request: pytest.FixtureRequest, program: Path, tmp_path_factory: pytest.TempPathFactory
) -> Desk:
    worker = request.param
    made = Desk(worker, program, copy_sample(tmp_path_factory.mktemp(worker), HONEST_OF[worker][1]))
    code, told = made.call("--setup", "--session", SESSION, "--task", "Look around.")
    assert (code, told["status"]) == (0, "completed")
    return made


def test_an_untouched_template_is_rejected(desk: Desk) -> None:
    code, told = desk.call("--output", "--session", SESSION)
    assert code == 1
    assert {"S05"} <= {problem["code"] for problem in told["problems"]}


def test_an_honest_report_is_accepted(desk: Desk) -> None:
    assert desk.judge(desk.honest()) == (0, [])
    code, told = desk.call("--output", "--session", SESSION, "--all")
    assert code == 0
    assert told["evidence"]["verified"] >= 8
    answered = [row["criterion"] for row in told["completion_criteria"]]
    assert answered in ([], list(profile(desk.worker).criteria))  # none where none is answered
    listed = {kind: bool(profile(desk.worker).keys_of(kind)) for kind in ("endpoint", "table")}
    covered = told["coverage"]
    assert {name: covered[f"{name}s"] is not None for name in listed} == listed


@pytest.mark.sampled(3)
@pytest.mark.parametrize("code", LIES)
def test_a_lie_is_rejected(desk: Desk, code: str) -> None:
    lie = desk.honest()
    LIES[code](lie)
    assert desk.judge(lie) == (1, [code])


def test_all_lies_in_one_report_are_rejected(desk: Desk) -> None:
    lie = desk.honest()
    for tell in LIES.values():
        tell(lie)
    # The scores wait until the findings that bound them are counted (`held_back`).
    assert desk.judge(lie) == (1, sorted(LIES.keys() - {"C04", "C05"}))


@pytest.mark.parametrize(
    "name", ["gadgets", "analysis_metadata"], ids=["an unknown list", "an object"]
)
def test_a_citation_is_opened_also_where_no_profile_knows_it(desk: Desk, name: str) -> None:
    lie = desk.honest()
    there = lie.data.setdefault(name, [{}])
    (there[0] if isinstance(there, list) else there)["evidence"] = [NOWHERE]
    assert desk.judge(lie) == (1, ["E02", "J06"])


def test_an_example_of_evidence_is_no_citation(program: Path, tmp_path: Path) -> None:
    backend = Desk("backend", program, copy_sample(tmp_path))
    backend.call("--setup", "--session", SESSION, "--task", "Look around.")
    handed_in = backend.honest()
    endpoint = handed_in.data["api_specifications"][0]
    endpoint["request_format"] = {"body_schema": {"rows": [{"evidence": [NOWHERE]}]}}
    assert backend.judge(handed_in) == (0, [])


def test_a_citation_is_opened_within_an_entry(program: Path, tmp_path: Path) -> None:
    toy = Desk("toy", program, copy_sample(tmp_path, TOY / "service"))
    toy.call("--setup", "--session", SESSION, "--task", "Look around.")
    lie = toy.honest()
    lie.data["widgets"][0]["parts"][0]["evidence"] = [NOWHERE]
    assert toy.judge(lie) == (1, ["E02"])


def test_a_report_by_rule_is_for_those_who_have_one(program: Path, tmp_path: Path) -> None:
    toy = Desk("toy", program, copy_sample(tmp_path, TOY / "service"))
    code, told = toy.call("--run", "--session", "new", "--task", "Look.", "--model", "survey")
    assert (code, told["status"]) == (3, "blocked")
    (problem,) = told["problems"]
    assert problem["message"] == "the toy worker has no report by rule"
    assert not (toy.root / "Docs").exists()
    code, told = toy.call("--setup", "--session", "new", "--task", "Look.", "--prefill")
    assert code == 0
    made = json.loads(Path(told["config"]["template_files_created"]["json_file"]).read_text())
    assert set(made) <= set(report("toy").model_fields) | {"$schema"}
