"""Trees of a working tree as it is, made by git in a folder of ours: the user's git stays as it is.

The folder is a bare repository that borrows the user's objects. Its work tree is the user's; index,
objects and settings are its own. Of the user's settings it has only those that say how a file
becomes a blob. No filter, hook or monitor is known there, so none can run. A file for which the
attributes name a filter is kept as it lies on the disk.

A submodule, or a repository inside that git does not track, is one entry: its commit, or where its
files are not as that commit has them, a name made of both. Work trees of the same repository that
lie inside are not part of this one.
"""

from sessions.snapshots.base import Base, begin, opened
from sessions.snapshots.layout import refs_of
from sessions.snapshots.trees import Change, Lines, Snapshots

__all__ = ["Base", "Change", "Lines", "Snapshots", "begin", "opened", "refs_of"]
