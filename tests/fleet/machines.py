"""Machines on one machine: processes with a network, a temporary disk and a clock of their own.

What can be done to a machine does not depend on what runs on it. Where this kernel or user does not
let a test do a fault, `impossible` says why.
"""

from __future__ import annotations

import functools
import os
import resource
import shutil
import signal
import struct
import subprocess
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Self

from tests.fleet.hits import CUT, FULL, KILLED, STOPPED, UNWRITABLE, Hits
from tests.fleet.processes import process_of, send, wait_until, with_variable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.fleet.networks import Network

_MARK = "TEST_MACHINE"
_DISK = "2m"
_ENDED_SECONDS = 10.0
_CLOCK = Path(__file__).with_name("clock.c")
_COMPILED = tempfile.TemporaryDirectory(prefix="waggle-clock-")


@functools.cache
def no_clocks() -> str | None:
    """Return why no machine has a clock of its own here, None where they can."""
    if shutil.which("cc") is None:
        return "a clock of one's own is compiled, and there is no cc here: apt-get install gcc"
    try:
        library()
    except subprocess.CalledProcessError as error:
        return f"the clock of clock.c cannot be compiled here: {error.stderr.decode().strip()}"
    return None


@functools.cache
def library() -> Path:
    """Return what gives a process that loads it another clock, compiled once."""
    made = Path(_COMPILED.name) / "clock.so"
    command = ["cc", "-O1", "-shared", "-fPIC", "-o", str(made), str(_CLOCK), "-ldl"]
    subprocess.run(command, check=True, capture_output=True)
    return made


@functools.cache
def no_disks() -> str | None:
    """Return why no machine has a small disk of its own here, None where they can."""
    if os.geteuid() != 0:
        return "disks are mounted by root alone"
    with tempfile.TemporaryDirectory() as folder:
        mounted = subprocess.run(_mount(folder), capture_output=True, text=True, check=False)
        if mounted.returncode:
            return f"nothing can be mounted here: {mounted.stderr.strip()}"
        subprocess.run(["umount", folder], check=True)
    return None


def _mount(folder: str) -> list[str]:
    return ["mount", "-t", "tmpfs", "-o", f"size={_DISK},mode=1777", "waggle", folder]


@dataclass
class Machine:
    """Processes that belong together, whoever started them; `folder` holds its disk and clock.

    What is done to it is written down among the `hits` of its fleet.
    """

    name: str
    network: Network
    folder: Path
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)
    prefix: tuple[str, ...] = ()
    mark: str = ""
    hits: Hits = field(default_factory=Hits)

    def __enter__(self) -> Self:
        """Join the network, and get a disk."""
        self.prefix = self.network.join(self.name)
        self.mark = f"{os.getpid()}-{id(self.network)}-{self.name}"
        self.disk.mkdir(parents=True)
        if not no_disks():
            subprocess.run(_mount(str(self.disk)), check=True)
        self._clock.write_bytes(struct.pack("d", 0))
        return self

    def __exit__(self, *_: object) -> None:
        """End all that runs on it."""
        self.kill()
        if not no_disks():
            subprocess.run(["umount", "--lazy", str(self.disk)], check=True)
        self.network.leave(self.name)

    @property
    def disk(self) -> Path:
        """Where its processes put what is temporary."""
        return self.folder / "tmp"

    @property
    def _clock(self) -> Path:
        return self.folder / "clock"

    def start(
        self,
        words: list[str],
        cwd: Path,
        variables: Mapping[str, str] | None = None,
        output: Path | None = None,
        *,
        has_clock: bool = False,
    ) -> subprocess.Popen[bytes]:
        """Start a command; what it prints goes to a file. With a clock it can be set for it."""
        environment = {**os.environ, **(variables or {}), _MARK: self.mark}
        environment["TMPDIR"] = str(self.disk)
        if has_clock and not no_clocks():
            environment |= {"LD_PRELOAD": str(library()), "TEST_CLOCK": str(self._clock)}
        with (output or Path(os.devnull)).open("ab") as out:
            process = subprocess.Popen(
                [*self.prefix, *words],
                cwd=cwd,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        self.started.append(process)
        return process

    def pids(self) -> list[int]:
        """Return what runs on it, whatever became of who started it."""
        for process in self.started:
            process.poll()
        return with_variable(f"{_MARK}={self.mark}")

    def kill(self) -> None:
        """Kill all that runs on it, at once."""
        self.hits.begin(KILLED, self.name)
        self._until_none(self.pids, signal.SIGKILL)
        for process in self.started:
            process.wait(_ENDED_SECONDS)

    def stop(self) -> None:
        """Stop all that runs on it: to the others it is slow, or dead."""
        self.hits.begin(STOPPED, self.name)
        self._until_none(self._moving, signal.SIGSTOP)

    def go_on(self) -> None:
        """Let it go on, each of its processes that was stopped alone, too."""
        pids = self.pids()
        send(pids, signal.SIGCONT)
        self.hits.over(STOPPED, self.name)
        for pid in pids:
            self.hits.over(STOPPED, self.name, pid)

    def _moving(self) -> list[int]:
        states = [process_of(pid) for pid in self.pids()]
        return [one.pid for one in states if one and one.state != "T"]

    def _until_none(self, left: Callable[[], list[int]], number: signal.Signals) -> None:
        """Send a signal until it reached those, too, that were started meanwhile."""

        def none_is() -> bool:
            pids = left()
            send(pids, number)
            return not pids

        wait_until(none_is, _ENDED_SECONDS, f"{self.name} is not quiet after {number.name}")

    def cut(self) -> None:
        """Cut it off the network."""
        self.hits.begin(CUT, self.name)
        self.network.cut(self.name)

    def heal(self) -> None:
        """Join it again."""
        self.network.heal(self.name)
        self.hits.over(CUT, self.name)

    def fill(self) -> None:
        """Fill its disk; raises OSError where it has none of its own."""
        if reason := no_disks():
            raise OSError(reason)
        self.hits.begin(FULL, self.name)
        with suppress(OSError), (self.disk / "full").open("wb", buffering=0) as file:
            while True:
                file.write(bytes(4096))

    def empty(self) -> None:
        """Make room on its disk."""
        (self.disk / "full").unlink(missing_ok=True)
        self.hits.over(FULL, self.name)

    def refuse_writes(self) -> None:
        """Let its processes write into no file from now on, wherever it is: as on a full disk."""
        self.hits.begin(UNWRITABLE, self.name)
        self._limit(0)

    def allow_writes(self) -> None:
        """Let them write again."""
        self._limit(None)
        self.hits.over(UNWRITABLE, self.name)

    def _limit(self, size: int | None) -> None:
        for _ in range(2):  # what is started meanwhile has its parent's limit
            for pid in self.pids():
                with suppress(ProcessLookupError):
                    hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)[1]
                    soft = hard if size is None else size
                    resource.prlimit(pid, resource.RLIMIT_FSIZE, (soft, hard))

    def set_clock(self, seconds: float) -> None:
        """Set the clock of those that were started with one, so far from the true one."""
        with self._clock.open("r+b") as clock:
            clock.write(struct.pack("d", seconds))
