"""Workers of a user's own, as small as they can be, for tests to add to a repository."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from workers.catalog import USERS_WORKERS

if TYPE_CHECKING:
    from pathlib import Path

NOTES = """\
# Notes: {{ session_id }}

## Executive Summary

FILL: what it is like.

| Score | Value (0-10) |
|---|---|
| General | FILL |
| Overall | FILL |

Files analyzed: FILL

## Findings

FILL: one level 3 heading per finding.

## Priority Actions

FILL: numbered list.

## Unresolved Issues & Handoff

FILL: open questions.
"""


def add(root: Path, name: str, **keys: object) -> Path:
    """Add a worker to a repository; `keys` go into its worker.toml. Returns its folder."""
    folder = root / USERS_WORKERS / name
    (folder / "analysis").mkdir(parents=True)
    (folder / "analysis" / "notes.md.j2").write_text(NOTES, "utf-8")
    about = {
        "name": name,
        "summary": f"what is {name}",
        "prefix": name.replace("-", "").upper(),
        "domains": ["general"],
        **keys,
    }
    lines = [f"{key} = {json.dumps(value)}" for key, value in about.items()]
    score = '[[scores]]\nkey = "general_score"\nlabel = "General"\ndomains = ["general"]'
    (folder / "worker.toml").write_text("\n".join([*lines, score, ""]), "utf-8")
    return folder
