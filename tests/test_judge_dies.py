"""What kills, hangs or starves the judge gives a document and exit 3, and holds the agent."""

from __future__ import annotations

import gc
import json
import os
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.kit import CLI, HONEST, SESSION, copy_sample, document, fill_in, waggle
from tests.mcp_client import Client, request
from tests.test_gate import hook, owned, state_of, told
from workers.repository.apart import Allowance, apart
from workers.repository.repository import Repository
from workers.repository.source import Source

PLANTED = Path(__file__).parent / "planted"
# What is planted in the judge, and the code and words that tell of it.
FAULTS = {
    "raises": ("R11", "RuntimeError"),
    "crashes": ("R20", "died of SIGSEGV"),
    "killed": ("R20", "ended by SIGKILL"),
    "hangs": ("R20", "took over"),
    "sleeps": ("R20", "took over 4 s"),
    "hoards": ("R20", "MiB of memory"),
}


def planted(fault: str) -> dict[str, str]:
    return {
        **os.environ,
        "PYTHONPATH": str(PLANTED),
        "WAGGLE_PLANTED": fault,
        "WAGGLE_JUDGE_SECONDS": "1" if fault in {"hangs", "sleeps"} else "60",
    }


def events_of(root: Path) -> list[dict[str, Any]]:
    log = root / "Docs/hive-mind/sessions" / SESSION / "EVENTS.jsonl"
    return [json.loads(line) for line in log.read_text("utf-8").splitlines()]


@pytest.mark.sampled(2)
@pytest.mark.parametrize("fault", FAULTS)
def test_an_output_without_a_verdict_is_a_document_and_3(set_up: Path, fault: str) -> None:
    fill_in(set_up, SESSION)
    run = waggle("backend", "--output", "--session", SESSION, cwd=set_up, env=planted(fault))
    assert run.returncode == 3, run.stderr
    assert b"Traceback" not in run.stderr
    answer = document(run)
    assert answer["status"] == "blocked"
    code, words = FAULTS[fault]
    (error,) = [one for one in answer["problems"] if one["severity"] == "error"]
    assert error["code"] == code
    assert words in error["message"]
    assert answer["config"]["next_command"].endswith(f"--root {set_up}")
    state = state_of(set_up)
    assert (state["status"], state["completed_at"]) == ("active", None)
    last = events_of(set_up)[-1]
    assert last["event_type"] == "session_validated"
    assert last["details"]["result"] == "failure"
    assert words in last["details"]["text"]
    # It was the planted fault: without it the same report is accepted.
    assert waggle("backend", "--output", "--session", SESSION, cwd=set_up).returncode == 0


@pytest.mark.parametrize("fault", ["raises", "crashes"])
def test_a_check_of_two_files_without_a_verdict_is_3(set_up: Path, fault: str) -> None:
    notes, file = fill_in(set_up, SESSION)
    run = waggle("backend", "--check", notes, file, "--json", cwd=set_up, env=planted(fault))
    assert run.returncode == 3
    assert document(run)["problems"][0]["code"] == FAULTS[fault][0]


@pytest.mark.sampled(2)
@pytest.mark.parametrize("fault", ["raises", "crashes", "sleeps", "hoards"])
def test_the_gate_holds_within_its_caps(root: Path, fault: str) -> None:
    fill_in(owned(root), SESSION)
    # How often is counted alike for all faults; those that take seconds are held once.
    times = (1,) if fault in {"sleeps", "hoards"} else (1, 2)
    for number in times:
        run = hook("subagent-stop", told(), root, planted(fault))
        assert run.returncode == 2, run.stderr
        reason = run.stderr.decode()
        assert "could not be judged: there is no verdict" in reason
        assert f"You are held: {number} of at most" in reason
        assert FAULTS[fault][1] in reason
        assert events_of(root)[-1]["event_type"] == "worker_held"
    if len(times) == 2:
        run = hook("subagent-stop", told(), root, planted(fault))
        assert (run.returncode, run.stdout) == (0, b"")
        assert events_of(root)[-1]["event_type"] == "worker_failed"


@pytest.mark.sampled(3)
@pytest.mark.parametrize("fault", ["raises", "crashes", "hangs"])
def test_the_mcp_server_answers_and_lives_on(set_up: Path, fault: str) -> None:
    fill_in(set_up, SESSION)
    env = planted(fault)
    client = Client(
        set_up, **{name: env[name] for name in env if env[name] != os.environ.get(name)}
    )
    client.start()
    for _ in range(2):
        answer = client.call("output", session=SESSION)
        assert answer["isError"]
        assert answer["structuredContent"]["problems"][0]["code"] == FAULTS[fault][0]
    assert client.call("status")["structuredContent"]["status"] == "completed"
    client.close()


def test_a_decider_that_raises_gives_no_verdict(set_up: Path) -> None:
    fill_in(set_up, SESSION)
    run = waggle("backend", "--output", "--session", SESSION, cwd=set_up, env=planted("decider"))
    assert run.returncode == 3, run.stderr
    assert b"Traceback" not in run.stderr
    answer = document(run)
    assert answer["status"] == "blocked"
    errors = {one["code"] for one in answer["problems"] if one["severity"] == "error"}
    assert errors == {"R11"}
    assert "RuntimeError" in answer["problems"][0]["message"]
    assert waggle("backend", "--output", "--session", SESSION, cwd=set_up).returncode == 0


def notes_with(root: Path, *blocks: str) -> None:
    notes, _ = fill_in(root, SESSION)
    text = notes.read_text("utf-8")
    notes.write_text(text + "".join(f"\n\n```{block}\n```\n" for block in blocks), "utf-8")


def test_a_parser_that_crashes_leaves_its_block_undecided(set_up: Path) -> None:
    brackets = "yaml\n" + "[" * 39_000
    valid = "yaml\n" + "a: b\n" * 2000
    notes_with(set_up, valid, brackets, "toml\n" + "# x\n" * 2000 + "a = ", "json\n{}")
    run = waggle("backend", "--output", "--session", SESSION, cwd=set_up, env=planted("no limits"))
    answer = document(run)
    told_of = {one["code"]: one for one in answer["problems"]}
    assert run.returncode == 1  # of the TOML, which is judged all the same
    assert [one["code"] for one in answer["problems"] if one["severity"] == "error"] == ["A04"]
    assert "died of SIGSEGV" in told_of["A10"]["message"]
    assert told_of["A10"]["severity"] == "warning"
    assert answer["coverage"]["blocks"]["invalid"] == 1
    assert answer["coverage"]["blocks"]["unverifiable"] == 1


LIMITED: dict[str, tuple[Callable[[str], str], str]] = {
    "brackets in YAML": (lambda notes: f"{notes}\n```yaml\n{'[' * 19_000}\n```\n", "A09"),
    "more of them": (lambda notes: f"{notes}\n```yaml\n{'[' * 49_000}\n```\n", "S04"),
    "indented YAML": (
        lambda notes: "\n".join(
            (notes, "```yaml", *(f"{' ' * n}a:" for n in range(200)), "```", "")
        ),
        "A09",
    ),
    "items side by side": (lambda notes: f"{notes}\n```yaml\n{'- ' * 9000}a\n```\n", "A09"),
    "a dotted key": (lambda notes: f"{notes}\n```toml\na{'.a' * 9000} = 1\n```\n", "A09"),
    "brackets in TOML": (lambda notes: f"{notes}\n```toml\na = {'[' * 300}\n```\n", "A09"),
    "JSON": (lambda notes: f"{notes}\n```json\n{'[' * 300}{']' * 300}\n```\n", "A09"),
    "GraphQL": (lambda notes: f"{notes}\n```graphql\n{'{a' * 300}\n```\n", "A09"),
    "SQL": (lambda notes: f"{notes}\n```sql\nSELECT {'(' * 300}\n```\n", "A09"),
    "Python": (lambda notes: f"{notes}\n```python\nx = {'(' * 300}\n```\n", "A09"),
    "a long block": (lambda notes: f"{notes}\n```python\n{'x = 1' * 12_000}\n```\n", "A09"),
    "many blocks": (lambda notes: notes + f"\n```json\n{'1' * 19_000}\n```\n" * 17, "A09"),
    "links": (lambda notes: f"{notes}\n{'[' * 100_000}\n", "S04"),
    "images": (lambda notes: f"{notes}\n{'![' * 50_000}\n", "S04"),
    "8 MB of links": (lambda notes: f"{notes}\n{'[' * 8_000_000}\n", "S04"),
    "8 MB of emphasis": (lambda notes: f"{notes}\n{'*a ' * 2_600_000}\n", "S04"),
    "emphasis on lines": (lambda notes: notes + "\n*a *b *c *d" * 90_000, "S04"),
}  # fmt: skip


@pytest.mark.parametrize("name", LIMITED)
def test_what_is_over_a_limit_is_an_error_at_its_place(shared: Path, name: str) -> None:
    notes, _ = fill_in(shared, SESSION)
    change, code = LIMITED[name]
    text = notes.read_text("utf-8")
    notes.write_text(change(text), "utf-8")
    start = os.times()
    run = waggle("backend", "--output", "--session", SESSION, cwd=shared)
    end = os.times()
    errors = [one for one in document(run)["problems"] if one["severity"] == "error"]
    assert run.returncode == 1
    assert code in {one["code"] for one in errors}
    first = next(one for one in errors if one["code"] == code)
    assert first["file"] == str(notes)
    assert code != "A09" or first["line"] > text.count("\n")
    assert end.children_user - start.children_user < 6


def test_a_proposed_table_in_partitions_is_judged(set_up: Path) -> None:
    table = "CREATE TABLE h (y int NOT NULL PRIMARY KEY) PARTITION BY {} (PARTITION p0 {});"
    blocks = [
        table.format("RANGE (y)", "VALUES LESS THAN (2026)"),
        table.format("LIST (y)", "VALUES IN (1, 2)"),
        table.format("RANGE (YEAR(y))", "VALUES LESS THAN MAXVALUE"),
        table.format("HASH (y)", ""),
    ]
    notes_with(set_up, *(f"sql\n{block}" for block in blocks))
    run = waggle("backend", "--output", "--session", SESSION, cwd=set_up)
    assert run.returncode in {0, 1}
    assert document(run)["status"] in {"completed", "failed"}
    assert not {"A10", "R11"} & {one["code"] for one in document(run)["problems"]}


@pytest.mark.parametrize("late", [False, True], ids=["at once", "while it runs"])
def test_a_cancelled_call_does_not_keep_the_server(set_up: Path, *, late: bool) -> None:
    fill_in(set_up, SESSION)
    env = planted("sleeps" if late else "hangs")
    env["WAGGLE_JUDGE_SECONDS"] = "60"
    client = Client(
        set_up, **{name: env[name] for name in env if env[name] != os.environ.get(name)}
    )
    client.start()
    client.send(request(70, "tools/call", name="output", arguments={"session": SESSION}))
    if late:
        time.sleep(1)
    gone = {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 70}}
    client.send(json.dumps(gone).encode())
    start = time.monotonic()
    client.close()
    assert time.monotonic() - start < 10


def test_ending_the_program_ends_its_judge(set_up: Path) -> None:
    fill_in(set_up, SESSION)
    words = [sys.executable, str(CLI), "backend", "--output", "--session", SESSION]
    run = subprocess.Popen(
        words,
        cwd=set_up,
        env={**planted("hangs"), "WAGGLE_JUDGE_SECONDS": "60"},
        stdout=-3,
        stderr=-3,
    )
    children = Path(f"/proc/{run.pid}/task/{run.pid}/children")
    if not children.parent.exists():
        pytest.skip("no /proc")
    end = time.monotonic() + 30
    while not (known := children.read_text().split()) and time.monotonic() < end:
        time.sleep(0.05)
    run.terminate()
    assert run.wait(timeout=10) == 143
    for _ in range(100):
        if not Path(f"/proc/{known[0]}").exists():
            return
        time.sleep(0.05)
    pytest.fail("the judge lives on")


def test_a_child_closes_no_file_by_a_number_of_its_caller(root: Path) -> None:
    kept = [Repository(root)]
    assert isinstance(kept[0].source("app/main.py"), Source)
    number = kept[0]._folder

    def work() -> bool:
        os.dup2(os.open(os.devnull, os.O_RDONLY), number)
        kept.clear()
        gc.collect()
        return stat.S_ISCHR(os.fstat(number).st_mode)

    assert apart(work, Allowance(10, 10, 1 << 30))


def test_most_reports_start_no_second_child(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from workers.catalog import built_in
    from workers.delivery import proposals
    from workers.delivery.delivery import read_delivery

    def started(*_arguments: Any) -> Any:
        raise AssertionError("a child was started")

    monkeypatch.setattr(proposals, "apart", started)
    root = copy_sample(tmp_path)
    files = (HONEST / "backend_notes.md", HONEST / "backend_output.json")
    assert proposals.judged(read_delivery(built_in()[0], Repository(root), *files))
