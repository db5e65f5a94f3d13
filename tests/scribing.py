"""A session of several workers: the toy worker, and twins of the backend worker under other names.

A twin reports on the same code in the same form, so what it says can contradict what another says.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests import toy_worker
from tests.kit import HONEST, copy_sample, waggle
from tests.toy_worker import TOY

SESSION = "orders"
TWINS = ("auditor", "reader")


def add_twins(folder: Path) -> Path:
    """Copy the program into a folder, with the toy worker and the twins; returns its script."""
    program = toy_worker.add_to(folder)
    for name in TWINS:
        twin = folder / "templates" / name
        shutil.copytree(folder / "templates" / "backend", twin)
        for file in (file for file in twin.rglob("*") if file.is_file()):
            file.write_text(_renamed(file.read_text("utf-8"), name), "utf-8")
    return program


def _renamed(text: str, name: str) -> str:
    return (
        text.replace('"backend"', f'"{name}"')
        .replace("BACKEND-", f"{name.upper()}-")
        .replace('prefix = "BACKEND"', f'prefix = "{name.upper()}"')
        .replace(f'rules = "{name}"', 'rules = "backend"')
    )


@dataclass(frozen=True)
class Hive:
    """A repository with a session in which some workers handed in their honest reports."""

    program: Path
    root: Path

    def call(self, *words: str, **options: Any) -> Any:
        return waggle(*words, cwd=self.root, program=self.program, **options)

    @property
    def session(self) -> Path:
        return self.root / "Docs" / "hive-mind" / "sessions" / SESSION

    def files(self, worker: str) -> tuple[Path, Path]:
        workers = self.session / "workers"
        return workers / "notes" / f"{worker}_notes.md", workers / "json" / f"{worker}_output.json"

    def set_up(self, worker: str) -> None:
        run = self.call(worker, "--setup", "--session", SESSION, "--task", "Look around.")
        assert run.returncode == 0, run.stderr

    def hand_in(self, worker: str, *changes: tuple[str, str]) -> None:
        """Fill in the honest report with some texts replaced, and have it accepted."""
        self.fill(worker, *changes)
        run = self.call(worker, "--output", "--session", SESSION)
        assert run.returncode == 0, run.stderr.decode()

    def fill(self, worker: str, *changes: tuple[str, str]) -> None:
        made = json.loads(self.files(worker)[1].read_text("utf-8"))
        values = {
            "@ROOT@": str(self.root),
            "@SESSION@": SESSION,
            "@TIME@": made["analysis_metadata"]["timestamp"],
        }
        honest = TOY / "honest" if worker == "toy" else HONEST
        of = "toy" if worker == "toy" else "backend"
        for kind, file in zip(("notes.md", "output.json"), self.files(worker), strict=True):
            text = (honest / f"{of}_{kind}").read_text("utf-8")
            if worker in TWINS:
                text = _renamed(text, worker)
            for old, new in (*values.items(), *changes):
                text = text.replace(old, new)
            file.write_text(text, "utf-8")

    def scribe(self, *words: str) -> tuple[int, dict[str, Any]]:
        run = self.call("scribe", "--session", SESSION, "--json", *words)
        return run.returncode, json.loads(run.stdout)

    def events(self, event_type: str) -> list[dict[str, Any]]:
        lines = (self.session / "EVENTS.jsonl").read_text("utf-8").splitlines()
        return [e for e in map(json.loads, lines) if e["event_type"] == event_type]


def hive_in(folder: Path, program: Path, *workers: str) -> Hive:
    """Make a repository with a session in which workers are set up."""
    root = copy_sample(folder)
    shutil.copytree(TOY / "service", root, dirs_exist_ok=True)
    hive = Hive(program, root)
    for worker in workers:
        hive.set_up(worker)
    return hive
