"""A PostgreSQL of one's own: a folder, a port, trusted on one address, ended by its pid.

It does not start as root: then it runs as `postgres`, or `nobody`, in a folder of that user's below
the machine's temporary one. A test's own folder is root's alone, and too long for a socket's name.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from tests.fleet.processes import processes, send, wait_until

_USERS = ("postgres", "nobody")
_DEBIAN = "/usr/lib/postgresql"
_LOOPBACK = "127.0.0.1"
_PORT = 5432  # where an address is nobody else's
_SECONDS = 60.0
# The kernel outlives every crash here: what was written is there without being synced.
_SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "max_connections": "250",
    "shared_buffers": "32MB",
    "autovacuum": "off",
    "log_min_messages": "warning",
}
_INITIAL = ("-A", "trust", "-U", "waggle", "-E", "UTF8", "--locale=C", "--no-sync")


def missing() -> str | None:
    """Return why there can be no PostgreSQL here, None where there can."""
    if not Path("/proc/self/stat").exists():
        return "processes are looked at in Linux's /proc"
    if _program("postgres") is None:
        return "no PostgreSQL here: apt-get install postgresql"
    if os.geteuid() == 0 and (_user() is None or shutil.which("setpriv") is None):
        return "PostgreSQL does not start as root, and there is no setpriv or no other user"
    return None


def _program(name: str) -> str | None:
    folders = sorted(Path(_DEBIAN).glob("*/bin"), key=lambda path: len(path.parent.name))
    found = shutil.which(name, path=os.pathsep.join(map(str, reversed(folders))))
    return found or shutil.which(name)


def _user() -> pwd.struct_passwd | None:
    for name in _USERS:
        with suppress(KeyError):
            return pwd.getpwnam(name)
    return None


@dataclass
class Postgres:
    """A server; `inside` are the words that start a command where its address is."""

    address: str = _LOOPBACK
    inside: tuple[str, ...] = ()
    port: int = 0
    folder: Path = field(init=False)
    process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        """Make its folder."""
        self.folder = Path(tempfile.mkdtemp(prefix="waggle-pg-"))
        self.port = self.port or (_free_port() if self.address == _LOOPBACK else _PORT)
        user = _user()
        if os.geteuid() == 0 and user:
            os.chown(self.folder, user.pw_uid, user.pw_gid)
        command = [*self._as_other(), _name("initdb"), "-D", str(self._data), *_INITIAL]
        subprocess.run(command, check=True, capture_output=True, cwd="/")
        hosts = f"local all all trust\nhost all all {self.address}/24 trust\n"
        (self._data / "pg_hba.conf").write_text(hosts, "utf-8")

    def __enter__(self) -> Self:
        """Start it."""
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End it, and remove what it wrote."""
        try:
            self.end()
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> str:
        """What it said."""
        return (self.folder / "log").read_text("utf-8", "replace")

    def _as_other(self) -> list[str]:
        user = _user()
        if os.geteuid() != 0 or user is None:
            return []
        ids = [f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}"]
        return ["setpriv", *ids, "--clear-groups", "--"]

    def start(self) -> None:
        """Start it, after a crash as well; returns when it answers."""
        command = [*self.inside, *self._as_other(), _name("postgres"), "-D", str(self._data)]
        command += ["-p", str(self.port), "-k", str(self.folder)]
        for name, value in {**_SETTINGS, "listen_addresses": self.address}.items():
            command += ["-c", f"{name}={value}"]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                start_new_session=True,
            )
        wait_until(self._answers, _SECONDS, f"PostgreSQL does not answer:\n{self.log[-2000:]}")

    def _answers(self) -> bool:
        if self.process is None or self.process.poll() is not None:
            raise ChildProcessError(f"PostgreSQL has ended:\n{self.log[-2000:]}")
        command = [_name("pg_isready"), "-q", "-h", str(self.folder), "-p", str(self.port)]
        return subprocess.run(command, check=False).returncode == 0

    def end(self) -> None:
        """End it as its owner would: connections are cut, what was committed is there."""
        if self.process is None:
            return
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(_SECONDS)
        except subprocess.TimeoutExpired:
            self.crash()
        self.process = None

    def crash(self) -> None:
        """Kill it with all that it started, as a machine that loses power does."""
        if self.process is None:
            return
        send([self.process.pid], signal.SIGSTOP)  # it starts no more
        children = [one.pid for one in processes() if one.parent == self.process.pid]
        send([self.process.pid, *children], signal.SIGKILL)
        self.process.wait(_SECONDS)
        self.process = None

    def psql(self, statement: str, database: str = "postgres") -> str:
        """Run a statement over its own socket, whatever became of the network."""
        command = [_name("psql"), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"]
        command += ["-h", str(self.folder), "-p", str(self.port), "-U", "waggle", "-d", database]
        ran = subprocess.run(
            [*command, "-c", statement],
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=True,
        )
        return ran.stdout.strip()

    def make_database(self, name: str) -> None:
        """Make an empty database, as whoever sets a fleet up does."""
        self.psql(f"CREATE DATABASE {name}")

    def url(self, database: str, address: str = "", port: int = 0) -> str:
        """Return where a database is, seen from where an address leads to it."""
        place = f"{address or self.address}:{port or self.port}"
        return f"postgresql://waggle@{place}/{database}"


def _name(program: str) -> str:
    return _program(program) or program


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port
