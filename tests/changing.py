"""A small repository whose owner proves changes, a task on it, and what workers do with it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

CHANGE_TASK = "Take 10 percent off orders of 100.00 and more; test it."
CHANGE_SESSION = "discount"

PRICES = """\
# What an order costs, in cents.


def total(items: list[tuple[int, int]]) -> int:
    # The price of an order: pairs of price and quantity.
    return sum(price * quantity for price, quantity in items)
"""
TESTS = """\
import unittest

from app.prices import total


class Prices(unittest.TestCase):
    def test_an_empty_order_costs_nothing(self):
        self.assertEqual(total([]), 0)

    def test_quantities_count(self):
        self.assertEqual(total([(250, 2), (99, 1)]), 599)
"""
_SUM = "    return sum(price * quantity for price, quantity in items)\n"
_AMOUNT = "    amount = sum(price * quantity for price, quantity in items)\n"
# The discount as it was asked for; and one on every order, so that a test of before fails.
HONEST_EDIT = (_SUM, _AMOUNT + "    return amount - amount // 10 if amount >= 100_00 else amount\n")
FALSE_EDIT = (_SUM, _AMOUNT + "    return amount - amount // 10\n")
SKIPPED = (
    "    def test_quantities_count(self):\n",
    '    @unittest.skip("prices changed")\n    def test_quantities_count(self):\n',
)
NEW_TESTS = """\
import unittest

from app.prices import total


class Discount(unittest.TestCase):
    def test_a_large_order_is_cheaper(self):
        self.assertEqual(total([(100_00, 1)]), 90_00)

    def test_an_order_just_below_is_not(self):
        self.assertEqual(total([(99_99, 1)]), 99_99)
"""
# Without the plugins that are installed: to import them is most of a run.
PYTEST = "python -m pytest -q --disable-plugin-autoload --junitxml=$WAGGLE_JUNIT"
UNITTEST = "python -m unittest discover -s tests -t ."
WAGGLE_TOML = """\
[[proof]]
name = "tests"
run = "{run}"
protected = ["tests/**"]
"""


_OWNER = ("-c", "user.name=Owner", "-c", "user.email=owner@shop.example")


def run_line() -> str:
    """Return how the tests are run here: a fresh clone has no pytest yet."""
    return PYTEST if find_spec("pytest") else UNITTEST


def proving_environment() -> dict[str, str]:
    """Return variables with which proofs run: this interpreter as `python`, also without a box."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    return {"PATH": path, "WAGGLE_ALLOW_PROOFS": "1", "PYTHONDONTWRITEBYTECODE": "1"}


def make_repository(folder: Path, owners: str = "") -> Path:
    """Make the repository with one commit; `owners` is its waggle.toml, ours without one."""
    root = folder / "shop"
    files = {
        "app/__init__.py": "",
        "app/prices.py": PRICES,
        "tests/__init__.py": "",
        "tests/test_prices.py": TESTS,
        "waggle.toml": owners or WAGGLE_TOML.format(run=run_line()),
        ".gitignore": "/Docs/hive-mind/\n__pycache__/\n/build/\n",
    }
    for name, text in files.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "Prices"]):
        subprocess.run(["git", "-C", str(root), *_OWNER, *words], check=True)
    return root


def commit(root: Path, subject: str) -> str:
    """Commit what was changed; returns the commit's name."""
    git = ("git", "-C", str(root), *_OWNER)
    for words in (["add", "-A"], ["commit", "-qm", subject]):
        subprocess.run([*git, *words], check=True)
    run = subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True)
    return run.stdout.strip()


def edit(file: Path, change: tuple[str, str]) -> None:
    """Replace a text that stands in a file once."""
    text = file.read_text(encoding="utf-8")
    assert text.count(change[0]) == 1, change[0]
    file.write_text(text.replace(*change), encoding="utf-8")


def change_honestly(root: Path) -> None:
    """Do what the task asks."""
    edit(root / "app/prices.py", HONEST_EDIT)
    (root / "tests/test_discount.py").write_text(NEW_TESTS, encoding="utf-8")


def change_falsely(root: Path) -> None:
    """Break a test, and skip it."""
    edit(root / "app/prices.py", FALSE_EDIT)
    edit(root / "tests/test_prices.py", SKIPPED)


HONEST_CHANGES = (
    ("app/prices.py", "modified", "total takes 10 percent off from 100.00 on"),
    ("tests/test_discount.py", "added", "an order just below and one at the limit"),
)
FALSE_CHANGES = (
    ("app/prices.py", "modified", "total takes 10 percent off"),
    ("tests/test_prices.py", "modified", "adapted to the discount"),
)
_NOTES = """\
# Backend changes: {session}

## Executive Summary

Orders of 100.00 and more cost 10 percent less (`app/prices.py:4-6`). Nothing else was asked for.

## Changes

{changes}

## Proofs

{runs}

## Touched

Whoever calls `total` sees the lower price (`app/prices.py:4`).

## Unresolved Issues & Handoff

None
"""


_NOTHING = "Not applicable: nothing was changed."


def report_files(root: Path, session: str) -> tuple[Path, Path]:
    """Return the two files of a session."""
    workers = root / "Docs/hive-mind/sessions" / session / "workers"
    return workers / "notes/backend_notes.md", workers / "json/backend_output.json"


def report_texts(
    root: Path,
    session: str,
    changes: tuple[tuple[str, str, str], ...] = HONEST_CHANGES,
    **fields: Any,
) -> tuple[str, str]:
    """Return the texts of a report on changes, for a session that was set up.

    It says that all tests pass: four where tests were added, the two of before where not.
    """
    _, json_file = report_files(root, session)
    made = json.loads(json_file.read_text("utf-8"))["analysis_metadata"]
    made["files_analyzed"] = [str(root / "app/prices.py"), str(root / "tests/test_prices.py")]
    rows = [
        {"id": f"CHG-{n:03}", "file": str(root / path), "kind": kind, "summary": summary}
        for n, (path, kind, summary) in enumerate(changes, 1)
    ]
    proof = {"id": "PRF-001", "name": "tests", "claim": "all tests pass", "exit_code": 0}
    document = {
        "analysis_metadata": made,
        "outcome": {"status": "done", "parts": []},
        "changes": rows,
        "proofs": [
            proof | {"passed": 4 if changes == HONEST_CHANGES else 2, "failed": 0, "skipped": 0}
        ],
        **fields,
    }
    lines = [
        f"- {row['id']} {row['kind']}: `{path}`: {row['summary']}"
        for row, (path, _, _) in zip(rows, changes, strict=True)
    ]
    listed = "\n".join(lines) or _NOTHING
    runs = "- PRF-001 tests: all passed." if document["proofs"] else "Not applicable: none was run."
    notes = _NOTES.format(session=session, changes=listed, runs=runs)
    return notes, json.dumps(document, indent=2)


def report(root: Path, session: str, *arguments: Any, **fields: Any) -> None:
    """Put a report on changes into a session."""
    texts = report_texts(root, session, *arguments, **fields)
    for file, text in zip(report_files(root, session), texts, strict=True):
        file.write_text(text, encoding="utf-8")
