"""What `log` and `status` cost on a long session, as ratios to an empty one.

    python -m benchmarks.large_session

Sessions of 50 workers and of 0, 20,000 and 200,000 events. Counts too what is read of the log
(with strace): opening goes on from STATE.json. Prints a table; exits 1 if a bound is broken.
"""

from __future__ import annotations

import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from sessions.events import Event
from sessions.session import Session, make_session, record
from tests.kit import CLI

WORKERS = 50
SIZES = (0, 20_000, 200_000)
RUNS = 15
BOUND = 1.5
# What may be read of a log, however long: the checkpoint's tail, twice for each look.
BYTES_READ = 64 * 1024
COMMANDS = (
    ("log", "--session", "s", "--worker", "worker-1", "--event", "progress"),
    ("status", "--session", "s"),
)


def session_of(root: Path, events: int) -> Session:
    """Make a session; an empty one has been made and nothing more."""
    session = make_session(root, "s")
    with session.locked():
        record(session, Event("session_created", "", "create", "s"))
        names = [f"worker-{number}" for number in range(1, WORKERS + 1)]
        batch = [
            Event("progress", names[number % WORKERS], f"step {number}", f"src/file_{number}.py")
            for number in range(events)
        ]
        if batch:
            record(session, *batch)
    return session


def log_bytes_read(session: Session, words: tuple[str, ...]) -> int | None:
    """Return how many bytes of the log a command reads, None without strace."""
    if shutil.which("strace") is None:
        return None
    trace = session.root / "trace"
    command = ["strace", "-f", "-y", "-qq", "-e", "trace=read,pread64", "-o", str(trace)]
    command += [sys.executable, str(CLI), *words]
    subprocess.run(command, cwd=session.root, capture_output=True, check=True)
    reads = re.findall(r"EVENTS\.jsonl>.* = ([0-9]+)$", trace.read_text("utf-8"), re.MULTILINE)
    return sum(map(int, reads))


def main() -> int:
    """Measure all sizes in turns, so that a busy moment hits all alike."""
    broken = False
    with tempfile.TemporaryDirectory() as folder:
        sessions = []
        for size in SIZES:
            root = Path(folder) / str(size)
            (root / ".git").mkdir(parents=True)
            sessions.append(session_of(root, size))
        print("| command | events | times the empty session | at most | bytes of the log read |")
        print("|---|---|---|---|---|")
        for words in COMMANDS:
            rounds = [[_seconds(words, one.root) for one in sessions] for _ in range(RUNS)]
            first, *_ = medians = [
                statistics.median(column) for column in zip(*rounds, strict=True)
            ]
            for size, session, seconds in zip(SIZES, sessions, medians, strict=True):
                read = log_bytes_read(session, words)
                broken = broken or seconds / first > BOUND or (read or 0) > BYTES_READ
                print(f"| `{words[0]}` | {size:,} | {seconds / first:.2f} | {BOUND} | {read} |")
    return int(broken)


def _seconds(words: tuple[str, ...], root: Path) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, str(CLI), *words], cwd=root, capture_output=True, check=True)
    return time.perf_counter() - start


if __name__ == "__main__":
    sys.exit(main())
