"""Commands by which a worker reports what it does, and what it needs of others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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

if TYPE_CHECKING:
    from collections.abc import Sequence


@click.command()
@session_option
@worker_option
@click.option("--event", metavar="TYPE", help="Its type, such as code_analyzed.")
@click.option("--action", metavar="TEXT", default="", help="What was done.")
@click.option("--target", metavar="TEXT", default="", help="The file, endpoint or table.")
@click.option("--result", metavar="R", default="success", help="success or failure.")
@click.option("--metric", "metrics", metavar="K=V", multiple=True, help="A number; repeatable.")
@click.option("--batch", is_flag=True, help="Events from standard input, one JSON object per line.")
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
    """Record an event, or a batch of events.

    A batch is recorded whole or not at all.
    """
    if batch == (event is not None):
        raise click.UsageError("Give one of --event TYPE and --batch.")
    from workers.hive import coordination

    name = coordination.worker_name(worker)
    if event is None:
        events = coordination.read_batch(name)
    else:
        fields = {"action": action, "target": target, "result": result}
        numbers = coordination.metrics_of(metrics)
        events = [coordination.logged(name, event, **fields, metrics=numbers)]
    return tell(coordination.log(find_root(root), session, events), as_json=as_json)


@click.command()
@session_option
@worker_option
@root_option
@json_option
def heartbeat(session: str, worker: str, root: str | None, as_json: bool) -> int:
    """Record a sign of life."""
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
    """Record what was done, and what comes next."""
    from workers.hive import coordination

    event = coordination.logged(coordination.worker_name(worker), "progress", action=text)
    return tell(coordination.log(find_root(root), session, [event]), as_json=as_json)


def _asking(letter: str, name: str, meaning: str, needs: str) -> click.Command:
    """Make the command that opens a blocker or an escalation: `letter` is its kind."""

    @click.command(name, help=meaning)
    @click.argument("why")
    @click.option("--needs", metavar="W", help=f"{needs} [default: queen].")
    @priority_option
    @session_option
    @worker_option
    @root_option
    @json_option
    def ask(why: str, needs: str | None, priority: str, as_json: bool, **where: Any) -> int:
        from workers.hive import coordination

        worker = coordination.worker_name(where["worker"])
        wanted = coordination.needed(needs)
        asked = coordination.ticket(letter, worker, why, wanted, priority=priority)
        return tell(
            coordination.ask(find_root(where["root"]), where["session"], asked), as_json=as_json
        )

    return ask


def _closing(kinds: Sequence[str], name: str, meaning: str) -> click.Command:
    """Make the command that closes a blocker or an escalation."""

    @click.command(name, help=meaning)
    @click.argument("ticket_id", metavar=kinds[0].upper())
    @click.argument("how", default="")
    @session_option
    @worker_option
    @root_option
    @json_option
    def close(ticket_id: str, how: str, as_json: bool, **where: Any) -> int:
        from workers.hive import coordination

        worker = coordination.worker_name(where["worker"])
        root, session = find_root(where["root"]), where["session"]
        closed = coordination.close(root, session, worker, ticket_id, how, kinds=kinds)
        return tell(closed, as_json=as_json)

    return close


block = _asking(
    "B",
    "block",
    "Report what keeps a worker from going on.\n\nUnanswered, it is marked RISEN in `status`.",
    "The worker that can help",
)
unblock = _closing(["blocker"], "unblock", "Close a blocker.")
escalate = _asking("E", "escalate", "Ask for a decision.", "Who has to decide")
resolve = _closing(["escalation", "blocker"], "resolve", "Answer an escalation or a blocker.")


@click.command()
@click.argument("summary")
@click.option("--to", metavar="W", required=True, help="Who takes over: a worker, QA, git ...")
@click.option("--artifact", "artifacts", metavar="PATH", multiple=True, help="A file; repeatable.")
@click.option("--artefact", "kinds", metavar="KIND", multiple=True, help="See artefact --help.")
@priority_option
@session_option
@worker_option
@root_option
@json_option
def handoff(
    summary: str,
    to: str,
    artifacts: tuple[str, ...],
    kinds: tuple[str, ...],
    priority: str,
    session: str,
    worker: str,
    root: str | None,
    as_json: bool,
) -> int:
    """Hand work on to another worker.

    SUMMARY says what it will find. --to also knows information (the researcher), QA (test), git
    (devops) and documentation (the owner). Unanswered, it is marked RISEN in `status`.
    """
    from workers.handing import artefact_kind
    from workers.hive import coordination

    name = coordination.worker_name(worker)
    handed = [*map(artefact_kind, kinds), *artifacts]
    asked = coordination.ticket(
        "H", name, summary, coordination.recipient(to), priority=priority, artifacts=handed
    )
    return tell(coordination.ask(find_root(root), session, asked), as_json=as_json)


@click.command()
@click.argument("handoff_id", metavar="HANDOFF")
@session_option
@worker_option
@root_option
@json_option
def accept(handoff_id: str, session: str, worker: str, root: str | None, as_json: bool) -> int:
    """Accept a handoff."""
    from workers.hive import coordination

    name = coordination.worker_name(worker)
    closed = coordination.close(find_root(root), session, name, handoff_id, "", kinds=["handoff"])
    return tell(closed, as_json=as_json)


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
