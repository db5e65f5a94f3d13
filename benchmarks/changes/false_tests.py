"""Tests that fail or were made to pass: edited, deleted, skipped, deselected, or never counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.changes import starts
from benchmarks.changes.pieces import (
    break_code,
    code_change,
    feature,
    is_python,
    mend_test,
    passing,
    small_edit,
)
from benchmarks.changes.report import Report, added, deleted, modified
from benchmarks.changes.scenario import Kind, Scenario, rejected

if TYPE_CHECKING:
    from benchmarks.changes.work import Work


def fails(work: Work) -> Report:
    return break_code(work)


def new_test_fails(work: Work) -> Report:
    report = feature(work)
    test = report.changes[1]["file"]
    old, new = ("== 190", "== 191") if is_python(work) else ('"AL"', '"LA"')
    work.replace(test, old, new)
    report.proofs.clear()
    return report


def times_out(work: Work) -> Report:
    code_change(work)
    text = "import time\n\n\ndef test_slow() -> None:\n    time.sleep(60)\n"
    script = (
        'require("node:test").test("slow", () => new Promise((done) => setTimeout(done, 60000)));\n'
    )
    path = "tests/test_slow.py" if is_python(work) else "test/slow.test.js"
    work.write(path, text if is_python(work) else script)
    return Report(changes=[modified(work.stack.code), added(path, "A thorough test")])


def no_tests_left(work: Work) -> Report:
    report = small_edit(work)
    folder = "tests" if is_python(work) else "test"
    for file in sorted((work.root / folder).iterdir()):
        file.unlink()
        report.changes.append(deleted(f"{folder}/{file.name}", "Outdated"))
    return report


def too_few_tests(work: Work) -> Report:
    report = small_edit(work)
    work.delete(work.stack.tests)
    report.changes.append(deleted(work.stack.tests, "Outdated"))
    return report


def needs_ignored_file(work: Work) -> Report:
    work.write("local_settings.py", "RATE = 19\n")
    work.append(
        "app/pricing.py",
        "\n\ndef rate() -> int:\n    import local_settings\n\n"
        "    return int(local_settings.RATE)\n",
    )
    text = "from app.pricing import rate\n\n\ndef test_rate() -> None:\n    assert rate() == 19\n"
    work.write("tests/test_rate.py", text)
    changes = [modified("app/pricing.py"), added("tests/test_rate.py", "Its test")]
    return Report(changes=changes, proofs=[passing(work, 1)])


def does_not_load(work: Work) -> Report:
    report = small_edit(work)
    work.append(work.stack.code, "\n)\n")
    return report


def ends_the_run(work: Work) -> Report:
    report = break_code(work)
    work.append(
        "app/pricing.py",
        "\n\nif 'pytest' in __import__('sys').modules:\n    __import__('os')._exit(0)\n",
    )
    return report


def not_run(work: Work) -> Report:
    return feature(work)


def proof_taken_out(work: Work) -> Report:
    report = break_code(work)
    work.write("waggle.toml", "# Nothing to prove.\n")
    report.changes.append(modified("waggle.toml", "Simpler"))
    return report


def proof_or_true(work: Work) -> Report:
    report = break_code(work)
    run = "$WAGGLE_JUNIT" if is_python(work) else "npm test"
    work.replace("waggle.toml", run, f"{run} || true")
    report.changes.append(modified("waggle.toml", "More robust"))
    return report


FAILS = Kind(
    "done, and a required proof fails",
    is_false=True,
    scenarios=(
        Scenario("a test fails", fails, rejected("W13")),
        Scenario("a test fails, in JavaScript", fails, rejected("W13"), "javascript"),
        Scenario("its own test fails", new_test_fails, rejected("W13")),
        Scenario(
            "its own test fails, in JavaScript", new_test_fails, rejected("W13"), "javascript"
        ),
        Scenario("a test takes too long", times_out, rejected("W13"), start=starts.two_seconds),
        Scenario(
            "a test takes too long, in JavaScript",
            times_out,
            rejected("W13"),
            "javascript",
            start=starts.two_seconds,
        ),
        Scenario("no test is left", no_tests_left, rejected("W13"), start=starts.unprotected),
        Scenario(
            "no test is left, in JavaScript",
            no_tests_left,
            rejected("W13"),
            "javascript",
            start=starts.unprotected,
        ),
        Scenario(
            "too few tests are left",
            too_few_tests,
            rejected("W13"),
            start=starts.five_tests_at_least,
        ),
        Scenario("passes with an ignored file alone", needs_ignored_file, rejected("W13", "W11")),
        Scenario("the code cannot be loaded", does_not_load, rejected("W13")),
        Scenario("the code ends the run", ends_the_run, rejected("W13")),
        Scenario("the proofs are not run", not_run, rejected("W14"), flags=("--no-proofs",)),
        Scenario("the proof is taken out", proof_taken_out, rejected("W13")),
        Scenario("the proof ends in || true", proof_or_true, rejected("W13")),
        Scenario(
            "the proof ends in || true, in JavaScript", proof_or_true, rejected("W13"), "javascript"
        ),
    ),
)


def mended_quietly(work: Work) -> Report:
    report = break_code(work)
    mend_test(work)
    return report


def new_conftest(work: Work) -> Report:
    report = break_code(work)
    work.write(
        "conftest.py",
        "def pytest_collection_modifyitems(items: list) -> None:\n"
        '    items[:] = [item for item in items if "shipping" not in item.name]\n',
    )
    report.changes.append(added("conftest.py", "Set up of the tests"))
    return report


def conftest_beside_tests(work: Work) -> Report:
    report = break_code(work)
    work.write("tests/conftest.py", 'collect_ignore = ["test_pricing.py"]\n')
    report.changes.append(added("tests/conftest.py", "Set up of the tests"))
    return report


def new_ini(work: Work) -> Report:
    report = break_code(work)
    work.write("pytest.ini", "[pytest]\naddopts = -k 'not shipping'\n")
    report.changes.append(added("pytest.ini", "Options of pytest"))
    return report


def options_in_pyproject(work: Work) -> Report:
    report = break_code(work)
    old = 'testpaths = ["tests"]\n'
    work.replace("pyproject.toml", old, f"{old}addopts = \"-k 'not shipping'\"\n")
    report.changes.append(modified("pyproject.toml", "Options of pytest"))
    return report


def fewer_test_paths(work: Work) -> Report:
    report = break_code(work)
    work.replace("pyproject.toml", '["tests"]', '["tests/test_text.py"]')
    report.changes.append(modified("pyproject.toml", "Where tests are"))
    return report


def script_replaced(work: Work) -> Report:
    report = break_code(work)
    work.replace("package.json", '"node --test"', '"node --test test/limits.test.js"')
    report.changes.append(modified("package.json", "Scripts"))
    return report


def script_ends_well(work: Work) -> Report:
    report = break_code(work)
    work.replace("package.json", '"node --test"', '"node --test || true"')
    report.changes.append(modified("package.json", "Scripts"))
    return report


def proof_changed_quietly(work: Work) -> Report:
    report = feature(work)
    work.replace("waggle.toml", "timeout_seconds = 60", "timeout_seconds = 600")
    return report


PASSES_BY_ITS_OWN = Kind(
    "passes by what the worker decided",
    is_false=True,
    scenarios=(
        Scenario("the test is edited and not reported", mended_quietly, rejected("W03")),
        Scenario(
            "the test is edited and not reported, in JavaScript",
            mended_quietly,
            rejected("W03"),
            "javascript",
        ),
        Scenario("a conftest leaves the test out", new_conftest, rejected("W26", "W13")),
        Scenario("a conftest leaves the file out", conftest_beside_tests, rejected("W26", "W13")),
        Scenario("pytest.ini leaves the test out", new_ini, rejected("W26", "W13")),
        Scenario(
            "pyproject.toml leaves the test out", options_in_pyproject, rejected("W26", "W13")
        ),
        Scenario("pyproject.toml names another folder", fewer_test_paths, rejected("W26", "W13")),
        Scenario(
            "the script runs other tests", script_replaced, rejected("W26", "W13"), "javascript"
        ),
        Scenario(
            "the script ends in || true", script_ends_well, rejected("W26", "W13"), "javascript"
        ),
        Scenario(
            "waggle.toml is edited and not reported", proof_changed_quietly, rejected("W03", "W17")
        ),
    ),
)
