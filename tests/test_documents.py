"""The documents of the commands over the samples, byte for byte: what is moved changes none.

Times, digests and paths are replaced by words. Phases print --all: what is cut depends on how long
a path is. Of a report with a fault only the lines are kept that differ from an accepted or a
rejected report's document. After a change that is wanted, write
them again and read the difference: pytest tests/test_documents.py --snapshot-update.
"""

from __future__ import annotations

import io
import os
import re
import shlex
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import cli
from tests.kit import CLI, SAMPLES, SESSION, TASK, copy_sample
from tests.planting import FAULTS, FILES, base_of, lay_out

if TYPE_CHECKING:
    from collections.abc import Iterator

    from syrupy.assertion import SnapshotAssertion

pytestmark = pytest.mark.usefixtures("late_imports")

# What differs from run to run, and the word for it; in this order.
_VARYING = (
    (r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,}(?:Z|\+00:00)", "TIME"),
    (r"\b[0-9a-f]{64}\b", "DIGEST"),
    (r"\b[0-9a-f]{32}\b", "ID"),
    (r'("(?:\w*seconds\w*|setup|work|output)": )[0-9.]+', r"\1NUMBER"),
)
# The phases, and every command that reads, in the order of a session's life.
PHASE_1 = (
    f"backend --setup --session {SESSION} --task {shlex.quote(TASK)} --json --all",
    f"backend --setup --session {SESSION} --json --all",
    f"backend --output --session {SESSION} --json --all",
)
READING = (
    "status --json",
    f"status --session {SESSION} --json",
    f"next --session {SESSION} --worker backend --json",
    "session list --json",
    f"session show {SESSION} --json",
    f"session show {SESSION} --metrics --json",
    f"doctor --session {SESSION} --json",
    f"verify --session {SESSION} --json",
)
ELSEWHERE = (
    "survey --json",
    "explain C05 --json",
    "explain scores --json",
    "config --json",
    "queen --session planned --task 'Audit the API' --model none --json",
    "backend --setup --session drafted --task 'Audit the API' --prefill --json --all",
    "backend --run --session by-rule --task 'Audit the API' --model survey --json --all",
    "backend --output --session no-such-session --json",
    "backend --setup --session 'no good' --json",
    "nobody --setup --json",
)


# A report of each sample that is rejected for one problem.
REJECTED = {"honest": "score-above-the-cap", "honest-express": "express-path-changed"}


@dataclass(frozen=True)
class Prepared:
    """A repository in which phase 1 was run, and what its session was then."""

    root: Path
    untouched: Path

    @property
    def session(self) -> Path:
        return self.root / "Docs" / "hive-mind" / "sessions" / SESSION

    def begin_again(self) -> None:
        """Put the session back to what it was after phase 1."""
        shutil.rmtree(self.session)
        shutil.copytree(self.untouched, self.session)

    def hand_in(self, fault: str | None, base: str) -> list[Path]:
        """Lay a report out in the session."""
        lay_out(self.root, fault, base)
        folders = (self.session / "workers" / "notes", self.session / "workers" / "json")
        files = [folder / name for folder, name in zip(folders, FILES, strict=True)]
        for file in files:
            file.unlink(missing_ok=True)
            laid_out = self.root.parent / file.name
            if laid_out.is_symlink() or laid_out.exists():
                laid_out.rename(file)
        return files


def call(root: Path, line: str) -> str:
    """Run a command in this process; returns its exit code and what it printed, made comparable."""
    before = sys.argv, sys.stdout, sys.stderr, Path.cwd()
    printed = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    sys.argv = ["cli.py", *shlex.split(line)]
    sys.stdout, sys.stderr = printed, io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    os.chdir(root)
    try:
        code = cli.main()
    finally:
        sys.argv, sys.stdout, sys.stderr = before[:3]
        os.chdir(before[3])
    printed.flush()
    text: str = printed.buffer.getvalue().decode()
    return f"exit {code}\n{comparable(text, root)}"


def comparable(text: str, root: Path) -> str:
    """Replace what differs from run to run."""
    # A message cuts a long path, and how much of it is left depends on the machine.
    text = re.sub(rf"'(?:{re.escape(str(root))}|/[^'\n]*\.\.\.)'", "'A PATH'", text)
    sessions = f"{root}/Docs/hive-mind/sessions"
    for path, word in (
        (sessions, "SESSIONS"),
        (str(root), "ROOT"),
        (str(CLI), "PROGRAM"),
        (sys.executable, "PYTHON"),
    ):
        text = text.replace(path, word)
    for pattern, word in _VARYING:
        text = re.sub(pattern, word, text)
    return text


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Prepared]:
    made = {}
    for base, sample in SAMPLES.items():
        folder = tmp_path_factory.mktemp("documents")
        root = copy_sample(folder, sample)
        call(root, PHASE_1[0])
        made[base] = Prepared(root, folder / "untouched")
        shutil.copytree(made[base].session, made[base].untouched)
    return made


@pytest.fixture(autouse=True, scope="module")
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Survey into a cache of these tests, under the language of the messages we compare."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        patch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("config")))
        yield


def both(place: Prepared, fault: str | None, base: str) -> tuple[str, str]:
    """Return the documents of a report: judged in its session, and as two files."""
    place.begin_again()
    notes, json_file = place.hand_in(fault, base)
    files = f"{shlex.quote(str(notes))} {shlex.quote(str(json_file))}"
    checked = call(place.root, f"backend --check {files} --json --all --explain-scores")
    output = call(place.root, f"backend --output --session {SESSION} --json --all --explain-scores")
    return output, checked


def apart(document: str, *others: str) -> str:
    """Return the exit code of a document, and its lines that the others have not."""
    known = {line for other in others for line in other.split("\n")[1:]}
    return "\n".join(line for line in document.split("\n") if line not in known)


@pytest.fixture(scope="module")
def usual(places: dict[str, Prepared]) -> dict[str, dict[str, tuple[str, str]]]:
    """The documents of an accepted and of a rejected report of each sample, by exit code."""
    return {
        base: {"exit 0": both(place, None, base), "exit 1": both(place, REJECTED[base], base)}
        for base, place in places.items()
    }


@pytest.mark.parametrize("base", SAMPLES)
def test_the_documents_of_an_honest_report(
    places: dict[str, Prepared], base: str, snapshot: SnapshotAssertion
) -> None:
    output, checked = both(places[base], None, base)
    assert output == snapshot
    assert apart(checked, output) == snapshot(name="checked")
    for line in READING:
        assert call(places[base].root, line) == snapshot(name=line)


@pytest.mark.parametrize("base", SAMPLES)
def test_the_documents_of_a_rejected_report(
    places: dict[str, Prepared], base: str, snapshot: SnapshotAssertion
) -> None:
    output, checked = both(places[base], REJECTED[base], base)
    assert output == snapshot
    assert apart(checked, output) == snapshot(name="checked")


@pytest.mark.sampled(16)
@pytest.mark.parametrize("fault", FAULTS)
def test_the_documents_of_a_fault(
    places: dict[str, Prepared],
    usual: dict[str, dict[str, tuple[str, str]]],
    fault: str,
    snapshot: SnapshotAssertion,
) -> None:
    base = base_of(fault)
    documents = both(places[base], fault, base)
    beside = usual[base][documents[0].split("\n")[0]]
    for document, other in zip(documents, beside, strict=True):
        keys = [re.findall(r'^  "(\w+)":', text, re.MULTILINE) for text in (document, other)]
        assert keys[0] == keys[1]
    output, checked = documents
    differing = apart(output, beside[0]), apart(checked, output, beside[1])
    assert "\n--check\n".join(differing) == snapshot


@pytest.mark.parametrize("base", SAMPLES)
def test_the_documents_of_a_session_and_beside_it(
    tmp_path: Path, base: str, snapshot: SnapshotAssertion
) -> None:
    root = copy_sample(tmp_path, SAMPLES[base])
    for line in (*PHASE_1, *READING, *ELSEWHERE):
        assert call(root, line) == snapshot(name=line)
    sessions = root / "Docs" / "hive-mind" / "sessions"
    for session in (SESSION, "drafted", "by-rule", "planned"):
        for file in sorted((sessions / session / "workers").rglob("*.*")):
            if file.is_file() and not file.name.endswith(".schema.json"):
                name = f"{session}: {file.name}"
                assert comparable(file.read_text("utf-8"), root) == snapshot(name=name)
