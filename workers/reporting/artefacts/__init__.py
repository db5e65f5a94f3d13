"""Typed artefacts: what is made of accepted reports for whoever goes on. BUILDERS, one a kind.

A builder says what is reported and nothing more; what it cannot put into its form it leaves out by
name. It opens nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

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
