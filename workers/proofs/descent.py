"""Which processes come of another, also those that left its group and its session."""

from __future__ import annotations

import os


def descendants(process: int) -> set[int]:
    """Return the processes that a process started, and those that they started, but no zombies."""
    children: dict[int, list[int]] = {}
    zombies: set[int] = set()
    try:
        names = [name for name in os.listdir("/proc") if name.isdigit()]  # noqa: PTH208
    except OSError:
        return set()
    for name in names:
        try:
            with open(f"/proc/{name}/stat", "rb") as file:  # noqa: PTH123 - many, and fast
                fields = file.read().rpartition(b")")[2].split()
        except OSError:
            continue
        children.setdefault(int(fields[1]), []).append(int(name))
        if fields[0] in {b"Z", b"X"}:
            zombies.add(int(name))
    begotten: set[int] = set()
    waiting = [process]
    while waiting:
        fresh = [child for child in children.get(waiting.pop(), []) if child not in begotten]
        begotten.update(fresh)
        waiting += fresh
    return begotten - zombies
