"""The command that shows sessions in a browser."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sessions.location import find_root
from workers.commands.options import json_option, root_option
from workers.commands.printing import emit, warn

if TYPE_CHECKING:
    from workers.integrations.web.serving import Served


@click.command()
@click.option(
    "--port",
    metavar="N",
    type=click.IntRange(0, 65535),
    help="The port; 0: any that is free [default: 7733, else any].",
)
@click.option("--host", metavar="HOST", help="The address [default: 127.0.0.1, this machine only].")
@root_option
@json_option
@click.pass_obj
def serve(
    program: Path, /, port: int | None, host: str | None, root: str | None, as_json: bool
) -> int:
    """Show the sessions in a browser, live, until Ctrl-C.

    Open the address that is printed: it contains a token. Blockers and escalations can be answered
    there, and nothing else is written. Needs the extra `web`.
    """
    from workers.integrations.web import serving

    def announce(served: Served) -> None:
        if served.is_open:
            warn(
                f"waggle: {served.host} is reached from other machines: whoever has the address"
                " with its token, or can listen on the network, reads the sessions and the code"
            )
        emit(_line(served) if as_json else f"{served.url}\n")

    serving.serve(find_root(root), program, host, port, announce)
    return 0


def _line(served: Served) -> str:
    """Return where the page is as one line of JSON: whoever started it reads a line, and no end."""
    import json

    from workers.contract import answer, escape_json

    document = answer(url=served.url, host=served.host, port=served.port)
    return escape_json(json.dumps(document)) + "\n"


COMMANDS = {"serve": serve}
