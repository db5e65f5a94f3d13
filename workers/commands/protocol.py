"""Commands by which a worker tells what it does, and what it needs of others."""

from __future__ import annotations

import click

from sessions.location import find_root
from workers.commands.options import (
    json_option,
    priority_option,
    root_option,
    session_option,
    worker_option,
)
from workers.commands.printing import tell


@click.command()
@session_option
@worker_option
@click.option("--event", metavar="TYPE", help="The event's type, as task_started.")
@click.option("--action", metavar="TEXT", default="", help="What was done.")
@click.option("--target", metavar="TEXT", default="", help="To which file, endpoint or table.")
@click.option("--result", metavar="R", default="success", help="success or failure.")
@click.option("--metric", "metrics", metavar="K=V", multiple=True, help="A number; repeatable.")
@click.option("--batch", is_flag=True, help="Events from standard input, a JSON object a line.")
@root_option
@json_option
def log(
    session: str,
    worker: str,
    event: str | None,
    action: str,
    target: str,
    result: str,
    metrics: tuple[str, ...],
    batch: bool,
    root: str | None,
    as_json: bool,
) -> int:
    """Record what happened: one event, or a batch of them, all or none."""
    if batch == (event is not None):
        raise click.UsageError("Give one of --event TYPE and --batch.")
    from workers.hive import coordination

    name = coordination.worker_name(worker)
    if event is None:
        events = coordination.read_batch(name)
    else:
        fields = {"action": action, "target": target, "result": result}
        told = coordination.metrics_of(metrics)
        events = [coordination.logged(name, event, **fields, metrics=told)]
    return tell(coordination.log(find_root(root), session, events), as_json=as_json)


@click.command()
@session_option
@worker_option
@root_option
@json_option
def heartbeat(session: str, worker: str, root: str | None, as_json: bool) -> int:
    """Give a sign of life."""
    from workers.hive import coordination

    event = coordination.logged(coordination.worker_name(worker), "heartbeat", action="live")
    return tell(coordination.log(find_root(root), session, [event]), as_json=as_json)


@click.command()
@click.argument("text")
@session_option
@worker_option
@root_option
@json_option
def progress(text: str, session: str, worker: str, root: str | None, as_json: bool) -> int:
    """Tell in TEXT what was done, and what comes next."""
    from workers.hive import coordination

    event = coordination.logged(coordination.worker_name(worker), "progress", action=text)
    return tell(coordination.log(find_root(root), session, [event]), as_json=as_json)


@click.command()
@click.argument("why")
@click.option("--needs", metavar="W", help="The worker who can help [default: queen]")
@priority_option
@session_option
@worker_option
@root_option
@json_option
def block(
    why: str,
    needs: str | None,
    priority: str,
    session: str,
    worker: str,
    root: str | None,
    as_json: bool,
) -> int:
    """Say WHY the worker cannot go on; it rises when nobody helps in time."""
    from workers.hive import coordination

    name = coordination.worker_name(worker)
    asked = coordination.ticket("B", name, why, coordination.needed(needs), priority=priority)
    return tell(coordination.ask(find_root(root), session, asked), as_json=as_json)


@click.command()
@click.argument("blocker")
@click.argument("how", default="")
@session_option
@worker_option
@root_option
@json_option
def unblock(
    blocker: str, how: str, session: str, worker: str, root: str | None, as_json: bool
) -> int:
    """Close a BLOCKER, saying HOW."""
    from workers.hive import coordination

    name = coordination.worker_name(worker)
    told = coordination.close(find_root(root), session, name, blocker, how, kinds=["blocker"])
    return tell(told, as_json=as_json)


@click.command()
@click.argument("why")
@click.option("--needs", metavar="W", help="Who has to decide [default: queen]")
@priority_option
@session_option
@worker_option
@root_option
@json_option
def escalate(
    why: str,
    needs: str | None,
    priority: str,
    session: str,
    worker: str,
    root: str | None,
    as_json: bool,
) -> int:
    """Ask for a decision, saying WHY."""
    from workers.hive import coordination

    name = coordination.worker_name(worker)
    asked = coordination.ticket("E", name, why, coordination.needed(needs), priority=priority)
    return tell(coordination.ask(find_root(root), session, asked), as_json=as_json)


@click.command()
@click.argument("escalation")
@click.argument("how", default="")
@session_option
@worker_option
@root_option
@json_option
def resolve(
    escalation: str, how: str, session: str, worker: str, root: str | None, as_json: bool
) -> int:
    """Close an ESCALATION (or a blocker that rose), saying HOW."""
    from workers.hive import coordination

    name = coordination.worker_name(worker)
    kinds = ["escalation", "blocker"]
    told = coordination.close(find_root(root), session, name, escalation, how, kinds=kinds)
    return tell(told, as_json=as_json)


@click.command()
@click.argument("summary")
@click.option("--to", metavar="W", required=True, help="The worker that goes on.")
@click.option("--artifact", "artifacts", metavar="PATH", multiple=True, help="A file; repeatable.")
@session_option
@worker_option
@root_option
@json_option
def handoff(
    summary: str,
    to: str,
    artifacts: tuple[str, ...],
    session: str,
    worker: str,
    root: str | None,
    as_json: bool,
) -> int:
    """Hand on to another worker, saying in SUMMARY what it finds."""
    from workers.hive import coordination

    name = coordination.worker_name(worker)
    asked = coordination.ticket("H", name, summary, coordination.needed(to), artifacts=artifacts)
    return tell(coordination.ask(find_root(root), session, asked), as_json=as_json)


@click.command()
@click.argument("handoff_id", metavar="HANDOFF")
@session_option
@worker_option
@root_option
@json_option
def accept(handoff_id: str, session: str, worker: str, root: str | None, as_json: bool) -> int:
    """Take a HANDOFF over."""
    from workers.hive import coordination

    name = coordination.worker_name(worker)
    told = coordination.close(find_root(root), session, name, handoff_id, "", kinds=["handoff"])
    return tell(told, as_json=as_json)


COMMANDS: dict[str, click.Command] = {
    command.name or "": command
    for command in (
        log,
        heartbeat,
        progress,
        block,
        unblock,
        escalate,
        resolve,
        handoff,
        accept,
    )
}
