"""Who may open the page: a token in the address first, then a cookie; and by which names."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import ipaddress
import os
import secrets
import socket
from typing import TYPE_CHECKING, NamedTuple

from sessions.errors import NotReadable
from sessions.files import read_regular, write_atomic
from sessions.patterns import lazy_pattern
from workers.repository import store

if TYPE_CHECKING:
    from pathlib import Path

LOOPBACK = ("127.0.0.1", "localhost", "::1")
_KEY_BYTES = 32
_HOST = lazy_pattern(r"(?:\[([0-9A-Fa-f:.]{2,45})\]|([A-Za-z0-9._-]{1,253}))(?::[0-9]{1,5})?")


class Access(NamedTuple):
    """What opens the page, and by which host names it may be called.

    `any_address`: by any IP address as well. Only a name can be pointed to another machine after a
    browser has loaded a page from it (DNS rebinding).
    """

    token: str
    cookie: str  # its name: cookies know no ports, and two servers must not share one
    secret: str  # its value
    names: frozenset[str]
    any_address: bool

    def is_known_host(self, header: str) -> bool:
        """Tell whether a `Host` header names this server; the port may be that of a tunnel."""
        match = _HOST.fullmatch(header)
        if match is None:
            return False
        name = str(match[1] or match[2]).lower()
        return name in self.names or (self.any_address and _is_address(name))


def access_to(root: Path, host: str, port: int) -> Access:
    """Return what opens the page of a root on a port: a new token, and the cookie that it had.

    A page that is open goes on after the server was started again on the same port.
    """
    about = f"{root}\0{port}".encode("utf-8", "surrogateescape")
    names = {*LOOPBACK, host.lower()}
    if not is_loopback(host):
        names |= {socket.gethostname().lower(), socket.getfqdn().lower()}
    return Access(
        token=secrets.token_urlsafe(_KEY_BYTES),
        cookie=f"waggle_{port}",
        secret=hmac.new(_key(), about, hashlib.sha256).hexdigest(),
        names=frozenset(names),
        any_address=not is_loopback(host),
    )


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine, and reached from nowhere else."""
    return host.lower() == "localhost" or (
        _is_address(host) and ipaddress.ip_address(host).is_loopback
    )


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _key() -> bytes:
    """Return the user's key, made once; where none can be kept, one for this start alone."""
    file = store.folder() / "serve.key"
    with contextlib.suppress(OSError, NotReadable):
        key = read_regular(file, _KEY_BYTES)
        if len(key) == _KEY_BYTES and file.stat().st_uid == os.getuid():
            return key
    key = secrets.token_bytes(_KEY_BYTES)
    with contextlib.suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_atomic(file, key, 0o600)
    return key
