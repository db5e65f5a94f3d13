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


@pytest.mark.parametrize(
    ("limit", "told"),
    [
        ("limit, at most 200", False),
        ("limit, höchstens 200", False),
        ("limit (bis zu 100), cursor", False),
        ("limit, 100 au plus", False),
        ("limit: máximo 50", False),
        ("limit 最大 100", False),
        ({"limit": {"type": "integer", "maximum": 100}}, False),
        ("limit and cursor", True),
        ("limit, 多页", True),
    ],
)
def test_a_bound_is_understood_in_any_words(tmp_path: Path, limit: Any, *, told: bool) -> None:
    change = {"method": "GET", "path": "/api/v1/parcels", "request_format": {"parameters": limit}}
    codes = _codes(tmp_path, {"api_specifications": {**change, "implementation_notes": ""}})
    assert ("D14" in codes) is told


@pytest.mark.parametrize(("path", "told"), [("/api/v1/parcel/labels", True), ("/health/x", False)])
def test_a_path_below_one_that_is_there_keeps_its_name(
    tmp_path: Path, path: str, *, told: bool
) -> None:
    codes = _codes(tmp_path, {"api_specifications": {"method": "POST", "path": path}})
    assert ("D11" in codes) is told


def test_a_schema_of_another_form_is_the_schemas_matter(tmp_path: Path) -> None:
    root = copy_sample(tmp_path)
    lay_out(root)
    file = root.parent / JSON
    data = json.loads(file.read_text("utf-8"))
    for row in data["database_designs"]:
        is_there = row["status"] == "existing"
        row["schema"] = [] if is_there else _columns("OddName")["schema"]
    file.write_text(json.dumps(data), "utf-8")
    codes = {problem.code for problem in review(delivery_in(root)).problems}
    assert "R11" not in codes
