"""Commands that tell what the program knows: codes, schemas."""

from __future__ import annotations

import click

from workers.catalog import WORKERS
from workers.commands.options import json_option
from workers.commands.printing import tell


@click.command()
@click.argument("code", required=False)
@json_option
def explain(code: str | None, as_json: bool) -> int:
    """Tell what a problem CODE means; without one, list all.

    `explain scores` tells the formula, `explain limits` what is read at most, `explain rubric` the
    formula of reports by rule, `explain checklists` the items that a report may answer.
    """
    from workers.reporting import reports

    return tell(reports.explain(code), as_json=as_json)


@click.command()
@click.argument("worker", type=click.Choice([n for w in WORKERS for n in (w.name, w.full_name)]))
@json_option
def schema(worker: str, as_json: bool) -> int:
    """Print the JSON Schema of a worker's JSON."""
    from workers.reporting import reports

    return tell(reports.schema(worker.removesuffix("-worker")), as_json=as_json)


COMMANDS = {"explain": explain, "schema": schema}
