"""The command that makes one synthesis of a session's reports."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from sessions.location import find_root
from sessions.progress import doing
from workers.commands.options import (
    FINISHED,
    OPEN,
    json_option,
    limit_options,
    limits_of,
    only_session,
    only_session_option,
    otel_option,
    root_option,
)
from workers.commands.printing import tell


@click.command()
@only_session_option
@click.option(
    "--model",
    metavar="NAME",
    default="none",
    show_default=True,
    help="The model that writes the summary; none: by rule.",
)
@limit_options
@otel_option
@root_option
@json_option
@click.pass_obj
def scribe(
    program: Path,
    /,
    session: str | None,
    model: str,
    root: str | None,
    as_json: bool,
    otel: bool,
    **limits: Any,
) -> int:
    """Merge the accepted reports of a session, and show where they contradict each other.

    Writes SYNTHESIS.md and workers/json/synthesis.json. A contradiction blocks both workers until a
    report changes or the owner resolves it: exit code 1.
    """
    from workers.agents.summary import Author
    from workers.agents.telemetry import telemetry
    from workers.phases import scribing

    where = find_root(root)
    chosen = only_session(where, statuses=OPEN | FINISHED) if session is None else session
    author = Author(model, limits_of(limits), telemetry(wanted=otel))
    with doing("comparing the reports"):
        answer = scribing.scribe(scribing.Request(where, chosen, program, author))
    return tell(answer, as_json=as_json)


COMMANDS = {"scribe": scribe}
