"""Every command: parse, one call, print, exit code. Nobody imports this file."""

from __future__ import annotations

import sys

if sys.version_info < (3, 11):
    sys.exit("waggle needs Python 3.11 or later: run it with a newer interpreter")

import contextlib
import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import FrameType


def _leave(number: int, _frame: FrameType | None) -> None:
    """End on a signal as a shell expects it, with one line: 130, 143, 129."""
    with contextlib.suppress(OSError):
        os.write(2, f"waggle: ended by {signal.Signals(number).name}\n".encode())
    sys.exit(128 + number)


if __name__ == "__main__":  # before the imports that take time
    for _number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(_number) != signal.SIG_IGN:  # nohup ignores SIGHUP on purpose
            signal.signal(_number, _leave)

try:
    import click

    from sessions.errors import WaggleError, escaped, of_system
    from sessions.location import find_root
    from workers import __version__
    from workers.catalog import WORKERS
    from workers.contract import MARKER, answer, blocked, problem_of, to_json
except ModuleNotFoundError as missing:
    sys.stderr.write(
        f"waggle: the package {missing.name} is missing here: run `make demo` once and use"
        f" .venv/bin/python, or {sys.executable} -m pip install -r constraints.txt\n"
    )
    sys.exit(3)

if TYPE_CHECKING:
    from workers.catalog import Worker
    from workers.contract import WorkerOutput
    from workers.reports import Answer

PROGRAM = Path(__file__).resolve()
EXIT_OF_STATUS = {"completed": 0, "failed": 1, "blocked": 3}
USAGE = 2

json_option = click.option("--json", "as_json", is_flag=True, help="Print the JSON document alone.")
root_option = click.option(
    "--root", metavar="DIR", help="The repository [default: found from here]"
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="waggle")
def cli() -> None:
    """Give a worker a task and two files to fill in, and judge what it hands in.

    Exit codes: 0 accepted or done, 1 rejected, 2 wrong usage, 3 could not run, 130 interrupted.
    """


def worker_command(worker: Worker) -> click.Command:
    """Make the command of a worker."""

    @click.command(worker.name, help=f"The {worker.name} worker: {worker.summary}.")
    @click.option("--setup", is_flag=True, help="Phase 1: make the session and the two files.")
    @click.option("--output", is_flag=True, help="Phase 3: judge the filled files.")
    @click.option("--check", nargs=2, metavar="NOTES JSON", help="Judge two files, write nothing.")
    @click.option("--session", metavar="ID", help="The session; --setup with a task makes one.")
    @click.option("--task", metavar="TEXT", help="The task (over 128 kB: --task-file).")
    @click.option("--task-file", metavar="FILE", help="The task from a file; - is standard input.")
    @click.option("--model", metavar="NAME", help="Recorded and handed on, not called.")
    @click.option("--fresh", is_flag=True, help="Begin anew; old files are kept aside.")
    @click.option("--all", "print_all", is_flag=True, help="Print all problems, however many.")
    @click.option("--explain-scores", is_flag=True, help="Tell which problem cost what.")
    @root_option
    @json_option
    def command(
        setup: bool,
        output: bool,
        check: tuple[str, str] | None,
        session: str | None,
        task: str | None,
        task_file: str | None,
        model: str | None,
        fresh: bool,
        print_all: bool,
        explain_scores: bool,
        root: str | None,
        as_json: bool,
    ) -> int:
        if setup + output + (check is not None) != 1:
            raise click.UsageError("Give one of --setup, --output and --check.")
        if not setup and (fresh or task is not None or task_file is not None):
            raise click.UsageError("--task, --task-file and --fresh go with --setup.")
        if output and session is None:
            raise click.UsageError("--output needs --session ID.")
        if check is not None and session is not None:
            raise click.UsageError("--check judges two files without a session.")
        try:
            if setup:
                from workers.prepare import Order, prepare, read_task

                content = read_task(task, task_file)
                order = Order(worker, find_root(root), PROGRAM, session, content, model, fresh)
                result = prepare(order)
            else:
                from workers import finish

                request = finish.Request(
                    worker, find_root(root), PROGRAM, model, print_all, explain_scores
                )
                if check is None:
                    result = finish.finish(request, session or "")
                else:
                    result = finish.check(request, Path(check[0]), Path(check[1]))
        except (WaggleError, OSError) as error:
            stop = of_system(error)
            result = blocked(worker.full_name, session, "setup" if setup else "output", stop)
            _print_phase(result, as_json=as_json)
            return stop.exit_code
        _print_phase(result, as_json=as_json)
        return EXIT_OF_STATUS[result.status]

    return command


for _worker in WORKERS:
    _command = worker_command(_worker)
    cli.add_command(_command)
    cli.add_command(_command, _worker.full_name)


@cli.command()
@click.argument("code", required=False)
@json_option
def explain(code: str | None, as_json: bool) -> int:
    """Tell what a problem CODE means; without one, list all.

    `explain scores` tells the formula, `explain checklists` the items that a report may answer.
    """
    from workers import reports

    return _tell(reports.explain(code), as_json=as_json)


@cli.command()
@click.argument("worker", type=click.Choice([n for w in WORKERS for n in (w.name, w.full_name)]))
@json_option
def schema(worker: str, as_json: bool) -> int:
    """Print the JSON Schema of a worker's JSON."""
    from workers import reports

    return _tell(reports.schema(worker.removesuffix("-worker")), as_json=as_json)


@cli.group()
def session() -> None:
    """Look at sessions."""


@session.command("list")
@root_option
@json_option
def list_sessions(root: str | None, as_json: bool) -> int:
    """List the sessions below the root, newest first."""
    from workers import reports

    return _tell(reports.list_sessions(find_root(root)), as_json=as_json)


@session.command("show")
@click.argument("session_id", metavar="ID")
@root_option
@json_option
def show_session(session_id: str, root: str | None, as_json: bool) -> int:
    """Show a session: its workers, their attempts and last verdicts."""
    from workers import reports

    return _tell(reports.show_session(find_root(root), session_id), as_json=as_json)


def _tell(told: Answer, *, as_json: bool) -> int:
    _print(to_json(answer(**told.fields)) if as_json else f"{told.text}\n")
    return 0


def _print_phase(result: WorkerOutput, *, as_json: bool) -> None:
    marker = "" if as_json else f"{MARKER}\n"
    _print(marker + to_json(result.document()))
    from workers import reports

    if sys.stderr is not None and sys.stderr.isatty():
        reports.show(result)
    else:
        _warn(reports.one_line(result))


def _print(text: str) -> None:
    """Write UTF-8 whatever the locale; raises OSError at once when nobody can take it."""
    if sys.stdout is None:
        raise OSError("standard output is closed")
    sys.stdout.buffer.write(text.encode())
    sys.stdout.buffer.flush()


def _warn(line: str) -> None:
    if sys.stderr is not None:
        sys.stderr.buffer.write(f"{escaped(line)}\n".encode())
        sys.stderr.buffer.flush()


def _stop(problem: WaggleError) -> int:
    """Tell what stopped a command; with --json as a document too."""
    if "--json" in sys.argv:
        _print(to_json(answer("blocked", [problem_of(problem).document()])))
    _warn(f"waggle: {problem.message}. {problem.hint}")
    return problem.exit_code


def main() -> int:
    """Run one command; what can stop it is translated here and nowhere else."""
    called_as = "waggle" if PROGRAM.name == "__main__.py" else "python cli.py"
    try:
        try:
            return int(cli.main(None, called_as, "_WAGGLE_COMPLETE", standalone_mode=False) or 0)
        except click.exceptions.NoArgsIsHelpError as error:
            sys.stderr.write(f"{error.format_message()}\n")
            return USAGE
        except click.ClickException as error:
            usage = WaggleError(error.format_message().rstrip("."), f"See {called_as} --help.")
            usage.code, usage.exit_code = "R02", USAGE
            return _stop(usage)
        except (WaggleError, OSError) as error:
            return _stop(of_system(error))
        except ModuleNotFoundError as error:  # one that is imported late
            hint = "Run `make demo` once and use .venv/bin/python, or install constraints.txt."
            return _stop(WaggleError(f"the package {error.name} is missing here", hint))
    except OSError as error:  # the answer itself could not be printed
        _silence_stdout()
        _warn(f"waggle: the answer could not be printed: {error.strerror or error}")
        return EXIT_OF_STATUS["blocked"]
    except Exception:  # noqa: BLE001 - as the comment says
        # A fault of ours shows itself, and never ends with 1: that would say "rejected".
        sys.excepthook(*sys.exc_info())
        return EXIT_OF_STATUS["blocked"]


def _silence_stdout() -> None:
    """Keep the interpreter from trying to flush what nobody can take, once more, at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


if __name__ == "__main__":
    sys.exit(main())
