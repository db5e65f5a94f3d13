"""The program as the fleet's tests start it: our commands, and workers whose phases are scripted.

python tests/fleet/program.py fleet worker --engine URL --root ROOT
python tests/fleet/program.py backend --run --session ID --root ROOT --json
"""

import os
import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).parents[2])

from tests.fleet.scripted import main  # noqa: E402 - as a script it finds the project first

if __name__ == "__main__":
    code = main(Path(__file__).resolve())
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
