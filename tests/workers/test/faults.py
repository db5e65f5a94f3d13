"""Lies planted into the honest report on the till, one each, and changes that are none.

A row of FAULTS: a name, the file (`json` or `notes`), a text of it, what stands there instead, and
the code of the problem that must be reported. After a row of HARMLESS the report is accepted.
"""

# ruff: noqa: E501

from __future__ import annotations

FAULTS: tuple[tuple[str, str, str, str, str], ...] = (
    ("more tests than there are", "json", '"tests": 4', '"tests": 14', "K54"),
    ("fewer tests than there are", "json", '"tests": 2', '"tests": 1', "K54"),
    ("a skipped one is not counted", "json", '"tests": 3', '"tests": 2', "K54"),
    ("nothing is skipped", "json", '"skipped": 1', '"skipped": 0', "K54"),
    ("something is skipped", "json", '"skipped": 0', '"skipped": 2', "K54"),
    ("a suite that is not there", "json", '"file": "@ROOT@/web/cart.test.mjs",\n      "framework"', '"file": "@ROOT@/web/checkout.test.mjs",\n      "framework"', "K53"),
    ("a suite without tests", "json", '"file": "@ROOT@/tests/test_pricing.py",\n      "framework"', '"file": "@ROOT@/till/pricing.py",\n      "framework"', "K53"),
    ("a gap that is tested", "json", '"symbol": "void"', '"symbol": "number_of"', "K55"),
    ("a file that is tested", "json", '"symbol": "clear",\n      ', "", "K55"),
    ("a gap in a file that is not there", "json", '"symbol": "clear",\n      "file": "@ROOT@/web/cart.mjs"', '"file": "@ROOT@/web/checkout.mjs"', "K55"),
    ("a flaky test that is not there", "json", '"name": "test_number_has_the_day"', '"name": "test_printer_times_out"', "K56"),
    ("a flaky test of another file", "json", '"name": "test_number_has_the_day",\n      "file": "@ROOT@/tests/test_receipts.py"', '"name": "test_number_has_the_day",\n      "file": "@ROOT@/tests/test_pricing.py"', "K56"),
    ("a report that is not there", "json", '"source": "@ROOT@/web/lcov.info"', '"source": "@ROOT@/web/coverage/lcov.info"', "K57"),
    ("a better figure", "json", '"percent": 80.95', '"percent": 88.95', "K58"),
    ("a figure rounded up", "json", '"percent": 80.95', '"percent": 82', "K58"),
    ("a worse figure", "json", '"percent": 72.7', '"percent": 62.7', "K58"),
    ("the figure of another file", "json", '"scope": "till/receipts.py"', '"scope": "till/pricing.py"', "K58"),
    ("the figure of another metric", "json", '"metric": "branch"', '"metric": "line"', "K58"),
    ("a file that the report does not list", "json", '"scope": "web/cart.mjs"', '"scope": "web/checkout.mjs"', "K59"),
    ("a metric that the report does not have", "json", '"scope": "total",\n      "metric": "line"', '"scope": "total",\n      "metric": "function"', "K59"),
    ("a claim that is refuted", "json", '"kind": "missing_test",\n          "name": "void"', '"kind": "missing_test",\n          "name": "number_of"', "K21"),
    ("a count that is not the list's", "json", '"gaps": 2', '"gaps": 4', "C01"),
    ("a line that does not exist", "json", '"line": 9,\n          "end_line": 11', '"line": 9,\n          "end_line": 110', "E04"),
    ("a quotation that is not there", "notes", 'return f"VOID {text}"', 'return f"VOIDED {text}"', "E05"),
    ("another score in the notes", "notes", "| Automation | 4 |", "| Automation | 6 |", "C09"),
)  # fmt: skip

HARMLESS: tuple[tuple[str, str, str, str], ...] = (
    ("a figure that is rounded", "json", '"percent": 80.95', '"percent": 81'),
    ("a figure that is cut", "json", '"percent": 72.7', '"percent": 72.72'),
    ("lines and branches together", "json", '"percent": 80.95', '"percent": 74'),
    ("statements for lines", "json", '"scope": "total",\n      "metric": "line"', '"scope": "total",\n      "metric": "statement"'),
    ("an absolute file", "json", '"scope": "till/pricing.py"', '"scope": "@ROOT@/till/pricing.py"'),
    ("a file below its source folder", "json", '"scope": "till/receipts.py"', '"scope": "receipts.py"'),
    ("another goal", "json", '"percent": 90,', '"percent": 85,'),
    ("tests that nobody counted", "json", '"tests": 4', '"tests": null'),
    ("a test by its whole name", "json", '"name": "test_number_has_the_day"', '"name": "tests/test_receipts.py::test_number_has_the_day"'),
    ("a symbol as a call", "json", '"symbol": "void"', '"symbol": "void()"'),
    ("a symbol of its module", "json", '"symbol": "void"', '"symbol": "receipts.void"'),
    ("another runner's name", "json", '"framework": "node:test"', '"framework": "node"'),
    ("no cause", "json", '"cause": "the clock is read twice",', '"cause": null,'),
    ("other words", "notes", "Each test compares values; none only runs.", "Values are compared by each test."),
)  # fmt: skip
