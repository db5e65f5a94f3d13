"""Options that several commands share."""

from __future__ import annotations

import click

json_option = click.option("--json", "as_json", is_flag=True, help="Print the JSON document alone.")
root_option = click.option(
    "--root", metavar="DIR", help="The repository [default: found from here]"
)
session_option = click.option("--session", metavar="ID", required=True, help="The session.")
worker_option = click.option("--worker", metavar="W", required=True, help="Who says it.")
priority_option = click.option(
    "--priority", metavar="P", default="medium", help="critical, high, medium or low."
)
