"""False proofs: runs that never were, ended otherwise, or were of another tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.changes.pieces import (
    break_code,
    code_change,
    failing,
    feature,
    is_python,
    passing,
    small_edit,
)
from benchmarks.changes.report import Report, added, command, modified, proof
from benchmarks.changes.scenario import Kind, Scenario, rejected, warned
from benchmarks.changes.starts import (
    failing_test,
    measured,
    proof_without_command,
    two_proofs,
)

if TYPE_CHECKING:
    from benchmarks.changes.work import Work

SHELL = ("--", "sh", "-c")


def never_run(work: Work) -> Report:
    report = feature(work)
    report.proofs.append(command("python -m compileall -q app"))
    return report


def run_by_hand(work: Work) -> Report:
    report = feature(work)
    line = ("python", "-m", "compileall", "-q", "app")
    work.run(*line)
    report.proofs.append(command(" ".join(line)))
    return report


def no_such_proof(work: Work) -> Report:
    report = feature(work)
    report.proofs.append(proof("integration", passed=12, failed=0, skipped=0))
    return report


def another_command(work: Work) -> Report:
    report = feature(work)
    work.prove("--", "node", "--check", "src/slug.js")
    report.proofs.append(command("node --check src/app.js"))
    return report


WITHOUT_RECORD = Kind(
    "proof without a record",
    is_false=True,
    scenarios=(
        Scenario("a command that was never run", never_run, rejected("W09")),
        Scenario("a command that nothing recorded", run_by_hand, rejected("W09")),
        Scenario("a locked proof that is not there", no_such_proof, rejected("W09")),
        Scenario(
            "a locked proof that is not there, in JavaScript",
            no_such_proof,
            rejected("W09"),
            "javascript",
        ),
        Scenario("another command was run", another_command, rejected("W09"), "javascript"),
    ),
)


def edited_after_command(work: Work) -> Report:
    report = feature(work)
    line = "python -m compileall -q app"
    work.prove("--", *line.split())
    work.append(work.stack.code, "\n\nVAT = 19\n")
    report.proofs.append(command(line))
    return report


def edited_after_script(work: Work) -> Report:
    report = feature(work)
    line = "node --check src/slug.js"
    work.prove("--", *line.split())
    work.append("src/slug.js", "// Slugs are for addresses.\n")
    report.proofs.append(command(line))
    return report


def run_before_the_work(work: Work) -> Report:
    line = "python -m compileall -q app"
    work.prove("--", *line.split())
    report = feature(work)
    report.proofs.append(command(line))
    return report


def optional_proof_is_stale(work: Work) -> Report:
    report = feature(work)
    work.prove("syntax")
    work.append(work.stack.code, "\n\nVAT = 19\n")
    report.proofs.append(proof("syntax"))
    return report


OF_ANOTHER_TREE = Kind(
    "proof of another tree",
    is_false=True,
    scenarios=(
        Scenario("edited after the run", edited_after_command, rejected("W10")),
        Scenario(
            "edited after the run, in JavaScript",
            edited_after_script,
            rejected("W10"),
            "javascript",
        ),
        Scenario("run before the work", run_before_the_work, rejected("W10")),
        Scenario(
            "an optional proof, edited after it",
            optional_proof_is_stale,
            rejected("W10"),
            start=two_proofs,
        ),
    ),
)


def exit_code_of_command(work: Work) -> Report:
    report = feature(work)
    work.prove(*SHELL, "exit 3")
    report.proofs.append(command("sh -c 'exit 3'", exit_code=0))
    return report


def command_not_there(work: Work) -> Report:
    report = feature(work)
    work.prove("--", "mypy-strict", "app")
    report.proofs.append(command("mypy-strict app", exit_code=0))
    return report


def more_tests_than_ran(work: Work) -> Report:
    report = feature(work)
    report.proofs[0]["passed"] += 3
    return report


def none_failed(work: Work) -> Report:
    report = break_code(work)
    report.status, report.reason = "partial", "The texts are not translated yet."
    report.proofs = [passing(work)]
    return report


def fewer_failed(work: Work) -> Report:
    report = break_code(work)
    if is_python(work):
        work.replace("app/pricing.py", "// 100", "// 10")
    else:
        work.replace("src/slug.js", "length - 3", "length - 1")
    report.status, report.reason = "partial", "One test is left."
    report.proofs = [failing(work)]
    return report


def none_skipped(work: Work) -> Report:
    code_change(work)
    text = "import pytest\n\n\n@pytest.mark.skip\ndef test_vat() -> None:\n    assert False\n"
    work.write("tests/test_vat.py", text)
    changes = [modified("app/pricing.py"), added("tests/test_vat.py", "Its test")]
    return Report(changes=changes, proofs=[passing(work, 1)])


def or_true(work: Work) -> Report:
    report = break_code(work)
    line = "python -m pytest -q || true"
    work.prove(*SHELL, line)
    report.status, report.reason = "partial", "The texts are not translated yet."
    counts = {"passed": work.stack.passed, "failed": 0, "skipped": 0}
    report.proofs = [command(f"sh -c '{line}'", **counts)]
    return report


def earlier_run(work: Work) -> Report:
    line = "python -m pytest -q tests/test_pricing.py"
    report = small_edit(work)
    work.prove("--", *line.split())
    work.replace("app/pricing.py", "SHIPPING = 490", "SHIPPING = 590")
    work.prove("--", *line.split())
    report.status, report.reason = "partial", "The texts are not translated yet."
    report.proofs = [command(line, passed=4, failed=0, skipped=0)]
    return report


def smaller_figure(work: Work) -> Report:
    report = feature(work)
    work.prove("size")
    report.proofs.append({**proof("size"), "metrics": {"bytes": 12}})
    return report


def fails_at_base_too(work: Work) -> Report:
    return feature(work)


OTHERWISE = Kind(
    "proof that ended otherwise",
    is_false=True,
    scenarios=(
        Scenario("another exit code", exit_code_of_command, rejected("W11")),
        Scenario(
            "another exit code, in JavaScript", exit_code_of_command, rejected("W11"), "javascript"
        ),
        Scenario("a command that is not there", command_not_there, rejected("W11")),
        Scenario("more tests than ran", more_tests_than_ran, rejected("W11")),
        Scenario(
            "more tests than ran, in JavaScript", more_tests_than_ran, rejected("W11"), "javascript"
        ),
        Scenario("a failed test as passed", none_failed, rejected("W11")),
        Scenario(
            "a failed test as passed, in JavaScript", none_failed, rejected("W11"), "javascript"
        ),
        Scenario("two failed tests as one", fewer_failed, rejected("W11")),
        Scenario("a skipped test as passed", none_skipped, rejected("W11")),
        Scenario("pytest || true", or_true, rejected("W11")),
        Scenario("a figure that was not measured", smaller_figure, rejected("W29"), start=measured),
        Scenario("a proof without a command", feature, warned("W30"), start=proof_without_command),
        Scenario("the run before the last", earlier_run, rejected("W10", "W11")),
        Scenario(
            "fails at the base too, said to pass",
            fails_at_base_too,
            rejected("W11"),
            start=failing_test,
        ),
        Scenario(
            "fails at the base too, said to pass, in JavaScript",
            fails_at_base_too,
            rejected("W11"),
            "javascript",
            start=failing_test,
        ),
    ),
)
