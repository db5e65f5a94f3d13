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
    help="How to tell it [default: table]",
)
def survey(root: str | None, as_json: bool, form: str) -> int:
    """Map the repository: endpoints, tables, dependencies.

    Each with file and line, and what was not understood. Nothing is run, no model is asked, the
    network is not used.
    """
    from workers.reporting.survey_report import survey_answer

    return tell(survey_answer(find_root(root), form), as_json=as_json or form == "json")


COMMANDS = {"survey": survey}
