"""The program: signals, commands (workers/commands/), what stops them. Nobody imports this file."""

from __future__ import annotations

import sys

if sys.version_info < (3, 11):
    sys.exit("waggle needs Python 3.11 or later: run it with a newer interpreter")

import atexit
import contextlib
import gc
import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import FrameType

_ended: list[int] = []  # the exit code, when it is known
_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def _leave(number: int, _frame: FrameType | None) -> None:
    """End on a signal as a shell expects it, with one line: 130, 143, 129; on a second at once."""
    signal.signal(number, lambda *_: os._exit(128 + number))
    signal.setitimer(signal.ITIMER_REAL, 0)  # what is said now is not drawn over
    erase = "\r\x1b[K" if os.isatty(2) else ""  # what progress shows, and the terminal's ^C
    name = signal.Signals(number).name
    with contextlib.suppress(OSError):
        os.write(2, f"{erase}waggle: ended by {name}; the same command goes on\n".encode())
    sys.exit(128 + number)


def _end_in_peace() -> None:
    """End at once, by no signal: threads have ended and all is written; memory frees itself."""
    for number in _ENDING:
        signal.signal(number, signal.SIG_IGN)
    if _ended:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError, AttributeError):
                stream.flush()
        os._exit(_ended[0])


def _settle() -> None:
    """Take what was inherited: a file must not get the number of a closed stream.

    Nor may what is made be writable for others, or unreadable for its owner.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free
    os.umask(os.umask(0o022) & 0o077 | 0o022)


if __name__ == "__main__":  # before the imports that take time
    # A command ends before a search for cycles would pay; what runs on is searched all the same.
    gc.set_threshold(200_000, 10, 10)
    _settle()
    atexit.register(_end_in_peace)  # the first one is the last to be called
    for _number in _ENDING:
        if signal.getsignal(_number) != signal.SIG_IGN:  # nohup ignores SIGHUP on purpose
            signal.signal(_number, _leave)

try:
    import click

    from sessions.errors import WaggleError, of_system
    from workers import __version__
    from workers.commands import commands
    from workers.commands.group import Commands
    from workers.invocation import called_as
except ModuleNotFoundError as missing:
    sys.stderr.write(
        f"waggle: the package {missing.name} is missing here: run `make demo` once and use"
        f" .venv/bin/python, or {sys.executable} -m pip install -r requirements/run.txt\n"
    )
    sys.exit(3)

PROGRAM = Path(__file__).resolve()
USAGE, COULD_NOT_RUN = 2, 3


@click.group(
    cls=Commands,
    commands=commands,
    context_settings={"help_option_names": ["-h", "--help"], "obj": PROGRAM},
)
@click.version_option(__version__, "-V", "--version", prog_name="waggle")
def cli() -> None:
    """Give a worker a task and two files to fill in, then judge its report.

    Exit codes: 0 accepted or done, 1 rejected, 2 wrong usage, 3 could not run,
    130 interrupted.
    """


def _stop(problem: WaggleError) -> int:
    """Say what stopped a command; with --json as a document too."""
    from workers.commands.printing import emit, stop  # --help does without
    from workers.contract import answer, problem_of, to_json

    if "--json" in sys.argv:
        emit(to_json(answer("blocked", [problem_of(problem).document()])))
    stop(problem)
    return problem.exit_code


def _misused(error: click.ClickException) -> WaggleError:
    """Return a usage error with the help to look at: that of the command that was meant."""
    context = getattr(error, "ctx", None)
    path = context.command_path if context else called_as()
    hint = getattr(error, "hint", f"See {path} --help.")
    usage = WaggleError(error.format_message().rstrip("."), hint)
    usage.code, usage.exit_code = "R02", USAGE
    return usage


def main() -> int:
    """Run one command; what can stop it is translated here and nowhere else."""
    try:
        try:
            return int(cli.main(None, called_as(), "_WAGGLE_COMPLETE", standalone_mode=False) or 0)
        except click.exceptions.NoArgsIsHelpError as error:
            sys.stderr.write(f"{error.format_message()}\n")
            return USAGE
        except click.ClickException as error:
            return _stop(_misused(error))
        except (WaggleError, OSError) as error:
            return _stop(of_system(error))
        except SystemExit as error:
            if error.code != 1:
                raise
            return COULD_NOT_RUN  # click ends so where nobody reads the pipe: not "rejected"
        except ModuleNotFoundError as error:  # one that is imported late
            hint = "Run `make demo` once and use .venv/bin/python, or install requirements/run.txt."
            return _stop(WaggleError(f"the package {error.name} is missing here", hint))
    except OSError as error:  # the answer itself could not be printed
        from workers.commands.printing import warn

        warn(f"waggle: the answer could not be printed: {error.strerror or error}")
        return COULD_NOT_RUN
    except Exception:  # noqa: BLE001 - as the comment says
        # A fault of ours shows itself, and never ends with 1: that would say "rejected".
        sys.excepthook(*sys.exc_info())
        return COULD_NOT_RUN


if __name__ == "__main__":
    _ended.append(main())
    sys.exit(_ended[0])
