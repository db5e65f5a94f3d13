"""Whether many processes at once lost nothing: every acknowledged event is there exactly once.

Run by racetest in the repository; $RT_RESULTS says how each process ended.
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from sessions.doctor import examine
from sessions.events import event_of
from sessions.session import fold_log
from tests.gates.check_session import LEFTOVER, lines_of, session_below
from tests.gates.table import RACERS

if TYPE_CHECKING:
    from collections.abc import Iterator


def faults(root: Path, results: list[dict[str, Any]]) -> Iterator[str]:
    """Yield what is wrong with the session after a round."""
    session = session_below(root)
    if session is None:
        yield "the session is gone"
        return
    events = [event_of(line) for line in lines_of(session)]
    if None in events:
        yield "a line of the log does not parse"
    numbers = [event["seq"] for event in events if event]
    if numbers != list(range(1, len(numbers) + 1)):
        yield "seq has gaps or repeats"
    counted = Counter(
        (event["event_type"], event["details"]["target"]) for event in events if event
    )
    yield from _miscounted(counted, results)
    yield from _misread(results)
    folded = fold_log(session)
    if folded.fault or folded.state != fold_log(session, whole=True).state:
        yield f"STATE.json does not say what the log says {folded.fault}"
    if not any(one["killed"] for one in results):
        yield from (f"{f.file}: {f.message}" for f in examine(session) if not _left(f.file))


def _left(name: str) -> bool:
    return LEFTOVER.fullmatch(name) is not None


def _miscounted(counted: Counter[tuple[str, str]], results: list[dict[str, Any]]) -> Iterator[str]:
    """Each racer adds one event of its own; a killed one may have, or not."""
    least: Counter[tuple[str, str]] = Counter()
    most: Counter[tuple[str, str]] = Counter()
    for one in results:
        racer = RACERS[one["i"] % len(RACERS)]
        if racer.event is None:
            continue
        event = (racer.event, racer.target.replace("{i}", str(one["i"])))
        most[event] += 1
        if not one["killed"] and one["rc"] == 0:
            least[event] += 1
    for event in most:
        # The template's own events of that kind were there before.
        there = counted[event] - _BEFORE[event]
        if not least[event] <= there <= most[event]:
            yield f"{event}: {there} there, {least[event]} to {most[event]} expected"


_BEFORE: Counter[tuple[str, str]] = Counter({("setup_completed", ""): 1})


def _misread(results: list[dict[str, Any]]) -> Iterator[str]:
    """What a reader saw is whole, at every moment."""
    for one in results:
        if RACERS[one["i"] % len(RACERS)].event is not None or one["killed"]:
            continue
        try:
            told = json.loads(Path(one["stdout"]).read_bytes())
        except ValueError:
            yield f"process {one['i']} read what does not parse"
            continue
        if any(row["faults"] for row in told.get("sessions", ())):
            yield f"process {one['i']} saw faults: {told['sessions']}"


def main() -> int:
    """Print what is wrong; returns 1 when something is."""
    results = json.loads(Path(os.environ["RT_RESULTS"]).read_bytes())
    found = list(faults(Path.cwd(), results))
    sys.stderr.write("".join(f"{what}\n" for what in found))
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
