"""Commands on a whole task: the Queen plans it, `run` lets the plan's workers do it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sessions.location import find_root
from sessions.progress import doing
from workers.commands.options import (
    dollars,
    json_option,
    limit_options,
    limits_of,
    otel_option,
    root_option,
)
from workers.commands.printing import tell, warn, warn_of_settings

if TYPE_CHECKING:
    from workers.fleet.shared import Shared
    from workers.hive.outcomes import Outcome


@click.command()
@click.option("--task", metavar="TEXT", help="The task (over 128 kB: --task-file).")
@click.option("--task-file", metavar="FILE", help="The task from a file; - is standard input.")
@click.option("--session", metavar="ID", help="The session [default: a new one].")
@click.option("--model", metavar="NAME", help="The model that plans; survey or none: by rule.")
@limit_options
@otel_option
@root_option
@json_option
@click.pass_obj
def queen(
    program: Path,
    /,
    task: str | None,
    task_file: str | None,
    session: str | None,
    model: str | None,
    root: str | None,
    as_json: bool,
    otel: bool,
    **given: Any,
) -> int:
    """Plan a task: which workers do which part, in which order.

    The plan and a prompt for each worker are written into the session.
    """
    from workers.agents.telemetry import telemetry
    from workers.hive import queen as planning
    from workers.invocation import run_command
    from workers.phases.task import read_task
    from workers.reporting.session_reports import planned

    content = read_task(task, task_file)
    if content is None:
        raise click.UsageError("Give --task TEXT or --task-file FILE.")
    watched = telemetry(wanted=otel)
    wish = planning.Wish(
        find_root(root, to_work=True), content, session, model, limits_of(given), watched
    )
    with doing("planning the task"):
        made, plan, took = planning.plan(wish)
    command = run_command(made, program, model)
    return tell(planned(made, plan, took.metrics(), command), as_json=as_json)


@click.command()
@click.option("--task", metavar="TEXT", help="The task (over 128 kB: --task-file).")
@click.option("--task-file", metavar="FILE", help="The task from a file; - is standard input.")
@root_option
@json_option
def route(task: str | None, task_file: str | None, root: str | None, as_json: bool) -> int:
    """Say which workers a task is for, and which not, with the reason."""
    from workers.hive.routing import route as routed
    from workers.phases.task import read_task

    content = read_task(task, task_file)
    if content is None:
        raise click.UsageError("Give --task TEXT or --task-file FILE.")
    return tell(routed(content.decode(), find_root(root)), as_json=as_json)


@click.command()
@click.option("--session", metavar="ID", required=True, help="The session with the plan.")
@click.option(
    "--parallel",
    metavar="N",
    type=click.IntRange(1),
    help="Workers at a time [default: 2] (of a fleet: `fleet worker --slots` says it).",
)
@click.option("--model", metavar="NAME", help="The model that fills in [default: as WORKER --run].")
@click.option(
    "--engine",
    metavar="URL",
    help="PostgreSQL of a fleet that does the work; sqlite: this machine"
    " [default: WAGGLE_ENGINE, your own waggle.toml, else sqlite].",
)
@click.option(
    "--queue",
    metavar="NAME",
    help="The fleet's queue [default: that of its last run, else waggle].",
)
@click.option(
    "--remote",
    metavar="NAME",
    help="With a fleet: the git remote on which the session travels to machines that have no"
    " folder of the repository [default: none; they share a folder].",
)
@click.option("--no-wait", is_flag=True, help="With a fleet: return once all is queued.")
@click.option(
    "--total-tokens", metavar="N", type=click.IntRange(1), help="Of all workers together, at most."
)
@click.option("--total-cost", metavar="USD", help="Of all workers together, at most.")
@click.option(
    "--requests-a-minute",
    metavar="N",
    type=click.IntRange(1),
    help="To one model, by all workers together (of a fleet: `fleet worker` says it).",
)
@limit_options
@otel_option
@root_option
@json_option
@click.pass_obj
def run(
    program: Path,
    /,
    session: str,
    parallel: int | None,
    model: str | None,
    root: str | None,
    as_json: bool,
    otel: bool,
    **more: Any,
) -> int:
    """Run the workers of a session's plan.

    A worker begins when those that it waits for are accepted, and done. After a crash the same
    command goes on: what was done is not done again.
    """
    from workers.fleet.engine import address
    from workers.fleet.ordering import Asked, flat, totals_of
    from workers.hive.queen import open_plan
    from workers.phases.run import choose
    from workers.reporting.fleet_report import queued
    from workers.reporting.session_reports import carried_out

    place = find_root(root)
    warn_of_settings(place)
    url = address(more.pop("engine"))
    queue, remote, no_wait, tokens, cost = (
        more.pop(name) for name in ("queue", "remote", "no_wait", "total_tokens", "total_cost")
    )
    a_minute = more.pop("requests_a_minute")
    of_fleet = {"--no-wait": no_wait, "--remote": remote, "--queue": queue}
    _check_goes_with(url, of_fleet, {"--slots": parallel, "--requests-a-minute": a_minute})
    limits_of(more)
    open_session, plan = open_plan(place, session)
    choose(model, open_session.root)  # a model that cannot be used stops every worker: say it once
    limits = flat((f"--{name.replace('_', '-')}", value) for name, value in more.items())
    totals = totals_of(tokens, None if cost is None else dollars("--total-cost", cost))
    words = (*limits, *(("--otel",) if otel else ()))
    asked = Asked(flat([("--model", model)]), words, totals, model, remote)
    if url is None:
        from workers.fleet import local

        with doing("waiting for the workers"):
            how: dict[str, Any] = {
                "parallel": parallel or 2,
                "requests_a_minute": a_minute,
                "say": _say,
            }
            outcomes = local.carry_out(open_session, program, plan, asked, ended=_say_ended, **how)
        return tell(carried_out(open_session, outcomes), as_json=as_json)
    from workers.fleet import shared

    queue = queue or shared.last_queue(open_session)
    where = _fleet_of(url, open_session.root, queue, remote)
    begun = shared.submit(where, open_session, plan, asked)
    if no_wait:
        return tell(queued(session, begun.number, begun.workers), as_json=as_json)
    with doing("waiting for the workers"):
        outcomes = shared.wait(where, open_session, begun, _say_ended, warn)
    return tell(carried_out(open_session, outcomes), as_json=as_json)


def _check_goes_with(
    url: str | None, of_fleet: dict[str, object], of_worker: dict[str, object]
) -> None:
    """Raise click.UsageError for what only a fleet has, and for what a fleet's workers say."""
    for name, value in (of_fleet if url is None else {}).items():
        if value:
            raise click.UsageError(f"{name} goes with --engine.")
    for name, value in ({} if url is None else of_worker).items():
        if value:
            raise click.UsageError(f"Of a fleet the limit is set by: fleet worker {name}.")


def _fleet_of(url: str, root: Path, queue: str, remote: str | None) -> Shared:
    from workers.fleet import shared

    if remote is None:
        return shared.shared(url, root, queue)
    from workers.fleet.clones.home import home

    return shared.travelling(url, home(root, remote, _say), queue)


def _say(line: str) -> None:
    warn(f"waggle: {line}")


def _say_ended(outcome: Outcome) -> None:
    warn(f"{outcome.worker}: {outcome.status}. {outcome.told}".rstrip())


COMMANDS = {"queen": queen, "route": route, "run": run}
