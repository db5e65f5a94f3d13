"""Citations as agents write them: what loses nothing is read as meant, the rest is written out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.kit import SESSION, document, fill_in, waggle
from workers.delivery.citation import mended, read_citation
from workers.delivery.notes_reader import read_notes

if TYPE_CHECKING:
    from pathlib import Path

PLAIN = ["app/mail.py:9", "app/mail.py:9-11", "app/mail.py:9:5", "./app/mail.py:9", "a b.py:3"]
MEANT = [
    ("app/mail.py#L9-L11", "app/mail.py:9-11"),
    ("app/mail.py#L9-11", "app/mail.py:9-11"),
    ("app/mail.py#L9C5-L11C2", "app/mail.py:9-11"),
    ("app/mail.py#L9", "app/mail.py:9"),
    ("app/mail.py:9–11", "app/mail.py:9-11"),  # noqa: RUF001
    ("app/mail.py:9—11", "app/mail.py:9-11"),
    ("app/mail.py:9−11", "app/mail.py:9-11"),  # noqa: RUF001
    ("app/mail.py:9 - 11", "app/mail.py:9-11"),
    ("app/mail.py:9..11", "app/mail.py:9-11"),
    ("app/mail.py:9 to 11", "app/mail.py:9-11"),
    ("app/mail.py:L9", "app/mail.py:9"),
    ("app/mail.py:L9-L11", "app/mail.py:9-11"),
    ("app/mail.py:9:5-11:20", "app/mail.py:9-11"),
    ("app/mail.py (lines 9-11)", "app/mail.py:9-11"),
    ("app/mail.py (line 9)", "app/mail.py:9"),
    ("app/mail.py, lines 9–11", "app/mail.py:9-11"),  # noqa: RUF001
    ("app/mail.py lines 9-11", "app/mail.py:9-11"),
    ("app/mail.py L9-L11", "app/mail.py:9-11"),
    ("app/mail.py:lines 9-11", "app/mail.py:9-11"),
    ("app/mail.py(9,5)", "app/mail.py:9"),
    ("app/mail.py:9.", "app/mail.py:9"),
    ("app/mail.py:9-11,", "app/mail.py:9-11"),
    ("(app/mail.py:9)", "app/mail.py:9"),
    ("<app/mail.py:9>", "app/mail.py:9"),
    ("file:///r/app/mail.py#L9", "/r/app/mail.py:9"),
    ("lib/main.dart#L3", "lib/main.dart:3"),
    ("Makefile#L3", "Makefile:3"),
]
NONE = [
    "app/mail.py",
    "app/mail.py:9,11",
    "app/mail.py:9 and 11",
    "app/mail.py:9-11, 20",
    "app/mail.py#9",
    "README.md#2-install",
    "users.get(3)",
    "Order.total (line 3)",
    "GET /users (line 3)",
    "std::vec::L9",
    "http://host/app.py:9–11",  # noqa: RUF001
    "lines 9-11",
    "app/mail.py:1_000",
    "app/mail.py:١٢",
    "app/mail.py:+3",
    "app/mail.py:10-",
    "x" * 5000 + " (lines 1",
    " " * 50_000 + ":" + " " * 50_000,
]


@pytest.mark.parametrize("text", PLAIN)
def test_the_plain_form_is_not_noted(text: str) -> None:
    citation = read_citation(text, 7)
    assert citation is not None
    assert (citation.written, citation.at) == (None, 7)


@pytest.mark.parametrize(("text", "plain"), MEANT)
def test_other_notations_are_read_as_they_are_meant(text: str, plain: str) -> None:
    citation = read_citation(text, 7)
    assert citation is not None
    assert (citation.plain, citation.written) == (plain, text)


@pytest.mark.parametrize("text", NONE)
def test_what_may_mean_two_things_is_not_guessed(text: str) -> None:
    assert read_citation(text, 7) is None


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("app/mail.py:9,11", ["app/mail.py:9", "app/mail.py:11"]),
        ("see models.py lines 97-99 and 120", ["models.py:97-99", "models.py:120"]),
        ("a.py: lines 1, 3–5 & b.py line 7", ["a.py:1", "a.py:3-5", "b.py:7"]),  # noqa: RUF001
        ("https://github.com/o/r/blob/0abc/app/mail.py#L9-L11", ["app/mail.py:9-11"]),
        ("see the second migration", []),
    ],
)
def test_it_is_written_out_instead(text: str, plain: list[str]) -> None:
    assert mended(text) == plain


@pytest.mark.parametrize(
    ("line", "cited"),
    [
        ("`models.py` lines 97-99", ["models.py:97-99"]),
        ("`models.py`, line 97", ["models.py:97"]),
        ("`models.py` (lines 97–99)", ["models.py:97-99"]),  # noqa: RUF001
        ("`models.py`: L97-L99", ["models.py:97-99"]),
        ("lines 97-99 of `models.py`", ["models.py:97-99"]),
        ("`a.py` line 3 and `b.py` lines 4-5", ["a.py:3", "b.py:4-5"]),
        ("`Order.total` (line 12) in `models.py:12`", ["models.py:12"]),
        ("`lib/main.dart` lines 3-4", ["lib/main.dart:3-4"]),
        ("models.py lines 97-99", ["models.py:97-99"]),
        ("models.py, lines 97-99, where it is read", ["models.py:97-99"]),
        ("app/mail.py:9–11", ["app/mail.py:9-11"]),  # noqa: RUF001
        ("app/mail.py:9.", ["app/mail.py:9"]),
        ("[`x.py:9`](x.py#L9)", ["x.py:9"]),
        ("[mail](app/mail.py#L9-L11)", ["app/mail.py:9-11"]),
        ("[`mail.py`](app/my%20mail.py#L9)", ["app/my mail.py:9"]),
        ("[`mail.py`](https://github.com/o/r/blob/1/mail.py#L9)", []),
        ("`models.py` lines 97-99 and 120", []),
        ("`models.py`, 97", []),
    ],
)
def test_evidence_lines_in_words_and_links(line: str, cited: list[str]) -> None:
    notes = read_notes(f"## Findings\n\nEvidence: {line}\n")
    assert [citation.plain for citation in notes.citations()] == cited
    assert bool(notes.sections[1].broken_evidence) == (not cited)


@pytest.mark.parametrize("line", ["In `models.py` lines 97-99 it fails.", "[m](app/mail.py#L9)."])
def test_prose_cites_in_backticks_only(line: str) -> None:
    assert list(read_notes(f"## Findings\n\n{line}\n").mentions()) == []


def _judge(root: Path, change: dict[str, str]) -> dict[str, Any]:
    for file in fill_in(root, SESSION):
        text = file.read_text("utf-8")
        for old, new in change.items():
            text = text.replace(old, new)
        file.write_text(text, "utf-8")
    return document(waggle("backend", "--output", "--session", SESSION, "--all", cwd=root))


def test_the_hint_writes_out_what_is_ambiguous(set_up: Path) -> None:
    told = _judge(
        set_up, {"Evidence: `app/mail.py:9-11`": "Evidence: `app/mail.py` lines 9 and 11"}
    )
    (problem,) = told["problems"]
    assert (problem["code"], problem["hint"]) == (
        "E07",
        "Write Evidence: `app/mail.py:9`, `app/mail.py:11`.",
    )


def test_a_quotation_may_follow_any_notation(set_up: Path) -> None:
    plain = _judge(set_up, {})
    notes, _ = fill_in(set_up, SESSION)
    text = notes.read_text("utf-8")
    assert "Evidence: `migrations/002_order_notes.sql:1-2`" in text
    told = _judge(
        set_up,
        {
            "Evidence: `migrations/002_order_notes.sql:1-2`": (
                "Evidence: `migrations/002_order_notes.sql` (lines 1–2)"  # noqa: RUF001
            )
        },
    )
    assert told["problems"] == []
    (noted,) = told["normalised"]
    assert noted["was"] == "migrations/002_order_notes.sql (lines 1\u20132)"
    assert noted["taken"] == "migrations/002_order_notes.sql:1-2"
    assert isinstance(noted["line"], int)
    assert (told["status"], told["evidence"]) == ("completed", plain["evidence"])
    assert told["scores"]["computed"] == plain["scores"]["computed"]


@pytest.mark.sampled(3)
@pytest.mark.parametrize(
    ("file", "more", "codes"),
    [
        ("app/mail.py:9-11", {}, []),
        ("app/mail.py#L9-L11", {"line": 9}, []),
        ("app/mail.py:9–11", {"line": 9, "end_line": 11}, []),  # noqa: RUF001
        ("app/mail.py (lines 9-11)", {"line": 10}, []),
        ("app/mail.py:9", {"line": 9, "end_line": 11}, []),
        ("app/mail.py:9", {"line": 5}, ["E01"]),
        ("app/nothing.py:9", {"line": 9}, ["E01"]),
        ("app/mail.py:999", {}, ["E04"]),
    ],
)
def test_the_json_may_hold_the_lines_in_the_file(
    set_up: Path, file: str, more: dict[str, int], codes: list[str]
) -> None:
    _, report = fill_in(set_up, SESSION)
    data = json.loads(report.read_text("utf-8"))
    data["findings"][0]["evidence"].append({"file": f"{set_up}/{file}", **more})
    report.write_text(json.dumps(data), "utf-8")
    told = document(waggle("backend", "--output", "--session", SESSION, "--all", cwd=set_up))
    assert [problem["code"] for problem in told["problems"]] == codes
    assert (told["status"] == "completed") == (not codes)
    if not codes:
        assert told["normalised_total"] == 1


def test_a_file_of_that_very_name_wins(set_up: Path) -> None:
    (set_up / "app/mail.py:9").write_text("x = 1\n")
    _, report = fill_in(set_up, SESSION)
    data = json.loads(report.read_text("utf-8"))
    name = f"{set_up}/app/mail.py:9"
    data["findings"][0]["evidence"].append({"file": name, "line": 1, "snippet": "x = 1"})
    data["analysis_metadata"]["files_analyzed"].append(name)
    report.write_text(json.dumps(data), "utf-8")
    told = document(waggle("backend", "--output", "--session", SESSION, "--all", cwd=set_up))
    assert {problem["code"] for problem in told["problems"]} <= {"C10", "E11", "W23"}


@pytest.mark.parametrize(
    ("snippet", "line", "told"),
    [('include: "*"', 1, False), ("-- up", 2, False), ("include", 1, True), ("}", 3, True)],
)
def test_a_whole_line_is_a_quotation_however_short(
    set_up: Path, snippet: str, line: int, *, told: bool
) -> None:
    (set_up / "short.yml").write_text('  include: "*"\n-- up\n}\n')
    _, report = fill_in(set_up, SESSION)
    data = json.loads(report.read_text("utf-8"))
    cited = {"file": f"{set_up}/short.yml", "line": line, "snippet": snippet}
    data["findings"][0]["evidence"].append(cited)
    report.write_text(json.dumps(data), "utf-8")
    judged = document(waggle("backend", "--output", "--session", SESSION, "--all", cwd=set_up))
    assert ("E11" in {problem["code"] for problem in judged["problems"]}) is told
