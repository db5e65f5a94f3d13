"""Makes the folder: a repository of ours that means by files what the user's means."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING, NamedTuple

from sessions.errors import WaggleError
from sessions.files import write_atomic
from sessions.git import asked
from sessions.snapshots.place import copy_index

if TYPE_CHECKING:
    from pathlib import Path

    from sessions.snapshots.place import Place

# What tools leave where nothing ignores it is never part of a tree.
BY_PRODUCTS = (
    *("__pycache__/", "*.pyc", ".pytest_cache/", ".mypy_cache/", ".ruff_cache/", ".hypothesis/"),
    *(".coverage", ".coverage.*", "htmlcov/", ".tox/", ".nox/", "*.egg-info/", ".eggs/"),
    *("node_modules/", ".nyc_output/", ".turbo/", ".parcel-cache/", "*.tsbuildinfo"),
    *(".venv/", ".gradle/", ".DS_Store", "Thumbs.db", ".idea/", "*.swp", "*~", ".waggle*.tmp"),
)
# How a file becomes a blob, and what is ignored.
_SETTINGS = (
    "autocrlf|eol|filemode|ignorecase|symlinks|precomposeunicode|excludesfile|attributesfile"
)
_PLACES = ("--show-toplevel", "--absolute-git-dir", "--git-common-dir", "--show-object-format")
# What an index may have of its own: parts in other files, or of a program's making.
_PLAIN_INDEX = "\tsplitIndex = false\n\tuntrackedCache = false\n\tfsmonitor = false\n"
_SHA1 = f"[core]\n\trepositoryformatversion = 0\n\tbare = true\n{_PLAIN_INDEX}"
_SHA256 = (
    f"[core]\n\trepositoryformatversion = 1\n\tbare = true\n{_PLAIN_INDEX}"
    "[extensions]\n\tobjectformat = sha256\n"
)
_ATTRIBUTES = ".gitattributes"
# A file whose presence says that the user's index leaves files out of the work tree.
SPARSE = "sparse"
# The ways from the top of the work tree to the root, and to the folder.
WAYS = "ways"


class Found(NamedTuple):
    """What git says of the user's repository; `branch` is null for a detached head."""

    commit: str | None
    branch: str | None
    refs: dict[str, str]


def lay_out(place: Place) -> Found | None:
    """Make the folder; returns None where there is no repository of the user's."""
    root, folder = place
    if os.path.lexists(folder):
        import shutil  # late: every --output comes by here

        shutil.rmtree(folder)
    known = asked(root, "rev-parse", "--path-format=absolute", *_PLACES)
    is_sha256 = bool(known) and str(known).rstrip().endswith("sha256")
    _make(folder, _SHA256 if is_sha256 else _SHA1)
    ignored = "\n".join([*BY_PRODUCTS, ""])
    if known is None:
        _stand(place, root)
        (folder / "info" / "exclude").write_text(ignored, "utf-8")
        return None
    top, own, common, *_ = known.split("\n")
    _stand(place, type(root)(top))
    _borrow(place, type(root)(common), ignored)
    _take_index(place, type(root)(own))
    commit = asked(root, "rev-parse", "--verify", "--quiet", "HEAD^{commit}")
    branch = asked(root, "symbolic-ref", "--quiet", "--short", "HEAD")
    refs = refs_of(root)
    rows = [f"{name} {ref}" for ref, name in sorted(refs.items())]
    if commit:
        rows.append(f"{commit.strip()} refs/waggle/base")
    text = "".join(f"{row}\n" for row in rows)
    (folder / "packed-refs").write_text(text, "utf-8", "surrogateescape")
    return Found(commit.strip() if commit else None, branch.strip() if branch else None, refs)


def _make(folder: Path, config: str) -> None:
    """Make what git takes for a repository (gitrepository-layout), and keeps out of the user's."""
    for name in ("objects/info", "objects/pack", "refs", "info"):
        (folder / name).mkdir(parents=True)
    files = {"HEAD": "ref: refs/heads/none\n", "config": config, ".gitignore": "*\n"}
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8", "surrogateescape")


def _stand(place: Place, top: Path) -> None:
    """Remember where the work tree is, and by the way there whether all was moved."""
    (place.folder / "top").write_text(str(top), "utf-8", "surrogateescape")
    ways = (os.path.relpath(other, top) for other in place)
    (place.folder / WAYS).write_text("\n".join(ways), "utf-8", "surrogateescape")


def follow(place: Place, top: Path) -> bool:
    """Go on with a folder that was moved or copied with its work tree; False where it was not.

    `top` is where the work tree was. Where that still has this very folder, it is its base.
    """
    try:
        to_root, to_folder = (place.folder / WAYS).read_text("utf-8", "surrogateescape").split("\n")
        if os.path.lexists(top / to_folder) and (top / to_folder).samefile(place.folder):
            return False
        depth = 0 if to_root == "." else to_root.count("/") + 1
        now = place.root.parents[depth - 1] if depth else place.root
        if os.path.relpath(place.root, now) != to_root or not place.folder.samefile(
            now / to_folder
        ):
            return False
    except (OSError, ValueError, IndexError):
        return False
    common = asked(place.root, "rev-parse", "--path-format=absolute", "--git-common-dir")
    alternates = place.folder / "objects" / "info" / "alternates"
    if alternates.exists():
        if common is None:
            return False
        objects = f"{common.removesuffix(chr(10))}/objects\n"
        write_atomic(alternates, objects.encode("utf-8", "surrogateescape"))
    write_atomic(place.folder / "top", str(now).encode("utf-8", "surrogateescape"))
    return True


def refs_of(root: Path) -> dict[str, str]:
    """Return the branches and remote branches of the user's repository, with their commits."""
    words = ("--format=%(objectname) %(refname)", "refs/heads", "refs/remotes")
    rows = (asked(root, "for-each-ref", *words) or "").split("\n")
    pairs = (row.split(" ", 1) for row in rows if row)
    return {ref: name for name, ref in pairs if not ref.endswith("/HEAD")}


def _borrow(place: Place, common: Path, ignored: str) -> None:
    """Take over of the user's repository what its files mean."""
    folder = place.folder
    alternates = folder / "objects" / "info" / "alternates"
    alternates.write_text(f"{common / 'objects'}\n", "utf-8", "surrogateescape")
    with contextlib.suppress(OSError):
        ignored += (common / "info" / "exclude").read_text("utf-8", "surrogateescape")
    (folder / "info" / "exclude").write_text(ignored, "utf-8", "surrogateescape")
    with contextlib.suppress(OSError):
        rules = (common / "info" / "attributes").read_bytes()
        (folder / "info" / "attributes").write_bytes(rules)
    pattern = rf"^core\.({_SETTINGS})$"
    settings = asked(place.root, "config", "-z", "--get-regexp", pattern) or ""
    lines = []
    for row in settings.split("\0")[:-1]:
        name, _, value = row.partition("\n")
        if "\n" not in value and '"' not in value and "\\" not in value:
            lines.append(f'\t{name.removeprefix("core.")} = "{value}"\n')
    if lines:
        with (folder / "config").open("a", encoding="utf-8", errors="surrogateescape") as config:
            config.write("".join(["[core]\n", *lines]))


def _take_index(place: Place, own: Path) -> None:
    """Begin with the user's index, so that nothing is read which git knows to be unchanged."""
    index = place.folder / "index"
    if not (own / "index").is_file():
        return
    for shared in own.glob("sharedindex.*"):
        (place.folder / shared.name).write_bytes(shared.read_bytes())
    copy_index(own / "index", index)
    try:
        _forget_promises(place)
        _forget_filtered(place)
    except WaggleError:  # an index that this git does not read
        index.unlink(missing_ok=True)
        if asked(place.root, "rev-parse", "--verify", "--quiet", "HEAD^{tree}"):
            tree = (asked(place.root, "rev-parse", "HEAD^{tree}") or "").strip()
            place.run("read-tree", tree)
            _forget_filtered(place)
    for shared in place.folder.glob("sharedindex.*"):
        shared.unlink()


def _forget_promises(place: Place) -> None:
    """Take back what git was promised of files: that they are unchanged, or need not be there."""
    rows = place.run("ls-files", "-v", "-z", ":/").split("\0")[:-1]
    unchanged = [row[2:] for row in rows if row[0].islower()]
    skipped = [row[2:] for row in rows if row[0] in "Ss"]
    present = [file for file in skipped if os.path.lexists(place.root / file)]
    for word, files in (("--no-assume-unchanged", unchanged), ("--no-skip-worktree", present)):
        if files:
            names = "".join(f"{file}\0" for file in files)
            place.run("update-index", word, "-z", "--stdin", fed=names)
    if len(present) < len(skipped):
        (place.folder / SPARSE).touch()
    if list(place.folder.glob("sharedindex.*")):
        place.run("update-index", "--no-split-index", "--force-write-index")


def _forget_filtered(place: Place) -> None:
    """Drop the entries of files that a filter would change: they are read from the disk anew."""
    rules = place.run("ls-files", "-z", "--", f":(top,glob)**/{_ATTRIBUTES}").split("\0")[:-1]
    files = [place.root / rule for rule in rules]
    files.append(place.folder / "info" / "attributes")
    if not any(_speaks_of_filters(file) for file in files):
        return
    names = place.run("ls-files", "-z", ":/")
    fields = place.run("check-attr", "-z", "--stdin", "filter", fed=names).split("\0")
    paths, values = fields[::3], fields[2::3]
    filtered = [
        path
        for path, value in zip(paths, values, strict=False)
        if value not in {"unspecified", "unset"}
    ]
    names = "".join(f"{path}\0" for path in filtered)
    place.run("update-index", "--force-remove", "-z", "--stdin", fed=names)


def _speaks_of_filters(file: Path) -> bool:
    try:
        return file.is_file() and b"filter" in file.read_bytes()
    except OSError:
        return False
