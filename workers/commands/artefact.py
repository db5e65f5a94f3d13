"""The command that prints what accepted reports hand on."""

from __future__ import annotations

from pathlib import Path

import click

from sessions.location import find_root
from sessions.progress import doing
from workers.commands.options import json_option, root_option, session_option
from workers.commands.printing import tell, warn
from workers.handing import ARTEFACTS

_KINDS = "\n".join(f"{kind}: {meaning}." for kind, meaning in ARTEFACTS.items())


@click.command(
    help="Print what accepted reports hand on: API, migrations, test data, deploy notes."
    f"\n\n\b\n{_KINDS}"
)
@click.argument("kind", metavar="KIND")
@session_option
@click.option("--worker", metavar="W", help="Of one worker's report [default: of all accepted].")
@click.option("--out", metavar="FILE", help="Write it to a file instead.")
@root_option
@json_option
def artefact(
    kind: str, session: str, worker: str | None, out: str | None, root: str | None, as_json: bool
) -> int:
    """Print an artefact, with what is not in it on standard error."""
    from workers.phases.artefact import artefact as make
    from workers.phases.artefact import told_aside

    with doing("reading the accepted reports"):
        made = make(find_root(root), session, kind, worker, None if out is None else Path(out))
    for line in told_aside(made.fields) if not as_json else []:
        warn(line)
    return tell(made, as_json=as_json)


COMMANDS = {"artefact": artefact}
