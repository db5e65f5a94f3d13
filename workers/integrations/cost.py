"""What agents pay for reading what this program writes, in tokens."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import NamedTuple

from workers.catalog import DEFAULT, built_in
from workers.contract import Answer
from workers.deliverables.template import json_text, notes_text
from workers.integrations.install import targets
from workers.integrations.mcp_tools import INSTRUCTIONS, listed
from workers.invocation import COMMAND

# No tokenizer of a current model is public; for English and code four characters are near.
CHARACTERS_PER_TOKEN = 4


class Row(NamedTuple):
    """A text that agents read, and when."""

    what: str
    paid: str
    characters: int

    @property
    def tokens(self) -> int:
        """About how many tokens that is."""
        return -(-self.characters // CHARACTERS_PER_TOKEN)


def cost(command: str) -> Answer:
    """Tell the size of everything that is put before an agent without its asking."""
    rows = [*_of_claude_code(command), *_of_targets(), *_of_templates(), *_of_tools()]
    width = max(len(row.what) for row in rows)
    lines = [f"{row.tokens:>6}  {row.what:<{width}}  {row.paid}" for row in rows]
    text = "\n".join(["tokens  (about: characters / 4)", *lines])
    fields = [{**row._asdict(), "tokens": row.tokens} for row in rows]
    return Answer(text, {"characters_per_token": CHARACTERS_PER_TOKEN, "costs": fields})


def _of_claude_code(command: str) -> list[Row]:
    rows = [
        Row(
            "command /worker",
            "once for each call of it",
            len(targets.command_file(command, built_in())),
        )
    ]
    for worker in built_in():
        whole = len(targets.instructions(worker, command))
        advertised = len(worker.full_name) + len(targets.description(worker))
        rows += [
            Row(f"{worker.full_name}, instructions", "by the worker, once a request", whole),
            Row(
                f"{worker.full_name}, description", "by the main agent, once a request", advertised
            ),
        ]
    return rows


def _of_targets() -> list[Row]:
    """Return what the other targets put before an agent, for the worker that is the default."""
    backend = tuple(worker for worker in built_in() if worker.name == DEFAULT)
    place = targets.Place("project", Path(os.devnull), (COMMAND,), backend)
    rows: list[Row] = []
    for name, target in targets.TARGETS.items():
        content = target.content(place)
        files = [text for path, text in content.files.items() if path.endswith((".md", ".toml"))]
        if name != "claude-code" and files:
            rows.append(
                Row(f"{name}, instructions", "by the worker, once a request", len(files[0]))
            )
        pointers = [text for path, text in content.sections.items() if path.endswith(".md")]
        when = "by every agent that reads it, once a request"
        rows += [Row(f"{name}, AGENTS.md", when, len(text)) for text in pointers]
    return rows


def _of_templates() -> list[Row]:
    values = {"session_id": "ID", "timestamp": "T" * 20, "project_root": "/path", "survey": "-"}
    values |= {"proofs": "tests", "prove": "waggle prove --session ID --worker W --root /path"}
    when = "by the worker, when it reads the file"
    rows: list[Row] = []
    for worker, kind in ((one, kind) for one in built_in() for kind in one.kinds):
        for name, text in (("notes.md", notes_text), ("output.json", json_text)):
            size = len(text(worker, kind, **values))
            rows.append(Row(f"{worker.name}, {kind}, {name}", when, size))
    return rows


def _of_tools() -> list[Row]:
    when = "by clients that load MCP tools, once a request"
    rows = [Row("MCP instructions", when, len(INSTRUCTIONS))]
    rows += [Row(f"MCP tool {tool['name']}", when, len(json.dumps(tool))) for tool in listed()]
    return rows
