"""Debian's Chromium, driven by playwright-core from npm: what a test wants done is JavaScript."""

from __future__ import annotations

import json
import os
import re
import selectors
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any, Self

PACKAGES = ("playwright-core@1.65.1", "axe-core@4.14.1")
DRIVER = Path(__file__).parent / "browser.mjs"
VNU = "vnu-jar@26.9.27"
SECONDS = 120
_FILE = re.compile(r'^"file:[^"]*/([^/"]+)"')  # begins a line of the checker


def modules(packages: tuple[str, ...] = PACKAGES) -> Path:
    """Return the folder of the npm packages, which are fetched once.

    Raises FileNotFoundError with the reason where they cannot be had.
    """
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        raise FileNotFoundError("npm is not installed")
    name = "-".join(packages).replace("@", "-")
    folder = Path(tempfile.gettempdir()) / f"waggle-{os.getuid()}-{name}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        raise FileNotFoundError(f"{folder} is another user's")
    if not all((folder / "node_modules" / one.partition("@")[0]).is_dir() for one in packages):
        command = [npm, "install", "--prefix", str(folder), "--no-audit", "--no-fund"]
        command += ["--ignore-scripts", *packages]
        run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
        if run.returncode:
            raise FileNotFoundError(f"npm cannot install {packages}: {run.stderr[-300:]}")
    return folder


def html_errors(files: list[Path]) -> list[str]:
    """Return what the W3C's checker says of some pages, a line each.

    Raises FileNotFoundError with the reason where it cannot be had.
    """
    java = shutil.which("java")
    if java is None:
        raise FileNotFoundError("java is not installed")
    (jar,) = modules((VNU,)).rglob("vnu.jar")
    options = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xss4m"]
    command = [java, *options, "-jar", str(jar), "--format", "gnu", *map(str, files)]
    run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=900)
    lines = run.stderr.splitlines()
    assert run.returncode == bool(lines), run.stderr
    return [_FILE.sub(r"\1", line) for line in lines]


def chromium() -> str:
    """Return the browser; raises FileNotFoundError where there is none."""
    named = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not named:
        raise FileNotFoundError("chromium is not installed")
    return named


class Browser:
    """A browser with a page; `with` ends it."""

    def __init__(self, **options: Any) -> None:
        about = {"modules": str(modules()), "chromium": chromium(), "options": options}
        self._process = subprocess.Popen(
            [str(shutil.which("node")), str(DRIVER), json.dumps(about)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()

    def run(self, code: str, **given: Any) -> Any:
        """Run the body of an async function: `page`, `context`, `given` ...; returns its value."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"code": code, "given": given}).encode() + b"\n")
        self._process.stdin.flush()
        with selectors.DefaultSelector() as waiting:
            waiting.register(self._process.stdout, selectors.EVENT_READ)
            assert waiting.select(SECONDS), f"no answer to {code}"
        answer = json.loads(self._process.stdout.readline())
        assert "error" not in answer, answer["error"]
        return answer["value"]
