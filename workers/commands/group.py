"""The program as a group of commands: its list, in groups, and what an unknown name is answered."""

from __future__ import annotations

import contextlib
import difflib
from typing import TYPE_CHECKING

import click

from sessions.errors import BadInput, WaggleError
from sessions.location import find_root
from workers.catalog import DEFAULT, is_built_in, worker_called, workers_of
from workers.commands import GROUPS, HELP_COLUMNS, example, example_of, workers_listed
from workers.invocation import called_as
from workers.reporting.terminal import command_lines

if TYPE_CHECKING:
    from pathlib import Path

# What people type for a phase of a worker -> the option that it is.
_PHASES = {
    "setup": "--setup",
    "init": "--setup",
    "start": "--setup",
    "output": "--output",
    "review": "--output",
    "judge": "--output",
    "check": "--check",
}
_SUFFIX = "-worker"


class Commands(click.Group):
    """The commands, listed in groups without importing one."""

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List each group with what its commands do."""
        groups = {"Workers": workers_listed(), **GROUPS}
        spacing = max(len(name) for group in groups.values() for name in group)
        for title, group in groups.items():
            with formatter.section(title):
                rows = [(name.ljust(spacing), entry.meaning) for name, entry in group.items()]
                formatter.write_dl(rows, col_max=spacing)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Say how to begin."""
        worker = DEFAULT
        with formatter.section("Begin with"):
            for words in (f'{worker} --setup --task "What to look at"', f"help {worker}"):
                for line in command_lines(f"{ctx.command_path} {words}", HELP_COLUMNS, "  "):
                    formatter.write(f"{line}\n")

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, which may be a worker.

        Raises click.UsageError that names what was probably meant, and BadWorker.
        """
        name = args[0]
        if name not in self.commands and name[:1] != "-":
            with contextlib.suppress(BadInput):
                is_ours = is_built_in(name.removesuffix(_SUFFIX))
                worker = worker_called(name, None if is_ours else _root_in(args))
                from workers.commands.worker import worker_command

                command = worker_command(worker)
                command.epilog = example(example_of(worker.name))
                return name, command, args[1:]
        try:
            return super().resolve_command(ctx, args)
        except click.exceptions.NoSuchCommand as error:
            raise click.UsageError(_unknown(error, _root_in(args)), ctx) from None

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands, the workers' first."""
        return [*(worker.name for worker in workers_of(_root_in([]))), *super().list_commands(ctx)]


def _root_in(args: list[str]) -> Path | None:
    """Return the root that arguments name, else the one found from here; None without one."""
    named = None
    for place, word in enumerate(args):
        if word == "--root" and place + 1 < len(args):
            named = args[place + 1]
        elif word.startswith("--root="):
            named = word.removeprefix("--root=")
    try:
        return find_root(named)
    except WaggleError:
        return None


def _unknown(error: click.exceptions.NoSuchCommand, root: Path | None) -> str:
    name = error.command_name
    phase = _PHASES.get(name.removeprefix("--"))
    if phase is not None:
        near = [f"{called_as()} {DEFAULT} {phase}"]
    elif name.endswith(_SUFFIX):
        return f"There is no worker {name!r}. {_workers(root)}"
    else:
        known = [worker.name for worker in workers_of(root)]
        near = [*difflib.get_close_matches(name, known), *(error.possibilities or [])]
    if near:
        return f"No such command {name!r}. Did you mean {' or '.join(near)}?"
    return f"No such command {name!r}. {_workers(root)}"


def _workers(root: Path | None) -> str:
    workers = workers_of(root)
    named = ", ".join(worker.name for worker in workers)
    return f"The {'worker here is' if len(workers) == 1 else 'workers here are'}: {named}."
