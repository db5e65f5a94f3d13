"""A worker that lives in the tests alone: what the next worker brings, and nothing of the first.

`add_to` adds it to a copy of the program as AGENTS.md says: a folder in templates/, and what
`make docs` writes into it. No Python file is touched.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from tests.kit import PROJECT
from workers import worker_file
from workers.catalog import Worker

TOY = Path(__file__).parent
FOLDER = TOY / "toy"


def toy() -> Worker:
    """Return the worker as a user's."""
    return Worker("toy", FOLDER, worker_file.read(FOLDER), is_built_in=False)


def add_to(folder: Path) -> Path:
    """Copy the program into a folder and add the toy worker; returns the script to call."""
    for name in ("workers", "sessions", "templates"):
        shutil.copytree(PROJECT / name, folder / name)
    shutil.copy(PROJECT / "cli.py", folder)
    ours = folder / "templates" / "toy"
    shutil.copytree(FOLDER, ours)
    schema = (
        "from workers.catalog import worker_called; from workers.deliverables import json_schema;"
        " print(json_schema(worker_called('toy', None)), end='')"
    )
    command = [sys.executable, "-c", schema]
    made = subprocess.run(command, cwd=folder, capture_output=True, check=True)
    (ours / "analysis" / "output.schema.json").write_bytes(made.stdout)
    return folder / "cli.py"
