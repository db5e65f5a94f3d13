"""What is generated from the code: JSON Schemas, README's picture and commands; plugins."""

from __future__ import annotations

import io
import os
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.text import Text

from tests.demo import replace
from tests.kit import CLI, PROJECT, SESSION, TASK, copy_sample, fill_in
from tests.plugins import plugins
from workers.catalog import DEFAULT, built_in, worker_called
from workers.commands import MODULES
from workers.commands import commands as late_commands
from workers.commands.worker import worker_command
from workers.deliverables import json_schema
from workers.phases.finish import Request, finish
from workers.phases.prepare import Order, prepare
from workers.reporting import FORMATS
from workers.reporting.terminal import coloured

if TYPE_CHECKING:
    from workers.contract import WorkerOutput

PICTURE = PROJECT / "tests" / "snapshots" / "terminal.svg"


def schemas() -> dict[Path, str]:
    """Return each schema file with its text."""
    folder = PROJECT / "templates"
    return {
        folder / w.name / kind / "output.schema.json": json_schema(w, kind)
        for w in built_in()
        for kind in w.kinds
    }


def picture() -> str:
    """Return README's picture: a rejection and an acceptance as a terminal shows them."""
    console = Console(record=True, width=92, file=io.StringIO(), highlight=False)
    for output in (_judged(spoiled=True), _judged(spoiled=False)):
        console.print(Text(f"$ waggle backend --output --session {SESSION}", style="bold"))
        for line in _as_text(output, 92).splitlines():
            console.print(Text.from_ansi(coloured(line)))
        console.print()
    drawn = console.export_svg(title="waggle", unique_id="waggle")
    # Without the web font: a picture in a README fetches nothing.
    return re.sub(r"@font-face \{.*?\}\s*", "", drawn, flags=re.DOTALL)


def verdict(*, spoiled: bool) -> str:
    """Return what `--output` prints for people about the sample report, 80 columns wide."""
    return _as_text(_judged(spoiled=spoiled), 80).rstrip()


def _as_text(output: WorkerOutput, columns: int) -> str:
    """Return the text of an output for a window of so many columns, whatever ours has."""
    before = os.environ.get("COLUMNS")
    os.environ["COLUMNS"] = str(columns)
    try:
        return FORMATS["text"](output)
    finally:
        if before is None:
            del os.environ["COLUMNS"]
        else:
            os.environ["COLUMNS"] = before


def _judged(*, spoiled: bool) -> WorkerOutput:
    """Judge the sample's honest report, with two false statements put in if `spoiled`."""
    with tempfile.TemporaryDirectory() as folder:
        root = copy_sample(Path(folder))
        prepare(Order(built_in()[0], root, CLI, SESSION, TASK.encode()))
        notes, json_file = fill_in(root, SESSION)
        if spoiled:
            replace(notes, "`app/auth.py:17`", "`app/auth.py:12`")
            replace(json_file, '"total_api_endpoints": 4', '"total_api_endpoints": 12')
        output = finish(Request(built_in()[0], root, CLI), SESSION)
        # Both hold a path of this machine.
        output.config |= {"next_command": None, "session_path": None}
        return output


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
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text(picture(), encoding="utf-8")
