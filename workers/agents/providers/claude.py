"""The user's own `claude` program and service: whether they are there, and how they are started.

No Pydantic AI here: `models` must not pay for it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess

from sessions.errors import shown

LOGIN_SECONDS = 15.0
HEALTH_SECONDS = 2.0
_URL = "WAGGLE_CLAUDE_URL"
# A key beats the login of the subscription, so that somebody else would pay; the rest are marks
# of a session that this one is no part of.
_REMOVED = (
    "ANTHROPIC_API_KEY",
    "ANTHROPIC_AUTH_TOKEN",
    "CLAUDECODE",
    "CLAUDE_CODE_SESSION_ID",
    "CLAUDE_CODE_CHILD_SESSION",
    "CLAUDE_CODE_ENTRYPOINT",
    "CLAUDE_PROJECT_DIR",
)
_ADDED = {
    "CLAUDE_CODE_DISABLE_ATTACHMENTS": "1",  # `@/path` in a prompt would read that file
    "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
    "CLAUDE_CODE_MAX_RETRIES": "2",  # by default it waits for minutes
    "DISABLE_AUTOUPDATER": "1",
}


def service_url() -> str | None:
    """Return the address of the HTTP service, None where the program is to be used."""
    return (os.environ.get(_URL) or "").rstrip("/") or None


def program() -> str | None:
    """Return the path of the user's `claude`, None if there is none."""
    return shutil.which("claude")


def environment() -> dict[str, str]:
    """Return the environment in which `claude` runs: the user's, without keys."""
    passed_on = {name: value for name, value in os.environ.items() if name not in _REMOVED}
    return {**passed_on, **_ADDED}


def arguments(path: str, model: str, system_file: str, schema: str | None) -> list[str]:
    """Return the command line: no tools, no settings, so no hooks and no foreign instructions."""
    words = [path, "-p", "--output-format", "json", "--model", model, "--tools", ""]
    words += ["--setting-sources", "", "--strict-mcp-config", "--no-session-persistence"]
    words += ["--disable-slash-commands", "--system-prompt-file", system_file]
    return words if schema is None else [*words, "--json-schema", schema]


def obstacle() -> tuple[str, str] | None:
    """Tell why the subscription cannot be used here, and what to do; None if it can."""
    url = service_url()
    return _service_obstacle(url) if url else _program_obstacle()


def _service_obstacle(url: str) -> tuple[str, str] | None:
    import httpx

    hint = f"Start it, or unset {_URL} to use the program claude."
    try:
        answered = httpx.get(f"{url}/health", timeout=HEALTH_SECONDS, trust_env=False)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return f"the service {shown(url)} does not answer ({type(error).__name__})", hint
    if answered.status_code != httpx.codes.OK:
        return f"the service {shown(url)} answers {answered.status_code}", hint
    return None


def _program_obstacle() -> tuple[str, str] | None:
    path = program()
    if path is None:
        return (
            "the program `claude` is not on the PATH",
            f"Install Claude Code and log in, or set {_URL}, or take another --model.",
        )
    hint = "Run `claude` once and log in with your subscription."
    try:
        run = subprocess.run(  # noqa: S603 - the user's own program
            [path, "auth", "status"],
            env=environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=LOGIN_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"{shown(path)} does not run ({type(error).__name__})", "Fix the installation."
    try:
        status = json.loads(run.stdout)
    except ValueError:
        return None if run.returncode == 0 else ("claude cannot tell whether it is logged in", hint)
    if not isinstance(status, dict) or not status.get("loggedIn"):
        return "claude is not logged in", hint
    return None
