"""A clean copy of a tree below the user's cache folder, for one run; it goes with the run.

Its `.git` is thrown away with it: one commit, of the base's tree, whose objects are borrowed. What
is written in the copy is written in the copy alone: no file of it is a link to one of the user's.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from sessions.errors import Damaged, shown
from sessions.git import environment
from sessions.leftovers import claimed, is_abandoned
from workers.proofs.sandbox import BUBBLEWRAP, Link, Place, make_private
from workers.repository.store import folder as cache_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sessions.git import Blob
    from sessions.snapshots import Snapshots

_NAME = r"\.[0-9a-f]{16}\.(?P<process>[0-9]+)\.copy"
_SECONDS = 300
_CONFIG = "[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n"
_AUTHOR = {
    f"GIT_{role}_{what}": value
    for role in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "base"), ("EMAIL", "base@localhost"), ("DATE", "1700000000 +0000"))
}


class Overlay(NamedTuple):
    """What a copy has otherwise than its tree, by paths from the top; None takes a file away."""

    blobs: dict[str, Blob | None]
    texts: dict[str, bytes]

    @property
    def paths(self) -> list[str]:
        """Return every path that is changed."""
        return sorted({*self.blobs, *self.texts})


NOTHING = Overlay({}, {})


def prefix_of(snapshots: Snapshots) -> str:
    """Return the root relative to the top: empty, or with a slash at its end."""
    path = os.path.relpath(os.path.realpath(snapshots.root), os.path.realpath(snapshots.top))
    return "" if path == "." else f"{path}/"


@contextlib.contextmanager
def clean_copy(
    snapshots: Snapshots,
    base: str,
    tree: str,
    *,
    overlay: Overlay = NOTHING,
    link: tuple[str, ...] = (),
    box: str = BUBBLEWRAP,
) -> Iterator[Place]:
    """Offer a copy of a tree whose `.git` says that it began as the base; raises WaggleError.

    `link` are folders of the user's relative to the root. In a box they are lent, read only; where
    there is none they are copied.
    """
    sweep()
    name = f".{os.urandom(8).hex()}.{os.getpid()}.copy"
    whole = copies() / name
    whole.mkdir(mode=0o700, parents=True)
    try:
        with claimed(whole):
            make_private(whole)
            copy = whole / "tree"
            borrowed = _lay_out(snapshots, copy)
            _fill(copy, base, tree, overlay)
            links = tuple(_links(snapshots, copy, link))
            if box == BUBBLEWRAP:
                _borrow_inside(copy, borrowed)
            else:
                _copy_links(copy, links)
            top = Path(os.path.realpath(snapshots.top))
            yield Place(copy, top, whole, links, borrowed)
    finally:
        remove(whole)


def copies() -> Path:
    """Return the folder of the copies."""
    return cache_folder() / "copies"


def sweep() -> list[Path]:
    """Remove the copies of commands that were killed; returns them."""
    try:
        listed = sorted(copies().iterdir())
    except OSError:
        return []
    left: list[Path] = []
    for folder in listed:
        match = re.fullmatch(_NAME, folder.name)
        if match and is_abandoned(folder, int(match["process"])):
            remove(folder)
            left.append(folder)
    return left


def remove(folder: Path) -> None:
    """Remove a folder of ours, also where a run took away the right to; follows no link."""
    for _ in range(3):  # something of it may have ended only now
        shutil.rmtree(folder, ignore_errors=True)
        if not os.path.lexists(folder):
            return
        _open_up(folder)


def _open_up(folder: Path) -> None:
    """Give the right to remove what is in folders, from the top down."""
    waiting = [folder]
    while waiting:
        place = waiting.pop()
        with contextlib.suppress(OSError):
            place.chmod(0o700)
            waiting += [entry for entry in place.iterdir() if stat.S_ISDIR(entry.lstat().st_mode)]


def _lay_out(snapshots: Snapshots, copy: Path) -> tuple[Path, ...]:
    """Make the copy's `.git`; returns the folders of objects that it borrows from."""
    git, source = copy / ".git", snapshots.folder
    for name in ("objects/info", "objects/pack", "refs/heads", "refs/tags", "info"):
        (git / name).mkdir(parents=True)
    config = (source / "config").read_text("utf-8", "surrogateescape")
    config = config.replace("bare = true", "bare = false") + _CONFIG
    (git / "config").write_text(config, "utf-8", "surrogateescape")
    (git / "HEAD").write_text("ref: refs/heads/base\n", "utf-8")
    for name in ("exclude", "attributes"):
        with contextlib.suppress(OSError):
            shutil.copyfile(source / "info" / name, git / "info" / name)
    objects = source / "objects"
    borrowed = [objects]
    with contextlib.suppress(OSError):
        lines = (objects / "info" / "alternates").read_text("utf-8", "surrogateescape").split("\n")
        borrowed += [Path(line) for line in lines if line.startswith("/")]
    _write_alternates(git, [str(objects)])
    return tuple(folder for folder in borrowed if folder.is_dir())


def _write_alternates(git: Path, lines: list[str]) -> None:
    text = "".join(f"{line}\n" for line in lines)
    (git / "objects" / "info" / "alternates").write_text(text, "utf-8", "surrogateescape")


def _borrow_inside(copy: Path, borrowed: tuple[Path, ...]) -> None:
    """Let the copy's git find the objects where the box shows them; the user's `.git` is hidden."""
    names = [f"../borrowed/{number}" for number in range(len(borrowed))]
    for name in names:
        (copy / ".git" / "objects" / name).resolve().mkdir(parents=True)
    _write_alternates(copy / ".git", names)


def _fill(copy: Path, base: str, tree: str, overlay: Overlay) -> None:
    """Write the files; the index says then that the base was checked out, and these came after."""
    _git(copy, "read-tree", tree)
    rows: list[str] = []
    for path, blob in overlay.blobs.items():
        rows.append(f"{blob.mode} {blob.name}\t{path}" if blob else f"0 {'0' * len(tree)}\t{path}")
    for path, text in overlay.texts.items():
        name = _git(copy, "hash-object", "-w", "--stdin", "--no-filters", data=text).strip()
        rows.append(f"100644 {name}\t{path}")
    if rows:
        entries = "".join(f"{row}\0" for row in rows).encode("utf-8", "surrogateescape")
        _git(copy, "update-index", "--add", "--replace", "-z", "--index-info", data=entries)
    _git(copy, "checkout-index", "--all", "--force", "--quiet", "--index")
    commit = _git(copy, "commit-tree", "-m", "The base", base).strip()
    (copy / ".git" / "refs" / "heads" / "base").write_text(f"{commit}\n", "utf-8")
    if rows or base != tree:
        _git(copy, "read-tree", "-m", base)


def _git(copy: Path, *words: str, data: bytes = b"") -> str:
    # As many workers as there are processors write the files.
    command = ["git", "-c", "checkout.workers=0", *words]
    variables = {
        "GIT_DIR": str(copy / ".git"),
        "GIT_WORK_TREE": str(copy),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_ATTR_NOSYSTEM": "1",
        **_AUTHOR,
    }
    try:
        run = subprocess.run(  # noqa: S603 - fixed words
            command,
            cwd=copy,
            env=environment(()) | variables,
            input=data,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _failed(words[0], type(error).__name__) from None
    if run.returncode != 0:
        lines = run.stderr.decode("utf-8", "replace").strip().split("\n")
        raise _failed(words[0], lines[-1])
    return run.stdout.decode("utf-8", "surrogateescape")


def _failed(word: str, why: str) -> Damaged:
    return Damaged(
        f"no copy of the files can be made: git {word}: {shown(why)}",
        "Repair what git says (is the disk full?) and run it again.",
    )


def _links(snapshots: Snapshots, copy: Path, link: tuple[str, ...]) -> Iterator[Link]:
    """Yield the folders that are there and that the tree leaves room for."""
    prefix = prefix_of(snapshots)
    for folder in link:
        real = Path(os.path.realpath(snapshots.root / folder))
        place = copy / prefix / folder
        if not real.is_dir() or not _is_plain(copy, place.parent):
            continue
        if place.is_symlink():  # an environment that lies elsewhere
            place.unlink()
        if not os.path.lexists(place):
            place.mkdir(parents=True)
            yield Link(prefix + folder, real)


def _is_plain(copy: Path, folder: Path) -> bool:
    """Tell whether no part of a path in the copy is a link or a file."""
    while folder != copy:
        if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
            return False
        folder = folder.parent
    return True


def _copy_links(copy: Path, links: tuple[Link, ...]) -> None:
    for link in links:
        if sys.platform.startswith("linux"):
            words = ["cp", "-a", "--reflink=auto", f"{link.real}/.", f"{copy / link.path}/"]
        else:
            words = ["cp", "-a", f"{link.real}/.", f"{copy / link.path}/"]
        run = subprocess.run(words, capture_output=True, check=False)  # noqa: S603 - fixed words
        if run.returncode != 0:
            lines = run.stderr.decode("utf-8", "replace").strip().split("\n")
            raise Damaged(
                f"{shown(link.path)} cannot be copied for the run: {shown(lines[-1])}",
                "Make it readable, make room on the disk, or take it out of `link`.",
            )


def leads_back(place: Place) -> bool:
    """Tell whether a lent environment of Python or Node says to import from the user's own tree.

    An installation that can be edited names the folder it was made from. In a box the copy stands
    there; without one it is the user's.
    """
    needle = re.compile(re.escape(os.fsencode(str(place.top))) + rb"(?![\w.-])")
    environments = [link.real for link in place.links]
    named = os.environ.get("VIRTUAL_ENV", "")
    if named.startswith("/"):
        environments.append(Path(named))
    return any(_names(folder, needle, place.top) for folder in environments)


def _names(folder: Path, needle: re.Pattern[bytes], top: Path) -> bool:
    if (folder / "pyvenv.cfg").is_file():
        for site in folder.glob("lib*/python*/site-packages"):
            files = [*site.glob("*.pth"), *site.glob("__editable__*.py")]
            files += site.glob("*.dist-info/direct_url.json")
            if any(needle.search(_beginning(file)) for file in files):
                return True
        return False
    for entry in (*folder.glob("*"), *folder.glob("@*/*")):
        if entry.is_symlink() and top in entry.readlink().parents:
            return True
    return False


def _beginning(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(1 << 16)
    except OSError:
        return b""
