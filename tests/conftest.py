"""Fixtures for all tests: a clean environment, a copy of the sample service, a session."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.kit import SESSION, TASK, copy_sample, waggle


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(("WAGGLE", "CLAUDE")):
            monkeypatch.delenv(name)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository: the sample service."""
    return copy_sample(tmp_path)


@pytest.fixture
def set_up(root: Path) -> Path:
    """A repository in which phase 1 was run, by a process of its own."""
    run = waggle("backend", "--setup", "--session", SESSION, "--task", TASK, cwd=root)
    assert run.returncode == 0, run.stderr.decode()
    return root


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository in which phase 1 was run, shared by the tests of a module."""
    root = copy_sample(tmp_path_factory.mktemp("shared"))
    run = waggle("backend", "--setup", "--session", SESSION, "--task", TASK, cwd=root)
    assert run.returncode == 0, run.stderr.decode()
    return root
