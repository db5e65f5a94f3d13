"""What the pictures show, in numbers and per cent; the templates draw them.

A picture takes the width that it gets, so places across are per cent and never pixels: its words
keep their size on a narrow screen. Each has its numbers as a table, too.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from workers.reporting.formats.judgement import Judgement, Session

RATED = ("critical", "high", "medium", "low")
_ROWS = 40  # of a picture; the rest is in its table's last row
_ATTEMPTS = 30
_IN_A_ROW = 4  # workers of a plan
_COLUMNS = 24  # of a timeline: what falls into one is one mark
_LABEL = 40  # characters
_LANES = 16
MOST_ATTEMPTED = 16  # workers whose attempts are drawn


class Part(NamedTuple):
    """A piece of a bar: where it begins and how long it is, in per cent."""

    name: str
    amount: float
    x: float
    width: float


class Bar(NamedTuple):
    """A labelled bar of parts, and its value in words."""

    label: str
    value: str
    parts: tuple[Part, ...]

    @property
    def row(self) -> tuple[str, str]:
        """Return it as a row of the table."""
        return self.label, self.value


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
    row: int
    width: float


class Plan(NamedTuple):
    """Workers in rows, those that wait below those that they wait for."""

    nodes: tuple[Node, ...]
    edges: tuple[tuple[Node, Node], ...]
    rows: int


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
        Bar(_label(domain), _words(counts), _stacked(counts, most))
        for domain, counts in ordered[:_ROWS]
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
    return tuple(bars[:_ROWS])


def scores(judgements: Sequence[Judgement], side: str, most: int) -> tuple[Bar, ...]:
    """Return the scores that were claimed (of 10), or computed (of 100)."""
    bars = []
    for judged in judgements:
        for name, value in getattr(judged, side).items():
            if isinstance(value, int | float) and not isinstance(value, bool):
                label = name.removesuffix("_score").replace("_", " ")
                bars.append(_share(_of(judged, label, judgements), value, most))
    return tuple(bars[:_ROWS])


def _of(judged: Judgement, label: str, judgements: Sequence[Judgement]) -> str:
    """Return a label, with the worker's name where there are several."""
    return _label(f"{short(judged.worker)}: {label}" if len(judgements) > 1 else label)


def _share(label: str, value: float, total: float) -> Bar:
    width = 100 * min(max(value / total, 0.0), 1.0)
    return Bar(label, f"{value:g} of {total:g}", (Part("share", value, 0.0, width),))


def attempts(judged: Judgement) -> tuple[Column, ...]:
    """Return the verdicts on a report, oldest first: how many problems each had."""
    rows: list[tuple[dict[str, Any], int]] = [
        (verdict, sum((verdict.get("problems") or {}).values())) for verdict in judged.verdicts
    ]
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


def timeline(session: Session) -> tuple[Lane, ...]:
    """Return what happened, a lane a worker; what falls into one column of time is one mark."""
    moments = [moment for row in session.timeline if (moment := _moment(row[0])) is not None]
    if not moments:
        return ()
    start, span = min(moments), max(max(moments) - min(moments), 1e-3)
    by_lane: dict[str, dict[int, list[tuple[str, ...]]]] = {}
    for row in session.timeline:
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
    title = f"{clock(rows[0][0])} {', '.join(row[2].replace('_', ' ') for row in rows)}"
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


def plan(session: Session) -> Plan | None:
    """Return a plan as a graph in layers; None without one of several workers."""
    if len(session.plan) < 2:
        return None
    waits = {worker: list(others) for worker, others in session.plan}
    states = {judged.worker: judged.status for judged in session.judgements}
    nodes: dict[str, Node] = {}
    row = 0
    for layer in _layers(waits):
        for start in range(0, len(layer), _IN_A_ROW):
            names = layer[start : start + _IN_A_ROW]
            for position, name in enumerate(names):
                state: str = states.get(name, "not judged")
                x = 100 * (position + 0.5) / len(names)
                width = 92 / max(len(names), 2)
                nodes[name] = Node(name, short(name)[:16], state, x, row, width)
            row += 1
    edges = [
        (nodes[other], node)
        for name, node in nodes.items()
        for other in waits[name]
        if other in nodes and nodes[other].row < node.row
    ]
    return Plan(tuple(nodes.values()), tuple(edges), row)


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
    return text if len(text) <= _LABEL else f"{text[: _LABEL - 3]}..."


def listed(names: Iterable[str]) -> str:
    """Return workers as one cell of a table."""
    return ", ".join(map(short, names)) or "nobody"
