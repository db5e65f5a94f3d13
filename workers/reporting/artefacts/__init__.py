"""Typed artefacts: what is made of accepted reports for whoever goes on. BUILDERS, one a kind.

A builder says what is reported and nothing more; what it cannot put into its form it leaves out by
name. It opens nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessions.errors import NoArtefact, escaped
from workers.contract import escape_json
from workers.handing import ARTEFACTS
from workers.reporting.artefacts.deploy_notes import deploy_notes
from workers.reporting.artefacts.example_rows import example_rows
from workers.reporting.artefacts.openapi import api_contract
from workers.reporting.artefacts.schema_change import schema_change

if TYPE_CHECKING:
    from collections.abc import Callable

    from workers.reporting.artefacts.accepted import Accepted, Artefact

BUILDERS: dict[str, Callable[[Accepted], Artefact]] = {
    "api_contract": api_contract,
    "schema_change": schema_change,
    "test_data": example_rows,
    "deploy_notes": deploy_notes,
}


def build(kind: str, accepted: Accepted) -> Artefact:
    """Return an artefact, safe on a terminal; raises NoArtefact where there is nothing in it."""
    made = BUILDERS[kind](accepted)
    if not made.entries:
        aside = "; ".join(f"{row['id']}: {row['reason']}" for row in made.left_out[:5])
        raise NoArtefact(
            f"the accepted reports of {accepted.workers} hold nothing for {kind}"
            + (f" ({escaped(aside)})" if aside else ""),
            f"It holds {ARTEFACTS[kind]}.",
        )
    if made.suffix == "json":
        # Half a character, as JSON can escape it, is what strict parsers refuse.
        whole = made.text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return made._replace(text=escape_json(whole))
    lines = ("\t".join(map(escaped, line.split("\t"))) for line in made.text.split("\n"))
    return made._replace(text="\n".join(lines))
