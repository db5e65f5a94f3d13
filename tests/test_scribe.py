"""The scribe: accepted reports become one, contradictions block both workers until one changes."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests import scribing
from tests.scribing import SESSION, Hive, hive_in

# The finding on the missing index, rated otherwise than the backend worker's honest report does.
RATED_LOW = (
    ("AUDITOR-MED-001", "AUDITOR-LOW-002"),
    ('"severity": "medium"', '"severity": "low"'),
)


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return scribing.add_twins(tmp_path_factory.mktemp("program"))


@pytest.fixture
def hive(program: Path, tmp_path: Path) -> Hive:
    """Return a session in which two accepted reports rate one finding otherwise."""
    made = hive_in(tmp_path, program, "backend", "auditor")
    made.hand_in("backend")
    made.hand_in("auditor", *RATED_LOW)
    return made


def test_accepted_reports_become_one(program: Path, tmp_path: Path) -> None:
    hive = hive_in(tmp_path, program, "backend", "auditor", "toy")
    for worker in ("backend", "auditor", "toy"):
        hive.hand_in(worker)
    code, told = hive.scribe()
    assert (code, told["status"], told["problems"]) == (0, "completed", [])
    assert told["merged"] == ["auditor-worker", "backend-worker", "toy-worker"]
    assert told["counts"]["by_several"] == 4
    made = json.loads(Path(told["files"]["json"]).read_text("utf-8"))
    first = made["findings"][0]
    assert first["severity"] == "critical"
    assert {row["worker"] for row in first["said_by"]} == {"auditor-worker", "backend-worker"}
    assert all(row["pointer"] == "/findings/0" for row in first["said_by"])
    assert made["coverage"]["files_by_several"] == 9
    assert [row["to"] for row in made["handoffs"]] == ["frontend-worker"]
    assert [row["number"] for row in made["actions"]] == list(range(1, len(made["actions"]) + 1))
    notes = Path(told["files"]["synthesis"]).read_text("utf-8")
    headings = re.findall(r"^## (.*)$", notes, re.MULTILINE)
    assert headings == [
        "Findings",
        "What to do, in this order",
        "Open questions",
        "Handed on",
        "Coverage",
        "Reports",
    ]
    assert "auditor-worker AUDITOR-CRIT-001" in notes


def test_a_contradiction_blocks_both_until_one_report_changes(hive: Hive) -> None:
    code, told = hive.scribe()
    assert (code, told["status"]) == (1, "failed")
    (problem,) = [one for one in told["problems"] if one["severity"] == "error"]
    assert problem["code"] == "X03"
    assert {(side["worker"], side["pointer"], side["says"]) for side in problem["sides"]} == {
        ("backend-worker", "/findings/2/severity", "medium"),
        ("auditor-worker", "/findings/2/severity", "low"),
    }
    assert {side["cited"] for side in problem["sides"]} == {
        "migrations/001_accounts_and_orders.sql:18"
    }
    assert all(Path(side["file"]).exists() for side in problem["sides"])
    blockers = hive.events("blocker_reported")
    assert {(one["worker"], one["details"]["needs"]) for one in blockers} == {
        ("backend-worker", "auditor-worker"),
        ("auditor-worker", "backend-worker"),
    }
    (row,) = told["contradictions"]
    assert len(row["blockers"]) == 2
    notes = (hive.session / "SYNTHESIS.md").read_text("utf-8")
    assert notes.index("## Contradictions") < notes.index("## Findings")
    for side in problem["sides"]:
        assert f"`{side['pointer']}`, citing `{side['cited']}`" in notes

    # The same reports: the same bytes, nothing is reported again.
    files = [hive.session / "SYNTHESIS.md", hive.session / "workers/json/synthesis.json"]
    before = [file.read_bytes() for file in files], len(hive.events("blocker_reported"))
    assert hive.scribe()[0] == 1
    assert ([file.read_bytes() for file in files], len(hive.events("blocker_reported"))) == before

    # A report that is being edited is not accepted: nobody can say that it is over.
    hive.fill("auditor")
    code, told = hive.scribe()
    assert (code, told["merged"]) == (1, ["backend-worker"])
    assert [one["code"] for one in told["problems"]] == ["X14", "X09"]
    assert told["not_merged"][0]["worker"] == "auditor-worker"
    assert told["not_merged"][0]["state"] == "changed since it was accepted"
    assert hive.events("blocker_resolved") == []

    hive.hand_in("auditor")
    code, told = hive.scribe()
    assert (code, told["contradictions"]) == (0, [])
    assert len(hive.events("blocker_resolved")) == 2
    state = json.loads((hive.session / "STATE.json").read_text("utf-8"))
    assert all(row["closed_at"] for row in state["blockers"])


def test_the_owner_resolves_a_contradiction(hive: Hive) -> None:
    _, told = hive.scribe()
    hint = told["problems"][0]["hint"]
    ticket = told["contradictions"][0]["blockers"][0]
    assert f"resolve {ticket}" in hint
    assert "--worker owner" in hint
    words = ["resolve", ticket, "medium it is", "--session", SESSION, "--worker", "owner"]
    assert hive.call(*words).returncode == 0
    code, told = hive.scribe()
    (row,) = told["contradictions"]
    assert (code, row["state"], row["resolution"]["by"]) == (0, "resolved", "owner")
    assert "medium it is" in (hive.session / "SYNTHESIS.md").read_text("utf-8")
    assert row["blockers"] == []
    assert hive.scribe()[0] == 0
    assert len(hive.events("blocker_reported")) == 2


def test_a_worker_does_not_resolve_its_own_contradiction(hive: Hive) -> None:
    _, told = hive.scribe()
    for ticket in told["contradictions"][0]["blockers"]:
        words = ["unblock", ticket, "never mind", "--session", SESSION, "--worker", "auditor"]
        assert hive.call(*words).returncode == 0
    code, told = hive.scribe()
    assert (code, told["contradictions"][0]["state"]) == (1, "open")
    assert len(hive.events("blocker_reported")) == 4


def test_what_is_not_accepted_is_named_and_never_merged(program: Path, tmp_path: Path) -> None:
    hive = hive_in(tmp_path, program, "backend", "auditor", "reader", "toy")
    code, told = hive.scribe()
    assert (code, told["status"]) == (1, "failed")
    assert [one["code"] for one in told["problems"]] == ["X10"] + ["X09"] * 4
    for worker in ("backend", "reader", "toy"):
        hive.hand_in(worker)
    hive.fill("auditor", ('"line": 18', '"line": 1800'))
    assert hive.call("auditor", "--output", "--session", SESSION).returncode == 1
    (hive.session / "workers/json/reader_receipt.json").unlink()
    notes = hive.files("toy")[0]
    notes.write_text(notes.read_text("utf-8") + "\nOne word more.\n", "utf-8")
    code, told = hive.scribe()
    assert code == 0
    assert told["merged"] == ["backend-worker"]
    states = {row["worker"]: row["state"] for row in told["not_merged"]}
    assert states == {
        "auditor-worker": "rejected",
        "reader-worker": "changed since it was accepted",
        "toy-worker": "changed since it was accepted",
    }
    text = (hive.session / "SYNTHESIS.md").read_text("utf-8")
    assert "AUDITOR-" not in text
    assert "**not merged**, rejected" in text


def test_code_that_changed_since_is_told(hive: Hive) -> None:
    file = hive.root / "app" / "mail.py"
    cited = hive.root / "app" / "orders.py"
    for one in (file, cited):
        one.write_text(one.read_text("utf-8") + "\n# later\n", "utf-8")
    _, told = hive.scribe()
    assert [one["code"] for one in told["problems"]] == ["X03", "X13", "X13"]
    assert told["merged"] == ["auditor-worker", "backend-worker"]


def test_people_read_it(hive: Hive) -> None:
    run = hive.call("scribe", "--session", SESSION)
    text = run.stdout.decode()
    assert run.returncode == 1
    assert "error X03 order_items.order_id has no index, severity: " in text
    assert "auditor-worker: /findings/2/severity, citing migrations/001" in text
    assert text.count("written: ") == 2


def test_could_not_run(program: Path, tmp_path: Path) -> None:
    hive = hive_in(tmp_path, program)
    assert hive.call("scribe", "--session", "nowhere").returncode == 3
    assert hive.call("scribe", "--session", "../x").returncode == 2
    words = ["queen", "--task", "Look at the API", "--model", "none", "--session", SESSION]
    assert hive.call(*words).returncode == 0
    run = hive.call("scribe", "--session", SESSION)
    assert run.returncode == 3
    assert b"no worker was set up" in run.stderr
    assert hive.call("backend", "--setup", "--session", SESSION).returncode == 0
    for model in ("custom:nope", "groq:x", "no such"):
        assert hive.call("scribe", "--session", SESSION, "--model", model).returncode == 3
    assert not (hive.session / "SYNTHESIS.md").exists()


def test_a_link_in_the_place_of_the_synthesis_is_not_followed(hive: Hive, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_text("mine", "utf-8")
    for name in ("SYNTHESIS.md", "workers/json/synthesis.json"):
        (hive.session / name).symlink_to(outside)
    assert hive.scribe()[0] == 1
    assert outside.read_text("utf-8") == "mine"
    assert not (hive.session / "SYNTHESIS.md").is_symlink()
