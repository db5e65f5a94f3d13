"""The command that Claude Code calls when an agent stops: it never takes a session down."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from sessions.bounds import MESSAGE_BYTES
from sessions.errors import BadWorker, WaggleError, of_system, shown
from workers.commands.printing import emit, warn

if TYPE_CHECKING:
    from pathlib import Path


@click.command(context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
@click.argument("event", default="")
@click.pass_obj
def hook(program: Path, event: str) -> int:
    """Answer a hook of Claude Code.

    EVENT is subagent-stop, stop or session-start; the hook's input is read from standard input.
    Exit code 2 holds the agent, with the reason on standard error. Everything else lets it go, a
    fault of ours included, which is reported on standard error.
    """
    from workers.integrations import gate

    answer = gate.RULINGS.get(event)
    if answer is None:
        warn(f"waggle: hook {shown(event, 60)} is not known; use {', '.join(gate.RULINGS)}")
        return 0
    try:
        data = sys.stdin.buffer.read(MESSAGE_BYTES + 1) if sys.stdin else b""
        if len(data) > MESSAGE_BYTES:
            warn(f"waggle: the hook's input is larger than {MESSAGE_BYTES:,} bytes")
            return 0
        ruling = answer(gate.read_stop(data), program)
    except BadWorker as error:  # else a worker could take the gate away with its own folder
        warn(f"waggle: {error.message}. {error.hint}")
        return 2
    except (WaggleError, OSError) as error:
        warn(f"waggle: the agent was let go without a verdict: {of_system(error).message}")
        return 0
    except Exception:  # noqa: BLE001 - a fault of ours must not take the agent's session down
        import traceback

        warn(f"waggle: the agent was let go without a verdict:\n{traceback.format_exc()}")
        return 0
    if ruling.code:
        sys.stderr.buffer.write(f"{ruling.told}\n".encode())
        sys.stderr.buffer.flush()
    elif ruling.told:
        emit(f"{ruling.told}\n")
    return ruling.code


COMMANDS = {"hook": hook}
