"""The command `workers`: which there are, what one is asked for, what is wrong with one."""

from __future__ import annotations

import click

from sessions.location import find_root
from workers.commands.options import json_option, root_option
from workers.commands.printing import tell
from workers.deliverables.kinds import ANALYSIS, KINDS


@click.group("workers", invoke_without_command=True)
@root_option
@json_option
@click.pass_context
def workers(context: click.Context, root: str | None, as_json: bool) -> int | None:
    """List the workers; show, check or make one."""
    if context.invoked_subcommand is not None:
        return None
    from workers.hive import roster

    return tell(roster.workers(find_root(root)), as_json=as_json)


@workers.command()
@click.argument("name")
@root_option
@json_option
def show(name: str, root: str | None, as_json: bool) -> int:
    """Show what a worker is asked for."""
    from workers.hive import roster

    return tell(roster.show(name, find_root(root)), as_json=as_json)


@workers.command()
@click.argument("name")
@root_option
@json_option
def check(name: str, root: str | None, as_json: bool) -> int:
    """Say what is wrong with a worker's folder, line by line."""
    from workers.hive import roster

    return tell(roster.check(name, find_root(root)), as_json=as_json)


@workers.command()
@click.argument("name")
@click.option(
    "--kind", "kinds", multiple=True, type=click.Choice(KINDS), help="[default: analysis]"
)
@click.option("--list", "lists", multiple=True, metavar="KEY=ENTRY", help="A list of its report.")
@click.option("--summary", metavar="TEXT", default="", help="What it looks at, in a few words.")
@root_option
@json_option
def new(
    name: str,
    kinds: tuple[str, ...],
    lists: tuple[str, ...],
    summary: str,
    root: str | None,
    as_json: bool,
) -> int:
    """Make a folder for a worker of your own, to edit.

    It lies in .waggle/workers/. ENTRY is a kind of entry of ours, or record: rows of your own
    shape, which a JSON Schema describes.
    """
    from workers.hive import roster

    asked = roster.New(name, kinds or (ANALYSIS,), lists or ("items=record",), summary)
    return tell(roster.new(asked, find_root(root)), as_json=as_json)


COMMANDS = {"workers": workers}
