"""Whether a repository that a fault hit while `install` or `uninstall` ran is legal.

    python check_install.py COMMAND...            the check; run by crashtest in the repository
    python check_install.py recover COMMAND...    the check, then what the user does next
    python check_install.py acknowledged          what was said to be done is done

COMMAND is the program with the words of the gate. Crashtest says in its environment what was before
($CT_TEMPLATE) and what is there without a fault ($CT_DONE). Every file is as before or as after,
whole; `--status` says "installed" only of what is; the command, run again, does what it did without
the fault; and `uninstall` then leaves what was there before any `install` ($GATE_BARE).
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MANIFEST = ".waggle-install.json"
LEFTOVER = re.compile(r"\..+\.[0-9]+\.tmp")


def tree(root: Path) -> dict[str, bytes | None]:
    """Return every file with its bytes, every folder with None; of a link what it leads to."""
    return {
        str(path.relative_to(root)): bytes(path.readlink())
        if path.is_symlink()
        else path.read_bytes()
        if path.is_file()
        else None
        for path in sorted(root.rglob("*"))
    }


def settled(root: Path, wanted: Path) -> Iterator[str]:
    """Yield what differs from what is wanted, leftovers included."""
    there, want = tree(root), tree(wanted)
    yield from (f"{name}: differs" for name in want if there.get(name, b"gone") != want[name])
    yield from (f"{name}: should not be there" for name in there if name not in want)


def whole(root: Path, template: Path, done: Path) -> Iterator[str]:
    """Yield the files that are neither as before nor as after."""
    old, new = tree(template), tree(done)
    there = tree(root)
    for name, data in there.items():
        if LEFTOVER.fullmatch(Path(name).name):
            continue
        if name == MANIFEST:
            yield from _faults_of_manifest(data)
        elif data not in {old.get(name, b"none"), new.get(name, b"none")}:
            yield f"{name}: neither old nor new"
    for name in old.keys() & new.keys():
        if name not in there and name != MANIFEST:
            yield f"{name}: gone"


def _faults_of_manifest(data: bytes | None) -> Iterator[str]:
    try:
        json.loads(data or b"")
    except ValueError:
        yield f"{MANIFEST}: does not parse"


def untrue(root: Path, command: list[str], installed: Path) -> Iterator[str]:
    """Yield what is wrong when `--status` says "installed" of what is not."""
    *program, _, target = command
    run = _run(root, [*program, "install", target, "--status", "--json"])
    told = json.loads(run.stdout)
    differs = [fault for fault in settled(root, installed) if not _is_harmless(fault)]
    if run.returncode or (told["installed"] and told["current"] and differs):
        yield f"--status says {told.get('state')!r}, and {differs[:2]}"


def _is_harmless(fault: str) -> bool:
    name = Path(fault.split(": ", maxsplit=1)[0]).name
    return name == MANIFEST or LEFTOVER.fullmatch(name) is not None


def recovered(root: Path, command: list[str]) -> Iterator[str]:
    """Yield what a user finds who runs the command again, or takes back what it began."""
    *program, verb, target = command
    bare, done = Path(os.environ["GATE_BARE"]), Path(os.environ["CT_DONE"])
    taken_back = Path(os.environ["TMPDIR"]) / "taken back"
    shutil.rmtree(taken_back, ignore_errors=True)
    shutil.copytree(root, taken_back, symlinks=True)
    for folder, words, wanted in (
        (taken_back, ["uninstall", target], bare),
        (root, [verb, target], done),
    ):
        run = _run(folder, [*program, *words])
        if run.returncode:
            yield f"{words[0]} ended with {run.returncode}: {run.stderr.decode()}"
        yield from (f"after {words[0]}: {fault}" for fault in settled(folder, wanted))
    if verb == "install":
        shutil.rmtree(taken_back)
        shutil.copytree(root, taken_back, symlinks=True)
        _run(taken_back, [*program, "uninstall", target])
        yield from (f"after both: {fault}" for fault in settled(taken_back, bare))


def _run(root: Path, command: list[str]) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(command, cwd=root, capture_output=True, check=False)


def faults(words: list[str]) -> Iterator[str]:
    """Yield what is wrong with the repository that we are in."""
    root, template, done = Path.cwd(), Path(os.environ["CT_TEMPLATE"]), Path(os.environ["CT_DONE"])
    if words == ["acknowledged"]:
        yield from (fault for fault in settled(root, done) if not LEFTOVER.search(fault))
        return
    recovers, command = words[0] == "recover", words[words[0] == "recover" :]
    yield from whole(root, template, done)
    yield from untrue(root, command, done if command[-2] == "install" else template)
    if recovers:
        yield from recovered(root, command)


def main() -> int:
    """Print what is wrong; returns 1 when something is."""
    found = list(faults(sys.argv[1:]))
    sys.stderr.write("".join(f"{what}\n" for what in found))
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
