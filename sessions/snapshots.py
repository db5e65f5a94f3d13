"""Trees of a working tree as it is, made by git in a folder of ours: the user's git stays as it is.

The folder is a bare repository that borrows the user's objects. Its work tree is the user's; index,
objects and settings are its own. Of the user's settings it has only those that say how a file
becomes a blob. No filter, hook or monitor is known there, so none can run. A file for which the
attributes name a filter is kept as it lies on the disk.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from typing import TYPE_CHECKING, NamedTuple

from sessions.errors import Damaged, WaggleError, shown
from sessions.git import Blob, asked, contents, environment

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

SECONDS = 120
REFS_TOLD = 200
# Never part of a tree: what we write ourselves, and what tools leave where nothing ignores it.
_OWN = "Docs/hive-mind"
BY_PRODUCTS = (
    *("__pycache__/", "*.pyc", ".pytest_cache/", ".mypy_cache/", ".ruff_cache/", ".hypothesis/"),
    *(".coverage", ".coverage.*", "htmlcov/", ".tox/", ".nox/", "*.egg-info/", ".eggs/"),
    *("node_modules/", ".nyc_output/", ".turbo/", ".parcel-cache/", "*.tsbuildinfo"),
    *(".venv/", ".gradle/", ".DS_Store", "Thumbs.db", ".idea/", "*.swp", "*~", ".waggle*.tmp"),
)
_ATTRIBUTES = ".gitattributes"
# How a file becomes a blob, and what is ignored.
_SETTINGS = "autocrlf|eol|filemode|ignorecase|symlinks|precomposeunicode|excludesfile"
_FORMER_NAME = ("R", "C")
_LINK, _SUBMODULE = "120000", "160000"


class Base(NamedTuple):
    """What the work began with; `vcs` is null where there is no repository of the user's.

    `tree` names the content in the folder of the snapshots; `refs` are at most REFS_TOLD.
    """

    vcs: str | None
    commit: str | None
    tree: str
    branch: str | None
    refs: dict[str, str]


class Change(NamedTuple):
    """A difference between two trees: `added`, `modified`, `deleted` or `renamed` (`former`)."""

    path: str
    kind: str
    former: str | None = None


class Lines(NamedTuple):
    """Which lines of a file differ: ranges from 1, both ends included, in the new and the old."""

    now: tuple[tuple[int, int], ...]
    before: tuple[tuple[int, int], ...]


class Snapshots(NamedTuple):
    """The trees of a root; paths are relative to it, with slashes."""

    root: Path
    folder: Path

    @property
    def top(self) -> Path:
        """Return the top of the work tree, the root itself where there is no git."""
        return _top(self)

    def take(self) -> str:
        """Return the name of the tree of the files as they are now; raises WaggleError."""
        index = self.folder / f".index.{os.getpid()}.tmp"
        try:
            return self._tree_by(index)
        finally:
            for file in (index, index.with_name(f"{index.name}.lock")):
                file.unlink(missing_ok=True)

    def _tree_by(self, index: Path) -> str:
        kept = self.folder / "index"
        if kept.exists():
            _copy_index(kept, index)
        words = ["add", "--all", "--ignore-errors", "--", ":/", *self._apart()]
        # It ends with 1 where a file cannot be read: that file is not part of the tree.
        self._run(*words, index=index, allowed=(0, 1))
        tree = self._run("write-tree", index=index).strip()
        if not kept.exists():
            index.replace(kept)
        return tree

    def _apart(self) -> list[str]:
        return [f":(exclude){_OWN}"]

    def blobs(self, tree: str) -> dict[str, Blob]:
        """Return the files of a tree by their paths; links and submodules are among them."""
        listed: dict[str, Blob] = {}
        for row in self._run("ls-tree", "-r", "-z", tree).split("\0")[:-1]:
            about, _, path = row.partition("\t")
            mode, _, name = about.split()
            listed[path] = Blob(path, name, mode)
        return listed

    def read(self, tree: str, path: str) -> bytes | None:
        """Return a file of a tree, None if it has none or it is no file."""
        row = self._run("ls-tree", "-z", tree, "--", f"./{path}").rstrip("\0")
        about, _, _ = row.partition("\t")
        if not about or about.split()[1] != "blob":
            return None
        with self.contents() as content:
            return content(about.split()[2])

    def contents(self) -> AbstractContextManager[Callable[[str], bytes | None]]:
        """Offer to read blobs by their names."""
        return contents(self.root, self._variables())

    def changes(self, old: str, new: str) -> list[Change]:
        """Return what differs between two trees below the root, renames found by likeness."""
        words = ("diff-tree", "-r", "-z", "-M", "--relative", "--name-status", old, new)
        fields = iter(self._run(*words, "--", *self._within()).split("\0")[:-1])
        kinds = {"A": "added", "D": "deleted", "M": "modified", "T": "modified"}
        found = []
        for status in fields:
            first = next(fields)
            if status.startswith(_FORMER_NAME):
                found.append(Change(next(fields), "renamed", first))
            else:
                found.append(Change(first, kinds.get(status[:1], "modified")))
        return found

    def _within(self) -> list[str]:
        return [".", *self._apart()]

    def lines(self, old: str, new: str, path: str, former: str | None = None) -> Lines:
        """Return which lines of a file differ between two trees."""
        words = ("diff", "--no-ext-diff", "--no-textconv", "--text", "--unified=0", "--no-color")
        if former is not None and former != path:
            diff = self._run(*words, f"{old}:./{former}", f"{new}:./{path}", "--", allowed=(0, 1))
        else:  # also where one of the two has no such file
            diff = self._run(*words, "--no-renames", old, new, "--", f":(literal){path}")
        now, before = [], []
        for line in diff.split("\n"):
            if line.startswith("@@ "):
                _, old_range, new_range, *_ = line.split(" ")
                before += _range(old_range)
                now += _range(new_range)
        return Lines(tuple(now), tuple(before))

    def new_commit(self, name: str) -> str | None:
        """Return the subject of a commit that was made since the base, None for no such one."""
        words = ("log", "--max-count=1", "--format=%s", f"{name}^{{commit}}", "--not", "--all")
        try:
            subject = self._run(*words)
        except WaggleError:  # no commit of that name
            return None
        return subject.rstrip("\n") if subject else None

    def touched(self, commit: str, apart: Container[str]) -> set[str]:
        """Return the files that commits up to one touched which no branch had at the base.

        Not those of commits that are `apart`, nor what these touched as well.
        """
        words = ("log", "--format=%x01%H", "--name-only", "--no-renames", "-c", "-z", "--relative")
        log = self._run(*words, commit, "--not", "--all", "--", *self._within())
        by_others: set[str] = set()
        by_us: set[str] = set()
        for part in log.split("\x01")[1:]:
            name, *files = (field.strip("\n") for field in part.split("\0"))
            (by_us if name in apart else by_others).update(filter(None, files))
        return by_others - by_us

    def check_out(self, tree: str, into: Path) -> None:
        """Write the files of a tree into a folder that is empty; raises WaggleError."""
        index = self.folder / f".checkout.{os.getpid()}.tmp"
        try:
            self._run("read-tree", f"--index-output={index}", tree, index=index)
            words = ("checkout-index", "--all", "--force", "--quiet", f"--prefix={into}/")
            self._run(*words, index=index)
        finally:
            for file in (index, index.with_name(f"{index.name}.lock")):
                file.unlink(missing_ok=True)

    def _variables(self, index: Path | None = None) -> dict[str, str]:
        return {
            "GIT_DIR": str(self.folder),
            "GIT_WORK_TREE": str(_top(self)),
            "GIT_INDEX_FILE": str(index or self.folder / "index"),
            # Nothing but what the folder's own settings say: filters are programs.
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_ATTR_NOSYSTEM": "1",
        }

    def _run(
        self,
        *words: str,
        index: Path | None = None,
        given: str | None = None,
        allowed: Sequence[int] = (0,),
    ) -> str:
        command = ["git", "--no-optional-locks", *words]
        try:
            run = subprocess.run(  # noqa: S603 - fixed words
                command,
                cwd=self.root,
                env=environment(()) | self._variables(index),
                input=(given or "").encode("utf-8", "surrogateescape"),
                capture_output=True,
                timeout=SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise _unusable(self, words[0], type(error).__name__) from None
        if run.returncode not in allowed:
            said = run.stderr.decode("utf-8", "replace").strip().split("\n")[-1]
            raise _unusable(self, words[0], said)
        return run.stdout.decode("utf-8", "surrogateescape")


def _unusable(snapshots: Snapshots, word: str, why: str) -> WaggleError:
    return Damaged(
        f"the files below {shown(snapshots.root)} cannot be compared: git {word}: {shown(why)}",
        "Repair what git says and run it again; --setup --fresh records a new base.",
    )


def _range(text: str) -> list[tuple[int, int]]:
    """Return a range of a diff's `@@` line, none where no line is."""
    first, _, count = text[1:].partition(",")
    length = int(count) if count else 1
    return [(int(first), int(first) + length - 1)] if length else []


def _top(snapshots: Snapshots) -> Path:
    """Return the top of the work tree, which the folder remembers."""
    try:
        return type(snapshots.root)((snapshots.folder / "top").read_text("utf-8"))
    except OSError:
        raise _gone(snapshots) from None


def _gone(snapshots: Snapshots) -> Damaged:
    return Damaged(
        f"what the work began with is gone: {shown(snapshots.folder)}",
        "Nothing can be compared without it: --setup --fresh begins anew.",
    )


def opened(root: Path, folder: Path) -> Snapshots:
    """Return the snapshots of a folder that `begin` made; raises Damaged where it is gone."""
    snapshots = Snapshots(root, folder)
    if not (folder / "objects").is_dir() or not (folder / "top").is_file():
        raise _gone(snapshots)
    return snapshots


def begin(root: Path, folder: Path) -> tuple[Snapshots, Base]:
    """Make the folder anew, and record the files as they are: the base of what is to be done.

    Raises Damaged where git is not there or cannot read the files.
    """
    if os.path.lexists(folder):
        shutil.rmtree(folder)
    known = asked(root, "rev-parse", "--path-format=absolute", *_PLACES)
    snapshots = Snapshots(root, folder)
    is_sha256 = bool(known) and str(known).rstrip().endswith("sha256")
    _lay_out(folder, root, _SHA256 if is_sha256 else _SHA1)
    ignored = "\n".join([*BY_PRODUCTS, ""])
    if known is None:
        (folder / "info" / "exclude").write_text(ignored, "utf-8")
        return snapshots, Base(None, None, snapshots.take(), None, {})
    top, own, common, *_ = known.split("\n")
    _borrow(snapshots, type(root)(top), type(root)(own), type(root)(common), ignored)
    commit = asked(root, "rev-parse", "--verify", "--quiet", "HEAD^{commit}")
    branch = asked(root, "symbolic-ref", "--quiet", "--short", "HEAD")
    refs = refs_of(root)
    rows = [f"{name} {ref}" for ref, name in sorted(refs.items())]
    if commit:
        rows.append(f"{commit.strip()} refs/waggle/base")
    (folder / "packed-refs").write_text("".join(f"{row}\n" for row in rows), "utf-8")
    told = dict(sorted(refs.items())[:REFS_TOLD])
    known_commit = commit.strip() if commit else None
    known_branch = branch.strip() if branch else None
    return snapshots, Base("git", known_commit, snapshots.take(), known_branch, told)


_SHA1 = "[core]\n\trepositoryformatversion = 0\n\tbare = true\n"
_SHA256 = (
    "[core]\n\trepositoryformatversion = 1\n\tbare = true\n[extensions]\n\tobjectformat = sha256\n"
)


def _lay_out(folder: Path, root: Path, config: str) -> None:
    """Make what git takes for a repository (gitrepository-layout), and keeps out of the user's."""
    for name in ("objects/info", "objects/pack", "refs", "info"):
        (folder / name).mkdir(parents=True)
    files = {"HEAD": "ref: refs/heads/none\n", "config": config, ".gitignore": "*\n"}
    for name, text in {**files, "top": str(root)}.items():
        (folder / name).write_text(text, "utf-8")


_PLACES = ("--show-toplevel", "--absolute-git-dir", "--git-common-dir", "--show-object-format")


def refs_of(root: Path) -> dict[str, str]:
    """Return the branches and remote branches of the user's repository, with their commits."""
    words = ("--format=%(objectname) %(refname)", "refs/heads", "refs/remotes")
    rows = (asked(root, "for-each-ref", *words) or "").split("\n")
    pairs = (row.split(" ", 1) for row in rows if row)
    return {ref: name for name, ref in pairs if not ref.endswith("/HEAD")}


def _borrow(snapshots: Snapshots, top: Path, own: Path, common: Path, ignored: str) -> None:
    """Take over of the user's repository what its files mean, and its index to begin with."""
    folder = snapshots.folder
    (folder / "top").write_text(str(top), "utf-8")
    (folder / "objects" / "info" / "alternates").write_text(f"{common / 'objects'}\n", "utf-8")
    with contextlib.suppress(OSError):
        ignored += (common / "info" / "exclude").read_text("utf-8", "surrogateescape")
    (folder / "info" / "exclude").write_text(ignored, "utf-8", "surrogateescape")
    with contextlib.suppress(OSError):
        shutil.copyfile(common / "info" / "attributes", folder / "info" / "attributes")
    settings = (
        asked(snapshots.root, "config", "-z", "--get-regexp", rf"^core\.({_SETTINGS})$") or ""
    )
    lines = []
    for row in settings.split("\0")[:-1]:
        name, _, value = row.partition("\n")
        if "\n" not in value and '"' not in value and "\\" not in value:
            lines.append(f'\t{name.removeprefix("core.")} = "{value}"\n')
    if lines:
        with (folder / "config").open("a", encoding="utf-8", errors="surrogateescape") as config:
            config.write("".join(["[core]\n", *lines]))
    if (own / "index").is_file():
        _copy_index(own / "index", folder / "index")
        try:
            _forget_promises(snapshots)
            _forget_filtered(snapshots)
        except WaggleError:  # an index of a kind that lives in several files
            (folder / "index").unlink()
            if asked(snapshots.root, "rev-parse", "--verify", "--quiet", "HEAD^{tree}"):
                tree = (asked(snapshots.root, "rev-parse", "HEAD^{tree}") or "").strip()
                snapshots._run("read-tree", tree)  # noqa: SLF001
                _forget_filtered(snapshots)


def _copy_index(source: Path, target: Path) -> None:
    """Copy an index with its time: by that, git tells a file that changed right after it."""
    shutil.copyfile(source, target)
    times = source.stat()
    os.utime(target, ns=(times.st_atime_ns, times.st_mtime_ns))


def _forget_promises(snapshots: Snapshots) -> None:
    """Take back what git was promised of files: that they are unchanged, or need not be there."""
    run = snapshots._run  # noqa: SLF001
    rows = run("ls-files", "-v", "-z", ":/").split("\0")[:-1]
    unchanged = [row[2:] for row in rows if row[0].islower()]
    skipped = [row[2:] for row in rows if row[0] in "Ss"]
    absent = [file for file in skipped if os.path.lexists(snapshots.root / file)]
    for word, files in (("--no-assume-unchanged", unchanged), ("--no-skip-worktree", absent)):
        if files:
            given = "".join(f"{file}\0" for file in files)
            run("update-index", word, "-z", "--stdin", given=given)


def _forget_filtered(snapshots: Snapshots) -> None:
    """Drop the entries of files that a filter would change: they are read from the disk anew."""
    run = snapshots._run  # noqa: SLF001
    rules = run("ls-files", "-z", "--", f":(top,glob)**/{_ATTRIBUTES}").split("\0")[:-1]
    files = [snapshots.root / rule for rule in rules]
    files.append(snapshots.folder / "info" / "attributes")
    if not any(_speaks_of_filters(file) for file in files):
        return
    names = run("ls-files", "-z", ":/")
    fields = run("check-attr", "-z", "--stdin", "filter", given=names).split("\0")
    paths, values = fields[::3], fields[2::3]
    filtered = [
        path
        for path, value in zip(paths, values, strict=False)
        if value not in {"unspecified", "unset"}
    ]
    given = "".join(f"{path}\0" for path in filtered)
    run("update-index", "--force-remove", "-z", "--stdin", given=given)


def _speaks_of_filters(file: Path) -> bool:
    try:
        return file.is_file() and b"filter" in file.read_bytes()
    except OSError:
        return False
