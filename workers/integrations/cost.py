"""What agents pay for reading what this program writes, in tokens."""

from __future__ import annotations

import json
import os
import re
import shlex
from pathlib import Path
from typing import NamedTuple

from sessions.patterns import lazy_pattern
from workers.brief import MOST
from workers.catalog import DEFAULT, built_in, worker_called
from workers.contract import Answer
from workers.deliverables.template import json_text, notes_text
from workers.integrations.answers import answers
from workers.integrations.install import targets
from workers.integrations.mcp_tools import INSTRUCTIONS, listed

# No tokenizer of a current model is public; for English and code four characters are near.
CHARACTERS_PER_TOKEN = 4
# Of a file with front matter, or of TOML.
_DESCRIPTION = lazy_pattern(r"^description\s*[:=]\s*(.+)$", re.MULTILINE)


class Row(NamedTuple):
    """A text that agents read, and when."""

    what: str
    paid: str
    characters: int

    @property
    def tokens(self) -> int:
        """About how many tokens that is."""
        return -(-self.characters // CHARACTERS_PER_TOKEN)


def cost(program: Path, command: str) -> Answer:
    """Tell the size of everything that is put before an agent without its asking."""
    rows = [*_of_claude_code(command), *_of_targets(command), *_of_templates()]
    rows += [*_of_answers(program, command), *_of_tools()]
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


def _of_targets(command: str) -> list[Row]:
    """What each client's files put before its agents, for the worker that is installed unasked."""
    rows: dict[str, Row] = {}  # by name: a skill is in two folders, and a client reads one
    # Targets look for files of the user's: here are none.
    nowhere = Path(os.devnull)
    workers = (worker_called(DEFAULT, None),)
    place = targets.Place("project", nowhere, tuple(shlex.split(command)), workers)
    for name, target in targets.TARGETS.items():
        content = target.content(place)
        for path, text in content.files.items():
            if not path.endswith((".md", ".toml")):
                continue
            described = _DESCRIPTION.search(text)
            shown = len(described[1]) if described else 0
            what = f"{name}, {Path(path).name}"
            if shown:
                paid = "by the main agent, once a request"
                rows[f"{what}, description"] = Row(f"{what}, description", paid, shown)
            rows[what] = Row(what, "by whoever it calls, once a request", len(text) - shown)
        for path, text in content.sections.items():
            if path.endswith(".md"):
                what = f"{name}, {path}"
                rows[what] = Row(what, "by every agent, once a request", len(text))
    return [*rows.values()]


def _of_answers(program: Path, command: str) -> list[Row]:
    paid = {1: "by the worker, beside its task", 3: "by the worker, when it is accepted"}
    rows = [
        Row(
            f"{one.worker.name}, {one.kind}, answer of phase {one.phase}",
            paid[one.phase],
            one.characters,
        )
        for one in answers(program, command)
    ]
    return [*rows, Row("any answer of phase 3, at most", paid[3], MOST["output"])]


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
