"""The tools of the server of the Model Context Protocol: the commands, as an agent calls them.

Names, arguments and docstrings are what every client pays for with each request: they are short.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.errors import JudgeDied
from sessions.location import find_root
from workers.catalog import DEFAULT, worker_called
from workers.contract import answer
from workers.hive import coordination

if TYPE_CHECKING:
    from pathlib import Path
    from typing import IO

    from workers.contract import Answer

_LOOKED_SECONDS = 0.2
TOOLS = ("setup", "output", "status", "log", "block", "handoff", "explain")


def _feed(stream: IO[bytes], text: bytes) -> None:
    with contextlib.suppress(BrokenPipeError), stream:
        stream.write(text)


def _waited(run: subprocess.Popen[bytes], text: bytes) -> bytes:
    """Return what a process prints; raises what cancels the call that waits for it."""
    import anyio

    # Beside it: `communicate` forgets what it has not written yet when its time is over.
    if run.stdin:
        threading.Thread(target=_feed, args=(run.stdin, text), daemon=True).start()
        run.stdin = None
    while True:
        try:
            return run.communicate(timeout=_LOOKED_SECONDS)[0]
        except subprocess.TimeoutExpired:
            with contextlib.suppress(RuntimeError):  # no call of a server: nobody can cancel it
                anyio.from_thread.check_cancelled()


def _told(result: Answer) -> dict[str, Any]:
    return answer(result.status, result.problems, **result.fields)


class Tools(NamedTuple):
    """The tools; `program` is the script that `next_command` calls. They raise as commands do."""

    program: Path

    def setup(
        self,
        worker: str = DEFAULT,
        task: str | None = None,
        session: str | None = None,
        kind: str | None = None,
    ) -> dict[str, Any]:
        """Phase 1: a worker's task and two files to fill in; kind: analysis, change (of code)."""
        words = [worker_called(worker, find_root()).name, "--setup"]
        words += [f"--session={session}"] if session is not None else []
        words += [f"--kind={kind}"] if kind is not None else []
        words += ["--task-file=-"] if task is not None else []
        return self._phase(words, task)

    def output(self, session: str, worker: str = DEFAULT) -> dict[str, Any]:
        """Phase 3: judge the filled files; status is completed, or failed with what to repair."""
        # A call runs nothing of the repository: a proof that has no record is asked for instead.
        words = [
            worker_called(worker, find_root()).name,
            "--output",
            f"--session={session}",
            "--no-proofs",
        ]
        return self._phase(words)

    def _phase(self, words: list[str], text: str | None = None) -> dict[str, Any]:
        """Run a phase as a process of its own: what kills it, or cancels the call, ends it alone.

        Raises JudgeDied when it ends without a document.
        """
        pipe = subprocess.PIPE
        command = [sys.executable, str(self.program), *words, "--json"]
        with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL) as run:  # noqa: S603 - our own program
            sent = (text or "").encode("utf-8", "surrogatepass")
            try:
                out = _waited(run, sent)
            except BaseException:
                run.terminate()
                raise
        try:
            document: dict[str, Any] = json.loads(out)
        except (ValueError, RecursionError):
            raise JudgeDied(
                f"the phase ended with {run.returncode} and without a document", "Run it again."
            ) from None
        return document

    def status(self, session: str | None = None) -> dict[str, Any]:
        """Tell how the workers of a session do, or of all open ones."""
        from workers.hive.status import status

        return _told(status(find_root(), session, self.program))

    def log(
        self, session: str, worker: str, text: str, event_type: str = "progress"
    ) -> dict[str, Any]:
        """Record what was done: progress, decision, code_analyzed, heartbeat ..."""
        event = coordination.logged(coordination.worker_name(worker), event_type, action=text)
        return _told(coordination.log(find_root(), session, [event]))

    def block(
        self,
        session: str,
        worker: str,
        why: str,
        needs: str | None = None,
        priority: str = "medium",
    ) -> dict[str, Any]:
        """Say why a worker cannot go on; priority: critical, high, medium, low."""
        name = coordination.worker_name(worker)
        asked = coordination.ticket("B", name, why, coordination.needed(needs), priority=priority)
        return _told(coordination.ask(find_root(), session, asked))

    def handoff(
        self, session: str, worker: str, summary: str, to: str, artifacts: list[str] | None = None
    ) -> dict[str, Any]:
        """Hand on to another worker: what it finds, in which files."""
        name = coordination.worker_name(worker)
        asked = coordination.ticket(
            "H", name, summary, coordination.recipient(to), artifacts=artifacts or []
        )
        return _told(coordination.ask(find_root(), session, asked))

    def explain(self, code: str | None = None) -> dict[str, Any]:
        """Tell what a problem code means, with a wrong and a right example."""
        from workers.reporting.reports import explain

        return _told(explain(code))
