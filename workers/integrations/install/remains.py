"""What commands that were killed left of an installation: for `doctor`, and for the next run."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING

from sessions.errors import WaggleError, escaped
from workers.catalog import workers_of
from workers.integrations.install import replacing
from workers.integrations.install.manifest import cut_off, read_manifest
from workers.integrations.install.targets import INSTALLABLE, Place

if TYPE_CHECKING:
    from pathlib import Path

    from workers.contract import Answer


def leftovers(place: Place) -> list[Path]:
    """Return the temporary files that a killed `install` or `uninstall` left below a base."""
    of_all = place._replace(workers=place.known or place.workers)
    paths = {path for one in INSTALLABLE.values() for path in one.content(of_all).paths}
    return replacing.leftovers(place.base, sorted(paths))


def sweep(place: Place) -> None:
    """Remove them; whoever calls holds the lock."""
    for file in leftovers(place):
        file.unlink(missing_ok=True)


def with_remains(answer: Answer, root: Path, *, fix: bool) -> Answer:
    """Add to what `doctor` answers what is left of an installation; `fix` removes the files."""
    place = Place("project", root, ("waggle",), (), workers_of(root))
    left = leftovers(place)
    if fix and left:
        with replacing.held(root):
            sweep(place)
    word = "fixed" if fix else "found"
    lines = [f"{word}: {file}: left behind by a command that was killed" for file in left]
    with contextlib.suppress(WaggleError):
        names = [name for name in INSTALLABLE if cut_off(read_manifest(root), name)]
        lines += [f"found: {name} is installed in part: run install {name} again" for name in names]
    if not lines:
        return answer
    fields = dict(answer.fields)
    fields["leftovers"] = [*fields.get("leftovers", []), *map(str, left)]
    failed = any(line.startswith("found") for line in lines)
    text = "\n".join([answer.text, *map(escaped, lines)])
    return replace(answer, text=text, fields=fields, status="failed" if failed else answer.status)
