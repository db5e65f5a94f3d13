"""The docs cannot lie: what is generated is current, examples run, every command is told of."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests import changing, pictures
from tests.demo import ENDS
from tests.generate import schemas
from tests.kit import CLI, MARKER, PROJECT, fill_in
from tests.supply_chain import LICENCES, RUN, SBOM, licence, licence_table, normal, pins
from workers.proofs.definitions import definitions

README = (PROJECT / "README.md").read_text("utf-8")
PAGES = ["README.md", *(f"docs/{file.name}" for file in sorted((PROJECT / "docs").glob("*.md")))]


def test_generated_parts_of_the_docs_are_current() -> None:
    command = [sys.executable, "-m", "cogapp", "--check", *PAGES]
    run = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, f"{run.stdout}{run.stderr}: run `make docs`"


def test_schemas_are_current() -> None:
    for file, text in schemas().items():
        assert file.read_text("utf-8") == text, "run `make docs`"


@pytest.fixture(scope="module")
def shown() -> pictures.Shown:
    """What the demo's report looks like now."""
    return pictures.shown()


def test_the_picture_of_a_terminal_is_current(shown: pictures.Shown) -> None:
    drawn = pictures.TERMINAL.read_text("utf-8")
    lines = pictures.lines_of_terminal(shown.terminal)
    assert pictures.lines_of_svg(drawn) == lines, "run `make docs`"
    assert any("rejected, 2 errors" in line for line in lines)
    assert "accepted, 0 errors" in lines[-1]
    assert "url(#" in drawn
    assert not re.search(r"url\([^#]|href=|@import", drawn)  # it fetches nothing
    assert len(drawn) < pictures.MOST_BYTES


def test_the_picture_of_the_page_is_current(shown: pictures.Shown) -> None:
    drawn = pictures.PAGE.read_bytes()
    assert pictures.digest_in(drawn) == pictures.digest_of(shown.page), "run `make docs`"
    assert len(drawn) < pictures.MOST_BYTES


def test_a_picture_that_is_not_current_is_seen(shown: pictures.Shown) -> None:
    changed = shown.terminal.replace("3 undecided", "2 undecided", 1)
    drawn = pictures.terminal_svg(changed)
    assert pictures.lines_of_svg(drawn) == pictures.lines_of_terminal(changed)
    assert pictures.lines_of_svg(drawn) != pictures.lines_of_terminal(shown.terminal)
    other = shown.page.replace("Anybody can cancel", "Nobody can cancel")
    assert pictures.digest_of(other) != pictures.digest_of(shown.page)
    below = shown.page.replace('id="course">How', 'id="course">That')
    assert below != shown.page
    assert pictures.digest_of(below) == pictures.digest_of(shown.page)  # nobody sees it there


def test_pictures_show_nothing_of_this_machine(shown: pictures.Shown) -> None:
    terminal = " ".join(pictures.lines_of_svg(pictures.TERMINAL.read_text("utf-8")))
    for text in (terminal, pictures.visible(shown.page)):
        assert str(PROJECT) not in text
        assert sys.executable not in text
        assert not re.search(r"/tmp/|(?!2026-01-31)20\d\d-\d\d-\d\d \d\d:\d\d:\d\d UTC", text)


def test_pictures_say_what_they_show() -> None:
    named = re.findall(r"!\[([^]]+)\]\((docs/pictures/[^)]+)\)", README)
    assert {PROJECT / file for _, file in named} == {*pictures.FOLDER.iterdir()}
    assert all(len(text) > 80 for text, _ in named)


def test_the_example_of_readme_runs(root: Path) -> None:
    example = re.search(r"```sh\n(python cli\.py.*?)```", README, re.DOTALL)
    assert example
    setup, _, output = example[1].strip().split("\n")
    ends = []
    for line in (setup, output):
        words = shlex.split(line)
        assert words[:2] == ["python", "cli.py"]
        command = [sys.executable, str(CLI), *words[2:]]
        run = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
        assert run.stdout.startswith(MARKER)
        ends.append(run.returncode)
        fill_in(root, "orders")
    assert ends == [0, 0]


def test_the_change_of_readme_is_judged(tmp_path: Path) -> None:
    section = README.split("## Judging a change")[1].split("\n## ")[0]
    example = re.search(r"```sh\n(.*?)```", section, re.DOTALL)
    page = (PROJECT / "docs/changes.md").read_text("utf-8")
    owners = re.search(r"```toml\n(.*?)```", page, re.DOTALL)
    assert example
    assert owners
    root = changing.make_repository(tmp_path, owners[1])
    env = {**os.environ, **changing.proving_environment()}
    ends = []
    for line in example[1].strip().split("\n"):
        if line.startswith("# "):
            changing.change_honestly(root)
            changing.report(root, "discount")
            continue
        words = shlex.split(line)
        assert words[:2] == ["python", "cli.py"]
        command = [sys.executable, str(CLI), *words[2:]]
        ends.append(subprocess.run(command, cwd=root, env=env, check=False).returncode)
    assert ends == [0, 0, 0]


def test_the_proofs_of_the_docs_are_read() -> None:
    page = (PROJECT / "docs/changes.md").read_text("utf-8")
    examples = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    assert len(examples) == 3
    for text in examples:
        defined = definitions({"waggle.toml": text.encode()}.get)
        assert [proof.name for proof in defined.proofs] == ["tests"]
        assert not defined.objections


def test_readme_has_two_commands_to_try() -> None:
    section = README.split("## Install")[1].split("\n## ")[0]
    assert re.findall(r"```sh\n(.*?)\n```", section, re.DOTALL) == ["make demo", "make test"]


@pytest.mark.parametrize("name", [*PAGES, "AGENTS.md", "CHANGELOG.md", "SECURITY.md"])
def test_files_that_are_named_exist(name: str) -> None:
    text = (PROJECT / name).read_text("utf-8")
    for target, heading in re.findall(r"\]\(([^)#:]+)(?:#([\w-]+))?\)", text):
        file = (PROJECT / name).parent / target
        assert file.exists(), target
        if heading:
            titles = re.findall(r"^#+ (.*)$", file.read_text("utf-8"), re.MULTILINE)
            assert heading in {title.lower().replace(" ", "-") for title in titles}
    for path in re.findall(r"`((?:workers|sessions|tests|templates)/[\w./]+)`", text):
        assert (PROJECT / path).exists(), path


def test_agents_md_is_one_page() -> None:
    assert (PROJECT / "AGENTS.md").read_text("utf-8").count("\n") <= 80


def test_a_benchmark_takes_its_own_arguments_alone() -> None:
    code = "import sys; sys.argv = ['application', '/a/path']; import benchmarks.application"
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, check=False
    )
    assert run.returncode == 0, run.stderr


def test_the_version_is_in_the_changelog() -> None:
    from workers import __version__

    assert f"## {__version__} " in (PROJECT / "CHANGELOG.md").read_text("utf-8")


@pytest.mark.slow
def test_the_demo_ends_as_it_must(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.demo", "--into", str(tmp_path)]
    run = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout
    assert re.findall(r"^exit code (\d)", run.stdout, re.MULTILINE) == list(map(str, ENDS))
    assert "error E06" in run.stdout
    assert "error C01" in run.stdout
    assert "error W11" in run.stdout
    assert '"schema_version"' not in run.stdout
    assert (tmp_path / "service/Docs/hive-mind/sessions").is_dir()


def test_the_demo_reports_on_a_repository_of_yours(root: Path) -> None:
    command = [sys.executable, "-m", "tests.demo", "--root", str(root), "--task", "Look"]
    run = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert len(list((root / "Docs/hive-mind/sessions").iterdir())) == 1


def test_readme_is_one_page() -> None:
    assert README.count("\n") <= 150
    for page in PAGES[1:]:
        if not page.endswith("licences.md"):
            assert f"({page}" in README, f"{page} is not linked"


def test_every_requirement_is_pinned_with_digests() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))
    groups = {"run": project["project"]["dependencies"], **project["dependency-groups"]}
    for group, wanted in groups.items():
        file = PROJECT / f"requirements/{group}.txt"
        pinned = pins(file)
        for requirement in wanted:
            assert normal(re.split("[<>=]", requirement)[0]) in pinned, requirement
        for entry in re.split(r"\n(?=\S)", file.read_text("utf-8").strip()):
            assert "--hash=sha256:" in entry, entry
    assert (
        pins(PROJECT / "requirements/run.txt").items()
        <= pins(PROJECT / "requirements/dev.txt").items()
    )


def test_the_bill_of_materials_is_current() -> None:
    listed = json.loads(SBOM.read_text("utf-8"))["components"]
    assert {normal(one["name"]): one["version"] for one in listed} == pins(RUN), "run `make docs`"
    assert all(licence(one) != "not stated" for one in listed)
    table = licence_table({"components": listed})
    assert LICENCES.read_text("utf-8") == table, "run `make docs`"
