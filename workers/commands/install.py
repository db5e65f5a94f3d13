"""Commands that put the workers into a coding agent's configuration, and take them out."""

from __future__ import annotations

import contextlib
import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sessions.location import find_root
from workers.catalog import DEFAULT, worker_called, workers_of
from workers.commands.options import json_option, root_option
from workers.commands.printing import tell, warn
from workers.invocation import COMMAND, program_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from workers.integrations.install.targets import Place, Scope

target_argument = click.argument("target")
scope_option = click.option(
    "--scope",
    type=click.Choice(["project", "user"]),
    default="project",
    show_default=True,
    help="This repository, or all of yours.",
)
dry_run_option = click.option("--dry-run", is_flag=True, help="Only show what would change.")


def _place(
    scope: Scope,
    root: str | None,
    program: Path,
    names: Sequence[str] | None = None,
    *,
    team: bool = False,
) -> Place:
    """Return where to install, and the workers that are named."""
    from workers.integrations.install.targets import Place

    base = find_root(root) if scope == "project" else Path.home()
    where = base if scope == "project" else None
    known = workers_of(where)
    named = tuple(worker_called(name.strip(), where) for name in names or ())
    return Place(scope, base, program_words(program), named, known, team)


def _has_colour() -> bool:
    """Tell whether standard output shows colours and nobody asked for none (no-color.org)."""
    return sys.stdout is not None and sys.stdout.isatty() and not os.environ.get("NO_COLOR")


@contextlib.contextmanager
def _interruptible(command: str, target: str) -> Iterator[None]:
    """Say how to go on after a signal."""
    try:
        yield
    except SystemExit:
        warn(f"waggle: {command} {target} can be run again: it goes on from there")
        raise


@click.command()
@target_argument
@scope_option
@dry_run_option
@click.option(
    "--workers",
    "names",
    metavar="NAMES",
    help=f"Whom to install, as backend,test [default: {DEFAULT}, and workers of your own].",
)
@click.option(
    "--team",
    is_flag=True,
    help=f"Write files to commit: they call the command {COMMAND}, no path of this machine.",
)
@click.option(
    "--status", "only_status", is_flag=True, help="Say whether it is installed; write nothing."
)
@root_option
@json_option
@click.pass_obj
def install(
    program: Path,
    target: str,
    scope: Scope,
    dry_run: bool,
    names: str | None,
    team: bool,
    only_status: bool,
    root: str | None,
    as_json: bool,
) -> int:
    """Set up a coding agent to run the workers.

    The target github is a workflow instead, which judges the reports of pull requests.

    What others wrote is kept byte for byte, also comments; `uninstall` takes exactly ours out. Cut
    off, it is completed by running it again.
    """
    from workers.integrations.install import installation

    place = _place(scope, root, program, names.split(",") if names is not None else None, team=team)
    name = installation.check_target(target, place)
    if only_status:
        return tell(installation.status(name, place), as_json=as_json)
    with _interruptible("install", name):
        answer = installation.install(name, place, dry_run=dry_run, colour=_has_colour())
    return tell(answer, as_json=as_json)


@click.command()
@target_argument
@scope_option
@dry_run_option
@root_option
@json_option
@click.pass_obj
def uninstall(
    program: Path, target: str, scope: Scope, dry_run: bool, root: str | None, as_json: bool
) -> int:
    """Remove from a coding agent what install added.

    What you have changed since is kept, and listed.
    """
    from workers.integrations.install import installation

    place = _place(scope, root, program)
    name = installation.check_target(target, place)
    with _interruptible("uninstall", name):
        answer = installation.uninstall(name, place, dry_run=dry_run, colour=_has_colour())
    return tell(answer, as_json=as_json)


@click.command()
@json_option
@click.pass_obj
def cost(program: Path, as_json: bool) -> int:
    """Count the tokens that an agent pays for Waggle's texts."""
    from workers.integrations.cost import cost as count

    return tell(count(program, shlex.join(program_words(program))), as_json=as_json)


COMMANDS = {"install": install, "uninstall": uninstall, "cost": cost}
