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


def described_endpoints_are_listed(delivery: Delivery) -> Iterator[Problem]:
    """What the notes describe as ENDPOINT or TABLE is listed in the JSON."""
    if delivery.notes is None or not delivery.parses:
        return
    listed = {
        (str(entry.get("method")), *segments(str(entry.get("path"))))
        for _, entry in delivery.entries("api_specifications")
    }
    for number, method, path in delivery.notes.endpoints():
        if (method, *segments(path)) not in listed and not _is_told(delivery, method, path):
            message = f"the notes describe {method} {shown(path, 80)}, the JSON does not list it"
            hint = "Add it to api_specifications, or correct the method and path."
            yield problem("K17", message, hint, delivery.in_notes(number))
    tables = {
        plain(sql.last_part(str(entry.get("table_name"))))
        for _, entry in delivery.entries("database_designs")
    }
    for number, name in delivery.notes.tables():
        if plain(sql.last_part(name)) not in tables:
            message = f"the notes describe the table {shown(name, 60)}, the JSON does not list it"
            hint = "Add it to database_designs, or correct the name."
            yield problem("K17", message, hint, delivery.in_notes(number))


def _is_told(delivery: Delivery, method: str, path: str) -> bool:
    """Tell whether the JSON has the endpoint with a method or path that is refuted there."""
    return any(
        method == decided.claim.entry["method"]
        or segments(path) == segments(decided.claim.entry["path"])
        for decided in ledger(delivery)
        if decided.claim.kind == "endpoint" and decided.verdict.outcome == "refuted"
    )
