"""Commands that look after sessions as they lie on disk."""

from __future__ import annotations

import click

from sessions.location import find_root
from sessions.progress import doing
from workers.commands.options import json_option, root_option, session_option
from workers.commands.printing import tell


@click.command()
@click.option("--session", metavar="ID", help="[default: all]")
@click.option("--fix", is_flag=True, help="Mend what can be mended; bad files are kept aside.")
@root_option
@json_option
def doctor(session: str | None, fix: bool, root: str | None, as_json: bool) -> int:
    """Hold sessions against their events: what is wrong, and what --fix would do."""
    from workers.hive import upkeep
    from workers.integrations.install.remains import with_remains

    folder = find_root(root)
    with doing("checking sessions"):
        report = upkeep.doctor(folder, session, fix=fix)
        if session is None:
            report = with_remains(report, folder, fix=fix)
    return tell(report, as_json=as_json)


@click.command()
@session_option
@click.option("--worker", metavar="W", help="[default: all that were set up]")
@root_option
@json_option
def verify(session: str, worker: str | None, root: str | None, as_json: bool) -> int:
    """Tell whether accepted reports and the code are still those that were judged."""
    from workers.phases import receipt

    with doing("comparing with the receipts"):
        told = receipt.verify(find_root(root), session, worker)
    return tell(told, as_json=as_json)


@click.command()
@root_option
@json_option
def config(root: str | None, as_json: bool) -> int:
    """Tell the settings that hold here, and why."""
    from workers.hive import upkeep

    return tell(upkeep.config(find_root(root), root), as_json=as_json)


COMMANDS = {"doctor": doctor, "verify": verify, "config": config}
