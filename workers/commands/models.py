"""The command on models: which can be used here and now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from workers.commands.options import json_option
from workers.commands.printing import tell

if TYPE_CHECKING:
    from collections.abc import Iterator

_BY_RULE = "a report by rule; no model reads the task"


@click.command()
@json_option
def models(as_json: bool) -> int:
    """List the models that can be used here and now.

    For the others it says what is missing. Any other name that Pydantic AI knows may be tried with
    --model. No key is read or stored.
    """
    from workers.agents import providers
    from workers.contract import Answer

    rows = providers.rows()
    return tell(Answer("\n".join(_lines(rows)), {"models": rows}), as_json=as_json)


def _lines(rows: list[dict[str, Any]]) -> Iterator[str]:
    from sessions.errors import escaped
    from workers.agents import providers

    spacing = max(len(row["model"]) for row in rows)
    for title, usable in (("Usable here:", True), ("Not usable here:", False)):
        listed = [row for row in rows if row["usable"] is usable]
        if listed:
            yield title
        for row in listed:
            why = row["reason"] or (_BY_RULE if row["model"] == providers.SURVEY else "")
            yield escaped(f"  {row['model'].ljust(spacing)}  {why}".rstrip())
    hints = [row["hint"] for row in rows if row["hint"] and not row["hint"].startswith("Set ")]
    for hint in dict.fromkeys(hints):
        yield escaped(f"- {hint}")


COMMANDS = {"models": models}
