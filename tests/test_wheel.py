"""The wheel: one import name, the whole application, and nobody's modules in place of ours."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.kit import PROJECT, SESSION, build_wheel, copy_sample, install_wheel


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_wheel(tmp_path_factory.mktemp("wheel"))


def test_the_exact_files(wheel: Path) -> None:
    listed = set(zipfile.ZipFile(wheel).namelist())
    packed = {name for name in listed if ".dist-info/" not in name}
    wanted = {"waggle/launch.py", "waggle/app/__main__.py"}
    for folder in ("workers", "sessions", "templates"):
        wanted |= {
            f"waggle/app/{file.relative_to(PROJECT)}"
            for file in (PROJECT / folder).rglob("*")
            if file.is_file() and "__pycache__" not in file.parts
        }
    assert packed == wanted
    assert {name.split("/")[0] for name in packed} == {"waggle"}
    assert any(name.endswith("licenses/LICENSE") for name in listed)


def test_the_command_runs_and_cannot_be_shadowed(wheel: Path, tmp_path: Path) -> None:
    """Unpacked as an installer does it; every module of ours has a hostile namesake."""
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)
    root = copy_sample(tmp_path)
    for name in ("cli", "workers", "sessions", "templates", "launch"):
        (root / f"{name}.py").write_text("open('PWNED', 'w')\n")
    code = (
        f"import sys; sys.path.insert(0, {str(site)!r}); sys.argv[0] = 'waggle';"
        " from waggle.launch import main; main()"
    )
    base = [sys.executable, "-c", code, "backend"]
    env = {**os.environ, "PYTHONPATH": "."}
    for words, ends in ((["--setup", "--task", "x"], 0), (["--output"], 1)):
        command = [*base, *words, "--session", SESSION]
        run = subprocess.run(command, cwd=root, env=env, capture_output=True, check=False)
        assert run.returncode == ends, run.stderr
    assert not (root / "PWNED").exists()
    told = next_command(root, base, env)
    run = subprocess.run(["sh", "-c", told], cwd="/", capture_output=True, check=False)
    assert run.returncode == 1, run.stderr


def test_what_it_installs_fits_every_machine(wheel: Path, tmp_path: Path) -> None:
    """The command on the PATH is what teams commit; without it the files are said to be ours."""
    script = install_wheel(wheel, tmp_path)
    root = copy_sample(tmp_path)
    plain = {**os.environ, "PATH": "/usr/bin:/bin"}
    found = {**plain, "PATH": f"{script.parent}:/usr/bin:/bin"}
    for env, is_shared in ((found, True), (plain, False)):
        for target in ("claude-code", "codex"):
            run = subprocess.run(
                [str(script), "install", target], cwd=root, env=env, capture_output=True, check=True
            )
            assert (b"do not commit" not in run.stdout) == is_shared
        texts = [file.read_text() for file in root.rglob("*") if file.is_file()]
        assert any("waggle hook stop" in text for text in texts) == is_shared
        for path in (str(tmp_path), sys.executable):
            assert any(path in text for text in texts) != is_shared
    base = [str(script), "backend"]
    setup = [*base, "--setup", "--session", SESSION, "--task", "x"]
    subprocess.run(setup, cwd=root, env=found, capture_output=True, check=True)
    assert next_command(root, base, found).startswith("waggle backend --output ")


def next_command(root: Path, base: list[str], env: dict[str, str]) -> str:
    import json

    command = [*base, "--setup", "--session", SESSION, "--json"]
    run = subprocess.run(command, cwd=root, env=env, capture_output=True, check=True)
    told: str = json.loads(run.stdout)["config"]["next_command"]
    return told


@pytest.mark.alone
@pytest.mark.slow
def test_a_fresh_install_has_the_command(wheel: Path, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "venv")], check=True)
    pip = [str(tmp_path / "venv/bin/python"), "-m", "pip", "install", "-q"]
    pinned = ["--require-hashes", "-r", str(PROJECT / "requirements/run.txt")]
    subprocess.run([*pip, *pinned], check=True)
    subprocess.run([*pip, "--no-deps", str(wheel)], check=True)
    root = copy_sample(tmp_path)
    command = [str(tmp_path / "venv/bin/waggle"), "backend", "--setup", "--task", "x"]
    run = subprocess.run(command, cwd=root, capture_output=True, check=False)
    assert run.returncode == 0, run.stderr
    completed = subprocess.run(
        [str(tmp_path / "venv/bin/waggle")],
        env={**os.environ, "_WAGGLE_COMPLETE": "bash_source"},
        capture_output=True,
        check=False,
    )
    assert b"_WAGGLE_COMPLETE=bash_complete waggle" in completed.stdout or (
        b"_WAGGLE_COMPLETE=bash_complete" in completed.stdout
    )


@pytest.mark.alone
@pytest.mark.slow
@pytest.mark.parametrize("way", ["run", "tool"])
def test_uv_works_as_well(way: str, tmp_path: Path) -> None:
    import shutil

    if shutil.which("uv") is None:
        pytest.skip("uv is not installed")
    env = {**os.environ, "UV_TOOL_DIR": str(tmp_path / "tools"), "UV_TOOL_BIN_DIR": str(tmp_path)}
    checkout = tmp_path / "checkout"
    subprocess.run(["git", "clone", "-q", str(PROJECT), str(checkout)], check=True)
    if way == "run":
        command = ["uv", "run", "--no-dev", "-q", "cli.py", "explain", "E05"]
    else:
        install = ["uv", "tool", "install", "-q", "-c", "requirements/run.txt", "."]
        subprocess.run(install, cwd=checkout, env=env, check=True)
        command = [str(tmp_path / "waggle"), "explain", "E05"]
    run = subprocess.run(command, cwd=checkout, env=env, capture_output=True, check=False)
    assert run.returncode == 0, run.stderr
    assert b"E05 (grounded, error)" in run.stdout
