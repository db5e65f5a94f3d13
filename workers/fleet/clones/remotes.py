"""Which repository a remote is: one that whoever made the user's repository did not put there."""

from __future__ import annotations

import os
from pathlib import Path

from sessions.errors import BadInput, shown
from sessions.git import asked
from workers.fleet.clones.addresses import without_secrets
from workers.fleet.clones.joining import address_of

_FILE = "file://"


def configured(root: Path, remote: str) -> str:
    """Return the address of a remote by its name as it is configured, "" for none."""
    return (asked(root, "config", "--get", f"remote.{remote}.url") or "").strip()


def top_of(root: Path) -> Path:
    """Return the top of a root's work tree, the root itself where there is none."""
    top = asked(root, "rev-parse", "--show-toplevel")
    return root if top is None else Path(top.removesuffix("\n"))


def address_in(root: Path, remote: str) -> str:
    """Return the address of a remote by its name, or of one that is given by its address.

    Raises BadInput where there is none, where it lies inside the repository, and for an address
    with a password.
    """
    address = configured(root, remote)
    if not address:
        if "/" not in remote and ":" not in remote:
            names = ", ".join((asked(root, "remote") or "").split()) or "it has none"
            raise BadInput(f"no remote {shown(remote)} (known: {names})", "Name one with --remote.")
        if without_secrets(remote) != remote:
            raise BadInput(
                "the address of the remote says who logs in",
                "Name a remote of git: git remote add NAME URL, then --remote NAME.",
            )
        address = address_of(remote)
    elif _is_path(address):
        address = os.path.join(top_of(root), address)  # noqa: PTH118 - as git does; links stay
    address = address_of(address)
    if address.startswith(_FILE):
        # Of a host, of `%` and of brackets git makes another path than is written.
        if not address.startswith(f"{_FILE}/") or "%" in address:
            raise BadInput(
                f"the remote {shown(address, 300)} is no plain path", "Write it without file://."
            )
        address = address.removeprefix(_FILE)
    if _is_path(address):
        address = os.path.abspath(address)  # noqa: PTH100 - links stay
        _check_outside(root, address)
    return address


def _is_path(address: str) -> bool:
    """Tell whether git opens a folder of this machine."""
    return "://" not in address and ":" not in address.partition("/")[0]


def _check_outside(root: Path, address: str) -> None:
    """Raise BadInput for what whoever made the repository may have put there."""
    words = ("rev-parse", "--path-format=absolute")
    folders_of_git = [asked(root, *words, word) for word in ("--git-dir", "--git-common-dir")]
    listed = asked(root, "worktree", "list", "--porcelain") or ""
    rows = [row.partition(" ") for row in listed.splitlines()]
    inside = [
        str(root),
        str(top_of(root)),
        *(text.removesuffix("\n") for text in folders_of_git if text),
    ]
    inside += [path for word, _, path in rows if word == "worktree"]
    folders = [Path(folder).resolve() for folder in inside]
    for opened in (address, f"{address}.git"):  # git tries both
        path = Path(opened).resolve()
        if any(path.is_relative_to(folder) for folder in folders) or "@[" in opened:
            raise BadInput(
                f"the remote {shown(address, 300)} lies inside the repository",
                "Name one outside: whoever made the repository could run programs by it.",
            )
