"""The first hour: what somebody sees at a terminal, in a CI log, and after a mistake."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import shutil
import struct
import subprocess
import sys
import termios
from pathlib import Path
from typing import Any

import pytest

from sessions.progress import cells
from tests.at_terminal import ENVIRONMENT, at_terminal
from tests.kit import CLI, MARKER, SESSION, TASK, document, fill_in, waggle
from workers.commands import ENTRIES, GROUPS, INNER_EXAMPLES, MODULES, commands, workers_listed
from workers.contract import PRINTED_PROBLEMS, Place, Problem, WorkerOutput, counted, sentences
from workers.reporting import FORMATS
from workers.reporting.terminal import coloured, command_lines, fitted

COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def assert_fits(text: str, columns: int) -> None:
    """Assert that no line is too wide but for a single word that cannot be broken."""
    for row in COLOUR.sub("", text).split("\n"):
        line = row.rpartition("\r\x1b[K")[2]  # what is being done is shown, then erased
        words = line.removesuffix(" \\").split()
        assert cells(line) <= columns or len(words) <= 2, line


@pytest.fixture
def here(root: Path) -> Path:
    """The sample service as a repository of git."""
    shutil.rmtree(root / ".git")
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    return root


@pytest.mark.parametrize("columns", [80, 50])
def test_a_terminal_shows_text_alone(here: Path, columns: int) -> None:
    words = ["backend", "--setup", "--session", "s", "--task", TASK]
    judge = ["backend", "--output", "--session", "s"]
    code, shown, _ = at_terminal(*words, cwd=here, columns=columns)
    assert code == 0
    assert MARKER.strip() not in shown
    assert '"schema_version"' not in shown
    assert "ready in session s" in shown
    assert_fits(shown, columns)
    code, shown, _ = at_terminal(*judge, cwd=here, columns=columns)
    assert code == 1
    assert "\x1b[1;31merror S05" in shown
    assert "rejected" in shown
    assert "{" not in shown
    assert_fits(shown, columns)
    fill_in(here, "s")
    code, shown, _ = at_terminal(*judge, cwd=here, columns=columns)
    assert code == 0
    assert "BACKEND-CRIT-001" in shown
    assert_fits(shown, columns)


def test_the_document_goes_wherever_output_is_piped(set_up: Path) -> None:
    words = ["backend", "--output", "--session", SESSION]
    code, shown, piped = at_terminal(*words, cwd=set_up, split=True)
    assert code == 1
    assert piped.startswith(MARKER)
    assert json.loads(piped.removeprefix(MARKER))["status"] == "failed"
    assert "error S05" in shown
    assert "\x1b[" in shown
    code, shown, _ = at_terminal(*words, "--json", cwd=set_up, NO_COLOR="1")
    printed = shown.rpartition("\r\x1b[K")[2]
    assert json.loads(printed)["status"] == "failed"
    assert "\x1b" not in printed


def test_a_ci_log_shows_why_a_report_was_rejected(set_up: Path) -> None:
    run = waggle("backend", "--output", "--session", SESSION, cwd=set_up)
    log = run.stderr.decode()
    for problem in document(run)["problems"]:
        assert f"{problem['severity']} {problem['code']} " in log
        assert problem["message"] in " ".join(log.split())
    assert "\x1b" not in log
    assert max(len(line) for line in log.splitlines() if "--" not in line) <= 80


def test_problems_are_bounded_and_worst_first() -> None:
    output = WorkerOutput("backend-worker", "s", "output", "failed")
    places = (Place("n.md", 3), Place("n.md", 4))
    output.problems = [
        *[Problem("E01", "error", "a missing file", "Name it.", places)] * PRINTED_PROBLEMS,
        *[Problem("Q01", "warning", "a weak word", "Say it.", places)] * 5,
    ]
    text = FORMATS["text"](output)
    assert text.count("error E01 n.md:3 and 1 more place") == PRINTED_PROBLEMS
    assert "and 5 more problems: --all prints all" in text


def _read_text(text: str, output: WorkerOutput) -> tuple[str, int]:
    verdict = re.search(r"^backend-worker output: (\w+), (\d+) errors?, ", text, re.MULTILINE)
    assert verdict
    word = {"accepted": "completed", "rejected": "failed"}[verdict[1]]
    assert len(re.findall(r"^error ", text, re.MULTILINE)) == int(verdict[2])
    assert output.worker in text
    return word, int(verdict[2])


def _read_json(text: str, _output: WorkerOutput) -> tuple[str, int]:
    parsed: dict[str, Any] = json.loads(text)
    return parsed["status"], parsed["problems_total"]


READERS = {"text": _read_text, "json": _read_json}


@pytest.mark.parametrize("name", FORMATS)
def test_each_format_is_read_by_its_own_reader(name: str) -> None:
    output = WorkerOutput("backend-worker", "s", "output", "failed")
    output.problems = [Problem("E01", "error", "no such file", "Name it.", (Place("n.md", 3),))]
    assert name in READERS, f"say in READERS how {name} is read"
    assert READERS[name](FORMATS[name](output), output) == ("failed", 1)


def test_run_without_a_model_stops_before_anything_is_made(root: Path) -> None:
    env = {"PATH": "/nowhere"}
    for words in ([], ["--model", "gpt-5"], ["--model", "foo:bar"], ["--model", "groq:x"]):
        run = waggle("backend", "--run", "--task", TASK, *words, cwd=root, env=env)
        (problem,) = document(run)["problems"]
        assert (run.returncode, problem["code"]) == (3, "R16")
        assert not (root / "Docs").exists()
        if not words:
            assert "--model survey" in problem["hint"]
            assert "Install Claude Code" in problem["hint"]
    queen = ["queen", "--task", TASK, "--session", "q", "--model", "foo:bar"]
    assert waggle(*queen, cwd=root, env=env).returncode == 3
    assert not (root / "Docs").exists()


def test_a_run_of_a_plan_asks_for_its_model_first(root: Path) -> None:
    env = {"PATH": "/nowhere"}
    queen = ["queen", "--task", TASK, "--session", "q", "--model", "survey", "--json"]
    planned = json.loads(waggle(*queen, cwd=root, env=env).stdout)
    assert "--model survey" in planned["next_command"]
    log = root / "Docs/hive-mind/sessions/q/EVENTS.jsonl"
    before = log.read_bytes()
    run = waggle("run", "--session", "q", cwd=root, env=env)
    assert run.returncode == 3
    assert b"--model survey" in run.stderr
    assert log.read_bytes() == before


@pytest.mark.parametrize("name", ["survey", "none"])
def test_a_report_by_rule_says_first_that_no_model_read_the_task(root: Path, name: str) -> None:
    run = waggle("backend", "--run", "--task", TASK, "--model", name, cwd=root)
    told = document(run)
    assert (run.returncode, told["model"]) == (0, "survey")
    assert told["next_actions"][0].startswith("No model read the task")
    log = run.stderr.decode().splitlines()
    said = next(at for at, line in enumerate(log) if line.startswith("No model read the task"))
    assert said < next(at for at, line in enumerate(log) if "finding" in line)


def test_the_document_names_no_model_that_had_no_part(root: Path) -> None:
    words = ["--session", "s"]
    setup = document(waggle("backend", "--setup", "--task", TASK, *words, cwd=root))
    assert "setup calls none" in setup["config"]["model_reason"]
    assert "--model" not in setup["config"]["next_command"]
    fill_in(root, "s")
    judged = document(waggle("backend", "--output", *words, cwd=root))
    assert judged["model"] is None
    named = [*words, "--model", "anthropic:claude-sonnet-5"]
    setup = document(waggle("backend", "--setup", *named, cwd=root))
    assert setup["config"]["next_command"].endswith("--model anthropic:claude-sonnet-5")
    judged = document(waggle("backend", "--output", *words, cwd=root))
    assert judged["model"] == "anthropic:claude-sonnet-5"
    assert "rules alone judged" in judged["config"]["model_reason"]


def test_the_first_setup_explains_the_folder_and_how_to_ignore_it(here: Path) -> None:
    def said(session: str) -> str:
        words = ["backend", "--setup", "--session", session, "--task", TASK]
        return waggle(*words, cwd=here).stderr.decode()

    first = said("one")
    assert "Docs/hive-mind is new" in first
    line = next(line for line in first.splitlines() if ".gitignore" in line)
    subprocess.run(["sh", "-c", line], cwd=here, check=True)
    status = ["git", "status", "--short", "--untracked-files=all", "Docs"]
    assert subprocess.run(status, cwd=here, capture_output=True, check=True).stdout == b""
    assert "Docs/hive-mind" not in said("two").replace("Docs/hive-mind/sessions", "")
    shutil.rmtree(here / "Docs")
    assert "ignores it already" in said("three")


def test_a_folder_that_is_no_repository_is_named_as_such(tmp_path: Path) -> None:
    run = waggle("backend", "--setup", "--task", "x", "--root", str(tmp_path), cwd=tmp_path)
    log = " ".join(run.stderr.decode().split())
    assert "not in a git repository" in log
    assert "No file to look at" in log


def test_status_shows_last_verdicts_and_what_waits_for_an_answer(set_up: Path) -> None:
    fill_in(set_up, SESSION)
    file = set_up / f"Docs/hive-mind/sessions/{SESSION}/workers/json/backend_output.json"
    report = json.loads(file.read_text("utf-8"))
    report["unresolved"] = ["Which roles may refund?"]
    file.write_text(json.dumps(report), encoding="utf-8")
    run = waggle("backend", "--output", "--session", SESSION, cwd=set_up)
    assert run.returncode == 0, run.stdout
    shown = waggle("status", cwd=set_up).stdout.decode()
    assert f"{SESSION}  completed: backend-worker accepted" in shown
    assert "Which roles may refund?" in shown
    told = json.loads(waggle("status", "--json", cwd=set_up).stdout)
    assert told["sessions"] == []
    assert [row["session_id"] for row in told["finished"]] == [SESSION]
    asked = [row for row in told["waiting"] if row["kind"] == "escalation"]
    assert asked[-1]["text"] == "Which roles may refund?"
    # The command that is shown answers it.
    command = next(
        line.split("next: ")[1]
        for line in shown.splitlines()
        if f"resolve {asked[-1]['id']}" in line
    )
    subprocess.run(["sh", "-c", command], cwd=set_up, check=True, capture_output=True)
    assert "Which roles may refund?" not in waggle("status", cwd=set_up).stdout.decode()


def test_status_without_any_session_says_how_to_begin(root: Path) -> None:
    shown = waggle("status", cwd=root).stdout.decode()
    assert "no open session" in shown
    assert "backend --setup --task" in shown


def test_the_only_session_is_taken(set_up: Path) -> None:
    for words in (["next"], ["session", "show"], ["verify"]):
        run = waggle(*words, cwd=set_up)
        assert run.returncode in {0, 1}, run.stderr
        assert b"backend-worker" in run.stdout


def test_phase_3_lists_the_sessions_that_there_are(set_up: Path) -> None:
    for session in ("a", "b"):
        waggle("backend", "--setup", "--session", session, "--task", "x", cwd=set_up)
    run = waggle("backend", "--output", cwd=set_up)
    assert run.returncode == 2
    for session in ("a", "b", SESSION):
        assert f"{session} (active)" in run.stderr.decode()
    run = waggle("backend", "--output", "--session", SESSION[:12], cwd=set_up)
    assert f"did you mean {SESSION}?" in run.stderr.decode()


def test_where_there_is_no_session_none_is_to_be_taken(root: Path) -> None:
    run = waggle("session", "show", "x", cwd=root)
    assert "there is none yet" in run.stderr.decode()
    assert "Make one with --setup" in run.stderr.decode()
    assert "Take one" not in run.stderr.decode()


def test_files_that_are_swapped_are_named_so(set_up: Path) -> None:
    notes, json_file = fill_in(set_up, SESSION)
    run = waggle("backend", "--check", json_file, notes, cwd=set_up)
    assert run.returncode == 2
    assert b"swapped" in run.stderr
    assert f"--check {notes} {json_file}".encode() in run.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["setup"], "cli.py backend --setup?"),
        (["check"], "cli.py backend --check?"),
        (["statu"], "Did you mean status? See"),
        (["backnd", "--setup"], "Did you mean backend? See"),
        (["painter", "--setup"], "The workers here are: backend, "),
        (["painter-worker", "--setup"], "There is no worker 'painter-worker'."),
        (["backend", "--outptu"], "Did you mean '--output'? See"),
        (["backend", "--outptu"], "cli.py backend --help."),
        (["session", "lst"], "cli.py session --help."),
    ],
)
def test_a_mistake_is_answered_with_what_runs_from_here(
    root: Path, words: list[str], said: str
) -> None:
    run = waggle(*words, cwd=root)
    assert run.returncode == 2
    assert said in run.stderr.decode()
    assert "?." not in run.stderr.decode()
    command = re.search(r"See (.*--help)\.", run.stderr.decode())
    assert command
    done = subprocess.run(["sh", "-c", command[1]], cwd=root, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


def test_every_command_is_listed_once_in_a_group(root: Path) -> None:
    run = waggle("--help", cwd=root)
    text = run.stdout.decode()
    assert "..." not in text.replace("[ARGS]...", "")
    assert "backend-worker" not in text
    listed = re.findall(r"^  ([a-z]+)  +[A-Z]", text, re.MULTILINE)
    assert sorted(listed) == sorted([*ENTRIES, *workers_listed()])
    titles = ["Workers", *GROUPS]
    assert [title for title in titles if f"\n{title}:\n" in text] == titles
    assert_fits(text, 80)
    for asked in (["-h"], ["help"]):
        assert waggle(*asked, cwd=root).stdout.decode().split() == text.split()
    for asked in (["-V"], ["--version"], ["version"]):
        assert b"waggle, version " in waggle(*asked, cwd=root).stdout


@pytest.mark.parametrize("name", ENTRIES)
def test_the_help_of_a_command_says_what_the_list_says_and_has_an_example(name: str) -> None:
    command = commands[name]
    assert command.help
    assert command.help.split("\n\n")[0].replace("\n", " ") == ENTRIES[name].meaning
    inner = getattr(command, "commands", {})
    for one in inner.values() if inner else [command]:
        assert one.epilog, f"give {name} {one.name} an example"
        assert_fits(one.epilog, 80)
    assert {f"{name} {inner_name}" for inner_name in inner} <= set(INNER_EXAMPLES)
    assert MODULES[name] == ENTRIES[name].module


@pytest.mark.parametrize("words", [["survey"], ["models"], ["status"], ["explain"], ["doctor"]])
@pytest.mark.parametrize("columns", [80, 50])
def test_what_people_look_at_fits_the_window(shared: Path, words: list[str], columns: int) -> None:
    code, shown, _ = at_terminal(*words, cwd=shared, columns=columns)
    assert code == 0
    assert_fits(shown, columns)


def test_the_survey_begins_and_ends_with_the_totals(shared: Path) -> None:
    lines = waggle("survey", cwd=shared).stdout.decode().strip().splitlines()
    assert lines[0] == lines[-1]
    assert re.fullmatch(r"\d+ files: 6 endpoints, 3 tables, 7 dependencies, 0 .*", lines[0])
    assert not any("asyncpg" in line for line in lines)
    assert "asyncpg" in waggle("survey", "--dependencies", cwd=shared).stdout.decode()


def test_models_names_what_works_here_and_what_others_lack(root: Path) -> None:
    run = waggle("models", cwd=root, env={"PATH": "/nowhere"})
    lines = run.stdout.decode().splitlines()
    assert lines[:2] == [
        "Usable here:",
        "  survey                        a report by rule; no model reads the task",
    ]
    assert "  openai:gpt-5                  OPENAI_API_KEY is not set" in lines


def test_watch_leaves_the_terminal_as_it_was(set_up: Path) -> None:
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    process = subprocess.Popen(
        [sys.executable, str(CLI), "watch"],
        cwd=set_up,
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
        env=os.environ | ENVIRONMENT,
    )
    os.close(theirs)
    shown = b""
    while b"backend-worker" not in shown:
        shown += os.read(ours, 65536)
    process.terminate()
    try:
        while data := os.read(ours, 65536):
            shown += data
    except OSError:
        pass
    os.close(ours)
    assert process.wait() == 143
    enter, leave = shown.index(b"\x1b[?1049h"), shown.rindex(b"\x1b[?1049l")
    assert enter < shown.index(b"backend-worker") < leave
    assert b"\x1b[?25h" in shown[shown.rindex(b"\x1b[?25l") :]  # the cursor is back
    assert b"backend-worker" not in shown[leave:]


def test_lines_are_broken_at_words_and_commands_stay_commands() -> None:
    text = "    one two three four five six seven eight nine ten eleven twelve"
    assert fitted(text, 30).split("\n") == [
        "    one two three four five",
        "      six seven eight nine ten",
        "      eleven twelve",
    ]
    assert fitted("表" * 8 + " " + "表" * 8, 30).count("\n") == 1
    command = "/opt/python /opt/waggle/cli.py backend --output --session s --root '/a b'"
    lines = list(command_lines(command, 40, "  "))
    assert max(map(len, lines)) <= 40
    echoed = subprocess.run(
        ["sh", "-c", "printf '%s\\n' " + "\n".join(lines)], capture_output=True, check=True
    )
    assert echoed.stdout.decode().split("\n")[:-1] == [
        "/opt/python", "/opt/waggle/cli.py", "backend", "--output", "--session", "s",
        "--root", "/a b",
    ]  # fmt: skip


def test_colours_change_nothing_but_colours() -> None:
    for line in ("error E01 n.md:3 /a", "    fix: do it", "Endpoints: 3", "plain", "next: x"):
        assert COLOUR.sub("", coloured(line)) == line
    assert coloured("plain") == "plain"


def test_numbers_and_sentences_are_english() -> None:
    assert [counted(number, "error") for number in (0, 1, 2)] == ["0 errors", "1 error", "2 errors"]
    assert counted(2, "dependency") == "2 dependencies"
    assert sentences("text is left", "Replace it.") == "text is left. Replace it."
    assert sentences("Did you mean this?", "See x.") == "Did you mean this? See x."
