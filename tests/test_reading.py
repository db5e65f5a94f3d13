"""Reading what workers hand in: JSON, notes, cited files. Nothing in them can make it fail."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessions.bounds import JSON_DEPTH
from tests.kit import BACKEND, HONEST, SAMPLE
from workers.deliverables import profile_of
from workers.delivery.citation import read_citation
from workers.delivery.delivery import parse_strictly
from workers.delivery.json_lines import lines_of
from workers.delivery.notes_reader import read_notes
from workers.repository.repository import Refused, Repository
from workers.repository.source import Elsewhere, Located, Source, fold

json_values: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)  # fmt: skip


@given(st.dictionaries(st.text(), json_values), st.sampled_from([None, 1, 4]))
def test_whatever_json_writes_is_read_back(value: dict[str, Any], indent: int | None) -> None:
    text = json.dumps(value, indent=indent)
    parsed, problems = parse_strictly(text, "x.json")
    assert parsed == value
    assert problems == ()


@given(st.text(max_size=200))
def test_any_text_is_an_object_or_a_problem(text: str) -> None:
    value, problems = parse_strictly(text, "x.json")
    assert isinstance(value, dict) or problems


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('{"a": 1} {"b": 2}', "J01"),
        ("// c\n{}", "J01"),
        ("{'a': 1}", "J01"),
        ('{"a": True}', "J01"),
        ("{", "J01"),
        ('{"a": "\n"}', "J01"),
        ("Here is the JSON: {}", "J01"),
        ('{"a": -Infinity}', "J03"),
        ('{"a": 1E400}', "J03"),
        ('{"a":' * 100_000, "J04"),
        ("null", "J05"),
        ("3", "J05"),
        ('"text"', "J05"),
    ],
)
def test_what_is_no_json_object_is_told(text: str, code: str) -> None:
    value, problems = parse_strictly(text, "x.json")
    assert value is None
    assert [problem.code for problem in problems] == [code]


def test_depth_is_bounded_where_python_would_still_parse() -> None:
    deep = "[" * (JSON_DEPTH + 1) + "]" * (JSON_DEPTH + 1)
    assert parse_strictly(f'{{"a": {deep}}}', "x")[1][0].code == "J04"
    assert parse_strictly('{"a": ' + "[" * 20 + "]" * 20 + "}", "x")[1] == ()


def test_a_lone_surrogate_is_read_and_printed() -> None:
    from workers.contract import to_json

    value, _ = parse_strictly('{"a": "\\ud800"}', "x")
    assert to_json(value).encode() == b'{\n  "a": "\\ud800"\n}\n'


@given(st.dictionaries(st.text(), json_values, min_size=1))
def test_lines_are_those_of_the_text(value: dict[str, Any]) -> None:
    text = json.dumps(value, indent=2)
    pointers = dict(_pointers(value, ""))
    lines = lines_of(text, list(pointers))
    assert set(lines) == set(pointers)
    for name in value:
        escaped_name = name.replace("~", "~0").replace("/", "~1")
        line = text.split("\n")[lines[f"/{escaped_name}"] - 1]
        assert line.startswith(f"  {json.dumps(name)}:")


def _pointers(value: Any, pointer: str) -> Any:
    yield pointer, None
    if isinstance(value, dict):
        for name, inner in value.items():
            escaped_name = name.replace("~", "~0").replace("/", "~1")
            yield from _pointers(inner, f"{pointer}/{escaped_name}")
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            yield from _pointers(inner, f"{pointer}/{position}")


@given(st.text(max_size=400))
def test_any_text_is_notes(text: str) -> None:
    notes = read_notes(text)
    list(notes.citations())
    list(notes.mentions())
    notes.findings(profile_of(BACKEND).finding_id)
    assert notes.sections


HONEST_LINES = (HONEST / "backend_notes.md").read_text("utf-8").split("\n")


@given(st.randoms(use_true_random=False))
def test_shuffled_notes_are_read(random: Any) -> None:
    lines = HONEST_LINES.copy()
    random.shuffle(lines)
    read_notes("\n".join(lines))


def test_line_numbers_are_those_of_grep() -> None:
    text = "# T\x0c\n\u2028x\u0085\r\n\rEvidence: `a.py:3`\n"
    notes = read_notes(text)
    assert [citation.at for citation in notes.citations()] == [3]


@pytest.mark.alone
@pytest.mark.slow
def test_pathological_notes_take_bounded_time() -> None:
    for text in (
        "`a_b` " * 50_000,
        "[" * 100_000,
        "a" * 100_000 + "!",
        "`" * 50_001,
        "> " * 5000,
        "*a_ " * 20_000,
    ):
        assert read_notes(text).sections


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("a.py:3", ("a.py", 3, None)),
        ("a.py:3-5", ("a.py", 3, 5)),
        ("a.py:3:14", ("a.py", 3, None)),
        ("a b/c.py:10-10", ("a b/c.py", 10, 10)),
        ("a:b.py:7", ("a:b.py", 7, None)),
        ("a.py", None),
        ("a.py:", None),
        ("a.py:x", None),
        ("a.py:-3", None),
        ("std::3", None),
        ("a.py:٣", None),
        ("a.py:1_0", None),
    ],
)
def test_citations(text: str, read: tuple[str, int, int | None] | None) -> None:
    found = read_citation(text, 1)
    assert (found and (found.path, found.line, found.end_line)) == read


def test_an_evidence_line_makes_the_fence_after_it_a_quotation() -> None:
    text = (
        "- Evidence: `a.py:1`\n\n  ```py\n  x\n  ```\n\n"
        "> **Evidence:** `b.py:2`\n> ~~~\n> y\n> ~~~\n\n"
        "Evidence: `c.py:3`\n\nText between.\n\n```\nz\n```\n"
    )
    quotes = [(f.quotes[0].path, f.content) for f in read_notes(text).quotations()]
    assert quotes == [("a.py", "x\n"), ("b.py", "y\n")]
    assert [c.path for c in read_notes(text).citations()] == ["c.py"]


def test_what_is_proposed_need_not_exist() -> None:
    text = (
        "Today `app/a.py:1`.\n\nProposed: a module\n`app/b.py:1` and `c.py:2`.\n\nSee `d.py:3`.\n"
    )
    assert [c.path for c in read_notes(text).mentions()] == ["app/a.py", "d.py"]


SOURCE_LINES = (SAMPLE / "app" / "orders.py").read_text("utf-8").split("\n")
TELLING = [number for number, line in enumerate(SOURCE_LINES, 1) if len(fold(line)) > 12]
WHOLE = Source("orders.py", "\n".join(SOURCE_LINES))


@given(st.sampled_from(TELLING), st.integers(0, 4), st.text(" \t", max_size=5))
def test_true_quotations_stand_where_they_are(line: int, more: int, space: str) -> None:
    last = min(line + more, len(SOURCE_LINES) - 1)
    quoted = "\n".join(space + text + space for text in SOURCE_LINES[line - 1 : last])
    assert isinstance(WHOLE.locate(quoted, line, None), Located)
    assert isinstance(WHOLE.locate(quoted, line, last), Located)


@given(st.sampled_from(TELLING), st.data())
def test_a_changed_token_is_never_found(line: int, data: Any) -> None:
    tokens = SOURCE_LINES[line - 1].split()
    position = data.draw(st.integers(0, len(tokens) - 1))
    tokens[position] = tokens[position] + "x"
    assert not isinstance(WHOLE.locate(" ".join(tokens), line, None), Located)
    assert not WHOLE.holds(" ".join(tokens))


@given(st.sampled_from(TELLING), st.integers(-30, 30).filter(bool))
def test_a_shifted_line_is_never_right(line: int, shift: int) -> None:
    quoted = SOURCE_LINES[line - 1]
    shifted = line + shift
    stands = [n for n, text in enumerate(SOURCE_LINES, 1) if fold(quoted) in fold(text)]
    if shifted >= 1 and shifted not in stands:
        assert isinstance(WHOLE.locate(quoted, shifted), Elsewhere)


@pytest.mark.parametrize(
    ("quotation", "stands"),
    [("limit=10", False), ("limit=100", True), ("= 1", False), ("x = 1.5", True), ("imit", False)],
)
def test_a_quotation_ends_at_the_ends_of_words(quotation: str, stands: bool) -> None:
    source = Source("a.py", "limit=100\nx = 1.5\n")
    assert source.holds(quotation) is stands


def test_a_file_is_read_once_however_it_is_cited(root: Path) -> None:
    repository = Repository(root)
    first = repository.source("app/mail.py")
    assert isinstance(first, Source)
    assert repository.source("./app//mail.py") is first
    assert repository.source(str(root / "app" / "mail.py")) is first


def test_refusals_guess_what_was_meant(root: Path) -> None:
    repository = Repository(root)
    assert repository.source("orders.py") == Refused("missing", "app/orders.py", foreign=True)
    assert repository.source("app/ordres.py") == Refused("missing", "app/orders.py")
    assert repository.source("/elsewhere/app/users.py") == Refused("outside", "app/users.py")
    assert repository.source("app\0") == Refused("missing")


def test_other_encodings(root: Path) -> None:
    (root / "wide.sql").write_bytes("CREATE TABLE t (id int);\n".encode("utf-16"))
    (root / "old.py").write_bytes(b"name = 'caf\xe9'\nother = 1\n")
    repository = Repository(root)
    wide, old = repository.source("wide.sql"), repository.source("old.py")
    assert isinstance(wide, Source)
    assert isinstance(wide.locate("CREATE TABLE t (id int);", 1, None), Located)
    assert isinstance(old, Source)
    assert not old.exact
    assert isinstance(old.locate("other = 1", 2, None), Located)
