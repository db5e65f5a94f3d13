"""How names become other names, and sort: what readers of several languages share."""

from __future__ import annotations

import re


def snake_case(name: str) -> str:
    """Return a class's name as Flask-SQLAlchemy turns it into a table's: OrderItem, order_item."""
    split = re.sub(r"((?<=[a-z0-9])[A-Z]|(?!^)[A-Z](?=[a-z]))", r"_\1", name)
    return split.lower().lstrip("_")


def natural(name: str) -> list[tuple[int, int, str]]:
    """Return a key that sorts V2 before V10."""
    parts = re.split(r"([0-9]+)", name)
    return [(0, int(one), "") if one.isdigit() else (1, 0, one) for one in parts if one]
