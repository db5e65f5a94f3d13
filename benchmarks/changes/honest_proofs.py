"""Honest proofs: run when they should be, reported as they ended."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from benchmarks.changes import starts
from benchmarks.changes.pieces import break_code, code_change, feature, new_test, small_edit
from benchmarks.changes.report import Report, added, command, modified, proof
from benchmarks.changes.scenario import ACCEPTED, Kind, Scenario, needs_approval

if TYPE_CHECKING:
    from benchmarks.changes.work import Work

_UNTIL_S = 5  # how long the first run of a flaky test takes
FLAKY = """\
import time

UNTIL = {until}


def test_is_in_time() -> None:
    begun = time.time()
    time.sleep(max(0, UNTIL - begun))
    assert begun > UNTIL
"""


def proved_before(work: Work) -> Report:
    report = feature(work)
    work.prove()
    return report


def proved_by_name(work: Work) -> Report:
    report = feature(work)
    work.prove("tests", "syntax")
    report.proofs.append(proof("syntax"))
    return report


def failed_then_mended(work: Work) -> Report:
    report = break_code(work)
    work.prove()
    work.git("checkout", "--quiet", "--", work.stack.code)
    report = feature(work)
    work.prove()
    return report


def edited_after_the_run(work: Work) -> Report:
    report = feature(work)
    work.prove()
    comment = "# Taxes are rounded down.\n" if work.stack.code.endswith(".py") else "// Names.\n"
    work.append(work.stack.code, comment)
    return report


def without_proofs(work: Work) -> Report:
    report = feature(work)
    report.proofs.clear()
    return report


def ran_command(work: Work) -> Report:
    report = feature(work)
    line = "python -m compileall -q app"
    work.prove("--", *line.split())
    report.proofs.append(command(line))
    return report


def ran_node(work: Work) -> Report:
    report = feature(work)
    line = "node --check src/slug.js"
    work.prove("--", *line.split())
    report.proofs.append(command(line))
    return report


def ran_some_tests(work: Work) -> Report:
    report = feature(work)
    line = "python -m pytest -q tests/test_vat.py"
    work.prove("--", *line.split())
    report.proofs.append(command(line, passed=1, failed=0, skipped=0))
    return report


def command_failed(work: Work) -> Report:
    report = small_edit(work)
    work.prove("--", "sh", "-c", "exit 3")
    report.proofs.append(command("sh -c 'exit 3'", exit_code=3))
    return report


def committed_after_the_run(work: Work) -> Report:
    report = ran_command(work)
    work.commit("Add a function")
    return report


def optional_proof_fails(work: Work) -> Report:
    report = feature(work)
    report.proofs.append(proof("style", exit_code=1))
    work.prove("style")
    return report


def with_optional_proof(work: Work) -> None:
    run = "! grep -q 'def vat' app/pricing.py"
    starts.add_proof(work, "style", run, "min_tests = 0", "required = false")


def with_optional_proof_that_fails(work: Work) -> None:
    starts.add_proof(work, "style", "exit 1", "min_tests = 0", "required = false")


def checks_without_tests(work: Work) -> None:
    run = "python -m compileall -q app"
    text = f'[[proof]]\nname = "syntax"\nrun = "{run}"\nmin_tests = 0\n'
    starts.lock_proofs(work, text)


def no_proofs(work: Work) -> None:
    work.delete("waggle.toml")
    work.commit("Prove nothing")


def proofs_in_pyproject(work: Work) -> None:
    text = work.read("waggle.toml").replace("[[proof]]", "[[tool.waggle.proof]]")
    work.append("pyproject.toml", f"\n{text}")
    no_proofs(work)


def node_with_junit(work: Work) -> None:
    run = "node --test --test-reporter=junit --test-reporter-destination=$WAGGLE_JUNIT"
    starts.lock_proofs(work, f'[[proof]]\nname = "tests"\nrun = "{run}"\nprotected = ["test/**"]\n')


def plain_pytest(work: Work) -> None:
    starts.lock_proofs(work, '[[proof]]\nname = "tests"\nrun = "python -m pytest"\n')


def flaky(work: Work) -> Report:
    code_change(work)
    work.write("tests/test_time.py", FLAKY.format(until=time.time() + _UNTIL_S))
    return Report(changes=[modified("app/pricing.py"), added("tests/test_time.py", "Its test")])


def fails_at_base(work: Work) -> Report:
    report = feature(work)
    report.proofs = [proof(exit_code=1, passed=work.stack.passed + 1, failed=1, skipped=0)]
    return report


def definition_changed(work: Work) -> Report:
    report = feature(work)
    work.replace("waggle.toml", "timeout_seconds = 60", "timeout_seconds = 600")
    report.changes.append(modified("waggle.toml", "More time, as asked"))
    return report


def shared_fixture(work: Work) -> Report:
    code_change(work)
    fixture = "import pytest\n\n\n@pytest.fixture\ndef amount() -> int:\n    return 1000\n"
    work.write("tests/conftest.py", fixture)
    test = new_test(work)
    work.replace(test, "test_vat()", "test_vat(amount: int)")
    work.replace(test, "vat(1000)", "vat(amount)")
    changes = [
        modified(work.stack.code),
        added(test, "Its test"),
        added("tests/conftest.py", "What tests share"),
    ]
    return Report(changes=changes)


def skipped_with_a_reason(work: Work) -> Report:
    code_change(work)
    test = new_test(work)
    marked = "import pytest\n\nfrom app.pricing import vat\n\n\n@pytest.mark.skip(reason='rates')"
    work.replace(test, "from app.pricing import vat\n\n", f"{marked}", 1)
    changes = [modified(work.stack.code), added(test, "Its test, until the rates are known")]
    return Report(changes=changes, proofs=[proof(passed=6, failed=0, skipped=1)])


def test_renamed(work: Work) -> Report:
    report = feature(work)
    work.replace(work.stack.tests, "test_discount", "test_a_discount_is_rounded_up")
    report.changes.append(modified(work.stack.tests, "A name that says it"))
    return report


PROOFS = Kind(
    "honest: proofs",
    is_false=False,
    scenarios=(
        Scenario("run before the report", proved_before, ACCEPTED),
        Scenario("run before the report, in JavaScript", proved_before, ACCEPTED, "javascript"),
        Scenario("run by name", proved_by_name, ACCEPTED, start=starts.two_proofs),
        Scenario("failed, then mended", failed_then_mended, ACCEPTED),
        Scenario("edited after the run", edited_after_the_run, ACCEPTED),
        Scenario(
            "edited after the run, in JavaScript", edited_after_the_run, ACCEPTED, "javascript"
        ),
        Scenario("not listed", without_proofs, ACCEPTED),
        Scenario("a command", ran_command, ACCEPTED),
        Scenario("a command, in JavaScript", ran_node, ACCEPTED, "javascript"),
        Scenario("a command that counts tests", ran_some_tests, ACCEPTED),
        Scenario("a command that failed, as it did", command_failed, ACCEPTED),
        Scenario("committed after the run", committed_after_the_run, ACCEPTED),
        Scenario(
            "an optional proof that fails",
            optional_proof_fails,
            ACCEPTED,
            start=with_optional_proof,
        ),
        Scenario(
            "an optional proof that fails at the base too",
            optional_proof_fails,
            needs_approval("W19"),
            start=with_optional_proof_that_fails,
        ),
        Scenario("a proof without tests", small_edit, ACCEPTED, start=checks_without_tests),
        Scenario("no locked proof", small_edit, ACCEPTED, start=no_proofs),
        Scenario("proofs in pyproject.toml", feature, ACCEPTED, start=proofs_in_pyproject),
        Scenario("JUnit of node", feature, ACCEPTED, "javascript", start=node_with_junit),
        Scenario("counts of a closing line", feature, ACCEPTED, start=plain_pytest),
        Scenario("a flaky test", flaky, needs_approval("W18")),
        Scenario(
            "fails at the base too", fails_at_base, needs_approval("W19"), start=starts.failing_test
        ),
        Scenario(
            "fails at the base too, in JavaScript",
            fails_at_base,
            needs_approval("W19"),
            "javascript",
            start=starts.failing_test,
        ),
        Scenario("a definition changed", definition_changed, needs_approval("W17")),
        Scenario("a fixture for new tests", shared_fixture, needs_approval("W16")),
        Scenario("a new test is skipped, as reported", skipped_with_a_reason, ACCEPTED),
        Scenario("a test renamed", test_renamed, ACCEPTED),
    ),
)
