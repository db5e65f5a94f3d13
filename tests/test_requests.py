"""Requests to models a minute: no more than the limit in any minute, and who has to ask."""

from __future__ import annotations

import asyncio
import itertools
import os
import socket
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from sessions import asking, fence
from sessions.session import Session, make_session
from tests.fake_api import fake_api
from tests.kit import PROJECT, SESSION
from workers.fleet import engine, jobs, processes
from workers.fleet.granting import Granting, OwnLimit
from workers.fleet.ordering import Asked

PERIOD, LIMIT = 0.6, 3


def most(times: list[float], period: float) -> int:
    """Return how many there are in the fullest period, which begins with one of them."""
    return max((sum(begin <= one < begin + period for one in times) for begin in times), default=0)


@pytest.mark.parametrize(
    ("times", "number"), [([], 0), ([1, 1, 1.5], 3), ([1, 2], 1), ([1, 1.9, 2, 2.8], 3)]
)
def test_the_fullest_period_is_seen(times: list[float], number: int) -> None:
    assert most(times, 1) == number


async def asked(grant: Callable[[str], Awaitable[None]], model: str, count: int) -> list[float]:
    """Ask some at once, now and then; returns when each was granted."""
    times = []

    async def ask(number: int) -> None:
        await asyncio.sleep(number * 0.37 % PERIOD)
        await grant(model)
        times.append(time.monotonic())

    await asyncio.gather(*map(ask, range(count)))
    return times


def test_no_period_has_more_than_the_limit_and_models_have_one_each() -> None:
    async def both() -> list[list[float]]:
        grant = Granting(OwnLimit(LIMIT, PERIOD).take)
        return await asyncio.gather(*(asked(grant, model, 4 * LIMIT) for model in "ab"))

    begun_at = time.monotonic()
    for times in asyncio.run(both()):
        assert len(times) == 4 * LIMIT
        assert most(times, 0.95 * PERIOD) <= LIMIT
    assert 3 * PERIOD <= time.monotonic() - begun_at < 20 * PERIOD


# The socket: a real process, as an executor starts one.

ASKS = """
import asyncio, os, sys, time
from pathlib import Path
sys.path[0] = sys.argv[1]
from sessions.asking import permission
from workers.fleet.following import follow
follow(Path(sys.argv[2]), sys.argv[3])
async def main():
    for _ in range(int(sys.argv[4])):
        await permission()
        print(time.monotonic(), flush=True)
asyncio.run(main())
"""


@pytest.fixture
def session(root: Path) -> Session:
    return make_session(root, SESSION)


async def a_phase(
    session: Session, grant: Callable[[], Awaitable[None]], count: int = 3, seconds: float = 60
) -> tuple[processes.Ended, list[float]]:
    words = [sys.executable, "-c", ASKS, str(PROJECT), str(session.root), session.id, str(count)]
    job = {fence.VARIABLE: os.environ.get(fence.VARIABLE, "backend-worker:1")}
    ended = await processes.run(words, job, seconds, grant)
    return ended, [float(line) for line in ended.out.split()]


async def never() -> None:
    await asyncio.Event().wait()


def taken(session: Session) -> jobs.Run:
    from tests.test_queen import made, row

    run = jobs.begin(session, made(row("backend")), engine.SQLITE, Asked().plain())
    assert jobs.take(session, run, "backend", "run", "a", is_alive=lambda: True)
    return run


def test_processes_ask_and_wait(session: Session) -> None:
    taken(session)

    async def three() -> list[tuple[processes.Ended, list[float]]]:
        processes.open_up()
        grant = partial(Granting(OwnLimit(LIMIT, PERIOD).take), "a")
        return await asyncio.gather(*(a_phase(session, grant, LIMIT) for _ in range(3)))

    ended = asyncio.run(three())
    assert [(one.code, one.err) for one, _ in ended] == [(0, b"")] * 3
    times = [each for _, some in ended for each in some]
    assert len(times) == 3 * LIMIT
    assert most(times, 0.8 * PERIOD) <= LIMIT  # when they hear of it, not when it was granted


def test_who_waits_too_long_is_ended_and_takes_nothing(session: Session) -> None:
    taken(session)
    granted = []

    async def slowly() -> None:
        await asyncio.sleep(4)
        granted.append(1)

    async def one() -> processes.Ended:
        processes.open_up()
        ended, _ = await a_phase(session, slowly, seconds=2)
        await asyncio.sleep(3)
        return ended

    assert asyncio.run(one()).hung
    assert not granted


def test_who_was_replaced_does_not_wait_on(session: Session) -> None:
    run = taken(session)

    async def replaced() -> processes.Ended:
        processes.open_up()
        phase = asyncio.create_task(a_phase(session, never))
        await asyncio.sleep(1)
        jobs.take(session, run, "backend", "run", "b", is_alive=lambda: True)
        return (await phase)[0]

    ended = asyncio.run(replaced())
    assert (ended.code, ended.hung) == (-15, False)
    assert b"was taken over" in ended.err


def test_a_process_that_is_no_job_asks_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "_lines", [])
    assert not asking.must_ask()
    asyncio.run(asyncio.wait_for(asking.permission(), 1))


# Who asks: each request of an agent, also what a provider's SDK sends again; no report by rule.


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[bytes]]:
    """Let this process ask, and grant all; yields what was asked."""
    ours, theirs = socket.socketpair()
    seen: list[bytes] = []
    monkeypatch.setattr(asking, "_lines", [])
    line = asking.connect(theirs.fileno())

    def grant() -> None:
        while data := ours.recv(1):
            seen.append(data)
            line.granted(1)

    thread = threading.Thread(target=grant)
    thread.start()
    try:
        yield seen
    finally:
        theirs.close()
        thread.join()
        ours.close()


@pytest.mark.parametrize("provider", ["openai-chat", "anthropic"])
@pytest.mark.parametrize("failures", [0, 1, 2])
@pytest.mark.usefixtures("loopback_models")
def test_each_request_is_asked_for(
    provider: str, failures: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pydantic_ai import Agent

    from workers.agents import providers

    left = itertools.count()

    def script(_request: object) -> dict[str, object]:
        return {"status": 503} if next(left) < failures else {"text": "done"}

    with fake_api(script) as api, counted(monkeypatch) as seen:
        for name, path in (("OPENAI", "/v1"), ("ANTHROPIC", "")):
            monkeypatch.setenv(f"{name}_API_KEY", "x")
            monkeypatch.setenv(f"{name}_BASE_URL", f"{api.url}{path}")
        agent = Agent(f"{provider}:some", capabilities=providers.capabilities())
        assert asyncio.run(agent.run("hello")).output == "done"
        assert len(seen) == len(api.requests) == failures + 1
