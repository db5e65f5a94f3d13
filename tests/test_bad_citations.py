"""Bad citations (C): judged, confined to the root, nothing leaked."""

from __future__ import annotations

import os
import socket
import tempfile
from pathlib import Path
from typing import Any

import pytest

from tests.kit import SESSION, document, fill_in, waggle
from tests.refusals import CANARY, SESSIONS, tree


def _cite(root: Path, citation: str) -> dict[str, Any]:
    """Put one citation into the honest report and judge it by a process."""
    notes, _ = fill_in(root, SESSION)
    text = notes.read_text("utf-8").replace("`app/mail.py:9-11`", f"`{citation}`")
    notes.write_bytes(text.encode("utf-8", "surrogateescape"))
    run = waggle("backend", "--output", "--session", SESSION, "--all", cwd=root)
    assert run.returncode in {0, 1}, run.stderr
    for stream in (run.stdout.decode(), run.stderr.decode()):
        assert CANARY not in stream
        assert "Traceback" not in stream
    return document(run)


OUTSIDE = [
    "../../etc/passwd:1",
    "app/../../x:1",
    "/etc/passwd:1",
    "/proc/self/environ:1",
    "/proc/self/mem:1",
    "/proc/self/root/etc/passwd:1",
    "/dev/zero:1",
    "/dev/tty:1",
    "~/.ssh/id_rsa:1",
    "file:///etc/passwd:1",
]


@pytest.mark.sampled(2)
@pytest.mark.parametrize("citation", OUTSIDE)
def test_c01_c06_nothing_outside_is_cited(set_up: Path, citation: str) -> None:
    told = _cite(set_up, citation)
    assert [problem["code"] for problem in told["problems"]] in (["E02"], ["E01"], ["E07"])


def test_c02_a_folder_of_a_longer_name_is_outside(set_up: Path) -> None:
    evil = set_up.parent / "service-evil"
    evil.mkdir()
    (evil / "x.py").write_text(CANARY)
    assert _cite(set_up, f"{evil}/x.py:1")["problems"][0]["code"] == "E02"


def test_c03_links_lead_nowhere_outside(set_up: Path) -> None:
    secret = set_up.parent / "secret.txt"
    secret.write_text(CANARY)
    (set_up / "link").symlink_to(secret)
    (set_up / "chain").symlink_to("link")
    (set_up / "folder").symlink_to(set_up.parent)
    (set_up / "loop").symlink_to("loop")
    for citation in ("link:1", "chain:1", "folder/secret.txt:1"):
        assert _cite(set_up, citation)["problems"][0]["code"] == "E02"
    assert _cite(set_up, "loop:1")["problems"][0]["code"] == "E03"


def test_c05_only_regular_files_are_opened(set_up: Path) -> None:
    os.mkfifo(set_up / "pipe")
    with socket.socket(socket.AF_UNIX) as server:
        os.chdir(set_up)
        server.bind("sock")
        for citation in ("pipe:1", "sock:1", "app:1"):
            assert _cite(set_up, citation)["problems"][0]["code"] == "E03"


def test_c07_binary_and_huge_files(set_up: Path) -> None:
    (set_up / "image.bin").write_bytes(b"\x89PNG\0\0")
    with (set_up / "sparse.sql").open("wb") as sparse:
        sparse.truncate(10 << 30)
    assert _cite(set_up, "image.bin:1")["problems"][0]["code"] == "E03"
    told = _cite(set_up, "sparse.sql:1")
    problems = [(p["code"], p["severity"]) for p in told["problems"] if p["code"] != "W23"]
    assert problems == [("E12", "warning")]
    assert told["evidence"]["unverifiable"] == 1


@pytest.mark.sampled(3)
@pytest.mark.parametrize(
    "line",
    ["0", "-1", "+3", "1e3", "0x10", "١٢", "1_000", "1" + "0" * 30, "9" * 5000, "10-", "L10-L20"],
)
def test_c08_c10_lines_that_are_none(set_up: Path, line: str) -> None:
    told = _cite(set_up, f"app/mail.py:{line}")
    assert told["problems"][0]["code"] in {"E04", "E07", "E01"}
    assert told["status"] == "failed"


def test_c09_the_last_line_counts(set_up: Path) -> None:
    (set_up / "two.txt").write_bytes(b"one\ntwo")
    (set_up / "empty.txt").write_bytes(b"")
    assert _cite(set_up, "two.txt:2")["evidence"]["verified"] == 19
    assert _cite(set_up, "two.txt:3")["problems"][0]["code"] == "E04"
    assert _cite(set_up, "empty.txt:1")["problems"][0]["code"] == "E04"


@pytest.mark.sampled(2)
@pytest.mark.parametrize(
    ("citation", "code"),
    [
        ("app/mail.py:11-9", "E04"),
        ("app/mail.py:9-9", None),
        ("app/mail.py:1-999999", "E04"),
        ("app/mail.py:9–11", None),  # noqa: RUF001 - an en dash is the point
        ("app/mail.py:9:14", None),
        ("C:\\x.py:3", "E01"),
        ("app\\mail.py:3", None),
        ("app\\nothing.py:3", "E01"),
        ("APP/Mail.py:3", "E01"),
        ("./app//mail.py:9", None),
    ],
)
def test_c10_c12_c15_c20_forms_of_citations(set_up: Path, citation: str, code: str | None) -> None:
    told = _cite(set_up, citation)
    assert [problem["code"] for problem in told["problems"]] == ([code] if code else [])
    if citation.startswith("APP"):
        assert "`app/mail.py`" in told["problems"][0]["hint"]


@pytest.mark.parametrize(
    "name", ["with space.py", "a:b.py", "a#b(c).py", "'q'.py", "é.py", "-x.py"]
)
def test_c11_any_name_can_be_cited(set_up: Path, name: str) -> None:
    (set_up / name).write_text("x = 1\n")
    told = _cite(set_up, f"{name}:1")
    assert told["evidence"]["not_found"] == 0, told["problems"]


def test_c13_secrets_are_never_shown(set_up: Path) -> None:
    (set_up / ".env").write_text(f"KEY={CANARY}\n")
    notes, _ = fill_in(set_up, SESSION)
    text = notes.read_text("utf-8").replace(
        "Evidence: `app/mail.py:9-11`", "Evidence: `.env:1`\n\n```sh\nKEY=wrong\n```\n"
    )
    notes.write_text(text)
    run = waggle("backend", "--output", "--session", SESSION, cwd=set_up)
    assert run.returncode == 1
    written = b"".join(tree(set_up / SESSIONS).values())
    assert CANARY.encode() not in run.stdout + run.stderr + written
    assert _cite(set_up, ".git/config:1")["problems"][0]["code"] == "E09"


def test_c14_a_file_that_was_shortened_since(set_up: Path) -> None:
    (set_up / "app" / "mail.py").write_text("import os\n")
    told = _cite(set_up, "app/mail.py:9-11")
    assert "has 1 lines" in told["problems"][0]["message"]


def test_c16_many_citations_open_a_file_once(set_up: Path) -> None:
    notes, _ = fill_in(set_up, SESSION)
    many = "\n".join(f"Evidence: `app/mail.py:{1 + i % 11}`" for i in range(20_000))
    notes.write_text(notes.read_text("utf-8").replace("Evidence: `app/mail.py:9-11`", many))
    run = waggle("backend", "--output", "--session", SESSION, cwd=set_up)
    assert run.returncode == 0
    assert document(run)["evidence"]["verified"] == 20_018


@pytest.mark.skipif(os.geteuid() != 0, reason="takes another user's rights for a moment")
def test_c18_a_file_that_may_not_be_read() -> None:
    from workers.repository.repository import Refused, Repository
    from workers.repository.source import Source

    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        (Path(folder) / "closed.py").write_text("x = 1\n")
        assert isinstance(Repository(Path(folder)).source("closed.py"), Source)  # and imports
        (Path(folder) / "closed.py").chmod(0)
        os.seteuid(65534)
        try:
            assert Repository(Path(folder)).source("closed.py") == Refused("denied")
        finally:
            os.seteuid(0)


def test_c19_a_report_does_not_confirm_itself(set_up: Path) -> None:
    own = f"Docs/hive-mind/sessions/{SESSION}/workers/notes/backend_notes.md:1"
    assert _cite(set_up, own)["problems"][0]["code"] == "E09"


def test_c04_a_link_that_is_swapped_in_leaks_nothing(set_up: Path) -> None:
    """The file is judged by the descriptor that is read, never by a look before it."""
    from sessions.files import open_beneath

    secret = set_up.parent / "secret.txt"
    secret.write_text(CANARY)
    (set_up / "app" / "mail.py").unlink()
    (set_up / "app" / "mail.py").symlink_to(secret)
    folder = os.open(set_up, os.O_RDONLY)
    try:
        with pytest.raises(OSError, match=r"symbolic|cross-device"):
            open_beneath(folder, "app/mail.py")
    finally:
        os.close(folder)


def test_c17_a_quotation_that_stands_elsewhere(set_up: Path) -> None:
    fill_in(set_up, SESSION)
    (set_up / "app" / "orders.py").write_text("x = 1\n" * 80)
    run = waggle("backend", "--output", "--session", SESSION, "--json", cwd=set_up)
    assert run.returncode == 1
    told = document(run)
    assert told["evidence"]["not_found"] > 0
    messages = [one["message"] for one in told["problems"] if one["code"] == "E05"]
    assert any(
        "the quoted line" in text and "is not in `app/orders.py`" in text for text in messages
    )
