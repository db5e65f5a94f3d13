"""Commands that look at the workers: status, watch, next. They write nothing."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import click

from sessions.location import find_root
from workers.commands.options import (
    json_option,
    only_session,
    only_session_option,
    only_worker_option,
    root_option,
)
from workers.commands.printing import tell, warn_of_settings
from workers.reporting.terminal import fitted, is_terminal, painted, width

if TYPE_CHECKING:
    from pathlib import Path

_WATCH_SECONDS = 2.0
some_session_option = click.option("--session", metavar="ID", help="One session [default: all].")


@click.command()
@some_session_option
@root_option
@json_option
@click.pass_obj
def status(program: Path, session: str | None, root: str | None, as_json: bool) -> int:
    """Show what each worker is doing, and the last verdicts.

    Open sessions first, then what is unanswered, then the sessions that were finished last.
    """
    from workers.hive.status import status as look

    base = find_root(root)
    warn_of_settings(base)
    return tell(look(base, session, program), as_json=as_json)


@click.command()
@some_session_option
@root_option
@json_option
@click.pass_obj
def watch(program: Path, session: str | None, root: str | None, as_json: bool) -> int:
    """Show the status live, until Ctrl-C.

    Where nobody is at a terminal it is printed once.
    """
    from workers.hive.status import status as look

    where = find_root(root)
    shown = look(where, session, program)
    if as_json or not is_terminal(sys.stdout):
        return tell(shown, as_json=as_json)
    from rich.console import Console
    from rich.live import Live
    from rich.text import Text

    def picture() -> Text:
        text = look(where, session, program).text
        return Text.from_ansi(painted(fitted(text, width()), sys.stdout))

    # The alternate screen: what was there before comes back, whatever ends it and when.
    live = Live(picture(), console=Console(highlight=False), screen=True, auto_refresh=False)
    try:
        live.start(refresh=True)
        while True:
            time.sleep(_WATCH_SECONDS)
            live.update(picture(), refresh=True)
    finally:
        live.stop()


@click.command("next")
@only_session_option
@only_worker_option
@root_option
@json_option
@click.pass_obj
def restate(
    program: Path, session: str | None, worker: str | None, root: str | None, as_json: bool
) -> int:
    """Show a worker its task, its files and its next command.

    For an agent that lost its context.
    """
    from workers.hive.status import restate as tell_again

    where = find_root(root)
    chosen = only_session(where) if session is None else session
    return tell(tell_again(where, chosen, worker, program), as_json=as_json)


COMMANDS = {"status": status, "watch": watch, "next": restate}
