"""The code beside a problem on a terminal: numbered, cut to the window, the words marked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessions.errors import UNSAFE
from sessions.progress import cells
from tests.at_terminal import at_terminal
from tests.kit import SESSION, waggle
from tests.reports import false_line, false_path, judged
from workers.reporting.excerpts import excerpt
from workers.reporting.formats.judgement import Cited
from workers.reporting.terminal import linked

if TYPE_CHECKING:
    from pathlib import Path

PAINT = re.compile(r"\x1b\[[0-9;]*[mK]|\x1b\]8;;.*?\x1b\\")
UNSAFE_CHARACTER = re.compile(f"[\x00-\x1f{UNSAFE}]")
LINE = st.text(st.characters(codec="utf-8"), max_size=300)


def marked(line: str, message: str, columns: int = 80) -> tuple[str, str]:
    """Return the cited line and the marks below it, without the gutter."""
    _, code, marks = excerpt(Cited("a.py", 7, 7, 7, (line,)), message, columns)
    return code.removeprefix("    7 | "), marks.removeprefix("      | ")


@pytest.mark.parametrize(
    ("line", "message", "marks"),
    [
        ('@app.get("/health")', "`a.py:7` declares '/health', not '/nope'", " " * 10 + "^" * 7),
        ("  total = 3", "nothing of it is quoted", "  ^^^^^^^^^"),
        ("\tx = `y`", "is `y`", " " * 9 + "^"),
        ("a = ab + b", "`a.py:7` has 'b', not 'a'", " " * 9 + "^"),
        ('@app.get("/")', "`a.py:7` declares GET, not POST", " " * 5 + "^" * 3),
        ("x == 1.0", "is 2.0, not 1.0", " " * 5 + "^" * 3),
        ("名 = '/名'", "declares '/名'", " " * 6 + "^" * 3),
    ],
)
def test_what_the_message_quotes_is_marked(line: str, message: str, marks: str) -> None:
    assert marked(line, message)[1] == marks


def test_a_long_line_is_cut_around_what_is_meant() -> None:
    code, marks = marked("x" * 300 + "'/health'" + "y" * 300, "declares '/health'", 60)
    assert code.startswith("...")
    assert code.endswith("...")
    assert code[marks.index("^") : marks.rindex("^") + 1] == "/health"


@given(st.lists(LINE, min_size=1, max_size=5), LINE, st.integers(30, 100))
def test_an_excerpt_fits_and_is_safe(lines: list[str], message: str, columns: int) -> None:
    place = Cited("a.py", 10, 10, 9, tuple(lines))
    for row in excerpt(place, message, columns):
        assert cells(row) <= columns
        assert not UNSAFE_CHARACTER.search(row)


def test_a_place_is_a_link_to_its_file() -> None:
    link = linked("    --> app/a b.py:7", "/r")
    assert "\x1b]8;;file://" in link
    assert "/r/app/a%20b.py\x1b\\app/a b.py:7\x1b]8;;" in link
    assert linked("    fix: --> no", "/r") == "    fix: --> no"


def test_somebody_at_a_terminal_sees_the_code(tmp_path: Path) -> None:
    root = judged(tmp_path, false_path, false_line)
    command = ("backend", "--output", "--session", SESSION)
    code, colourful, _ = at_terminal(*command, cwd=root)
    shown = PAINT.sub("", colourful)
    assert code == 1
    assert "--> app/orders.py:23" in shown
    assert '23 | @router.get("")' in shown
    assert ":9999" not in shown.replace("not line 9999", "")
    assert b"-->" not in waggle(*command, cwd=root).stderr


def test_all_problems_go_through_the_pager(tmp_path: Path) -> None:
    root = judged(tmp_path, false_path, false_line)
    command = ("backend", "--output", "--session", SESSION, "--all")
    pager = tmp_path / "pager"
    pager.write_text("#!/bin/sh\nsed 's/^/paged /'\n", "utf-8")
    pager.chmod(0o755)
    _, long, _ = at_terminal(*command, cwd=root, columns=40, PAGER=str(pager))
    assert "paged " in long
    assert "paged " not in at_terminal(*command[:-1], cwd=root, columns=40, PAGER=str(pager))[1]
