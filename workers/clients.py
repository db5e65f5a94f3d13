"""The coding agents that run workers, one row each: what tells us, and them, who is who."""

from __future__ import annotations

import os
from typing import NamedTuple


class Client(NamedTuple):
    """A coding agent.

    `session_variables` are set in the shell of its agents, to what its hooks call the session or
    the agent. `answers_json`: its stop hooks take a decision as JSON, not as exit code 2, and
    `context_json`: what a hook adds to the context has to be in JSON as well.
    """

    title: str
    session_variables: tuple[str, ...] = ()
    answers_json: bool = False
    context_json: bool = False


DEFAULT_CLIENT = "claude-code"
# By the name that `--client` and `install` take; only those whose stop hooks were seen to hold.
CLIENTS = {
    "claude-code": Client("Claude Code", ("CLAUDE_CODE_SESSION_ID",)),
    "codex": Client("Codex", ("CODEX_SESSION_ID",)),
    "copilot": Client("Copilot CLI", ("COPILOT_AGENT_SESSION_ID",), answers_json=True),
    "gemini-cli": Client("Gemini CLI", context_json=True),
    "qwen-code": Client("Qwen Code", ("QWEN_CODE_SESSION_ID",), context_json=True),
}


def owner() -> str | None:
    """Return whose shell this is: the ids of all sessions that it is in, None outside of any.

    One agent may have started another, and its variables are still there.
    """
    names = [name for client in CLIENTS.values() for name in client.session_variables]
    return " ".join(filter(None, map(os.environ.get, names))) or None
