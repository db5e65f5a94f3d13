"""What of the user's files is published: the base of a session that travels.

It is the files as they are, but for what people keep to themselves: changes that git was made to
overlook, and new files with secrets in them.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from sessions.errors import Damaged, NotReadable, shown
from sessions.files import read_regular
from sessions.git import asked as git_says
from sessions.secrets import redacted
from workers.fleet.clones.refs import index_of_a_moment
from workers.fleet.clones.remotes import top_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from workers.fleet.clones.bare import Bare

_SEARCHED_BYTES = 1024 * 1024
_NAMED = 5


class Published(NamedTuple):
    """A tree, and how it differs from the commit; `secret` are new files that are not in it."""

    tree: str
    changed: list[str]
    new: list[str]
    secret: list[str]

    def text(self, remote: str) -> str:
        """Return what is said before it is pushed."""
        counts = f"{len(self.changed)} changed and {len(self.new)} new files"
        text = f"{counts} are pushed to {shown(remote, 100)}, with the history{_named(self)}"
        if self.secret:
            text += f"; not pushed, since they hold secrets: {_names(self.secret)}"
        return text


class _Row(NamedTuple):
    """A difference: the mode and object of a file in the commit, and whether it is new."""

    mode: str
    digest: str
    is_new: bool


def published(bare: Bare, root: Path, tree: str, commit: str | None) -> Published:
    """Return what of a tree of the files is published; raises Damaged where git does not say."""
    before = commit or bare.run("mktree", "-z").strip()
    words = ("diff-tree", "-r", "-z", "--raw", "--no-renames", "--no-ext-diff", before, tree)
    fields = bare.run(*words).split("\0")[:-1]
    rows: dict[str, _Row] = {}
    for about, path in zip(fields[::2], fields[1::2], strict=True):
        mode, _, digest, _, kind = about.removeprefix(":").split()
        rows[path] = _Row(mode, digest, kind == "A")
    overlooked = _overlooked(root) & rows.keys()
    new = [path for path, row in rows.items() if row.is_new and path not in overlooked]
    top = top_of(root)
    secret = [path for path in new if _has_secret(top / path)]
    as_committed = {path: rows[path] for path in (*overlooked, *secret)}
    changed = [path for path, row in rows.items() if not row.is_new and path not in overlooked]
    new = [path for path in new if path not in secret]
    return Published(
        _as_before(bare, tree, as_committed) if as_committed else tree, changed, new, secret
    )


def _overlooked(root: Path) -> set[str]:
    """Return the files of which git was told to overlook changes (assume-unchanged, and so on)."""
    listed = git_says(root, "ls-files", "-v", "-z", "--full-name", ":/")
    if listed is None:
        raise Damaged(
            f"git does not list the files of {shown(root, 300)}", "Look at git status there."
        )
    rows = listed.split("\0")[:-1]
    return {row[2:] for row in rows if row[0].islower() or row[0] == "S"}


def _has_secret(file: Path) -> bool:
    try:
        text = read_regular(file, _SEARCHED_BYTES).decode("utf-8", "replace")
    except (OSError, NotReadable):  # no secret that anybody wrote by hand
        return False
    return bool(redacted(text) != text)


def _as_before(bare: Bare, tree: str, rows: Mapping[str, _Row]) -> str:
    """Return a tree with files as the commit has them, or without them."""
    lines = [
        f"0 {'0' * bare.digits}\t{path}\0" if row.is_new else f"{row.mode} {row.digest}\t{path}\0"
        for path, row in rows.items()
    ]
    with index_of_a_moment(bare.folder) as index:
        bare.run("read-tree", tree, index=index)
        words = ("update-index", "--add", "--replace", "-z", "--index-info")
        bare.run(*words, fed=os.fsencode("".join(lines)), index=index)
        return bare.run("write-tree", "--missing-ok", index=index).strip()


def _named(what: Published) -> str:
    names = [*what.new, *what.changed]
    return f": {_names(names)}" if names else ""


def _names(names: Collection[str]) -> str:
    first = ", ".join(shown(name, 60) for name in list(names)[:_NAMED])
    return first + (", ..." if len(names) > _NAMED else "")
