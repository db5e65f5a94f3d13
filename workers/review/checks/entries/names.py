"""What the notes describe as an endpoint or a table is listed in the JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessions.errors import shown
from workers import sql
from workers.claims.ledger import ledger
from workers.claims.paths import segments
from workers.delivery.delivery import problem
from workers.repository.source import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.contract import Problem
    from workers.delivery.delivery import Delivery
    from workers.delivery.notes import Notes


def described_endpoints_are_listed(delivery: Delivery) -> Iterator[Problem]:
    """What the notes describe as ENDPOINT or TABLE is listed in the JSON."""
    if delivery.notes is None or not delivery.parses:
        return
    for key in delivery.profile.keys_of("endpoint")[:1]:
        yield from _endpoints(delivery, delivery.notes, key)
    for key in delivery.profile.keys_of("table")[:1]:
        yield from _tables(delivery, delivery.notes, key)


def _endpoints(delivery: Delivery, notes: Notes, key: str) -> Iterator[Problem]:
    listed = {
        (str(entry.get("method")), *segments(str(entry.get("path"))))
        for _, entry in delivery.entries_of("endpoint")
    }
    for number, method, path in notes.endpoints():
        if (method, *segments(path)) not in listed and not _is_told(delivery, method, path):
            message = f"the notes describe {method} {shown(path, 80)}, the JSON does not list it"
            hint = f"Add it to {key}, or correct the method and path."
            yield problem("K17", message, hint, delivery.in_notes(number))


def _tables(delivery: Delivery, notes: Notes, key: str) -> Iterator[Problem]:
    listed = {
        plain(sql.last_part(str(entry.get("table_name"))))
        for _, entry in delivery.entries_of("table")
    }
    for number, name in notes.tables():
        if plain(sql.last_part(name)) not in listed:
            message = f"the notes describe the table {shown(name, 60)}, the JSON does not list it"
            hint = f"Add it to {key}, or correct the name."
            yield problem("K17", message, hint, delivery.in_notes(number))


def _is_told(delivery: Delivery, method: str, path: str) -> bool:
    """Tell whether the JSON has the endpoint with a method or path that is refuted there."""
    return any(
        method == decided.claim.entry["method"]
        or segments(path) == segments(decided.claim.entry["path"])
        for decided in ledger(delivery)
        if decided.claim.kind == "endpoint" and decided.verdict.outcome == "refuted"
    )
