"""Requests to models a minute, of all executors of a queue: a row for each that was granted.

The limit is the queue's, as those of jobs are, and counts for each model. Minutes are those of the
database's clock, and any sixty seconds are one. Who asks first is granted first within an executor;
between executors chance decides.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from workers.fleet.granting import MINUTE

if TYPE_CHECKING:
    from collections.abc import Callable

TABLES = (
    """
    CREATE TABLE IF NOT EXISTS waggle.requests (
        queue text NOT NULL,
        model text NOT NULL,
        granted timestamptz NOT NULL DEFAULT clock_timestamp()
    )
    """,
    """
    CREATE INDEX IF NOT EXISTS requests_granted ON waggle.requests (queue, model, granted)
    """,
    """
    CREATE TABLE IF NOT EXISTS waggle.limits (
        queue text PRIMARY KEY,
        requests_a_minute integer,
        keep_days float8,
        tidied timestamptz
    )
    """,
)
_SET = """
    INSERT INTO waggle.limits (queue, requests_a_minute) VALUES (:queue, :limit)
    ON CONFLICT (queue) DO UPDATE SET requests_a_minute = excluded.requests_a_minute
"""
_AREA = 0x57A66E
_LOCK = f"SELECT pg_advisory_xact_lock({_AREA}, hashtext(:queue || ' ' || :model))"
# A statement of its own after the lock: one that waits for it sees what was there before.
_TAKE = """
    WITH allowed AS (
        SELECT requests_a_minute AS number FROM waggle.limits
        WHERE queue = :queue AND requests_a_minute IS NOT NULL
    ), recent AS (
        SELECT granted FROM waggle.requests
        WHERE queue = :queue AND model = :model
          AND granted > clock_timestamp() - make_interval(secs => :period)
        ORDER BY granted DESC LIMIT (SELECT number FROM allowed)
    ), taken AS (
        INSERT INTO waggle.requests (queue, model)
        SELECT :queue, :model FROM allowed WHERE (SELECT count(*) FROM recent) < number
        RETURNING granted
    )
    SELECT CASE
        WHEN EXISTS (SELECT FROM taken) OR NOT EXISTS (SELECT FROM allowed) THEN 0
        ELSE greatest(0.001, :period + extract(epoch FROM
            (SELECT min(granted) FROM recent) - clock_timestamp())::float8)
    END
"""
_FORGET = "DELETE FROM waggle.requests WHERE granted < now() - make_interval(secs => :period)"
_AWAY_SECONDS = 1.0


class Requests:
    """The requests of one queue; `known` is its limit, as far as this process knows."""

    def __init__(
        self, engine: sa.Engine, queue: str, known: Callable[[], int | None], period: float = MINUTE
    ) -> None:
        """Take connections as `leases.database` makes them."""
        self._engine, self._queue, self._known, self._period = engine, queue, known, period

    def limit(self, number: int) -> None:
        """Set the limit of the queue, for all executors."""
        with self._engine.begin() as connection:
            connection.execute(sa.text(_SET), {"queue": self._queue, "limit": number})

    async def take(self, model: str) -> float:
        """Take a request, as `Granting` asks for it; while the database is away none is granted.

        It is not asked for a queue without a limit.
        """
        if self._known() is None:
            return 0.0
        try:
            return await asyncio.to_thread(self._take, model)
        except (SQLAlchemyError, OSError):
            return _AWAY_SECONDS

    def _take(self, model: str) -> float:
        about = {"queue": self._queue, "model": model}
        with self._engine.begin() as connection:
            connection.execute(sa.text(_LOCK), about)
            row = connection.execute(sa.text(_TAKE), {**about, "period": self._period})
            return float(row.scalar_one())


def forget(connection: sa.Connection) -> None:
    """Remove what no limit looks at any more."""
    connection.execute(sa.text(_FORGET), {"period": 2 * MINUTE})
