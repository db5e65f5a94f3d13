"""A machine's folder for the clone of a repository, and the id of the queue that goes with it."""

from __future__ import annotations

import os
import secrets
import shutil
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING

from sessions.errors import BadInput, Damaged, shown
from sessions.files import make_folder, read_regular, write_atomic
from sessions.lock import is_held, locked
from workers.fleet.clones.addresses import without_secrets
from workers.fleet.clones.bare import Bare, Lost, Unsound
from workers.fleet.clones.copies import Copies
from workers.fleet.clones.refs import FLEET, KEPT, OWN_FLEET
from workers.fleet.clones.renewing import LOCK, left_behind, make_again
from workers.repository import store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_ID_FILE = "fleet.id"
_ID_BYTES = 100
_ADDRESS_BYTES = 16 * 1024
_ADDRESS, _GIT, _COPIES, _LOCK = "remote", "git", "copies", LOCK
_TRIES = 3
_MOST_KEPT = 50  # sessions of which the objects stay


def address_of(text: str) -> str:
    """Return a remote's address: a path is made absolute. Raises BadInput."""
    if not text or text.startswith("-") or "\n" in text:
        raise BadInput(f"{shown(text)} is no address of a repository", "Give a URL or a path.")
    is_path = "://" not in text and (os.path.lexists(text) or ":" not in text)
    return os.path.abspath(text) if is_path else text  # noqa: PTH100 - links stay


@contextmanager
def joined(address: str, work: Path | None) -> Iterator[Copies]:
    """Offer the copies of a process below a machine's folder for a repository.

    What processes left that are gone is removed, and a clone that is damaged made again. Raises
    BadInput for a folder of something else, Away and NotSent where the remote cannot be used.
    """
    folder = work or store.folder() / "clones" / store.digest(address.encode())
    make_folder(folder, 0o700)
    stack = ExitStack()
    with locked(folder / _LOCK, what="the folder of the clone"):
        _check_same(folder, without_secrets(address))
        bare = Bare(folder / _GIT, address)
        bare.make(digits=_digits(bare))
        write_atomic(folder / _ADDRESS, f"{without_secrets(address)}\n".encode())
        try:
            _sweep(bare, folder / _COPIES)
        except Unsound:
            make_again(bare, folder / _COPIES)
            _sweep(bare, folder / _COPIES)
        own = folder / _COPIES / secrets.token_hex(4)
        make_folder(own, 0o700)
        stack.enter_context(locked(own / _LOCK, 0, "the folder of its copies"))
        stack.callback(shutil.rmtree, own, ignore_errors=True)
    with stack:
        yield Copies(bare, own)


def _check_same(folder: Path, address: str) -> None:
    with suppress(FileNotFoundError):
        known = read_regular(folder / _ADDRESS, _ADDRESS_BYTES).decode("utf-8", "replace").strip()
        if known != address:
            raise BadInput(
                f"{shown(folder, 300)} is the clone of another repository: {shown(known, 200)}",
                "Give another --work, or remove that folder.",
            )
        return
    if {entry.name for entry in folder.iterdir()} - {_LOCK, f"{_LOCK}.queue", _GIT}:
        raise BadInput(
            f"{shown(folder, 300)} is not empty, and no clone of ours", "Give another --work."
        )


def _digits(bare: Bare) -> int:
    """Return how long the names of the remote's objects are; raises Away and NotSent."""
    if (bare.folder / "config").exists():
        return bare.digits
    make_folder(bare.folder, 0o700)
    return bare.digits_at_remote()


def _sweep(bare: Bare, folder: Path) -> None:
    """Remove the copies of processes that are gone, and what keeps old sessions."""
    for left in left_behind(bare):
        shutil.rmtree(left, ignore_errors=True)
    if not folder.is_dir():
        return
    listed = ("for-each-ref", "--sort=-committerdate", "--format=%(refname)")
    gone = bare.run(*listed, f"{KEPT}/").split()[_MOST_KEPT:]
    for left in folder.iterdir():
        if not is_held(left / _LOCK):
            shutil.rmtree(left, ignore_errors=True)
            gone += bare.run(*listed, f"refs/copies/{left.name}/").split()
    for ref in gone:
        bare.tried("update-ref", "-d", ref)


def queue_id(bare: Bare, *, make: bool) -> str:
    """Return the id of the fleet of a remote, which all its machines read there.

    Where it has none yet it is made; else raises BadInput.
    """
    for _ in range(_TRIES):
        commit = bare.fetch(FLEET, OWN_FLEET)
        if commit is not None:
            return _id_in(bare, commit)
        if not make:
            raise BadInput(
                f"no fleet has worked for the remote {bare.shown} yet",
                "Queue a plan with run --engine URL --remote NAME, or start a fleet worker.",
            )
        drawn = secrets.token_hex(8)
        blob = bare.run("hash-object", "-w", "--stdin", fed=f"{drawn}\n".encode()).strip()
        row = f"100644 blob {blob}\t{_ID_FILE}\0".encode()
        tree = bare.run("mktree", "-z", fed=row).strip()
        made = bare.run("commit-tree", tree, "-m", "waggle: the id of the fleet").strip()
        with suppress(Lost):
            bare.push(made, FLEET, None)
            return drawn
    raise Damaged(f"{FLEET} of {bare.shown} changes all the time", "Look at who writes to it.")


def _id_in(bare: Bare, commit: str) -> str:
    answer = bare.tried("cat-file", "blob", f"{commit}:{_ID_FILE}")
    text = answer.out[:_ID_BYTES].strip()
    if answer.code or not (text.isascii() and text.isalnum()):
        raise Damaged(
            f"{FLEET} of {bare.shown} has no id in it", "Delete that ref; no fleet may be at work."
        )
    return text
