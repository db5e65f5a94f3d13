"""What the gate and the MCP server cost, as ratios to floors measured in the same run.

    python -m benchmarks.agents

A hook that judges is held against --output, one that has nothing to judge against
`python -c "import click"`. What the MCP server needs until its tools are listed is CPU time, held
against `cli.py --version` and `python -c pass`. Prints a table; exits 1 if a bound is broken.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.kit import CLI, SESSION, TASK, copy_sample, fill_in, waggle

RUNS = 15
PROGRAM = [sys.executable, str(CLI)]
OWNER = "claude-session"
LISTED = b"""\
{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25",\
"capabilities":{},"clientInfo":{"name":"bench","version":"1"}}}
{"jsonrpc":"2.0","method":"notifications/initialized"}
{"jsonrpc":"2.0","id":2,"method":"tools/list"}
"""


def main() -> int:
    """Measure all in turns, so that a busy moment hits all alike."""
    times: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        root = copy_sample(Path(folder))
        env = {**os.environ, "CLAUDE_CODE_SESSION_ID": OWNER}
        order = ("backend", "--setup", "--session", SESSION, "--task", TASK)
        waggle(*order, cwd=root, env=env)
        notes, _ = fill_in(root, SESSION)
        output = [*PROGRAM, "backend", "--output", "--session", SESSION]
        for number in range(RUNS):
            # Another fault each time: the same one is not held for ever.
            notes.write_text(f"{notes.read_text()}\n`app/none{number}.py:1`\n")
            measured = {
                "click": _seconds([sys.executable, "-c", "import click"], root),
                "pass, CPU": _cpu_seconds([sys.executable, "-c", "pass"], root),
                "--version, CPU": _cpu_seconds([*PROGRAM, "--version"], root),
                "--output": _seconds(output, root),
                "hook subagent-stop, rejected": _hook("subagent-stop", root, f"agent{number}"),
                "hook subagent-stop, another's agent": _hook("subagent-stop", root, "a", "poet"),
                "hook stop, nothing to tell": _hook("stop", Path(folder), "a", ""),
                "mcp, tools listed": _cpu_seconds([*PROGRAM, "mcp"], root, LISTED),
            }
            for name, seconds in measured.items():
                times.setdefault(name, []).append(seconds)
    medians = {name: statistics.median(values) for name, values in times.items()}
    bounds = [
        ("hook subagent-stop, rejected", "--output", 1.5),
        ("hook subagent-stop, another's agent", "click", 1.6),
        ("hook stop, nothing to tell", "click", 1.6),
        ("mcp, tools listed", "--version, CPU", 1.3),
        ("mcp, tools listed", "pass, CPU", 12),
    ]
    print("| call | floor | times its floor | at most |\n|---|---|---|---|")
    broken = False
    for name, floor, bound in bounds:
        ratio = medians[name] / medians[floor]
        broken = broken or ratio > bound
        print(f"| `{name}` | `{floor}` | {ratio:.2f} | {bound} |")
    return int(broken)


def _seconds(command: list[str], root: Path, data: bytes = b"") -> float:
    start = time.perf_counter()
    subprocess.run(command, cwd=root, input=data, capture_output=True, check=False)
    return time.perf_counter() - start


def _hook(event: str, root: Path, agent: str, kind: str = "backend-worker") -> float:
    told = {"session_id": OWNER, "agent_id": agent, "agent_type": kind}
    return _seconds([*PROGRAM, "hook", event], root, json.dumps(told).encode())


def _cpu_seconds(command: list[str], root: Path, data: bytes = b"") -> float:
    """Return what a process spends itself: waiting for others on the machine is not in it."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    _seconds(command, root, data)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    sys.exit(main())
