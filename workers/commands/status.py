"""Commands that look at the workers: status, watch, next. They write nothing."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import click

from sessions.location import find_root
from workers.commands.options import json_option, root_option, session_option, worker_option
from workers.commands.printing import tell

if TYPE_CHECKING:
    from pathlib import Path

_WATCH_SECONDS = 2.0
some_session_option = click.option("--session", metavar="ID", help="[default: all that are open]")


@click.command()
@some_session_option
@root_option
@json_option
@click.pass_obj
def status(program: Path, session: str | None, root: str | None, as_json: bool) -> int:
    """Tell how every worker does: phase, last sign of life, blockers, last verdict."""
    from workers.hive.status import status as look

    return tell(look(find_root(root), session, program), as_json=as_json)


@click.command()
@some_session_option
@root_option
@json_option
@click.pass_obj
def watch(program: Path, session: str | None, root: str | None, as_json: bool) -> int:
    """Show the status live on a terminal, until Ctrl-C; elsewhere tell it once."""
    from workers.hive.status import status as look

    told = look(find_root(root), session, program)
    if as_json or sys.stdout is None or not sys.stdout.isatty():
        return tell(told, as_json=as_json)
    from rich.live import Live
    from rich.text import Text

    with Live(Text(told.text), auto_refresh=False) as live:
        while True:
            time.sleep(_WATCH_SECONDS)
            live.update(Text(look(find_root(root), session, program).text), refresh=True)


@click.command("next")
@session_option
@worker_option
@root_option
@json_option
@click.pass_obj
def restate(program: Path, session: str, worker: str, root: str | None, as_json: bool) -> int:
    """Tell an agent that lost its context its task, its files and the literal next command."""
    from workers.hive.status import restate as tell_again

    return tell(tell_again(find_root(root), session, worker, program), as_json=as_json)


COMMANDS = {"status": status, "watch": watch, "next": restate}
