"""Whether what a command said it did is there: its events, in order, and every file that it makes.

Run by crashtest after a success that was told; judges what was there before any recovery.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from sessions.events import event_of
from sessions.location import BASES
from tests.gates.check_session import (
    HIVE,
    LEFTOVER,
    STAMP,
    before_recovery,
    leftovers_of,
    lines_of,
    session_below,
    traits,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_FIELDS = ("action", "target", "result", "text", "needs", "artifacts", "model")


def missing(root: Path, template: Path, done: Path) -> Iterator[str]:
    """Yield what a fault-free run leaves and `root` lacks."""
    if session_below(done) is None and session_below(root) is not None:
        yield "the removal of the session"
    yield from leftovers_of(root)
    old = len(lines_of(session_below(template)))
    there = iter([_essence(line) for line in lines_of(session_below(root))[old:]])
    for line in lines_of(session_below(done))[old:]:
        wanted = _essence(line)
        if not any(one == wanted for one in there):
            yield f"event {wanted}"
    for path in sorted((done / HIVE).rglob("*")):
        made = root / path.relative_to(done)
        is_of_base = BASES.as_posix() in path.as_posix()  # an analysis goes on without one
        if LEFTOVER.fullmatch(path.name) or path.is_dir() or is_of_base:
            continue
        if STAMP.search(path.name):  # its name says when it was kept aside
            made = next(made.parent.glob(STAMP.sub("*", path.name)), made)
        if not made.is_file() or not made.stat().st_size:
            yield f"file {made.name}"


def was_told() -> bool:
    """Tell whether the command said that it succeeded: its exit code does not always."""
    if "lets go" in traits():
        return os.environ["CT_RC"] in {"", os.environ["GATE_ENDS"]}
    if "mcp" in traits() and os.environ["CT_RC"]:
        answers = Path(os.environ["CT_STDOUT"]).read_bytes()
        return b'"id":2' in answers and b'"isError":true' not in answers
    return True


def _essence(line: bytes) -> tuple[Any, ...]:
    record = event_of(line) or {"event_type": None, "worker": None, "details": {}}
    told = record["details"]
    return (record["event_type"], record["worker"], *(str(told.get(name)) for name in _FIELDS))


def main() -> int:
    """Print what is missing; returns 1 when something is."""
    before = before_recovery()
    root = before if before.exists() else Path.cwd()
    if not was_told():
        return 0
    found = list(missing(root, Path(os.environ["CT_TEMPLATE"]), Path(os.environ["CT_DONE"])))
    sys.stderr.write("".join(f"acknowledged and not there: {what}\n" for what in found))
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
