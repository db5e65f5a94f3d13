"""Pieces of honest work, in either stack, with the report: most scenarios begin with one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.changes.report import Report, added, modified, proof

if TYPE_CHECKING:
    from benchmarks.changes.work import Work

VAT = """\


def vat(amount: int) -> int:
    return amount * 19 // 100
"""
VAT_TEST = """\
from app.pricing import vat


def test_vat() -> None:
    assert vat(1000) == 190
"""
INITIALS = """\
function initials(name) {
  return name.split(" ").map((word) => word[0]).join("");
}

module.exports = { initials, slug, shorten };
"""
INITIALS_TEST = """\
const assert = require("node:assert");
const { test } = require("node:test");

const { initials } = require("../src/slug");

test("initials are the first letters", () => {
  assert.strictEqual(initials("Ada Lovelace"), "AL");
});
"""


def is_python(work: Work) -> bool:
    """Return whether the application is the one in Python."""
    return work.stack.code.endswith(".py")


def code_change(work: Work) -> None:
    """Add a function to the application, and nothing else."""
    if is_python(work):
        work.append("app/pricing.py", VAT)
    else:
        work.replace("src/slug.js", "module.exports = { slug, shorten };\n", INITIALS)


def new_test(work: Work) -> str:
    """Add a file with a test of that function; returns its path."""
    if is_python(work):
        path, text = "tests/test_vat.py", VAT_TEST
    else:
        path, text = "test/initials.test.js", INITIALS_TEST
    work.write(path, text)
    return path


def feature(work: Work) -> Report:
    """Add a function with its test, in a new file, and report both."""
    code_change(work)
    test = new_test(work)
    return Report(
        changes=[modified(work.stack.code, "A function more"), added(test, "Its test")],
        proofs=[passing(work, 1)],
    )


def small_edit(work: Work) -> Report:
    """Change one file in a way that no test sees."""
    code_change(work)
    return Report(changes=[modified(work.stack.code, "A function more")])


def break_code(work: Work) -> Report:
    """Change the behaviour so that one test of the base fails, and report the change."""
    if is_python(work):
        work.replace("app/pricing.py", "SHIPPING = 490", "SHIPPING = 590")
    else:
        work.replace("src/slug.js", 'join("-")', 'join("_")')
    return Report(changes=[modified(work.stack.code, "Another value")])


def mend_test(work: Work) -> None:
    """Change the test of the base so that it passes with the new behaviour."""
    if is_python(work):
        work.replace("tests/test_pricing.py", "== 490", "== 590")
    else:
        work.replace("test/slug.test.js", '"two-words"', '"two_words"')


def passing(work: Work, more: int = 0) -> dict[str, object]:
    """Report a run of the tests in which all pass: those of the base, and some more."""
    passed = work.stack.passed + more
    added_too = {"added": more} if more else {}
    return proof(passed=passed, failed=0, skipped=0) | added_too


def failing(work: Work) -> dict[str, object]:
    """Report a run of the tests in which one fails."""
    return proof(exit_code=1, passed=work.stack.passed - 1, failed=1, skipped=0)
