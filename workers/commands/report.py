"""The command that renders judged reports for people and other programs."""

from __future__ import annotations

from pathlib import Path

import click

from sessions.location import find_root
from sessions.progress import doing
from workers.commands.options import (
    FINISHED,
    OPEN,
    json_option,
    only_session,
    only_session_option,
    root_option,
)
from workers.commands.printing import tell
from workers.reporting.formats import FORMATS

_FORMATS = "\n".join(f"{name}: {one.meaning}." for name, one in FORMATS.items())


@click.command(help=f"Render judged reports for people and other programs.\n\n\b\n{_FORMATS}")
@only_session_option
@click.option("--worker", metavar="W", help="One worker's report [default: all that were judged].")
@click.option(
    "--format",
    "name",
    type=click.Choice(tuple(FORMATS)),
    default="markdown",
    show_default=True,
    help="What it is rendered as.",
)
@click.option("--out", metavar="FILE", help="Write it to a file instead.")
@click.option(
    "--since", metavar="FILE", help="Show what changed since a receipt, or a report in JSON."
)
@root_option
@json_option
def report(
    session: str | None,
    worker: str | None,
    name: str,
    out: str | None,
    since: str | None,
    root: str | None,
    as_json: bool,
) -> int:
    """Print a report in a format, or write it to a file."""
    from workers.phases.reported import Rendering, render

    where = find_root(root)
    chosen = only_session(where, statuses=OPEN | FINISHED) if session is None else session
    to, earlier = (None if file is None else Path(file) for file in (out, since))
    wanted = Rendering(chosen, worker, name, to, earlier)
    with doing("reading the judged reports"):
        answer = render(where, wanted)
    return tell(answer, as_json=as_json)


COMMANDS = {"report": report}
