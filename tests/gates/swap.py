"""Whether a cited file that is swapped for a link to elsewhere, while it is read, leaks.

    python swap.py PROGRAM_FOLDER FOLDER

Ends with 1 when the text of a file outside the repository was read, 0 when none of many was.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import time
from pathlib import Path

OUTSIDE = b"canary\n"
SECONDS = 4
SWAPPER = (
    "import os, sys\n"
    "while True:\n"
    "    os.symlink('../outside', 'next'); os.replace('next', 'cited.py')\n"
    "    open('next', 'w').write('inside\\n'); os.replace('next', 'cited.py')\n"
)


def main(program: str, folder: str) -> int:
    """Read the cited file again and again while another process swaps it."""
    sys.path.insert(0, program)
    from workers.repository.repository import Repository
    from workers.repository.source import Source

    root = Path(folder) / "repository"
    root.mkdir()
    (Path(folder) / "outside").write_bytes(OUTSIDE)
    (root / "cited.py").write_text("inside\n")
    read = leaked = 0
    with subprocess.Popen([sys.executable, "-c", SWAPPER], cwd=root) as swapper:
        try:
            end = time.monotonic() + SECONDS
            while time.monotonic() < end and not leaked:
                source = Repository(root).source("cited.py")
                if isinstance(source, Source):
                    read += 1
                    leaked += source.digest == hashlib.sha256(OUTSIDE).hexdigest()
        finally:
            swapper.kill()
    return 1 if leaked else 0 if read else 2


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
