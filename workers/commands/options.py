"""Options that several commands share."""

from __future__ import annotations

import click

json_option = click.option("--json", "as_json", is_flag=True, help="Print the JSON document alone.")
root_option = click.option(
    "--root", metavar="DIR", help="The repository [default: found from here]"
)
