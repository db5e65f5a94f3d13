"""Limits of a queue on a real PostgreSQL: requests to models a minute."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from tests.fleet import postgres
from tests.fleet.postgres import Postgres
from tests.test_requests import most
from workers.fleet import requests
from workers.fleet.granting import Granting
from workers.fleet.leases import Leases, database

pytestmark = [
    pytest.mark.slow,
    pytest.mark.fleet,
    pytest.mark.skipif(postgres.missing() is not None, reason=str(postgres.missing())),
]
PERIOD, LIMIT, LEASE = 2.0, 6, 5.0
QUEUE = "waggle@x"


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    with Postgres() as server:
        yield server


@pytest.fixture
def url(server: Postgres) -> str:
    name = f"l{time.monotonic_ns()}"
    server.make_database(name)
    return server.url(name)


@contextmanager
def leases_of(url: str, number: int) -> Iterator[list[Leases]]:
    """Yield the leases of some executors, each with connections of its own."""
    engines = [database(url, LEASE) for _ in range(number)]
    each = [Leases(engine, LEASE) for engine in engines]
    each[0].prepare()
    yield each
    for engine in engines:
        engine.dispose()


def granted(server: Postgres, url: str, model: str) -> list[float]:
    """Return when requests were granted, by the clock of the database."""
    statement = "SELECT extract(epoch FROM granted) FROM waggle.requests WHERE model = "
    lines = server.psql(f"{statement} '{model}'", url.rpartition("/")[2])
    return sorted(map(float, lines.split()))


def spend(url: str, executors: int, models: str, count: int) -> None:
    """Let executors ask for so many requests of each model, all at the same time."""
    barrier = threading.Barrier(executors)
    with leases_of(url, executors) as each, ThreadPoolExecutor(executors) as pool:
        each[0].requests(QUEUE).limit(LIMIT)

        def one(leases: Leases) -> None:
            leases.join(f"e{id(leases)}", QUEUE, 1)
            take = requests.Requests(leases._engine, QUEUE, lambda: LIMIT, PERIOD).take

            async def ask() -> None:
                grant = Granting(take)
                await asyncio.gather(*(grant(model) for model in models for _ in range(count)))

            barrier.wait()
            asyncio.run(ask())

        list(pool.map(one, each))


@pytest.mark.parametrize("executors", [2, 6])
def test_executors_do_not_pass_the_limit_together(
    server: Postgres, url: str, executors: int
) -> None:
    begun_at = time.monotonic()
    spend(url, executors, "ab", 3 * LIMIT // executors + LIMIT)
    seconds = time.monotonic() - begun_at
    for model in "ab":
        times = granted(server, url, model)
        assert len(times) == 3 * LIMIT + executors * LIMIT
        assert most(times, PERIOD) <= LIMIT
        # Nothing is left unused for long: whoever waits looks again within a fifth of its wait.
        assert seconds < 2 * PERIOD * len(times) / LIMIT + PERIOD


@pytest.mark.parametrize("has_lock", [True, False])
def test_it_is_the_lock_that_keeps_them_from_it(
    server: Postgres, url: str, has_lock: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not has_lock:
        monkeypatch.setattr(requests, "_LOCK", "SELECT :queue, :model")
    slow = requests._TAKE.replace("SELECT :queue, :model FROM", "SELECT :queue, :model FROM late,")
    slow = slow.replace("WITH", "WITH late AS MATERIALIZED (SELECT pg_sleep(0.1)),")
    monkeypatch.setattr(requests, "_TAKE", slow)
    spend(url, 6, "a", LIMIT)
    assert (most(granted(server, url, "a"), PERIOD) <= LIMIT) == has_lock


def test_a_limit_is_the_queues_whoever_set_it(url: str) -> None:
    with leases_of(url, 2) as (first, second):
        for name, leases in (("first", first), ("second", second)):
            leases.join(name, QUEUE, 1)
        take = second.requests(QUEUE).take
        assert [asyncio.run(take("a")) for _ in range(9)] == [0.0] * 9, "there is no limit yet"
        first.requests(QUEUE).limit(2)
        second.renew("second")
        assert [asyncio.run(take("a")) > 0 for _ in range(3)] == [False, False, True]
        first.join("again", QUEUE, 1)  # under a new name, and naming none
        assert asyncio.run(first.requests(QUEUE).take("a")) > 0
        assert asyncio.run(first.requests("another@x").take("a")) == 0
        second.requests(QUEUE).limit(3)  # the last one that names one
        assert [asyncio.run(take("a")) > 0 for _ in range(2)] == [False, True]


def test_a_database_that_is_away_makes_who_asks_wait(server: Postgres, url: str) -> None:
    with leases_of(url, 1) as (leases,):
        leases.requests(QUEUE).limit(2)
        leases.join("one", QUEUE, 1)
        grant = Granting(leases.requests(QUEUE).take)

        async def over_a_crash() -> float:
            await grant("a")
            await asyncio.to_thread(server.crash)
            waiting = asyncio.create_task(grant("a"))
            await asyncio.sleep(3)
            assert not waiting.done()
            await asyncio.to_thread(server.start)
            begun_at = time.monotonic()
            await asyncio.wait_for(waiting, 30)
            return time.monotonic() - begun_at

        assert asyncio.run(over_a_crash()) < 10
        assert asyncio.run(leases.requests(QUEUE).take("a")) > 0, "both were counted"
