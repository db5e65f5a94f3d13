"""What a proof comes to: real runners in real repositories, tests of the base and the worker."""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

import pytest

from tests.proving import Work, git, work
from workers.proofs.copying import sweep
from workers.proofs.definitions import Proof
from workers.proofs.record import STATUSES

PYTEST = f"{sys.executable} -m pytest -q --disable-plugin-autoload -p no:cacheprovider"
TESTS = Proof("tests", f"{PYTEST} --junitxml=$WAGGLE_JUNIT", protected=("tests/**",))
BARE = TESTS._replace(run=PYTEST)
NODE = Proof("node", "npm test --silent", protected=("test/**",))
FILES = {
    "app.py": "def add(a, b):\n    return a + b\n",
    "tests/test_app.py": "from app import add\n\n\ndef test_add():\n    assert add(1, 2) == 3\n",
    "conftest.py": "",
    "pyproject.toml": '[project]\nname = "x"\nversion = "1"\n\n[tool.pytest.ini_options]\n'
    'pythonpath = ["."]\n',
}
SCRIPT = {
    "package.json": json.dumps({"name": "x", "scripts": {"test": "node --test test/"}}),
    "sum.js": "exports.add = (a, b) => a + b\n",
    "test/sum.test.js": "const {test} = require('node:test'); const assert = require('assert');\n"
    "test('adds', () => assert.equal(require('../sum').add(1, 2), 3));\n",
}


@pytest.fixture
def python(tmp_path: Path) -> Work:
    return work(tmp_path, FILES)


@pytest.fixture
def script(tmp_path: Path) -> Work:
    return work(tmp_path, SCRIPT)


def test_an_honest_change_passes(python: Work) -> None:
    python.write(
        {
            "app.py": "def add(a, b):\n    return b + a\n",
            "tests/test_more.py": "def test_more():\n    pass\n",
        }
    )
    record = python.prove(TESTS)
    assert (record.status, record.exit_code) == ("passed", 0)
    assert (record.passed, record.failed, record.skipped) == (2, 0, 0)
    assert record.put_back == []
    assert record.with_workers_files is None
    assert not record.flaky
    assert not record.environment
    assert record.definition == TESTS.digest
    assert record.tree == python.snapshots.take()
    assert record.output == "PRF-001.txt"
    assert json.loads(json.dumps(record.document()))["status"] in STATUSES


def test_what_was_added_is_counted_against_the_base(python: Work) -> None:
    python.write({"tests/test_more.py": "def test_a():\n    pass\n\n\ndef test_b():\n    pass\n"})
    record = python.prove(TESTS, at_base=True)
    assert record.added == 2
    assert record.at_base == {
        "exit_code": 0, "passed": 1, "failed": 0, "skipped": 0, "failing": [],
    }  # fmt: skip
    assert python.prove(BARE, at_base=True).added is None


@pytest.mark.parametrize("proof", [TESTS, BARE], ids=["junit", "closing line"])
def test_a_test_that_was_edited_to_pass_is_put_back(python: Work, proof: Proof) -> None:
    python.write(
        {
            "app.py": "def add(a, b):\n    return a - b\n",
            "tests/test_app.py": "def test_add():\n    pass\n",
        }
    )
    record = python.prove(proof)
    assert (record.status, record.passed, record.failed) == ("failed", 0, 1)
    assert record.put_back == ["tests/test_app.py"]
    assert record.with_workers_files == {
        "exit_code": 0, "passed": 1, "failed": 0, "skipped": 0, "failing": [],
    }  # fmt: skip
    assert record.only_with_workers == record.failing
    assert len(record.failing) == 1
    assert not record.flaky
    assert not record.environment


def test_a_test_that_was_deleted_is_put_back(python: Work) -> None:
    (python.root / "tests" / "test_app.py").unlink()
    python.write({"tests/test_new.py": "def test_new():\n    pass\n"})
    record = python.prove(TESTS)
    assert (record.status, record.passed) == ("passed", 2)
    assert record.put_back == ["tests/test_app.py"]
    assert record.missing_at_worker == ["tests.test_app::test_add"]


@pytest.mark.parametrize(
    "files",
    [
        {"conftest.py": "collect_ignore = ['tests/test_app.py']\n"},
        {"tests/conftest.py": "collect_ignore = ['test_app.py']\n"},
        {"pytest.ini": "[pytest]\naddopts = --deselect tests/test_app.py::test_add\n"},
        {"pyproject.toml": '[tool.pytest.ini_options]\naddopts = "-k nothing"\n'},
    ],
    ids=lambda files: next(iter(files)),
)
def test_what_decides_which_tests_run_is_the_bases(python: Work, files: dict[str, str]) -> None:
    python.write({"app.py": "def add(a, b):\n    return 0\n", **files})
    record = python.prove(TESTS._replace(protected=()))
    assert (record.status, record.failed) == ("failed", 1)
    assert record.put_back == list(files)
    assert record.with_workers_files is not None
    assert record.with_workers_files["failed"] != 1


def test_of_a_manifest_only_the_scripts_are_pinned(script: Work) -> None:
    changed = {"name": "y", "type": "commonjs", "scripts": {"test": "echo '# tests 9'"}}
    script.write({"package.json": json.dumps(changed), "sum.js": "exports.add = () => 0\n"})
    record = script.prove(NODE)
    assert (record.status, record.passed, record.failed) == ("failed", 0, 1)
    assert record.failing == ["adds"]
    assert record.put_back == ["package.json"]
    assert record.with_workers_files is not None
    assert record.with_workers_files["exit_code"] == 0
    seen = script.prove(Proof("see", "cat package.json", min_tests=0))
    assert seen.status == "passed"
    printed = script.printed.partition("== on the worker's tree with")[2].partition("\n== exited")[
        0
    ]
    assert '"name": "y"' in printed
    assert '"node --test test/"' in printed


def test_node_is_counted(script: Work) -> None:
    record = script.prove(NODE)
    assert (record.status, record.passed, record.failed) == ("passed", 1, 0)


def test_no_test_is_no_pass(python: Work) -> None:
    proof = Proof("tests", f"{PYTEST} -k nothing || true")
    record = python.prove(proof)
    assert (record.status, record.exit_code, record.passed) == ("no_tests", 0, 0)
    assert "no test ran" in record.notes
    silent = python.prove(Proof("tests", "true"))
    assert (silent.status, silent.passed) == ("no_tests", None)
    assert "$WAGGLE_JUNIT" in silent.notes[0]
    assert python.prove(Proof("lint", "true", min_tests=0)).status == "passed"
    few = python.prove(TESTS._replace(min_tests=5))
    assert few.status == "too_few"
    assert python.prove(Proof("tests", f"{PYTEST} -k nothing")).status == "no_tests"


def test_a_failing_test_behind_a_true_is_no_pass(python: Work) -> None:
    python.write({"app.py": "def add(a, b):\n    return 0\n"})
    record = python.prove(BARE._replace(run=f"{PYTEST} || true"))
    assert (record.status, record.exit_code, record.failed) == ("failed", 0, 1)
    assert record.failing == ["tests/test_app.py::test_add"]


def test_a_flaky_test_is_called_so(tmp_path: Path) -> None:
    made = work(tmp_path, {"n.txt": ""})
    # What a second run sees otherwise: the time, to the second.
    text = "s=$(date +%s); [ $((s % 2)) = 0 ] && exit 1; exit $((s % 97 + 2))"
    record = made.prove(Proof("flaky", text, min_tests=0))
    for _ in range(5):
        if record.status == "failed":
            break
        record = made.prove(Proof("flaky", text, min_tests=0))
    assert record.rerun is not None
    assert record.flaky == (record.rerun["exit_code"] != record.exit_code)


@pytest.mark.parametrize("proof", [TESTS, BARE], ids=["junit", "closing line"])
def test_what_fails_at_the_base_is_of_the_environment(python: Work, proof: Proof) -> None:
    python.write({"tests/test_app.py": "def test_add():\n    import missing\n"})
    base = python.snapshots.take()
    python.write({"other.py": "x = 1\n"})
    later = python._replace(base=base)
    record = later.prove(proof)
    assert record.status == "failed"
    assert record.environment
    assert not record.flaky
    python.write({"tests/test_new.py": "def test_new():\n    assert 0\n"})
    assert not later.prove(proof).environment


def test_a_command_that_is_not_there_is_of_the_environment(python: Work) -> None:
    record = python.prove(Proof("tests", "no-such-runner --all"))
    assert (record.status, record.exit_code, record.environment) == ("failed", 127, True)


def test_a_command_of_anybody_runs_once_and_is_not_locked(python: Work) -> None:
    from workers.proofs.definitions import command

    python.write({"tests/test_app.py": "def test_add():\n    assert 0\n"})
    record = python.prove(command(PYTEST))
    assert (record.name, record.locked, record.definition) == (None, False, None)
    assert (record.status, record.failed) == ("failed", 1)
    assert (record.rerun, record.at_base, record.with_workers_files) == (None, None, None)


def test_measurements_are_recorded_at_the_base_and_now(python: Work) -> None:
    text = 'printf \'{"p": {"value": %s, "unit": "ms"}, "x": 3}\' $(wc -c <app.py) >$WAGGLE_METRICS'
    python.write({"app.py": "x = 1\n"})
    record = python.prove(Proof("speed", text, min_tests=0))
    assert record.metrics == {"p": {"value": 6, "unit": "ms", "base": len(FILES["app.py"])}}


def test_changed_lines_that_no_test_ran_are_listed(tmp_path: Path) -> None:
    lcov = "SF:app.py\nDA:1,1\nDA:2,1\nDA:4,1\nDA:5,0\nDA:6,0\nend_of_record\n"
    made = work(
        tmp_path, {"app.py": "def a():\n    pass\n", "cover.sh": f"printf '{lcov}' > lcov.info\n"}
    )
    made.write(
        {"app.py": "def a():\n    pass\n\ndef b():\n    x = 1\n    return x\n", "new.py": "y\n"}
    )
    proof = Proof("tests", "sh cover.sh", min_tests=0, coverage=True)
    record = made.prove(proof)
    assert record.uncovered_lines == {"app.py": [5, 6]}
    assert record.unmeasured_files == ["new.py"]
    assert record.coverage_from == "lcov.info"
    none = made.prove(proof._replace(run="true"))
    assert none.uncovered_lines is None
    assert "coverage was asked for" in none.notes[0]


def test_a_root_below_the_top_is_proved_where_it_is(tmp_path: Path) -> None:
    files = {f"services/shop/{name}": text for name, text in FILES.items()}
    made = work(tmp_path, {**files, "README": "top\n"}, below="services/shop")
    made.write({"app.py": "def add(a, b):\n    return 0\n", "tests/test_app.py": ""})
    record = made.prove(TESTS)
    assert (record.status, record.failed, record.put_back) == ("failed", 1, ["tests/test_app.py"])
    assert (
        made.prove(Proof("up", "cat ../../README; git status --short", min_tests=0)).exit_code == 0
    )
    assert "top\n" in made.printed
    assert "M app.py" in made.printed


def test_without_git_it_is_the_same(tmp_path: Path) -> None:
    from sessions.snapshots import begin
    from tests.proving import write

    root = tmp_path / "plain"
    write(root, FILES)
    session = root / "Docs/hive-mind/sessions/one"
    session.mkdir(parents=True)
    snapshots, base = begin(root, session / "base")
    made = Work(root, snapshots, base.tree)
    made.write({"app.py": "def add(a, b):\n    return 0\n", "tests/test_app.py": ""})
    record = made.prove(TESTS)
    assert (record.status, record.failed, record.put_back) == ("failed", 1, ["tests/test_app.py"])


def digests(folder: Path) -> dict[str, str]:
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in folder.rglob("*")
        if file.is_file()
    }


def test_the_users_git_is_as_it_was(python: Work) -> None:
    (python.root / "app.py").write_text("def add(a, b):\n    return 0\n")
    (python.root / "tests" / "test_app.py").write_text("")
    git(python.root, "stash", "list")
    python.snapshots.take()
    before = digests(python.root / ".git")
    python.prove(
        TESTS._replace(
            run="git add -A; git -c user.name=a -c user.email=a@b commit -qm x; git gc -q;"
            f" git update-ref -d refs/heads/main; rm -rf .git/objects; {PYTEST}"
        )
    )
    assert digests(python.root / ".git") == before
    assert git(python.root, "fsck") == ""


def test_the_copys_git_knows_the_base(python: Work) -> None:
    python.write({"app.py": "x = 1\n", "new.py": "y = 1\n"})
    python.prove(
        Proof("git", "git status --short; git log --format=%s; git show HEAD:app.py", min_tests=0)
    )
    assert " M app.py\n?? new.py\nThe base\ndef add" in python.printed


def test_copies_of_the_killed_go_and_those_of_the_living_stay(cache_home: Path) -> None:
    folder = cache_home / "waggle" / "copies"
    for process in (2**22 + 1, 1):
        inside = folder / f".{'0' * 16}.{process}.copy" / "tree" / "locked"
        inside.mkdir(parents=True)
        (inside / "file").write_text("x")
        inside.chmod(0o500)
        inside.parent.chmod(0o500)
    (folder / "something else").mkdir()
    removed = sweep()
    assert [path.name for path in removed] == [f".{'0' * 16}.{2**22 + 1}.copy"]
    assert len(list(folder.iterdir())) == 2
    from workers.proofs.copying import remove

    for left in folder.iterdir():
        remove(left)
