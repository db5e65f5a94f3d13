"""What is generated from the code: JSON Schemas, README's pictures and commands; plugins."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tests.kit import PROJECT
from tests.pictures import draw
from tests.plugins import plugins
from workers.catalog import DEFAULT, built_in, worker_called
from workers.commands import MODULES
from workers.commands import commands as late_commands
from workers.commands.worker import worker_command
from workers.deliverables import json_schema

if TYPE_CHECKING:
    from pathlib import Path


def schemas() -> dict[Path, str]:
    """Return each schema file with its text."""
    folder = PROJECT / "templates"
    return {
        folder / w.name / kind / "output.schema.json": json_schema(w, kind)
        for w in built_in()
        for kind in w.kinds
    }


def commands() -> list[tuple[str, str]]:
    """Return the usage of each command, its required options named, and the first line of help."""
    found = [(name, command_called(name)) for name in (DEFAULT, *MODULES)]
    for name, command in found.copy():
        if isinstance(command, click.Group):
            found.remove((name, command))
            found += [(f"{name} {inner}", one) for inner, one in command.commands.items()]
    return [(_usage(name, command), _meaning(command)) for name, command in found]


def help_text(name: str) -> str:
    """Return a command's help 80 columns wide; its example names how this machine calls us."""
    command = command_called(name)
    command.epilog = None
    context = click.Context(
        command,
        info_name=f"python cli.py {name}",
        terminal_width=80,
        help_option_names=["-h", "--help"],
    )
    return command.get_help(context)


def command_called(name: str) -> click.Command:
    """Return a command, or that of a worker, by its name."""
    if name in MODULES:
        return late_commands[name]
    return worker_command(worker_called(name, None))


def _usage(name: str, command: click.Command) -> str:
    words = [name]
    for one in command.params:
        if isinstance(one, click.Argument):
            word = (one.metavar or (one.name or "").upper()).strip("[]")
            words.append(word if one.required else f"[{word}]")
        elif isinstance(one, click.Option) and one.required:
            words.append(f"{one.opts[0]} {one.metavar}")
    return " ".join(words)


def _meaning(command: click.Command) -> str:
    return (command.help or "").strip().split("\n\n")[0].replace("\n", " ")


if __name__ == "__main__":
    for file, text in {**schemas(), **plugins()}.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    draw()
