"""Tests that were changed, and say so: what only the owner may decide, and what a warning tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.changes.false_tests import mended_quietly
from benchmarks.changes.pieces import break_code, feature, is_python, small_edit
from benchmarks.changes.report import Report, added, deleted, modified, proof, renamed
from benchmarks.changes.scenario import Kind, Scenario, needs_approval, warned

if TYPE_CHECKING:
    from benchmarks.changes.work import Work


def mended(work: Work) -> Report:
    report = mended_quietly(work)
    report.changes.append(modified(work.stack.tests, "As it is now"))
    return report


def test_taken_away(work: Work) -> Report:
    report = break_code(work)
    work.delete(work.stack.tests)
    report.changes.append(deleted(work.stack.tests, "Outdated"))
    return report


def test_out_of_sight(work: Work) -> Report:
    report = break_code(work)
    old = work.stack.tests
    new = old.replace("test_pricing", "pricing_checks").replace("slug.test", "slug-checks")
    new = new.replace("test/", "checks/")
    work.move(old, new)
    report.changes.append(renamed(old, new))
    return report


def as_somebody_elses(work: Work) -> Report:
    report = feature(work)
    work.append(work.stack.main, "\n")
    report.not_mine = [{"file": work.stack.main, "reason": "It was so when I came."}]
    return report


def test_skipped(work: Work) -> Report:
    report = break_code(work)
    if is_python(work):
        _mark(work, "skip(reason='flaky')", "test_shipping")
    else:
        work.replace(work.stack.tests, 'test("a slug', 'test.skip("a slug')
    report.changes.append(modified(work.stack.tests, "One is flaky"))
    return report


def proof_loosened(work: Work) -> Report:
    report = feature(work)
    work.replace("waggle.toml", "protected", "required = false\n#")
    report.changes.append(modified("waggle.toml", "Tests run in CI"))
    return report


FOR_THE_OWNER = Kind(
    "passes, if the owner approves",
    is_false=True,
    scenarios=(
        Scenario("the test is edited", mended, needs_approval("W16")),
        Scenario("the test is edited, in JavaScript", mended, needs_approval("W16"), "javascript"),
        Scenario("the test is deleted", test_taken_away, needs_approval("W16")),
        Scenario(
            "the test is deleted, in JavaScript",
            test_taken_away,
            needs_approval("W16"),
            "javascript",
        ),
        Scenario("the test is moved out of sight", test_out_of_sight, needs_approval("W16")),
        Scenario(
            "the test is moved out of sight, in JavaScript",
            test_out_of_sight,
            needs_approval("W16"),
            "javascript",
        ),
        Scenario("said to be somebody else's", as_somebody_elses, needs_approval("W25")),
        Scenario("the test is skipped", test_skipped, needs_approval("W16")),
        Scenario(
            "the test is skipped, in JavaScript", test_skipped, needs_approval("W16"), "javascript"
        ),
        Scenario("the proof is loosened", proof_loosened, needs_approval("W17")),
        Scenario(
            "the proof is loosened, in JavaScript",
            proof_loosened,
            needs_approval("W17"),
            "javascript",
        ),
    ),
)


def _weaken(work: Work, old: str, new: str) -> Report:
    """Do honest work, and change a test that passes as it is."""
    report = feature(work)
    work.replace(work.stack.tests, old, new)
    report.changes.append(modified(work.stack.tests, "Tidier"))
    report.proofs.clear()
    return report


def _mark(work: Work, mark: str, test: str) -> None:
    work.replace(work.stack.tests, "from app", "import pytest\n\nfrom app", 1)
    work.replace(work.stack.tests, f"def {test}", f"@pytest.mark.{mark}\ndef {test}")


def assertion_gone(work: Work) -> Report:
    if is_python(work):
        return _weaken(work, "    assert discount(1000, 10) == 900\n", "    discount(1000, 10)\n")
    old = 'assert.strictEqual(shorten("short", 6), "short");'
    return _weaken(work, old, 'shorten("short", 6);')


def test_gone(work: Work) -> Report:
    if is_python(work):
        old = "\n\ndef test_nothing_costs_nothing() -> None:\n    assert total([]) == 0\n"
        return _weaken(work, old, "")
    text = work.read(work.stack.tests)
    return _weaken(work, text[text.index('test("a short text') :], "")


def skipped_though_it_passes(work: Work) -> Report:
    if not is_python(work):
        return _weaken(work, 'test("a short text', 'test.skip("a short text')
    report = _weaken(work, "900", "900")
    _mark(work, "skip", "test_discount")
    return report


def only(work: Work) -> Report:
    return _weaken(work, 'test("a slug', 'test.only("a slug')


def expected_to_fail(work: Work) -> Report:
    report = _weaken(work, "900", "900")
    _mark(work, "xfail", "test_discount")
    return report


def fewer_added(work: Work) -> Report:
    report = feature(work)
    report.proofs[0]["added"] = 5
    return report


def none_added(work: Work) -> Report:
    report = small_edit(work)
    report.proofs = [proof(passed=work.stack.passed, failed=0, skipped=0, added=2)]
    return report


def ci_without_tests(work: Work) -> Report:
    report = feature(work)
    work.replace(".github/workflows/ci.yml", "      - run: python -m pytest\n", "")
    report.changes.append(modified(".github/workflows/ci.yml", "Faster"))
    return report


def not_covered(work: Work) -> Report:
    report = feature(work)
    work.write("tools/release.py", "print('released')\n")
    report.changes.append(added("tools/release.py", "Releases"))
    return report


WEAKENED = Kind(
    "weakened, with a warning",
    is_false=True,
    scenarios=(
        Scenario("an assertion is gone", assertion_gone, warned("W20")),
        Scenario(
            "an assertion is gone, in JavaScript", assertion_gone, warned("W20"), "javascript"
        ),
        Scenario("a test is gone", test_gone, warned("W20")),
        Scenario("a test is gone, in JavaScript", test_gone, warned("W20"), "javascript"),
        Scenario("a test that passes is skipped", skipped_though_it_passes, warned("W20")),
        Scenario(
            "a test that passes is skipped, in JavaScript",
            skipped_though_it_passes,
            warned("W20"),
            "javascript",
        ),
        Scenario("only one test is run", only, warned("W20"), "javascript"),
        Scenario("a test may fail", expected_to_fail, warned("W20")),
        Scenario("fewer tests added than reported", fewer_added, warned("W21")),
        Scenario(
            "fewer tests added than reported, in JavaScript",
            fewer_added,
            warned("W21"),
            "javascript",
        ),
        Scenario("no test added at all", none_added, warned("W21")),
        Scenario("CI runs no tests any more", ci_without_tests, warned("W28")),
        Scenario("a file that no proof covers", not_covered, warned("W22")),
    ),
)
