"""Standards of what is proposed: where they are kept in another way, nothing is told."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.kit import copy_sample
from tests.planting import JSON, delivery_in, lay_out
from workers.review.review import review

if TYPE_CHECKING:
    from pathlib import Path


def _codes(folder: Path, changes: dict[str, Any]) -> set[str]:
    """Return what is told of the honest report whose proposals are changed so."""
    root = copy_sample(folder)
    lay_out(root)
    file = root.parent / JSON
    data = json.loads(file.read_text("utf-8"))
    for name, change in changes.items():
        entry = next(row for row in data[name] if row["status"] == "proposed")
        entry.update(change)
    file.write_text(json.dumps(data), "utf-8")
    return {problem.code for problem in review(delivery_in(root)).problems}


def _columns(*names: str) -> dict[str, Any]:
    columns = [{"name": name, "type": "timestamptz", "constraints": "NOT NULL"} for name in names]
    return {"schema": {"columns": [{"name": "id", "type": "bigserial PRIMARY KEY"}, *columns]}}


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (("sender", "clicked_at"), False),
        (("sender", "occurred"), False),
        (("sender", "created_at"), False),
        (("sender", "expires_at"), True),
        (("sender", "format"), True),
    ],
)
def test_an_event_has_its_own_time(tmp_path: Path, names: tuple[str, ...], *, told: bool) -> None:
    assert ("D08" in _codes(tmp_path, {"database_designs": _columns(*names)})) is told


@pytest.mark.parametrize(
    ("parameters", "told"),
    [
        ({"day": "date"}, False),
        ({"month": "text, e.g. 2026-01"}, False),
        ("up to 20, the newest", False),
        ("none", True),
        ({"sort": "text"}, True),
    ],
)
def test_a_bounded_list_needs_no_paging(tmp_path: Path, parameters: Any, *, told: bool) -> None:
    entry = {"path": "/api/v1/bookings", "method": "GET", "implementation_notes": "A query."}
    change = {**entry, "description": "The bookings.", "request_format": {"parameters": parameters}}
    assert ("D13" in _codes(tmp_path, {"api_specifications": change})) is told
