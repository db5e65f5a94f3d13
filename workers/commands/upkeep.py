"""Commands that look after sessions as they lie on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sessions.location import find_root
from sessions.progress import doing
from workers.commands.options import (
    FINISHED,
    json_option,
    only_session,
    only_session_option,
    root_option,
)
from workers.commands.printing import tell

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@click.option("--session", metavar="ID", help="One session [default: all].")
@click.option("--fix", is_flag=True, help="Repair what can be repaired; bad files are kept aside.")
@root_option
@json_option
def doctor(session: str | None, fix: bool, root: str | None, as_json: bool) -> int:
    """Check sessions against their event logs.

    Says what is wrong, and what --fix would do.
    """
    from workers.hive import upkeep
    from workers.integrations.install.remains import with_remains

    folder = find_root(root)
    with doing("checking sessions"):
        report = upkeep.doctor(folder, session, fix=fix)
        if session is None:
            report = with_remains(report, folder, fix=fix)
    return tell(report, as_json=as_json)


@click.command()
@only_session_option
@click.option("--worker", metavar="W", help="One worker [default: all that were set up].")
@click.option("--rerun", is_flag=True, help="Run the proofs of accepted changes again instead.")
@root_option
@json_option
def verify(
    session: str | None, worker: str | None, rerun: bool, root: str | None, as_json: bool
) -> int:
    """Check that accepted reports and the cited code are unchanged.

    With --rerun, run the required proofs of accepted changes again, as CI does on a machine that
    the worker could not write to.
    """
    from workers.phases import proving, receipt

    where = find_root(root)
    chosen = only_session(where, statuses=FINISHED) if session is None else session
    if rerun:
        return tell(proving.rerun(where, chosen), as_json=as_json)
    with doing("comparing with the receipts"):
        answer = receipt.verify(where, chosen, worker)
    return tell(answer, as_json=as_json)


@click.command()
@root_option
@json_option
def config(root: str | None, as_json: bool) -> int:
    """Show the effective settings and where each comes from."""
    from workers.hive import upkeep

    return tell(upkeep.config(find_root(root), root), as_json=as_json)


@click.command()
@root_option
@json_option
@click.pass_obj
def health(program: Path, /, root: str | None, as_json: bool) -> int:
    """Show whether this installation works here, and what to do where it does not.

    Root, git, write access, session lock, models, hooks, sandbox, engine. Asks no network, leaves
    nothing behind; exit code 3 where something that commands need does not work.
    """
    from workers.integrations.health import health as look

    with doing("trying what is needed"):
        answer = look(root, program)
    return tell(answer, as_json=as_json)


COMMANDS = {"doctor": doctor, "verify": verify, "config": config, "health": health}
