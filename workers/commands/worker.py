"""The command of a worker: its phases, and judging two files without a session."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sessions.errors import WaggleError, of_system
from sessions.location import find_root
from workers.catalog import WORKERS
from workers.commands.options import json_option, root_option
from workers.commands.printing import tell_phase
from workers.contract import blocked

if TYPE_CHECKING:
    from workers.catalog import Worker


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
    @click.option("--prefill", is_flag=True, help="Draft rows for what the survey found.")
    @click.option("--all", "print_all", is_flag=True, help="Print all problems, however many.")
    @click.option("--explain-scores", is_flag=True, help="Tell which problem cost what.")
    @root_option
    @json_option
    @click.pass_obj
    def command(
        program: Path,
        setup: bool,
        output: bool,
        check: tuple[str, str] | None,
        session: str | None,
        task: str | None,
        task_file: str | None,
        model: str | None,
        fresh: bool,
        prefill: bool,
        print_all: bool,
        explain_scores: bool,
        root: str | None,
        as_json: bool,
    ) -> int:
        if setup + output + (check is not None) != 1:
            raise click.UsageError("Give one of --setup, --output and --check.")
        if not setup and (fresh or prefill or task is not None or task_file is not None):
            raise click.UsageError("--task, --task-file, --fresh and --prefill go with --setup.")
        if output and session is None:
            raise click.UsageError("--output needs --session ID.")
        if check is not None and session is not None:
            raise click.UsageError("--check judges two files without a session.")
        try:
            if setup:
                from workers.prepare import Order, prepare, read_task

                content = read_task(task, task_file)
                order = Order(
                    worker, find_root(root), program, session, content, model, fresh, prefill
                )
                result = prepare(order)
            else:
                from workers import finish

                request = finish.Request(
                    worker, find_root(root), program, model, print_all, explain_scores
                )
                if check is None:
                    result = finish.finish(request, session or "")
                else:
                    result = finish.check(request, Path(check[0]), Path(check[1]))
        except (WaggleError, OSError) as error:
            stop = of_system(error)
            result = blocked(worker.full_name, session, "setup" if setup else "output", stop)
            tell_phase(result, as_json=as_json)
            return stop.exit_code
        return tell_phase(result, as_json=as_json)

    return command


COMMANDS = {
    name: worker_command(worker) for worker in WORKERS for name in (worker.name, worker.full_name)
}
