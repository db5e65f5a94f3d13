"""Runs the clients of tests/clients.py: each from npm, in a network of its own, by a script."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import NamedTuple

from sessions.lock import locked
from tests.clients import CLIENTS, Client, Place
from tests.fake_llm_api import FakeLLM, Request, Script
from tests.offline import network

SECONDS = 240
NAMED = {client.variable: os.environ.get(client.variable, "") for client in CLIENTS}


def program_of(client: Client) -> str:
    """Return a client's program: the one that is named, else npm's in a temporary folder.

    Raises FileNotFoundError with the reason where it cannot be had.
    """
    if NAMED[client.variable]:
        return NAMED[client.variable]
    npm = shutil.which("npm")
    if npm is None:
        raise FileNotFoundError("npm is not installed")
    name = client.package.replace("/", "-").replace("@", "-")
    folder = Path(tempfile.gettempdir()) / f"waggle-{os.getuid()}-{name.strip('-')}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        raise FileNotFoundError(f"{folder} is another user's")
    with locked(folder / ".lock", SECONDS):  # tests of another process may install it
        programs = sorted(folder.glob(client.program))
        if not programs:
            command = [npm, "install", "--prefix", str(folder), "--no-audit", "--no-fund"]
            command += ["--ignore-scripts", client.package]
            run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
            if run.returncode:
                raise FileNotFoundError(f"npm cannot install {client.package}: {run.stderr[-300:]}")
            programs = sorted(folder.glob(client.program))
    if not programs:
        raise FileNotFoundError(f"{client.package} has no program for this system")
    return str(programs[0])


def environment(home: Path, path: str = "") -> dict[str, str]:
    """Return what every client gets: a home of its own, nothing of this machine's user."""
    node = Path(shutil.which("node") or "/usr/bin/node").parent
    # Codex takes no home that is below its folder for temporary files.
    temporary = home.parent / "tmp"
    for folder in (home, temporary):
        folder.mkdir(exist_ok=True)
    return {
        "PATH": f"{path}:{node}:/usr/local/bin:/usr/bin:/bin",
        "HOME": str(home),
        "TMPDIR": str(temporary),
        "LANG": "C.UTF-8",
        "TERM": "dumb",
        "NO_COLOR": "1",
    }


class Ran(NamedTuple):
    """How a run ended, what it printed, and which requests the service saw."""

    code: int
    output: str
    errors: str
    requests: list[Request]
    is_offline: bool

    def of(self, conversation: str) -> list[Request]:
        return [request for request in self.requests if request.conversation == conversation]

    def heard(self, conversation: str) -> str:
        """Return all that the agents of a conversation were sent, by their last request."""
        requests = self.of(conversation)
        return "\n".join(requests[-1].heard) if requests else ""


def run_client(
    client: Client,
    root: Path,
    script: Script,
    *,
    words: tuple[str, ...] | None = None,
    path: str = "",
    variables: dict[str, str] | None = None,
) -> Ran:
    """Let a client work below `root`, in a network of its own."""
    home = root.parent / "home"
    common = environment(home, path)
    with network() as net, FakeLLM(script, net.listening) as service:
        ready = client.ready(Place(root, home, service.url))
        arguments = client.words if words is None else words
        run = subprocess.run(
            [*net.inside, program_of(client), *arguments, "Let the worker do it"],
            cwd=root,
            env={**common, **ready, **(variables or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        return Ran(run.returncode, run.stdout, run.stderr, service.requests, net.is_offline)
