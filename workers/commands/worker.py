"""The command of a worker: its phases, and judging two files without a session."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sessions.errors import WaggleError, of_system
from sessions.fence import is_job
from sessions.location import find_root
from workers.commands.options import (
    LIMITS,
    json_option,
    limit_options,
    limits_of,
    otel_option,
    root_option,
    unnamed,
)
from workers.commands.printing import tell_phase, warn_of_settings
from workers.commands.sectioned import Sectioned
from workers.contract import blocked
from workers.deliverables.kinds import ANALYSIS, CHANGE
from workers.phases.requests import (
    Check,
    Judging,
    Output,
    Run,
    Setup,
    carry_out,
    known_correlation,
)
from workers.reporting.formats import FORMATS
from workers.reporting.terminal import is_terminal

if TYPE_CHECKING:
    from workers.catalog import Worker
    from workers.contract import Phase

# How `--help` lists the options; what is not named here comes last.
_SECTIONS = {
    "Phases, one of them": ("setup", "output", "run", "check"),
    "Session and task": (
        "session",
        "task",
        "task_file",
        "kind",
        "proofs_from",
        "model",
        "fresh",
        "prefill",
    ),
    "Verdict (--output, --check)": (
        "explain_scores",
        "no_proofs",
        "base",
        "reports",
        "review_model",
    ),
    "Limits of a model (--run, --review-model)": (
        *("attempts", "max_requests", "max_tokens", "max_cost", "timeout", "otel"),
    ),
}


def worker_command(worker: Worker) -> click.Command:
    """Make the command of a worker."""

    @click.command(worker.name, cls=Sectioned, sections=_SECTIONS, help=f"Audit {worker.summary}.")
    @click.option("--setup", is_flag=True, help="1: make the session and two files to fill in.")
    @click.option("--output", is_flag=True, help="3: judge the two files of a session.")
    @click.option("--run", is_flag=True, help="1 to 3: a model fills in the files.")
    @click.option("--check", nargs=2, metavar="NOTES JSON", help="Judge two files; write nothing.")
    @click.option("--session", metavar="ID", help="The session; a new one needs only a task.")
    @click.option("--task", metavar="TEXT", help="The task (over 128 kB: --task-file).")
    @click.option("--task-file", metavar="FILE", help="The task from a file; - is standard input.")
    @click.option("--kind", type=click.Choice(worker.kinds), help="To look (default) or to change.")
    @click.option("--proofs-from", metavar="REPO@COMMIT:PATH", help="Where a change's proofs are.")
    @click.option("--model", metavar="NAME", help="The model that --run asks (see `models`).")
    @click.option("--fresh", is_flag=True, help="Start over; the old files are kept aside.")
    @click.option("--prefill", is_flag=True, help="Draft rows for what the survey found.")
    @click.option("--all", "print_all", is_flag=True, help="Print the document whole.")
    @click.option("--explain-scores", is_flag=True, help="Show which problem cost how much.")
    @click.option("--no-proofs", is_flag=True, help="Run no proof that was not run yet.")
    @click.option("--base", metavar="REV", help="What a --check of --kind change compares with.")
    @click.option(
        "--report",
        "reports",
        metavar="FORMAT=FILE",
        multiple=True,
        help="Also write a --check as `report` does.",
    )
    @click.option("--review-model", metavar="NAME", help="Ask a model for an opinion as well.")
    @limit_options
    @otel_option
    @root_option
    @json_option
    @click.pass_obj
    def command(program: Path, /, root: str | None, as_json: bool, **options: Any) -> int:
        phase = _phase(options)
        limits = _limits(phase, options)
        try:
            base = find_root(root, to_work=phase in {"setup", "run"})
            if phase in {"setup", "run"}:
                warn_of_settings(base)
            if is_job():
                _follow(base, options["session"])
            place = {"worker": worker, "root": base, "program": program}
            result = carry_out(_request(phase, options, place, limits))
            result.print_all = options["print_all"]
            if not as_json and is_terminal(sys.stdout):
                from workers.phases.judged import add_code

                with suppress(WaggleError, OSError):  # the verdict is there without it
                    add_code(base, result)
        except (WaggleError, OSError) as error:
            stop = of_system(error)
            result = blocked(worker.full_name, options["session"], phase, stop)
            known = (root, options["session"], worker.full_name)
            result.correlation_id = known_correlation(*known)
            tell_phase(result, as_json=as_json)
            return stop.exit_code
        return tell_phase(result, as_json=as_json)

    return command


def _follow(root: Path, session: str | None) -> None:
    """End with the executor that started this phase as a job."""
    from workers.fleet.following import follow

    if session is not None:
        follow(root, session)


def _phase(options: dict[str, Any]) -> Phase:
    """Return the one phase that is asked for; --check is an output without a session."""
    asked = [name for name in ("setup", "output", "run", "check") if options[name]]
    if len(asked) != 1:
        raise click.UsageError("Give one of --setup, --output, --run and --check.")
    makes = asked[0] in {"setup", "run"}
    if not makes and any(options[name] for name in ("fresh", "prefill")):
        raise click.UsageError("--fresh and --prefill go with --setup and --run.")
    if not makes and (options["task"] is not None or options["task_file"] is not None):
        raise click.UsageError("--task and --task-file go with --setup and --run.")
    if options["check"] and options["session"] is not None:
        raise click.UsageError("--check judges two files without a session.")
    if options["reports"] and not options["check"]:
        raise click.UsageError("--report goes with --check; of a session `report` renders it.")
    _check_kind(asked[0], options)
    return {"setup": "setup", "run": "run"}.get(asked[0], "output")  # type: ignore[return-value]


def _check_kind(asked: str, options: dict[str, Any]) -> None:
    """Raise click.UsageError where options of change reports go with nothing."""
    if options["kind"] is not None and asked == "output":
        raise click.UsageError("--kind goes with --setup, --run and --check; a session knows it.")
    if options["no_proofs"] and asked != "output":
        raise click.UsageError("--no-proofs goes with --output.")
    if options["proofs_from"] is not None and (
        asked not in {"setup", "run"} or options["kind"] != CHANGE
    ):
        raise click.UsageError("--proofs-from goes with --setup --kind change.")
    is_change = options["check"] and options["kind"] == CHANGE
    if options["base"] is not None and not is_change:
        raise click.UsageError("--base goes with --check --kind change.")
    if is_change and options["base"] is None:
        raise click.UsageError("--check --kind change needs --base REV: what it is compared with.")


def _limits(phase: Phase, options: dict[str, Any]) -> dict[str, Any]:
    """Return the limits of models; raises click.UsageError for options of models without one."""
    reviewer = options["review_model"]
    if reviewer is not None and phase != "output":
        raise click.UsageError("--review-model goes with --output and --check.")
    calls_model = phase == "run" or reviewer is not None
    if options["otel"] and not calls_model:
        raise click.UsageError("--otel goes with --run and --review-model.")
    named = {name: options[name] for name in LIMITS}
    return {"limits": limits_of(named, calls_model=calls_model), "otel": options["otel"]}


def _request(
    phase: Phase, options: dict[str, Any], place: dict[str, Any], limits: dict[str, Any]
) -> Setup | Run | Output | Check:
    """Return what is asked for; raises BadInput and NotReadable for the task."""
    if phase != "output":
        from workers.phases.task import read_task

        content = read_task(options["task"], options["task_file"])
        made = {
            name: options[name] for name in ("model", "fresh", "prefill", "kind", "proofs_from")
        }
        setup = Setup(**place, **made, session_id=options["session"], task=content)
        return setup if phase == "setup" else Run(setup=setup, **limits)
    how = {name: options[name] for name in ("model", "explain_scores")}
    how["proofs"] = not options["no_proofs"]
    judging = Judging(**place, **how, reviewer=options["review_model"], **limits)
    if options["check"]:
        notes, json_file = map(Path, options["check"])
        against = {"kind": options["kind"] or ANALYSIS, "base": options["base"]}
        against["reports"] = tuple(map(_report, options["reports"]))
        return Check(judging=judging, notes=notes, json_file=json_file, **against)
    session = options["session"]
    if session is None:
        from workers.reporting.session_reports import known_sessions

        name = judging.worker.full_name
        raise unnamed(known_sessions(judging.root, name), name)
    return Output(judging=judging, session_id=session)


def _report(text: str) -> tuple[str, Path]:
    """Return the format and the file of FORMAT=FILE; raises click.UsageError."""
    name, _, file = text.partition("=")
    if name not in FORMATS or not file:
        known = ", ".join(FORMATS)
        raise click.UsageError(f"--report takes FORMAT=FILE; FORMAT is one of {known}.")
    return name, Path(file)
