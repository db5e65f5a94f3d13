"""Every command: parse, one call, print, exit code; its module is imported when it is called."""

from __future__ import annotations

from collections import UserDict
from importlib import import_module
from typing import TYPE_CHECKING

from workers.catalog import WORKERS

if TYPE_CHECKING:
    from click import Command

# Command -> the module of this package whose COMMANDS hold it.
MODULES = {
    **dict.fromkeys((name for w in WORKERS for name in (w.name, w.full_name)), "worker"),
    **dict.fromkeys(
        "log heartbeat progress block unblock escalate resolve handoff accept".split(), "protocol"
    ),
    **dict.fromkeys("status next watch".split(), "status"),
    **dict.fromkeys("doctor verify config".split(), "upkeep"),
    "explain": "tell",
    "schema": "tell",
    "session": "session",
    "survey": "survey",
    "models": "models",
    "queen": "hive",
    "run": "hive",
    "hook": "hook",
    "mcp": "mcp",
    **dict.fromkeys("install uninstall cost".split(), "install"),
}


class LateCommands(UserDict[str, str]):
    """The commands by name, as a click group takes them: a lookup imports the one it names."""

    def __getitem__(self, name: str) -> Command:  # type: ignore[override]  # module -> command
        """Import a command."""
        module = import_module(f"workers.commands.{self.data[name]}")
        command: Command = module.COMMANDS[name]
        return command


commands = LateCommands(MODULES)
