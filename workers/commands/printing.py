"""What a command prints: answers on standard output, a word to people on standard error."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING, TextIO

from sessions.errors import BadInput, escaped
from sessions.progress import aside
from workers.contract import EXIT_OF_STATUS, MARKER, answer, sentences, to_json
from workers.reporting.terminal import fitted, is_terminal, painted, width

if TYPE_CHECKING:
    from pathlib import Path

    from sessions.errors import WaggleError
    from workers.contract import Answer, WorkerOutput


def tell(result: Answer, *, as_json: bool) -> int:
    """Print what a command found out; returns its exit code."""
    if as_json:
        emit(to_json(answer(result.status, result.problems, **result.fields)))
    elif result.verbatim or not is_terminal(sys.stdout):
        emit(f"{result.text}\n")
    else:
        emit(painted(fitted(f"{result.text}\n", width()), sys.stdout))
    return EXIT_OF_STATUS[result.status]


def tell_phase(result: WorkerOutput, *, as_json: bool) -> int:
    """Print the outcome of a phase; returns its exit code.

    Somebody at a terminal reads text. Everything else gets the document, and the text beside it on
    standard error: a log shows why a report was rejected.
    """
    from workers.reporting import FORMATS

    text = FORMATS["text"](result)
    if is_terminal(sys.stdout):
        shown = painted(text, sys.stdout, result.config.get("project_root"))
        if as_json:
            emit(FORMATS["json"](result))
        elif result.print_all:
            _page(shown)
        else:
            emit(shown)
    else:
        emit(("" if as_json else f"{MARKER}\n") + FORMATS["json"](result))
        _to_people(text)
    return EXIT_OF_STATUS[result.status]


def emit(text: str) -> None:
    """Write UTF-8 whatever the locale; raises OSError at once when nobody can take it."""
    if sys.stdout is None:
        raise OSError("standard output is closed")
    try:
        _write(sys.stdout, text)
    except OSError:  # the interpreter would try to flush it once more, at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        raise


def stop(problem: WaggleError) -> None:
    """Say what stopped a command, and what to do."""
    warn(sentences(f"waggle: {problem.message}", problem.hint))


def warn(line: str) -> None:
    """Write one line to people; broken only where a window would break it."""
    plain = escaped(line)
    _to_people((fitted(plain, width()) if is_terminal(sys.stderr) else plain) + "\n")


def _to_people(text: str) -> None:
    if sys.stderr is not None:
        with contextlib.suppress(OSError):  # nobody is there: what is done goes on without
            _write(sys.stderr, painted(text, sys.stderr))


def _page(text: str) -> None:
    """Print a text, through the user's pager where it is longer than the window."""
    import shutil

    import click

    if text.count("\n") < shutil.get_terminal_size().lines:
        emit(text)
        return
    os.environ.setdefault("LESS", "-FRX")  # colours, and nothing to leave where it fits
    click.echo_via_pager(text, color=True)


def _write(stream: TextIO, text: str) -> None:
    with aside():
        stream.buffer.write(text.encode())
        stream.buffer.flush()


def confirmed(question: str, command: str) -> bool:
    """Ask a person on a terminal; raises BadInput where nobody can answer: `command` needs none."""
    if sys.stdin is None or not sys.stdin.isatty():
        raise BadInput("nobody can be asked: standard input is no terminal", f"Run {command}.")
    import click

    try:
        return click.confirm(escaped(question), err=True)
    except click.Abort:  # the input ended without an answer
        _to_people("\n")
        return False


def nothing_done(line: str) -> int:
    """Say that a person did not want what was asked; returns the exit code."""
    warn(f"waggle: {line}")
    return EXIT_OF_STATUS["blocked"]


def warn_of_settings(root: Path) -> None:
    """Write a line for everything that a repository's settings say in vain."""
    from sessions.settings import settings_and_ignored

    for setting in settings_and_ignored(root)[1]:
        warn(setting.line)
