"""Validators of pages that are no Python, from npm: vnu (Java), axe-core in Debian's Chromium."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from tests.kit import PROJECT

PACKAGES = ("vnu-jar@26.9.27", "axe-core@4.14.1", "playwright-core@1.65.1")
SECONDS = 900
_SPARING = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xss4m")


def modules() -> Path:
    """Return the folder that npm installs into; raises FileNotFoundError with the reason."""
    npm = program("npm")
    name = "-".join(PACKAGES).replace("@", "-")
    folder = Path(tempfile.gettempdir()) / f"waggle-{os.getuid()}-{name}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        raise FileNotFoundError(f"{folder} is another user's")
    if not all((folder / "node_modules" / one.partition("@")[0]).is_dir() for one in PACKAGES):
        command = [npm, "install", "--prefix", str(folder), "--no-audit", "--no-fund"]
        command += ["--ignore-scripts", *PACKAGES]
        run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
        if run.returncode:
            raise FileNotFoundError(f"npm cannot install {PACKAGES}: {run.stderr[-300:]}")
    return folder


def program(name: str, variable: str = "") -> str:
    """Return a program's path; raises FileNotFoundError where there is none."""
    path = os.environ.get(variable) or shutil.which(name)
    if not path:
        raise FileNotFoundError(f"{name} is not installed")
    return path


def html_errors(*files: Path) -> list[str]:
    """Return what the validator of HTML finds wrong, and warns of, in all files at once."""
    jar = modules() / "node_modules/vnu-jar/build/dist/vnu.jar"
    command = [program("java"), *_SPARING, "-jar", str(jar), "--format", "gnu"]
    run = subprocess.run(
        [*command, *map(str, files)], capture_output=True, text=True, check=False, timeout=SECONDS
    )
    return (run.stderr + run.stdout).splitlines()


def seen_in_a_browser(*files: Path) -> list[str]:
    """Return what is wrong with pages in a browser: requests, width, what axe-core finds."""
    command = [program("node"), str(PROJECT / "tests" / "page_checks.mjs"), str(modules())]
    command += [program("chromium", "CHROMIUM"), *map(str, files)]
    run = subprocess.run(command, capture_output=True, text=True, check=True, timeout=SECONDS)
    wrong: list[str] = json.loads(run.stdout)
    return wrong
