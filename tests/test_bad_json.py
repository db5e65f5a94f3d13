"""Bad JSON (J): every fault is told with its code, in both forms, and the file is left alone."""

from __future__ import annotations

import json
import os
import re
import resource
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.kit import SESSION
from tests.refusals import CANARY, answered, filled, folder_of, judged

Change = Callable[[str], str | bytes]
MEMORY = 768 * 1024  # KiB; a single text of 5 MB takes 620 MiB, all else far less


def rewrite(file: Path, change: Change) -> None:
    """Change a file in place."""
    changed = change(file.read_text("utf-8"))
    file.write_bytes(changed if isinstance(changed, bytes) else changed.encode())


def put(old: str, new: str) -> Change:
    """Replace a text that stands in the honest JSON, once."""

    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return change


def score(value: str) -> Change:
    """Give another value for a score."""
    return lambda text: re.sub(r'("api_design_score": )[0-9.]+', rf"\g<1>{value}", text)


def key(name: str, value: str) -> Change:
    """Give the whole text of the value at a top-level key of the metadata."""
    return lambda text: re.sub(rf'("{name}": )("[^"]*"|[0-9.]+)', rf"\g<1>{value}", text, count=1)


def whole(text: str | bytes) -> Change:
    """Give another document."""
    return lambda _: text


def first_title(value: str) -> Change:
    """Give another title for the first finding."""
    return lambda text: re.sub(r'("title": )"[^"]*"', lambda m: m[1] + value, text, count=1)


DEEP = 100_000
FAULTS: list[tuple[str, str, Change, str]] = [
    ("J01", "key-twice", put("{", '{"scores": {}, '), "J02"),
    ("J02", "nan", score("NaN"), "J03"),
    ("J02", "minus-infinity", score("-Infinity"), "J03"),
    ("J03", "1e999", score("1e999"), "J03"),
    ("J04", "arrays", whole("[" * DEEP), "J04"),
    ("J05", "objects", whole('{"a":' * DEEP), "J04"),
    ("J08", "comma", put('"scores": {', '"scores": {,'), "J01"),
    ("J08", "comment", put("{", "{ // c\n"), "J01"),
    ("J08", "single-quotes", put('"scores"', "'scores'"), "J01"),
    ("J08", "none", score("None"), "J01"),
    ("J09", "array", whole("[]"), "J05"),
    ("J09", "null", whole("null"), "J05"),
    ("J10", "text", key("critical_issues", '"three"'), "J08"),
    ("J10", "fraction", key("critical_issues", "3.5"), "J08"),
    ("J11", "true", key("critical_issues", "true"), "J08"),
    ("J12", "above", score("10.0001"), "J11"),
    ("J12", "below", score("-1"), "J11"),
    ("J12", "text", score('"nine"'), "J08"),
    ("J12", "null", score("null"), "C04"),
    ("J14", "digits", key("critical_issues", "1" * 4301), "J03"),
    ("J15", "308-zeros", score("1" + "0" * 308), "J11"),
    ("J16", "empty", whole(""), "S02"),
    ("J16", "torn", lambda text: text[: len(text) // 2], "J01"),
    ("J17", "utf-16", lambda text: text.encode("utf-16"), "S03"),
    ("J18", "not-utf-8", lambda text: b"\xff" + text.encode(), "S03"),
    ("J19", "newline", first_title('"a\nb"'), "J01"),
    ("J20", "two", lambda text: text + "{}", "J01"),
    ("J20", "fence", lambda text: f"```json\n{text}\n```", "J01"),
    ("J21", "unknown", put("{", '{"__class__": 1, "__proto__": {}, "": 0, '), "J06"),
    ("J21", "long", put("{", '{"' + "k" * 1_000_000 + '": 1, '), "J06"),
    ("J22", "missing", put('"validation"', '"validashun"'), "J06"),
    ("J22", "empty", first_title('""'), "J10"),
    ("J22", "tbd", first_title('"TBD"'), "S06"),
    ("J22", "dots", first_title('"..."'), "J10"),
    ("J22", "mark", first_title('"{{DURATION}}"'), "S06"),
    ("J23", "session", key("session_id", '"another"'), "C"),
    ("J23", "worker", key("worker_type", '"frontend"'), "J09"),
    ("J24", "1970", key("timestamp", '"1970-01-01T00:00:00Z"'), "C"),
    ("J24", "2099", key("timestamp", '"2099-01-01T00:00:00Z"'), "C"),
    ("J24", "no-day", key("timestamp", '"2026-02-30T00:00:00Z"'), "J12"),
    ("J24", "no-zone", key("timestamp", '"2026-01-31T00:00:00"'), "J12"),
    ("J24", "leap-second", key("timestamp", '"2016-12-31T23:59:60Z"'), "J12"),
    ("J26", "word", put('"severity": "critical"', '"severity": "grave"'), "J09"),
    ("J26", "homoglyph", put('"severity": "critical"', '"severity": "cr\u0456tical"'), "J09"),
]  # fmt: skip


@pytest.mark.sampled(3)
@pytest.mark.parametrize(
    ("change", "code"), [pytest.param(c, code, id=f"{case}-{n}") for case, n, c, code in FAULTS]
)
def test_a_fault_is_told(shared: Path, change: Change, code: str) -> None:
    _, file = filled(shared)
    rewrite(file, change)
    told = judged(shared)
    assert any(one.startswith(code) for one in told), told


def test_j06_j25_size_is_bounded_before_reading(shared: Path) -> None:
    notes, file = filled(shared)
    with file.open("wb") as huge:
        huge.truncate(1 << 30)
    assert judged(shared) == ["S04"]
    filled(shared)
    rows = ",".join(['{"id": "BACKEND-LOW-001"}'] * 100_000)
    file.write_text(f'{{"findings": [{rows}], "unresolved": ["{"x" * 5_000_000}"]}}')
    assert judged(shared) == ["S04"]
    assert notes.stat().st_size
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < MEMORY


def test_j07_j19_what_cannot_be_printed_is_escaped(shared: Path) -> None:
    _, file = filled(shared)
    rewrite(file, first_title('"Plain \\ud800 \\u0000 \\u001b[2J \\u202e text"'))
    assert judged(shared, accepted=True) == []


@pytest.mark.parametrize(
    "value", ["10.0000000000000001", "9.999999999999999999"], ids=["J13", "J12"]
)
def test_a_score_that_rounds_to_ten_is_ten(shared: Path, value: str) -> None:
    """Judged as the number that every parser makes of it: the caps tell, not the form."""
    _, file = filled(shared)
    rewrite(file, score(value))
    rounded = judged(shared)
    rewrite(file, score("10.0"))
    assert judged(shared) == rounded
    assert "J11" not in rounded


@pytest.mark.parametrize(
    "change",
    [
        put('"severity": "critical"', '"severity": "Critical"'),
        put('"critical_issues": 1', '"critical_issues": "1"'),
        put('"api_design_score": 4', '"api_design_score": "4"'),
    ],
    ids=["J26-case", "J10-digits", "J12-digits"],
)
def test_form_that_loses_nothing_is_no_fault(shared: Path, change: Change) -> None:
    _, file = filled(shared)
    rewrite(file, change)
    assert judged(shared, accepted=True) == []


def test_j17_a_byte_order_mark_is_passed_over(root: Path, shared: Path) -> None:
    _, file = filled(shared)
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    assert root != shared
    assert judged(shared, accepted=True) == []


def test_j23_a_grave_finding_that_is_open_is_told(shared: Path) -> None:
    _, file = filled(shared)
    rewrite(file, score("9"))
    assert "C05" in judged(shared)


def test_j27_only_a_plain_file_is_read(shared: Path, tmp_path: Path) -> None:
    _, file = filled(shared)
    secret = tmp_path / "secret"
    secret.write_text(json.dumps({CANARY: CANARY}))
    file.unlink()
    file.symlink_to(secret)
    assert judged(shared) == ["S04"]
    for make in (os.mkfifo, os.mkdir, bind):
        if file.is_dir():
            file.rmdir()
        else:
            file.unlink()
        make(file)
        assert judged(shared) == ["S04"]
    file.unlink()


def bind(file: Path) -> None:
    """Make a socket; its name may have 108 bytes only."""
    here = Path.cwd()
    os.chdir(file.parent)
    try:
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(file.name)
    finally:
        os.chdir(here)


def test_j28_what_was_judged_is_named(shared: Path) -> None:
    import hashlib

    notes, file = filled(shared)
    told = answered(shared, "backend", "--output", "--session", SESSION, "--all")
    digests = {one.name: hashlib.sha256(one.read_bytes()).hexdigest() for one in (notes, file)}
    assert told["config"]["judged"] == digests
    last = (folder_of(shared) / "EVENTS.jsonl").read_bytes().splitlines()[-2]
    assert json.loads(last)["details"]["judged"] == digests
