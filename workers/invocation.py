"""How this program was called, so that a hint names a command that runs from where the user is."""

from __future__ import annotations

import shlex
import shutil
import sys
from pathlib import Path


def called_as() -> str:
    """Return the words before our arguments as they were typed: `waggle`, `python /path/cli.py`."""
    script = Path(sys.argv[0])
    if script.name == "waggle" or script.suffix == ".exe":  # what an installation put on PATH
        found = shutil.which("waggle")
        on_path = found is not None and Path(found).resolve() == script.resolve()
        return "waggle" if on_path else shlex.quote(str(script))
    words = sys.orig_argv[: len(sys.orig_argv) - len(sys.argv) + 1]
    return shlex.join(words) or "waggle"
