"""Artefacts: proposed SQL fits the tables of the repository and of the report."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sessions.errors import shown
from workers import sql
from workers.claims.names import may_stand
from workers.delivery import proposals
from workers.delivery.delivery import problem
from workers.repository.source import plain

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
    known |= {plain(name) for _, script in scripts for name in script.made}
    for block, script in scripts:
        for name in sorted(script.used_tables):
            if plain(name) in known or name.startswith(_SYSTEM_TABLES):
                continue
            if not may_stand(delivery.repository, name):
                message = (
                    f"the SQL uses the table {shown(name, 60)}, which is nowhere in the repository"
                )
                hint = "Correct the name, or list the table as proposed in database_designs."
                yield problem("A08", message, hint, block.place)


def ddl_makes_the_table_of_its_entry(delivery: Delivery) -> Iterator[Problem]:
    """The `ddl` of a table makes that table, not another."""
    made = {block.place.pointer: script for block, script in proposals.scripts(delivery)}
    for pointer, entry in delivery.entries_of("table"):
        script = made.get(f"{pointer}/ddl")
        name = entry.get("table_name")
        if script is None or script.not_understood or not script.tables:
            continue
        # Of a name that is more than a name nothing is told.
        if not isinstance(name, str) or not re.fullmatch(r"[\w.`\"\[\]]+", name.strip()):
            continue
        wanted = plain(sql.last_part(name))
        named = script.used_tables | script.made | {table.name for table in script.tables}
        if not any(_are_alike(wanted, plain(other)) for other in named):
            others = ", ".join(shown(table.name, 60) for table in script.tables[:3])
            message = f"the `ddl` of {shown(name, 60)} makes another table: {others}"
            hint = "Give each table an entry of its own, or correct the name."
            yield problem("A11", message, hint, delivery.in_json(f"{pointer}/ddl"))


def _are_alike(wanted: str, other: str) -> bool:
    """Tell whether two names may mean one table: with a prefix, in the singular or plural."""
    stems = [
        name.removesuffix("es").removesuffix("s").removesuffix("i") for name in (wanted, other)
    ]
    stems = [stem.removesuffix("y") for stem in stems]
    return stems[0] in stems[1] or stems[1] in stems[0]
