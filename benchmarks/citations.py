"""How phase 3 grows with citations: ratios to the sample report, in one run.

    python -m benchmarks.citations

A repository of 10,000 files, a report that cites 500 of them 5,000 times. Seconds are those of CPU,
not of the clock, which a busy machine stretches by its own measure. Prints a table with growth and
memory; exits 1 when 5,000 citations cost 10 times the sample report or 300 MB.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.kit import CLI, SESSION, TASK, copy_sample, fill_in

FILES, CITED, LINES = 10_000, 500, 40
SIZES = (1250, 2500, 5000)
MOST_TIMES, MOST_MEGABYTES = 10.0, 300.0
RUNS = 5


def main() -> int:
    """Measure and print; returns the exit code."""
    with tempfile.TemporaryDirectory() as folder:
        sample = copy_sample(Path(folder) / "sample")
        set_up(sample)
        root = copy_sample(Path(folder) / "large")
        notes, json_file = set_up(root)
        names = fill(root)
        rows = []
        for size in SIZES:
            fill_in(root, SESSION)
            cite(root, notes, json_file, names, size)
            judge(root)  # what is kept for the next time is made now, in the sample as well
            judge(sample)
            rows.append((size, *_compared(sample, root)))
    print("| citations | times the sample report | memory, MB |\n|---|---|---|")
    print(f"| 19 (the sample) | 1.00 | {min(row[2] for row in rows):.0f} |")
    for size, times, _, memory in rows:
        print(f"| {size} | {times:.2f} | {memory:.0f} |")
    _, times, _, memory = rows[-1]
    return int(times >= MOST_TIMES or memory >= MOST_MEGABYTES)


def set_up(root: Path) -> tuple[Path, Path]:
    command = [sys.executable, str(CLI), "backend", "--setup", "--session", SESSION]
    subprocess.run([*command, "--task", TASK], cwd=root, check=True, capture_output=True)
    return fill_in(root, SESSION)


def fill(root: Path) -> list[str]:
    """Make the files of a large repository; returns the names of those that are cited."""
    names: list[str] = []
    for number in range(FILES):
        file = root / "services" / f"part{number % 100}" / f"module{number}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        lines = [f"def step_{number}_{line}(value):  # part {number % 7}" for line in range(LINES)]
        file.write_text("\n".join(lines) + "\n")
        names.append(str(file.relative_to(root)))
    return names[:CITED]


def cite(root: Path, notes: Path, json_file: Path, names: list[str], size: int) -> None:
    """Add quotations to notes and JSON, half each, all of them true."""
    quoted: list[str] = []
    evidence: list[dict[str, object]] = []
    for number in range(size):
        name, line = names[number % CITED], 1 + number % LINES
        text = (root / name).read_text().split("\n")[line - 1]
        if number % 2:
            quoted.append(f"Evidence: `{name}:{line}`\n\n```python\n{text}\n```\n")
        else:
            evidence.append({"file": str(root / name), "line": line, "snippet": text})
    text = notes.read_text("utf-8").replace(
        "### Migrations\n", "### Migrations\n\n" + "\n".join(quoted)
    )
    text = text.replace("Files analyzed: 9", f"Files analyzed: {9 + CITED}")
    notes.write_text(text, "utf-8")
    report = json.loads(json_file.read_text("utf-8"))
    report["findings"][0]["evidence"] += evidence
    report["analysis_metadata"]["files_analyzed"] += [str(root / name) for name in names]
    json_file.write_text(json.dumps(report, indent=1), "utf-8")


def _compared(sample: Path, root: Path) -> tuple[float, float, float]:
    """Return what phase 3 of a root costs, in times of the sample's, and the memory of both, in MB.

    Taken in turn, and the least of each: whatever else a machine does makes a run dearer alone.
    """
    runs = [(judge(sample), judge(root)) for _ in range(RUNS)]
    (least, memory), (seconds, most) = (
        (min(run[0] for run in side), max(run[1] for run in side))
        for side in zip(*runs, strict=True)
    )
    return seconds / least, memory, most


def judge(root: Path) -> tuple[float, float]:
    """Return the seconds of CPU that phase 3 takes with all its processes, and its memory in MB."""
    code = (
        "import resource, subprocess, sys; run = subprocess.run(sys.argv[1:], capture_output=True);"
        "used = resource.getrusage(resource.RUSAGE_CHILDREN);"
        "print(run.returncode, used.ru_utime + used.ru_stime, used.ru_maxrss)"
    )
    command = [sys.executable, "-c", code, sys.executable, str(CLI), "backend", "--output"]
    run = subprocess.run(
        [*command, "--session", SESSION], cwd=root, capture_output=True, text=True, check=True
    )
    ended, seconds, kilobytes = run.stdout.split()
    if ended != "0":
        raise SystemExit(f"the report was not accepted: exit code {ended}")
    return float(seconds), int(kilobytes) / 1024


if __name__ == "__main__":
    sys.exit(main())
