"""Notes in every layout that editors and programs write: the same headings and citations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.kit import SESSION, document, fill_in, waggle
from workers.delivery.notes import key
from workers.delivery.notes_reader import read_notes

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def anchored(form: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        lines = text.split("\n")
        return "\n".join(
            line + form.format(number) if line.startswith("#") and "BACKEND-" not in line else line
            for number, line in enumerate(lines)
        )

    return change


def mixed(text: str) -> str:
    lines = text.split("\n")
    half = len(lines) // 2
    return "\n".join(lines[:half]) + "\r" + "\r".join(lines[half:])


LAYOUTS: dict[str, Callable[[str], str]] = {
    "lone carriage returns": lambda text: text.replace("\n", "\r"),
    "mixed line ends": mixed,
    "kramdown anchors": anchored(" {{#part-{}}}"),
    "kramdown lists": anchored(" {{: .wide #part-{}}}"),
    "anchors and a colon": anchored(": {{#part-{}}}"),
    "byte order mark": lambda text: "\ufeff" + text,
    "two of them": lambda text: "\ufeff\ufeff" + text,
    "marks in fences": lambda text: text.replace("```sql\n", "```sql\n\ufeff"),
    "zero width in fences": lambda text: text.replace("```python\n", "```python\n\u200b"),
}


@pytest.mark.sampled(3)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_layout_changes_nothing(set_up: Path, layout: str) -> None:
    notes, report = fill_in(set_up, SESSION)
    text = notes.read_text("utf-8")
    changed = LAYOUTS[layout](text)
    assert changed != text
    notes.write_bytes(changed.encode())
    report.write_bytes(b"\xef\xbb\xbf" + report.read_bytes())
    run = waggle("backend", "--output", "--session", SESSION, cwd=set_up)
    told = document(run)
    assert (run.returncode, told["problems"]) == (0, [])


@pytest.mark.parametrize(
    ("title", "plain"),
    [
        ("Findings {#findings}", "findings"),
        ("Findings {:#findings .x}", "findings"),
        ("2. FINDINGS: {#f}", "findings"),
        ("Findings {#a} {.b} ##", "findings"),
        ("Findings {sic}", "findings {sic}"),
    ],
)
def test_an_anchor_is_no_part_of_a_title(title: str, plain: str) -> None:
    assert key(title) == plain


def test_mixed_line_ends_are_numbered_as_grep_does() -> None:
    text = "# T\r\r## A\nx\r\nEvidence: `a.py:1`\r\r```\rcode\r```\n## B `c.py:2`\r\ry `d.py:3`\n"
    notes = read_notes(text)
    by_grep = text.replace("\r\n", "\n").split("\n")
    assert [section.key for section in notes.sections] == ["", "t", "a", "b c.py:2"]
    (fence,) = notes.quotations()
    mentions = list(notes.mentions())
    assert [mention.plain for mention in mentions] == ["d.py:3"]
    for number, part in (
        (notes.sections[2].number, "## A"),
        (fence.number, "```"),
        (fence.quotes[0].at, "a.py:1"),
        (mentions[0].at, "d.py:3"),
    ):
        assert part in by_grep[number - 1]
