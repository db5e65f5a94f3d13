"""The tools of the server of the Model Context Protocol: the commands, as an agent calls them.

Names, arguments and docstrings are what every client pays for with each request: they are short.
"""

from __future__ import annotations

import contextlib
import inspect
import json
import sys
import threading
from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.errors import BadInput, JudgeDied, shown
from sessions.location import find_root
from workers.catalog import DEFAULT, worker_called
from workers.contract import answer

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path
    from typing import IO

    from workers.contract import Answer

INSTRUCTIONS = (
    "Waggle gives a worker a task and two files to fill in, and judges them against the code."
    " setup, then edit both files, then output until its status is completed."
)
TOOLS = ("setup", "output", "status", "log", "block", "handoff", "explain")
_LOOKED_SECONDS = 0.1
_TERMINATED_SECONDS = 1
_TEXT, _TEXTS = {"type": "string"}, {"type": "array", "items": {"type": "string"}}
# What an argument may be, by what the function says; the JSON Schema, and how a message names it.
_FORMS: dict[str, tuple[dict[str, Any], str]] = {
    "str": (_TEXT, "a text"),
    "str | None": (_TEXT, "a text"),
    "list[str] | None": (_TEXTS, "a list of texts"),
}


def listed() -> list[dict[str, Any]]:
    """Return the tools with the schemas of their arguments, as clients list them."""
    return [
        {
            "name": name,
            "description": inspect.getdoc(getattr(Tools, name)),
            "inputSchema": _schema(name),
        }
        for name in TOOLS
    ]


def _parameters(name: str) -> dict[str, inspect.Parameter]:
    parameters = dict(inspect.signature(getattr(Tools, name)).parameters)
    del parameters["self"]
    return parameters


def _needed(name: str) -> list[str]:
    parameters = _parameters(name).items()
    return [key for key, value in parameters if value.default is inspect.Parameter.empty]


def _schema(name: str) -> dict[str, Any]:
    properties = {
        key: _FORMS[value.annotation][0]
        | ({"default": value.default} if isinstance(value.default, str) else {})
        for key, value in _parameters(name).items()
    }
    needed = {"required": _needed(name)} if _needed(name) else {}
    return {"type": "object", "properties": properties, **needed}


def checked(name: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments of a tool that are not null; raises BadInput for wrong ones."""
    parameters = _parameters(name)
    taken = {key: value for key, value in arguments.items() if value is not None}
    for key, value in taken.items():
        if key not in parameters:
            raise BadInput(f"{name} takes no {shown(key, 60)}", "See its schema.")
        schema, form = _FORMS[parameters[key].annotation]
        whole = value if schema is _TEXTS else [value]
        if not (isinstance(whole, list) and all(isinstance(part, str) for part in whole)):
            raise BadInput(f"{key} of {name} is not {form}", "See its schema.")
    missing = [key for key in _needed(name) if key not in taken]
    if missing:
        raise BadInput(f"{name} needs {', '.join(missing)}", "See its schema.")
    return taken


def _feed(stream: IO[bytes], text: bytes) -> None:
    with contextlib.suppress(BrokenPipeError), stream:
        stream.write(text)


def _waited(run: subprocess.Popen[bytes], text: bytes, look: Callable[[], None]) -> bytes:
    """Return what a process prints; raises what `look`, called again and again, raises."""
    from subprocess import TimeoutExpired

    # Beside it: `communicate` forgets what it has not written yet when its time is over.
    if run.stdin:
        threading.Thread(target=_feed, args=(run.stdin, text), daemon=True).start()
        run.stdin = None
    while True:
        try:
            return run.communicate(timeout=_LOOKED_SECONDS)[0]
        except TimeoutExpired:
            look()


def _end(run: subprocess.Popen[bytes]) -> None:
    """End a process: asked first, then killed."""
    from subprocess import TimeoutExpired

    run.terminate()
    try:
        run.wait(_TERMINATED_SECONDS)
    except TimeoutExpired:
        run.kill()


def _unwatched(_phase: str) -> None:
    """Let a phase go on: it is nobody's call."""


def _told(result: Answer) -> dict[str, Any]:
    return answer(result.status, result.problems, **result.fields)


class Tools(NamedTuple):
    """The tools; `program` is the script that `next_command` calls. They raise as commands do.

    `watch` is called with the name of a phase while it runs; what it raises ends the phase.
    """

    program: Path
    watch: Callable[[str], None] = _unwatched

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
        import subprocess

        pipe = subprocess.PIPE
        command = [sys.executable, str(self.program), *words, "--json"]
        with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL) as run:  # noqa: S603 - our own program
            sent = (text or "").encode("utf-8", "surrogatepass")
            try:
                out = _waited(run, sent, lambda: self.watch(" ".join(words[:2])))
            except BaseException:
                _end(run)
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
        from workers.hive import coordination

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
        from workers.hive import coordination

        name = coordination.worker_name(worker)
        asked = coordination.ticket("B", name, why, coordination.needed(needs), priority=priority)
        return _told(coordination.ask(find_root(), session, asked))

    def handoff(
        self, session: str, worker: str, summary: str, to: str, artifacts: list[str] | None = None
    ) -> dict[str, Any]:
        """Hand on to another worker: what it finds, in which files."""
        from workers.hive import coordination

        name = coordination.worker_name(worker)
        asked = coordination.ticket(
            "H", name, summary, coordination.recipient(to), artifacts=artifacts or []
        )
        return _told(coordination.ask(find_root(), session, asked))

    def explain(self, code: str | None = None) -> dict[str, Any]:
        """Tell what a problem code means, with a wrong and a right example."""
        from workers.reporting.reports import explain

        return _told(explain(code))
