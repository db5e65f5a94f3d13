"""Plants faults and harmless changes in honest reports, and judges them in this process.

A folder of tests/deliveries holds expected.json: the honest report it starts from (`base`), what
to change in it ([file, old, new]; REMOVE and LINK act on the whole file) and the codes that must
be told, all of them and no others. A file in the folder replaces that of the honest report.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sessions.events import utc_now
from tests.kit import HONEST, SAMPLES, SESSION
from workers.catalog import built_in
from workers.delivery.delivery import Delivery, Expected, read_delivery
from workers.repository.repository import Repository
from workers.review.review import Review, review

if TYPE_CHECKING:
    from collections.abc import Callable

DELIVERIES = HONEST.parent
FAULTS = sorted(f.name for f in DELIVERIES.iterdir() if f.name not in SAMPLES)
FILES = ("backend_notes.md", "backend_output.json")
NOTES, JSON = FILES


def expected(fault: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((DELIVERIES / fault / "expected.json").read_text("utf-8"))
    return content


def base_of(fault: str) -> str:
    """Return the honest report that a fault is planted in."""
    base: str = expected(fault).get("base", "honest")
    return base


def lay_out(root: Path, fault: str | None = None, base: str = "honest") -> None:
    """Put an honest report into the root's parent, with the fault in it."""
    now = utc_now()
    base = base_of(fault) if fault else base
    for name in FILES:
        source = DELIVERIES / (fault or base) / name
        data = (source if source.exists() else DELIVERIES / base / name).read_bytes()
        for edited, old, new in expected(fault)["edits"] if fault else []:
            if edited != name:
                continue
            if old == "REMOVE":
                data = b""
            elif old != "LINK":
                assert data.count(old.encode()) >= 1, f"{fault}: {old!r} is not in {name}"
                data = data.replace(old.encode(), new.encode(), 1)
        for mark, value in {"@ROOT@": str(root), "@SESSION@": SESSION, "@TIME@": now}.items():
            data = data.replace(mark.encode(), value.encode())
        target = root.parent / name
        target.unlink(missing_ok=True)  # a link of the fault before
        target.write_bytes(data)
        edits = [edit for edit in expected(fault)["edits"] if edit[0] == name] if fault else []
        if edits and edits[0][1] == "REMOVE":
            target.unlink()
        elif edits and edits[0][1] == "LINK":
            target.unlink()
            target.symlink_to(root / edits[0][2])


def delivery_in(root: Path, task: str | None = None) -> Delivery:
    """Read the report that was laid out for a repository."""
    folder = root.parent
    known = Expected(SESSION, utc_now(), task)
    return read_delivery(built_in()[0], Repository(root), folder / NOTES, folder / JSON, known)


def judge(root: Path) -> Review:
    return review(delivery_in(root))


def change(root: Path, variant: Callable[[bytes], bytes]) -> bool:
    """Apply a change to both files of a report that was laid out; false if it changed nothing."""
    changed = False
    for name in FILES:
        file = root.parent / name
        before = file.read_bytes()
        after = variant(before).replace(b"@ROOT@", os.fsencode(root))
        changed = changed or before != after
        file.write_bytes(after)
    return changed
