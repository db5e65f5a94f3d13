"""What is wrong with files of HTML in a browser: axe-core in Debian's Chromium."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

from tests.browsing import chromium, modules
from tests.kit import PROJECT

if TYPE_CHECKING:
    from pathlib import Path

SECONDS = 900


def seen_in_a_browser(*files: Path) -> list[str]:
    """Return what is wrong with pages in a browser: requests, width, what axe-core finds.

    Raises FileNotFoundError with the reason where it cannot be had.
    """
    command = ["node", str(PROJECT / "tests" / "page_checks.mjs"), str(modules()), chromium()]
    run = subprocess.run(
        [*command, *map(str, files)], capture_output=True, text=True, check=True, timeout=SECONDS
    )
    wrong: list[str] = json.loads(run.stdout)
    return wrong
