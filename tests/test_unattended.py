"""What an executor has claimed and does not do is given back; an address unknown is waited for."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from dbos._utils import retriable_postgres_exception

from workers.fleet.leases import database
from workers.fleet.unattended import SECONDS, Claimed, Looks, attended

JOB, OTHER = Claimed("one/1/backend", "jobs"), Claimed("one/1/frontend", "jobs")


def test_what_every_look_saw_for_long_enough_is_given_back() -> None:
    now = 0.0
    looks = Looks(lambda: now)
    assert looks.saw([JOB]) == []
    now = SECONDS / 2
    with attended(OTHER.id):
        assert looks.saw([JOB, OTHER]) == []
    now = SECONDS
    assert looks.saw([JOB, OTHER]) == [JOB], "the other one was seen for half of the time"
    now = 2 * SECONDS
    assert looks.saw([OTHER]) == [OTHER]
    assert looks.saw([JOB]) == [], "it was taken meanwhile, and is seen for the first time"


def test_what_is_done_is_never_given_back() -> None:
    now = 0.0
    looks = Looks(lambda: now)
    looks.saw([JOB])
    now = SECONDS
    with attended(JOB.id):
        assert looks.saw([JOB]) == []
    assert looks.saw([JOB]) == [], "since then it was not done for no time at all"


@pytest.mark.parametrize("where", ["no-such-host.invalid", "127.0.0.1:1"])
def test_a_database_that_is_not_found_is_waited_for(where: str) -> None:
    with pytest.raises(sa.exc.OperationalError, match="connection failed") as refused:
        database(f"postgresql://someone@{where}/x", 1.0).connect()
    assert retriable_postgres_exception(refused.value)
