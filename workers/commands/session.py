"""Commands on whole sessions."""

from __future__ import annotations

import click

from sessions.location import find_root
from workers.commands.options import json_option, root_option
from workers.commands.printing import tell


@click.group()
def session() -> None:
    """Look at sessions."""


@session.command("list")
@root_option
@json_option
def list_sessions(root: str | None, as_json: bool) -> int:
    """List the sessions below the root, newest first."""
    from workers import reports

    return tell(reports.list_sessions(find_root(root)), as_json=as_json)


@session.command("show")
@click.argument("session_id", metavar="ID")
@root_option
@json_option
def show_session(session_id: str, root: str | None, as_json: bool) -> int:
    """Show a session: its workers, their attempts and last verdicts."""
    from workers import reports

    return tell(reports.show_session(find_root(root), session_id), as_json=as_json)


COMMANDS = {"session": session}
