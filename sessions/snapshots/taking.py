"""Takes the tree of the files as they are."""

from __future__ import annotations

import hashlib
import os
import re
from typing import TYPE_CHECKING

from sessions.files import writer_of
from sessions.git import asked, would_wait
from sessions.leftovers import is_gone
from sessions.patterns import lazy_pattern
from sessions.snapshots.layout import SPARSE, lay_out
from sessions.snapshots.place import TOO_LONG, Place, as_private_as, copy_index, unusable
from sessions.snapshots.trust import check_own

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

# What we write ourselves is never part of a tree.
OWN = "Docs/hive-mind"
# So long git may read the files before those are left out that are larger than anybody's source.
PATIENCE_SECONDS = 8.0
LARGE_BYTES = 64 << 20
_REPOSITORY = "160000"
_REPOSITORY_IN_INDEX = b"\x00\x00\xe0\x00"
# How git names a file whose text is not in the encoding that the attributes say it has.
_ENCODING = lazy_pattern(
    r"fatal: (?:failed to encode|BOM is required in|BOM is prohibited in) '(?P<path>.*)'"
    r" (?:from|if encoded as) \S+(?: to \S+)?\n",
    re.DOTALL,
)
_MOST_UNREADABLE = 100
# Files that pass for large go into one pack: that is made, and made durable, sooner than many.
_MANY = 200
_IN_ONE_FILE = ("-c", "core.bigFileThreshold=1")


def take(place: Place, *, first: bool = False) -> str:
    """Return the name of the tree of the files as they are now; raises WaggleError.

    The index of the `first` is where every later one begins: what it has stays tracked.
    """
    index = place.folder / f".index.{os.getpid()}.tmp"
    for left in place.folder.glob(".*.tmp*"):
        if is_gone(writer_of(left.name.removesuffix(".lock"))):
            left.unlink(missing_ok=True)
    try:
        return _tree_by(place, index, first=first)
    finally:
        for file in (index, index.with_name(f"{index.name}.lock")):
            file.unlink(missing_ok=True)


def _tree_by(place: Place, index: Path, *, first: bool) -> str:
    first_index = place.folder / "index"
    for rules in (".gitignore", ".gitattributes"):
        if would_wait(place.top / rules):
            raise unusable(place, ("add",), f"{rules} is no file")
    if first_index.exists():
        copy_index(first_index, index)
    inner = _known_inside(place, index)
    skipped = _add(place, index, inner, first=first)
    if skipped is not None:
        _take_out_failed(place, index, [*inner, *skipped])
        inner += _without_commit(place, index)
    inner += [
        path
        for path in _entries(place, index)
        if path not in inner and _is_repository(place.top / path)
    ]
    _enter(place, index, {path: _name_of(place, path) for path in inner}, _REPOSITORY)
    # Of a partial clone, not every object is there.
    tree = place.run("write-tree", "--missing-ok", index=index).strip()
    if first:
        index.replace(first_index)
    return tree


def _add(place: Place, index: Path, inner: list[str], *, first: bool) -> list[str] | None:
    """Enter all files but those of repositories inside; None: git took every one.

    Returns the files that are entered as they lie on the disk: in the encoding that they should
    have they are not.
    """
    sparse = (place.folder / SPARSE).exists()
    words = ["-c", "core.sparseCheckout=true"] if sparse else []
    is_all_new = first and not (place.folder / "index").exists()
    words += [*(_IN_ONE_FILE if is_all_new and _has_many(place.top) else ()), "add", "--all"]
    words += ["--ignore-errors", *(["--sparse"] if sparse else []), "--", ":/"]
    words += [f":(exclude){OWN}", *(f":(exclude,top,literal){path}" for path in inner)]
    raw: dict[str, str] = {}
    seconds: float | None = PATIENCE_SECONDS
    while True:
        code, _, err = place.tried(*words, index=index, seconds=seconds)
        if code == TOO_LONG:
            seconds = None
            words += [f":(exclude,top,literal){path}" for path in _large(place, index)]
            continue
        if code == 0:
            break
        match = _ENCODING.search(err)
        if match is None or len(raw) == _MOST_UNREADABLE:
            break
        path = match["path"]
        file = str(place.top / path)
        raw[path] = place.run("hash-object", "-w", "--no-filters", "--", file).strip()
        words.append(f":(exclude,top,literal){path}")
    _enter(place, index, raw, "100644")
    # It ends with 1 where a file cannot be read.
    if code not in {0, 1}:
        raise unusable(place, words, err.strip().split("\n")[-1])
    return list(raw) if code else None


def _large(place: Place, index: Path) -> list[str]:
    """Return the files that are new or were changed, and too large to be read each time.

    Raises Damaged where not even a list is to be had: git waits for a pipe that nobody writes.
    """
    index.with_name(f"{index.name}.lock").unlink(missing_ok=True)
    words = ("ls-files", "-z", "--others", "--modified", "--exclude-standard", "--full-name")
    code, listed, _ = place.tried(*words, "--", ":/", index=index, seconds=PATIENCE_SECONDS)
    if code != 0:
        raise unusable(place, words, "it waits for something")
    large = []
    for path in listed.split("\0")[:-1]:
        try:
            size = (place.top / path).lstat().st_size
        except OSError:
            continue
        large += [path] if size > LARGE_BYTES else []
    return large


def _has_many(top: Path) -> bool:
    """Tell whether there are more files than are best kept one by one."""
    seen = 0
    for _, _, files in os.walk(top):
        seen += len(files)
        if seen > _MANY:
            return True
    return False


def _enter(
    place: Place, index: Path, names: dict[str, str] | dict[str, str | None], mode: str
) -> None:
    """Enter objects by their paths; None takes a path out."""
    if names:
        gone = f"0 {'0' * _width(place)}"
        rows = (f"{f'{mode} {name}' if name else gone}\t{path}\0" for path, name in names.items())
        words = ("update-index", "--add", "--replace", "-z", "--index-info")
        place.run(*words, index=index, fed="".join(rows))


def _take_out_failed(place: Place, index: Path, apart: Iterable[str]) -> None:
    """Take out tracked files that could not be read: as they were they are not known to be."""
    words = [
        "diff-files",
        "--name-only",
        "-z",
        "--no-ext-diff",
        "--ignore-submodules=all",
        "--",
        ":/",
    ]
    words += [f":(exclude){OWN}", *(f":(exclude,top,literal){path}" for path in apart)]
    failed = place.run(*words, index=index).split("\0")[:-1]
    _enter(place, index, dict.fromkeys(failed), "")


def _known_inside(place: Place, index: Path) -> list[str]:
    """Return the repositories inside that the index knows; one that is none any more goes."""
    known = _entries(place, index)
    there = [path for path in known if _is_repository(place.top / path)]
    gone = [path for path in known if path not in there and not _is_empty(place.top / path)]
    _enter(place, index, dict.fromkeys(gone), "")
    return there


def _is_repository(folder: Path) -> bool:
    return os.path.lexists(folder / ".git")


def _is_empty(folder: Path) -> bool:
    """Tell whether it is the folder of a submodule that was not fetched."""
    return folder.is_dir() and not folder.is_symlink() and not any(folder.iterdir())


def _entries(place: Place, index: Path) -> list[str]:
    """Return the entries of an index that stand for repositories."""
    if not index.exists() or _REPOSITORY_IN_INDEX not in index.read_bytes():
        return []
    rows = place.run("ls-files", "-s", "-z", "--full-name", ":/", index=index).split("\0")[:-1]
    return [row.partition("\t")[2] for row in rows if row.startswith(_REPOSITORY)]


def _without_commit(place: Place, index: Path) -> list[str]:
    """Return the repositories inside that git could not enter: they have no commit yet."""
    words = ("ls-files", "--others", "--exclude-standard", "--directory", "-z", "--full-name", ":/")
    rows = place.run(*words, index=index).split("\0")[:-1]
    top = place.top
    return [row[:-1] for row in rows if row.endswith("/") and _is_repository(top / row)]


def _name_of(place: Place, path: str) -> str | None:
    """Return what the entry of a repository inside names; None: it is another work tree of ours.

    Its commit, where its files are as that has them.
    """
    digest = hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
    inner = Place(place.top / path, place.folder / "inner" / digest)
    is_new = not (inner.folder / "top").is_file() or inner.top != inner.root
    if is_new:
        with as_private_as(place.folder):
            lay_out(inner)
    check_own(inner.folder)
    if inner.objects is not None and inner.objects == place.objects:
        return None
    if inner.top != inner.root:  # what stands there is no repository
        return None
    tree = take(inner, first=is_new)
    known = asked(inner.root, "rev-parse", "HEAD^{commit}", "HEAD^{tree}") or "\n"
    commit, committed, *_ = known.split("\n")
    width = _width(place)
    if tree == committed and len(commit) == width:
        return commit
    return hashlib.sha256(f"{commit} {tree}".encode()).hexdigest()[:width]


def _width(place: Place) -> int:
    """Return how many digits the name of an object has."""
    is_sha256 = "objectformat = sha256" in (place.folder / "config").read_text("utf-8", "replace")
    return 64 if is_sha256 else 40
