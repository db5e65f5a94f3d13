"""The transcript as a witness: what is told of a report, and above all what is not."""

from __future__ import annotations

import json
import time
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kit import PROJECT, SESSION, copy_sample, fill_in, waggle
from tests.planting import JSON, NOTES, delivery_in, lay_out
from tests.test_gate import hook, owned, state_of, told
from workers.delivery.delivery import Delivery
from workers.integrations.witness.commands import alike, shown_by, simple_commands
from workers.integrations.witness.comparing import witnessed
from workers.integrations.witness.searches import in_command
from workers.integrations.witness.seen import NOTHING, Seen, is_of
from workers.integrations.witness.stated import stated_in
from workers.integrations.witness.testimony import Witness
from workers.integrations.witness.transcript import read_seen

REAL = PROJECT / "tests/transcripts"  # of Claude Code 2.1.329, long texts shortened
Step = tuple[str, dict[str, Any], Any]


def bash(command: str, printed: str = "", code: int = 0) -> Step:
    return "Bash", {"command": command}, f"Exit code {code}\n{printed}" if code else printed


def read(path: str, printed: str = "1\tx", **more: Any) -> Step:
    return "Read", {"file_path": path, **more}, printed


def transcript(
    root: Path, *steps: Step, start: dict[str, Any] | None = None, cwd: str = ""
) -> Path:
    """Write a transcript as Claude Code does, of calls with what each answered."""
    common = {"isSidechain": True, "agentId": "a1", "cwd": cwd or str(root)}
    begin = start or {"parentUuid": None, "type": "user", "message": {"content": "Audit it."}}
    lines: list[dict[str, Any]] = [{**common, **begin}]
    for number, (name, fields, printed) in enumerate(steps):
        use = {"type": "tool_use", "id": f"t{number}", "name": name, "input": fields}
        result = {"type": "tool_result", "tool_use_id": f"t{number}", "content": printed}
        failed = isinstance(printed, str) and printed.startswith("Exit code ")
        lines += [
            {"type": "assistant", "message": {"content": [use]}},
            {"type": "user", "message": {"content": [{**result, "is_error": failed}]}},
        ]
    file = root.parent / "agent.jsonl"
    file.write_text("".join(json.dumps({"parentUuid": "u", **common, **n}) + "\n" for n in lines))
    return file


def change_json(root: Path, **more: Any) -> None:
    file = root.parent / JSON
    report = json.loads(file.read_text("utf-8"))
    file.write_text(json.dumps({**report, **more}), "utf-8")


@cache
def delivery_of(root: Path, report: str) -> Delivery:
    """Read a report once for all transcripts that it is held against."""
    assert report
    return delivery_in(root)


def problems(root: Path, file: Path) -> list[tuple[str, str]]:
    """Return code and message of what a transcript says of the report that was laid out."""
    delivery = delivery_of(root, (root.parent / JSON).read_text("utf-8"))
    own = (delivery.notes_file, delivery.json_file)
    session = root / "Docs/hive-mind/sessions" / SESSION
    seen = read_seen(file, str(root), own, str(session))
    said = [(one.code, one.message) for one in witnessed(stated_in(delivery), seen)]
    # What catches every fault hides none that a test would see.
    assert [one.code for one in Witness(file, session)(delivery)] == [c for c, _ in said]
    return said


@pytest.fixture
def laid_out(root: Path) -> Path:
    lay_out(root)
    return root


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An honest report that no test changes."""
    root = copy_sample(tmp_path_factory.mktemp("honest"))
    lay_out(root)
    return root


@pytest.fixture(scope="module")
def called_twice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report that overlooks a caller."""
    root = copy_sample(tmp_path_factory.mktemp("called_twice"))
    lay_out(root)
    sentence = "It is not awaited. There are no other callers of `orders.cancel_order()` here."
    with_a_second_caller(root, description=sentence)
    return root


ALL_BUT_MAIL = [bash("cat app/[!m]*.py app/main.py migrations/*.sql", "...")]
EVERYTHING = bash("cat app/*.py migrations/*.sql requirements.txt README.md", "...")


def of_mail(root: Path) -> str:
    return (root / "app/mail.py").read_text("utf-8")


def numbered(text: str) -> str:
    return "".join(f"{n}\t{line}" for n, line in enumerate(text.splitlines(keepends=True), 1))


# Ways in which an agent can have seen app/mail.py. `{root}` is the root, `{mail}` its text.
SEEN: dict[str, Step] = {
    "read": read("{root}/app/mail.py"),
    "read a window": read("{root}/app/mail.py", offset=3, limit=4),
    "read, relative": read("app/mail.py"),
    "edited": ("Edit", {"file_path": "{root}/app/mail.py", "old_string": "a"}, "updated"),
    "written": ("Write", {"file_path": "{root}/app/mail.py", "content": "a"}, "created"),
    "viewed": ("View", {"file_path": "{root}/app/mail.py"}, "x"),
    "by a tool of MCP": ("mcp__fs__read_text_file", {"path": "{root}/app/mail.py"}, "x"),
    "by several of MCP": ("mcp__fs__read_many", {"paths": ["x", "app/mail.py"]}, "x"),
    "as an address": ("mcp__ide__open", {"uri": "file://{root}/app/mail.py"}, "x"),
    "by a shell of MCP": ("mcp__sh__run", {"command": "cat app/mail.py"}, "x"),
    "cat": bash("cat app/mail.py"),
    "sed": bash("sed -n '1,20p' {root}/app/mail.py"),
    "head": bash('head -50 "app/mail.py"'),
    "after cd": bash("cd app && cat mail.py"),
    "after cd, up": bash("cd app; cat ../app/mail.py"),
    "a glob": bash("cat app/*.py"),
    "a glob after cd": bash("cd {root}/app && tail -n +1 m*.py"),
    "braces": bash("cat app/{mail,db}.py"),
    "a variable": bash("cat $ROOT/app/mail.py"),
    "a loop": bash("for f in app/*.py; do echo == $f; cat $f; done"),
    "find and cat": bash("find app -name '*.py' -exec cat {} +"),
    "find here": bash("find . -type f | xargs cat"),
    "names from git": bash("git ls-files | xargs head -100"),
    "python": bash("python3 -c \"print(open('app/mail.py').read())\""),
    "a heredoc": bash("python3 - <<'EOF'\nprint(open('app/mail.py').read())\nEOF"),
    "git show": bash("git show HEAD:app/mail.py"),
    "git diff": bash("git diff", "diff --git a/app/mail.py b/app/mail.py\n--- a/app/mail.py\n+x"),
    "git log -p": bash("git log -p", "+++ b/app/mail.py\n+x"),
    "a search": bash("grep -rn send .", "./app/mail.py:3:def send"),
    "a search, names only": bash("rg -l send", "app/mail.py"),
    "context of a search": bash("rg -n -C2 send", "app/mail.py-2-import"),
    "git grep": bash("git grep -n send", "app/mail.py:3:def send"),
    "Grep": ("Grep", {"pattern": "send"}, "Found 1 file\napp/mail.py"),
    "Grep, lines": (
        "Grep",
        {"pattern": "s", "output_mode": "content"},
        "app/mail.py:3:def send",
    ),
    "Grep in it": ("Grep", {"pattern": "s", "path": "{root}/app/mail.py"}, "3:def send"),
    "its lines": bash("./dump", "{mail}"),
    "its lines, numbered": bash("./dump --all", "{numbered}"),
    "its lines, of MCP": ("mcp__x__pack", {"of": "all"}, [{"type": "text", "text": "{mail}"}]),
    "another agent": ("Agent", {"prompt": "look"}, "I read app/mail.py: it sends."),
    "its map": bash("waggle survey", "app/mail.py:3 a job"),
    "a report that was drafted": read("{own}", '"file": "{root}/app/mail.py"'),
    "the map of the session": read("{session}/survey.md", "app/mail.py:3"),
}
NOT_SEEN: dict[str, Step | None] = {
    "nothing": None,
    "its name in a list": bash("ls -la app", "mail.py"),
    "its name": bash("ls app/mail.py", "app/mail.py"),
    "its size": bash("wc -l app/*.py", " 12 app/mail.py"),
    "its name from find": bash("find . -name '*.py'", "./app/mail.py"),
    "its name from git": bash("git ls-files | grep py", "app/mail.py"),
    "Glob": ("Glob", {"pattern": "app/*.py"}, "{root}/app/mail.py"),
    "a prompt": ("Skill", {"skill": "audit app/mail.py"}, ""),
    "another one": read("{root}/app/mail/mail.py"),
    "a file that was refused": ("Read", {"file_path": "app/mail.py"}, "Exit code 1"),
    "others that were found": bash("find migrations -name '*.sql' | xargs cat"),
    "the report itself": bash("cat >> {own} <<'EOF'\napp/mail.py:3\nEOF"),
}


def filled(step: Step, root: Path) -> Step:
    """Put the paths of a test into a step."""
    values = {
        "root": str(root),
        "own": str(root.parent / JSON),
        "session": str(root / "Docs/hive-mind/sessions" / SESSION),
        "mail": of_mail(root),
        "numbered": numbered(of_mail(root)),
    }
    text = json.dumps(step)
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", json.dumps(value)[1:-1])
    name, fields, printed = json.loads(text)
    return name, fields, printed


@pytest.mark.parametrize("way", SEEN)
def test_a_file_that_was_seen_in_any_way_is_no_doubt(way: str, honest: Path) -> None:
    steps = [*ALL_BUT_MAIL, filled(SEEN[way], honest)]
    assert problems(honest, transcript(honest, *steps)) == []


@pytest.mark.parametrize("way", NOT_SEEN)
def test_a_file_that_was_never_seen_is_told(way: str, honest: Path) -> None:
    step = NOT_SEEN[way]
    steps = [*ALL_BUT_MAIL, *([filled(step, honest)] if step else [])]
    message = "named as read or cited, but never opened nor shown by a search: `app/mail.py`"
    assert problems(honest, transcript(honest, *steps)) == [("W40", message)]


def test_a_report_that_was_drafted_is_told_once(honest: Path) -> None:
    own = str(honest.parent / NOTES)
    for wrote in (
        ("Write", {"file_path": own, "content": "`app/mail.py:3`"}, "created"),
        bash(f"cat > {own} <<'EOF'\n`app/mail.py:3`\nEOF"),
        bash(f"sed -i s/FILL/x/ {own}"),
    ):
        steps = [*ALL_BUT_MAIL, wrote, read(own, "`app/mail.py:3`")]
        assert [code for code, _ in problems(honest, transcript(honest, *steps))] == ["W40"]


def test_many_files_are_one_warning(honest: Path) -> None:
    ((code, message),) = problems(honest, transcript(honest, read("README.md")))
    assert code == "W40"
    assert message.endswith("and 4 more files")


STARTS: dict[str, dict[str, Any]] = {
    "the end of another": {"parentUuid": "x", "type": "user", "message": {"content": "go on"}},
    "a summary": {
        "parentUuid": None,
        "isCompactSummary": True,
        "type": "user",
        "message": {"content": "This session is being continued"},
    },
    "a boundary": {
        "parentUuid": None,
        "logicalParentUuid": "x",
        "type": "system",
        "subtype": "compact_boundary",
    },
    "another form": {"type": "user", "message": {"parts": []}, "parentUuid": "1"},
}


@pytest.mark.parametrize("start", STARTS)
def test_a_transcript_without_its_beginning_says_nothing(start: str, honest: Path) -> None:
    file = transcript(honest, read("README.md"), start=STARTS[start])
    assert problems(honest, file) == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text.replace("\n", "\nnonsense\n", 1),
        lambda text: text.replace("tool_use", "functionCall"),
        lambda text: text.replace('"cwd": "', '"cwd": "/elsewhere'),
        lambda _: "",
    ],
    ids=["a broken line", "another client's", "another folder's", "empty"],
)
def test_a_transcript_that_is_not_whole_says_nothing(spoil: Any, honest: Path) -> None:
    file = transcript(honest, read("README.md"))
    assert [code for code, _ in problems(honest, file)] == ["W40"]
    file.write_text(spoil(file.read_text()))
    assert problems(honest, file) == []


def test_a_line_that_is_still_being_written_is_left_out(honest: Path) -> None:
    file = transcript(honest, EVERYTHING)
    file.write_text(file.read_text() + '{"type": "assis')
    assert problems(honest, file) == []


def test_a_root_behind_a_link_is_the_same(laid_out: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(laid_out)
    file = transcript(laid_out, read(f"{link}/app/mail.py"), *ALL_BUT_MAIL, cwd=str(link))
    seen = read_seen(file, str(link), (), "/none")
    assert seen.shows(f"{laid_out.resolve()}/app/mail.py")


def test_what_was_included_unasked_was_seen(laid_out: Path) -> None:
    (laid_out / "CLAUDE.md").write_text("See @app/config.py for the settings\n")
    attached = {"type": "file", "filename": f"{laid_out}/app/mail.py", "content": "x"}
    for line in (
        {"type": "attachment", "attachment": attached},
        {"type": "user", "message": {"content": "look at @app/mail.py please"}},
        {"type": "user", "message": {"content": [{"type": "text", "text": of_mail(laid_out)}]}},
    ):
        file = transcript(laid_out, *ALL_BUT_MAIL)
        file.write_text(file.read_text() + json.dumps({"parentUuid": "u", **line}) + "\n")
        assert problems(laid_out, file) == []


PYTEST = "pytest -q"
RUNS: dict[str, tuple[dict[str, Any], list[Step], str]] = {
    # what the report says, what was seen, the code that is told
    "run": ({"exit_code": 0}, [bash(PYTEST)], ""),
    "failed, and said so": ({"exit_code": 1}, [bash(PYTEST, code=1)], ""),
    "never run": ({"exit_code": 0}, [bash("ls")], "W41"),
    "another command": ({"exit_code": 0}, [bash("pytest --version")], "W41"),
    "failed": ({"exit_code": 0}, [bash(PYTEST, "1 failed in 0.1s", 1)], "W42"),
    "passed": ({"exit_code": 1}, [bash(PYTEST)], "W42"),
    "failed at last": ({"exit_code": 0}, [bash(PYTEST), bash(PYTEST, code=1)], "W42"),
    "repaired": ({"exit_code": 0}, [bash(PYTEST, code=1), bash(PYTEST)], ""),
    "after cd": ({"exit_code": 0}, [bash(f"cd {{root}} && {PYTEST}")], ""),
    "failed after cd": ({"exit_code": 0}, [bash(f"cd app && {PYTEST} 2>&1", code=2)], "W42"),
    "another form": ({"exit_code": 0}, [bash(".venv/bin/python -m pytest -q", code=1)], "W42"),
    "with a timeout": ({"exit_code": 0}, [bash("timeout 60 pytest -q", code=1)], "W42"),
    "with more words": ({"exit_code": 0}, [bash("pytest -q -x tests", code=1)], ""),
    "a part after all": (
        {"exit_code": 0},
        [bash(PYTEST, code=1), bash("pytest -q tests/a.py")],
        "W42",
    ),
    "in a shell": ({"exit_code": 0}, [bash("bash -c 'pytest -q'", code=1)], ""),
    "in a pipe": ({"exit_code": 0}, [bash("pytest -q | grep -c x", "0", 1)], ""),
    "in a pipe that passes it on": (
        {"exit_code": 0},
        [bash("pytest -q 2>&1 | tail -5", "F\n1 failed, 3 passed in 0.12s")],
        "W42",
    ),
    "in a pipe, well": (
        {"exit_code": 0, "passed": 4},
        [bash("pytest -q 2>&1 | tail -5", "....\n4 passed in 0.12s")],
        "",
    ),
    "other counts": (
        {"exit_code": 0, "passed": 5, "failed": 0},
        [bash(PYTEST, "====== 4 passed, 1 skipped in 3.50s ======")],
        "W42",
    ),
    "counts of another kind": (
        {"exit_code": 0, "passed": 5},
        [bash(PYTEST, "4 passed, 1 xpassed in 3.50s")],
        "",
    ),
    "with another": ({"exit_code": 0}, [bash("pytest -q; echo $?", "1")], ""),
    "after another": ({"exit_code": 0}, [bash("make build && pytest -q", code=2)], ""),
    "or another": ({"exit_code": 0}, [bash("pytest -q || true")], ""),
    "in the background": (
        {"exit_code": 0},
        [("Bash", {"command": PYTEST, "run_in_background": True}, "Command running in background")],
        "",
    ),
    "timed out": ({"exit_code": 0}, [bash(PYTEST, "Command timed out after 1s", 143)], ""),
    "in two folders": (
        {"exit_code": 0},
        [bash(f"cd a && {PYTEST}"), bash(f"cd b && {PYTEST}", code=1)],
        "",
    ),
    "proven by us": ({"exit_code": 0}, [bash("waggle prove --worker backend -- pytest -q")], ""),
    "proven by us, by name": ({"exit_code": 0}, [bash("waggle prove --worker backend tests")], ""),
    "by a shell of MCP": ({"exit_code": 0}, [("mcp__sh__run", {"cmd": PYTEST}, "x")], ""),
    "by another agent": ({"exit_code": 0}, [("Task", {"prompt": "test it"}, "all pass")], ""),
    "a locked proof": ({"name": "tests", "exit_code": 0}, [bash("ls")], ""),
    "no exit code": ({"claim": "it passes"}, [bash(PYTEST, code=1)], ""),
    "search without a match": (
        {"command": "grep -rn eval app", "exit_code": 1},
        [bash("grep -rn eval app", "(Bash completed with no output)")],
        "",
    ),
}


@pytest.mark.parametrize("way", RUNS)
def test_a_proof_is_held_against_its_last_run(way: str, laid_out: Path) -> None:
    fields, steps, code = RUNS[way]
    proof = {"id": "PRF-001", "command": PYTEST, "claim": "it passes", **fields}
    change_json(laid_out, proofs=[proof])
    file = transcript(laid_out, EVERYTHING, *(filled(step, laid_out) for step in steps))
    assert [told_code for told_code, _ in problems(laid_out, file)] == ([code] if code else [])


def test_an_end_before_and_one_after_a_change_are_both_true(laid_out: Path) -> None:
    proofs = [{"command": PYTEST, "exit_code": code} for code in (1, 0)]
    change_json(laid_out, proofs=proofs)
    file = transcript(laid_out, EVERYTHING, bash(PYTEST, code=1), bash(PYTEST))
    assert problems(laid_out, file) == []


FULL = bash("grep -rn cancel_order .", "app/orders.py:52:async def cancel_order")
SEARCHED: dict[str, tuple[list[Step], bool]] = {
    "everywhere": ([FULL], False),
    "never": ([], False),
    "in a folder": ([bash("grep -rn cancel_order app", "app/orders.py:52:x")], True),
    "in all folders": ([bash("rg cancel_order app jobs")], False),
    "in two steps": ([bash("rg cancel_order app"), bash("rg -n cancel_order jobs")], False),
    "after cd": ([bash("cd app && grep -rn cancel_order .")], True),
    "in files of another kind": ([bash("grep -rn --include='*.ts' cancel_order .")], True),
    "in files of its kind": ([bash("grep -rn --include=*.py cancel_order .")], False),
    "of a type": ([bash("rg -t py cancel_order")], False),
    "of another type": ([bash("rg -t js cancel_order")], True),
    "headed": ([bash("grep -rn cancel_order . | head -2", "a:1:x\na:2:x")], True),
    "headed, less was found": ([bash("grep -rn cancel_order . | head -5", "a:1:x")], False),
    "headed, by ten": ([bash("rg cancel_order | sort | head", "x\n" * 10)], True),
    "counted": ([bash("grep -rn cancel_order . | wc -l", "2")], False),
    "too long": (
        [
            bash(
                "grep -rn cancel_order .",
                "<persisted-output>\nOutput too large (1MB). Full output saved to: /t/r.txt\n",
            )
        ],
        True,
    ),
    "too long, read whole": (
        [
            bash(
                "grep -rn cancel_order .",
                "<persisted-output>\nOutput too large (1MB). Full output saved to: /t/r.txt\n",
            ),
            read("/t/r.txt"),
        ],
        False,
    ),
    "cut, then whole": ([bash("rg cancel_order | head -1", "x"), FULL], False),
    "Grep, paged": (
        [
            (
                "Grep",
                {"pattern": "cancel_order", "head_limit": 1},
                "a\n\n[Showing results with pagination = limit: 1]",
            )
        ],
        True,
    ),
    "Grep": ([("Grep", {"pattern": r"\bcancel_order\b"}, "app/orders.py")], False),
    "Grep in a folder": ([("Grep", {"pattern": "cancel_", "path": "app"}, "app/orders.py")], True),
    "Grep by a glob": ([("Grep", {"pattern": "cancel_order", "glob": "*.{py,ts}"}, "x")], False),
    "Grep by another": ([("Grep", {"pattern": "cancel_order", "glob": "*.ts"}, "x")], True),
    "the rest was read": (
        [bash("rg cancel_order app"), read("jobs/nightly.py")],
        False,
    ),
    "with another tool": ([bash("rg cancel_order app"), bash("vulture . cancel_order")], False),
    "by another agent": ([bash("rg cancel_order app"), ("Agent", {}, "nothing")], False),
    "through a filter": ([bash("rg cancel_order app"), bash("cat x | grep cancel_order")], True),
    "of something else": ([bash("rg create_order app")], False),
}


def with_a_second_caller(root: Path, **finding: Any) -> None:
    (root / "jobs").mkdir()
    (root / "jobs/nightly.py").write_text("from app import orders\n\norders.cancel_order(1)\n")
    report = json.loads((root.parent / JSON).read_text("utf-8"))
    report["findings"][0].update(finding)
    change_json(root, findings=report["findings"])


@pytest.mark.parametrize("way", SEARCHED)
def test_an_absence_needs_a_whole_search(way: str, called_twice: Path) -> None:
    steps, doubted = SEARCHED[way]
    file = transcript(called_twice, EVERYTHING, *steps)
    said = [code for code, _ in problems(called_twice, file)]
    assert said == (["W43"] if doubted else [])


@pytest.mark.parametrize(
    ("sentence", "doubted"),
    [
        ("`cancel_order` is used nowhere.", True),
        ("Nothing else calls `cancel_order`.", True),
        ("`cancel_order` is never called anywhere.", True),
        ("`cancel_order` is not called before the commit.", False),
        ("No other callers are known. `cancel_order` is slow.", False),
        ("No other callers of `cancel_order` or `create_order`.", False),
        ("`cancel_order` is unused in this function.", False),
    ],
)
def test_only_a_statement_of_all_the_code_is_one(
    sentence: str, doubted: bool, laid_out: Path
) -> None:
    with_a_second_caller(laid_out, description=sentence)
    file = transcript(laid_out, EVERYTHING, bash("rg cancel_order app"))
    assert bool(problems(laid_out, file)) == doubted


def test_what_stands_in_no_other_file_needs_no_search(laid_out: Path) -> None:
    with_a_second_caller(laid_out, description="`cancel_order` is used nowhere.")
    (laid_out / "jobs/nightly.py").unlink()
    file = transcript(laid_out, EVERYTHING, bash("rg cancel_order app | head -1", "x"))
    assert problems(laid_out, file) == []


def test_a_typed_claim_is_an_absence(laid_out: Path) -> None:
    claims = [{"kind": "missing_test", "name": "cancel_order"}]
    with_a_second_caller(laid_out, claims=claims)
    (laid_out / "tests").mkdir()
    (laid_out / "tests/test_a.py").write_text("# cancel_order\ndef test_a():\n    assert 1\n")
    (laid_out / "app/copy.py").write_text("def cancel_order():\n    pass\n")
    assert problems(laid_out, transcript(laid_out, EVERYTHING, bash("rg cancel_order tests"))) == []
    ((code, message),) = problems(
        laid_out, transcript(laid_out, EVERYTHING, bash("rg cancel_order app"))
    )
    assert code == "W43"
    assert "`tests/test_a.py`" in message


def test_a_real_transcript_of_a_worker(tmp_path: Path) -> None:
    seen = real("worker.jsonl", tmp_path)
    assert seen.whole
    root = tmp_path.resolve()
    for name in ("auth", "db", "new"):
        assert seen.shows(f"{root}/app/{name}.py")
    assert seen.shows(f"{root}/CLAUDE.md")
    assert not seen.shows(f"{root}/none.txt")
    codes = {ran.command: ran.exit_code for ran in seen.commands}
    assert codes["echo out; echo err >&2; exit 3"] == 3
    assert codes["cd /tmp && pwd"] == 0
    assert codes["grep -rn nothingatall app"] is None
    assert codes["sleep 5"] is None
    assert [(one.pattern, one.cut) for one in seen.searches] == [
        ("nothingatall", False),
        ("needle", True),
    ]


def test_a_real_transcript_of_searches(tmp_path: Path) -> None:
    seen = real("searches.jsonl", tmp_path)
    assert [one.cut for one in seen.searches] == [False, True, True, False, False, False, False]
    assert seen.searches[0].covers(f"{tmp_path.resolve()}/app/x.py")
    assert not seen.searches[0].covers(f"{tmp_path.resolve()}/jobs/x.py")
    assert seen.shows(f"{tmp_path.resolve()}/app/m59.py")


def real(name: str, root: Path) -> Seen:
    text = (REAL / name).read_text("utf-8").replace("@ROOT@", str(root))
    (root / name).write_text(text, "utf-8")
    return read_seen(root / name, str(root), (), "/none")


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("A=1 timeout -k 5 60 ./run.sh x > out 2>&1", [("./run.sh", "x")]),
        ("a && b | c; d", [("a",), ("b",), ("c",), ("d",)]),
        ("uv run pytest -q", [("pytest", "-q")]),
        ("echo 'it", []),
        ("", []),
        ("|| && ;", []),
    ],
)
def test_a_line_is_taken_apart(command: str, words: list[tuple[str, ...]]) -> None:
    assert [one.words for one in simple_commands(command)] == words


def test_commands_that_are_the_same() -> None:
    line = ("/repo/.venv/bin/python3.12", "-m", "pytest", "/repo/tests", "./x")
    assert alike(line, "/repo") == ("pytest", "tests", "x")
    assert alike((), "/repo") == ()


@pytest.mark.parametrize(
    ("path", "pattern", "matches"),
    [
        ("/r/app/a.py", "/r/app/*.py", True),
        ("/r/app/x/a.py", "/r/app/*.py", False),
        ("/r/app/x/a.py", "/r/**/*.py", True),
        ("/r/app/a.py", "/r/app/**", True),
        ("/r/application/a.py", "/r/app/**", False),
        ("/r/app/a.py", "/r/app", False),
    ],
)
def test_globs(path: str, pattern: str, matches: bool) -> None:
    assert is_of(path, pattern) == matches


COMMANDS = st.text(alphabet="ab.py /*?[]{}|&;<>()$'\"\\\n-=,~`!#:@", max_size=60)


@given(COMMANDS)
def test_no_command_is_too_strange(command: str) -> None:
    list(shown_by(command, ("/r",)))
    list(in_command(command, "/r", command))


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | COMMANDS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                "type message content name input command file_path path pattern id tool_use_id"
                " is_error cwd parentUuid attachment files glob text".split()
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)
BLOCKS = st.fixed_dictionaries(
    {"type": st.sampled_from(["tool_use", "tool_result", "text", "x"])},
    optional={
        "id": st.just("1"),
        "tool_use_id": st.just("1"),
        "name": st.sampled_from(["Bash", "Read", "Grep", "Agent", "mcp__a__b"]) | VALUES,
        "input": VALUES,
        "content": VALUES,
        "is_error": VALUES,
        "text": VALUES,
    },
)
LINES = st.fixed_dictionaries(
    {"type": st.sampled_from(["user", "assistant", "attachment", "system"])},
    optional={
        "parentUuid": st.none() | VALUES,
        "cwd": st.just("/r") | VALUES,
        "message": st.fixed_dictionaries({"content": st.lists(BLOCKS, max_size=3)}) | VALUES,
        "attachment": VALUES,
    },
)


@given(st.lists(LINES | VALUES, max_size=6), st.binary(max_size=40))
def test_no_transcript_is_too_strange(
    tmp_path_factory: pytest.TempPathFactory, lines: list[Any], rest: bytes
) -> None:
    file = tmp_path_factory.getbasetemp() / "strange.jsonl"
    begin = {"type": "user", "parentUuid": None, "cwd": "/r", "message": {"content": "x"}}
    text = "".join(json.dumps(line) + "\n" for line in [begin, *lines])
    file.write_bytes(text.encode() + rest)
    assert isinstance(read_seen(file, "/r", ("/r/a.md",), "/s"), Seen)


@pytest.mark.parametrize("name", ["/dev/zero", "/tmp", "/none", "/a\0b"])
def test_what_is_no_file_says_nothing(name: str) -> None:
    assert read_seen(Path(name), "/r", (), "/s") == NOTHING


@pytest.mark.alone
@pytest.mark.slow
def test_a_large_transcript_is_read_within_bounds(honest: Path) -> None:
    noise = "".join(f"{n}\tdef function_{n}(argument):  # {n * 7919}\n" for n in range(20_000))
    step = read("/elsewhere/big.py", noise)
    file = transcript(honest, *[step] * 100, EVERYTHING)
    assert file.stat().st_size > 90_000_000
    start = time.perf_counter()
    assert problems(honest, file) == []
    assert time.perf_counter() - start < 60


# The gate itself.


def at_stop(file: Path) -> bytes:
    return told(agent_transcript_path=str(file), transcript_path="/main.jsonl")


def phase(root: Path) -> Step:
    return bash(f"waggle backend --setup --session {SESSION} --root {root}", "...")


def test_the_gate_tells_doubts_and_holds_nobody_for_them(root: Path) -> None:
    owned(root)
    fill_in(root, SESSION)
    data = at_stop(transcript(root, phase(root), *ALL_BUT_MAIL))
    run = hook("subagent-stop", data, root)
    assert (run.returncode, run.stderr) == (0, b"")
    message = json.loads(run.stdout)["systemMessage"]
    assert "is accepted, but:" in message
    assert "W40 backend_output.json:" in message
    assert "`app/mail.py`" in message
    assert state_of(root)["status"] == "completed"
    # It is told once.
    again = hook("subagent-stop", data, root)
    assert (again.returncode, again.stdout, again.stderr) == (0, b"", b"")


def test_a_report_that_was_accepted_is_still_held_against_the_transcript(root: Path) -> None:
    owned(root)
    fill_in(root, SESSION)
    assert waggle("backend", "--output", "--session", SESSION, cwd=root).returncode == 0
    seen = at_stop(transcript(root, phase(root), EVERYTHING))
    attempts = state_of(root)["attempts"]
    assert hook("subagent-stop", seen, root).stdout == b""
    assert state_of(root)["attempts"] == attempts
    unseen = at_stop(transcript(root, phase(root), *ALL_BUT_MAIL))
    assert b"W40" in hook("subagent-stop", unseen, root).stdout
    problems_file = root / "Docs/hive-mind/sessions" / SESSION / "workers/json"
    assert "W40" in (problems_file / "backend_problems.json").read_text("utf-8")


def test_a_false_proof_holds_the_agent(root: Path) -> None:
    owned(root)
    _, json_file = fill_in(root, SESSION)
    report = json.loads(json_file.read_text("utf-8"))
    proof = {"id": "PRF-001", "command": PYTEST, "claim": "it passes", "exit_code": 0}
    json_file.write_text(json.dumps({**report, "proofs": [proof]}))
    file = transcript(root, phase(root), EVERYTHING, bash(PYTEST, code=1))
    run = hook("subagent-stop", at_stop(file), root)
    assert run.returncode == 2
    assert "W42 backend_output.json:" in run.stderr.decode()


def test_doubts_cost_no_score(root: Path) -> None:
    owned(root)
    fill_in(root, SESSION)
    assert waggle("backend", "--output", "--session", SESSION, cwd=root).returncode == 0
    before = state_of(root)["last_verdict"]
    hook("subagent-stop", at_stop(transcript(root, phase(root), *ALL_BUT_MAIL)), root)
    after = state_of(root)["last_verdict"]
    assert after["scores"] == before["scores"]
    metrics = [one["metrics"]["warnings"] for one in (before, after)]
    assert metrics[1] == metrics[0] + 1


def test_the_transcript_of_the_caller_is_no_witness(root: Path) -> None:
    owned(root)
    fill_in(root, SESSION)
    file = str(transcript(root, phase(root)))
    for more in (
        {"transcript_path": file},
        {"transcript_path": file, "agent_transcript_path": file},
    ):
        run = hook("subagent-stop", told(**more), root)
        assert (run.returncode, run.stdout, run.stderr) == (0, b"", b"")
