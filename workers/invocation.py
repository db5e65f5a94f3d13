"""Literal commands of ours: how we were called, and what documents and hints name."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from sessions.errors import WaggleError
from sessions.location import find_root

if TYPE_CHECKING:
    from sessions.session import Session
    from workers.catalog import Worker

_SCRIPT = 3  # an interpreter, a script, a command at least

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


def called_as() -> str:
    """Return the words before our arguments as they were typed: `waggle`, `python /path/cli.py`."""
    arguments = sys.argv[1:]
    words = sys.orig_argv[: len(sys.orig_argv) - len(arguments)]
    if [*words, *arguments] != sys.orig_argv or not words:  # called inside another program
        words = ["python", sys.argv[0]]
    script = Path(words[-1])
    if script.stem != "waggle":
        return shlex.join(words)
    import shutil

    on_path = shutil.which("waggle")  # what an installation put on PATH
    is_ours = on_path is not None and Path(on_path).resolve() == script.resolve()
    return "waggle" if is_ours else shlex.quote(str(script))


def typed_here(command: str, root: str | None, *, is_ours: bool = False) -> str:
    """Return a literal command of ours as the user would type it here: shorter, and it runs.

    `--root` is left out where it is what we find from here. With `is_ours` the command has neither
    program nor root yet. The command of another program is returned as it is.
    """
    if is_ours:
        words = f"{called_as()} {command}"
        return words if root is None or _is_found(root) else f"{words} --root {shlex.quote(root)}"
    words_of = shlex.split(command)
    if words_of[:1] == [COMMAND]:
        words_of = ["", *words_of]
    elif words_of[:1] != [sys.executable] or len(words_of) < _SCRIPT:
        return command
    if root is not None and "--root" in words_of and _is_found(root):
        at = words_of.index("--root")
        del words_of[at : at + 2]
    return f"{called_as()} {shlex.join(words_of[2:])}"


def _is_found(root: str) -> bool:
    """Return whether a root is the one that a command finds from here without --root."""
    try:
        return str(find_root(None)) == root
    except (WaggleError, OSError):
        return False


def next_command(session: Session, worker: Worker, program: Path, model: str | None = None) -> str:
    """Return the literal phase 3 command of a worker: absolute, for any folder, no variables."""
    return _command(session, worker, program, "--output", model)


def setup_command(session: Session, worker: Worker, program: Path) -> str:
    """Return the literal phase 1 command of a worker whose prompt is stored."""
    return _command(session, worker, program, "--setup")


def prove_command(
    session: Session, worker: Worker, program: Path, *names: str, option: str = ""
) -> str:
    """Return the literal command that runs a worker's proofs, all or those of some names."""
    words = [*program_words(program), "prove", "--session", session.id, "--worker", worker.name]
    words += ["--root", str(session.root), *([option] if option else []), *names]
    return shlex.join(words)


def run_command(session: Session, program: Path, model: str | None) -> str:
    """Return the literal command that runs a session's plan."""
    words = [*program_words(program), "run", "--session", session.id]
    words += ["--root", str(session.root)]
    return shlex.join([*words, *(["--model", model] if model else [])])


def _command(
    session: Session, worker: Worker, program: Path, phase: str, model: str | None = None
) -> str:
    words = [*program_words(program), worker.name, phase]
    words += ["--session", session.id, "--root", str(session.root)]
    return shlex.join([*words, *(["--model", model] if model else [])])
