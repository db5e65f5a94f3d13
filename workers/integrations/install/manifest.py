"""The files of an installation as they lie on disk, and the manifest beside them."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from sessions.errors import Damaged, NotReadable, shown
from sessions.files import read_regular, write_atomic

MANIFEST = ".waggle-install.json"
FILE_BYTES = 8 * 1024 * 1024


def read_manifest(base: Path) -> dict[str, Any]:
    """Return what was put where, by target; raises Damaged when the manifest is none."""
    data = read_below(base, MANIFEST)
    if data is None:
        return {}
    try:
        fields = json.loads(data)
    except (ValueError, RecursionError):
        fields = None
    if not isinstance(fields, dict):
        raise Damaged(f"{shown(base / MANIFEST)} is no JSON object", "Restore it, or move it away.")
    return fields


def write_manifest(base: Path, manifest: dict[str, Any]) -> None:
    """Write the manifest, or remove it when nothing is installed any more."""
    file = base / MANIFEST
    if manifest:
        data = json.dumps(manifest, indent=1, ensure_ascii=True).encode() + b"\n"
        if read_below(base, MANIFEST) != data:
            write_atomic(file, data)
    elif os.path.lexists(file):
        file.unlink()


def read_below(base: Path, path: str) -> bytes | None:
    """Read a file below the base, None if there is none; raises Damaged for a folder elsewhere."""
    file = base / path
    if not Path(path).is_absolute():
        inside, outside = file.parent.resolve(), base.resolve()
        if not inside.is_relative_to(outside):
            raise Damaged(
                f"{shown(file.parent)} is a link out of {shown(base)}", "Move the link away."
            )
    try:
        return read_regular(file, FILE_BYTES)
    except (FileNotFoundError, NotADirectoryError):
        return None


def text_of(data: bytes, path: str) -> str:
    """Return a file's text; raises NotReadable when it is not UTF-8."""
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise NotReadable(
            f"{shown(path)} is not UTF-8 at byte {error.start}", "Save it as UTF-8."
        ) from None
