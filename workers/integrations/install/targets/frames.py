"""The texts that a worker and its caller read: one template, and a frame for each client.

A frame says what a client calls its tools, how its agents end, and whether it holds them.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from workers.invocation import COMMAND
from workers.render import render

if TYPE_CHECKING:
    from workers.catalog import Worker
    from workers.integrations.install.targets.content import Place

_GATED = "its report is checked against the code before it may stop."


class Frame(NamedTuple):
    """What is particular to a client.

    `is_held`: wherever the worker runs its gate runs as well. Where a user has to trust the hooks
    first, nothing is promised.
    """

    shell: str = "the shell"
    read: str = "read"
    edit: str = "edit"
    ending: str = "Your last message"
    is_held: bool = False


CLAUDE = Frame("Bash", "Read", "Edit", is_held=True)
PLAIN = Frame()


def values(worker: Worker, command: str, frame: Frame) -> dict[str, Any]:
    """Return what the templates name."""
    return {
        "worker": worker.name,
        "full_name": worker.full_name,
        "title": worker.name.capitalize(),
        "summary": worker.summary,
        "command": command,
        "description": description(worker, command, frame),
        "frame": frame,
        "reading": frame.read[0].upper() + frame.read[1:],
    }


def description(worker: Worker, command: str = COMMAND, frame: Frame = CLAUDE) -> str:
    """Return what tells a main agent when to call a worker, and what it may believe."""
    verdict = _GATED if frame.is_held else f"`{command} status` says whether it was accepted."
    return (
        f"Examines {worker.summary} and reports with evidence; {verdict}"
        f" Use it to analyse or change a {worker.name}, with a task or session id."
    )


def instructions(worker: Worker, command: str, frame: Frame = CLAUDE) -> str:
    """Return how to work as a worker: the three phases as literal commands."""
    return render("claude/instructions.md.j2", **values(worker, command, frame))


def agent_files(
    place: Place, form: str, frame: Frame, front: dict[str, Any] | None = None, *, name: bool = True
) -> dict[str, str]:
    """Return Markdown agents with a front matter, by path; `form` is a path with `{}` in it.

    Where `name` is false the client takes the name from the file's.
    """
    files = {}
    for worker in place.workers:
        fields = {"name": worker.full_name} if name else {}
        fields |= {"description": description(worker, place.line, frame), **(front or {})}
        lines = [f"{key}: {json.dumps(value)}" for key, value in fields.items()]
        text = instructions(worker, place.line, frame)
        files[form.format(worker.full_name)] = "\n".join(["---", *lines, "---", "", text])
    return files
