"""Commands that tell what the program knows: codes, schemas, its help and version."""

from __future__ import annotations

import click

from sessions.location import find_root
from workers import __version__
from workers.catalog import is_built_in, worker_called
from workers.commands.options import json_option, root_option
from workers.commands.printing import emit, tell
from workers.deliverables.kinds import ANALYSIS, KINDS


@click.command()
@click.argument("code", required=False)
@json_option
def explain(code: str | None, as_json: bool) -> int:
    """Explain a problem code; without one, list all.

    `explain scores` shows the formula, `explain claims` what a finding can claim in typed form,
    `explain limits` what is read at most, `explain rubric` the formula of reports by rule,
    `explain checklists` the items that a report may answer.
    """
    from workers.reporting import reports

    return tell(reports.explain(code), as_json=as_json)


@click.command()
@click.argument("worker")
@click.option("--kind", type=click.Choice(KINDS), default=ANALYSIS, help="[default: analysis].")
@root_option
@json_option
def schema(worker: str, kind: str, root: str | None, as_json: bool) -> int:
    """Print the JSON Schema of a worker's JSON."""
    from workers.reporting import reports

    name = worker.removesuffix("-worker")
    known = worker_called(name, None if is_built_in(name) else find_root(root))
    return tell(reports.schema(known, kind), as_json=as_json)


@click.command("help")
@click.argument("words", nargs=-1, metavar="[COMMAND]")
@click.pass_context
def show_help(context: click.Context, words: tuple[str, ...]) -> int:
    """Show the help of a command."""
    parent = context.parent or context
    command: click.Command = parent.command
    for word in words:
        if not isinstance(command, click.Group):
            break
        _, inner, _ = command.resolve_command(parent, [word])
        command = inner or command
        parent = click.Context(command, parent, word)
    emit(f"{command.get_help(parent)}\n")
    return 0


@click.command()
@json_option
def version(as_json: bool) -> int:
    """Print the version."""
    from workers.contract import Answer

    return tell(Answer(f"waggle, version {__version__}", {"version": __version__}), as_json=as_json)


COMMANDS = {"explain": explain, "schema": schema, "help": show_help, "version": version}
