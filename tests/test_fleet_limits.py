"""What a queue limits on a real PostgreSQL: requests to models a minute, rows of what has ended."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from dbos import DBOSClient

from tests.fleet import judging, postgres
from tests.fleet.fleets import Fleet
from tests.fleet.networks import Proxies
from tests.fleet.postgres import Postgres
from tests.fleet.processes import holds
from tests.fleet.scripts import Script, lay_out
from tests.kit import PROJECT
from tests.test_requests import most
from workers.fleet import requests, tidying
from workers.fleet.engine import NAME, no_engine
from workers.fleet.granting import Granting
from workers.fleet.leases import Leases, database, replace_ended
from workers.fleet.ordering import plans_of
from workers.fleet.shared import Shared, drain
from workers.fleet.unattended import Claimed

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
    try:
        each[0].prepare()
        yield each
    finally:
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
            take = requests.Requests(leases.engine, QUEUE, lambda: LIMIT, PERIOD).take

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


def test_no_statement_is_prepared_that_another_connection_might_not_have(url: str) -> None:
    connections = database(url, 5.0)
    with connections.connect() as connection:
        driver: Any = connection.connection.driver_connection
        for _ in range(20):
            connection.execute(sa.text("SELECT 1"))
        known = connection.execute(sa.text("SELECT * FROM pg_prepared_statements"))
        assert known.all() == []
        assert driver.prepare_threshold is None
    connections.dispose()


def test_one_executor_at_a_time_sets_the_limits_of_a_queue(url: str) -> None:
    entered = threading.Event()

    def enter(leases: Leases) -> None:
        with leases.alone(QUEUE):
            entered.set()

    with leases_of(url, 2) as (first, second):
        with first.alone(QUEUE):
            with second.alone("another@x"):
                pass
            other = threading.Thread(target=enter, args=(second,))
            other.start()
            assert not entered.wait(0.5)
        other.join(10)
        assert entered.is_set()


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


# What has ended: plans of ours, with their jobs, once all of them have ended long ago.

DAY = 86400.0
OURS = tidying.Whose(QUEUE, "x:", NAME)
PLAN = {
    "status": "SUCCESS",
    "app": NAME,
    "days": 7.1,
    "prefix": "x:",
    "job": "SUCCESS",
    "plans": plans_of(QUEUE),
}
# What is otherwise -> whether it goes.
GOES = [
    ({}, True),
    ({"status": "ERROR", "job": "CANCELLED"}, True),
    ({"status": "CANCELLED", "job": "MAX_RECOVERY_ATTEMPTS_EXCEEDED"}, True),
    ({"days": 6.9}, False),
    ({"days": None}, False),
    ({"status": "PENDING"}, False),
    ({"status": "ENQUEUED"}, False),
    ({"job": "PENDING"}, False),
    ({"job": "ENQUEUED"}, False),
    ({"job": "DELAYED"}, False),
    ({"app": "another"}, False),
    ({"app": None}, False),
    ({"prefix": "y:"}, False),
    ({"plans": plans_of("gpu@x")}, False),
    ({"plans": None, "status": "CANCELLED"}, True),  # the engine forgets whose it was
]


@pytest.fixture(scope="module")
def with_tables(server: Postgres) -> str:
    """Return a database in which the engine's tables are."""
    server.make_database("tables")
    code = f"from workers.fleet.engine import make_tables; make_tables({server.url('tables')!r})"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=PROJECT)
    return server.url("tables")


def plant(connection: sa.Connection, name: str, **otherwise: object) -> None:
    """Write a plan with one job, as the engine would leave them."""
    about: dict[str, Any] = {**PLAN, **otherwise}
    plan = f"{about['prefix']}{name}/1"
    for workflow, parent, status, queue in (
        (plan, None, about["status"], about["plans"]),
        (f"{plan}/backend", plan, about["job"], QUEUE),
    ):
        values = {"id": workflow, "status": status, "parent": parent, "app": about["app"]}
        values["queue"] = queue
        statement = """
            INSERT INTO dbos.workflow_status (
                workflow_uuid, status, parent_workflow_id, application_name, queue_name,
                completed_at
            ) VALUES (
                :id, :status, :parent, :app, :queue,
                1000 * (extract(epoch FROM now()) - :seconds)
            )
        """
        days = about["days"]
        seconds = None if days is None else days * DAY
        connection.execute(sa.text(statement), {**values, "seconds": seconds})


def left(leases: Leases) -> int:
    with leases.engine.begin() as connection:
        return int(
            connection.execute(sa.text("SELECT count(*) FROM dbos.workflow_status")).scalar_one()
        )


@contextmanager
def tidied(url: str) -> Iterator[tuple[Leases, Callable[[list[str]], None]]]:
    """Yield a database without rows, and what removes some of it."""
    with leases_of(url, 1) as (leases,):
        with leases.engine.begin() as connection:
            connection.execute(sa.text("DELETE FROM dbos.workflow_status"))
            connection.execute(sa.text("DELETE FROM waggle.limits"))
        client = DBOSClient(system_database_engine=leases.engine)
        yield leases, partial(client.delete_workflows, delete_children=True)
        client.destroy()


@pytest.mark.parametrize(("otherwise", "goes"), GOES, ids=str)
def test_plans_of_ours_go_that_ended_long_ago(
    with_tables: str, otherwise: dict[str, object], goes: bool
) -> None:
    with tidied(with_tables) as (leases, remove):
        with leases.engine.begin() as connection:
            plant(connection, "one", **otherwise)
        assert tidying.tidy(leases.engine, OURS, remove) == goes
        assert left(leases) == (0 if goes else 2)


def test_they_go_some_at_a_time_and_are_looked_for_now_and_then(with_tables: str) -> None:
    with tidied(with_tables) as (leases, remove):
        with leases.engine.begin() as connection:
            for number in range(tidying.PLANS + 3):
                plant(connection, str(number))
        tidy = partial(tidying.tidy, leases.engine, OURS, remove)
        assert [tidy(), tidy(), tidy()] == [tidying.PLANS, 3, 0]
        with leases.engine.begin() as connection:
            plant(connection, "later")
        assert tidy() == 0, "it was looked a moment ago"
        assert left(leases) == 2


def test_the_queue_says_for_how_long(with_tables: str) -> None:
    with tidied(with_tables) as (leases, remove):
        with leases.engine.begin() as connection:
            plant(connection, "one", days=20)
        tidying.keep(leases.engine, QUEUE, 30)
        leases.requests(QUEUE).limit(5)  # the one leaves the other
        assert tidying.tidy(leases.engine, OURS, remove) == 0
        tidying.keep(leases.engine, QUEUE, 10)
        with leases.engine.begin() as connection:
            connection.execute(sa.text("UPDATE waggle.limits SET tidied = NULL"))
            connection.execute(
                sa.text("INSERT INTO waggle.requests VALUES ('q', 'a', now() - interval '1 day')")
            )
        assert tidying.tidy(leases.engine, OURS, remove) == 1
        with leases.engine.begin() as connection:
            statement = "SELECT (SELECT count(*) FROM waggle.requests), requests_a_minute"
            row = connection.execute(sa.text(f"{statement} FROM waggle.limits")).one()
        assert tuple(row) == (0, 5)


def test_a_queue_that_keeps_less_takes_nothing_from_another(with_tables: str) -> None:
    others = OURS._replace(queue="gpu@x")
    with tidied(with_tables) as (leases, remove):
        with leases.engine.begin() as connection:
            plant(connection, "one", days=9)
            plant(connection, "two", days=9, plans=None, status="CANCELLED")
        tidying.keep(leases.engine, QUEUE, 30)
        tidying.keep(leases.engine, "gpu@x", 1)
        tidying.keep(leases.engine, "gpu@another", 90)
        assert tidying.tidy(leases.engine, others, remove) == 0
        assert left(leases) == 4
        with leases.engine.begin() as connection:
            plant(connection, "old", days=31, plans=None, status="CANCELLED")
            connection.execute(sa.text("UPDATE waggle.limits SET tidied = NULL"))
        assert tidying.tidy(leases.engine, others, remove) == 1
        assert left(leases) == 4


def test_one_removes_at_a_time_and_who_fails_has_done_nothing(with_tables: str) -> None:
    with tidied(with_tables) as (leases, remove):
        with leases.engine.begin() as connection:
            plant(connection, "one")
        seen: list[int] = []

        def meanwhile(plans: list[str]) -> None:
            seen.append(tidying.tidy(leases.engine, OURS, remove))
            raise ConnectionError(plans)

        with pytest.raises(ConnectionError):
            tidying.tidy(leases.engine, OURS, meanwhile)
        assert seen == [0]
        assert tidying.tidy(leases.engine, OURS, remove) == 1


@pytest.mark.parametrize("ends", [True, False])
def test_who_is_slow_to_remove_has_removed(with_tables: str, ends: bool) -> None:
    with tidied(with_tables) as (leases, remove):
        with leases.engine.begin() as connection:
            plant(connection, "one")
        impatient = database(with_tables, 0.5)  # an idle transaction ends after a second
        seen: list[int] = []

        def slowly(plans: list[str]) -> None:
            remove(plans)
            time.sleep(1.5)
            seen.append(tidying.tidy(leases.engine, OURS, remove))
            if not ends:
                raise ConnectionError(plans)

        if ends:
            assert tidying.tidy(impatient, OURS, slowly) == 1
        else:
            with pytest.raises(ConnectionError):
                tidying.tidy(impatient, OURS, slowly)
        with leases.engine.begin() as connection:
            plant(connection, "two")
        assert (seen, tidying.tidy(leases.engine, OURS, remove)) == ([0], 0 if ends else 1)
        impatient.dispose()


def test_a_run_whose_rows_are_gone_can_be_looked_at_and_tried_again(
    server: Postgres, tmp_path: Path
) -> None:
    script = Script("one", {"backend": [], "designer": []})
    script.set_step("designer", "run", (0.0, "failed"), (0.0, "completed"))
    count = "SELECT count(*) FROM dbos.workflow_status"
    back = "UPDATE dbos.workflow_status SET completed_at = completed_at - 8 * 86400000"
    with Proxies() as joined, Fleet(server, joined, tmp_path, "gone") as fleet:
        (session,) = lay_out(fleet.root, [script])
        fleet.start_worker(fleet.add_machine())

        def commanded(*words: str) -> tuple[int, str]:
            log = f"command-{time.monotonic_ns()}"
            code = fleet.start(0, *words, "--json", log=log).wait(60)
            return code, (tmp_path / f"{log}.log").read_text("utf-8")

        assert holds(lambda: fleet.begin("one", 0).wait(60) == 0, 60)
        ended = f"{count} WHERE status = 'SUCCESS'"
        assert holds(lambda: server.psql(ended, "gone") == "3", 60)
        fleet.signal(0, 0, signal.SIGTERM)
        assert holds(lambda: not fleet.living(), 60)
        server.psql("UPDATE waggle.limits SET tidied = NULL", "gone")
        server.psql(back, "gone")
        assert server.psql(count, "gone") == "3"
        fleet.start_worker(0)
        assert holds(lambda: server.psql(count, "gone") == "0", 60)
        code, text = commanded("fleet", "status")
        assert (code, json.loads(text)["queued"]) == (0, 0), text
        code, text = commanded("fleet", "retry", "--session", "one")
        assert code == 0, text
        again = ["one/2/backend", "one/2/designer"]
        assert holds(lambda: judging.seen(session, script).ended().keys() >= {*again}, 60)
        assert {*judging.seen(session, script).statuses().values()} == {"completed"}
        code, text = commanded("fleet", "retry", "--session", "one")
        assert "all jobs of one/2 are done" in text
        assert fleet.end() == []


# Connections: what is looked at often costs no transaction beside, and a dead one is noticed.


def test_a_look_is_one_transaction(server: Postgres, url: str) -> None:
    name = url.rpartition("/")[2]
    count = f"SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = '{name}'"  # noqa: S608
    with leases_of(url, 1) as (leases,):

        def counted() -> int:
            leases.engine.dispose()  # who ends says what it did
            time.sleep(1)
            return int(server.psql(count))

        leases.join("one", QUEUE, 1)
        before = counted()
        assert all(leases.is_alive("one") for _ in range(50))
        assert 50 <= counted() - before <= 55


@pytest.mark.parametrize("notices", [True, False])
@pytest.mark.parametrize("ends", ["terminated", "crashed", "restarted"])
def test_a_connection_that_the_server_ended_is_replaced(
    server: Postgres, url: str, ends: str, notices: bool
) -> None:
    with leases_of(url, 1) as (leases,):
        leases.join("one", QUEUE, 1)
        if not notices:
            sa.event.remove(leases.engine, "checkout", replace_ended)
        if ends == "terminated":
            others = "FROM pg_stat_activity WHERE application_name = 'waggle'"
            server.psql(f"SELECT pg_terminate_backend(pid) {others}")
        else:
            (server.crash if ends == "crashed" else server.end)()
            server.start()
        time.sleep(0.2)
        if notices:
            assert leases.is_alive("one")
        else:
            with pytest.raises(sa.exc.OperationalError):
                leases.is_alive("one")


# What is shown, and asked for, without the right to make tables.


def test_slots_are_the_queues(url: str) -> None:
    with leases_of(url, 1) as (leases,):
        for name, queue in (("one", QUEUE), ("two", QUEUE), ("three", "another@x")):
            leases.join(name, queue, 1)
        leases.have_slots(QUEUE, 4)
        assert [row["slots"] for row in leases.listed(QUEUE)] == [4, 4]
        assert [row["slots"] for row in leases.listed("another@x")] == [1]


@pytest.mark.usefixtures("with_tables")
@pytest.mark.parametrize("of_version", ["this one", "the one before", "none"])
def test_who_may_make_no_table_drains(server: Postgres, of_version: str) -> None:
    name = f"d{time.monotonic_ns()}"
    template = "template1" if of_version == "none" else "tables"
    server.psql(f"CREATE DATABASE {name} TEMPLATE {template}", "postgres")
    if of_version != "none":
        with leases_of(server.url(name), 1) as (leases,):
            leases.join("one", QUEUE, 1)
    if of_version == "the one before":
        server.psql("DROP TABLE waggle.limits, waggle.requests", name)
    server.psql(f"CREATE ROLE {name} LOGIN", name)
    if of_version != "none":
        rights = f"SELECT, UPDATE ON ALL TABLES IN SCHEMA waggle, dbos TO {name}"
        server.psql(f"GRANT USAGE ON SCHEMA waggle, dbos TO {name}; GRANT {rights}", name)
    where = Shared(server.url(name).replace("waggle@", f"{name}@"), Path(), QUEUE)
    assert drain(where) == ([] if of_version == "none" else ["one"])
    if of_version != "this one":
        with pytest.raises(sa.exc.ProgrammingError) as error, leases_of(where.url, 1):
            pass
        assert "role that has CREATE" in no_engine(where.url, error.value).hint


# Orphans: what nobody does is given back, and nothing else.


@pytest.mark.parametrize("slow", [0.0, 1.5])
def test_who_is_slow_gives_nothing_back_that_is_done_again(with_tables: str, slow: float) -> None:
    engines = [database(with_tables, 0.5) for _ in range(2)]
    late, other = (Leases(engine, 30) for engine in engines)
    late.prepare()
    other.leave("living")
    other.join("living", QUEUE, 1)
    again: list[str] = []

    def take(orphan: Claimed) -> None:
        statement = (
            "UPDATE dbos.workflow_status SET executor_id = 'living' WHERE workflow_uuid = :id"
        )
        with other.engine.begin() as connection:
            connection.execute(sa.text(statement), {"id": orphan.id})

    def hesitate(orphan: Claimed) -> None:
        again.append(orphan.id)
        time.sleep(slow)
        other.give_back(NAME, take)

    with other.engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM dbos.workflow_status"))
        plant(connection, "one", status="PENDING", job="PENDING", days=None)
    if slow:  # the server has ended what held the lock
        with pytest.raises(sa.exc.DBAPIError):
            late.give_back(NAME, hesitate)
        assert len(again) == 1
    else:
        late.give_back(NAME, hesitate)
        assert len(again) == 2
    for engine in engines:
        engine.dispose()


def test_a_job_is_given_back_with_the_row_of_its_executor(
    with_tables: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with leases_of(with_tables, 1) as (leases,):
        leases.leave("late")
        leases.join("late", QUEUE, 1)
        with leases.engine.begin() as connection:
            connection.execute(sa.text("DELETE FROM dbos.workflow_status"))
            plant(connection, "one", status="PENDING", job="PENDING", days=None)
            connection.execute(sa.text("UPDATE dbos.workflow_status SET executor_id = 'late'"))
            over = "UPDATE waggle.executors SET deadline = now() - interval '1 s'"
            connection.execute(sa.text(over))
        with monkeypatch.context() as patched:  # it is over since we looked: perhaps it renews it
            patched.setattr("workers.fleet.leases._LATE", "SELECT 1")
            assert leases.give_back(NAME, lambda _orphan: None) == []
        assert len(leases.give_back(NAME, lambda _orphan: None)) == 2
