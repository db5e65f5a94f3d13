"""Handoffs: whom they reach, what they carry, and what becomes of those that were accepted."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from sessions.errors import BadInput
from sessions.session import open_session
from sessions.settings import settings
from tests.kit import CLI, SESSION, document, fill_in, waggle
from workers.catalog import built_in
from workers.handing import ALIASES, ARTEFACTS
from workers.hive import coordination
from workers.hive.status import Look, open_row, restate
from workers.phases.finish import Request, finish

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("late_imports")

BACKEND = "backend-worker"
FRONTEND = "frontend-worker"


def hand(root: Path, text: str = "the screens are known", **more: Any) -> str:
    """Hand something on to the backend worker; returns its id."""
    asked = coordination.ticket("H", FRONTEND, text, "backend", **more)
    return str(coordination.ask(root, SESSION, asked).fields["id"])


def accept(root: Path, handoff: str) -> str:
    return coordination.close(root, SESSION, BACKEND, handoff, "", kinds=["handoff"]).text


def put(root: Path, **fields: Any) -> None:
    """Fill in the honest report, with some fields of its JSON replaced."""
    _, json_file = fill_in(root, SESSION)
    report = json.loads(json_file.read_text("utf-8")) | fields
    json_file.write_text(json.dumps(report), "utf-8")


def warnings(root: Path) -> list[str]:
    output = finish(Request(built_in()[0], root, CLI), SESSION)
    assert output.status == "completed", output.problems
    return [one.message for one in output.problems if one.code == "Q09"]


def test_an_accepted_handoff_that_is_not_named_is_a_warning(set_up: Path) -> None:
    first, second, open_one = hand(set_up), hand(set_up, "and\x1b[2J more"), hand(set_up, "later")
    for handoff in (first, second):
        accept(set_up, handoff)
    put(set_up)
    told = warnings(set_up)
    assert [first in told[0], second in told[1], len(told)] == [True, True, 2]
    assert "\x1b" not in told[1]
    assert not any(open_one in message for message in told)


@pytest.mark.parametrize(
    "where",
    [
        {"unresolved": ["What @H@ asks for is not decided."]},
        {"not_examined": [{"area": "@H@", "reason": "the screens are of no use here"}]},
        {"handoffs": [{"to": "QA", "summary": "goes on from (@H@)", "artifacts": ["test_data"]}]},
        {"handoffs": [{"to": "QA", "summary": "see it", "artifacts": ["@H@"]}]},
    ],
    ids=["unresolved", "not_examined", "summary", "artifacts"],
)
def test_naming_it_anywhere_is_enough(set_up: Path, where: dict[str, Any]) -> None:
    handoff = hand(set_up)
    accept(set_up, handoff)
    put(set_up, **json.loads(json.dumps(where).replace("@H@", handoff)))
    assert warnings(set_up) == []


def test_naming_it_in_the_notes_is_enough_and_another_id_is_not(set_up: Path) -> None:
    handoff = hand(set_up)
    accept(set_up, handoff)
    notes, _ = fill_in(set_up, SESSION)
    text = notes.read_text("utf-8")
    notes.write_text(f"{text}\nThe order list pages as {handoff}0 and X{handoff} ask.\n", "utf-8")
    assert len(warnings(set_up)) == 1
    notes.write_text(f"{text}\nThe order list pages as {handoff} asks.\n", "utf-8")
    assert warnings(set_up) == []


def test_a_handoff_rises_like_a_blocker(set_up: Path) -> None:
    hand(set_up)
    ticket = open_session(set_up, SESSION).state().open_tickets("handoff")[0]
    for seconds, risen in ((595, False), (605, True)):
        now = datetime.now(UTC) + timedelta(seconds=seconds)
        assert open_row(ticket, Look(now, settings(set_up), CLI))["risen"] is risen
    (set_up / "waggle.toml").write_text("medium_seconds = 1\nlow_seconds = 1\n", "utf-8")
    later = datetime.now(UTC) + timedelta(seconds=2)
    assert open_row(ticket, Look(later, settings(set_up), CLI))["risen"]


@pytest.mark.parametrize("alias", ALIASES)
@pytest.mark.parametrize("how", [str, str.upper, str.capitalize, "{}-worker".format])
def test_aliases_are_known_in_any_letter_case(set_up: Path, alias: str, how: Any) -> None:
    words = ["handoff", "done", "--to", how(alias), "--session", SESSION, "--worker", "backend"]
    run = waggle(*words, "--json", cwd=set_up)
    assert run.returncode == 0, run.stderr
    assert document(run)["handoff"]["needs"] == ALIASES[alias]


@pytest.mark.parametrize("name", ["Frontend", "the team", "", "a" * 70])
def test_what_is_no_alias_is_malformed_as_before(name: str) -> None:
    with pytest.raises(BadInput, match="malformed"):
        coordination.recipient(name)


def test_a_report_hands_on_by_alias_once(set_up: Path) -> None:
    rows = [
        {"to": "QA", "summary": "test the paging", "artifacts": ["test_data", "app/users.py"]},
        {"to": "the mobile team", "summary": "wait for v2", "artifacts": []},
    ]
    put(set_up, handoffs=rows)
    for _ in range(2):
        assert finish(Request(built_in()[0], set_up, CLI), SESSION).status == "completed"
    handed = open_session(set_up, SESSION).state().open_tickets("handoff")
    assert [one.needs for one in handed] == ["test-worker", "the mobile team"]


def test_a_typed_artefact_is_told_with_the_command_that_prints_it(set_up: Path) -> None:
    words = ["handoff", "the API", "--to", "frontend", "--artefact", "api_contract"]
    words += ["--artifact", "docs/api.md", "--priority", "high"]
    at = ["--session", SESSION, "--worker", "backend"]
    run = waggle(*words, *at, cwd=set_up)
    assert run.returncode == 0, run.stderr
    assert b"can be had once the report of backend-worker is accepted" in run.stdout
    get = f"artefact api_contract --session {SESSION} --worker backend"
    shown = waggle("status", "--session", SESSION, cwd=set_up)
    assert get in shown.stdout.decode()
    handoff = run.stdout.decode().split(":")[0]
    taken = ["accept", handoff, "--session", SESSION, "--worker", "frontend"]
    told = waggle(*taken, cwd=set_up).stdout.decode()
    assert get in told
    assert "files: docs/api.md" in told
    assert f"Name {handoff} in the report" in told


def test_a_kind_that_is_none_is_told_with_the_nearest(set_up: Path) -> None:
    words = ["handoff", "x", "--to", "qa", "--session", SESSION, "--worker", "backend"]
    run = waggle(*words, "--artefact", "api-contrakt", cwd=set_up)
    assert run.returncode == 2
    assert b"Did you mean api_contract?" in run.stderr
    run = waggle(*words, "--artefact", "\x1b[31m", cwd=set_up)
    assert run.returncode == 2
    assert b"\x1b" not in run.stderr
    assert ", ".join(ARTEFACTS).encode() in run.stderr


def test_next_says_which_handoffs_were_accepted(set_up: Path) -> None:
    handoff = hand(set_up, artifacts=["api_contract"])
    accept(set_up, handoff)
    told = restate(set_up, SESSION, "backend", CLI)
    assert f"{handoff}: accepted handoff of {FRONTEND}" in told.text
    assert [row["id"] for row in told.fields["accepted_handoffs"]] == [handoff]
