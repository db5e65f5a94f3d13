"""The literal commands that documents and hints name: absolute, for any folder, no variables."""

from __future__ import annotations

import shlex
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from sessions.session import Session
    from workers.catalog import Worker


def next_command(session: Session, worker: Worker, program: Path) -> str:
    """Return the phase 3 command of a worker in a session."""
    return _command(session, worker, program, "--output")


def setup_command(session: Session, worker: Worker, program: Path) -> str:
    """Return the phase 1 command of a worker whose prompt is stored."""
    return _command(session, worker, program, "--setup")


def _command(session: Session, worker: Worker, program: Path, phase: str) -> str:
    words = [sys.executable, str(program), worker.name, phase]
    return shlex.join([*words, "--session", session.id, "--root", str(session.root)])
