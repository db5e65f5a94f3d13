"""What the pictures show, in numbers and per cent; the templates draw them.

A picture takes the width that it gets, so places across are per cent and never pixels: its words
keep their size on a narrow screen. Each has its numbers as a table, too.
"""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from workers.render import plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from workers.reporting.formats.judgement import Judgement

RATED = ("critical", "high", "medium", "low")
_ROWS = 40  # of a picture
_ATTEMPTS = 20
_NODES = 60
_PASSING = 0.2  # of a worker's room, for a line that passes a row
_BOX = 50 / 84  # of a row's height is a worker's
_WIDEST = 46.0
_IN_A_ROW = 4  # workers of a plan
_COLUMNS = 24  # of a timeline: what falls into one is one mark
_LABEL = 26  # characters; of any width, beside a value
_LANES = 16
_WORDS = 120  # of a cell


class Part(NamedTuple):
    """A piece of a bar: where it begins and how long it is, in per cent."""

    name: str
    amount: float
    x: float
    width: float


class Bar(NamedTuple):
    """A named bar of parts, its value in words, and what its parts are where there are several."""

    name: str
    value: str
    parts: tuple[Part, ...]
    detail: str = ""

    @property
    def row(self) -> tuple[str, str]:
        """Return it as a row of the table."""
        return cell(self.name), self.detail or self.value

    @property
    def label(self) -> str:
        """Return its name as there is room for it on a narrow screen."""
        return _label(self.name)


class Column(NamedTuple):
    """An attempt: its place across and height in per cent, and what became of it."""

    number: int
    x: float
    height: float
    problems: int
    accepted: bool
    overall: int | None
    at: str

    @property
    def row(self) -> tuple[str, ...]:
        """Return it as a row of the table."""
        verdict = "accepted" if self.accepted else "rejected"
        overall = "-" if self.overall is None else str(self.overall)
        return str(self.number), verdict, str(self.problems), overall, clock(self.at)


class Mark(NamedTuple):
    """What happened to a worker in one stretch of time."""

    x: float
    kind: str  # accepted, rejected, blocked, event
    events: int
    title: str


class Lane(NamedTuple):
    """A worker's marks, in time."""

    label: str
    marks: tuple[Mark, ...]


class Node(NamedTuple):
    """A worker of a plan: its place, centre across in per cent and row from 0."""

    worker: str
    label: str
    state: str
    x: float
    width: float
    row: int


class Plan(NamedTuple):
    """Workers in rows, those that wait below those that they wait for, and lines between rows.

    A line is where it begins and ends, across in per cent and down in rows; one over several rows
    passes beside the workers of those between.
    """

    nodes: tuple[Node, ...]
    lines: tuple[tuple[float, float, float, float], ...]
    rows: int


def first(bars: tuple[Bar, ...]) -> tuple[Bar, ...]:
    """Return the bars that are drawn."""
    return bars[:_ROWS]


def severities(judgements: Sequence[Judgement]) -> tuple[Bar, ...]:
    """Return the findings of each domain by severity, the domain with the worst first."""
    by_domain: dict[str, dict[str, int]] = {}
    for judged in judgements:
        for entry in judged.of("finding"):
            counts = by_domain.setdefault(entry.rule.partition("/")[2], dict.fromkeys(RATED, 0))
            counts[entry.severity] += 1
    most = max((sum(counts.values()) for counts in by_domain.values()), default=1)
    ordered = sorted(by_domain.items(), key=lambda row: [-n for n in row[1].values()])
    return tuple(
        Bar(domain, str(sum(counts.values())), _stacked(counts, most), _words(counts))
        for domain, counts in ordered
    )


def _words(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counts.items() if count)


def _stacked(counts: dict[str, int], most: int) -> tuple[Part, ...]:
    parts: list[Part] = []
    for name, count in counts.items():
        if count:
            x = parts[-1].x + parts[-1].width if parts else 0.0
            parts.append(Part(name, count, x, 100 * count / most))
    return tuple(parts)


def coverage(judgements: Sequence[Judgement]) -> tuple[Bar, ...]:
    """Return of how much of what the map has each report speaks."""
    bars = []
    for judged in judgements:
        for kind, row in judged.coverage.items():
            total = row.get("in_scope") if isinstance(row, dict) else None
            if isinstance(total, int) and total > 0:
                label = kind.replace("_", " ")
                bars.append(_share(_of(judged, label, judgements), int(row["mentioned"]), total))
    return tuple(bars)


def scores(judgements: Sequence[Judgement], side: str, most: int) -> tuple[Bar, ...]:
    """Return the scores that were claimed (of 10), or computed (of 100)."""
    bars = []
    for judged in judgements:
        for name, value in getattr(judged, side).items():
            if isinstance(value, int | float) and not isinstance(value, bool):
                label = name.removesuffix("_score").replace("_", " ")
                bars.append(_share(_of(judged, label, judgements), value, most))
    return tuple(bars)


def _of(judged: Judgement, label: str, judgements: Sequence[Judgement]) -> str:
    """Return a label, with the worker's name where there are several."""
    return f"{short(judged.worker)}: {label}" if len(judgements) > 1 else label


def _share(name: str, value: float, total: float) -> Bar:
    width = 100 * min(max(value / total, 0.0), 1.0)
    return Bar(name, f"{value:g} of {total:g}", (Part("share", value, 0.0, width),))


def problems_of(verdict: dict[str, Any]) -> int:
    """Return how many problems a verdict had."""
    return sum((verdict.get("problems") or {}).values())


def attempts(judged: Judgement) -> tuple[Column, ...]:
    """Return the verdicts on a report, oldest first: how many problems each had."""
    rows = [(verdict, problems_of(verdict)) for verdict in judged.verdicts]
    before = max(0, len(rows) - _ATTEMPTS)
    last = rows[before:]
    most = max((problems for _, problems in last), default=0) or 1
    return tuple(
        Column(
            before + position + 1,
            100 * (position + 0.5) / max(len(last), 6),
            100 * problems / most,
            problems,
            bool(verdict.get("accepted")),
            verdict.get("overall"),
            str(verdict.get("at") or ""),
        )
        for position, (verdict, problems) in enumerate(last)
    )


def timeline(events: Sequence[tuple[str, ...]]) -> tuple[Lane, ...]:
    """Return what happened, a lane a worker; what falls into one column of time is one mark.

    A row is when, whose, the event, what was said.
    """
    moments = [moment for row in events if (moment := _moment(row[0])) is not None]
    if not moments:
        return ()
    start, span = min(moments), max(max(moments) - min(moments), 1e-3)
    by_lane: dict[str, dict[int, list[tuple[str, ...]]]] = {}
    for row in events:
        moment = _moment(row[0])
        if moment is not None:
            column = round((_COLUMNS - 1) * (moment - start) / span)
            by_lane.setdefault(row[1], {}).setdefault(column, []).append(row)
    return tuple(
        Lane(
            _label(short(worker)) or "session",
            tuple(_mark(column, rows) for column, rows in sorted(columns.items())),
        )
        for worker, columns in list(by_lane.items())[:_LANES]
    )


def _mark(column: int, rows: Sequence[tuple[str, ...]]) -> Mark:
    kinds = [kind_of_event(row[2]) for row in rows]
    worst = next((name for name in ("accepted", "rejected", "blocked") if name in kinds), "event")
    events = ", ".join(row[2][:_LABEL].replace("_", " ") for row in rows[:_LANES])
    title = f"{clock(rows[0][0])} {events}"
    return Mark(2 + 96 * column / (_COLUMNS - 1), worst, len(rows), title)


def kind_of_event(name: str) -> str:
    """Return which of four marks an event has."""
    if name.endswith("_accepted"):
        return "accepted"
    if name.endswith(("_rejected", "_failed")):
        return "rejected"
    return "blocked" if name.startswith(("blocker_", "escalation_")) else "event"


def _moment(text: str) -> float | None:
    try:
        return datetime.fromisoformat(text).timestamp()
    except (ValueError, OverflowError):
        return None


def plan(planned: Sequence[tuple[str, tuple[str, ...]]], states: Mapping[str, str]) -> Plan | None:
    """Return a plan as a graph in layers; None without one of several workers.

    `planned` is each worker with those that it waits for, `states` how some of them are.
    """
    if len(planned) < 2:
        return None
    waits = {worker: list(others) for worker, others in planned[:_NODES]}
    rows = [
        layer[start : start + _IN_A_ROW]
        for layer in _layers(waits)
        for start in range(0, len(layer), _IN_A_ROW)
    ]
    row_of = {name: number for number, names in enumerate(rows) for name in names}
    edges = [
        (other, name)
        for name in row_of
        for other in _direct(waits, name)
        if row_of.get(other, len(rows)) < row_of[name]
    ]
    slots = _slots(rows, row_of, edges)
    nodes = tuple(
        Node(name, plain(short(name))[:14], states.get(name, "not judged"), *slots[name, row], row)
        for name, row in row_of.items()
    )
    lines: list[tuple[float, float, float, float]] = []
    for edge in edges:
        upper, lower = edge
        stops = [(upper, row_of[upper])]
        stops += [(f"{edge}", row) for row in range(row_of[upper] + 1, row_of[lower])]
        stops.append((lower, row_of[lower]))
        for above, below in pairwise(stops):
            if above[0] == f"{edge}":  # down beside the workers of its row
                lines.append((slots[above].x, above[1], slots[above].x, above[1] + _BOX))
            lines.append((slots[above].x, above[1] + _BOX, slots[below].x, below[1]))
    return Plan(nodes, tuple(lines), len(rows))


class _Slot(NamedTuple):
    x: float
    width: float


def _slots(
    rows: list[list[str]], row_of: dict[str, int], edges: list[tuple[str, str]]
) -> dict[tuple[str, int], _Slot]:
    """Return where workers are in their rows, and lines that pass a row: below their beginning."""
    slots: dict[tuple[str, int], _Slot] = {}
    for row, names in enumerate(rows):
        passing = [edge for edge in edges if row_of[edge[0]] < row < row_of[edge[1]]]
        above: dict[str, list[float]] = {}
        for edge in edges:
            upper, lower = edge
            last = slots.get((f"{edge}", row - 1)) or slots.get((upper, row_of[upper]))
            if last is not None:
                above.setdefault(f"{edge}" if edge in passing else lower, []).append(last.x)
        labels = [*names, *(f"{edge}" for edge in passing)]
        ordered = sorted(
            labels, key=lambda label: sum(above.get(label, [50])) / len(above.get(label, [50]))
        )
        total = sum(1 if name in row_of else _PASSING for name in labels)
        start = 0.0
        for label in ordered:
            weight = 1 if label in row_of else _PASSING
            width = 100 * weight / total
            box = min(width * 0.94, _WIDEST)
            slots[label, row] = _Slot(start + width / 2, box)
            start += width
    return slots


def _direct(waits: dict[str, list[str]], name: str) -> list[str]:
    """Return whom a worker waits for, without those that these wait for themselves."""
    others = waits[name]
    return [one for one in others if not any(one in waits.get(other, ()) for other in others)]


def _layers(waits: dict[str, list[str]]) -> list[list[str]]:
    """Return workers by how many they wait for in a row; what waits in a circle comes last."""
    layers: list[list[str]] = []
    placed: set[str] = set()
    while len(placed) < len(waits):
        free = [
            name
            for name, others in waits.items()
            if name not in placed and placed.issuperset(other for other in others if other in waits)
        ]
        layer = free or [name for name in waits if name not in placed]
        layers.append(layer)
        placed.update(layer)
    return layers


def short(worker: str) -> str:
    """Return a worker's name without what all of them end in."""
    return worker.removesuffix("-worker")


def clock(text: str) -> str:
    """Return a time as people read it, to the second."""
    moment = text[:19].replace("T", " ")
    return f"{moment} UTC" if text.endswith("Z") else moment


def _label(text: str) -> str:
    words = plain(text[:_WORDS])
    return words if len(words) <= _LABEL else f"{words[: _LABEL - 3]}..."


def plan_rows(planned: Sequence[tuple[str, tuple[str, ...]]], graph: Plan) -> list[tuple[str, ...]]:
    """Return a plan as a table: the worker, whom it waits for, its verdict."""
    waits = dict(planned)
    return [
        (
            cell(node.worker),
            cell(", ".join(map(short, waits[node.worker]))) or "nobody",
            node.state,
        )
        for node in graph.nodes
    ]


def timeline_rows(events: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Return what happened as a table: when, to whom, the event, what was said."""
    return [
        (clock(at), cell(short(worker)), cell(event), cell(text))
        for at, worker, event, text in events
    ]


def cell(text: str) -> str:
    """Return foreign text as there is room for it in a cell."""
    return text if len(text) <= _WORDS else f"{text[: _WORDS - 3]}..."
