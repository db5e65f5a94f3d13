"""A plan as a picture: who waits for whom, from left to right. Places only; a template draws it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

WIDTH, HEIGHT = 168, 52  # of a box
_ACROSS, _DOWN = 60, 20  # between two boxes
_MARGIN = 4


class Box(NamedTuple):
    """A worker, at its upper left corner."""

    worker: str
    x: int
    y: int


class Drawing(NamedTuple):
    """Boxes, the lines between them as SVG paths, and the size of the whole."""

    boxes: tuple[Box, ...]
    lines: tuple[str, ...]
    width: int
    height: int


def draw(waits_for: Mapping[str, Sequence[str]]) -> Drawing:
    """Lay out the workers of a plan: each in the column after the last of those it waits for."""
    columns: dict[str, int] = {}

    def column(worker: str) -> int:
        if worker not in columns:
            before = [column(other) for other in waits_for[worker] if other in waits_for]
            columns[worker] = max(before, default=-1) + 1
        return columns[worker]

    rows: dict[int, int] = {}
    boxes = {}
    for worker in waits_for:
        across = column(worker)
        down = rows[across] = rows.get(across, -1) + 1
        x = _MARGIN + across * (WIDTH + _ACROSS)
        boxes[worker] = Box(worker, x, _MARGIN + down * (HEIGHT + _DOWN))
    lines = [
        _line(boxes[other], boxes[worker])
        for worker, others in waits_for.items()
        for other in others
        if other in boxes
    ]
    return Drawing(
        tuple(boxes.values()),
        tuple(lines),
        max((box.x for box in boxes.values()), default=0) + WIDTH + _MARGIN,
        max((box.y for box in boxes.values()), default=0) + HEIGHT + _MARGIN,
    )


def _line(start: Box, end: Box) -> str:
    """Return a curve from the right side of a box to the left side of another."""
    x, y, to_x, to_y = start.x + WIDTH, start.y + HEIGHT // 2, end.x, end.y + HEIGHT // 2
    middle = (x + to_x) // 2
    return f"M{x} {y}C{middle} {y} {middle} {to_y} {to_x - 7} {to_y}"
