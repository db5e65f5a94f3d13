"""Commands of several machines: take jobs of a queue, look at it, drain, cancel, try again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sessions.location import find_root
from workers.commands.options import json_option, root_option, session_option
from workers.commands.printing import tell, warn, warn_of_settings

if TYPE_CHECKING:
    from workers.fleet.shared import Shared

engine_option = click.option(
    "--engine",
    metavar="URL",
    help="PostgreSQL that all machines reach [default: WAGGLE_ENGINE, or your own waggle.toml].",
)
remote_option = click.option(
    "--remote",
    metavar="NAME",
    help="The git remote on which the queue's sessions travel [default: a shared folder].",
)
session_remote_option = click.option(
    "--remote", metavar="NAME", help="The git remote [default: that of its last run]."
)
queue_option = click.option(
    "--queue", metavar="NAME", default="waggle", show_default=True, help="The queue."
)
session_queue_option = click.option(
    "--queue", metavar="NAME", help="The queue [default: that of its last run, else waggle]."
)


def _shared(
    engine: str | None,
    queue: str,
    root: str | None,
    remote: str | None = None,
    *,
    to_work: bool = False,
) -> Shared:
    """Return the queue that is meant; raises click.UsageError where no database is named."""
    from workers.fleet.shared import shared, travelling

    folder = find_root(root, to_work=to_work)
    warn_of_settings(folder)
    url = _database(engine)
    if remote is None:
        return shared(url, folder, queue, make=to_work)
    from workers.fleet.clones.home import home

    return travelling(url, home(folder, remote, _say), queue, make=to_work)


def _database(engine: str | None) -> str:
    from workers.fleet.engine import address

    url = address(engine)
    if url is None:
        raise click.UsageError("Name the database: --engine postgresql://USER@HOST/DATABASE.")
    return url


def _remote_of(session: str, root: str | None, remote: str | None) -> str | None:
    """Return the remote that is named, or the one on which a session travels, None for none."""
    if remote is not None:
        return remote
    from sessions.session import open_session
    from workers.fleet.clones.home import remote_of

    return remote_of(open_session(find_root(root, to_work=True), session))


def _of_session(
    engine: str | None, session: str, queue: str | None, root: str | None, remote: str | None
) -> Shared:
    """Return the queue that is named, or that of a session's last run; also its remote."""
    from sessions.session import open_session
    from workers.fleet.shared import last_queue

    remote = _remote_of(session, root, remote)
    queue = queue or last_queue(open_session(find_root(root, to_work=True), session))
    return _shared(engine, queue, root, remote, to_work=True)


@click.group()
def fleet() -> None:
    """Run plans on several machines, by a PostgreSQL database that all of them reach.

    `run --engine URL` puts a plan's jobs into a queue; any `fleet worker` of the same repository
    takes them. What happened is in the session's events, as always.
    """


@fleet.command()
@engine_option
@queue_option
@click.option(
    "--slots",
    metavar="N",
    type=click.IntRange(1, 1000),
    help="Jobs at a time, of every worker of the queue [default: as it is, at first 1].",
)
@click.option(
    "--lease",
    metavar="S",
    type=click.FloatRange(0.2, 3600),
    default=15.0,
    show_default=True,
    help="Seconds without a sign of life after which others take its jobs.",
)
@click.option(
    "--phase-timeout",
    metavar="S",
    type=click.FloatRange(0.5),
    default=21600.0,
    show_default=True,
    help="Seconds after which a phase hangs: it is ended and tried again.",
)
@click.option(
    "--per-model", metavar="N", type=click.IntRange(1), help="Jobs at a time of one model, in all."
)
@click.option(
    "--starts-a-minute",
    metavar="N",
    type=click.IntRange(1),
    help="Jobs of one model begun a minute, in all.",
)
@click.option(
    "--requests-a-minute",
    metavar="N",
    type=click.IntRange(1),
    help="Requests to one model a minute, in all.",
)
@click.option(
    "--poll",
    metavar="S",
    type=click.FloatRange(0.05, 120),
    help="Seconds between two looks for a job [default: as it is, at first 1].",
)
@click.option(
    "--keep-days",
    metavar="D",
    type=click.FloatRange(0.01),
    help="Days that the database keeps what has ended [default: as it is, at first 7].",
)
@click.option(
    "--clone",
    metavar="URL_OR_PATH",
    help="Take the jobs of a remote of the repository: this machine has no folder of it.",
)
@click.option(
    "--work",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Where the clone is [default: in the cache folder].",
)
@root_option
@click.pass_obj
def worker(
    program: Path,
    /,
    engine: str | None,
    queue: str,
    root: str | None,
    clone: str | None,
    work: Path | None,
    **asked: Any,
) -> int:
    """Take jobs until Ctrl-C.

    The first Ctrl-C, or SIGTERM, lets it end the jobs it has and take no more; the second ends it
    at once, and others do them.
    """
    from workers.fleet.executor import Wish, serve

    wish = Wish(phase_seconds=asked.pop("phase_timeout"), **asked)
    if clone is None:
        if work is not None:
            raise click.UsageError("--work goes with --clone.")
        _say_if_new(root)
        where = _shared(engine, queue, root, to_work=True)
        return serve(where, program, wish, _say)
    if root is not None:
        raise click.UsageError("--clone takes no --root: its folder is --work.")
    from workers.fleet.clones.joining import address_of, joined
    from workers.fleet.shared import of_clone

    url, address = _database(engine), address_of(clone)
    with joined(address, work.absolute() if work else None) as copies:
        return serve(of_clone(url, copies, queue), program, wish, _say, copies)


def _say_if_new(root: str | None) -> None:
    """Say where nobody has used a fleet in a folder yet: it may be the wrong one."""
    from sessions.errors import BadInput
    from workers.fleet.engine import queue_of

    folder = find_root(root, to_work=True)
    try:
        queue_of(folder, "", make=False)
    except BadInput:
        _say(
            f"{folder} has had no fleet yet: its queue is a new one. To take the jobs of another"
            " folder, work in that one, or with --clone."
        )


def _say(line: str) -> None:
    warn(f"waggle: {line}")


@fleet.command()
@engine_option
@queue_option
@remote_option
@root_option
@json_option
def status(
    engine: str | None, queue: str, remote: str | None, root: str | None, as_json: bool
) -> int:
    """Show who takes jobs of a queue, and how many wait."""
    from workers.fleet.shared import overview
    from workers.reporting.fleet_report import overview_text

    where = _shared(engine, queue, root, remote)
    return tell(overview_text(queue, overview(where)), as_json=as_json)


@fleet.command()
@engine_option
@queue_option
@remote_option
@root_option
@json_option
def drain(
    engine: str | None, queue: str, remote: str | None, root: str | None, as_json: bool
) -> int:
    """Let the workers of a queue end what they do, and take no more."""
    from workers.contract import Answer, counted
    from workers.fleet.shared import drain as drained

    names = drained(_shared(engine, queue, root, remote))
    text = f"{counted(len(names), 'worker')} of {queue} asked to take no more jobs"
    return tell(Answer(text, {"draining": names}), as_json=as_json)


@fleet.command()
@session_option
@engine_option
@session_queue_option
@session_remote_option
@root_option
@json_option
def cancel(
    session: str,
    engine: str | None,
    queue: str | None,
    remote: str | None,
    root: str | None,
    as_json: bool,
) -> int:
    """Cancel what is unfinished of a session's run."""
    from sessions.session import open_session
    from workers.contract import Answer
    from workers.fleet.shared import cancel as cancelled

    where = _of_session(engine, session, queue, root, remote)
    names = cancelled(where, open_session(where.root, session), _say)
    text = f"cancelled: {', '.join(names)}" if names else "nothing was at work"
    return tell(Answer(text, {"session_id": session, "cancelled": names}), as_json=as_json)


@fleet.command()
@session_option
@click.option("--model", metavar="NAME", help="The model that fills in.")
@engine_option
@session_queue_option
@session_remote_option
@root_option
@json_option
def retry(
    session: str,
    model: str | None,
    engine: str | None,
    queue: str | None,
    remote: str | None,
    root: str | None,
    as_json: bool,
) -> int:
    """Queue a session's plan again; accepted reports stay.

    After a job failed or was cancelled, or an older version of the program left it.
    """
    from workers.contract import Answer
    from workers.fleet.shared import last_asked
    from workers.fleet.shared import retry as retried
    from workers.hive.queen import open_plan
    from workers.phases.run import choose

    where = _of_session(engine, session, queue, root, remote)
    opened, plan = open_plan(where.root, session)
    # As `run` does: with a model that cannot be used every job would end as `blocked`.
    choose(model or last_asked(opened).model, where.root)
    run = retried(where, session, plan, model)
    text = f"{run.id} is queued: {', '.join(run.workers)}"
    return tell(Answer(text, {"session_id": session, "run": run.number}), as_json=as_json)


@fleet.command()
@session_option
@session_remote_option
@root_option
@json_option
def fetch(session: str, remote: str | None, root: str | None, as_json: bool) -> int:
    """Take in what machines without the repository's folder did in a session."""
    from sessions.session import open_session
    from workers.contract import Answer
    from workers.fleet.clones.home import home

    opened = open_session(find_root(root, to_work=True), session)
    name = _remote_of(session, root, remote)
    if name is None:
        raise click.UsageError("The session travels on no remote; name one with --remote.")
    is_new = home(opened.root, name).fetch(opened)
    text = f"{session}: " + ("what was done elsewhere is here now" if is_new else "nothing is new")
    return tell(Answer(text, {"session_id": session, "is_new": is_new}), as_json=as_json)


COMMANDS = {"fleet": fleet}
