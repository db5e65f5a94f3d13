"""Runs a command so that it ends in time, with all that it started, and with a bounded output.

A process of ours stands between this one and the command. It adopts whatever the command leaves
behind, daemons included, and ends all of it: at the command's end, at its time, when it is told to,
and when this process is gone.
"""

from __future__ import annotations

import contextlib
import os
import resource
import select
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, NamedTuple

from workers.proofs.descent import descendants

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path
    from typing import NoReturn

HEAD_BYTES = 64 * 1024
TAIL_BYTES = 192 * 1024
# Of a single file, and of all that a run writes: what fills a disk is no proof.
FILE_BYTES = 512 * 1024 * 1024
WRITTEN_BYTES = 900 * 1000 * 1000
GRACE_SECONDS = 1.0
_ENDING_SECONDS = 2.0
_LOOK_SECONDS = 0.03
_SHOWN_SECONDS = 0.25
_DISK_SHARE = 15  # a look at the disk may take one part in so many of the time
_MOST_PROCESSES = 4_000
_PR_SET_CHILD_SUBREAPER = 36
_CHUNK = 1 << 16


class Limits(NamedTuple):
    """How long a command may run; the folders that it may write to, and how much."""

    seconds: float
    folders: tuple[Path, ...] = ()
    written_bytes: int = WRITTEN_BYTES
    file_bytes: int = FILE_BYTES


class Ended(NamedTuple):
    """How a command ended: `cause` is `exited`, `time`, `disk` or `lost`."""

    cause: str
    exit_code: int | None
    seconds: float
    output: Output


class Output:
    """The first and the last of what a command printed."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._head = bytearray()
        self._tail = bytearray()
        self._dropped = 0

    def add(self, data: bytes) -> None:
        """Take what was printed next."""
        room = HEAD_BYTES - len(self._head)
        self._head += data[:room]
        self._tail += data[room:] if room > 0 else data
        if len(self._tail) > 2 * TAIL_BYTES:
            self._cut()

    def _cut(self) -> None:
        over = len(self._tail) - TAIL_BYTES
        if over > 0:
            self._dropped += over
            del self._tail[:over]

    @property
    def is_cut(self) -> bool:
        """Tell whether something in between is gone."""
        return self._dropped > 0 or len(self._tail) > TAIL_BYTES

    @property
    def text(self) -> str:
        """Return both parts, whole lines where they were cut: half a secret could not be masked."""
        self._cut()
        head, tail = (bytes(part).decode("utf-8", "replace") for part in (self._head, self._tail))
        if not self._dropped:
            return head + tail
        head, tail = head[: head.rfind("\n") + 1], tail[tail.find("\n") + 1 :]
        return f"{head}[... {self._dropped:,} bytes are left out ...]\n{tail}"

    @property
    def last_line(self) -> str:
        """Return the last line that is not empty."""
        end = bytes(self._tail[-4096:] or self._head[-4096:]).decode("utf-8", "replace")
        return next((line.strip() for line in reversed(end.splitlines()) if line.strip()), "")


def run(
    words: Sequence[str],
    cwd: Path,
    variables: Mapping[str, str],
    limits: Limits,
    on_progress: Callable[[float, str], None] | None = None,
) -> Ended:
    """Run a command to its end, within its seconds and a few more; nothing of it is left then."""
    printed, printing = os.pipe()
    answering, telling = os.pipe()
    listening, asking = os.pipe()
    begun = time.monotonic()
    most = _processes_allowed()
    keeper = os.fork()
    if keeper == 0:
        for descriptor in (printed, answering, asking):
            os.close(descriptor)
        _keep(_Command(words, cwd, variables, limits, most), printing, telling, listening)
    for descriptor in (printing, telling, listening):
        os.close(descriptor)
    watch = _Watch(printed, answering, asking, limits, begun, on_progress)
    patience = GRACE_SECONDS + _ENDING_SECONDS
    try:
        ended = watch.until_the_end()
        patience = 0.5  # it has answered, or had its time
        return ended
    finally:
        # It ends everything when nobody is there to listen, as when this process is gone.
        for descriptor in (asking, answering, printed):
            os.close(descriptor)
        _wait(keeper, patience)


def _readable(descriptors: Sequence[int], seconds: float) -> list[int]:
    """Return those that can be read, or were closed at the other end."""
    poll = select.poll()
    for descriptor in descriptors:
        poll.register(descriptor, select.POLLIN)
    return [descriptor for descriptor, _ in poll.poll(seconds * 1000)]


class _Watch(NamedTuple):
    printed: int
    answering: int
    asking: int
    limits: Limits
    begun: float
    on_progress: Callable[[float, str], None] | None

    def until_the_end(self) -> Ended:
        output, answer, cause = Output(), b"", ""
        shown = 0.0
        disk = _Disk(self.limits)
        end = self.begun + self.limits.seconds + GRACE_SECONDS + _ENDING_SECONDS + 0.5
        waiting = [self.printed, self.answering]
        while (now := time.monotonic()) < end:
            ready = _readable(waiting, 0.1)
            if self.printed in ready:
                data = os.read(self.printed, _CHUNK)
                output.add(data)
                if not data:  # it has closed its output, and may go on
                    waiting.remove(self.printed)
            if self.answering in ready:
                answer = os.read(self.answering, 64)
                break
            if self.on_progress is not None and now - shown > _SHOWN_SECONDS:
                shown = now
                self.on_progress(now - self.begun, output.last_line)
            if not cause and disk.is_full():
                cause = "disk"
                os.write(self.asking, b"disk")
        self._drain(output)
        reason, _, code = answer.decode("ascii", "replace").partition(" ")
        exit_code = int(code) if reason == "exited" else None
        if exit_code is not None and disk.was_filled(exit_code):
            cause = "disk"
        return Ended(cause or reason or "lost", exit_code, time.monotonic() - self.begun, output)

    def _drain(self, output: Output) -> None:
        """Take what is still in the pipe: whoever could write into it has ended."""
        for _ in range(64):
            if not _readable([self.printed], 0):
                return
            data = os.read(self.printed, _CHUNK)
            if not data:
                return
            output.add(data)


class _Disk:
    """Measures what a run has written, and seldom: there may be thousands of files."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._before, self._largest_before = self._measure()
        self._next = time.monotonic()
        self._pause()

    def _measure(self) -> tuple[int, int]:
        self._begun = time.monotonic()
        sizes = [used(folder) for folder in self._limits.folders]
        return sum(size for size, _ in sizes), max((largest for _, largest in sizes), default=0)

    def _pause(self) -> None:
        now = time.monotonic()
        self._next = now + max(0.3, _DISK_SHARE * (now - self._begun))

    def is_full(self) -> bool:
        if not self._limits.folders or time.monotonic() < self._next:
            return False
        size, _ = self._measure()
        self._pause()
        return size - self._before > self._limits.written_bytes

    def was_filled(self, exit_code: int) -> bool:
        """Tell after the end whether too much was written, or a file whose writer was stopped."""
        size, largest = self._measure()
        is_stopped = largest >= self._limits.file_bytes > self._largest_before
        return size - self._before > self._limits.written_bytes or (exit_code != 0 and is_stopped)


def used(folder: Path) -> tuple[int, int]:
    """Return the bytes that a folder takes on the disk, and the size of its largest file."""
    total = largest = 0
    waiting = [os.fspath(folder)]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    status = entry.stat(follow_symlinks=False)
                    total += status.st_blocks * 512
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
                    else:
                        largest = max(largest, status.st_size)
        except OSError:  # removed meanwhile, or made unreadable
            continue
    return total, largest


class _Command(NamedTuple):
    words: Sequence[str]
    cwd: Path
    variables: Mapping[str, str]
    limits: Limits
    processes: int | None


def _keep(command: _Command, printing: int, telling: int, listening: int) -> NoReturn:
    """Be the process in between: start the command, wait, end all, tell how it ended."""
    answer = "lost 0"
    try:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
            signal.signal(number, signal.SIG_IGN)  # it ends when nobody listens
        signal.signal(signal.SIGPIPE, signal.SIG_IGN)
        os.setpgid(0, 0)
        _adopt()
        try:
            child = _start(command, printing)
        except OSError as error:
            os.write(printing, f"{command.words[0]}: {error.strerror}\n".encode())
            answer = "exited 127"
        else:
            os.close(printing)
            answer = _until(child, listening, command.limits.seconds)
            _end_all()
    finally:
        with contextlib.suppress(OSError):
            os.write(telling, answer.encode())
        os._exit(0)


def _adopt() -> None:
    """Become the parent of what the command leaves behind, see prctl(2)."""
    if sys.platform.startswith("linux"):
        import ctypes

        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _start(command: _Command, printing: int) -> int:
    process = subprocess.Popen(  # noqa: S603 - the owner's command, as it stands in the definition
        list(command.words),
        cwd=command.cwd,
        env=dict(command.variables),
        stdin=subprocess.DEVNULL,
        stdout=printing,
        stderr=printing,
        start_new_session=True,
        preexec_fn=lambda: _confine(command),  # noqa: PLW1509 - this process has one thread
    )
    return process.pid


def _confine(command: _Command) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGPIPE):
        signal.signal(number, signal.SIG_DFL)
    for what, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, command.limits.file_bytes),
        (resource.RLIMIT_NPROC, command.processes),
    ):
        if most is not None:
            hard = resource.getrlimit(what)[1]
            value = most if hard == resource.RLIM_INFINITY else min(hard, most)
            with contextlib.suppress(OSError, ValueError):
                resource.setrlimit(what, (value, value))


def _processes_allowed() -> int | None:
    """Return how many threads the user may have: those there are, and what a run of tests needs."""
    user, count = os.getuid(), 0
    try:
        with os.scandir("/proc") as entries:
            for entry in entries:
                if entry.name.isdigit():
                    with contextlib.suppress(OSError):
                        status = os.stat(f"{entry.path}/task")  # noqa: PTH116 - many, and fast
                        count += status.st_nlink - 2 if status.st_uid == user else 0
    except OSError:
        return None
    return count + _MOST_PROCESSES


def _until(child: int, listening: int, seconds: float) -> str:
    """Wait for the command; returns how it ended: by itself, at its time, or told to."""
    end = time.monotonic() + seconds
    while True:
        status = _reap(child)
        if status is not None:
            code = os.waitstatus_to_exitcode(status)
            return f"exited {code if code >= 0 else 128 - code}"
        left = end - time.monotonic()
        if left <= 0:
            return "time 0"
        if _readable([listening], min(_LOOK_SECONDS, left)):
            return f"{os.read(listening, 16).decode('ascii', 'replace') or 'lost'} 0"


def _reap(child: int) -> int | None:
    """Take note of all that has ended; returns the status of the command once it is among them."""
    ended = None
    with contextlib.suppress(ChildProcessError):
        while (pair := os.waitpid(-1, os.WNOHANG))[0]:
            if pair[0] == child:
                ended = pair[1]
    return ended


def _end_all() -> None:
    """End every descendant: asked first, then killed, again and again while new ones appear."""
    asked: set[int] = set()
    grace = time.monotonic() + GRACE_SECONDS
    end = grace + _ENDING_SECONDS
    while (now := time.monotonic()) < end:
        _reap(0)
        left = descendants(os.getpid())
        if not left:
            return
        is_over = now > grace
        for process in left - (set() if is_over else asked):
            with contextlib.suppress(OSError):
                os.kill(process, signal.SIGKILL if is_over else signal.SIGTERM)
        asked |= left
        time.sleep(0.005 if is_over else 0.02)


def _wait(keeper: int, seconds: float) -> None:
    """Wait until the process in between is gone; whatever happens, it does not stay."""
    end = time.monotonic() + seconds
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(keeper, os.WNOHANG)[0] == 0:
            if time.monotonic() > end:
                for process in (*descendants(keeper), keeper):
                    with contextlib.suppress(OSError):
                        os.kill(process, signal.SIGKILL)
                os.waitpid(keeper, 0)
                return
            time.sleep(0.005)
