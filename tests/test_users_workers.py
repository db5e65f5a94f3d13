"""A worker of a user's own: a folder of data that goes the whole way, and hostile ones that do not.

The worker "data-privacy" has a list of records and one of tables; only its folder is written.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

from tests import users_workers
from tests.kit import CLI, PROJECT, SESSION, document, waggle
from workers.catalog import USERS_WORKERS, worker_called, workers_of
from workers.commands import MODULES
from workers.hive.queen import plan_by_rule
from workers.worker_file import RESERVED

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NAME = "data-privacy"
TASK = "Find out which personal data the order service keeps, and who gets it."
HONEST = PROJECT / "tests" / "workers" / NAME


@pytest.fixture
def folder(root: Path) -> Path:
    """Make the worker as `workers new` does, then what a user would edit."""
    words = ["workers", "new", NAME, "--list", "processors=record", "--list", "stores=table"]
    assert waggle(*words, cwd=root).returncode == 0
    return edit(root)


def edit(root: Path) -> Path:
    """Do what README leaves to the user: say whom the worker is for, and what a processor is."""
    made = root / USERS_WORKERS / NAME
    file = made / "worker.toml"
    text = file.read_text("utf-8").replace("words = []", 'words = ["personal data", "privacy"]')
    file.write_text(text.replace('"general"', '"privacy"'), "utf-8")
    (made / "processors.schema.json").write_text(json.dumps(SCHEMA), "utf-8")
    return made


SCHEMA = {
    "type": "object",
    "required": ["name", "description", "receives"],
    "properties": {
        "name": {"type": "string", "description": "who gets the data"},
        "description": {"type": "string"},
        "receives": {"type": "array", "items": {"type": "string"}, "minItems": 1},
        "basis": {"type": "string", "enum": ["contract", "consent", "none"]},
    },
}


def report(root: Path, session: str = SESSION) -> tuple[str, dict[str, Any]]:
    """Return an honest report on the sample service: its notes and its JSON."""
    workers = root / "Docs" / "hive-mind" / "sessions" / session / "workers"
    made = json.loads((workers / f"json/{NAME}_output.json").read_text("utf-8"))
    texts = [(HONEST / f"{NAME}_{name}").read_text("utf-8") for name in ("notes.md", "output.json")]
    time_of = made["analysis_metadata"]["timestamp"]
    for mark, value in (("@ROOT@", str(root)), ("@SESSION@", session), ("@TIME@", time_of)):
        texts = [text.replace(mark, value) for text in texts]
    return texts[0], json.loads(texts[1])


def write(root: Path, notes: str, data: dict[str, Any], session: str = SESSION) -> None:
    """Write a report where its worker's is."""
    workers = root / "Docs" / "hive-mind" / "sessions" / session / "workers"
    (workers / f"notes/{NAME}_notes.md").write_text(notes, "utf-8")
    (workers / f"json/{NAME}_output.json").write_text(json.dumps(data, indent=2), "utf-8")


def hand_in(root: Path, notes: str, data: dict[str, Any]) -> tuple[int, list[str]]:
    """Write a report and let it be judged; returns exit code and the codes of its problems."""
    write(root, notes, data)
    run = waggle(NAME, "--output", "--session", SESSION, "--json", cwd=root)
    return run.returncode, sorted(one["code"] for one in document(run)["problems"])


def set_up(root: Path, name: str = NAME) -> None:
    run = waggle(name, "--setup", "--session", SESSION, "--task", TASK, cwd=root)
    assert run.returncode == 0, run.stderr


@pytest.mark.usefixtures("folder")
def test_a_worker_of_ones_own_goes_the_whole_way(root: Path) -> None:
    assert waggle("workers", "check", NAME, cwd=root).returncode == 0
    set_up(root)
    run = waggle(NAME, "--output", "--session", SESSION, "--json", cwd=root)
    assert run.returncode == 1
    assert "S05" in {one["code"] for one in document(run)["problems"]}
    notes, data = report(root)
    lie = json.loads(json.dumps(data))
    lie["processors"][0]["evidence"][0]["line"] = 9999
    lie["processors"][0]["basis"] = "habit"
    lie["stores"][0]["schema"]["columns"][0]["type"] = "jsonb"
    assert hand_in(root, notes, lie) == (1, ["E04", "J09", "K10"])
    assert hand_in(root, notes, data) == (0, [])
    schema = json.loads(waggle("schema", NAME, cwd=root).stdout)
    assert "receives" in json.dumps(schema["$defs"])
    state = waggle("status", "--session", SESSION, cwd=root).stdout.decode()
    assert f"{NAME}-worker: completed" in state
    assert waggle("verify", "--session", SESSION, cwd=root).returncode == 0
    merged = waggle("scribe", "--session", SESSION, cwd=root)
    assert merged.returncode == 0, merged.stdout
    synthesis = root / "Docs" / "hive-mind" / "sessions" / SESSION / "SYNTHESIS.md"
    assert "DATAPRIVACY-HIGH-001" in synthesis.read_text("utf-8")


def test_what_readme_says_is_all_there_is_to_do(root: Path) -> None:
    section = (PROJECT / "README.md").read_text("utf-8").split("## Your own worker\n")[1]
    for line in section.split("```sh\n")[1].split("```")[0].splitlines():
        if "edit" in line:
            edit(root)
        elif line.startswith("#"):
            write(root, *report(root, "privacy"), "privacy")
        else:
            run = waggle(*shlex.split(line)[2:], cwd=root)
            assert run.returncode == 0, (line, run.stdout, run.stderr)


@pytest.mark.usefixtures("folder")
def test_the_queen_knows_it(root: Path) -> None:
    plan = plan_by_rule("Which personal data do we keep?", root)
    assert [one.worker for one in plan.assignments] == [NAME]
    assert plan.assignments[0].rationale == "the task says: personal data"


@pytest.mark.usefixtures("folder")
def test_install_the_gate_and_the_server_know_it(root: Path) -> None:
    assert waggle("install", "claude-code", cwd=root).returncode == 0
    agents = {file.name for file in (root / ".claude" / "agents").iterdir()}
    assert agents == {"backend-worker.md", f"{NAME}-worker.md"}
    hooks = (root / ".claude" / "settings.json").read_text("utf-8")
    assert f"backend-worker|{NAME}-worker" in hooks
    set_up(root)
    stop = {
        "hook_event_name": "SubagentStop",
        "session_id": "main",
        "agent_id": "a1",
        "agent_type": f"{NAME}-worker",
        "agent_transcript_path": str(transcript(root)),
    }
    held = subprocess.run(
        [sys.executable, str(CLI), "hook", "subagent-stop"],
        input=json.dumps(stop).encode(),
        cwd=root,
        capture_output=True,
        check=False,
    )
    assert held.returncode == 2, held.stderr
    from workers.integrations.mcp_tools import Tools

    os.chdir(root)
    told = Tools(CLI).output(SESSION, NAME)
    assert told["worker"] == f"{NAME}-worker"
    assert told["status"] == "failed"


def transcript(root: Path) -> Path:
    """Write what Claude Code keeps of an agent that ran phase 1."""
    line = f"{sys.executable} {CLI} {NAME} --setup --session {SESSION}"
    call = {"type": "tool_use", "id": "t1", "name": "Bash", "input": {"command": line}}
    file = root.parent / "agent.jsonl"
    message = {"type": "assistant", "message": {"role": "assistant", "content": [call]}}
    file.write_text(json.dumps(message) + "\n", "utf-8")
    return file


def test_a_worker_cannot_change_what_it_is_judged_by(root: Path, folder: Path) -> None:
    set_up(root)
    notes = folder / "analysis" / "notes.md.j2"
    notes.write_text(notes.read_text("utf-8").replace("## Findings\n", "## Results\n"), "utf-8")
    run = waggle(NAME, "--output", "--session", SESSION, "--json", cwd=root)
    assert (run.returncode, [one["code"] for one in document(run)["problems"]]) == (3, ["R21"])


def _toml(folder: Path, text: str) -> None:
    (folder / "worker.toml").write_text(text, "utf-8")


def _add(folder: Path, text: str) -> None:
    file = folder / "worker.toml"
    file.write_text(text + file.read_text("utf-8"), "utf-8")


def _notes(folder: Path, text: str) -> None:
    file = folder / "analysis" / "notes.md.j2"
    file.write_text(file.read_text("utf-8") + text, "utf-8")


def _schema(folder: Path, text: str) -> None:
    file = folder / "worker.toml"
    rows = (
        '\n[[lists]]\nkey = "items"\nentry = "record"\nid = "ITM"\nschema = "items.schema.json"\n'
    )
    file.write_text(file.read_text("utf-8") + rows, "utf-8")
    (folder / "items.schema.json").write_text(text, "utf-8")


def _link(folder: Path) -> None:
    secret = folder.parent / "secret.toml"
    secret.write_text('name = "odd"\n', "utf-8")
    (folder / "worker.toml").unlink()
    (folder / "worker.toml").symlink_to(secret)


def _huge(folder: Path) -> None:
    with (folder / "worker.toml").open("ab") as file:
        file.truncate(100 << 20)


def _row(inner: str, name: str = "a") -> str:
    return f'{{"type": "object", "properties": {{"{name}": {inner}}}}}'


def _nested(depth: int) -> str:
    opening = '{"type": "object", "properties": {"a": '
    return opening * depth + '{"type": "string"}' + "}}" * depth


# What somebody may put into a folder, and a part of what `workers check` says, with the place.
HOSTILE: dict[str, tuple[Callable[[Path], object], str]] = {
    "a loop": (
        lambda folder: _notes(folder, "{% for i in range(10000000) %}x{% endfor %}"),
        "analysis/notes.md.j2:25: the template holds for",
    ),
    "a file": (
        lambda folder: _notes(folder, '{% include "/etc/passwd" %}'),
        "analysis/notes.md.j2:25: the template holds include",
    ),
    "an attribute": (
        lambda folder: _notes(folder, "{{ session_id.__class__.__mro__ }}"),
        "analysis/notes.md.j2:25: the template holds getattr",
    ),
    "a call": (
        lambda folder: _notes(folder, "{{ survey() }}"),
        "analysis/notes.md.j2:25: the template holds call",
    ),
    "giant output": (
        lambda folder: _notes(folder, "{{ 'x' * 1000000000 }}"),
        "analysis/notes.md.j2:25: the template holds mul",
    ),
    "an unknown value": (
        lambda folder: _notes(folder, "{{ environment }}"),
        "analysis/notes.md.j2:25: there is no value 'environment'",
    ),
    "a filter": (
        lambda folder: _notes(folder, "{{ session_id | attr('x') }}"),
        "analysis/notes.md.j2:25: there is no filter 'attr'",
    ),
    "a template that is none": (
        lambda folder: _notes(folder, "{% if %}"),
        "analysis/notes.md.j2:25: the template cannot be read",
    ),
    "a macro": (
        lambda folder: _notes(folder, "{% macro f() %}{{ f() }}{% endmacro %}"),
        "analysis/notes.md.j2:25: the template holds macro",
    ),
    "100 MB": (_huge, "worker.toml: worker.toml cannot be read"),
    "brackets": (
        lambda folder: _toml(folder, f"words = {'[' * 30_000}"),
        "worker.toml:1: worker.toml is nested too deeply",
    ),
    "no TOML": (
        lambda folder: _toml(folder, "name = \n"),
        "worker.toml:1: worker.toml is not TOML",
    ),
    "an unknown key": (
        lambda folder: _add(folder, 'run = "rm -rf /"\n'),
        "worker.toml:1: the key 'run' is unknown",
    ),
    "a domain of nobody": (
        lambda folder: _toml(folder, (folder / "worker.toml").read_text("utf-8") + SCORE),
        "worker.toml:13: the score is for the domain 'nobody'",
    ),
    "another name": (
        lambda folder: _toml(
            folder, (folder / "worker.toml").read_text("utf-8").replace('"odd"', '"../up"')
        ),
        "worker.toml:1: `name`: '../up' is not lower case letters",
    ),
    "a link": (_link, "worker.toml: worker.toml cannot be read"),
    "a schema of a bomb": (
        lambda folder: _schema(folder, _nested(1500)),
        "items.schema.json",
    ),
    "levels": (
        lambda folder: _schema(folder, _nested(9)),
        "items.schema.json:1: the schema has more than 6 levels",
    ),
    "a reference": (
        lambda folder: _schema(folder, '{"type": "object",\n "properties": {"a": {"$ref": "#"}}}'),
        "items.schema.json:2: the type is missing or unknown",
    ),
    "a pattern of a bomb": (
        lambda folder: _schema(
            folder,
            '{"type": "object", "properties": {"a": {"type": "string", "pattern": "(?=a)"}}}',
        ),
        "items.schema.json:1: the value of pattern cannot be used",
    ),
    "a key of ours": (
        lambda folder: _schema(
            folder, '{"type": "object", "properties": {"id": {"type": "string"}}}'
        ),
        "items.schema.json:1: `id` is in every row",
    ),
}
SCORE = '\n[[scores]]\nkey = "other"\nlabel = "Other"\ndomains = ["nobody"]\n'


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_folder_gets_an_error_with_its_place(root: Path, case: str) -> None:
    made = users_workers.add(root, "odd")
    spoil, expected = HOSTILE[case]
    spoil(made)
    files = sorted(path for path in root.rglob("*") if path.is_file())
    start = time.process_time()
    from workers.hive import roster

    told = roster.check("odd", root)
    assert time.process_time() - start < 2
    assert told.status == "failed"
    assert expected in told.text
    run = waggle("odd", "--setup", "--session", SESSION, "--task", TASK, "--json", cwd=root)
    assert run.returncode == 3
    assert b"Traceback" not in run.stderr
    assert [one.name for one in workers_of(root) if one.name == "odd"] in ([], ["odd"])
    left = sorted(
        path for path in root.rglob("*") if path.is_file() and "hive-mind" not in str(path)
    )
    assert left == files


@pytest.mark.parametrize(
    "name", ["backend", "session", "workers", "Odd", "a b", "../odd", "x-worker"]
)
def test_a_name_that_shadows_or_traverses_is_refused(root: Path, name: str) -> None:
    run = waggle("workers", "new", "--", name, cwd=root)
    assert run.returncode == 2
    assert not (root / ".waggle").exists()


def test_a_folder_of_a_name_of_ours_changes_nothing(root: Path) -> None:
    users_workers.add(root, "backend", domains=["nothing"])
    assert worker_called("backend", root).is_built_in
    users_workers.add(root, "session")
    assert waggle("session", "list", cwd=root).returncode == 0
    assert b"a command has that name" in waggle("workers", "check", "session", cwd=root).stdout


def test_a_link_to_a_folder_is_no_worker(root: Path, tmp_path: Path) -> None:
    users_workers.add(tmp_path / "elsewhere", "odd")
    (root / USERS_WORKERS).mkdir(parents=True)
    (root / USERS_WORKERS / "odd").symlink_to(tmp_path / "elsewhere" / USERS_WORKERS / "odd")
    assert [one.name for one in workers_of(root) if not one.is_built_in] == []


def test_every_command_is_reserved() -> None:
    assert set(MODULES) <= RESERVED, "add it to RESERVED of workers/worker_file.py"
