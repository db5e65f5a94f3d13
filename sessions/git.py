"""What git says of a repository, asked so that nothing the repository configures is run."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_SECONDS = 10
# Monitors, hooks and external diffs are programs; a repository's own configuration may name any.
_OFF = (
    *("-c", "core.fsmonitor=false"),
    *("-c", "core.hooksPath=/dev/null"),
    *("-c", "diff.external="),
    *("-c", "core.pager=cat"),
)


def head(root: Path) -> tuple[str | None, bool | None]:
    """Return the commit that is checked out and whether tracked files differ from it.

    None is unknown: no repository, no commit, no git, or no answer in time.
    """
    commit = _ask(root, "rev-parse", "--verify", "--quiet", "HEAD^{commit}")
    if commit is None:
        return None, None
    # The clean filters of .gitattributes are programs too, and status runs them.
    drivers = _ask(root, "config", "--list", "--show-scope", "--name-only")
    if drivers is None:
        return commit.strip() or None, None
    filters = [
        word
        for line in drivers.splitlines()
        for scope, _, name in [line.partition("\t")]
        if scope in {"local", "worktree"} and name.startswith("filter.")
        for word in ("-c", f"{name}=")
    ]
    changed = _ask(
        root,
        "status",
        "--porcelain",
        "--untracked-files=no",
        "--ignore-submodules=all",
        options=filters,
    )
    return commit.strip() or None, None if changed is None else bool(changed.strip())


def _ask(root: Path, *words: str, options: list[str] | None = None) -> str | None:
    command = ["git", "--no-optional-locks", *_OFF, *(options or []), *words]
    try:
        run = subprocess.run(  # noqa: S603 - fixed words
            command, cwd=root, capture_output=True, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return run.stdout.decode("utf-8", "replace") if run.returncode == 0 else None
