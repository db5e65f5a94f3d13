"""The docs cannot lie: what is generated is current, examples run, every command is told of."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.generate import PICTURE, picture, plugin, schemas
from tests.kit import CLI, MARKER, PROJECT, fill_in

README = (PROJECT / "README.md").read_text("utf-8")


def test_generated_parts_of_readme_are_current() -> None:
    command = [sys.executable, "-m", "cogapp", "--check", "README.md"]
    run = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, f"{run.stdout}{run.stderr}: run `make docs`"


def test_schemas_and_plugin_are_current() -> None:
    for file, text in {**schemas(), **plugin()}.items():
        assert file.read_text("utf-8") == text, "run `make docs`"


def test_the_picture_is_current() -> None:
    drawn = picture()
    assert PICTURE.read_text("utf-8") == drawn, "run `make docs`"
    assert "url(#" in drawn
    assert not re.search(r"url\([^#]", drawn)


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


def test_readme_has_two_commands_to_try() -> None:
    section = README.split("## Try it")[1].split("\n## ")[0]
    assert re.findall(r"```sh\n(.*?)\n```", section, re.DOTALL) == ["make demo", "make test"]


@pytest.mark.parametrize("name", ["README.md", "AGENTS.md", "CHANGELOG.md"])
def test_files_that_are_named_exist(name: str) -> None:
    text = (PROJECT / name).read_text("utf-8")
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (PROJECT / target).exists(), target
    for path in re.findall(r"`((?:workers|sessions|tests|templates)/[\w./]+)`", text):
        assert (PROJECT / path).exists(), path


def test_agents_md_is_one_page() -> None:
    assert (PROJECT / "AGENTS.md").read_text("utf-8").count("\n") <= 80


def test_the_version_is_in_the_changelog() -> None:
    from workers import __version__

    assert f"## {__version__} " in (PROJECT / "CHANGELOG.md").read_text("utf-8")


def test_the_demo_ends_as_it_must() -> None:
    command = [sys.executable, "-m", "tests.demo"]
    run = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout
    assert re.findall(r"exit code (\d)", run.stdout) == ["0", "1", "1", "0", "0"]
    assert '"E06"' in run.stdout
    assert '"C01"' in run.stdout


def test_the_demo_reports_on_a_repository_of_yours(root: Path) -> None:
    command = [sys.executable, "-m", "tests.demo", "--root", str(root), "--task", "Look"]
    run = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert len(list((root / "Docs/hive-mind/sessions").iterdir())) == 1


def test_every_requirement_is_pinned() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))
    wanted = project["project"]["dependencies"] + project["dependency-groups"]["dev"]
    pins = (PROJECT / "constraints.txt").read_text("utf-8").lower().replace("_", "-")
    for requirement in wanted:
        assert f"\n{re.split('[<>=]', requirement)[0].lower()}==" in pins, requirement
