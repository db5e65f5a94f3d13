"""What git says of a repository, asked so that nothing the repository configures is run."""

from __future__ import annotations

import os
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from sessions.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from pathlib import Path

_SECONDS = 10
# Monitors, hooks and external diffs are programs; a repository's own configuration may name any.
OFF = (
    *("-c", "core.fsmonitor=false"),
    *("-c", "core.hooksPath=/dev/null"),
    *("-c", "diff.external="),
    *("-c", "core.pager=cat"),
)
_ENTRY = lazy_pattern(
    r"([^\0]+)\0  ctime: ([0-9:]+)\n  mtime: ([0-9:]+)\n  dev: [0-9]+\tino: ([0-9]+)\n"
    r"  uid: [0-9]+\tgid: [0-9]+\n  size: ([0-9]+)\tflags: [0-9a-f]+\n"
)


def head(root: Path) -> tuple[str | None, bool | None]:
    """Return the commit that is checked out and whether tracked files differ from it.

    None is unknown: no repository, no commit, no git, or no answer in time.
    """
    commit = asked(root, "rev-parse", "--verify", "--quiet", "HEAD^{commit}")
    if commit is None:
        return None, None
    # The clean filters of .gitattributes are programs too, and status runs them.
    drivers = asked(root, "config", "--list", "--show-scope", "--name-only", "-z")
    if drivers is None:
        return commit.strip() or None, None
    if would_wait(root / ".gitattributes"):
        return commit.strip() or None, None
    words = drivers.split("\0")
    filters = [
        name
        for scope, name in zip(words[::2], words[1::2], strict=False)
        if scope in {"local", "worktree"} and name.startswith("filter.")
    ]
    changed = asked(
        root,
        "status",
        "--porcelain",
        "--untracked-files=no",
        "--ignore-submodules=all",
        unset=filters,
    )
    return commit.strip() or None, None if changed is None else bool(changed.strip())


def origin(root: Path) -> str:
    """Return the address of the remote `origin` as it was written, "" where there is none."""
    return (asked(root, "config", "--get", "remote.origin.url") or "").strip()


def prefix(root: Path) -> str:
    """Return where a root is in its repository, with a / at its end; "" at the top."""
    return (asked(root, "rev-parse", "--show-prefix") or "").removesuffix("\n")


def is_elsewhere(root: Path, commit: str) -> bool:
    """Return whether a remote has a commit, as far as is known here; True where nobody can say."""
    known = asked(root, "for-each-ref", "--count=1", "refs/remotes")
    if not known:
        return True
    words = ("for-each-ref", "--count=1", f"--contains={commit}", "refs/remotes", "refs/tags")
    return asked(root, *words) != ""


def is_ignored(root: Path, path: str) -> bool:
    """Return whether git ignores a path below a root; False where nobody can say."""
    if any(would_wait(folder / ".gitignore") for folder in (root / path).parents):
        return False
    return asked(root, "check-ignore", "--quiet", "--no-index", path) is not None


def ignored(root: Path, paths: Sequence[str]) -> frozenset[str]:
    """Return those of some paths below a root that git ignores; none where nobody can say."""
    folders = {folder for path in paths for folder in (root / path).parents}
    if not paths or any(would_wait(folder / ".gitignore") for folder in folders):
        return frozenset()
    listed = "\0".join(paths).encode("utf-8", "surrogateescape")
    answer = asked(root, "check-ignore", "--stdin", "-z", data=listed) or ""
    return frozenset(filter(None, answer.split("\0")))


def at_head(root: Path, name: str, most: int) -> tuple[bool, bytes | None]:
    """Return whether there is a commit, and a file below a root as that commit has it.

    None is a file that the commit has not, or one of more than `most` bytes. A blob is read as it
    is: no filter runs.
    """
    row = asked(root, "ls-tree", "--long", "HEAD", f"./{name}")
    if row is None:
        return False, None
    _, kind, _, size, *_ = row.split() or [""] * 4
    if kind != "blob" or int(size) > most:
        return True, None
    text = asked(root, "cat-file", "blob", f"HEAD:./{name}")
    return True, None if text is None else text.encode("utf-8", "surrogateescape")


class Blob(NamedTuple):
    """A file of a revision: its path below a root, the name of its content, git's mode for it."""

    path: str
    name: str
    mode: str = "100644"


def commit_of(root: Path, revision: str) -> str | None:
    """Return the commit that a revision means, None if it is none."""
    answer = asked(
        root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"
    )
    return answer.strip() if answer else None


def blobs_at(root: Path, commit: str) -> list[Blob] | None:
    """Return the regular files that a commit has below a root; None if git cannot say."""
    answer = asked(root, "ls-tree", "-r", "-z", commit)
    if answer is None:
        return None
    listed: list[Blob] = []
    for row in answer.split("\0")[:-1]:
        head_of_row, _, path = row.partition("\t")
        mode, kind, name = head_of_row.split()
        if kind == "blob" and mode.startswith("100"):  # no links, no submodules
            listed.append(Blob(path, name, mode))
    return listed


@contextmanager
def contents(
    root: Path, variables: Mapping[str, str] | None = None
) -> Iterator[Callable[[str], bytes | None]]:
    """Offer to read blobs by their names, as they are: no filter runs, nothing is fetched."""
    command = ["git", "--no-optional-locks", *OFF, "cat-file", "--batch"]
    with subprocess.Popen(  # noqa: S603 - fixed words
        command,
        cwd=root,
        env=environment(()) | dict(variables or {}),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        questions, answers = process.stdin, process.stdout

        def read(name: str) -> bytes | None:
            if questions is None or answers is None:
                return None
            try:
                questions.write(f"{name}\n".encode())
                questions.flush()
            except BrokenPipeError:
                return None
            words = answers.readline().split()
            if len(words) != len(("name", "kind", "size")):
                return None
            size = int(words[2])
            data = answers.read(size + 1)  # shorter where git is killed meanwhile
            return data[:-1] if len(data) == size + 1 else None

        try:
            yield read
        finally:
            process.kill()


def checked_out(root: Path, commit: str, paths: Collection[str]) -> set[str]:
    """Return those files below a root that git wrote there as a commit has them, untouched since.

    By the index alone: no file is read, no filter runs. Paths are relative to the root.
    """
    wanted = [f":(literal){path}" for path in sorted(paths)]
    if not wanted:
        return set()
    words = ("diff-index", "--cached", "--relative", "--name-only", "-z", "--no-renames", commit)
    otherwise = asked(root, *words, "--", *wanted)
    listed = asked(root, "ls-files", "--debug", "-z", "--", *wanted)
    if otherwise is None or listed is None:
        return set()
    fresh = set()
    # A path with a zero, then lines of what git saw of the file.
    pieces = _ENTRY.findall(listed)
    for path, ctime, mtime, inode, size in pieces:
        try:
            about = (root / path).lstat()
        except OSError:
            continue
        seen = (_nanoseconds(ctime), _nanoseconds(mtime), int(inode), int(size))
        if seen == (about.st_ctime_ns, about.st_mtime_ns, about.st_ino & 2**32 - 1, about.st_size):
            fresh.add(path)
    return fresh & set(paths) - set(otherwise.split("\0"))


def _nanoseconds(text: str) -> int:
    seconds, _, rest = text.partition(":")
    return int(seconds) * 10**9 + int(rest)


def would_wait(file: Path) -> bool:
    """Tell whether git would wait for what it reads its rules from: a pipe that nobody writes."""
    return file.exists() and not file.is_file()


def asked(root: Path, *words: str, unset: Sequence[str] = (), data: bytes = b"") -> str | None:
    """Return what git answers below a root, None where it fails or takes too long."""
    command = ["git", "--no-optional-locks", *OFF, *words]
    try:
        run = subprocess.run(  # noqa: S603 - fixed words
            command,
            cwd=root,
            env=environment(unset),
            input=data,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None
    return run.stdout.decode("utf-8", "surrogateescape") if run.returncode == 0 else None


def environment(unset: Sequence[str]) -> dict[str, str]:
    """Return an environment in which git asks about this folder, fetches nothing, runs nothing.

    Settings are emptied here and not by `-c`, which ends a name at its first `=`.
    """
    variables = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    # A missing object of a partial clone is fetched, by a program that the repository names.
    variables |= {
        "GIT_ALLOW_PROTOCOL": "none",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_TERMINAL_PROMPT": "0",
    }
    variables["GIT_CONFIG_COUNT"] = str(len(unset))
    for number, name in enumerate(unset):
        variables |= {f"GIT_CONFIG_KEY_{number}": name, f"GIT_CONFIG_VALUE_{number}": ""}
    return variables
