"""The main job, shown: an untouched template is rejected, an honest report accepted.

Then a change of code: one that skips a test is sent back, one that does the task is accepted.

python -m tests.demo                 on the sample service, in a folder that is kept
python -m tests.demo --root DIR      a report on a repository of yours, without a model
"""

from __future__ import annotations

import argparse
import os
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

from tests import changing
from tests.kit import CLI, SESSION, TASK, copy_sample, fill_in
from workers.reporting.terminal import command_lines, width

RULES = "A report by rule, without a model: it is judged like any other."


# How each step must end: five of the report on a service, three of the change of another.
ENDS = [0, 1, 1, 0, 0, 0, 1, 0]


def main() -> int:
    """Run the demo; returns 0 when every step ended as it must."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--root", type=Path, help="a repository of yours")
    parser.add_argument("--into", type=Path, help="where to keep the sample [default: a new one]")
    parser.add_argument("--task", default=TASK)
    options = parser.parse_args()
    if options.root:
        root = options.root.expanduser().resolve()
        _say(RULES)
        _print(f"cd {shlex.quote(str(root))}")
        return _report(root, options.task)
    folder = options.into or Path(tempfile.mkdtemp(prefix="waggle-demo-"))
    root = copy_sample(folder)
    _say("A small order service, and a session in it.")
    _print(f"cd {shlex.quote(str(root))}")
    _say("Phase 1: a worker gets its task and two files to fill in.")
    phase_1 = ("backend", "--setup", "--session", SESSION, "--task", options.task)
    ends = [_run(root, *phase_1)]
    phase_3 = ("backend", "--output", "--session", SESSION)
    _say("Phase 3 on the untouched files: it must be rejected.")
    ends.append(_run(root, *phase_3))
    _say("A report with one wrong line and one wrong count: it must be rejected.")
    spoil(*fill_in(root, SESSION))
    ends.append(_run(root, *phase_3))
    _say("The honest report: it must be accepted.")
    fill_in(root, SESSION)
    ends.append(_run(root, *phase_3))
    _say(RULES)
    ends.append(_report(root, options.task))
    ends += _change(folder)
    if ends != ENDS:
        _say(f"the demo failed: it ended with {ends}, not {ENDS}")
        return 1
    _say("Done. Everything is kept; the code, the reports and verdicts are in")
    _print(f"   {folder}")
    _print("   On your own repository: make demo ROOT=path")
    return 0


def _change(folder: Path) -> list[int]:
    """Show a change: a report that skips a test, then an honest one; returns the exit codes."""
    root = changing.make_repository(folder)
    os.environ.update(changing.proving_environment())
    _say("A change. The owner's tests are in waggle.toml, and run in a copy of the code.")
    _print(f"cd {shlex.quote(str(root))}")
    _print((root / "waggle.toml").read_text("utf-8").rstrip())
    task = ("--kind", "change", "--session", changing.CHANGE_SESSION)
    ends = [_run(root, "backend", "--setup", *task, "--task", changing.CHANGE_TASK)]
    _say("The worker takes 10 percent off every order, skips the test that fails, and says done.")
    changing.change_falsely(root)
    changing.report(root, changing.CHANGE_SESSION, changing.FALSE_CHANGES)
    _diff(root)
    phase_3 = ("backend", "--output", "--session", changing.CHANGE_SESSION)
    ends.append(_run(root, *phase_3))
    _say("It puts the test back, mends the code and adds tests of its own: accepted.")
    for name, text in (
        ("app/prices.py", changing.PRICES),
        ("tests/test_prices.py", changing.TESTS),
    ):
        (root / name).write_text(text, encoding="utf-8")
    changing.change_honestly(root)
    changing.report(root, changing.CHANGE_SESSION)
    _diff(root)
    return [*ends, _run(root, *phase_3)]


def _diff(root: Path) -> None:
    """Show what was changed, without the lines around it."""
    command = ["git", "diff", "--unified=0", "--no-color", "--no-ext-diff"]
    run = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    for line in run.stdout.splitlines():
        if line.startswith(("+", "-")) and not line.startswith("---"):
            _print(f"   {line.removeprefix('+++ b/')}")


def _report(root: Path, task: str) -> int:
    """Let the survey make a report: what it found, and where the report is."""
    return _run(root, "backend", "--run", "--model", "survey", "--task", task)


def _say(text: str) -> None:
    _print(f"\n== {text}")


def _print(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - a demo shows


def _run(root: Path, *arguments: str) -> int:
    """Run a command in a repository and show it, to be pasted, with what it says to people."""
    command = shlex.join([sys.executable, str(CLI), *arguments])
    _print("\n".join(command_lines(command, width(), "")))
    run = subprocess.run(
        [sys.executable, str(CLI), *arguments],
        cwd=root,
        stdout=subprocess.DEVNULL,  # the document; what people read is on standard error
        stderr=sys.stdout,
        check=False,
    )
    _print(f"exit code {run.returncode}")
    return run.returncode


def spoil(notes: Path, json_file: Path) -> None:
    """Make two statements of the honest report false: the line of a quotation, and a count."""
    replace(notes, "`app/auth.py:17`", "`app/auth.py:12`")
    replace(json_file, '"total_api_endpoints": 4', '"total_api_endpoints": 12')


def replace(file: Path, old: str, new: str) -> None:
    """Change one thing in a file; raises ValueError if it is not there."""
    text = file.read_text(encoding="utf-8")
    if old not in text:
        raise ValueError(old)
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
