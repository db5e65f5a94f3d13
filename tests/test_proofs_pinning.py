"""Of manifests the scripts and the runner's sections are the base's, the rest is the worker's."""

from __future__ import annotations

import json
import tomllib

import pytest

from workers.proofs.pinning import _config, _package, _project

BASE = """\
[project]
name = "x"
dependencies = ["a"]

[tool.pytest.ini_options]
addopts = "-q"  # quiet

[tool.ruff]
line-length = 100

[tool.coverage.run]
branch = true
"""


def test_the_rest_of_a_project_is_the_workers() -> None:
    mine = BASE.replace('["a"]', '["a", "b"]').replace("-q", "-k nothing").replace("100", "80")
    mine += '\n[tool.mypy]\nstrict = true\n\n[tool.hatch.envs.default.scripts]\ntest = "true"\n'
    merged = _project(BASE.encode(), mine.encode())
    assert merged is not None
    table = tomllib.loads(merged.decode())
    assert table["project"]["dependencies"] == ["a", "b"]
    assert table["tool"]["ruff"]["line-length"] == 80
    assert table["tool"]["mypy"] == {"strict": True}
    assert table["tool"]["pytest"] == {"ini_options": {"addopts": "-q"}}
    assert "hatch" not in table["tool"]
    assert table["tool"]["coverage"] == {"run": {"branch": True}}


@pytest.mark.parametrize(
    "mine",
    [
        BASE,
        BASE.replace('["a"]', '["z"]'),
        BASE.replace("  # quiet", "").replace("\n\n", "\n"),
    ],
)
def test_a_project_with_the_bases_runners_is_as_it_is(mine: str) -> None:
    assert _project(BASE.encode(), mine.encode()) is None


@pytest.mark.parametrize(
    "mine",
    [
        'tool.pytest.ini_options.addopts = "--co"\n',
        '[tool]\npytest = {ini_options = {addopts = "--co"}}\n',
        "[tool.pytest.ini_options\n",
        '[project]\ndescription = """\n[tool.pytest.ini_options]\n"""\n',
        "[tool]\n'pytest'.ini_options.addopts = '--co'\n",
        '[ tool . "pytest" . ini_options ]\naddopts = "--co"\n',
        "tool = 3\n",
    ],
)
def test_however_it_is_written_the_runner_is_the_bases(mine: str) -> None:
    merged = _project(BASE.encode(), mine.encode())
    assert merged is not None
    table = tomllib.loads(merged.decode())["tool"]
    assert table["pytest"] == {"ini_options": {"addopts": "-q"}}


def test_a_project_that_is_new_has_no_runner() -> None:
    merged = _project(b"", BASE.encode())
    assert merged is not None
    table = tomllib.loads(merged.decode())
    assert table["tool"] == {"ruff": {"line-length": 100}}
    assert _project(b"", b'[project]\nname = "x"\n') is None


def test_scripts_of_a_package_are_the_bases() -> None:
    base = {"scripts": {"test": "jest"}, "jest": {"bail": 1}, "dependencies": {"a": "1"}}
    mine = {"scripts": {"test": "true"}, "mocha": {}, "dependencies": {"a": "2"}}
    merged = _package(json.dumps(base).encode(), json.dumps(mine).encode())
    assert merged is not None
    assert json.loads(merged) == {
        "scripts": {"test": "jest"},
        "jest": {"bail": 1},
        "dependencies": {"a": "2"},
    }
    assert _package(json.dumps(base).encode(), json.dumps(base, indent=4).encode()) is None
    assert _package(json.dumps(base).encode(), b"{") == json.dumps(base).encode()
    assert json.loads(_package(b"", b'{"scripts": {}, "name": "x"}') or b"") == {"name": "x"}


def test_sections_of_a_configuration_are_the_bases() -> None:
    base = "[metadata]\nname = x\n\n[tool:pytest]\naddopts = -q\n"
    mine = "[metadata]\nname = y\n\n[tool:pytest]\naddopts = --co\n\n[flake8]\nmax = 3\n"
    merged = _config(base.encode(), mine.encode())
    assert merged is not None
    text = merged.decode()
    assert "name = y" in text
    assert "addopts = -q" in text
    assert "--co" not in text
    assert "[flake8]\nmax = 3" in text
    assert _config(base.encode(), base.replace("= x", "= z").encode()) is None
    assert _config(base.encode(), b"no section\n") == base.encode()
