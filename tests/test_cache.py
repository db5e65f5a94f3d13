"""What is kept of a repository saves time and changes no answer, whatever happens to it."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import pytest

from tests.kit import HONEST, PROJECT, SESSION, copy_sample
from workers.catalog import built_in
from workers.phases.finish import Request, check
from workers.repository import stamps, store, words
from workers.repository.repository import Repository
from workers.repository.stamps import Stamps
from workers.survey import survey

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("late_imports")


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return copy_sample(tmp_path)


@pytest.fixture
def trusting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take files as settled at once: tests do not wait for two seconds."""
    monkeypatch.setattr(stamps, "_UNSETTLED_NANOSECONDS", 0)


def report(root: Path) -> tuple[Path, Path]:
    """Lay out the honest report beside the repository."""
    files = root.parent / "backend_notes.md", root.parent / "backend_output.json"
    for file in files:
        text = (HONEST / file.name).read_text("utf-8").replace("@ROOT@", str(root))
        text = text.replace("@SESSION@", SESSION).replace("@TIME@", "2026-01-31T09:00:00Z")
        file.write_text(text, "utf-8")
    return files


def judged(root: Path, files: tuple[Path, Path]) -> str:
    """Return the document of a judgement, without its times."""
    document = check(Request(built_in()[0], root, PROJECT / "cli.py"), *files).document()
    document["timestamp"] = document["metrics"]["seconds"] = None
    return json.dumps(document)


def known(root: Path, files: tuple[Path, Path]) -> tuple[object, ...]:
    """Return all that can be asked: the document, the whole map, every word."""
    the_map = {**asdict(survey(root)), "files_read": None}
    repository = Repository(root)
    found = words.words_of(root, repository.files, lambda file: _read(root / file), whole=True)
    return judged(root, files), the_map, found


def _read(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except OSError:
        return None


def kept_of(root: Path) -> list[Path]:
    place = root.parent / "cache" / "waggle" / "survey"
    return sorted(file for file in place.iterdir() if file.name != ".looked")


def _same_size_and_date(file: Path, dice: random.Random) -> None:
    status = file.stat()
    data = bytearray(file.read_bytes())
    at = dice.randrange(len(data))
    data[at : at + 1] = b"z" if data[at : at + 1] != b"z" else b"y"
    file.write_bytes(data)
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))


def _replaced(file: Path, dice: random.Random) -> None:
    status = file.stat()
    other = file.with_name("beside")
    text = file.read_bytes()
    other.write_bytes(text.swapcase() if dice.random() < 0.5 else b"x" * len(text))
    os.utime(other, ns=(status.st_atime_ns, status.st_mtime_ns))
    other.replace(file)


def _linked(file: Path, _dice: random.Random) -> None:
    file.unlink()
    file.symlink_to("/etc/hostname")


def _folder(file: Path, _dice: random.Random) -> None:
    file.unlink()
    file.mkdir()


EDITS: tuple[Callable[[Path, random.Random], Any], ...] = (
    _same_size_and_date,
    _replaced,
    lambda file, _: file.write_text(f"{file.read_text('utf-8', 'replace')}\nphantom_rows = 1\n"),
    lambda file, _: file.unlink(),
    lambda file, dice: file.rename(file.with_name(f"moved{dice.randrange(9)}{file.suffix}")),
    lambda file, dice: shutil.copy2(file, file.with_name(f"copy{dice.randrange(9)}{file.suffix}")),
    lambda file, dice: shutil.move(file, file.parent.parent / f"up{dice.randrange(9)}.py"),
    lambda file, _: os.utime(file),
    _linked,
    _folder,
)


@pytest.mark.usefixtures("trusting")
@pytest.mark.sampled(3)
@pytest.mark.parametrize("seed", range(3))
def test_with_a_cache_and_without_one_the_document_is_the_same(
    root: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    dice = random.Random(seed)  # noqa: S311  # edits, no secrets
    (root / "app" / "views.py").write_text(
        "from fastapi import APIRouter\nrouter = APIRouter()\n\n\n@router.get('/x')\ndef x(): ...\n"
    )
    pristine = shutil.copytree(root, root.parent / "pristine")
    files = report(root)
    for _ in range(12):
        monkeypatch.setenv("XDG_CACHE_HOME", str(root.parent / "cache"))
        with_cache = known(root, files)
        fresh = root.parent / "none"
        monkeypatch.setenv("XDG_CACHE_HOME", str(fresh))
        assert known(root, files) == with_cache
        shutil.rmtree(fresh)
        present = sorted(one for one in root.rglob("*.*") if one.is_file() and not one.is_symlink())
        if len(present) < 5 or dice.random() < 0.15:  # as a change of branch brings files back
            shutil.rmtree(root)
            shutil.copytree(pristine, root)
        else:
            dice.choice(EDITS)(dice.choice(present), dice)


@pytest.mark.usefixtures("trusting")
@pytest.mark.parametrize("edit", ["written", "replaced"])
def test_an_edit_that_keeps_size_and_date_is_seen(root: Path, edit: str) -> None:
    file = root / "app" / "extra.py"
    file.write_text("from fastapi import FastAPI\napp = FastAPI()\n@app.get('/x1')\ndef x(): ...\n")
    os.utime(file, (1e9, 1e9))
    assert "/x1" in {one.path for one in survey(root).endpoints}
    assert Repository(root).has_word("x1") is True
    target = file if edit == "written" else file.with_name("beside.py")
    target.write_text(file.read_text().replace("x1", "y2"))
    os.utime(target, (1e9, 1e9))
    target.replace(file)
    assert "/y2" in {one.path for one in survey(root).endpoints}
    assert (Repository(root).has_word("x1"), Repository(root).has_word("y2")) == (False, True)


@pytest.mark.usefixtures("trusting")
def test_files_that_did_not_change_are_not_opened(root: Path) -> None:
    def read(file: str) -> bytes:
        opened.append(file)
        return (root / file).read_bytes()

    for expected in (True, False):
        opened: list[str] = []
        files = Repository(root).files
        words.words_of(root, files, read, whole=True)
        assert bool(opened) is expected


def test_a_file_that_may_still_change_unseen_is_read_again(root: Path) -> None:
    """Two writes within one tick of the clock give one and the same stamp."""
    file = root / "app" / "main.py"
    known = Stamps(root, "test")
    status = known.status("app/main.py")
    assert status is not None
    assert known.content("app/main.py", status, file.read_bytes) is not None
    known.save()
    again = Stamps(root, "test").content("app/main.py", status, file.read_bytes)
    assert again is not None
    assert again[1] == file.read_bytes()


@pytest.mark.usefixtures("trusting")
@pytest.mark.parametrize("back", [None, b""])
def test_a_file_that_changes_while_it_is_read_is_not_known(root: Path, back: bytes | None) -> None:
    file = root / "app" / "main.py"

    def read() -> bytes:
        data = file.read_bytes()
        file.write_bytes(data + b" " if back is None else data)
        return data

    known = Stamps(root, "test")
    status = known.status("app/main.py")
    assert status is not None
    known.content("app/main.py", status, read)
    known.save()
    assert not (root.parent / "cache").exists()


def _with_header(value: object) -> bytes:
    text = json.dumps(value).encode()
    return (
        json.dumps({"reader": store.reader(), "digest": store.digest(text)}).encode() + b"\n" + text
    )


SHAPES: list[object] = [
    None,
    [],
    {},
    5,
    "x",
    [1],
    {"of": 1},
    {"parts": {"x": {}}},
    {"a": "b"},
    {"a": [1, 2, 3]},
]
DAMAGE = [b"", b"{}", b"\xff\n{}", b"[" * 100_000, *map(_with_header, SHAPES)]


@pytest.mark.usefixtures("trusting")
@pytest.mark.parametrize("damage", DAMAGE, ids=range(len(DAMAGE)))
def test_a_damaged_or_foreign_cache_changes_nothing(root: Path, damage: bytes) -> None:
    files = report(root)
    truth = judged(root, files)
    assert len(kept_of(root)) == 6
    for file in kept_of(root):
        file.write_bytes(damage)
    assert judged(root, files) == truth
    assert judged(root, files) == truth


@pytest.mark.usefixtures("trusting")
def test_a_torn_cache_changes_nothing(root: Path) -> None:
    files = report(root)
    truth = judged(root, files)
    for file in kept_of(root):
        data = file.read_bytes()
        for length in (len(data) // 2, len(data) - 1):
            file.write_bytes(data[:length])
            assert judged(root, files) == truth


@pytest.mark.parametrize("kind", ["file", "read-only", "full of links"])
def test_a_cache_that_cannot_be_written_costs_time_alone(root: Path, kind: str) -> None:
    files = report(root)
    truth = judged(root, files)
    place = root.parent / "cache"
    if kind == "read-only":
        (place / "waggle" / "survey").chmod(0o500)
    elif kind == "file":
        shutil.rmtree(place)
        place.write_text("no folder")
    else:
        for file in kept_of(root):
            file.unlink()
            file.symlink_to(root / "app" / "main.py")
    assert judged(root, files) == truth
    assert "def" in (root / "app" / "main.py").read_text("utf-8")


def _an_hour_later(place: Path) -> None:
    os.utime(place / ".looked", (time.time() - 3601,) * 2)


def test_what_nobody_used_for_long_and_what_was_left_over_goes(root: Path) -> None:
    survey(root)
    place = kept_of(root)[0].parent
    old, fresh, left, at_work = (
        place / name for name in ("a.json", "b.json", ".c.1.tmp", ".d.2.tmp")
    )
    for file, days in ((old, 61), (fresh, 59), (left, 1), (at_work, 0)):
        file.write_text("{}")
        os.utime(file, (time.time() - days * 86_400,) * 2)
    (root / "app" / "new.py").write_text("x = 1\n")
    survey(root)
    assert old.exists(), "looked for at most once an hour"
    _an_hour_later(place)
    (root / "app" / "new.py").write_text("x = 2\n")
    survey(root)
    assert [file.exists() for file in (old, fresh, left, at_work)] == [False, True, False, True]


def test_the_oldest_of_too_much_goes(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    survey(root)
    place = kept_of(root)[0].parent
    for number in range(5):
        (place / f"old{number}.json").write_bytes(b"x" * 100_000)
        os.utime(place / f"old{number}.json", (time.time() - 1000 + number,) * 2)
    monkeypatch.setattr(store, "_ALL_BYTES", 250_000)
    _an_hour_later(place)
    (root / "app" / "new.py").write_text("x = 1\n")
    survey(root)
    assert [(place / f"old{number}.json").exists() for number in range(5)] == [False] * 3 + [
        True
    ] * 2
    assert survey(root).files_read == 0


def test_several_that_write_at_once_keep_something_whole(root: Path) -> None:
    command = [sys.executable, str(PROJECT / "cli.py"), "survey", "--json", "--root", str(root)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(4)]
    told = [json.loads(one.communicate()[0])["endpoints"] for one in running]
    assert all(one == told[0] for one in told)
    assert survey(root).files_read == 0
    assert not [file for file in kept_of(root) if file.suffix == ".tmp"]


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the program, to be changed."""
    copy = tmp_path_factory.mktemp("checkout")
    for name in ("workers", "sessions", "templates"):
        shutil.copytree(PROJECT / name, copy / name)
    shutil.copy(PROJECT / "cli.py", copy)
    return copy


@pytest.mark.sampled(3)
@pytest.mark.parametrize(
    ("file", "stale"),
    [
        ("workers/survey/endpoints/frameworks/toy.py", True),
        ("workers/survey/tables/toy.py", True),
        ("workers/survey/walk.py", True),
        ("workers/repository/words.py", True),
        ("workers/sql.py", True),
        ("workers/commands/survey.py", False),
    ],
)
def test_what_reads_changed_so_nothing_kept_is_believed(
    checkout: Path, root: Path, file: str, *, stale: bool
) -> None:
    command = [sys.executable, str(checkout / "cli.py"), "survey", "--json", "--root", str(root)]

    def files_read() -> int:
        run = subprocess.run(command, capture_output=True, check=True)
        return int(json.loads(run.stdout)["files_read"])

    files_read()
    assert files_read() == 0
    with (checkout / file).open("a") as changed:
        changed.write("\n# changed\n")
    assert (files_read() > 0) is stale
