"""The folder of ours beside the files that it is about, and how git is run between the two."""

from __future__ import annotations

import contextlib
import os
import subprocess
from typing import TYPE_CHECKING, NamedTuple

from sessions.errors import Damaged, WaggleError, shown
from sessions.git import OFF, environment

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

SECONDS = 120
TOO_LONG = -1
# Nothing but what the folder's own settings say: filters are programs.
_SEALED = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_ATTR_NOSYSTEM": "1",
    "LC_ALL": "C",
}

# An object that a power cut left empty would pass for one that is there, and never be written.
_WHOLE = ("-c", "core.fsync=loose-object,pack,pack-metadata")


class Place(NamedTuple):
    """The root that is looked at, and the folder of ours."""

    root: Path
    folder: Path

    @property
    def top(self) -> Path:
        """The top of the work tree, which the folder remembers; raises Damaged."""
        try:
            top = type(self.root)((self.folder / "top").read_text("utf-8", "surrogateescape"))
        except OSError:
            raise gone(self) from None
        if not top.is_absolute():
            raise gone(self)
        return top

    @property
    def objects(self) -> Path | None:
        """The user's folder of objects, None where there is no git."""
        try:
            text = (self.folder / "objects" / "info" / "alternates").read_text(
                "utf-8", "surrogateescape"
            )
        except OSError:
            return None
        return type(self.root)(text.removesuffix("\n"))

    def variables(self, index: Path | None = None) -> dict[str, str]:
        """Return what git's environment has to say."""
        objects = self.objects
        # Where the history of a shallow clone ends.
        shallow = {"GIT_SHALLOW_FILE": str(objects.parent / "shallow")} if objects else {}
        return {
            "GIT_DIR": str(self.folder),
            "GIT_WORK_TREE": str(self.top),
            "GIT_INDEX_FILE": str(index or self.folder / "index"),
            **shallow,
            **_SEALED,
        }

    def run(
        self,
        *words: str,
        index: Path | None = None,
        fed: str = "",
        allowed: Sequence[int] = (0,),
    ) -> str:
        """Return what git says; raises Damaged where it ends otherwise than is allowed."""
        code, out, err = self.tried(*words, index=index, fed=fed)
        if code not in allowed:
            raise unusable(self, words, err.strip().split("\n")[-1])
        return out

    def tried(
        self, *words: str, index: Path | None = None, fed: str = "", seconds: float | None = None
    ) -> tuple[int, str, str]:
        """Return git's exit code and what it says; raises Damaged where it cannot be run.

        The code is TOO_LONG where it took longer than the `seconds` that are given.
        """
        command = ["git", "--no-optional-locks", *OFF, *_WHOLE, *words]
        try:
            with as_private_as(self.folder):
                run = subprocess.run(  # noqa: S603 - fixed words
                    command,
                    cwd=self.root,
                    env=environment(()) | self.variables(index),
                    input=fed.encode("utf-8", "surrogateescape"),
                    capture_output=True,
                    timeout=seconds or SECONDS,
                    check=False,
                )
        except FileNotFoundError:
            raise Damaged(
                "git is not on the PATH: what is changed cannot be told",
                "Install git; a task of the kind analysis can do without.",
            ) from None
        except subprocess.TimeoutExpired:
            if seconds is not None:
                return TOO_LONG, "", ""
            raise unusable(self, words, f"no answer in {SECONDS} s") from None
        except OSError as error:
            raise unusable(self, words, error.strerror or type(error).__name__) from None
        out = run.stdout.decode("utf-8", "surrogateescape")
        return run.returncode, out, run.stderr.decode("utf-8", "surrogateescape")


@contextlib.contextmanager
def as_private_as(folder: Path) -> Iterator[None]:
    """Let nobody else look into what is made meanwhile, where nobody may look into the folder."""
    if folder.stat().st_mode & 0o077:
        yield
        return
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


def unusable(place: Place, words: Sequence[str], why: str) -> WaggleError:
    """Return the error that git's words make."""
    word = next(word for word in words if word[0] != "-" and "=" not in word)
    return Damaged(
        f"the files below {shown(place.root)} cannot be compared: git {word}: {shown(why)}",
        "Repair what git says and run it again; --setup --fresh records a new base.",
    )


def gone(place: Place) -> Damaged:
    """Return the error for a folder that is not whole."""
    return Damaged(
        f"what the work began with is gone: {shown(place.folder)}",
        "Nothing can be compared without it: --setup --fresh starts over.",
    )


def copy_index(source: Path, target: Path) -> None:
    """Copy an index with its time: by that, git tells a file that changed right after it."""
    target.write_bytes(source.read_bytes())
    times = source.stat()
    os.utime(target, ns=(times.st_atime_ns, times.st_mtime_ns))
