"""What git has of a file is read whole or not at all, also where git is killed meanwhile."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from sessions.git import contents

_SAYS = "#!/bin/sh\nread name\nprintf '%s blob {size}\\nnew line' \"$name\"\n"


def test_a_file_is_read_as_it_is(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    (tmp_path / "a").write_bytes(b"\0\n\n")
    words = ["git", "hash-object", "-w", "a"]
    name = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    with contents(tmp_path) as read:
        assert read(name.strip()) == b"\0\n\n"
        assert read("0" * 40) is None


@pytest.mark.parametrize(("size", "expected"), [(7, b"new lin"), (8, None), (100, None)])
def test_what_was_cut_off_is_no_content(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int, expected: bytes | None
) -> None:
    git = tmp_path / "git"
    git.write_text(_SAYS.format(size=size))
    git.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    with contents(tmp_path, {"PATH": os.environ["PATH"]}) as read:
        assert read("a" * 40) == expected
