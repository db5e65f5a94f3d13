"""Names of files as they are cited: other letters for the same name, other case, other slashes."""

from __future__ import annotations

import json
import unicodedata
from typing import TYPE_CHECKING, Any

import pytest

from tests.kit import SESSION, document, fill_in, waggle
from workers.repository.repository import Refused, Repository
from workers.repository.source import Source

if TYPE_CHECKING:
    from pathlib import Path

# A letter with its accent, two accents in either order, a singleton, Hangul, a long s with a dot.
NAMES = [
    "état.py",
    "Việt.py",
    "q\u0307\u0323.py",
    "\u212bngström.py",
    "\ud55c\uae00.py",
    "\u1e9b.py",
]


def spelled(form: str, text: str) -> str:
    """Normalise a text; a third form is none of Unicode's own."""
    return unicodedata.normalize(form, text)  # type: ignore[arg-type]


def judge(root: Path, change: dict[str, str]) -> dict[str, Any]:
    """Put texts into the honest report and judge it by a process."""
    for file in fill_in(root, SESSION):
        text = file.read_text("utf-8")
        for old, new in change.items():
            text = text.replace(old, new)
        file.write_text(text, "utf-8")
    return document(waggle("backend", "--output", "--session", SESSION, "--all", cwd=root))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("on_disk", "cited"), [("NFC", "NFD"), ("NFD", "NFC")])
def test_equivalent_names_are_one(tmp_path: Path, name: str, on_disk: str, cited: str) -> None:
    folder = tmp_path / spelled(on_disk, f"dossier-{name}")
    folder.mkdir()
    (folder / spelled(on_disk, name)).write_text("x = 1\n")
    path = spelled(cited, f"dossier-{name}/{name}")
    repository = Repository(tmp_path)
    for written in (path, f"./{path}", f"{tmp_path}/{path}", path.replace("/", "\\")):
        source = repository.source(written)
        assert isinstance(source, Source), written
        assert source.path == spelled(on_disk, f"dossier-{name}/{name}")
        assert repository.relative(written) == source.path


def test_a_root_may_be_spelled_so_too(tmp_path: Path) -> None:
    root = tmp_path / spelled("NFD", "dépôt")
    root.mkdir()
    (root / "app.py").write_text("x = 1\n")
    named = spelled("NFC", str(root))
    assert isinstance(Repository(root).source(f"{named}/app.py"), Source)
    assert Repository(root).relative(named) == "."
    assert isinstance(Repository(root, formerly="/o/é").source("/o/e\u0301/app.py"), Source)


def test_an_exact_name_wins(tmp_path: Path) -> None:
    for form, lines in (("NFC", 1), ("NFD", 2)):
        (tmp_path / spelled(form, "é.py")).write_text("x = 1\n" * lines)
    repository = Repository(tmp_path)
    for form, lines in (("NFC", 1), ("NFD", 2)):
        source = repository.source(spelled(form, "é.py"))
        assert isinstance(source, Source)
        assert source.line_count == lines


def test_a_report_may_spell_a_name_otherwise(set_up: Path) -> None:
    on_disk, cited = spelled("NFD", "courriél.py"), spelled("NFC", "courriél.py")
    (set_up / "app/mail.py").rename(set_up / "app" / on_disk)
    told = judge(set_up, {"app/mail.py": f"app/{cited}"})
    assert told["status"] == "completed"
    assert [row["code"] for row in told["problems"]] == ["W23"]  # renamed after phase 1
    listed = judge(set_up, {"app/mail.py": f"app/{on_disk}"})
    assert listed["scores"]["computed"] == told["scores"]["computed"]


@pytest.mark.parametrize("cited", ["APP/mail.py", "app/Mail.py", "App/MAIL.PY"])
def test_another_case_is_hinted_at(set_up: Path, cited: str) -> None:
    (set_up / "tests").mkdir(exist_ok=True)
    (set_up / "tests/mail.py").write_text("x = 1\n")
    told = judge(set_up, {"`app/mail.py:9-11`": f"`{cited}:9-11`"})
    (problem,) = (row for row in told["problems"] if row["code"] != "W23")
    assert (problem["code"], problem["hint"]) == ("E01", "Did you mean `app/mail.py`?")


@pytest.mark.parametrize("lookalike", ["\u0430pp/mail.py", "app/m\u0430il.py", "app/mail.p\u0443"])
def test_names_that_look_alike_are_told_apart(set_up: Path, lookalike: str) -> None:
    told = judge(set_up, {"`app/mail.py:9-11`": f"`{lookalike}:9-11`"})
    text = json.dumps(told["problems"], ensure_ascii=False)
    assert "app/mail.py" in text
    assert "U+04" in text


@pytest.mark.parametrize("path", ["/app/mail.py", "app/nothing.py", "../é.py", "é/../../x.py", "@"])
def test_nothing_else_is_taken_for_it(tmp_path: Path, path: str) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app/mail.py").write_text("x = 1\n")
    assert isinstance(Repository(tmp_path).source(path), Refused)


def test_a_link_out_of_the_root_is_not_followed_by_another_name(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (tmp_path / "secret.txt").write_text("x\n")
    (root / spelled("NFD", "é")).symlink_to(tmp_path)
    assert Repository(root).source(f"{spelled('NFC', 'é')}/secret.txt") == Refused("outside")


def test_many_names_are_looked_up_fast(tmp_path: Path) -> None:
    for number in range(2000):
        (tmp_path / f"e\u0301{number}.py").touch()
    repository = Repository(tmp_path)
    found = [repository.relative(f"é{number}.py") for number in range(2000)]
    assert found[7] == "e\u03017.py"
    assert all(isinstance(one, str) and one.startswith("e\u0301") for one in found)
