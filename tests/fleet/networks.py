"""Networks that can be cut: namespaces on a bridge, or proxies where the kernel lets no test do it.

A cut link loses what is sent, in both directions, and says so to nobody: connections hang.
"""

from __future__ import annotations

import functools
import itertools
import os
import shutil
import socket
import subprocess
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, Self

if TYPE_CHECKING:
    from types import TracebackType

_HUB = "10.213.7.1"
_HUB_NAME = "database.fleet"
_OWN_FILES = Path("/etc/netns")  # see ip-netns(8)
_HARDWARE = "02:00:00:00:00:01"
_MASK = 24
_LINK = "eth0"
_CHUNK = 65536
_NUMBERS = itertools.count(1)
_TRIED = f"waggle-tried-{os.getpid()}"


class Network(Protocol):
    """What joins machines with the one that the database is on."""

    address: str  # of the database, where it is
    has_names: bool  # machines know the database by a name, which can go away

    @property
    def inside(self) -> tuple[str, ...]:
        """The words that start a command there."""

    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None: ...
    def join(self, machine: str) -> tuple[str, ...]:
        """Take a machine in; returns the words that start a command on it."""

    def leave(self, machine: str) -> None:
        """Let a machine go, on which nothing runs any more."""

    def reach(self, machine: str, port: int) -> tuple[str, int]:
        """Return address and port of the database as a machine reaches it."""

    def cut(self, machine: str) -> None:
        """Lose what a machine sends and what is sent to it, from now on."""

    def heal(self, machine: str) -> None:
        """Let it through again."""

    def forget(self) -> None:
        """Let the name of the database lead nowhere, on any machine, from now on."""

    def know(self) -> None:
        """Let it lead there again."""


def network() -> Network:
    """Return a network of namespaces where there can be one, else of proxies."""
    return Proxies() if no_namespaces() else Namespaces()


@functools.cache
def no_namespaces() -> str | None:
    """Return why machines are no network namespaces here, None where they can be."""
    if shutil.which("ip") is None:
        return "there is no `ip` here: apt-get install iproute2"
    if os.geteuid() != 0:
        return "network namespaces are made by root alone"
    link = f"link add name br0 type bridge && ip -n {_TRIED} link add name a type veth peer name b"
    script = f"ip netns add {_TRIED} && ip -n {_TRIED} {link} && ip netns exec {_TRIED} true"
    tried = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=False)
    subprocess.run(["ip", "netns", "del", _TRIED], capture_output=True, check=False)
    if tried.returncode:
        return f"the kernel makes no network namespaces for us: {tried.stderr.strip()}"
    return None


@dataclass
class Namespaces:
    """Each machine is a network namespace with a cable to a bridge; the database is on the hub.

    A cable is cut at the bridge: the machine sees its link up. Who has which hardware address is
    written down, or a machine would soon be told that nobody answers. The database has a name,
    which each machine looks up in a file of its own: `ip netns exec` shows it as /etc/hosts.
    """

    hub: str = field(default_factory=lambda: f"waggle-{os.getpid()}-{next(_NUMBERS)}")
    address: str = _HUB
    machines: list[str] = field(default_factory=list)
    joined: int = 0
    has_names: bool = True

    @property
    def inside(self) -> tuple[str, ...]:
        """The words that start a command on the hub."""
        return ("ip", "netns", "exec", self.hub)

    def __enter__(self) -> Self:
        """Make the hub."""
        _ip("netns", "add", self.hub)
        self._on_hub("link", "set", "lo", "up")
        # A bridge would take the lowest address of its cables, and forget whom it knows each time.
        self._on_hub("link", "add", "name", "br0", "address", _HARDWARE, "type", "bridge")
        self._on_hub("address", "add", f"{_HUB}/{_MASK}", "dev", "br0")
        self._on_hub("link", "set", "br0", "up")
        return self

    def __exit__(self, *_: object) -> None:
        """Remove it with all machines."""
        for name in (*map(self._namespace, self.machines), self.hub):
            subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)
            shutil.rmtree(_OWN_FILES / name, ignore_errors=True)

    def _namespace(self, machine: str) -> str:
        return f"{self.hub}-{machine}"

    def _on_hub(self, *words: str) -> str:
        return _ip("-n", self.hub, *words)

    def join(self, machine: str) -> tuple[str, ...]:
        """Make a machine: its own addresses, its own name."""
        namespace = self._namespace(machine)
        self.machines.append(machine)
        self.joined += 1
        address = f"10.213.7.{10 + self.joined % 200}"
        (_OWN_FILES / namespace).mkdir(parents=True)
        (_OWN_FILES / namespace / "nsswitch.conf").write_text("hosts: files\n", "utf-8")
        self._name(machine, is_known=True)
        _ip("netns", "add", namespace)
        cable = ("link", "add", "name", machine, "type", "veth", "peer", "name", _LINK)
        self._on_hub(*cable, "netns", namespace)
        for words in (
            ("link", "set", "lo", "up"),
            ("address", "add", f"{address}/{_MASK}", "dev", _LINK),
            ("link", "set", _LINK, "up"),
        ):
            _ip("-n", namespace, *words)
        self._on_hub("link", "set", machine, "up")
        self.heal(machine)
        _know(namespace, _HUB, self.hub, "br0", _LINK)
        _know(self.hub, address, namespace, _LINK, "br0")
        script = 'echo "$0" >/proc/sys/kernel/hostname; exec "$@"'
        named = ("unshare", "--uts", "--", "sh", "-c", script, machine)
        return ("ip", "netns", "exec", namespace, *named)

    def leave(self, machine: str) -> None:
        """Remove it; its cable goes with it."""
        self.machines.remove(machine)
        _ip("netns", "del", self._namespace(machine))
        shutil.rmtree(_OWN_FILES / self._namespace(machine))

    def reach(self, machine: str, port: int) -> tuple[str, int]:
        """Return the hub's name: it is the same for all."""
        assert machine in self.machines
        return _HUB_NAME, port

    def forget(self) -> None:
        """Take the hub out of what each machine looks names up in."""
        for machine in self.machines:
            self._name(machine, is_known=False)

    def know(self) -> None:
        """Put it in."""
        for machine in self.machines:
            self._name(machine, is_known=True)

    def _name(self, machine: str, *, is_known: bool) -> None:
        """Write the same file over: a machine has it mounted."""
        hub = f"{_HUB} {_HUB_NAME}\n" if is_known else ""
        file = _OWN_FILES / self._namespace(machine) / "hosts"
        file.write_text(f"127.0.0.1 localhost\n{hub}", "utf-8")

    def cut(self, machine: str) -> None:
        """Take its cable out of the bridge."""
        self._on_hub("link", "set", machine, "nomaster")

    def heal(self, machine: str) -> None:
        """Put it in."""
        self._on_hub("link", "set", machine, "master", "br0")


def _ip(*words: str) -> str:
    ran = subprocess.run(["ip", *words], capture_output=True, text=True, check=False)
    if ran.returncode:
        raise OSError(f"ip {' '.join(words)}: {ran.stderr.strip()}")
    return ran.stdout


def _know(here: str, address: str, there: str, link: str, over: str) -> None:
    """Write down in one namespace the hardware address that another one has."""
    hardware = _ip("-n", there, "-br", "link", "show", link).split()[2]
    words = ("neighbour", "replace", address, "lladdr", hardware, "dev", over, "nud", "permanent")
    _ip("-n", here, *words)


class Proxies:
    """Each machine reaches the database over a port of its own, through a proxy that can stop."""

    def __init__(self) -> None:
        self.address = "127.0.0.1"
        self.has_names = False
        self.inside: tuple[str, ...] = ()
        self.proxies: dict[str, Proxy] = {}
        self.passing: dict[str, threading.Event] = {}

    def __enter__(self) -> Self:
        """Nothing is to be made."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the proxies."""
        for proxy in self.proxies.values():
            proxy.close()

    def join(self, machine: str) -> tuple[str, ...]:
        """Take a machine in: its processes are started as any other."""
        self.passing[machine] = threading.Event()
        self.passing[machine].set()
        return ()

    def leave(self, machine: str) -> None:
        """End its proxy."""
        if proxy := self.proxies.pop(machine, None):
            proxy.close()

    def reach(self, machine: str, port: int) -> tuple[str, int]:
        """Return where its proxy listens."""
        if machine not in self.proxies:
            self.proxies[machine] = Proxy((self.address, port), self.passing[machine])
        return self.address, self.proxies[machine].port

    def cut(self, machine: str) -> None:
        """Stop its proxy."""
        self.passing[machine].clear()

    def heal(self, machine: str) -> None:
        """Let it go on."""
        self.passing[machine].set()

    def forget(self) -> None:
        """Raise OSError: all that is here looks names up in the same file."""
        raise OSError("a name goes away on machines alone that have a file of their own")

    def know(self) -> None:
        """Do nothing: they reach it by its address."""


class Proxy:
    """Passes on what comes to its port as long as `passing` is set; else it keeps it."""

    def __init__(self, to: tuple[str, int], passing: threading.Event) -> None:
        self.to, self.passing = to, passing
        self.listener = socket.create_server((to[0], 0))
        self.port: int = self.listener.getsockname()[1]
        self.open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                self.open.append(client)
                threading.Thread(target=self._join, args=(client,), daemon=True).start()

    def _join(self, client: socket.socket) -> None:
        self.passing.wait()
        try:
            server = socket.create_connection(self.to)
        except OSError:  # the database is down: as if nobody listened
            client.close()
            return
        self.open.append(server)
        threading.Thread(target=self._pass, args=(server, client), daemon=True).start()
        self._pass(client, server)

    def _pass(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(_CHUNK):
                self.passing.wait()
                target.sendall(data)
        self.passing.wait()  # that a side has ended is not passed on either
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def close(self) -> None:
        """End it with its connections."""
        self.passing.set()
        for end in (self.listener, *self.open):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
