"""The command that serves the others to agents, as tools."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@click.pass_obj
def mcp(program: Path) -> int:
    """Serve the commands as MCP tools, over stdio.

    The tools are setup, output, status, log, block, handoff and explain.
    """
    from workers.integrations.mcp_server import serve

    serve(program)
    return 0


COMMANDS = {"mcp": mcp}
