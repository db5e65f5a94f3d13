"""[[ignore]] in waggle.toml: a warning is silenced with a reason, as the last commit has it."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from tests.kit import document, waggle
from tests.planting import FILES, delivery_in, judge, lay_out
from workers.review.review import review
from workers.review.silences import Silence, Silences, silences_of

if TYPE_CHECKING:
    from pathlib import Path

K04 = '[[ignore]]\ncode = "K04"\npath = "app/**"\nreason = "made by a generator"\n'


def git(root: Path, *words: str) -> None:
    named = ["-c", "user.name=x", "-c", "user.email=x@example.com"]
    subprocess.run(["git", *named, *words], cwd=root, check=True, capture_output=True)


@pytest.fixture
def repository(root: Path) -> Path:
    """Make the sample service a git repository with a commit, and lay a report with K04 out."""
    (root / ".git").rmdir()
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "all")
    lay_out(root, "evidence-shows-no-route")
    return root


def commit(root: Path, text: str) -> None:
    (root / "waggle.toml").write_text(text)
    git(root, "add", "waggle.toml")
    git(root, "commit", "-qm", "settings")


def checked(root: Path) -> dict[str, Any]:
    files = [root.parent / name for name in FILES]
    return document(
        waggle("backend", "--check", *files, "--root", root, "--json", "--all", cwd=root)
    )


def test_a_warning_is_silenced_counted_and_shown(repository: Path) -> None:
    before = checked(repository)
    commit(repository, K04)
    after = checked(repository)
    assert [one["code"] for one in before["problems"]] == ["K04"]
    assert (after["problems"], after["silenced_total"]) == ([], 1)
    (silenced,) = after["silenced"]
    assert (silenced["code"], silenced["reason"]) == ("K04", "made by a generator")
    assert silenced["pointer"] == before["problems"][0]["pointer"]
    assert after["silenced_by"] == "waggle.toml of the last commit"
    computed = [one["scores"]["computed"]["grounding"] for one in (before, after)]
    assert computed == [90, 92]
    files = [repository.parent / name for name in FILES]
    text = waggle("backend", "--check", *files, "--root", repository, cwd=repository).stderr
    assert b"silenced by waggle.toml of the last commit: 1 warning (K04)" in text


@pytest.mark.parametrize("committed", ["", K04.replace("K04", "K14")])
def test_what_a_worker_leaves_there_silences_nothing(repository: Path, committed: str) -> None:
    if committed:
        commit(repository, committed)
    (repository / "waggle.toml").write_text(K04)
    told = checked(repository)
    assert [one["code"] for one in told["problems"]] == ["K04"]
    assert told["silenced_total"] == 0


def test_a_silence_holds_although_a_worker_removes_it(repository: Path) -> None:
    commit(repository, K04)
    (repository / "waggle.toml").unlink()
    assert checked(repository)["silenced_total"] == 1


def test_without_a_commit_it_is_read_from_disk_and_said_so(root: Path) -> None:
    lay_out(root, "evidence-shows-no-route")
    (root / "waggle.toml").write_text(K04)
    told = checked(root)
    assert told["silenced_total"] == 1
    assert told["silenced_by"] == "waggle.toml on disk (there is no commit)"


@pytest.mark.sampled(3)
@pytest.mark.parametrize(
    ("text", "said"),
    [
        (K04.replace("K04", "K01"), "K01 is an error, and only warnings can be silenced"),
        (K04.replace("K04", "K99"), "'K99' is no code"),
        (K04.replace('reason = "made by a generator"\n', ""), "it gives no reason for K04"),
        (K04.replace("made by a generator", " - "), "it gives no reason for K04"),
        (K04.replace("path", "file"), "the key 'file' is unknown"),
        ('[ignore]\ncode = "K04"\n', "write [[ignore]]"),
        ("[[ignore]\n", "is no valid TOML"),
    ],
)
def test_what_silences_nothing_is_said_in_a_line(repository: Path, text: str, said: str) -> None:
    commit(repository, text)
    told = checked(repository)
    assert [one["code"] for one in told["problems"]] == ["K04"]
    (line,) = told["silenced_in_vain"]
    assert said in line
    shown = waggle("config", cwd=repository).stdout.decode()
    assert said in " ".join(shown.split())


def test_errors_are_told_whatever_is_silenced(root: Path) -> None:
    lay_out(root, "method-of-another-route")
    silences = Silences((Silence("K01", "**", "no"), Silence("E01", "**", "no")))
    (root / "waggle.toml").write_text(K04.replace("K04", "K01"))
    assert silences_of(root).entries == ()
    assert not judge(root).accepted
    assert silences.entries


@pytest.mark.parametrize(
    ("path", "is_silenced"),
    [
        ("**", True),
        ("app/**", True),
        ("app/*.py", True),
        ("**/db.py", True),
        ("app/db.py", True),
        ("./app/db.py", True),
        ("backend_output.json", True),
        ("*.py", False),
        ("src/**", False),
        ("backend_notes.md", False),
    ],
)
def test_a_path_is_that_of_what_the_entry_cites(
    root: Path, path: str, *, is_silenced: bool
) -> None:
    lay_out(root, "evidence-shows-no-route")
    entry = json.loads((root.parent / FILES[1]).read_text("utf-8"))["api_specifications"][2]
    assert [item["file"] for item in entry["evidence"]] == [f"{root}/app/db.py"]
    (root / "waggle.toml").write_text(K04.replace("app/**", path))
    judged = review(delivery_in(root), silences_of(root))
    assert (len(judged.silenced), len(judged.problems)) == ((1, 0) if is_silenced else (0, 1))


def test_config_shows_what_is_silenced(root: Path) -> None:
    (root / "waggle.toml").write_text(K04)
    shown = waggle("config", cwd=root).stdout.decode()
    assert "K04 is silenced for app/**" in shown
    assert "made by a generator" in shown
    told = json.loads(waggle("config", "--json", cwd=root).stdout)
    assert told["silences"]["entries"][0]["code"] == "K04"
    assert told["ignored"] == []
