"""What a phase's process does for being a job: it ends when its executor does, or is replaced.

And it asks its executor for each request to a model, see `sessions.asking`.
"""

from __future__ import annotations

import os
import select
import signal
import stat
import sys
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from sessions import asking
from sessions.errors import Superseded, WaggleError
from sessions.session import open_session

if TYPE_CHECKING:
    from pathlib import Path

_LOOK_SECONDS = 2.0
_GRACE_SECONDS = 5.0
_INPUT = 0
_BYTES = 64


def follow(root: Path, session_id: str) -> None:
    """End this process, a job's, once its executor is gone or another one has the job.

    Standard input is a socket, or a pipe, whose other end only the executor holds.
    """
    is_socket = stat.S_ISSOCK(os.fstat(_INPUT).st_mode)
    line = asking.connect(_INPUT) if is_socket else None
    threading.Thread(target=_watch, args=(root, session_id, line), daemon=True).start()


def _watch(root: Path, session_id: str, line: asking.Line | None) -> None:
    look_at = time.monotonic() + _LOOK_SECONDS
    while True:
        wait = max(0.0, look_at - time.monotonic())
        ready, _, _ = select.select([_INPUT], [], [], wait)
        data = _read() if ready else None
        if data == b"":
            return _end("its executor is gone")
        if data and line:
            line.granted(len(data))
        if time.monotonic() < look_at:
            continue
        look_at = time.monotonic() + _LOOK_SECONDS
        try:
            open_session(root, session_id).check_job()
        except Superseded as error:
            return _end(error.message)
        except (WaggleError, OSError):
            continue  # what cannot be read now is looked at again


def _read() -> bytes:
    try:
        return os.read(_INPUT, _BYTES)
    except ConnectionError:  # it was gone before it read what was asked
        return b""


def _end(why: str) -> None:
    with suppress(OSError):
        os.write(2, f"waggle: {why}\n".encode())
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_GRACE_SECONDS)
    if os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    sys.stderr.flush()
    os._exit(128 + signal.SIGTERM)
