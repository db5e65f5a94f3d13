"""Whose commands run: a repository's by themselves only in a box, else what the user allowed."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from sessions.errors import Damaged, NotReadable, shown
from sessions.events import utc_now
from sessions.files import make_folder, read_regular, write_atomic
from sessions.settings import user_file

if TYPE_CHECKING:
    from pathlib import Path

    from workers.proofs.definitions import Proof

_BYTES = 1024 * 1024
_FILE = "allowed-proofs.json"


def allowed_file() -> Path:
    """Return where the user's own configuration keeps the digests; no repository writes there."""
    return user_file().with_name(_FILE)


def allowed() -> dict[str, str]:
    """Return the digests that the user allowed, with when; raises Damaged for another file."""
    file = allowed_file()
    try:
        document = json.loads(read_regular(file, _BYTES))
        listed = document["allowed"]
        return {str(digest): str(time) for digest, time in listed.items()}
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, NotReadable, ValueError, RecursionError, KeyError, TypeError, AttributeError):
        hint = "Correct it or remove it; prove --allow NAME writes a new one."
        raise Damaged(f"{shown(file)} does not list what is allowed", hint) from None


def allow(digest: str) -> None:
    """Let a definition run outside of a box, or with a network, from now on."""
    listed = allowed() | {digest: utc_now()}
    file = allowed_file()
    make_folder(file.parent, 0o700)
    document = {"schema_version": 1, "allowed": listed}
    write_atomic(file, f"{json.dumps(document, indent=2, sort_keys=True)}\n".encode())


def is_allowed(proof: Proof, *, sandbox_works: bool) -> bool:
    """Tell whether a proof may run here without asking.

    A command that is not the owner's was typed by who runs it: that is another matter.
    """
    if sandbox_works and not proof.network:
        return True
    return os.environ.get("WAGGLE_ALLOW_PROOFS") == "1" or proof.digest in allowed()
