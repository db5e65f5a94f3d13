"""Cited files of every encoding: compared where it can be known, else not verifiable."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from tests.kit import SESSION, document, fill_in, waggle
from workers.claims.citations import Cited, judge
from workers.contract import Place
from workers.repository.encoding import decode
from workers.repository.repository import Refused, Repository
from workers.repository.source import Absent, Elsewhere, Located, Source, Unclear
from workers.survey import survey

if TYPE_CHECKING:
    from pathlib import Path

LATIN = "CREATE TABLE Größe (\n  Id int,\n  Städte nvarchar(50)\n);\nGO\n"
CHINESE = "-- 订单表\nCREATE TABLE 订单 (\n  编号 int,\n  名称 nvarchar(50)\n);\n"
RUSSIAN = "-- заказы и клиенты\nCREATE TABLE заказы (\n  id int,\n  имя text\n);\n"
WIDE = [
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-32",
    "utf-32-le",
    "utf-32-be",
    "utf-8",
    "utf-8-sig",
]


@pytest.mark.parametrize("encoding", WIDE)
@pytest.mark.parametrize("text", [LATIN, CHINESE, RUSSIAN, LATIN.replace("\n", "\r\n")])
def test_texts_of_many_encodings_are_compared(tmp_path: Path, encoding: str, text: str) -> None:
    (tmp_path / "script.sql").write_bytes(text.encode(encoding))
    source = Repository(tmp_path).source("script.sql")
    assert isinstance(source, Source)
    assert source.exact
    lines = text.split("\n")[:-1]
    assert source.line_count == len(lines)
    for number, line in enumerate(lines, 1):
        assert source.locate(line, number) == Located()
    assert isinstance(source.locate(lines[1] + "x", 2), Absent)
    assert isinstance(source.locate(lines[0], 3), Elsewhere)


def test_a_wide_text_may_be_cut_off(tmp_path: Path) -> None:
    (tmp_path / "x.sql").write_bytes(LATIN.encode("utf-16") + b"\0")
    source = Repository(tmp_path).source("x.sql")
    assert isinstance(source, Source)
    assert source.locate("  Id int,", 2) == Located()


@pytest.mark.parametrize(
    "data",
    [
        b"a = 1\nb = '\0'\nc = 3\n",
        b"a = 1\nb = \0\0\0\nc = 3\n",
        b"a = 1\nb = 'caf\xe9\0'\nc = 3\n",
        b"a = 1\nb = 2\nc = 3\n" + bytes(4096),
    ],
)
def test_a_source_with_nuls_is_known_but_for_those(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x.py").write_bytes(data)
    source = Repository(tmp_path).source("x.py")
    assert isinstance(source, Source)
    assert source.locate("a = 1", 1) == Located()
    assert source.locate("c = 3", 3) == Located()
    assert isinstance(source.locate("a = 2", 1), Absent)
    if b"'" in data:
        assert source.locate("b = 'café'", 2) == Unclear("characters")


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        b"PK\x03\x04\x14\0\0\0",
        b"\x7fELF\x02\x01\x01\0\0",
        b"SQLite format 3\0\x10\0",
        random.Random(7).randbytes(5000),  # noqa: S311
        bytes(100),
    ],
)
def test_what_is_no_text_is_no_evidence(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x.py").write_bytes(data)
    assert Repository(tmp_path).source("x.py") == Refused("not_text")


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "shift-jis", "gb18030", "koi8-r"])
def test_an_unknown_encoding_refutes_no_letters(tmp_path: Path, encoding: str) -> None:
    text = {"shift-jis": "名 = 'あ'", "gb18030": "名 = '中'", "koi8-r": "имя = 'да'"}.get(
        encoding, "größe = 'é'"
    )
    (tmp_path / "x.py").write_bytes(f"{text}\nother = 1\n".encode(encoding))
    repository = Repository(tmp_path)
    judged = judge(repository, Cited("x.py", 1, None, Place(), text))
    assert judged.status in {"verified", "unverifiable"}
    assert judge(repository, Cited("x.py", 2, None, Place(), "other = 1")).status == "verified"
    assert judge(repository, Cited("x.py", 2, None, Place(), "other = 2")).status == "not_found"


def test_a_bad_byte_makes_a_utf_8_file_no_other(tmp_path: Path) -> None:
    (tmp_path / "x.py").write_bytes("größe = 1\nweiß = 2\n".encode() + b"bad = '\xff'\n")
    source = Repository(tmp_path).source("x.py")
    assert isinstance(source, Source)
    assert source.locate("größe = 1", 1) == Located()
    assert isinstance(source.locate("bad = 'x'", 3), Unclear)


@pytest.mark.parametrize("end", ["\r", "\f\n", "\v\n", "\x85", "\u2028", "\x1c"])
def test_lines_count_as_grep_and_as_editors_do(tmp_path: Path, end: str) -> None:
    """A tool that counts other ends of lines shows other numbers; an agent cites those it saw."""
    text = "one = 1" + end + "two = 2\nthree = 3\n"
    (tmp_path / "x.py").write_bytes(text.encode())
    source = Repository(tmp_path).source("x.py")
    assert isinstance(source, Source)
    by_grep, by_python = text.split("\n"), text.splitlines()
    for lines in (by_grep, by_python):
        at = next(number for number, line in enumerate(lines, 1) if "three" in line)
        assert source.locate("three = 3", at) == Located()
        assert source.has(at, at)
        assert not source.is_blank(at, at)
    assert isinstance(source.locate("three = 3", 1), Elsewhere)
    assert not source.has(9, 9)


def test_files_without_a_line_feed_have_lines(tmp_path: Path) -> None:
    (tmp_path / "old.sql").write_bytes(b"CREATE TABLE a (id int);\rCREATE TABLE b (id int);\r")
    source = Repository(tmp_path).source("old.sql")
    assert isinstance(source, Source)
    assert (source.line_count, source.lines[1]) == (2, "CREATE TABLE b (id int);")


@pytest.mark.parametrize("unseen", ["\ufeff", "\u200b", "\u2060", "\u00ad", "\u202e"])
def test_what_nobody_sees_is_not_compared(unseen: str) -> None:
    source = Source("x.py", f"total{unseen} = 1\nlast = 2\n")
    assert source.locate("total = 1", 1) == Located()
    assert source.locate(f"{unseen}last = 2", 2) == Located()


def test_random_bytes_never_fail() -> None:
    chosen = random.Random(11)  # noqa: S311
    for _ in range(2000):
        size = chosen.randrange(40)
        data = bytes(chosen.choice(b"\0\0\0ab\xff\xfe\xef\xbb\xbf\n \xd8") for _ in range(size))
        text = decode(data)
        assert text is None or isinstance(text[0], str)


def test_a_script_of_sql_server_is_evidence(set_up: Path) -> None:
    (set_up / "dbo.Orders.sql").write_bytes(LATIN.replace("\n", "\r\n").encode("utf-16-le"))
    notes, _ = fill_in(set_up, SESSION)
    text = notes.read_text("utf-8")
    old = "Evidence: `app/mail.py:9-11`"
    assert old in text
    quoting = "Evidence: `dbo.Orders.sql:1-3`\n\n```sql\nCREATE TABLE Größe (\n  Id int,\n```\n"
    notes.write_text(text.replace(old, f"{quoting}\n{old}"), "utf-8")
    told = document(waggle("backend", "--output", "--session", SESSION, cwd=set_up))
    assert told["status"] == "completed"
    assert told["evidence"]["not_found"] == told["evidence"]["unverifiable"] == 0


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-8-sig"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_map_reads_them_as_well(tmp_path: Path, encoding: str, end: str) -> None:
    text = end.join(["-- all", "CREATE TABLE orders (", "  id int PRIMARY KEY", ");", ""])
    (tmp_path / "schema.sql").write_bytes(text.encode(encoding))
    (table,) = survey(tmp_path, use_cache=False).tables
    assert (table.name, table.line, [column.name for column in table.columns]) == (
        "orders",
        2,
        ["id"],
    )
