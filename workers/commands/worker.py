"""The command of a worker: its phases, and judging two files without a session."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from sessions.errors import WaggleError, of_system
from sessions.location import find_root
from sessions.progress import doing
from workers.catalog import WORKERS
from workers.commands.options import json_option, limit_options, limits_of, otel_option, root_option
from workers.commands.printing import tell_phase
from workers.contract import blocked

if TYPE_CHECKING:
    from workers.agents.limits import Limits
    from workers.catalog import Worker
    from workers.contract import WorkerOutput


def worker_command(worker: Worker) -> click.Command:
    """Make the command of a worker."""

    @click.command(worker.name, help=f"The {worker.name} worker: {worker.summary}.")
    @click.option("--setup", is_flag=True, help="Phase 1: make the session and the two files.")
    @click.option("--output", is_flag=True, help="Phase 3: judge the filled files.")
    @click.option("--run", "all_phases", is_flag=True, help="All three: a model fills the files.")
    @click.option("--check", nargs=2, metavar="NOTES JSON", help="Judge two files, write nothing.")
    @click.option("--session", metavar="ID", help="The session; --setup with a task makes one.")
    @click.option("--task", metavar="TEXT", help="The task (over 128 kB: --task-file).")
    @click.option("--task-file", metavar="FILE", help="The task from a file; - is standard input.")
    @click.option("--model", metavar="NAME", help="Who fills; only --run calls it (see models).")
    @click.option("--fresh", is_flag=True, help="Begin anew; old files are kept aside.")
    @click.option("--prefill", is_flag=True, help="Draft rows for what the survey found.")
    @click.option("--all", "print_all", is_flag=True, help="Print all problems, however many.")
    @click.option("--explain-scores", is_flag=True, help="Tell which problem cost what.")
    @click.option("--review-model", metavar="NAME", help="Ask a model for an opinion as well.")
    @limit_options
    @otel_option
    @root_option
    @json_option
    @click.pass_obj
    def command(
        program: Path,
        /,
        setup: bool,
        output: bool,
        all_phases: bool,
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
        review_model: str | None,
        otel: bool,
        **given: Any,
    ) -> int:
        phases = {"setup": setup, "output": output, "run": all_phases, "check": check is not None}
        phase = _phase(phases)
        makes = phase in {"setup", "run"}
        if not makes and (fresh or prefill or task is not None or task_file is not None):
            raise click.UsageError(
                "--task, --task-file, --fresh and --prefill go with --setup and --run."
            )
        if (session is None and output) or (session is not None and check is not None):
            raise click.UsageError("--output needs --session ID, --check takes none.")
        limits = _limits(phase, review_model, given, otel=otel)
        try:
            if makes:
                from workers.phases.prepare import Order, prepare, read_task

                content = read_task(task, task_file)
                order = Order(
                    worker, find_root(root), program, session, content, model, fresh, prefill
                )
                if phase == "setup":
                    result = prepare(order)
                else:
                    from workers.agents.telemetry import telemetry
                    from workers.phases.run import Run, run

                    result = run(Run(order, limits, telemetry=telemetry(wanted=otel)))
            else:
                from workers.phases import finish

                request = finish.Request(
                    worker, find_root(root), program, model, print_all, explain_scores
                )
                with doing("judging the report"):
                    if check is None:
                        result = finish.finish(request, session or "")
                    else:
                        result = finish.check(request, Path(check[0]), Path(check[1]))
                if review_model is not None:
                    _add_opinion(result, request.root, review_model, limits, otel=otel)
        except (WaggleError, OSError) as error:
            stop = of_system(error)
            result = blocked(worker.full_name, session, phase, stop)
            tell_phase(result, as_json=as_json)
            return stop.exit_code
        return tell_phase(result, as_json=as_json)

    return command


def _phase(asked: dict[str, bool]) -> Literal["setup", "output", "run"]:
    """Return the one phase that is asked for; --check is an output without a session."""
    if sum(asked.values()) != 1:
        raise click.UsageError("Give one of --setup, --output, --run and --check.")
    if asked["run"]:
        return "run"
    return "setup" if asked["setup"] else "output"


def _limits(phase: str, reviewer: str | None, given: dict[str, Any], *, otel: bool) -> Limits:
    """Return the bounds of models; raises click.UsageError for options of models without one."""
    if reviewer is not None and phase != "output":
        raise click.UsageError("--review-model goes with --output and --check.")
    calls_model = phase == "run" or reviewer is not None
    if otel and not calls_model:
        raise click.UsageError("--otel goes with --run and --review-model.")
    return limits_of(given, calls_model=calls_model)


def _add_opinion(
    result: WorkerOutput, root: Path, name: str, limits: Limits, *, otel: bool
) -> None:
    from workers.agents.opinion import Reviewer, add_opinion
    from workers.agents.telemetry import telemetry

    add_opinion(result, root, Reviewer(name, limits, telemetry(wanted=otel)))


COMMANDS = {
    name: worker_command(worker) for worker in WORKERS for name in (worker.name, worker.full_name)
}
