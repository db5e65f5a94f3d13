"""Nobody who reads what a command says does not change what it comes to."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.kit import CLI, TASK


def with_nobody_at(streams: str, root: Path, *words: str) -> int:
    """Run a command whose streams of these names go into a pipe that nobody reads."""
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, str(CLI), *words, "--root", str(root)]
    where = {name: write if name in streams.split() else subprocess.DEVNULL for name in STREAMS}
    code = subprocess.run(command, check=False, **where).returncode  # type: ignore[call-overload]
    os.close(write)
    return int(code)


STREAMS = ("stdout", "stderr")
PREPARED = ("backend", "--setup", "--task", TASK)


def test_a_command_is_done_though_nobody_hears_of_it(root: Path) -> None:
    assert with_nobody_at("stderr", root, *PREPARED) == 0


@pytest.mark.parametrize("streams", ["stderr", "stdout stderr"])
@pytest.mark.parametrize("json", [(), ("--json",)])
def test_what_could_not_be_done_never_says_rejected(
    root: Path, streams: str, json: tuple[str, ...]
) -> None:
    assert with_nobody_at(streams, root, "run", "--session", "none", *json) == 3


def test_an_answer_that_nobody_takes_is_no_success(root: Path) -> None:
    assert with_nobody_at("stdout", root, *PREPARED) == 3
    assert with_nobody_at("stdout stderr", root, *PREPARED) == 3
