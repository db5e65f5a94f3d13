"""Settings: what a repository may say, what only the user chooses, what breaks no command."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sessions.settings import DEFAULTS, settings, settings_and_ignored
from tests.kit import SESSION, TASK, document, waggle

if TYPE_CHECKING:
    from collections.abc import Callable

COSTLY = "openai:gpt-5-pro"
FILES = {
    "waggle.toml": f'model = "{COSTLY}"\n',
    "pyproject.toml": f'[tool.waggle]\nmodel = "{COSTLY}"\n',
}

ENGINE = "postgresql://me:hunter2@h/db?password=hunter2"


@pytest.fixture(autouse=True)
def _home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("config")))


@pytest.mark.parametrize("file", FILES)
def test_a_repository_chooses_no_model(root: Path, file: str) -> None:
    """Who is paid, and who gets the code, is not for a stranger's repository to say."""
    (root / file).write_text(FILES[file])
    env = {**os.environ, "OPENAI_API_KEY": "x", "OPENAI_BASE_URL": "http://127.0.0.1:9/"}
    run = waggle("backend", "--setup", "--session", SESSION, "--task", TASK, cwd=root, env=env)
    assert document(run)["model"] == DEFAULTS["model"]
    assert f"model in {file} is ignored" in run.stderr.decode()
    assert "WAGGLE_MODEL" in run.stderr.decode()
    planned = waggle("queen", "--session", "other", "--task", TASK, "--json", cwd=root, env=env)
    assert COSTLY not in planned.stdout.decode()


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("words", [("run", "--session", "s"), ("fleet", "status")])
def test_a_repository_names_no_engine(root: Path, file: str, words: tuple[str, ...]) -> None:
    """Who chooses the database chooses what a machine runs."""
    (root / file).write_text(FILES[file].replace(f'model = "{COSTLY}"', f'engine = "{ENGINE}"'))
    run = waggle(*words, cwd=root)
    said = (run.stdout + run.stderr).decode()
    assert f"engine in {file} is ignored: a repository chooses no engine" in said
    assert "cannot be used" not in said
    shown = waggle("config", cwd=root).stdout.decode()
    assert "engine = sqlite  (default)" in shown
    assert "hunter2" not in said + shown


@pytest.mark.parametrize(("text", "shown"), [(ENGINE, "postgresql://h/db"), ("x:hunter2@h", "(no")])
def test_config_shows_an_engine_without_its_password(root: Path, text: str, shown: str) -> None:
    file = Path(os.environ["XDG_CONFIG_HOME"], "waggle", "waggle.toml")
    file.parent.mkdir()
    file.touch(0o600)
    file.write_text(f'engine = "{text}"\n')
    out = waggle("config", cwd=root).stdout.decode()
    assert f"engine = {shown}" in out
    assert "hunter2" not in out


@pytest.mark.parametrize("file", FILES)
def test_config_shows_what_is_ignored_and_why(root: Path, file: str) -> None:
    (root / file).write_text(FILES[file])
    told = json.loads(waggle("config", "--json", cwd=root).stdout)
    (ignored,) = told["ignored"]
    assert (ignored["name"], ignored["source"]) == ("model", file)
    assert "a repository chooses no model" in ignored["reason"]
    assert f"model in {file} is ignored" in waggle("config", cwd=root).stdout.decode()


def test_the_user_chooses_one(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (root / "waggle.toml").write_text('model = "a:b"\nstale_seconds = 5\n')
    own = os.environ["XDG_CONFIG_HOME"] + "/waggle/waggle.toml"
    os.makedirs(os.path.dirname(own))  # noqa: PTH103, PTH120
    with open(own, "w", encoding="utf-8") as file:  # noqa: PTH123
        file.write('model = "groq:x"\nstale_seconds = 7\nlow_seconds = 9\n')
    known = settings(root)
    assert (known["model"].value, known["model"].source) == ("groq:x", own)
    assert (known["stale_seconds"].value, known["low_seconds"].value) == (5, 9)
    monkeypatch.setenv("WAGGLE_MODEL", "openai:y")
    assert settings(root)["model"].value == "openai:y"


@pytest.mark.parametrize(
    "text",
    ["bogus = 1\n", "stale_seconds = -1\n", "stale_seconds = [\n", "\x00", '"a\\u001b[2J" = 1\n'],
)
def test_a_mistake_in_it_breaks_no_command(root: Path, text: str) -> None:
    (root / "waggle.toml").write_text(text)
    for words in (
        ["backend", "--setup", "--session", SESSION, "--task", TASK],
        ["status", "--session", SESSION],
        ["config"],
    ):
        run = waggle(*words, cwd=root)
        assert run.returncode == 0, run.stderr
        assert "waggle.toml" in (run.stderr if words != ["config"] else run.stdout).decode()
        assert b"\x1b" not in run.stderr + run.stdout


def test_special_files_and_links_are_not_read(root: Path, tmp_path: Path) -> None:
    file, outside = root / "waggle.toml", tmp_path / "outside.toml"
    outside.write_text("stale_seconds = 5\n")
    makers: tuple[Callable[[], None], ...] = (
        lambda: file.symlink_to(outside),
        lambda: file.symlink_to("/etc/passwd"),
        lambda: os.mkfifo(file),
        file.mkdir,
        lambda: file.symlink_to("/dev/zero"),
    )
    for make in makers:
        make()
        known, (ignored,) = settings_and_ignored(root)
        assert known["stale_seconds"].source == "default"
        assert ignored.source == "waggle.toml"
        assert "root:" not in ignored.line
        if file.is_dir() and not file.is_symlink():
            file.rmdir()
        else:
            file.unlink()
    (root / "config.toml").write_text("stale_seconds = 6\n")
    file.symlink_to("config.toml")  # a link inside is the repository's own
    assert settings(root)["stale_seconds"].value == 6
