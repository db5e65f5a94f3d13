"""The command that serves the others to agents, as tools."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@click.pass_obj
def mcp(program: Path) -> int:
    """Serve setup, output, status, log, block, handoff and explain as MCP tools, over stdio."""
    from workers.integrations.mcp_server import serve

    serve(program)
    return 0


COMMANDS = {"mcp": mcp}
