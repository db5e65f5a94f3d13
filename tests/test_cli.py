"""The commands from outside: what they print, where, and how they end."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.kit import CLI, MARKER, SESSION, TASK, copy_sample, document, fill_in, waggle
from workers.contract import PRINTED_PROBLEMS

FIELDS = [
    "schema_version", "worker", "session_id", "correlation_id", "phase", "status", "timestamp",
    "model", "summary",
    "config", "metrics", "dependencies", "scores", "problems_total", "problems", "held_back",
    "evidence",
    "claims", "coverage", "normalised_total", "normalised", "silenced_total", "silenced",
    "silenced_by", "silenced_in_vain", "completion_criteria",
    "files_examined", "files_modified", "next_actions", "escalations",
]  # fmt: skip
# What is left out where it is empty.
SELDOM = {name for name in FIELDS if name.startswith(("held_back", "normalised", "silenced"))}


def test_three_phases(root: Path) -> None:
    setup = waggle("backend", "--setup", "--task", TASK, cwd=root)
    assert setup.returncode == 0
    assert setup.stdout.decode().startswith(MARKER)
    told = document(setup)
    said = [name for name in told if name in FIELDS or not name.endswith("_total")]  # of cut lists
    assert said == [name for name in FIELDS if name not in SELDOM]
    assert re.fullmatch(r"\d{4}(-\d\d){4}-audit-order-service-endpoints-tables", told["session_id"])
    assert told["config"]["queen_prompt"] == TASK
    assert told["config"]["project_root"] == str(root)
    for file in told["config"]["template_files_created"].values():
        assert Path(file).is_file()
    assert told["scores"] is None
    assert told["metrics"]["issues_found"] is None

    untouched = waggle("backend", "--output", "--session", told["session_id"], cwd=root)
    assert untouched.returncode == 1
    rejected = document(untouched)
    assert rejected["status"] == "failed"
    assert {problem["code"] for problem in rejected["problems"]} == {"S05"}
    assert rejected["scores"]["computed"]["overall"] == 0

    fill_in(root, told["session_id"])
    command = told["config"]["next_command"]
    done = subprocess.run(["sh", "-c", command], cwd="/", capture_output=True, check=False)
    assert done.returncode == 0, done.stdout.decode()
    # The same, whatever lists are cut below a long path.
    whole = subprocess.run(
        ["sh", "-c", f"{command} --all"], cwd="/", capture_output=True, check=True
    )
    accepted = document(whole)
    assert accepted["status"] == document(done)["status"] == "completed"
    assert accepted["problems"] == []
    assert accepted["metrics"]["severity_breakdown"] == {
        "critical": 1, "high": 1, "medium": 1, "low": 1,
    }  # fmt: skip
    assert accepted["summary"]["critical_issues"] == [
        "BACKEND-CRIT-001: Anybody can cancel any order"
    ]
    assert accepted["coverage"]["not_examined"][0]["area"] == "deployment"
    assert accepted["dependencies"]["handoffs"][0]["to"] == "frontend-worker"


def test_json_prints_the_document_alone(set_up: Path) -> None:
    for phase in ("--setup", "--output"):
        run = waggle("backend", phase, "--session", SESSION, "--json", cwd=set_up)
        assert json.loads(run.stdout)["session_id"] == SESSION
        assert b"{" not in run.stderr


def test_output_before_setup_could_not_run(root: Path) -> None:
    waggle("backend", "--setup", "--task", TASK, "--session", "other", cwd=root)
    (root / "Docs/hive-mind/sessions/empty").mkdir()
    run = waggle("backend", "--output", "--session", "empty", cwd=root)
    assert run.returncode == 3
    assert document(run)["problems"][0]["code"] == "R05"


def test_a_prompt_that_the_queen_wrote(root: Path) -> None:
    prompts = root / "Docs/hive-mind/sessions/q1/workers/prompts"
    prompts.mkdir(parents=True)
    none = waggle("backend", "--setup", "--session", "q1", cwd=root)
    assert (none.returncode, document(none)["problems"][0]["code"]) == (3, "R06")
    (prompts / "backend-worker.prompt").write_text("Look at the orders.\n")
    run = waggle("backend", "--setup", "--session", "q1", cwd=root)
    assert run.returncode == 0
    assert document(run)["config"]["queen_prompt"] == "Look at the orders.\n"


def test_another_task_names_fresh_and_fresh_keeps_the_old_files(set_up: Path) -> None:
    notes, json_file = fill_in(set_up, SESSION)
    old = notes.read_bytes()
    other = ["backend", "--setup", "--session", SESSION, "--task", "Another task"]
    refused = waggle(*other, cwd=set_up)
    assert refused.returncode == 3
    assert "--fresh" in document(refused)["problems"][0]["hint"]
    assert notes.read_bytes() == old
    same = waggle("backend", "--setup", "--session", SESSION, "--task", TASK, cwd=set_up)
    assert same.returncode == 0
    fresh = waggle(*other, "--fresh", cwd=set_up)
    assert fresh.returncode == 0
    assert document(fresh)["config"]["queen_prompt"] == "Another task"
    assert b"FILL" in notes.read_bytes()
    aside = [file for file in notes.parent.iterdir() if file != notes]
    assert [file.read_bytes() for file in aside] == [old]
    assert len(list(json_file.parent.glob("backend_output.2*.json"))) == 1
    assert len(list((notes.parent.parent / "prompts").iterdir())) == 2


def test_two_new_sessions_of_one_task_are_two(root: Path) -> None:
    ids = {
        document(waggle("backend", "--setup", "--task", TASK, cwd=root))["session_id"]
        for _ in range(2)
    }
    assert len(ids) == 2


def test_a_deleted_deliverable_is_a_rejection_and_setup_makes_it_anew(set_up: Path) -> None:
    notes, json_file = fill_in(set_up, SESSION)
    notes.unlink()
    run = waggle("backend", "--output", "--session", SESSION, cwd=set_up)
    assert run.returncode == 1
    assert document(run)["problems"][0]["code"] == "S01"
    again = waggle("backend", "--setup", "--session", SESSION, cwd=set_up)
    assert document(again)["config"]["template_files_kept"] == [str(json_file)]
    assert notes.is_file()


def test_phase_3_writes_into_the_session_only(set_up: Path) -> None:
    fill_in(set_up, SESSION)
    session = set_up / "Docs/hive-mind/sessions" / SESSION

    def listing() -> dict[str, tuple[int, bytes]]:
        return {
            str(path): (path.stat().st_mtime_ns, path.read_bytes())
            for path in sorted(set_up.rglob("*"))
            if path.is_file() and session not in path.parents
        }

    before = listing()
    waggle("backend", "--output", "--session", SESSION, cwd=set_up)
    assert listing() == before


def test_reading_commands_write_nothing(set_up: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in set_up.rglob("*")}
    for arguments in (["session", "list"], ["session", "show", SESSION], ["explain", "E05"]):
        assert waggle(*arguments, cwd=set_up).returncode == 0
        assert json.loads(waggle(*arguments, "--json", cwd=set_up).stdout)["status"] == "completed"
    assert {path: path.stat().st_mtime_ns for path in set_up.rglob("*")} == before


def test_session_list_and_show(set_up: Path) -> None:
    listed = waggle("session", "list", cwd=set_up).stdout.decode()
    assert listed == f"{SESSION}  active  backend-worker active\n"
    shown = waggle("session", "show", SESSION, cwd=set_up).stdout.decode()
    assert TASK in shown
    missing = waggle("session", "show", "nope", "--json", cwd=set_up)
    assert missing.returncode == 3
    assert json.loads(missing.stdout)["problems"][0]["code"] == "R04"


def test_explain(root: Path) -> None:
    assert b"E06 (grounded, error)" in waggle("explain", "e06", cwd=root).stdout
    assert b"completeness" in waggle("explain", "scores", cwd=root).stdout
    unknown = waggle("explain", "E6", "--json", cwd=root)
    assert unknown.returncode == 2
    assert "E06" in json.loads(unknown.stdout)["problems"][0]["hint"]


def test_schema_is_the_one_beside_the_file(set_up: Path) -> None:
    beside = set_up / f"Docs/hive-mind/sessions/{SESSION}/workers/json/backend_output.schema.json"
    assert waggle("schema", "backend", cwd=set_up).stdout == beside.read_bytes()


def test_version_and_completion(root: Path) -> None:
    from workers import __version__

    assert __version__.encode() in waggle("--version", cwd=root).stdout
    run = waggle(cwd=root, env={**os.environ, "_WAGGLE_COMPLETE": "bash_source"})
    assert run.returncode == 0
    assert b"_WAGGLE_COMPLETE=bash_complete" in run.stdout


def test_many_problems_are_bounded_in_print(set_up: Path) -> None:
    notes, _ = fill_in(set_up, SESSION)
    lines = "\n".join(f"Evidence: `app/none{i}.py:1`" for i in range(100))
    notes.write_text(notes.read_text("utf-8").replace("Evidence: `app/mail.py:9-11`", lines))
    told = document(waggle("backend", "--output", "--session", SESSION, cwd=set_up))
    assert told["problems_total"] == 100
    assert len(told["problems"]) == PRINTED_PROBLEMS


def test_a_verdict_follows_the_last_review(set_up: Path) -> None:
    notes, _ = fill_in(set_up, SESSION)
    state = set_up / "Docs/hive-mind/sessions" / SESSION / "STATE.json"
    waggle("backend", "--output", "--session", SESSION, cwd=set_up)
    assert json.loads(state.read_bytes())["status"] == "completed"
    notes.write_text("spoiled")
    waggle("backend", "--output", "--session", SESSION, cwd=set_up)
    after = json.loads(state.read_bytes())
    assert after["status"] == "active"
    assert after["workers"]["backend-worker"]["attempts"] == 2


@pytest.mark.parametrize(
    ("where", "environment", "expected"),
    [
        (".", {}, "."),
        ("app", {}, "."),
        (".claude/agents/waggle", {}, "."),
        ("inner/deep", {}, "inner"),
        (".", {"WAGGLE_ROOT": "app"}, "app"),
        ("app", {"CLAUDE_PROJECT_DIR": "/"}, "."),
    ],
)
def test_the_root(root: Path, where: str, environment: dict[str, str], expected: str) -> None:
    (root / ".claude/agents/waggle").mkdir(parents=True)
    (root / "inner/deep").mkdir(parents=True)
    (root / "inner/.git").write_text("gitdir: elsewhere\n")
    run = waggle(
        "backend", "--setup", "--task", "x", cwd=root / where, env={**os.environ, **environment}
    )
    assert document(run)["config"]["project_root"] == os.path.normpath(root / expected)


def test_the_root_outside_of_any_repository(tmp_path: Path) -> None:
    project = copy_sample(tmp_path / "elsewhere")
    env = {**os.environ, "CLAUDE_PROJECT_DIR": str(project)}
    (tmp_path / "here").mkdir()
    run = waggle("session", "list", cwd=tmp_path / "here", env=env)
    assert str(project).encode() in run.stdout
    run = waggle("session", "list", cwd=tmp_path / "here")
    assert str(tmp_path / "here").encode() in run.stdout
    run = waggle("session", "list", "--root", "nope", cwd=tmp_path)
    assert run.returncode == 3
    assert b"is not a folder" in run.stderr


@pytest.mark.parametrize("name", ["PLUGIN_ROOT", "CLAUDE_PLUGIN_ROOT"])
def test_a_plugins_folder_is_no_root(name: str, root: Path) -> None:
    """Some clients start a plugin's programs in it; it may lie in a repository of anybody's."""
    folder = root / "plugins/waggle"
    (folder / "hooks").mkdir(parents=True)
    env = {**os.environ, name: str(folder)}
    listing = ("session", "list")
    assert waggle(*listing, cwd=folder, env=env).returncode == 0  # a variable of somebody else's
    (folder / "plugin.json").write_text("{}")
    run = waggle(*listing, cwd=folder / "hooks", env=env)
    assert run.returncode == 3
    assert b"does not say where the repository is" in run.stderr
    project = copy_sample(root.parent / "elsewhere")
    env["CLAUDE_PROJECT_DIR"] = str(project / "app")
    assert str(project).encode() in waggle(*listing, cwd=folder, env=env).stdout
    assert str(root).encode() in waggle(*listing, cwd=root, env=env).stdout


def test_a_current_folder_that_was_deleted(tmp_path: Path) -> None:
    script = 'mkdir gone && cd gone && rmdir ../gone && exec "$0" "$1" session list'
    command = ["sh", "-c", script, sys.executable, str(CLI)]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    assert run.returncode == 3
    assert b"was deleted" in run.stderr
    assert b"Traceback" not in run.stderr


def test_any_locale(set_up: Path) -> None:
    task = "Prüfe die Bestellungen: 注文"
    env = {**os.environ, "LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONCOERCECLOCALE": "0"}
    run = waggle("backend", "--setup", "--task", task, "--json", cwd=set_up, env=env)
    assert json.loads(run.stdout.decode())["config"]["queen_prompt"] == task


def test_nobody_listens(set_up: Path) -> None:
    base = f'"{sys.executable}" "{CLI}" backend --output --session {SESSION}'
    for redirection, code in ((">/dev/full", 3), (">&-", 3)):
        run = subprocess.run(
            ["sh", "-c", f"{base} {redirection}"], cwd=set_up, capture_output=True, check=False
        )
        assert run.returncode == code, run.stderr
        assert b"Traceback" not in run.stderr
        assert b"Exception" not in run.stderr
    piped = subprocess.run(
        ["sh", "-c", f"{base} | true"], cwd=set_up, capture_output=True, check=False
    )
    assert b"Traceback" not in piped.stderr
    assert b"Exception" not in piped.stderr


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_a_signal_ends_it_with_its_code(root: Path, number: int, code: int) -> None:
    command = [sys.executable, str(CLI), "backend", "--setup", "--task-file", "-"]
    with subprocess.Popen(
        command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        time.sleep(1.0)  # it now waits for its task
        process.send_signal(number)
        _, errors = process.communicate(timeout=20)
    assert process.returncode == code
    assert b"Traceback" not in errors
    assert errors.count(b"\n") <= 1
    assert not (root / "Docs").exists()


def test_a_terminal_sees_colours_and_a_pipe_none(set_up: Path) -> None:
    if shutil.which("script") is None:
        pytest.skip("script is missing")
    command = f'"{sys.executable}" "{CLI}" backend --output --session {SESSION}'
    run = subprocess.run(
        ["script", "-qec", f"{command} >/dev/null", "/dev/null"],
        cwd=set_up,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        env={**os.environ, "TERM": "xterm-256color", "COLUMNS": "60"},
    )
    shown = run.stdout.decode().split("\n")
    text = "\n".join(line.rsplit("\r\x1b[K", 1)[-1] for line in shown)  # progress is gone
    assert run.returncode == 1
    assert "\x1b[" in text
    plain = re.sub(r"\x1b\[[0-9;]*[mK]", "", text)  # colours, and progress that is erased
    assert "\x1b" not in plain
    assert "error S05" in plain
    assert max(map(len, plain.split("next: ")[0].splitlines())) <= 60
    assert b"\x1b" not in waggle("backend", "--output", "--session", SESSION, cwd=set_up).stderr


def test_without_packages_it_says_how_to_get_them(root: Path) -> None:
    command = [sys.executable, "-I", "-S", str(CLI), "--help"]
    run = subprocess.run(command, cwd=root, capture_output=True, check=False)
    assert run.returncode == 3
    assert run.stderr.count(b"\n") == 1
    assert b"make demo" in run.stderr
    assert b"pip install" in run.stderr


def test_check_judges_two_files_without_a_session(set_up: Path, tmp_path: Path) -> None:
    files = fill_in(set_up, SESSION)
    copies = [shutil.copy(file, tmp_path) for file in files]
    shutil.rmtree(set_up / "Docs")
    before = sorted(set_up.rglob("*"))
    run = waggle("backend", "--check", *copies, "--root", set_up, cwd=tmp_path)
    assert run.returncode == 0, run.stdout
    assert document(run)["session_id"] is None
    assert sorted(set_up.rglob("*")) == before
    Path(copies[0]).write_text("nothing", "utf-8")
    assert waggle("backend", "--check", *copies, cwd=set_up).returncode == 1
    Path(copies[0]).unlink()
    missing = waggle("backend", "--check", *copies, cwd=set_up)
    assert (missing.returncode, document(missing)["problems"][0]["code"]) == (1, "S01")


def test_scores_are_explained(set_up: Path) -> None:
    notes, _ = fill_in(set_up, SESSION)
    notes.write_text(notes.read_text("utf-8").replace("| API design | 4 |", "| API design | 3 |"))
    run = waggle("backend", "--output", "--session", SESSION, "--explain-scores", cwd=set_up)
    scores = document(run)["scores"]
    assert scores["costs"] == [
        {
            "code": "C09",
            "score": "consistency",
            "cost": 10,
            "by": "cost",
            "message": "API design is 3 in the notes, 4 in the JSON",
        }
    ]
    assert scores["computed"]["consistency"] == 90
    assert scores["claimed_minus_computed"] == pytest.approx(5.5 - 9.5, abs=0.3)


def test_all_problems_are_printed_on_request_and_kept_in_the_session(set_up: Path) -> None:
    notes, _ = fill_in(set_up, SESSION)
    lines = "\n".join(f"Evidence: `app/none{i}.py:1`" for i in range(300))
    notes.write_text(notes.read_text("utf-8").replace("Evidence: `app/mail.py:9-11`", lines))
    short = waggle("backend", "--output", "--session", SESSION, cwd=set_up)
    assert len(short.stdout) < 24_000
    told = document(waggle("backend", "--output", "--session", SESSION, "--all", cwd=set_up))
    assert len(told["problems"]) == told["problems_total"] == 300
    kept = json.loads(Path(told["config"]["problems_file"]).read_bytes())
    assert len(kept["problems"]) == 300


def test_completion_criteria_that_nobody_answered_are_not_repeated(set_up: Path) -> None:
    fill_in(set_up, SESSION)
    told = document(waggle("backend", "--output", "--session", SESSION, cwd=set_up))
    assert told["completion_criteria"] == []
