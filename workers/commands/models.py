"""The command on models: which can be used here and now."""

from __future__ import annotations

import click

from workers.commands.options import json_option
from workers.commands.printing import tell


@click.command()
@json_option
def models(as_json: bool) -> int:
    """List the models that can be used here and now, and why the rest cannot.

    Any other name that Pydantic AI knows may be tried with --model. No key is read or stored.
    """
    from sessions.errors import escaped
    from workers.agents import providers
    from workers.contract import Answer

    rows = providers.rows()
    names: dict[str, list[str]] = {}  # what stands in the way -> who it stops
    for row in rows:
        why = "" if row["usable"] else f": {row['reason']}. {row['hint']}"
        names.setdefault(why, []).append(row["model"])
    lines = [
        escaped(f"{'not here' if why else 'usable'}  {', '.join(some)}{why}")
        for why, some in sorted(names.items())
    ]
    return tell(Answer("\n".join(lines), {"models": rows}), as_json=as_json)


COMMANDS = {"models": models}
