"""Artefacts: blocks that are proposed are valid in their language, and fit the repository."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessions.errors import shown
from workers.contract import Place
from workers.delivery import proposals
from workers.delivery.delivery import problem
from workers.repository.source import plain
from workers.review.checks.tables import last_part, table_stands

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.contract import Problem
    from workers.delivery.delivery import Delivery

_CODES = {
    "sql": "A01",
    "json": "A02",
    "yaml": "A03",
    "toml": "A04",
    "python": "A05",
    "openapi": "A06",
    "graphql": "A07",
}
_SYSTEM_TABLES = ("pg_", "information_schema", "sqlite_", "sys", "dual", "mysql")


def proposals_are_valid(delivery: Delivery) -> Iterator[Problem]:
    """A block that is no quotation is valid in the language of its tag."""
    for one in proposals.judged(delivery):
        block, finding = one.block, one.finding
        reason = shown(finding.reason, 200)[1:-1]
        if finding.verdict == "over":
            message = f"the {block.language} block is not read: {reason}"
            hint = "Keep the part that matters; `explain limits` lists what is read at most."
            yield problem("A09", message, hint, _place(block, finding.line))
        elif finding.failed:
            message = f"the parser of the {block.language} block {finding.failed}"
            hint = "The block was not checked; a shorter or simpler one can be."
            yield problem("A10", message, hint, block.place)
        elif finding.verdict == "invalid":
            at = f" (line {finding.line} of it)" if block.line is None and finding.line else ""
            message = f"the {block.language} block is not valid: {reason}{at}"
            hint = "Mend it; a quotation needs an Evidence line before it, a sketch the tag `text`."
            if block.line is None:
                hint = 'Mend it; a migration that is no SQL says so: "language": "python".'
            yield problem(_CODES[block.language], message, hint, _place(block, finding.line))


def _place(block: proposals.Block, line: int | None) -> Place:
    """Return where a line of a block is: in the notes by its number, in the JSON by the pointer."""
    if block.line is None or not line:
        return block.place
    return Place(block.place.file, block.line + line - 1)


def proposed_sql_fits_the_tables(delivery: Delivery) -> Iterator[Problem]:
    """Tables that proposed SQL uses exist, or the report creates them."""
    scripts = list(proposals.scripts(delivery))
    known = {
        plain(last_part(str(entry.get("table_name"))))
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
