"""The program without its start: a process that has imported it forks one for each command.

Most of what a command costs a test is the interpreter and the imports. A fork has its own folder,
environment, streams, signals and exit code, as a process that was started has; what it has not is
a start of its own. So one test in sixteen starts the program all the same, and so do those that
are about the start, and everything with WAGGLE_TESTS_COLD=1.

Run as `python -m tests.warm FD` it serves; messages come over the socket FD, each with the streams
of a command and a pipe for the answer: the process id, then the exit code.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import gc
import importlib
import json
import os
import pkgutil
import runpy
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import traceback
import zlib
from pathlib import Path
from typing import IO, Any

CLI = Path(__file__).parent.parent / "cli.py"
_COLD_SHARE = 16
_MESSAGE_BYTES = 100_000  # what a socket takes in one piece
_PIPE_BYTES = 32_768  # what a pipe takes before anybody reads
# What an interpreter reads when it starts.
_OF_A_START = ("PYTHON", "LD_", "LC_", "LANG", "DYLD_", "MALLOC_")
_STREAMS = 4  # of a message: a command's three, and the pipe for the answer
# What most commands import late; never what calls a model.
_LATE = (
    "markdown_it sqlglot yaml graphql tree_sitter rich.console rich.table jinja2 pydantic".split()
)
_DEAR = ("workers.agents",)


def can_fork(program: Path, options: dict[str, Any]) -> bool:
    """Return whether a command can be run warm: nothing is asked for that is about its start."""
    test = os.environ.get("PYTEST_CURRENT_TEST", "").encode()
    return (
        program == CLI
        and hasattr(os, "pidfd_open")
        and not os.environ.get("WAGGLE_TESTS_COLD")
        and zlib.crc32(test.rpartition(b" ")[0]) % _COLD_SHARE != 0
        and options.keys() <= {"stdin", "input"}
        and options.get("stdin", subprocess.DEVNULL) in {None, subprocess.DEVNULL}
        and len(options.get("input") or b"") < _PIPE_BYTES
    )


def run(
    arguments: list[str], cwd: Path, env: dict[str, str] | None, data: bytes | None, seconds: float
) -> subprocess.CompletedProcess[bytes] | None:
    """Run a command and return what it printed; None where it needs a process of its own."""
    server = _server()
    environment = dict(os.environ) if env is None else env
    if any(
        name.startswith(_OF_A_START) and environment.get(name) != server.environment.get(name)
        for name in {*environment, *server.environment}
    ):
        return None
    order = {"arguments": arguments, "cwd": str(cwd), "environment": environment}
    try:
        message = json.dumps(order).encode()
    except (UnicodeEncodeError, ValueError):
        return None
    if len(message) > _MESSAGE_BYTES:
        return None
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        code = server.run(message, _input(data), out, err, seconds)
        out.seek(0)
        err.seek(0)
        command = [sys.executable, str(CLI), *arguments]
        return subprocess.CompletedProcess(command, code, out.read(), err.read())


def _input(data: bytes | None) -> int:
    if data is None:
        return os.open(os.devnull, os.O_RDONLY)
    reading, writing = os.pipe()
    os.write(writing, data)
    os.close(writing)
    return reading


class _Server:
    """The process that forks, as the tests see it."""

    def __init__(self) -> None:
        self.environment = {n: v for n, v in os.environ.items() if n.startswith(_OF_A_START)}
        self.here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        command = [sys.executable, "-m", "tests.warm", str(there.fileno())]
        self.process = subprocess.Popen(command, cwd=CLI.parent, pass_fds=[there.fileno()])
        there.close()

    def run(
        self, message: bytes, given: int, out: IO[bytes], err: IO[bytes], seconds: float
    ) -> int:
        answer, answering = os.pipe()
        with os.fdopen(answer, "rb", buffering=0) as lines:
            descriptors = [given, out.fileno(), err.fileno(), answering]
            socket.send_fds(self.here, [message], descriptors)
            os.close(given)
            os.close(answering)
            pid = int(_line(lines, seconds))
            try:
                return int(_line(lines, seconds))
            except TimeoutError:
                os.kill(pid, signal.SIGKILL)
                raise subprocess.TimeoutExpired(message.decode(), seconds) from None

    def end(self) -> None:
        self.here.close()
        self.process.wait()


def _line(lines: IO[bytes], seconds: float) -> bytes:
    with selectors.DefaultSelector() as waiting:
        waiting.register(lines, selectors.EVENT_READ)
        if not waiting.select(seconds):
            raise TimeoutError
    line = lines.read(8)
    if not line:
        raise RuntimeError("the process that forks has died")
    return line


@functools.cache
def _server() -> _Server:
    server = _Server()
    atexit.register(server.end)
    return server


def import_late() -> None:
    """Import all that commands import late: what forks has it, and its child need not."""
    import workers

    for module in pkgutil.walk_packages(workers.__path__, "workers."):
        if not module.name.startswith(_DEAR):
            importlib.import_module(module.name)
    for name in _LATE:
        importlib.import_module(name)
    _judge_once()


def _judge_once() -> None:
    """Judge a report: the patterns and grammars that a judge makes on first use are made here."""
    from tests.kit import copy_sample
    from tests.planting import judge, lay_out

    with tempfile.TemporaryDirectory() as folder:
        root = copy_sample(Path(folder))
        lay_out(root)
        judge(root)


def _serve(control: socket.socket) -> None:
    """Fork for each message until the other end is closed."""
    waiting = selectors.DefaultSelector()
    waiting.register(control, selectors.EVENT_READ)
    while True:
        for key, _ in waiting.select():
            if key.fileobj is control:
                message, descriptors, _, _ = socket.recv_fds(control, _MESSAGE_BYTES + 1, _STREAMS)
                if not message:
                    return
                pid = os.fork()
                if pid == 0:
                    _become(json.loads(message), descriptors)
                *streams, answer = descriptors
                for descriptor in streams:
                    os.close(descriptor)
                os.write(answer, b"%8d" % pid)
                waiting.register(os.pidfd_open(pid), selectors.EVENT_READ, (pid, answer))
            else:
                pid, answer = key.data
                code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
                with contextlib.suppress(BrokenPipeError):
                    os.write(answer, b"%8d" % code)
                os.close(answer)
                waiting.unregister(key.fileobj)
                os.close(key.fd)


def _become(order: dict[str, Any], descriptors: list[int]) -> None:
    """Be the program: its streams, folder, environment and arguments; never returns."""
    names = ("stdin", "stdout", "stderr")
    forms = [(getattr(sys, name).encoding, getattr(sys, name).errors) for name in names]
    for number, descriptor in enumerate(descriptors[:3]):
        os.dup2(descriptor, number)
    os.closerange(3, 1024)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    code: Any = 1
    try:
        os.chdir(order["cwd"])
        os.environ.clear()
        os.environ.update(order["environment"])
        for number, (name, (encoding, errors)) in enumerate(zip(names, forms, strict=True)):
            mode = "w" if number else "r"
            setattr(sys, name, open(number, mode, encoding=encoding, errors=errors, closefd=False))  # noqa: SIM115
        sys.argv = [str(CLI), *order["arguments"]]
        sys.orig_argv = [sys.executable, *sys.argv]
        sys.path[0] = str(CLI.parent)
        code = 0
        runpy.run_path(str(CLI), run_name="__main__")
    except SystemExit as ended:
        code = ended.code
    except BaseException:  # noqa: BLE001 - as an interpreter ends
        code = 1
        traceback.print_exc()
    finally:
        if not isinstance(code, int):
            sys.stderr.write(f"{code}\n" if code is not None else "")
            code = int(code is not None)
        threading._shutdown()  # type: ignore[attr-defined]
        atexit._run_exitfuncs()
        os._exit(code)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who runs the tests ends this as well
    import_late()
    gc.freeze()  # what is imported stays: a fork need not look at it
    with socket.socket(fileno=int(sys.argv[1])) as _control:
        _serve(_control)
