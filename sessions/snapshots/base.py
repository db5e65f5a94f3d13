"""What the work began with: recorded once, opened by every later phase."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sessions.errors import Damaged, shown
from sessions.files import sync_all
from sessions.snapshots.layout import follow, lay_out
from sessions.snapshots.place import Place, as_private_as, gone
from sessions.snapshots.trees import Snapshots
from sessions.snapshots.trust import check_own

if TYPE_CHECKING:
    from pathlib import Path

REFS_TOLD = 200


class Base(NamedTuple):
    """What the work began with; `vcs` is null where there is no repository of the user's.

    `tree` names the content in the folder of the snapshots; `refs` are at most REFS_TOLD.
    """

    vcs: str | None
    commit: str | None
    tree: str
    branch: str | None
    refs: dict[str, str]


def begin(root: Path, folder: Path, *, durable: bool = True) -> tuple[Snapshots, Base]:
    """Make the folder anew, and record the files as they are: the base of what is to be done.

    When it returns, no power cut takes the base away, if it is to be `durable`. Raises Damaged
    where git is not there or cannot read the files.
    """
    snapshots = Snapshots(root, folder)
    with as_private_as(folder.parent):
        known = lay_out(Place(root, folder))
    tree = snapshots.take(first=True)
    if durable:
        sync_all([*sorted(folder.rglob("*"), reverse=True), folder, folder.parent])
    if known is None:
        return snapshots, Base(None, None, tree, None, {})
    refs = dict(sorted(known.refs.items())[:REFS_TOLD])
    return snapshots, Base("git", known.commit, tree, known.branch, refs)


def opened(root: Path, folder: Path) -> Snapshots:
    """Return the snapshots of a folder that `begin` made.

    It goes along with a repository that is moved or copied with its sessions. Raises Damaged where
    it is gone, or was made for another root.
    """
    snapshots = Snapshots(root, folder)
    if not (folder / "objects").is_dir() or not (folder / "config").is_file():
        raise gone(Place(root, folder))
    check_own(folder)
    top = snapshots.top
    is_here = root == top or top in root.parents or _is_same(root, top)
    if not is_here and not follow(Place(root, folder), top):
        raise Damaged(
            f"what the work began with is of {shown(top)}, and not of {shown(root)}",
            "Go on there, or start over with --setup --fresh.",
        )
    return snapshots


def _is_same(root: Path, top: Path) -> bool:
    """Tell whether a root lies in a work tree by another of its names."""
    return top.resolve() in {root.resolve(), *root.resolve().parents}
