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
from tests.gates.check_session import HIVE, LEFTOVER, before_recovery, lines_of, session_below

if TYPE_CHECKING:
    from collections.abc import Iterator

_FIELDS = ("action", "target", "result", "text", "needs", "artifacts", "model")


def missing(root: Path, template: Path, done: Path) -> Iterator[str]:
    """Yield what a fault-free run leaves and `root` lacks."""
    old = len(lines_of(session_below(template)))
    there = iter([_essence(line) for line in lines_of(session_below(root))[old:]])
    for line in lines_of(session_below(done))[old:]:
        wanted = _essence(line)
        if not any(one == wanted for one in there):
            yield f"event {wanted}"
    for path in sorted((done / HIVE).rglob("*")):
        made = root / path.relative_to(done)
        if LEFTOVER.fullmatch(path.name) or path.is_dir():
            continue
        if not made.is_file() or not made.stat().st_size:
            yield f"file {made.name}"


def _essence(line: bytes) -> tuple[Any, ...]:
    record = event_of(line) or {"event_type": None, "worker": None, "details": {}}
    told = record["details"]
    return (record["event_type"], record["worker"], *(str(told.get(name)) for name in _FIELDS))


def main() -> int:
    """Print what is missing; returns 1 when something is."""
    before = before_recovery()
    root = before if before.exists() else Path.cwd()
    found = list(missing(root, Path(os.environ["CT_TEMPLATE"]), Path(os.environ["CT_DONE"])))
    sys.stderr.write("".join(f"acknowledged and not there: {what}\n" for what in found))
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
