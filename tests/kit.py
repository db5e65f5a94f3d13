"""What tests, demo and benchmarks share: running the program, filling a report in."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

from tests import warm
from workers.catalog import worker_called

PROJECT = Path(__file__).parent.parent
CLI = PROJECT / "cli.py"
BACKEND = worker_called("backend", None)
SAMPLE = PROJECT / "tests" / "sample_service"
HONEST = PROJECT / "tests" / "deliveries" / "honest"
# Each honest report of tests/deliveries with the service that it is on.
SAMPLES = {
    "honest": SAMPLE,
    "honest-express": PROJECT / "tests" / "sample_service_ts",
}
SESSION = "2026-01-31-09-00-orders"
MARKER = "WORKER_OUTPUT_JSON:\n"
_SECONDS = 60
TASK = "Audit the order service: endpoints, tables, what is unsafe or slow."


def copy_sample(folder: Path, sample: Path = SAMPLE) -> Path:
    """Copy a sample service into a folder of its own, as a repository."""
    root = folder / "service"
    shutil.copytree(sample, root)
    (root / ".git").mkdir()
    return root


def build_wheel(folder: Path) -> Path:
    """Build the wheel into a folder."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=PROJECT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


def install_wheel(wheel: Path, folder: Path) -> Path:
    """Unpack a wheel and write its command `waggle`, as an installer does; returns the command."""
    site, script = folder / "site", folder / "bin" / "waggle"
    zipfile.ZipFile(wheel).extractall(site)
    script.parent.mkdir()
    code = f"import sys; sys.path.insert(0, {str(site)!r}); from waggle.launch import main; main()"
    script.write_text(f"#!{sys.executable}\n{code}\n")
    script.chmod(0o755)
    return script


def waggle(
    *arguments: str | Path,
    cwd: Path,
    env: dict[str, str] | None = None,
    program: Path = CLI,
    **options: Any,
) -> subprocess.CompletedProcess[bytes]:
    """Run the program as an agent does: a process of its own, no terminal.

    Where nothing about its start is asked for it is forked, see `tests.warm`.
    """
    if warm.can_fork(program, options):
        words = [str(argument) for argument in arguments]
        ended = warm.run(words, cwd, env, options.get("input"), _SECONDS)
        if ended is not None:
            return ended
    return subprocess.run(
        [sys.executable, str(program), *map(str, arguments)],
        cwd=cwd,
        env=env,
        capture_output=True,
        check=False,
        timeout=_SECONDS,
        **{"stdin": subprocess.DEVNULL, **options},
    )


def document(run: subprocess.CompletedProcess[bytes]) -> dict[str, Any]:
    """Return the document that a phase printed, with or without its marker."""
    text = run.stdout.decode()
    parsed: dict[str, Any] = json.loads(text.removeprefix(MARKER))
    return parsed


def fill_in(root: Path, session: str, report: Path = HONEST) -> tuple[Path, Path]:
    """Put a report of tests/deliveries into a session; returns notes and JSON."""
    workers = root / "Docs" / "hive-mind" / "sessions" / session / "workers"
    made = json.loads((workers / "json" / "backend_output.json").read_text(encoding="utf-8"))
    values = {
        "@ROOT@": str(root),
        "@SESSION@": session,
        "@TIME@": made["analysis_metadata"]["timestamp"],
    }
    files = (workers / "notes" / "backend_notes.md", workers / "json" / "backend_output.json")
    for file in files:
        text = (report / file.name).read_text(encoding="utf-8")
        for name, value in values.items():
            text = text.replace(name, value)
        file.write_text(text, encoding="utf-8")
    return files
