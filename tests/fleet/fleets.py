"""A fleet: machines with workers on a database of its own, and the one repository they share."""

from __future__ import annotations

import compileall
import functools
import re
import signal
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from tests.fleet.hits import ASKED, DATABASE, KILLED, STOPPED, Hits, Meanwhile, Place
from tests.fleet.machines import Machine
from tests.fleet.processes import command_of, holds, process_of, send
from tests.fleet.schedules import LEASE, PHASE_TIMEOUT
from tests.fleet.scripted import PHASES, PROGRAM
from tests.fleet.watching import Watch
from tests.kit import PROJECT
from workers.fleet.processes import GRACE_SECONDS

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator
    from pathlib import Path

    from tests.fleet.networks import Network
    from tests.fleet.postgres import Postgres
    from tests.fleet.schedules import Fault

QUEUE = "backend"
_LOST = re.compile(r"its lease (?:was taken|is over): (\S+) starts over")
_DRAIN_SECONDS = 30.0
_QUIET_SECONDS = 10.0


@functools.cache
def compile_once() -> None:
    """Compile what is started hundreds of times, where the environment lets no start do so."""
    for name in ("sessions", "workers", "tests/fleet"):
        compileall.compile_dir(PROJECT / name, quiet=2)


@dataclass
class Fleet:
    """Machines with workers, on a database of their own; `folder` holds all that is written."""

    server: Postgres
    network: Network
    folder: Path
    database: str
    pace: float = 1.0
    slots: int = 2
    machines: list[Machine] = field(default_factory=list)
    workers: dict[tuple[int, int], subprocess.Popen[bytes]] = field(default_factory=dict)
    has_clock: bool = False
    slowness: float | None = None  # how many times slower than they could its workers started
    hits: Hits = field(default_factory=Hits)
    places: list[Place] = field(default_factory=list)
    _open: ExitStack = field(default_factory=ExitStack)
    _watch: Watch = field(init=False)

    def __enter__(self) -> Self:
        """Make the database."""
        compile_once()
        self.server.make_database(self.database)
        self._watch = self._open.enter_context(Watch(self.root))
        return self

    def __exit__(self, *_: object) -> None:
        """End all machines, and remove the database."""
        self._open.close()
        if self.server.process is None:
            self.server.start()
        self.server.psql(f"DROP DATABASE {self.database} WITH (FORCE)")

    @property
    def root(self) -> Path:
        """The repository that all machines share."""
        return self.folder / "root"

    def add_machine(self) -> int:
        """Add a machine; returns its number from 0."""
        number = len(self.machines)
        name = f"m{number + 1}"
        machine = Machine(name, self.network, self.folder / name, hits=self.hits)
        self.machines.append(self._open.enter_context(machine))
        return number

    def url(self, machine: int) -> str:
        """Return the database's address, as a machine reaches it."""
        reached = self.network.reach(self.machines[machine].name, self.server.port)
        return self.server.url(self.database, *reached)

    def start(self, machine: int, *words: str, log: str) -> subprocess.Popen[bytes]:
        """Start the program on a machine; what it says goes to a file."""
        command = [sys.executable, str(PROGRAM), *words, "--root", str(self.root)]
        command += ["--engine", self.url(machine), "--queue", QUEUE]
        file = self.folder / f"{log}.log"
        place = self.machines[machine]
        return place.start(command, self.root, None, file, has_clock=self.has_clock)

    def start_worker(self, machine: int, worker: int = 0) -> None:
        """Start a worker where it does not run."""
        known = self.workers.get((machine, worker))
        if known is not None and known.poll() is None:
            return
        words = ["fleet", "worker", "--slots", str(self.slots)]
        words += ["--lease", str(LEASE * self.pace)]
        words += ["--phase-timeout", str(PHASE_TIMEOUT * self.pace)]
        log = f"m{machine + 1}.{worker + 1}"
        self.enlist(machine, worker, self.start(machine, *words, log=log))

    def enlist(self, machine: int, worker: int, process: subprocess.Popen[bytes]) -> None:
        """Count a process among the workers, from now on."""
        self.workers[machine, worker] = process
        self.places.append(Place(process.pid, self.machines[machine].name, time.monotonic()))

    def is_up(self) -> bool:
        """Tell whether each worker has begun to take jobs."""
        logs = [self.folder / f"m{one + 1}.{two + 1}.log" for one, two in self.workers]
        return all("takes jobs of" in log.read_text("utf-8", "replace") for log in logs)

    def start_workers(self, machine: int) -> None:
        """Start what ever ran on a machine again."""
        for place in [place for place in self.workers if place[0] == machine]:
            self.start_worker(*place)

    def signal(self, machine: int, worker: int, number: signal.Signals) -> None:
        """Send a worker alone a signal, not what it started."""
        process = self.workers.get((machine, worker))
        if process is None:
            return
        about = (self.machines[machine].name, process.pid)
        if process.poll() is None:
            is_asked = any(hit[:3] == (ASKED, *about) for hit in self.hits.all)
            what = KILLED if is_asked else ASKED  # asked twice it ends at once
            what = {signal.SIGKILL: KILLED, signal.SIGSTOP: STOPPED}.get(number, what)
            if number != signal.SIGCONT:
                self.hits.begin(what, *about)
            send([process.pid], number)
        if number == signal.SIGCONT:
            self.hits.over(STOPPED, *about)

    def stop_phase(self, machine: int) -> bool:
        """Stop a phase of a machine, as long as it is let run; returns whether there was any."""
        for pid in self.phases(machine)[:1]:
            seconds = PHASE_TIMEOUT * self.pace + GRACE_SECONDS
            self.hits.begin(STOPPED, self.machines[machine].name, pid, seconds)
            send([pid], signal.SIGSTOP)
            return True
        return False

    def lose_database(self) -> None:
        """Kill the server of the database."""
        self.hits.begin(DATABASE)
        self.server.crash()

    def lose_name(self) -> None:
        """Let its name lead nowhere, and end all connections: whoever wants one looks it up.

        The server runs on: to kill it and start it again takes as long as a short lease.
        """
        self.hits.begin(DATABASE)
        self.network.forget()
        if self.server.process is not None:
            others = f"pg_stat_activity WHERE datname = '{self.database}'"
            self.server.psql(f"SELECT pg_terminate_backend(pid) FROM {others}")  # noqa: S608

    def start_database(self) -> None:
        """Start it where it does not run; its name leads there."""
        self.network.know()
        if self.server.process is None:
            self.server.start()
        self.hits.over(DATABASE)

    def phases(self, machine: int) -> list[int]:
        """Return the phases that run on a machine."""
        options = {f"--{name}" for name in PHASES}
        return [pid for pid in self.machines[machine].pids() if options & {*command_of(pid)}]

    def at_work(self) -> list[tuple[int, int]]:
        """Return the workers that have phases at work, each once for each of them."""
        owners = {process.pid: place for place, process in self.workers.items()}
        phases = [pid for machine in range(len(self.machines)) for pid in self.phases(machine)]
        above = (_above(pid) for pid in phases)
        return [owners[pid] for line in above for pid in line if pid in owners]

    def aimed(self, fault: Fault) -> Fault:
        """Return a fault with the worker that it goes to."""
        chosen = sorted(self.at_work()) if fault.is_aimed else []
        if not chosen:
            return fault
        machine, worker = chosen[(7 * fault.machine + fault.worker) % len(chosen)]
        return fault._replace(machine=machine, worker=worker)

    def begin(self, session: str, machine: int) -> subprocess.Popen[bytes]:
        """Put a session's plan into the queue, from a machine."""
        words = ("run", "--session", session, "--model", "survey", "--no-wait")
        return self.start(machine, *words, log=f"begin-{session}")

    def living(self) -> list[tuple[int, int]]:
        """Return which workers run."""
        return [place for place, process in self.workers.items() if process.poll() is None]

    def heal(self) -> None:
        """Put right whatever was broken; who was killed stays so, but one worker at least lives."""
        for machine in self.machines:
            machine.heal()
            machine.empty()
            machine.allow_writes()
            machine.set_clock(0)
            machine.go_on()
        self.start_database()
        if not self.living():
            self.start_worker(0)

    def meanwhile(self, session_id: str, *, has_times: bool = True) -> Meanwhile:
        """Return what happened beside a session; without times where it is merged from others."""
        times = self._watch.times.get(session_id, {}) if has_times else {}
        about = (self.hits.all, self.places, times, self.pace, self.slots, self.slowness)
        return Meanwhile(*about, self.lost())

    def lost(self) -> set[str]:
        """Return the executors that say that they lost their lease."""
        logs = {self.folder / f"m{one + 1}.{two + 1}.log" for one, two in self.workers}
        texts = [log.read_text("utf-8", "replace") for log in logs if log.exists()]
        return {name for text in texts for name in _LOST.findall(text)}

    def end(self) -> list[str]:
        """Ask all workers to end; returns what did not, or was left."""
        for place in self.living():
            self.signal(*place, signal.SIGTERM)
        bad = []
        if not holds(lambda: not self.living(), _DRAIN_SECONDS * max(1.0, self.pace / 4)):
            names = ", ".join(f"m{machine + 1}.{worker + 1}" for machine, worker in self.living())
            bad.append(f"did not end when asked to: {names}")
        if not holds(lambda: not any(one.pids() for one in self.machines), _QUIET_SECONDS):
            left = [
                (one.name, " ".join(command_of(pid))) for one in self.machines for pid in one.pids()
            ]
            bad.append(f"left processes: {left}")
        return bad


def _above(pid: int) -> Iterator[int]:
    """Yield the processes that started a process, the nearest first."""
    process = process_of(pid)
    while process is not None and process.parent > 1:
        yield process.parent
        process = process_of(process.parent)
