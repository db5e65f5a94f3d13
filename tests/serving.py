"""The pages of `serve` for tests: in this process without a network, or the program on loopback."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from starlette.testclient import TestClient

from sessions.events import Event
from sessions.session import make_session, record
from tests.kit import CLI
from workers.integrations.web.access import Access, access_to
from workers.integrations.web.application import application
from workers.integrations.web.guard import Guard
from workers.integrations.web.pages import Pages

PORT = 7733
HOST = f"127.0.0.1:{PORT}"
WORKER = "backend-worker"


class Visitor(NamedTuple):
    """Somebody who asks for pages; `client` has no cookie yet."""

    client: TestClient
    access: Access

    def open(self, path: str = "/") -> None:
        """Use the address with the token once."""
        answer = self.client.get(path, params={"t": self.access.token})
        assert answer.status_code == 303, answer.text

    def page(self, path: str, status: int = 200) -> str:
        """Return a page."""
        answer = self.client.get(path)
        assert answer.status_code == status, answer.text
        return answer.text

    def answer(self, path: str, text: str, **headers: str) -> tuple[int, str]:
        """Send a form from a page of ours, or with other headers; returns status and location."""
        sent = {"Origin": f"http://{HOST}", "Sec-Fetch-Site": "same-origin"}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        about = {name: value for name, value in {**sent, **named}.items() if value}
        got = self.client.post(path, data={"answer": text}, headers=about)
        return got.status_code, got.headers.get("location", "")


def visitor(root: Path, host: str = "127.0.0.1") -> Visitor:
    """Return somebody who knows the address."""
    access = access_to(root, host, PORT)
    app = Guard(application(Pages(root, CLI)), access)
    client = TestClient(
        app, base_url=f"http://{HOST}", follow_redirects=False, raise_server_exceptions=True
    )
    return Visitor(client, access)


def tell(root: Path, session_id: str, *events: Event) -> int:
    """Record events of a session, which is made where it is not there; returns the last number."""
    session = make_session(root, session_id)
    with session.locked():
        return record(session, *events).last_seq


def begin(root: Path, session_id: str, worker: str = WORKER) -> None:
    """Make a session in which a worker has begun."""
    tell(
        root,
        session_id,
        Event("session_created", "", "create", session_id),
        Event("worker_spawned", worker, "spawn", worker),
        Event("setup_completed", worker, "lay out"),
    )


def ask(root: Path, session_id: str, text: str, kind: str = "blocker_reported") -> str:
    """Open a blocker or an escalation; returns its id."""
    about = {"text": text, "needs": "queen", "priority": "high", "artifacts": []}
    number = tell(root, session_id, Event(kind, WORKER, "ask", "queen", extra=about))
    return f"{'B' if kind == 'blocker_reported' else 'E'}{number}"


def start_run(root: Path, session_id: str, *workers: str, number: int = 1, **totals: str) -> None:
    """Begin a run of a plan on a fleet; workers by their short names."""
    about = {"run": number, "workers": workers, "engine": "postgresql", "asked": {"totals": totals}}
    target = f"{session_id}/{number}"
    tell(root, session_id, Event("run_started", "", "run", target, extra=about))


def take(root: Path, session_id: str, worker: str, token: int, executor: str) -> None:
    """Let an executor take a job of the first run."""
    about = {"token": token, "executor": executor, "phase": "run", "run": 1}
    event = Event("job_taken", f"{worker}-worker", "take", f"{session_id}/1/{worker}", extra=about)
    tell(root, session_id, event)


def end(
    root: Path, session_id: str, worker: str, status: str, *, told: str = "", executor: str = "run"
) -> None:
    """End a job of the first run."""
    row = {"worker": worker, "status": status, "told": told, "skipped_because_of": []}
    about = {"token": 99, "executor": executor, "run": 1, "status": status, "row": row}
    target = f"{session_id}/1/{worker}"
    tell(root, session_id, Event("job_ended", f"{worker}-worker", "end", target, extra=about))


def busy() -> float:
    """Return how many processes want each core, one at least: so much longer everything takes."""
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


def logged(root: Path, session_id: str) -> list[dict[str, object]]:
    """Return the events of a session."""
    file = root / "Docs/hive-mind/sessions" / session_id / "EVENTS.jsonl"
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


class Server(NamedTuple):
    """The program, serving on the loopback."""

    process: subprocess.Popen[bytes]
    url: str

    @property
    def base(self) -> str:
        return self.url.partition("/?")[0]

    @property
    def port(self) -> int:
        return int(re.findall(r":(\d+)", self.url)[0])

    def end(self, number: int = signal.SIGTERM) -> tuple[int, str]:
        """Send a signal; returns the exit code and what was printed for people."""
        self.process.send_signal(number)
        _, errors = self.process.communicate(timeout=20)
        return self.process.returncode, errors.decode()


@contextlib.contextmanager
def served(root: Path, port: int = 0, *words: str) -> Iterator[Server]:
    """Run the program until the block ends."""
    command = [sys.executable, str(CLI), "serve", "--json", "--port", str(port), *words]
    with subprocess.Popen(
        command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=dict(os.environ)
    ) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            raise RuntimeError((process.stderr.read() if process.stderr else b"").decode())
        try:
            yield Server(process, json.loads(line)["url"])
        finally:
            if process.poll() is None:
                process.kill()
            process.communicate()
