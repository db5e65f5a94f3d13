"""Every case of the catalogue of bad inputs has a test: its id stands in the test's own."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.kit import PROJECT

CASES = {"S": 20, "T": 18, "J": 28, "M": 13, "C": 20, "F": 16, "E": 15}


@pytest.fixture(scope="module")
def collected() -> set[str]:
    """Return the ids that stand in the names and parameters of the tests."""
    files = sorted(map(str, (PROJECT / "tests").glob("test_bad_*.py")))
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-m", "", *files]
    run = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout
    names = [line.partition("::")[2] for line in run.stdout.splitlines()]
    return {
        found.upper() for name in names for found in re.findall(r"(?i)(?<=[_\[])[a-z]\d\d", name)
    }


@pytest.mark.parametrize("group", CASES)
def test_every_case_has_a_test(collected: set[str], group: str) -> None:
    wanted = {f"{group}{number:02}" for number in range(1, CASES[group] + 1)}
    assert wanted - collected == set()
