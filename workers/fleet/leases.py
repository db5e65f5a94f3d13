"""Which executors live: a row each, renewed by the clock of the database; orphans are given back.

DBOS keeps a dead executor's workflows for it (without its vendor's service). Here every executor
holds a lease, and any that lives gives back what the others left: workflows at work whose executor
has no lease go into their queues again.
"""

from __future__ import annotations

import os
import select
import socket
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psycopg
import sqlalchemy as sa

from workers.fleet import requests
from workers.fleet.unattended import Claimed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Of a lease: it is renewed so often that two renewals may fail.
RENEWALS = 3
_LOCK = 0x57A66E  # pg_try_advisory_xact_lock: one looks for orphans at a time

_TABLES = (
    "CREATE SCHEMA IF NOT EXISTS waggle",
    """
    CREATE TABLE IF NOT EXISTS waggle.executors (
        id text PRIMARY KEY,
        host text NOT NULL,
        pid integer NOT NULL,
        queue text NOT NULL,
        slots integer NOT NULL,
        started timestamptz NOT NULL DEFAULT now(),
        deadline timestamptz NOT NULL,
        draining boolean NOT NULL DEFAULT false
    )
    """,
    *requests.TABLES,
)
_IS_THERE = "SELECT to_regclass('waggle.limits') IS NOT NULL"  # the last one
_TO_LOOK_AT = """
    SELECT to_regclass('waggle.executors') IS NOT NULL
       AND to_regclass('dbos.workflow_status') IS NOT NULL
"""
_LIMIT = "(SELECT requests_a_minute FROM waggle.limits WHERE limits.queue = executors.queue)"
_JOIN = f"""
    INSERT INTO waggle.executors (id, host, pid, queue, slots, deadline)
    VALUES (:id, :host, :pid, :queue, :slots, now() + make_interval(secs => :seconds))
    RETURNING {_LIMIT} AS requests
"""  # noqa: S608 - fixed words
_RENEW = f"""
    UPDATE waggle.executors SET deadline = now() + make_interval(secs => :seconds)
    WHERE id = :id AND deadline > now() RETURNING draining, {_LIMIT} AS requests
"""  # noqa: S608 - fixed words
_SLOTS = "UPDATE waggle.executors SET slots = :slots WHERE queue = :queue"
_ALIVE = "SELECT 1 FROM waggle.executors WHERE id = :id AND deadline > now()"
_LATE = "DELETE FROM waggle.executors WHERE deadline <= now()"
_LEAVE = "DELETE FROM waggle.executors WHERE id = :id"
_DRAIN = "UPDATE waggle.executors SET draining = true WHERE queue = :queue RETURNING id"
_LIST = """
    SELECT id, host, pid, slots, draining,
           extract(epoch FROM now() - started)::float8 AS up_seconds,
           extract(epoch FROM deadline - now())::float8 AS lease_seconds
    FROM waggle.executors WHERE queue = :queue ORDER BY started, id
"""
# Of the engine's table only what its users are told of: https://docs.dbos.dev/explanations/system-tables
_IN_QUEUE = """
    SELECT status, executor_id, application_version AS version, count(*) AS jobs
    FROM dbos.workflow_status
    WHERE queue_name = :queue AND status IN ('ENQUEUED', 'DELAYED', 'PENDING')
    GROUP BY status, executor_id, application_version
"""
_QUEUES = """
    SELECT name FROM (
        SELECT queue AS name FROM waggle.executors
        UNION SELECT queue_name FROM dbos.workflow_status
        WHERE status IN ('ENQUEUED', 'DELAYED', 'PENDING')
    ) AS known
    WHERE right(name, length(:ending)) = :ending ORDER BY name
"""
# The database compares: whoever looked would read all jobs at work, and so would every executor.
# Who lost its lease has no row: it is removed or renewed, and of the two only one succeeds. By its
# time alone it could seem over while its renewal is on the way.
_ORPHANS = """
    SELECT workflow_uuid AS id, queue_name AS queue FROM dbos.workflow_status AS work
    WHERE status = 'PENDING' AND application_name = :name
      AND NOT EXISTS (
          SELECT 1 FROM waggle.executors AS living WHERE living.id = work.executor_id
      )
"""
_STILL = f"{_ORPHANS} AND workflow_uuid = :id"
_CLAIMED = """
    SELECT workflow_uuid AS id, queue_name AS queue FROM dbos.workflow_status
    WHERE status = 'PENDING' AND executor_id = :id AND application_name = :name
"""


class Gone(Exception):
    """The lease was taken from this executor: others do its jobs."""


def database(url: str, lease: float) -> sa.Engine:
    """Return connections that notice within a lease that the other side is gone."""
    seconds = max(1, round(lease))
    milliseconds = int(1000 * max(1.0, lease))
    # Of a machine that stops, or is cut off, within a transaction: others wait for what it locked.
    at_server = {
        "idle_in_transaction_session_timeout": milliseconds,
        "tcp_keepalives_idle": seconds,
        "tcp_keepalives_interval": 1,
        "tcp_keepalives_count": RENEWALS,
        "tcp_user_timeout": milliseconds,
    }
    arguments = {
        "connect_timeout": max(2, seconds),
        "keepalives_idle": seconds,
        "keepalives_interval": 1,
        "keepalives_count": RENEWALS,
        "tcp_user_timeout": milliseconds,
        "application_name": "waggle",
        "prepare_threshold": None,  # behind a pooler the next statement may be another connection's
        "options": " ".join(f"-c {name}={value}" for name, value in at_server.items()),
    }
    address = sa.make_url(url).set(drivername="postgresql+psycopg")
    engine = sa.create_engine(address, connect_args=arguments, pool_size=4)
    sa.event.listen(engine, "checkout", replace_ended)
    sa.event.listen(engine, "do_connect", connect)
    return engine


def connect(dialect: Any, _record: Any, words: Any, arguments: Any) -> Any:
    """Connect; whatever is in the way is said as the engine expects it of one who waits for it.

    It takes only "connection failed" for that. A name that is not known just now, say while a
    container starts again, would end the workflows that ask.
    """
    try:
        return dialect.connect(*words, **arguments)
    except psycopg.OperationalError as error:
        if "connection failed" in str(error):
            raise
        raise psycopg.OperationalError(f"connection failed: {error}") from error


def replace_ended(connection: Any, _record: Any, _proxy: Any) -> None:
    """Have a connection replaced that the server ended, before it is used.

    One that nobody uses has nothing to read but that. A ping would see it, too, and cost as much as
    what it is for: an executor mostly looks. Who is cut off without a word is noticed by neither.
    """
    looked = select.poll()
    if not connection.closed:
        looked.register(connection.fileno(), select.POLLIN)
    if connection.closed or looked.poll(0):
        raise sa.exc.DisconnectionError


class Leases:
    """The leases of one database; `lease` is in seconds."""

    def __init__(self, engine: sa.Engine, lease: float) -> None:
        """Take connections as `database` makes them."""
        self.engine = engine
        self.lease = lease
        self._requests: int | None = None

    def requests(self, queue: str) -> requests.Requests:
        """Return the requests of a queue, with the limit as the last renewal had it."""
        return requests.Requests(self.engine, queue, lambda: self._requests)

    def prepare(self) -> None:
        """Make the tables where they are missing; several may do so at the same time."""
        with self.engine.begin() as connection:
            if connection.execute(sa.text(_IS_THERE)).scalar():
                return  # whoever only looks needs no right to make it
            connection.execute(sa.text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
            for statement in _TABLES:
                connection.execute(sa.text(statement))

    def are_there(self) -> bool:
        """Tell whether anybody has worked in this database: its tables are there."""
        return bool(self._run(_TO_LOOK_AT)[0][0])

    def queues(self, ending: str) -> list[str]:
        """Return the queues with workers or jobs whose names end so."""
        return [row.name for row in self._run(_QUEUES, ending=ending)]

    def join(self, executor: str, queue: str, slots: int) -> None:
        """Begin a lease."""
        about = {"host": socket.gethostname(), "pid": os.getpid(), "queue": queue, "slots": slots}
        rows = self._run(_JOIN, id=executor, seconds=self.lease, **about)
        self._requests = rows[0].requests

    def have_slots(self, queue: str, slots: int) -> None:
        """Say how many jobs each executor of a queue does at a time: the queue's own limit."""
        self._run(_SLOTS, queue=queue, slots=slots)

    def renew(self, executor: str) -> bool:
        """Renew a lease; returns whether its executor is to take no more jobs. Raises Gone."""
        rows = self._run(_RENEW, id=executor, seconds=self.lease)
        if not rows:
            raise Gone
        self._requests = rows[0].requests
        return bool(rows[0].draining)

    def is_alive(self, executor: str) -> bool:
        """Tell whether a lease is not over."""
        return bool(self._run(_ALIVE, id=executor))

    def leave(self, executor: str) -> None:
        """End a lease: what its executor left is given back at once by the others."""
        self._run(_LEAVE, id=executor)

    def drain(self, queue: str) -> list[str]:
        """Ask the executors of a queue to take no more jobs; returns their names."""
        return [row.id for row in self._run(_DRAIN, queue=queue)]

    def listed(self, queue: str) -> list[dict[str, Any]]:
        """Return a row for each executor of a queue."""
        return [dict(row._mapping) for row in self._run(_LIST, queue=queue)]  # noqa: SLF001

    def in_queue(self, queue: str) -> list[dict[str, Any]]:
        """Return how many jobs of a queue have which status, executor and version, a row each.

        The database counts: a job that waits costs the same whoever looks.
        """
        return [dict(row._mapping) for row in self._run(_IN_QUEUE, queue=queue)]  # noqa: SLF001

    @contextmanager
    def alone(self, queue: str) -> Iterator[None]:
        """Be the only one who sets a queue's limits: those that nobody names are read, and stay."""
        with self.engine.connect() as connection:
            lock = f"SELECT pg_advisory_xact_lock({_LOCK}, hashtext(:queue))"
            connection.execute(sa.text(lock), {"queue": queue})
            yield

    def claimed(self, name: str, executor: str) -> list[Claimed]:
        """Return what an executor has claimed of a program's, by the rows of the engine."""
        return [Claimed(row.id, row.queue) for row in self._run(_CLAIMED, name=name, id=executor)]

    def give_back(self, name: str, resume: Callable[[Claimed], None]) -> list[Claimed]:
        """End leases that are over, and give back what no living executor does.

        `name` is the program's in the engine: others may use the same database. Whoever dies in
        between has lost nothing: the next one finds the same orphans. Whoever is slow in between
        loses the lock with its connection; each orphan is looked at once more, so that none is
        given back again that somebody does by then.
        """
        self._run(_LATE)
        resumed: list[Claimed] = []
        with self.engine.begin() as connection:
            lock = f"SELECT pg_try_advisory_xact_lock({_LOCK})"
            if not connection.execute(sa.text(lock)).scalar():
                return []
            rows = connection.execute(sa.text(_ORPHANS), {"name": name})
            for orphan in [Claimed(row.id, row.queue) for row in rows]:
                about = {"name": name, "id": orphan.id}
                if connection.execute(sa.text(_STILL), about).first() is None:
                    continue
                resume(orphan)
                resumed.append(orphan)
        return resumed

    def _run(self, statement: str, **values: Any) -> list[Any]:
        with self.engine.begin() as connection:
            result = connection.execute(sa.text(statement), values)
            return list(result.fetchall()) if result.returns_rows else []
