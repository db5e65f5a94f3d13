"""The owner's proofs, run for an agent by name: the program itself does it, as `prove`."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.errors import BadInput, NotReadable, shown
from sessions.files import read_regular

if TYPE_CHECKING:
    from pathlib import Path

OUTPUT_BYTES = 64 * 1024 * 1024
TAIL_CHARACTERS = 3000
_NAMES = 20
_FACTS = ("status", "exit_code", "passed", "failed", "skipped", "added")
_MARKS = {"flaky": "it failed and passed", "environment": "it fails at the base in the same tests"}
_MARK = "\n== "


class Proofs(NamedTuple):
    """The words that start `prove` for a worker, where outputs go, and what the base defines."""

    words: tuple[str, ...]
    folder: Path
    names: tuple[str, ...] = ()


async def run_proofs(proofs: Proofs, names: list[str]) -> str:
    """Run proofs, all where none is named; returns what came of each, with the output's end.

    Raises BadInput for a name that the base does not define. Given up, it ends what it started.
    """
    if not proofs.names:
        raise BadInput("the owner has defined no proof", "Report none, and say so.")
    unknown = [name for name in names if name not in proofs.names]
    if unknown:
        known = ", ".join(proofs.names)
        raise BadInput(f"there is no proof {shown(unknown[0], 60)}", f"There is: {known}.")
    document = await _document([*proofs.words, "--json", *names])
    rows = document.get("proofs")
    if not isinstance(rows, list):
        problems = document.get("problems") or [{"message": "the proofs did not run", "hint": ""}]
        raise BadInput(str(problems[0]["message"]), str(problems[0]["hint"]))
    return "\n\n".join(_in_words(row, proofs.folder) for row in rows)


async def _document(words: list[str]) -> dict[str, Any]:
    pipe, none = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(*words, stdin=none, stdout=pipe, stderr=none)
    try:
        out, _ = await process.communicate()
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.terminate()  # it ends what it started, and removes its copies
            await process.wait()
    try:
        document: dict[str, Any] = json.loads(out)
    except ValueError:
        return {}
    return document


def _in_words(row: dict[str, Any], folder: Path) -> str:
    facts = [f"{name} {row[name]}" for name in _FACTS if row.get(name) is not None]
    facts += [text for mark, text in _MARKS.items() if row.get(mark)]
    lines = [f"{row['name']}: {', '.join(facts)}"]
    failing = row.get("failing") or []
    if failing:
        more = f" and {len(failing) - _NAMES} more" if len(failing) > _NAMES else ""
        lines.append(f"failing: {', '.join(failing[:_NAMES])}{more}")
    if row.get("put_back"):
        lines.append(f"run with the base's {', '.join(row['put_back'][:_NAMES])}")
    lines += [str(note) for note in row.get("notes") or []]
    tail = _tail(folder / str(row.get("output")))
    return "\n".join([*lines, *(["output:", tail] if tail else [])])


def _tail(file: Path) -> str:
    """Return the end of what the run printed that is judged; others may follow in the file."""
    try:
        text = read_regular(file, OUTPUT_BYTES).decode("utf-8", "replace")
    except (OSError, NotReadable):
        return ""
    parts = text.split(_MARK)
    first = parts[1] if len(parts) > 1 else text
    return first[-TAIL_CHARACTERS:].strip()
