"""What a target is and what it gets: files of ours, entries in files of others. Pure data.

A target is data. Whoever adds a client writes a module beside this one and its line in TARGETS.
"""

from __future__ import annotations

import os
import shlex
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from workers.integrations.install.json_text import Entry
from workers.integrations.install.ours import SERVER

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from workers.catalog import Worker

Scope = Literal["project", "user"]
HOOK_SECONDS = 120


class Place(NamedTuple):
    """Where to install, the words of the command that starts the program there, and for whom.

    `workers` are those that are named; of `known` some may have been installed before. `team`: the
    files are to fit every machine, so they name no program of this one.
    """

    scope: Scope
    base: Path
    command: tuple[str, ...]
    workers: tuple[Worker, ...]
    known: tuple[Worker, ...] = ()
    team: bool = False

    @property
    def line(self) -> str:
        """The command as a line of a shell."""
        return shlex.join(self.command)

    def folder(self, name: str, variable: str = "") -> str:
        """Return an agent's folder: where a user has moved it to, that one."""
        moved = os.environ.get(variable) if variable and self.scope == "user" else None
        return moved or name

    def hook(self, event: str, client: str = "") -> str:
        """Return the command of a hook; without a client's name it is for Claude Code."""
        return f"{self.line} hook {event}" + (f" --client {client}" if client else "")


@dataclass(frozen=True)
class Content:
    """What a target gets; paths are relative to the base, or absolute.

    `files` are wholly ours, `entries` go into JSON files, `sections` to the end of text files,
    `former` are JSON files in which ours may be from an earlier install: left alone, and taken
    out. `by_hand` is what to write where no section can go; `notes` is what the user has to do or
    know.
    """

    files: dict[str, str]
    entries: dict[str, list[Entry]] = field(default_factory=dict)
    sections: dict[str, str] = field(default_factory=dict)
    former: tuple[str, ...] = ()
    by_hand: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def paths(self) -> list[str]:
        """All files that a target may touch."""
        return [*self.files, *self.entries, *self.sections, *self.former]


def _nothing(_: Place) -> list[str]:
    return []


class Target(NamedTuple):
    """An agent: what it is called, what it gets, and the scopes in which it reads that.

    `waits` says what the user still has to do before it has an effect, as far as a file shows it.
    `elsewhere` is what to do instead for a scope that it does not read. `is_shared`: its files are
    the same on every machine, and are committed.
    """

    title: str
    content: Callable[[Place], Content]
    scopes: tuple[Scope, ...] = ("project", "user")
    waits: Callable[[Place], list[str]] = _nothing
    elsewhere: str = ""
    is_shared: bool = False


def server(place: Place) -> dict[str, Any]:
    """Return the MCP server as most agents write it down."""
    return {"command": place.command[0], "args": [*place.command[1:], "mcp"]}


def server_entry(place: Place, **more: object) -> Entry:
    """Return the MCP server as an entry below `mcpServers`."""
    return Entry(("mcpServers",), SERVER, {**more, **server(place)})


def in_milliseconds(command: dict[str, object], **matcher: str) -> dict[str, object]:
    """Return a hook for clients that count its time in milliseconds."""
    timed = {"type": "command", **command, "timeout": HOOK_SECONDS * 1000}
    return {**matcher, "hooks": [timed]}


def hook_entries(hooks: dict[str, list[dict[str, Any]]]) -> list[Entry]:
    """Return hooks by event as entries below `hooks`."""
    return [Entry(("hooks", event), None, one) for event, added in hooks.items() for one in added]
