"""Phase 1: opens its session once, and hands over the same whatever was there before."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import pytest

from sessions import session as sessions_of
from sessions.errors import NoSuchSession, OtherTask
from tests.kit import CLI, SESSION, TASK
from workers.catalog import built_in
from workers.phases.prepare import Order, prepare

if TYPE_CHECKING:
    from pathlib import Path
    from types import FrameType

OPENING = {sessions_of.open_session.__code__, sessions_of.make_session.__code__}


def openings(order: Order) -> int:
    """Count how often phase 1 opens or makes a session."""
    count = 0

    def look(frame: FrameType, event: str, _argument: Any) -> None:
        nonlocal count
        count += event == "call" and frame.f_code in OPENING

    sys.setprofile(look)
    try:
        prepare(order)
    finally:
        sys.setprofile(None)
    return count


def order(root: Path, task: str | None = TASK, **more: Any) -> Order:
    content = None if task is None else task.encode()
    return Order(
        worker=built_in()[0], root=root, program=CLI, session_id=SESSION, task=content, **more
    )


def test_a_session_is_opened_once(root: Path) -> None:
    assert openings(order(root)) == 1
    assert openings(order(root)) == 1
    assert openings(order(root, None)) == 1
    assert openings(order(root, "another task", fresh=True)) == 1


def test_a_folder_that_is_missing_is_made_again(root: Path) -> None:
    prepare(order(root))
    session = sessions_of.open_session(root, SESSION)
    for file in (session.path / "workers/json").iterdir():
        file.unlink()
    (session.path / "workers/json").rmdir()
    prepare(order(root, None))
    assert session.json_file("backend").is_file()


def test_what_is_refused_makes_nothing(root: Path) -> None:
    with pytest.raises(NoSuchSession):
        prepare(order(root, None))
    assert not (root / "Docs").exists()
    prepare(order(root))
    before = {path: path.stat().st_mtime_ns for path in (root / "Docs").rglob("*.json*")}
    with pytest.raises(OtherTask):
        prepare(order(root, "another task"))
    after = {path: path.stat().st_mtime_ns for path in (root / "Docs").rglob("*.json*")}
    assert before == after


def test_a_second_call_hands_over_the_same(root: Path) -> None:
    first, second = (prepare(order(root)).document() for _ in range(2))
    for made in (first, second):
        del made["timestamp"], made["metrics"], made["files_modified"]
        del made["config"]["template_files_kept"]
    assert json.dumps(first) == json.dumps(second)
