"""The program as a group of commands: its list, in groups, and what an unknown name is answered."""

from __future__ import annotations

from typing import Any

import click

from workers.catalog import WORKERS
from workers.commands import GROUPS, HELP_COLUMNS
from workers.invocation import called_as
from workers.reporting.terminal import command_lines

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
        names = (name for group in GROUPS.values() for name in group)
        spacing = max(map(len, names))
        for title, group in GROUPS.items():
            with formatter.section(title):
                rows = [(name.ljust(spacing), entry.meaning) for name, entry in group.items()]
                formatter.write_dl(rows, col_max=spacing)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Say how to begin."""
        worker = WORKERS[0].name
        with formatter.section("Begin with"):
            for words in (f'{worker} --setup --task "What to look at"', f"help {worker}"):
                for line in command_lines(f"{ctx.command_path} {words}", HELP_COLUMNS, "  "):
                    formatter.write(f"{line}\n")

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; raises click.UsageError that names what was probably meant."""
        try:
            return super().resolve_command(ctx, args)
        except click.exceptions.NoSuchCommand as error:
            raise click.UsageError(_unknown(error), ctx) from None


class Sectioned(click.Command):
    """A command that lists its options in sections, in the order of the lines of its help."""

    def __init__(self, *args: Any, sections: dict[str, tuple[str, ...]], **options: Any) -> None:
        """Take the sections: title -> names of parameters."""
        super().__init__(*args, **options)
        self.sections = sections

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List each section, then all other options."""
        rows = {one.name: one.get_help_record(ctx) for one in self.get_params(ctx)}
        named = {name for names in self.sections.values() for name in names}
        rest = {"Options": tuple(name for name in rows if name not in named)}
        spacing = max(len(row[0]) for row in rows.values() if row)
        for title, names in {**self.sections, **rest}.items():
            with formatter.section(title):
                listed = [row for row in map(rows.get, names) if row]
                formatter.write_dl([(row[0].ljust(spacing), row[1]) for row in listed], spacing)


def _unknown(error: click.exceptions.NoSuchCommand) -> str:
    name = error.command_name
    phase = _PHASES.get(name.removeprefix("--"))
    if phase is not None:
        near = [f"{called_as()} {WORKERS[0].name} {phase}"]
    elif name.endswith(_SUFFIX):
        return f"There is no worker {name!r}. {_workers()}"
    else:
        near = [one for one in error.possibilities or [] if not one.endswith(_SUFFIX)]
    if near:
        return f"No such command {name!r}. Did you mean {' or '.join(near)}?"
    return f"No such command {name!r}. {_workers()}"


def _workers() -> str:
    named = ", ".join(worker.name for worker in WORKERS)
    return f"The {'worker here is' if len(WORKERS) == 1 else 'workers here are'}: {named}."
