"""What has ended is removed from the engine after some days: how it ended is in the events.

A plan and its jobs go together, those of one queue by its own workers, never before all of them
have ended. The engine forgets the queue of a plan that was cancelled: it stays for as long as any
queue of the repository keeps its own. Times are those of the database's clock.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import sqlalchemy as sa

from workers.fleet import requests
from workers.fleet.ordering import plans_of

if TYPE_CHECKING:
    from collections.abc import Callable

KEEP_DAYS = 7.0  # where no worker said how long
PLANS = 20  # at a time
LOOK_SECONDS = 60.0  # of an executor; a look of any of them counts for all for ten minutes:
# a lock would end with its transaction, which the server ends where removing takes long
_SET = """
    INSERT INTO waggle.limits (queue, keep_days) VALUES (:queue, :days)
    ON CONFLICT (queue) DO UPDATE SET keep_days = excluded.keep_days
"""
_BEGIN = """
    INSERT INTO waggle.limits (queue, tidied) VALUES (:queue, now())
    ON CONFLICT (queue) DO UPDATE SET tidied = now()
    WHERE limits.tidied IS NULL OR limits.tidied < now() - interval '10 minutes'
    RETURNING coalesce(keep_days, :days) AS days
"""
_GO_ON = "UPDATE waggle.limits SET tidied = NULL WHERE queue = :queue"
_OVER = """
    SELECT workflow_uuid AS id FROM dbos.workflow_status AS plan
    WHERE completed_at < 1000 * (extract(epoch FROM now()) - 86400 * :days)
      AND status NOT IN ('ENQUEUED', 'DELAYED', 'PENDING')
      AND application_name = :name AND parent_workflow_id IS NULL
      AND starts_with(workflow_uuid, :prefix)
      AND (queue_name = :of_plans OR queue_name IS NULL AND completed_at < (
          SELECT 1000 * (extract(epoch FROM now()) - 86400 * max(coalesce(keep_days, :usual)))
          FROM waggle.limits WHERE right(queue, length(:ending)) = :ending
      ))
      AND NOT EXISTS (
          SELECT 1 FROM dbos.workflow_status AS job
          WHERE job.parent_workflow_id = plan.workflow_uuid
            AND job.status IN ('ENQUEUED', 'DELAYED', 'PENDING')
      )
    ORDER BY completed_at LIMIT :plans
"""


class Whose(NamedTuple):
    """Whose plans: of a queue, with what their ids begin, under which name of the program."""

    queue: str
    prefix: str
    name: str


def keep(engine: sa.Engine, queue: str, days: float) -> None:
    """Set for how many days the queue keeps what has ended, for all executors."""
    with engine.begin() as connection:
        connection.execute(sa.text(_SET), {"queue": queue, "days": days})


def tidy(engine: sa.Engine, whose: Whose, remove: Callable[[list[str]], None]) -> int:
    """Let `remove` take away some plans that ended long ago; returns how many.

    Nothing is done while another executor does it, or when one did a moment ago and left none.
    """
    about = whose._asdict()
    with engine.begin() as connection:
        begun = connection.execute(sa.text(_BEGIN), {"queue": whose.queue, "days": KEEP_DAYS})
        row = begun.first()
        if row is None:
            return 0
        requests.forget(connection)
        of_repository = f"@{whose.queue.rpartition('@')[2]}"
        about |= {"of_plans": plans_of(whose.queue), "ending": of_repository}
        limits = {"days": row.days, "usual": KEEP_DAYS, "plans": PLANS}
        rows = connection.execute(sa.text(_OVER), {**about, **limits})
        plans = [row.id for row in rows]
    is_left = True
    try:
        if plans:
            remove(plans)
        is_left = len(plans) == PLANS
    finally:
        if is_left:  # also where it failed
            with engine.begin() as connection:
                connection.execute(sa.text(_GO_ON), about)
    return len(plans)
