"""Commands on whole sessions."""

from __future__ import annotations

from pathlib import Path

import click

from sessions.location import find_root
from workers.commands.options import json_option, only_session, root_option
from workers.commands.printing import confirmed, nothing_done, tell


@click.group()
def session() -> None:
    """List, show, pause, archive and remove sessions."""


@session.command("list")
@click.option("--status", metavar="S", help="Only these: active, completed, archived ...")
@click.option("--worker", metavar="W", help="Only those of this worker.")
@click.option("--limit", type=click.IntRange(1), default=50, help="At most [default: 50].")
@root_option
@json_option
def list_sessions(
    status: str | None, worker: str | None, limit: int, root: str | None, as_json: bool
) -> int:
    """List the sessions of the root, newest first."""
    from workers.reporting import session_reports

    wanted = session_reports.SessionFilter(status, worker, limit)
    return tell(session_reports.list_sessions(find_root(root), wanted), as_json=as_json)


@session.command("show")
@click.argument("session_id", metavar="[ID]", required=False)
@click.option("--metrics", is_flag=True, help="Attempts, durations, scores, tokens.")
@root_option
@json_option
def show_session(session_id: str | None, metrics: bool, root: str | None, as_json: bool) -> int:
    """Show a session: its workers, their attempts and last verdicts."""
    from workers.reporting import session_reports

    show = session_reports.show_metrics if metrics else session_reports.show_session
    where = find_root(root)
    chosen = only_session(where) if session_id is None else session_id
    return tell(show(where, chosen), as_json=as_json)


@session.command()
@click.argument("session_id", metavar="ID")
@root_option
@json_option
def pause(session_id: str, root: str | None, as_json: bool) -> int:
    """Pause a session: no phase 1 begins, and no worker counts as late."""
    from workers.hive import upkeep

    return tell(upkeep.hold(find_root(root), session_id, "session_paused"), as_json=as_json)


@session.command()
@click.argument("session_id", metavar="ID")
@root_option
@json_option
def resume(session_id: str, root: str | None, as_json: bool) -> int:
    """Resume a session that was paused or archived."""
    from workers.hive import upkeep

    return tell(upkeep.hold(find_root(root), session_id, "session_resumed"), as_json=as_json)


@session.command()
@click.argument("session_id", metavar="ID")
@root_option
@json_option
def archive(session_id: str, root: str | None, as_json: bool) -> int:
    """Archive a session as a tar file; the folder stays until `prune`."""
    from workers.hive import upkeep

    return tell(upkeep.archive(find_root(root), session_id), as_json=as_json)


@session.command()
@click.argument("file", metavar="FILE")
@root_option
@json_option
def restore(file: str, root: str | None, as_json: bool) -> int:
    """Restore a session from its archive."""
    from workers.hive import upkeep

    return tell(upkeep.restore(find_root(root), Path(file)), as_json=as_json)


@session.command()
@click.option("--older-than", metavar="AGE", required=True, help="Such as 30d, 12h or 90m.")
@click.option("--dry-run", is_flag=True, help="Only say what would be removed.")
@root_option
@json_option
def prune(older_than: str, dry_run: bool, root: str | None, as_json: bool) -> int:
    """Remove the folders of sessions archived longer ago; their archives stay."""
    from workers.hive import upkeep

    return tell(upkeep.prune(find_root(root), older_than, dry_run=dry_run), as_json=as_json)


@session.command()
@click.argument("session_id", metavar="ID")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--force", is_flag=True, help="Also a session that somebody works in.")
@root_option
@json_option
def delete(session_id: str, yes: bool, force: bool, root: str | None, as_json: bool) -> int:
    """Delete a session that nobody wants; it is not archived first."""
    from workers.hive import upkeep

    place = find_root(root)
    asked = "" if yes else upkeep.question(place, session_id)
    if asked and not confirmed(asked, f"session delete {session_id} --yes"):
        return nothing_done("nothing was deleted")
    return tell(upkeep.delete(place, session_id, force=force), as_json=as_json)


COMMANDS = {"session": session}
