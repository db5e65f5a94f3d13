"""Starts the folder inside the wheel: `waggle` runs waggle/app/__main__.py, and nothing else."""

import runpy
from pathlib import Path


def main() -> None:
    """Run the application folder beside this file as a program."""
    runpy.run_path(str(Path(__file__).parent / "app"), run_name="__main__")
