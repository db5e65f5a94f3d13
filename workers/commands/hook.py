"""The command that a coding agent calls when one of its agents stops: it takes no session down."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import click

from sessions.bounds import MESSAGE_BYTES
from sessions.errors import BadWorker, WaggleError, of_system, shown
from workers.clients import CLIENTS, DEFAULT_CLIENT
from workers.commands.printing import emit, warn

if TYPE_CHECKING:
    from pathlib import Path


@click.command(context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
@click.argument("event", default="")
@click.option(
    "--client",
    default=DEFAULT_CLIENT,
    is_flag=False,
    flag_value="",  # left out by mistake: a usage error would end with 2, and hold the agent
    show_default=True,
    metavar="NAME",
    help=f"Whose hook it is: {', '.join(CLIENTS)}.",
)
@click.pass_obj
def hook(program: Path, event: str, client: str) -> int:
    """Answer a hook of a coding agent.

    EVENT is subagent-stop, stop or session-start; the hook's input is read from standard input.
    Exit code 2 holds the agent, with the reason on standard error; Copilot CLI is answered with a
    decision as JSON. Everything else lets it go, a fault of ours included, which is reported on
    standard error.
    """
    from workers.integrations.gate.rulings import RULINGS, Ruling
    from workers.integrations.gate.stops import read_stop

    answer = RULINGS.get(event)
    if answer is None or client not in CLIENTS:
        what, known = (event, RULINGS) if answer is None else (client, CLIENTS)
        kind = "hook" if answer is None else "client"
        warn(f"waggle: {kind} {shown(what, 60)} is not known; use {', '.join(known)}")
        return 0
    try:
        data = sys.stdin.buffer.read(MESSAGE_BYTES + 1) if sys.stdin else b""
        if len(data) > MESSAGE_BYTES:
            warn(f"waggle: the hook's input is larger than {MESSAGE_BYTES:,} bytes")
            return 0
        ruling = answer(read_stop(data, client), program)
    except BadWorker as error:  # else a worker could take the gate away with its own folder
        ruling = Ruling(holds=True, told=f"waggle: {error.message}. {error.hint}")
    except (WaggleError, OSError) as error:
        warn(f"waggle: the agent was let go without a verdict: {of_system(error).message}")
        return 0
    except Exception:  # noqa: BLE001 - a fault of ours must not take the agent's session down
        import traceback

        warn(f"waggle: the agent was let go without a verdict:\n{traceback.format_exc()}")
        return 0
    return _tell(ruling.told, holds=ruling.holds, as_json=CLIENTS[client].answers_json)


def _tell(text: str, *, holds: bool, as_json: bool) -> int:
    """Answer in the client's form, and return the exit code."""
    if holds and as_json:
        emit(json.dumps({"decision": "block", "reason": text}) + "\n")
        return 0
    if holds:
        sys.stderr.buffer.write(f"{text}\n".encode())
        sys.stderr.buffer.flush()
        return 2
    if text:
        emit(f"{text}\n")
    return 0


COMMANDS = {"hook": hook}
