"""The literal commands that documents and hints name: for any folder, without variables."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sessions.session import Session
    from workers.catalog import Worker


COMMAND = "waggle"
_HEAD_BYTES = 1024


def program_words(program: Path) -> tuple[str, ...]:
    """Return the words that start the program from anywhere.

    `waggle`, where the installed program runs and that word on the PATH starts it: what teams
    commit then fits every machine. Else the interpreter and the program, both absolute.
    """
    if is_installed(program) and _on_path():
        return (COMMAND,)
    return (sys.executable, str(program))


def is_installed(program: Path) -> bool:
    """Tell whether the program is the one inside a wheel, not a checkout's."""
    return program.name == "__main__.py"


def _on_path() -> bool:
    """Tell whether the word on the PATH is this interpreter's script, not another installation."""
    for folder in os.get_exec_path():
        script = Path(folder, COMMAND)
        if os.access(script, os.X_OK) and script.is_file():
            return script.is_absolute() and _is_ours(script)
    return False


def _is_ours(script: Path) -> bool:
    try:
        with script.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except OSError:
        return False
    if os.fsencode(sys.executable) in head:
        return True
    return script.resolve().parent == Path(sys.executable).parent.resolve()


def next_command(session: Session, worker: Worker, program: Path) -> str:
    """Return the phase 3 command of a worker in a session."""
    return _command(session, worker, program, "--output")


def setup_command(session: Session, worker: Worker, program: Path) -> str:
    """Return the phase 1 command of a worker whose prompt is stored."""
    return _command(session, worker, program, "--setup")


def _command(session: Session, worker: Worker, program: Path, phase: str) -> str:
    words = [*program_words(program), worker.name, phase]
    return shlex.join([*words, "--session", session.id, "--root", str(session.root)])
