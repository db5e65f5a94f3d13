"""The program at a terminal, as a person runs it."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
from typing import TYPE_CHECKING

from tests.kit import CLI

if TYPE_CHECKING:
    from pathlib import Path

ENVIRONMENT = {"PATH": os.environ["PATH"], "TERM": "xterm-256color", "LANG": "C.UTF-8"}


def at_terminal(
    *arguments: str, cwd: Path, columns: int = 80, split: bool = False, **extra: str
) -> tuple[int, str, str]:
    """Run the program at a terminal of so many columns; with `split` only stderr is one.

    Returns the exit code, what the terminal showed, and what was piped.
    """
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    keep = os.environ | ENVIRONMENT | extra
    process = subprocess.Popen(
        [sys.executable, str(CLI), *arguments],
        cwd=cwd,
        stdin=theirs,
        stdout=subprocess.PIPE if split else theirs,
        stderr=theirs,
        env={name: value for name, value in keep.items() if name != "COLUMNS"},
    )
    os.close(theirs)
    piped = ""
    if process.stdout:
        with process.stdout as pipe:
            piped = pipe.read().decode()
    shown = b""
    while True:
        try:
            data = os.read(ours, 65536)
        except OSError:  # Linux says so when the other end is closed
            break
        if not data:
            break
        shown += data
    os.close(ours)
    return process.wait(), shown.decode().replace("\r\n", "\n"), piped
