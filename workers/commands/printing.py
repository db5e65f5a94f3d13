"""What a command prints: answers on standard output, a word to people on standard error."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from sessions.errors import BadInput, escaped
from workers.contract import EXIT_OF_STATUS, MARKER, answer, to_json

if TYPE_CHECKING:
    from workers.contract import Answer, WorkerOutput


def tell(told: Answer, *, as_json: bool) -> int:
    """Print what a command found out; returns its exit code."""
    document = answer(told.status, told.problems, **told.fields)
    emit(to_json(document) if as_json else f"{told.text}\n")
    return EXIT_OF_STATUS[told.status]


def tell_phase(result: WorkerOutput, *, as_json: bool) -> int:
    """Print the document of a phase, and its outcome for people; returns its exit code."""
    marker = "" if as_json else f"{MARKER}\n"
    emit(marker + to_json(result.document()))
    from workers.reporting import reports

    if sys.stderr is not None and sys.stderr.isatty():
        reports.show(result)
    else:
        warn(reports.one_line(result))
    return EXIT_OF_STATUS[result.status]


def emit(text: str) -> None:
    """Write UTF-8 whatever the locale; raises OSError at once when nobody can take it."""
    if sys.stdout is None:
        raise OSError("standard output is closed")
    try:
        sys.stdout.buffer.write(text.encode())
        sys.stdout.buffer.flush()
    except OSError:  # the interpreter would try to flush it once more, at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        raise


def warn(line: str) -> None:
    """Write one line to people."""
    if sys.stderr is not None:
        sys.stderr.buffer.write(f"{escaped(line)}\n".encode())
        sys.stderr.buffer.flush()


def confirmed(question: str, command: str) -> bool:
    """Ask a person on a terminal; raises BadInput where nobody can answer: `command` needs none."""
    if sys.stdin is None or not sys.stdin.isatty():
        raise BadInput("nobody can be asked: standard input is no terminal", f"Run {command}.")
    import click

    return click.confirm(escaped(question), err=True)


def nothing_done(line: str) -> int:
    """Say that a person did not want what was asked; returns the exit code."""
    warn(f"waggle: {line}")
    return EXIT_OF_STATUS["blocked"]
