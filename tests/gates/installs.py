"""The gates and races of `install` and `uninstall`: repositories, judges, many at once, an editor.

python -m tests.gates.installs [--rounds N]     the races alone
"""

from __future__ import annotations

import argparse
import functools
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.gates.check_install import settled
from tests.kit import CLI, PROJECT, copy_sample
from workers.integrations.install.targets import TARGETS

if TYPE_CHECKING:
    from collections.abc import Callable

CHECK = [sys.executable, str(Path(__file__).parent / "check_install.py")]
TARGET = "claude-code"
REST = [name for name in TARGETS if name not in {TARGET, "agents-md"}]
YESTERDAY = time.time() - 86_400
PAIR = "copilot", "vscode"  # the agents and hooks of the two are the same files
SETTINGS = """{
  // our own rules
  "permissions": {"allow": ["Bash(ls)" /* reading only */, ]},
  "hooks": {"Stop": [{"hooks": [{"type": "command", "command": "notify-send done"}]}]},
}
"""

# What people have in the files of other agents, each in another form.
OTHERS = {
    ".codex/config.toml": 'model = "x"\r\n',
    ".codex/hooks.json": '{"hooks": {"Stop": []}}',
    ".gemini/settings.json": '{\n\t"general": {}\n}\n',
    ".qwen/settings.json": "",
    ".github/mcp.json": '{"mcpServers": {"docs": {"command": "docs"}}}\n',
    ".vscode/mcp.json": '{\n  // ours\n  "servers": {},\n}\n',
    "opencode.jsonc": "{\r\n  // ours\r\n}\r\n",
}


def bare(root: Path) -> Path:
    """Return where a repository is kept as it was before any `install`."""
    return root.parent / "bare"


def configured(folder: Path) -> Path:
    """Make a repository with settings, instructions and a link of its owner."""
    root = copy_sample(folder)
    (root / ".claude").mkdir()
    (root / ".claude/settings.json").write_text(SETTINGS)
    (root / "CLAUDE.md").write_text("# Rules\n\nBe kind.")
    (root / "AGENTS.md").symlink_to("CLAUDE.md")
    for name, text in OTHERS.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_bytes(text.encode())
    shutil.copytree(root, bare(root), symlinks=True)
    return _old(root)


def installed(folder: Path, target: str = TARGET) -> Path:
    """Make a repository in which the program was installed."""
    root = configured(folder)
    _run(CLI, root, "install", target)
    return _old(root)


def beside_one(folder: Path) -> Path:
    """Make a repository in which another target has some of the same files."""
    root = installed(folder, PAIR[0])
    _keep(root)
    return root


def with_both(folder: Path) -> Path:
    """Make a repository in which two targets have the same files, of which one stays."""
    root = installed(folder, PAIR[0])
    _run(CLI, root, "install", PAIR[1])
    _keep(root, "uninstall", PAIR[0])
    return _old(root)


def _keep(root: Path, *words: str) -> None:
    """Keep a repository as it is after a command as what is to be left in the end."""
    shutil.rmtree(bare(root))
    shutil.copytree(root, bare(root), symlinks=True)
    if words:
        _run(CLI, bare(root), *words)


def outdated(folder: Path) -> Path:
    """Make a repository in which another copy of the program was installed."""
    root, program = configured(folder), folder / "program"
    for one in (root, bare(root)):  # the containers are ours as well
        (one / ".claude/settings.json").write_text('{"model": "opus"}')
    for name in ("workers", "sessions", "templates"):
        shutil.copytree(PROJECT / name, program / name)
    shutil.copy(CLI, program)
    _run(program / CLI.name, root, "install", TARGET)
    return _old(root)


GATES: tuple[tuple[str, Callable[[Path], Path], tuple[str, str]], ...] = (
    ("install", configured, ("install", TARGET)),
    ("install, over an older one", outdated, ("install", TARGET)),
    ("install, a section and a link", configured, ("install", "agents-md")),
    ("uninstall", installed, ("uninstall", TARGET)),
    ("install, what another has", beside_one, ("install", PAIR[1])),
    ("uninstall, what another has", with_both, ("uninstall", PAIR[0])),
    *((f"install {name}", configured, ("install", name)) for name in REST),
    *(
        (f"uninstall {name}", functools.partial(installed, target=name), ("uninstall", name))
        for name in REST
    ),
)


def judges(command: list[str]) -> tuple[list[str], list[str], list[str]]:
    """Return the check, what recovers, and the check of what was said to be done."""
    return [*CHECK, *command], [*CHECK, "recover", *command], [*CHECK, "acknowledged"]


def _old(root: Path) -> Path:
    """Let nothing in a repository look as if somebody were at work on it."""
    for file in root.rglob("*"):
        if not file.is_symlink():
            os.utime(file, (YESTERDAY, YESTERDAY))
    return root


def _run(program: Path, root: Path, *words: str) -> None:
    command = [sys.executable, str(program), *words]
    subprocess.run(command, cwd=root, check=True, capture_output=True)


@dataclass
class Editor(threading.Thread):
    """A program that adds a key to a JSON file, by an atomic rename, again and again.

    The pauses are random, of so many seconds on average: on a busy machine none of a fixed length
    might be long enough for anybody else, and the file grows with every edit.
    """

    file: Path
    seconds: float = 0.005
    edits: int = 0
    ended: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        """Begin at once."""
        super().__init__(daemon=True)
        self.start()

    def __hash__(self) -> int:
        """Be known by identity, as threads are."""
        return id(self)

    def run(self) -> None:
        """Edit until it is ended."""
        pauses = random.Random(1)  # noqa: S311 - pauses of a test
        while not self.ended.wait(pauses.expovariate(1 / self.seconds)):
            told = json.loads(self.file.read_bytes())
            told[f"edit {self.edits}"] = self.edits
            beside = self.file.with_name("settings.json.new")
            beside.write_text(json.dumps(told, indent=2))
            beside.replace(self.file)
            self.edits += 1

    def lost(self) -> list[int]:
        """End, and return the edits that are not there."""
        self.ended.set()
        self.join()
        told = json.loads(self.file.read_bytes())
        return [number for number in range(self.edits) if f"edit {number}" not in told]


def faults_beside_an_editor(root: Path, program: Path) -> list[str]:
    """Install and uninstall while another program edits the settings; return what was lost."""
    file = root / ".claude/settings.json"
    file.write_text("{}\n")
    editor = Editor(file)
    found, has_hooks = [], []
    for verb in ("install", "uninstall"):
        command = [sys.executable, str(program), verb, TARGET]
        run = subprocess.run(command, cwd=root, capture_output=True, check=False)
        time.sleep(0.05)
        has_hooks.append("hooks" in json.loads(file.read_bytes()))
        if run.returncode:
            found.append(f"{verb} ended with {run.returncode}: {run.stderr.decode()}")
    lost = editor.lost()
    if lost:
        found.append(f"{len(lost)} of {editor.edits} edits are lost")
    if has_hooks != [True, False]:
        found.append(f"hooks after install and after uninstall: {has_hooks}")
    return found


def faults_of_many(root: Path, program: Path) -> list[str]:
    """Install every target at once, twice, then take all out at once; return what is wrong."""
    found = []
    for verb, times in (("install", 2), ("uninstall", 1)):
        commands = [[sys.executable, str(program), verb, name] for name in [*TARGETS] * times]
        pipe = subprocess.PIPE
        runs = [subprocess.Popen(one, cwd=root, stdout=pipe, stderr=pipe) for one in commands]
        errors = [run.communicate()[1] for run in runs]
        found += [error.decode() for run, error in zip(runs, errors, strict=True) if run.returncode]
        if verb == "install":
            known = json.loads((root / ".waggle-install.json").read_bytes())
            if sorted(known) != sorted(TARGETS):
                found.append(f"the manifest knows {sorted(known)}")
    return found + list(settled(root, bare(root)))


RACES = {"an editor beside": faults_beside_an_editor, "all installs at once": faults_of_many}


def race(name: str, rounds: int, *, program: Path = CLI) -> tuple[int, str]:
    """Run a race so often; returns an exit code and what was found, as racetest does."""
    lines, violated = [], 0
    for number in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            found = RACES[name](configured(Path(folder)), program)
        violated += bool(found)
        lines += [f"VIOLATED round {number}: {fault}" for fault in found]
    lines.append(f"{rounds} trials, {violated} violated")
    return int(bool(violated)), "\n".join(lines)


def main() -> int:
    """Run the races and print what they found."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--rounds", type=int, default=20)
    rounds = parser.parse_args().rounds
    code = 0
    for name in RACES:
        failed, output = race(name, rounds)
        print(f"{name}: {output}", flush=True)
        code |= failed
    return code


if __name__ == "__main__":
    sys.exit(main())
