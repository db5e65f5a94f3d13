"""A network of its own for programs: nothing but loopback, where the kernel gives one.

As a script, inside it: brings loopback up, hands out a socket that listens there, by the one whose
number it is given, and keeps the network until its input ends.
"""

from __future__ import annotations

import contextlib
import fcntl
import functools
import shutil
import socket
import struct
import subprocess
import sys
from collections.abc import Iterator
from typing import NamedTuple

_SIOCGIFFLAGS, _SIOCSIFFLAGS, _IFF_UP = 0x8913, 0x8914, 1
# Of unshare, and what of it nsenter enters: as root, and as anybody where that is allowed.
_WAYS = (("-n",), ("-n",)), (("-r", "-n"), ("-U", "--preserve-credentials", "-n"))


class Network(NamedTuple):
    """A socket that listens on loopback, and the words that start a command beside it."""

    listening: socket.socket
    inside: tuple[str, ...]

    @property
    def is_offline(self) -> bool:
        return bool(self.inside)


@functools.cache
def _way() -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """Return how a network is made and entered here, None where it cannot be."""
    if not shutil.which("unshare") or not shutil.which("nsenter"):
        return None
    for made, entered in _WAYS:
        run = subprocess.run(["unshare", *made, "true"], capture_output=True, check=False)
        if run.returncode == 0:
            return made, entered
    return None


@contextlib.contextmanager
def network() -> Iterator[Network]:
    """Give a network with nothing but loopback, else this machine's own."""
    way = _way()
    if way is None:
        with socket.socket() as listening:
            listening.bind(("127.0.0.1", 0))
            listening.listen()
            yield Network(listening, ())
        return
    made, entered = way
    here, there = socket.socketpair()
    command = ["unshare", *made, sys.executable, "-I", __file__, str(there.fileno())]
    with here, there:
        numbers = [there.fileno()]
        with subprocess.Popen(command, stdin=subprocess.PIPE, pass_fds=numbers) as keeper:
            there.close()
            _, (number,), _, _ = socket.recv_fds(here, 1, 1)
            inside = ("nsenter", "-t", str(keeper.pid), *entered, "--")
            with socket.socket(fileno=number) as listening:
                yield Network(listening, inside)


def _keep(number: int) -> None:
    with socket.socket() as listening:
        request = fcntl.ioctl(listening, _SIOCGIFFLAGS, struct.pack("16sh14x", b"lo", 0))
        name, flags = struct.unpack("16sh14x", request)
        fcntl.ioctl(listening, _SIOCSIFFLAGS, struct.pack("16sh14x", name, flags | _IFF_UP))
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        with socket.socket(fileno=number) as outside:
            socket.send_fds(outside, [b"."], [listening.fileno()])
    sys.stdin.read()


if __name__ == "__main__":
    _keep(int(sys.argv[1]))
