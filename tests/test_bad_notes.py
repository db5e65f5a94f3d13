"""Bad notes (M): every fault is told with its line, and the file is left alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.kit import HONEST
from tests.refusals import filled, judged

Change = Callable[[str], str | bytes]
NOTES = (HONEST / "backend_notes.md").read_text("utf-8")
HEADINGS = "\n\n".join(line for line in NOTES.split("\n") if line.startswith("#"))


def put(old: str, new: str) -> Change:
    """Replace a text that stands in the honest notes, once."""

    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return change


def append(tail: str | bytes) -> Change:
    """Add to the end."""
    return lambda text: text.encode() + (tail if isinstance(tail, bytes) else tail.encode())


def whole(text: str | bytes) -> Change:
    """Give other notes."""
    return lambda _: text


FAULTS: list[tuple[str, str, Change, str]] = [
    ("M01", "fence", put("## Executive Summary", "```\n\n## Executive Summary"), "S"),
    ("M02", "in-fence", put("## Priority Actions", "```\n## Priority Actions\n```\n"), "S"),
    ("M02", "in-comment", put("## Priority Actions", "<!--\n## Priority Actions\n-->\n"), "S"),
    ("M03", "renamed", put("## Priority Actions", "## Priority Things"), "S"),
    ("M03", "level", put("## Priority Actions", "### Priority Actions"), "S"),
    ("M03", "twice", append("\n## Findings\n\nMore.\n"), "S"),
    ("M04", "to-do", put("## Priority Actions\n", "## Priority Actions\n\nTODO\n"), "S06"),
    (
        "M04",
        "variable",
        put("## Priority Actions\n", "## Priority Actions\n\n{{TIMESTAMP}}\n"),
        "S",
    ),
    ("M05", "empty", whole(""), "S02"),
    ("M05", "headings", whole(HEADINGS), "S"),
    ("M05", "one-word", whole("word " * 10_000), "S"),
    ("M07", "nul", append(b"\0"), "S03"),
    ("M07", "not-utf-8", append(b"\xff"), "S03"),
    ("M07", "utf-16", lambda text: text.encode("utf-16"), "S03"),
    ("M08", "50-mb", whole("x" * 50_000_000), "S04"),
    ("M08", "lines", whole("x\n" * 1_000_000), "S04"),
    ("M10", "homoglyph", put("## Findings", "## F\u0456ndings"), "S"),
    ("M10", "escape", put("## Findings", "## \x1b[2JFindings\u202e"), "S"),
    ("M12", "separators", append("\u2028x\u0085y\x0cz\n\n`app/mail.py:999`\n"), "E04"),
    ("M13", "hidden", put("## Findings", "<!-- status: completed -->\n## Fin\u200bdings"), "S"),
]


@pytest.mark.sampled(3)
@pytest.mark.parametrize(
    ("change", "code"), [pytest.param(c, code, id=f"{case}-{n}") for case, n, c, code in FAULTS]
)
def test_a_fault_is_told(shared: Path, change: Change, code: str) -> None:
    file, _ = filled(shared)
    changed = change(file.read_text("utf-8"))
    file.write_bytes(changed if isinstance(changed, bytes) else changed.encode())
    told = judged(shared)
    assert any(one.startswith(code) for one in told), told


HARMLESS: list[tuple[str, str, Change]] = [
    ("M03", "closing", put("## Findings", "##   Findings   ##")),
    ("M03", "setext", put("## Findings\n", "Findings\n--------\n")),
    ("M03", "crlf", lambda text: text.replace("\n", "\r\n")),
    ("M06", "html", append("\nSee <script>alert(1)</script> and [x](javascript:alert(1)).\n")),
    ("M09", "brackets", append("\n" + "[" * 20_000 + "\n\n" + "a" * 100_000 + "!\n")),
    ("M11", "front-matter", lambda text: f'---\nx: !!python/object/apply:os.system ["id"]\n---\n\n{text}'),  # noqa: E501
]  # fmt: skip


@pytest.mark.parametrize(
    "change", [pytest.param(change, id=f"{case}-{name}") for case, name, change in HARMLESS]
)
def test_what_is_harmless_is_taken_as_text(shared: Path, change: Change) -> None:
    file, _ = filled(shared)
    changed = change(file.read_text("utf-8"))
    file.write_bytes(changed if isinstance(changed, bytes) else changed.encode())
    assert judged(shared, accepted=True) == []
