"""The command that maps a repository."""

from __future__ import annotations

import click

from sessions.location import find_root
from workers.commands.options import json_option, root_option
from workers.commands.printing import tell


@click.command()
@root_option
@json_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "markdown"]),
    default="table",
    help="[default: table].",
)
@click.option("--dependencies", is_flag=True, help="List the dependencies in the table as well.")
def survey(root: str | None, as_json: bool, form: str, dependencies: bool) -> int:
    """Map the endpoints, tables and dependencies.

    Each with file and line, and what was not understood. Nothing is run, no model is asked, and the
    network is not used.
    """
    from workers.reporting.survey_report import survey_answer

    answer = survey_answer(find_root(root), form, dependencies=dependencies)
    return tell(answer, as_json=as_json or form == "json")


COMMANDS = {"survey": survey}
