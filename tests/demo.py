"""The main job, shown: an untouched template is rejected, an honest report accepted.

python -m tests.demo                 on the sample service, in a temporary folder
python -m tests.demo --root DIR      a report on a repository of yours, without a model
"""

from __future__ import annotations

import argparse
import json
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.kit import CLI, SESSION, TASK, copy_sample, fill_in


def main() -> int:
    """Run the demo; returns 0 when every step ended as it must."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--root", type=Path, help="a repository of yours")
    parser.add_argument("--task", default=TASK)
    options = parser.parse_args()
    if options.root:
        return _report(options.root.expanduser().resolve(), options.task)
    with tempfile.TemporaryDirectory() as folder:
        root = copy_sample(Path(folder))
        _say("Phase 1: a worker gets its task and two files to fill in.")
        phase_1 = ("backend", "--setup", "--session", SESSION, "--root", str(root))
        ends = [_run(*phase_1, "--task", options.task)]
        phase_3 = ("backend", "--output", "--session", SESSION, "--root", str(root))
        _say("Phase 3 on the untouched files: it must be rejected.")
        ends.append(_run(*phase_3))
        _say("A report with one wrong line and one wrong count: it must be rejected.")
        notes, json_file = fill_in(root, SESSION)
        replace(notes, "`app/auth.py:17`", "`app/auth.py:12`")
        replace(json_file, '"total_api_endpoints": 4', '"total_api_endpoints": 12')
        ends.append(_run(*phase_3))
        _say("The honest report: it must be accepted.")
        fill_in(root, SESSION)
        ends.append(_run(*phase_3))
        _say("A report by rule, without a model: it is judged like any other, and accepted.")
        ends.append(_report(root, options.task))
    if ends != [0, 1, 1, 0, 0]:
        _say(f"the demo failed: it ended with {ends}, not [0, 1, 1, 0, 0]")
        return 1
    _say("Done. On your own repository: make demo ROOT=path")
    return 0


def _report(root: Path, task: str) -> int:
    """Let the survey make a report, and show what it found and where the report is."""
    words = ["backend", "--run", "--model", "survey", "--task", task, "--root", str(root)]
    print(f"$ python cli.py {shlex.join(words)}", flush=True)  # noqa: T201 - as above
    command = [sys.executable, str(CLI), *words, "--json"]
    run = subprocess.run(command, stdout=subprocess.PIPE, check=False)
    told = json.loads(run.stdout)
    for line in [*told["summary"]["key_findings"], *(one["message"] for one in told["problems"])]:
        print(f"  {line}", flush=True)  # noqa: T201 - as above
    print(f"the report: {told['config'].get('notes_file')}", flush=True)  # noqa: T201 - as above
    print(f"exit code {run.returncode}", flush=True)  # noqa: T201 - as above
    return run.returncode


def _say(text: str) -> None:
    print(f"\n== {text}", flush=True)  # noqa: T201 - a demo shows


def _run(*arguments: str) -> int:
    print(f"$ python cli.py {shlex.join(arguments)}", flush=True)  # noqa: T201 - as above
    # On a terminal the readable list is shown, not the document beside it.
    quiet = sys.stderr.isatty() and "--output" in arguments
    output = subprocess.DEVNULL if quiet else None
    run = subprocess.run([sys.executable, str(CLI), *arguments], stdout=output, check=False)
    print(f"exit code {run.returncode}", flush=True)  # noqa: T201 - as above
    return run.returncode


def replace(file: Path, old: str, new: str) -> None:
    """Change one thing in a file; raises ValueError if it is not there."""
    text = file.read_text(encoding="utf-8")
    if old not in text:
        raise ValueError(old)
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
