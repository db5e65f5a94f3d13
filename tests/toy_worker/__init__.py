"""A worker that lives in the tests alone: what the next worker brings, and nothing of the first.

`add_to` adds it to a copy of the program as AGENTS.md says: a model with its profile, a line in
WORKERS, a folder of templates, and what `make docs` writes.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from tests.kit import PROJECT

TOY = Path(__file__).parent


def add_to(folder: Path) -> Path:
    """Copy the program into a folder and add the toy worker; returns the script to call."""
    for name in ("workers", "sessions", "templates"):
        shutil.copytree(PROJECT / name, folder / name)
    shutil.copy(PROJECT / "cli.py", folder)
    shutil.copy(TOY / "model.py", folder / "workers" / "deliverables" / "toy.py")
    catalog = folder / "workers" / "catalog.py"
    line = '    Worker("toy", "the widgets of a toy shop"),\n'
    before, after = catalog.read_text("utf-8").split("WORKERS = (\n")
    catalog.write_text(f"{before}WORKERS = (\n{line}{after}", "utf-8")
    shutil.copytree(TOY / "templates", folder / "templates" / "toy" / "analysis")
    schema = "from workers.deliverables import json_schema; print(json_schema('toy'), end='')"
    command = [sys.executable, "-c", schema]
    made = subprocess.run(command, cwd=folder, capture_output=True, check=True)
    (folder / "templates" / "toy" / "analysis" / "output.schema.json").write_bytes(made.stdout)
    return folder / "cli.py"
