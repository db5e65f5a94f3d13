"""Serves the pages on a socket of our own, until a signal ends the program."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.errors import WaggleError, shown
from workers.integrations.web.access import LOOPBACK, access_to, is_loopback

if TYPE_CHECKING:
    import logging
    from collections.abc import Callable, Coroutine, Iterator
    from pathlib import Path

    from uvicorn import Server

    from workers.integrations.web.access import Access
    from workers.integrations.web.guard import Guard

# What the extra `web` brings.
EXTRA = {"starlette": "starlette>=1.10", "uvicorn": "uvicorn>=0.54"}
_PORT = 7733  # the same every time, so that a page that is open finds it again
_CONNECTIONS = 200
_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Served(NamedTuple):
    """Where the pages are: `url` holds the token, `is_open` is whether other machines reach it."""

    url: str
    host: str
    port: int
    is_open: bool


def serve(
    root: Path,
    program: Path,
    host: str | None,
    port: int | None,
    announce: Callable[[Served], object],
) -> None:
    """Serve the pages of a root; ends by a signal alone.

    `announce` hears where, as soon as connections are taken. Raises WaggleError where a package is
    missing, or the address cannot be had.
    """
    check_installed()
    host = LOOPBACK[0] if host is None else host
    with _bound(host, port) as listening:
        number = int(listening.getsockname()[1])
        access = access_to(root, host, number)
        named = _named(host)
        url = f"http://{named}:{number}/?t={access.token}"
        # All of it is ready before anybody hears of it: no first page waits for imports, or for a
        # thousand logs to be read.
        server = _server(_guarded(root, program, access))
        announce(Served(url, host, number, not is_loopback(host)))
        _run_until_signal(_serve(server, listening))


def check_installed() -> None:
    """Raise WaggleError where a package of the extra is missing."""
    missing = [needs for name, needs in EXTRA.items() if find_spec(name) is None]
    if missing:
        named = " ".join(f'"{needs}"' for needs in missing)
        raise WaggleError(
            "the web page needs packages that are not installed here",
            f"Run {sys.executable} -m pip install {named}; the extra `web` brings them.",
        )


def _named(host: str) -> str:
    """Return a host as an address has it; one that means all of them is called by this machine."""
    host = {"0.0.0.0": LOOPBACK[0], "::": LOOPBACK[2]}.get(host, host)  # noqa: S104
    return f"[{host}]" if ":" in host else host


@contextlib.contextmanager
def _bound(host: str, port: int | None) -> Iterator[socket.socket]:
    """Yield a listening socket: on the port that is asked for, else on ours or any that is free."""
    try:
        family, kind, number, _, address = socket.getaddrinfo(host, 0, type=socket.SOCK_STREAM)[0]
    except OSError as error:
        raise WaggleError(
            f"the host {shown(host, 60)} is not known: {error.strerror or error}",
            "Leave --host out, or give an address of this machine.",
        ) from None
    with socket.socket(family, kind, number) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        _bind(listening, address[0], (_PORT, 0) if port is None else (port,))
        listening.listen(128)
        listening.settimeout(0)
        yield listening


def _bind(listening: socket.socket, address: object, ports: tuple[int, ...]) -> None:
    for number in ports:
        try:
            listening.bind((address, number))
        except OSError as error:
            if number != ports[-1]:
                continue
            raise WaggleError(
                f"port {number} of {address} cannot be used: {os.strerror(error.errno or 0)}",
                "Leave --port out, or give another one; 0 takes any that is free.",
            ) from None
        else:
            return


def _guarded(root: Path, program: Path, access: Access) -> Guard:
    """Return the pages; the list was made once, so that whoever opens it need not wait for it."""
    from workers.integrations.web.application import application
    from workers.integrations.web.guard import Guard
    from workers.integrations.web.listing import Wanted
    from workers.integrations.web.pages import Pages, Shown
    from workers.integrations.web.showing import prepare

    prepare()
    pages = Pages(root, program)
    with contextlib.suppress(WaggleError, OSError):  # the page says it
        pages.sessions(Shown("", ""), Wanted())
    return Guard(application(pages), access)


def _server(app: Guard) -> Server:
    """Return what serves an application, everything that it needs loaded."""
    import logging

    import uvicorn

    class Quiet(uvicorn.Server):
        """One that leaves signals alone: it would wait for open streams to end by themselves."""

        @contextlib.contextmanager
        def capture_signals(self) -> Iterator[None]:
            yield

    config = uvicorn.Config(
        app,
        loop="asyncio",
        http="h11",
        ws="none",
        lifespan="off",
        interface="asgi3",
        log_config=None,  # an access log would hold the token
        access_log=False,
        proxy_headers=False,
        server_header=False,
        limit_concurrency=_CONNECTIONS,
        timeout_keep_alive=30,
    )
    logging.getLogger("uvicorn.error").addFilter(_is_a_fault)
    config.load()
    return Quiet(config)


async def _serve(server: Server, listening: socket.socket) -> None:
    with contextlib.suppress(asyncio.CancelledError):
        await server.serve([listening])


def _is_a_fault(record: logging.LogRecord) -> bool:
    """Tell whether something to log is a fault: a stream that was cut off at our end is none."""
    kind = record.exc_info[0] if record.exc_info else None
    return kind is None or not issubclass(kind, asyncio.CancelledError)


def _run_until_signal(serving: Coroutine[Any, Any, None]) -> None:
    """Run the server until a signal; then the program's own handler is called, as anywhere else.

    A handler that raises would do so inside a request, where the server takes it for its fault.
    """
    handlers = {number: signal.getsignal(number) for number in _ENDING}
    received: list[int] = []

    async def run() -> None:
        loop, task = asyncio.get_running_loop(), asyncio.ensure_future(serving)

        def end(number: int) -> None:
            received.append(number)
            task.cancel()

        for number, handler in handlers.items():
            if handler != signal.SIG_IGN:  # nohup ignores SIGHUP on purpose
                loop.add_signal_handler(number, end, number)
        with contextlib.suppress(asyncio.CancelledError):
            await task

    try:
        asyncio.run(run())
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
    if received:
        signal.raise_signal(received[0])
