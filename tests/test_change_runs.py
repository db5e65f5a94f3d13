"""A headless worker that changes code: what it may write, what it proves, how it is judged."""

from __future__ import annotations

import json
import os
import stat
import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest
import respx
from pydantic_ai.messages import ModelMessage, ModelResponse, TextPart
from pydantic_ai.models import Model
from pydantic_ai.models.function import AgentInfo, FunctionModel

from sessions.errors import BadInput
from sessions.snapshots import begin
from tests import agents, changing
from tests.agents import Call, scripted
from tests.changing import CHANGE_SESSION, CHANGE_TASK, HONEST_EDIT, NEW_TESTS
from tests.kit import CLI, document, waggle
from workers.agents.fill.agent import SECRETS
from workers.agents.fill.tree import FILE_BYTES, RUN_BYTES, Replacement, Tree
from workers.agents.limits import Limits
from workers.catalog import built_in
from workers.contract import WorkerOutput
from workers.phases.prepare import Order
from workers.phases.run import Run, run

SESSION = f"Docs/hive-mind/sessions/{CHANGE_SESSION}"
JSON_FILE = f"{SESSION}/workers/json/backend_output.json"
HONEST_CALLS: list[Call] = [
    (
        "edit_file",
        {"path": "app/prices.py", "old_text": HONEST_EDIT[0], "new_text": HONEST_EDIT[1]},
    ),
    ("create_file", {"path": "tests/test_discount.py", "content": NEW_TESTS}),
]


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The repository whose owner proves changes."""
    for name, value in changing.proving_environment().items():
        monkeypatch.setenv(name, value)
    return changing.make_repository(tmp_path)


def run_with(root: Path, model: Model, **limits: Any) -> WorkerOutput:
    task = CHANGE_TASK.encode()
    order = Order(built_in()[0], root, CLI, CHANGE_SESSION, task, kind="change")
    return run(Run(order, Limits(**limits), model))


def events(root: Path, event_type: str) -> list[dict[str, Any]]:
    rows = (root / SESSION / "EVENTS.jsonl").read_text("utf-8").splitlines()
    return [row for row in map(json.loads, rows) if row["event_type"] == event_type]


def reported(messages: list[ModelMessage], *arguments: Any, **fields: Any) -> list[Call]:
    _, _, root = agents.files_of(messages)
    texts = changing.report_texts(Path(root), CHANGE_SESSION, *arguments, **fields)
    return agents.write(messages, *texts)


def told_codes(output: WorkerOutput) -> set[str]:
    return {problem.code for problem in output.problems if problem.severity == "error"}


def honest(messages: list[ModelMessage]) -> list[Call] | str:
    """Edit, prove, report."""
    steps = [HONEST_CALLS, [("prove", {"names": ["tests"]})], reported(messages)]
    done = agents.calls_since_asked(messages)
    return steps[done] if done < len(steps) else agents.DONE


def test_an_honest_change_is_accepted_at_once(shop: Path) -> None:
    output = run_with(shop, scripted(honest))
    assert output.status == "completed", [one.message for one in output.problems]
    assert output.config["attempt"] == 1
    assert (output.outcome or {})["status"] == "done"
    changed = {row["file"]: row["kind"] for row in (output.changes or {})["files"]}
    assert changed == {"app/prices.py": "modified", "tests/test_discount.py": "added"}
    (proof,) = events(shop, "proof_run")  # phase 3 has nothing to run again
    assert proof["details"]["run"]["passed"] == 4


def test_an_agent_is_told_what_a_proof_showed(shop: Path) -> None:
    before, after = changing.FALSE_EDIT
    edit = {"path": "app/prices.py", "old_text": before, "new_text": after}
    _, proved = tried(shop, [("edit_file", edit), ("prove", {})])
    assert proved.outcome == "success"
    assert "status failed, exit_code 1, passed 1, failed 1" in proved.content
    assert "test_quantities_count" in proved.content
    assert "AssertionError: 540 != 599" in proved.content
    assert len(proved.content) < 5000


def test_a_liar_about_proofs_is_rejected(shop: Path) -> None:
    """It breaks a test, skips it, proves nothing, and insists."""

    def lies(messages: list[ModelMessage]) -> list[Call] | str:
        if agents.calls_since_asked(messages):
            return "All tests pass."
        calls: list[Call] = []
        if len(agents.asked(messages)) == 1:
            for path, (old, new) in (
                ("app/prices.py", changing.FALSE_EDIT),
                ("tests/test_prices.py", changing.SKIPPED),
            ):
                calls.append(("edit_file", {"path": path, "old_text": old, "new_text": new}))
        rounds = len(agents.asked(messages))
        fields = {"unresolved": [f"Checked {rounds} times."]}
        return [*calls, *reported(messages, changing.FALSE_CHANGES, **fields)]

    output = run_with(shop, scripted(lies), attempts=2)
    assert output.status == "failed"
    assert told_codes(output) & {"W11", "W13"}
    assert output.config["attempt"] == 2
    assert not events(shop, "output_accepted")


def test_a_rejected_change_is_repaired_in_the_code(shop: Path) -> None:
    """The two files are as they were; what is repaired is the work."""
    asked: list[str] = []

    def repairs(messages: list[ModelMessage]) -> list[Call] | str:
        asked[:] = agents.asked(messages)
        if agents.calls_since_asked(messages):
            return "Done."
        if len(asked) == 1:
            return [HONEST_CALLS[0], *reported(messages)]
        return [HONEST_CALLS[1]]

    output = run_with(shop, scripted(repairs))
    assert output.status == "completed", [one.message for one in output.problems]
    assert output.config["attempt"] == 2
    assert "- W01 " in asked[1]
    assert "test_discount.py" in asked[1]


def test_an_honest_failure_is_accepted_with_its_outcome(shop: Path) -> None:
    def gives_up(messages: list[ModelMessage]) -> list[Call] | str:
        outcome = {"status": "blocked", "reason": "nobody knows the rate", "parts": []}
        if agents.calls_since_asked(messages):
            return "Blocked."
        return reported(messages, (), outcome=outcome, proofs=[])

    output = run_with(shop, scripted(gives_up))
    assert output.status == "completed", [one.message for one in output.problems]
    assert output.outcome == {"status": "blocked", "reason": "nobody knows the rate"}
    state = json.loads((shop / SESSION / "STATE.json").read_text("utf-8"))
    assert state["workers"]["backend-worker"]["status"] == "blocked"


def tried(root: Path, *answers: list[Call]) -> list[Any]:
    """Let an agent make calls, some an answer; returns what it was told."""
    told: list[Any] = []

    def tries(messages: list[Any]) -> Any:
        step = agents.calls_since_asked(messages)
        told[:] = agents.results(messages)
        return answers[step] if step < len(answers) else "done"

    run_with(root, scripted(tries), attempts=1)
    return told


CLOSED = {
    "dots": "../outside.txt",
    "dots inside": "app/../../outside.txt",
    "absolute": "/tmp/waggle-was-here",
    "git": ".git/config",
    "git hook": ".git/hooks/pre-commit",
    "git in upper case": ".GIT/hooks/pre-commit",
    "link out": "link.txt",
    "link folder": "linked/new.txt",
    "ignored": "build/out.txt",
    "made by a tool": "app/__pycache__/x.pyc",
    "key": "deploy/server.pem",
    "environment": "app/.env",
    "another repository": "inner/x.txt",
    "sessions": "Docs/hive-mind/sessions/other/SESSION.md",
    "archives": "Docs/hive-mind/archives/x",
    "events": f"{SESSION}/EVENTS.jsonl",
    "prompt": f"{SESSION}/workers/prompts/backend-worker.prompt",
    "a proof's output": f"{SESSION}/workers/proofs/x.txt",
    "base": f"{SESSION}/workers/base/backend/index",
    "folder": "app",
    "root": ".",
    "nothing": "",
    "null": "app/\0x",
}


@pytest.fixture
def with_exits(shop: Path) -> Path:
    """The repository with files that are closed, and ways out of it."""
    (shop.parent / "outside.txt").write_text("text\n")
    (shop / "link.txt").symlink_to(shop.parent / "outside.txt")
    (shop.parent / "beside").mkdir()
    (shop / "linked").symlink_to(shop.parent / "beside")
    for name in ("inner/.git", "inner/x.txt", "build/out.txt", "app/.env", "deploy/server.pem"):
        (shop / name).parent.mkdir(exist_ok=True)
        (shop / name).write_text("text\n")
    return shop


def snapshot(folder: Path) -> dict[Path, bytes | str]:
    return {
        file: str(file.readlink()) if file.is_symlink() else file.read_bytes()
        for file in folder.rglob("*")
        if file.is_symlink() or file.is_file()
    }


def changed_by(root: Path, *answers: list[Call]) -> tuple[list[Any], set[str]]:
    """Return what an agent was told of its calls, and what changed beside the session."""
    before = snapshot(root.parent)
    told = tried(root, *answers)
    after = snapshot(root.parent)
    ours = root / SESSION
    changed = {file for file in before | after if before.get(file) != after.get(file)}
    return told, {
        str(file.relative_to(root.parent)) for file in changed if not file.is_relative_to(ours)
    }


def attempts(path: str) -> list[Call]:
    return [
        ("edit_file", {"path": path, "old_text": "text", "new_text": "other"}),
        ("create_file", {"path": path, "content": "other"}),
        ("write_file", {"path": path, "content": "other"}),
        ("delete_file", {"path": path}),
        ("rename_file", {"path": path, "new_path": "app/new.py"}),
        ("rename_file", {"path": "app/prices.py", "new_path": path}),
    ]


def test_an_agent_writes_nothing_but_files_that_the_verdict_sees(with_exits: Path) -> None:
    told, changed = changed_by(with_exits, *map(attempts, CLOSED.values()))
    assert not changed
    number = len(attempts(""))
    assert len(told) == number * len(CLOSED)
    for position, case in enumerate(CLOSED):
        of_case = told[position * number : (position + 1) * number]
        assert all(one.outcome != "success" for one in of_case), (case, of_case)
    assert not Path("/tmp/waggle-was-here").exists()


def test_a_deliverable_is_neither_deleted_nor_moved(shop: Path) -> None:
    notes = f"{SESSION}/workers/notes/backend_notes.md"
    told = tried(
        shop,
        [
            ("delete_file", {"path": notes}),
            ("rename_file", {"path": notes, "new_path": "app/notes.md"}),
            ("edit_file", {"path": notes, "old_text": "## Proofs", "new_text": "## Proofs\n"}),
        ],
    )
    assert [one.outcome for one in told] == ["failed", "failed", "success"]


REFUSED_EDITS: dict[str, tuple[dict[str, Any], str]] = {
    "stale": ({"old_text": "return 1", "new_text": "x"}, "does not stand"),
    "twice": ({"old_text": "price", "new_text": "x"}, "more than once"),
    "overlapping": ({"old_text": "\n\n", "new_text": "x"}, "more than once"),
    "nothing": ({}, "nothing is to be replaced"),
    "no old text": ({"new_text": "x"}, "old_text is empty"),
    "the same": ({"old_text": "def total", "new_text": "def total"}, "the same"),
    "too much": ({"old_text": "def total", "new_text": "x" * (FILE_BYTES + 1)}, "at most"),
    "one of two": (
        {
            "replacements": [
                {"old_text": "def total", "new_text": "def sum_of"},
                {"old_text": "gone", "new_text": "x"},
            ]
        },
        "does not stand",
    ),
}


def test_an_edit_needs_the_text_that_is_there_once(shop: Path) -> None:
    calls: list[Call] = [
        ("edit_file", {"path": "app/prices.py", **arguments})
        for arguments, _ in REFUSED_EDITS.values()
    ]
    told, changed = changed_by(shop, calls)
    assert not changed
    for one, (case, (_, why)) in zip(told, REFUSED_EDITS.items(), strict=True):
        assert one.outcome == "failed", case
        assert why in one.content, case


def test_files_are_created_renamed_and_deleted(shop: Path) -> None:
    calls: list[Call] = [
        ("create_file", {"path": "app/new/deep.py", "content": "x = 1\n"}),
        ("create_file", {"path": "app/prices.py", "content": "x = 1\n"}),
        ("rename_file", {"path": "app/prices.py", "new_path": "app/new/prices.py"}),
        ("rename_file", {"path": "app/new/deep.py", "new_path": "app/new/prices.py"}),
        ("delete_file", {"path": "tests/test_prices.py"}),
        ("delete_file", {"path": "tests/test_prices.py"}),
    ]
    told, changed = changed_by(shop, calls)
    outcomes = ["success", "failed", "success", "failed", "success", "failed"]
    assert [one.outcome for one in told] == outcomes, [one.content for one in told]
    paths = ("app/new/deep.py", "app/prices.py", "app/new/prices.py", "tests/test_prices.py")
    assert changed == {f"shop/{path}" for path in paths}
    assert (shop / "app/new/prices.py").read_text() == changing.PRICES


def tree(root: Path) -> Tree:
    snapshots, _ = begin(root, root.parent / "base")
    scratch = root.parent / "scratch"
    scratch.mkdir()
    return Tree(root, snapshots, frozenset(), SECRETS, scratch)


@pytest.mark.parametrize("mode", [0o755, 0o600])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"one\r\ntwo\r\n", b"one\r\n2\r\nmore\r\n"),
        (b"one\ntwo\n", b"one\n2\nmore\n"),
        (b"\xef\xbb\xbfone\r\ntwo", b"\xef\xbb\xbfone\r\n2\r\nmore"),
        (b"caf\xe9 one\ntwo\n", b"caf\xe9 one\n2\nmore\n"),
        (b"a\nb\r\none\r\ntwo\n", b"a\nb\r\none\r\n2\r\nmore\n"),
    ],
    ids=["crlf", "lf", "bom", "latin-1", "mixed"],
)
def test_an_edit_keeps_mode_and_line_ends(
    shop: Path, before: bytes, after: bytes, mode: int
) -> None:
    file = shop / "app/data.txt"
    file.write_bytes(before)
    file.chmod(mode)
    tree(shop).edit("app/data.txt", [Replacement("one\ntwo", "one\n2\nmore")])
    assert file.read_bytes() == after
    assert stat.S_IMODE(file.stat().st_mode) == mode
    assert not list(shop.parent.rglob("*.tmp"))


def test_a_kill_in_the_middle_leaves_nothing_in_the_tree(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_arguments: object, **_options: object) -> None:
        raise KeyboardInterrupt

    files = tree(shop)
    before = snapshot(shop)
    monkeypatch.setattr(os, "replace", dies)
    with pytest.raises(KeyboardInterrupt):
        files.edit("app/prices.py", [Replacement("def total", "def sum_of")])
    assert snapshot(shop) == before
    assert not list(files.scratch.iterdir())


def test_a_line_that_becomes_two_ends_as_the_others_do(shop: Path) -> None:
    file = shop / "app/data.txt"
    file.write_bytes(b"one\r\ntwo\r\n")
    tree(shop).edit("app/data.txt", [Replacement("one", "one\nmore")])
    assert file.read_bytes() == b"one\r\nmore\r\ntwo\r\n"


def test_what_git_tracks_though_it_is_ignored_may_be_changed(shop: Path) -> None:
    (shop / "build").mkdir()
    (shop / "build/kept.txt").write_text("text\n")
    subprocess.run(["git", "-C", str(shop), "add", "-f", "build/kept.txt"], check=True)
    assert tree(shop).edit("build/kept.txt", [Replacement("text", "other")])


def test_a_text_that_is_no_unicode_is_refused(shop: Path) -> None:
    with pytest.raises(BadInput, match="no Unicode"):
        tree(shop).edit("app/prices.py", [Replacement("def total", "\ud800")])
    assert (shop / "app/prices.py").read_text() == changing.PRICES


def test_a_run_writes_so_much_and_no_more(shop: Path) -> None:
    files = tree(shop)
    for number in range(RUN_BYTES // FILE_BYTES):
        files.create(f"app/{number}.txt", "x" * FILE_BYTES)
    with pytest.raises(BadInput, match="at most"):
        files.create("app/more.txt", "x")
    assert not (shop / "app/more.txt").exists()


def test_without_git_what_tools_make_is_closed_as_well(tmp_path: Path) -> None:
    (tmp_path / "root").mkdir()
    files = tree(tmp_path / "root")
    assert files.create("app/x.py", "x = 1\n")
    with pytest.raises(BadInput, match="made by a tool"):
        files.create("node_modules/x.js", "x")


@pytest.mark.parametrize(
    ("names", "why"),
    [(["lint"], "There is: tests"), (["--allow"], "no proof"), (["--", "id"], "no proof")],
    ids=str,
)
def test_a_proof_is_run_by_its_name_alone(shop: Path, names: list[str], why: str) -> None:
    (told,) = tried(shop, [("prove", {"names": names})])
    assert told.outcome == "failed"
    assert why in told.content
    assert not [one for one in events(shop, "proof_run") if one["details"]["target"] != "tests"]


def test_without_a_proof_of_the_owner_the_agent_is_told(shop: Path) -> None:
    (shop / "waggle.toml").unlink()
    (told,) = tried(shop, [("prove", {})])
    assert "the owner has defined no proof" in told.content


def test_tools_of_a_change_are_cheap(shop: Path) -> None:
    seen: list[tuple[list[str], int]] = []

    def counts(messages: list[Any], info: AgentInfo) -> ModelResponse:
        tools = [
            (tool.name, tool.description, tool.parameters_json_schema)
            for tool in info.function_tools
        ]
        prompt = agents.asked(messages)[0]
        size = len(json.dumps(tools)) + len(info.instructions or "") + len(prompt)
        seen.append(([tool[0] for tool in tools], size))
        return ModelResponse(parts=[TextPart("done")])

    run_with(shop, FunctionModel(counts), attempts=1)
    names, size = seen[0]
    assert set(names) == {
        *("read_file", "write_file", "find_files", "grep"),
        *("edit_file", "create_file", "delete_file", "rename_file", "prove"),
    }
    assert size / 4 < 2300  # tokens, at four characters each


def test_a_kind_that_was_set_up_goes_on_without_being_named(shop: Path) -> None:
    run_with(shop, scripted(lambda _messages: "later"), attempts=1)
    order = Order(built_in()[0], shop, CLI, CHANGE_SESSION)
    output = run(Run(order, Limits(), scripted(honest)))
    assert output.status == "completed", [one.message for one in output.problems]


def test_a_report_by_rule_is_none_of_a_change(root: Path) -> None:
    words = ["backend", "--run", "--model", "survey", "--json", "--session", CHANGE_SESSION]
    task = ["--task", CHANGE_TASK]
    assert waggle(*words, *task, "--kind", "change", cwd=root).returncode == 2
    assert not (root / SESSION).exists()
    setup = ["backend", "--setup", "--kind", "change", "--session", CHANGE_SESSION, *task]
    assert waggle(*setup, cwd=root).returncode == 0
    asked = waggle(*words, cwd=root)
    assert asked.returncode == 2, document(asked)
    assert "changes none" in document(asked)["problems"][0]["message"]


@pytest.mark.usefixtures("loopback_models")
def test_a_model_without_tools_of_its_own_has_the_same(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The user's subscription takes and gives text: tools are told and called in it."""
    url = "http://127.0.0.1:47293"
    monkeypatch.setenv("WAGGLE_CLAUDE_URL", url)
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        prompt = json.loads(request.content)["prompt"]
        asked.append(prompt)
        texts = dict(
            zip(
                (f"{SESSION}/workers/notes/backend_notes.md", JSON_FILE),
                changing.report_texts(shop, CHANGE_SESSION),
                strict=True,
            )
        )
        report = [("write_file", {"path": name, "content": text}) for name, text in texts.items()]
        steps = [HONEST_CALLS, [("prove", {"names": ["tests"]})], report]
        if len(asked) > len(steps):
            return httpx.Response(200, json={"response": agents.DONE})
        calls = [{"name": name, "args": args} for name, args in steps[len(asked) - 1]]
        return httpx.Response(200, json={"response": json.dumps({"tool_calls": calls})})

    order = Order(built_in()[0], shop, CLI, CHANGE_SESSION, CHANGE_TASK.encode(), kind="change")
    with respx.mock:
        respx.get(f"{url}/health").respond(200)
        respx.post(f"{url}/claude").mock(side_effect=answer)
        output = run(Run(order, Limits()))
    assert output.status == "completed", [one.message for one in output.problems]
    assert output.model == "custom:max-subscription"
    assert "create_file" in asked[0]
    assert "prove: success\ntests: status passed" in asked[2]


@pytest.fixture
def slow_shop(shop: Path) -> Path:
    """The repository with a proof that takes longer than anybody waits."""
    (shop / "waggle.toml").write_text('[[proof]]\nname = "tests"\nrun = "sleep 300.25"\n')
    return shop


def test_a_run_that_ends_takes_its_proof_with_it(slow_shop: Path, cache_home: Path) -> None:
    def proves(_messages: list[Any]) -> Any:
        return [("prove", {})]

    stopped = run_with(slow_shop, scripted(proves), timeout=4.0)
    assert stopped.problems[0].code == "R18"
    lines = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True)
    assert "sleep 300.25" not in lines.stdout
    assert not list((cache_home / "waggle").rglob("copy"))
