"""Validators of plugins that are packages: had from an index into a temporary folder."""

from __future__ import annotations

import functools
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

# Its rules and the JSON Schemas in it are those of Agent Plugins 1.0 and of the MCP registry.
LINTER = "skillsaw==0.22.0"


@functools.cache
def linter() -> Path:
    """Return the folder that the linter is in; raises FileNotFoundError where it cannot be had."""
    name = LINTER.replace("==", "-")
    folder = Path(tempfile.gettempdir()) / f"waggle-{os.getuid()}-{name}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        raise FileNotFoundError(f"{folder} is another user's")
    if not (folder / "skillsaw/__main__.py").exists():
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(folder)]
        command += ["--disable-pip-version-check", LINTER]
        run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
        if run.returncode:
            raise FileNotFoundError(f"pip cannot install {LINTER}: {run.stderr[-300:]}")
    return folder


def lint(package: Path) -> subprocess.CompletedProcess[str]:
    """Run the linter on a folder; a warning is a fault, too."""
    env = {**os.environ, "PYTHONPATH": str(linter()), "NO_COLOR": "1"}
    command = [sys.executable, "-m", "skillsaw", "lint", "--strict", "."]
    return subprocess.run(
        command, cwd=package, env=env, capture_output=True, text=True, check=False
    )


def objections(schema: str, document: dict[str, Any]) -> list[str]:
    """Return what a JSON Schema of the linter's package says against a document."""
    from jsonschema import validators  # type: ignore[import-untyped]

    rules = json.loads((linter() / "skillsaw/schemas" / schema).read_text("utf-8"))
    checked = validators.validator_for(rules)(rules)
    return [error.message for error in checked.iter_errors(document)]
