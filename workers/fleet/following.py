"""What a phase's process does for being a job: it ends when its executor does, or is replaced."""

from __future__ import annotations

import os
import select
import signal
import sys
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from sessions.errors import Superseded, WaggleError
from sessions.fence import check_job
from sessions.session import open_session

if TYPE_CHECKING:
    from pathlib import Path

_LOOK_SECONDS = 2.0
_GRACE_SECONDS = 5.0


def follow(root: Path, session_id: str) -> None:
    """End this process, a job's, once its executor is gone or another one has the job.

    Standard input is a pipe whose other end only the executor holds.
    """
    threading.Thread(target=_watch, args=(root, session_id), daemon=True).start()


def _watch(root: Path, session_id: str) -> None:
    while True:
        ready, _, _ = select.select([0], [], [], _LOOK_SECONDS)
        if ready and not os.read(0, 1):
            return _end("its executor is gone")
        try:
            check_job(open_session(root, session_id).state().jobs)
        except Superseded as error:
            return _end(error.message)
        except (WaggleError, OSError):
            continue  # what cannot be read now is looked at again


def _end(why: str) -> None:
    with suppress(OSError):
        os.write(2, f"waggle: {why}\n".encode())
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_GRACE_SECONDS)
    if os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    sys.stderr.flush()
    os._exit(128 + signal.SIGTERM)
