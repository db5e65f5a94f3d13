"""Writes what is generated from the code: JSON Schemas and README's picture (`make docs`)."""

from __future__ import annotations

import io
import re
import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text

from tests.demo import replace
from tests.kit import CLI, PROJECT, SESSION, TASK, copy_sample, fill_in
from workers import reports
from workers.catalog import WORKERS
from workers.deliverables import json_schema
from workers.finish import Request, finish
from workers.prepare import Order, prepare

PICTURE = PROJECT / "tests" / "snapshots" / "terminal.svg"


def schemas() -> dict[Path, str]:
    """Return each schema file with its text."""
    folder = PROJECT / "templates"
    return {folder / w.name / "output.schema.json": json_schema(w.name) for w in WORKERS}


def picture() -> str:
    """Return README's picture: a rejection and an acceptance as a terminal shows them."""
    console = Console(record=True, width=92, file=io.StringIO(), highlight=False)
    with tempfile.TemporaryDirectory() as folder:
        root = copy_sample(Path(folder))
        prepare(Order(WORKERS[0], root, CLI, SESSION, TASK.encode()))
        notes, json_file = fill_in(root, SESSION)
        replace(notes, "`app/auth.py:17`", "`app/auth.py:12`")
        replace(notes, "`app/mail.py:9-11`", "`app/email.py:9-11`")
        replace(json_file, '"total_api_endpoints": 4', '"total_api_endpoints": 12')
        replace(json_file, '"caching_strategy": "None"', '"caching_stategy": "None"')
        for _ in range(2):
            console.print(Text(f"$ waggle backend --output --session {SESSION}", style="bold"))
            output = finish(Request(WORKERS[0], root, CLI), SESSION)
            output.config["next_command"] = None  # it holds a path of this machine
            reports.show(output, console)
            console.print()
            fill_in(root, SESSION)
    drawn = console.export_svg(title="waggle", unique_id="waggle")
    # Without the web font: a picture in a README fetches nothing.
    return re.sub(r"@font-face \{.*?\}\s*", "", drawn, flags=re.DOTALL)


if __name__ == "__main__":
    for file, text in schemas().items():
        file.write_text(text, encoding="utf-8")
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text(picture(), encoding="utf-8")
