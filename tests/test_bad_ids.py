"""Bad session ids (S): a clear answer, nothing made."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.kit import CLI, SESSION, document, fill_in, waggle
from tests.refusals import SESSIONS, assert_refused, tree

BAD_IDS = {
    "S01": ["../x", "..", ".", "a/../../x"],
    "S02": ["/tmp/x"],
    "S03": ["", "   "],
    "S04": ["x" * 101, "x" * 300, "x" * 5000],
    "S05": ["sеssion", "ｓ１", "²"],  # noqa: RUF001 - homoglyphs are the point
    "S06": ["caf\u00e9", "cafe\u0301"],
    "S08": ["abc\n", "a\nb", "a\tb", "a\rb"],
    "S09": ["-x", "--output", "-"],
    "S10": ["abc.", "abc ", " abc", ".hidden"],
    "S11": ["CON", "nul", "aux.txt", "COM1", "lpt9.json"],
    "S12": ["a\\b", "C:x", "a:b", "a*b", "a?b", 'a"b', "a<b>", "a|b"],
    "S13": ["%2e%2e%2fx", "~root", "$(touch PWNED)", ";id", "`id`"],
    "S14": ["a\u202eb", "a\u200bb", "a\ufeffb", "\x1b[2Jx"],
}


@pytest.mark.sampled(3)
@pytest.mark.parametrize(
    ("group", "bad"), [(group, bad) for group, ids in BAD_IDS.items() for bad in ids]
)
def test_a_malformed_session_id_is_wrong_usage(root: Path, group: str, bad: str) -> None:
    before = tree(root)
    for phase in (["--setup", "--task", "x"], ["--output"]):
        told = assert_refused(waggle("backend", *phase, f"--session={bad}", cwd=root), 2)
        assert told["problems"][0]["code"] == "R02", group
    assert tree(root) == before
    assert not (root.parent / "PWNED").exists()


def test_s04_the_limit_is_named(root: Path) -> None:
    run = waggle("backend", "--output", "--session", "x" * 300, "--json", cwd=root)
    assert b"100 are allowed" in run.stderr


def test_s07_a_null_character_in_an_id_is_malformed() -> None:
    from sessions.errors import BadInput
    from sessions.location import check_session_id

    with pytest.raises(BadInput, match="malformed"):
        check_session_id("a\0b")


def test_s15_bytes_that_are_no_text(root: Path) -> None:
    words = ["backend", "--output", "--json", "--session", os.fsdecode(b"\xff\xfe")]
    run = subprocess.run(
        [sys.executable, str(CLI), *words], cwd=root, capture_output=True, check=False
    )
    assert_refused(run, 2)


def test_s16_an_id_that_differs_in_case_only(set_up: Path) -> None:
    run = waggle("backend", "--setup", "--task", "x", "--session", SESSION.upper(), cwd=set_up)
    assert_refused(run, 2)
    assert [path.name for path in (set_up / SESSIONS).iterdir()] == [SESSION]


def test_s17_options_have_no_abbreviations(root: Path) -> None:
    run = waggle("backend", "--setup", "--sess", "x", "--json", cwd=root)
    assert_refused(run, 2)
    assert b"--session" in run.stderr


def test_s18_a_session_that_does_not_exist(set_up: Path) -> None:
    before = tree(set_up)
    for options in (["--output"], ["--setup"]):
        told = assert_refused(waggle("backend", *options, "--session", "nope", cwd=set_up), 3)
        assert told["problems"][0]["code"] == "R04"
        assert SESSION in told["problems"][0]["message"]
    assert tree(set_up) == before


def test_s19_a_second_set_up_keeps_what_was_edited(set_up: Path) -> None:
    files = fill_in(set_up, SESSION)
    before = [file.read_bytes() for file in files]
    run = waggle("backend", "--setup", "--session", SESSION, cwd=set_up)
    assert run.returncode == 0
    assert [file.read_bytes() for file in files] == before
    assert document(run)["config"]["template_files_kept"] == [str(file) for file in files]


@pytest.mark.parametrize(
    "arguments",
    [
        ["backend", "--setup", "--output", "--session", "x"],
        ["backend", "--session", "x"],
        ["bakend", "--setup"],
        ["backend", "--output"],
        ["backend", "--output", "--session", "x", "--task", "y"],
    ],
)
def test_s20_wrong_usage(root: Path, arguments: list[str]) -> None:
    plain = waggle(*arguments, cwd=root)
    assert plain.returncode == 2
    assert plain.stdout == b""
    told = assert_refused(waggle(*arguments, "--json", cwd=root), 2)
    if arguments[0] == "bakend":
        assert "backend" in told["problems"][0]["message"]
