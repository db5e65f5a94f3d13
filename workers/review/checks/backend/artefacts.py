"""Artefacts: proposed SQL fits the tables of the repository and of the report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessions.errors import shown
from workers import sql
from workers.delivery import proposals
from workers.delivery.delivery import problem
from workers.repository.source import plain
from workers.review.checks.backend.tables import table_stands

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.contract import Problem
    from workers.delivery.delivery import Delivery

_SYSTEM_TABLES = ("pg_", "information_schema", "sqlite_", "sys", "dual", "mysql")


def proposed_sql_fits_the_tables(delivery: Delivery) -> Iterator[Problem]:
    """Tables that proposed SQL uses exist, or the report creates them."""
    scripts = list(proposals.scripts(delivery))
    known = {
        plain(sql.last_part(str(entry.get("table_name"))))
        for _, entry in delivery.entries("database_designs")
    }
    known |= {plain(table.name) for _, script in scripts for table in script.tables}
    for block, script in scripts:
        for name in sorted(script.used_tables):
            if plain(name) in known or name.startswith(_SYSTEM_TABLES):
                continue
            if not table_stands(delivery.repository, name):
                message = f"the SQL uses the table {shown(name, 60)}, which stands nowhere"
                hint = "Mend the name, or list the table as proposed in database_designs."
                yield problem("A08", message, hint, block.place)
