"""Which files of a repository are its own source: not ignored, vendored, built or tests."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from sessions.errors import NotReadable
from sessions.files import read_regular
from sessions.location import SESSIONS
from sessions.patterns import lazy_pattern
from workers.repository.encoding import decode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pathspec import GitIgnoreSpec

FILE_BYTES = 2 * 1024 * 1024
MOST_FILES = 200_000
_LOOKED_AT = 1024
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")
_GIT_SECONDS = 30
# So long git may think before it is asked whether a pipe in the tree holds it up.
_PATIENCE_SECONDS = 3
_IGNORE_BYTES = 1024 * 1024
# By path below the root: the root itself may well lie under one of these names.
_LEFT_OUT = frozenset(
    "node_modules bower_components .git .hg .svn .venv venv .env .tox .nox __pycache__"
    " site-packages"
    " dist build out .next .nuxt .output .svelte-kit vendor vendors third_party"
    " third-party .yarn .pnpm-store .cache .mypy_cache .pytest_cache .ruff_cache .terraform"
    " staticfiles test tests __tests__ __mocks__ spec specs e2e cypress playwright"
    " test_utils fixtures __fixtures__ testdata e2e-tests integration-tests storybook"
    " .storybook".split()
)
_TEST_NAME = lazy_pattern(
    r"(?:^|/)(?:test_[^/]{1,200}\.py|[^/]{1,200}_tests?\.py|tests\.py|conftest\.py"
    r"|[^/]{1,200}[.-](?:test|spec|e2e-spec|e2e|stories|min|bundle)\.[cm]?[jt]sx?)$"
)
# What a repository may configure to run when git looks at it, switched off.
_GIT = (
    "git",
    "--no-optional-locks",
    "-c", "core.fsmonitor=false",
    "-c", "core.hooksPath=/dev/null",
    "-c", "core.untrackedCache=false",
    "-c", "submodule.recurse=false",
)  # fmt: skip


def files(root: Path) -> list[str]:
    """Return the source files below a root, relative with `/`, sorted."""
    listed = _listed_by_git(root)
    own_and_others = listed if listed is not None else _walked(root)
    return sorted({file for file in own_and_others if is_own(file)})[:MOST_FILES]


def is_own(file: str) -> bool:
    """Tell whether a path below the root is source of the repository by its name."""
    folders = file.split("/")[:-1]
    if not _LEFT_OUT.isdisjoint(folders) or _TEST_NAME.search(file):
        return False
    return not f"{file}/".startswith(f"{SESSIONS}/")


def read(root: Path, file: str) -> bytes | None:
    """Return a file of the repository, None if it is no regular file or too large to be source.

    Readers see UTF-8 and line feeds: what is UTF-16, as scripts of SQL Server are, or has no line
    feed at all is turned into that, with the same lines.
    """
    try:
        data = read_regular(root / file, FILE_BYTES)
    except (OSError, NotReadable, ValueError):
        return None
    if b"\0" in data[:_LOOKED_AT] or data.startswith(_WIDE_MARKS):
        text = decode(data)
        data = text[0].encode("utf-8", "replace") if text is not None else data
    return data if b"\n" in data or b"\r" not in data else data.replace(b"\r", b"\n")


def _listed_by_git(root: Path) -> Iterable[str] | None:
    """Ask git what is tracked or new and not ignored; None where there is no repository."""
    if not (root / ".git").exists():
        return None
    command = [
        *_GIT,
        "-C",
        str(root),
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
    ]
    clean = {key: text for key, text in os.environ.items() if not key.startswith("GIT_")}
    try:
        asked = subprocess.Popen(  # noqa: S603  # no shell, and nothing of the repository's is an option
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**clean, "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"},
        )
    except OSError:
        return None
    with asked:
        listed = _answer(asked, root)
    return (
        listed.decode("utf-8", "surrogateescape").split("\0")[:-1] if listed is not None else None
    )


def _answer(asked: subprocess.Popen[bytes], root: Path) -> bytes | None:
    """Return what git wrote, None where it fails or waits: it opens a pipe called .gitignore."""
    for seconds in (_PATIENCE_SECONDS, _GIT_SECONDS):
        try:
            listed, _ = asked.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            if _waits_for_a_pipe(root):
                break
        except BaseException:
            asked.kill()
            raise
        else:
            return None if asked.returncode else listed
    asked.kill()
    return None


def _waits_for_a_pipe(root: Path) -> bool:
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name not in _LEFT_OUT]
        if ".gitignore" in names and not Path(folder, ".gitignore").is_file():
            return True
    exclude = root / ".git" / "info" / "exclude"
    return exclude.exists() and not exclude.is_file()


def _walked(root: Path) -> Iterator[str]:
    """Walk the tree as git would, by its .gitignore files."""
    specs: dict[str, GitIgnoreSpec] = {}
    count = 0
    for folder, folders, names in os.walk(root):
        inside = os.path.relpath(folder, root).replace(os.sep, "/")
        prefix = "" if inside == "." else f"{inside}/"
        if ".gitignore" in names and (lines := _ignored(Path(folder, ".gitignore"))):
            specs[prefix] = _spec(lines)
        above = [(at, spec) for at, spec in specs.items() if prefix.startswith(at)]
        folders[:] = sorted(
            name for name in set(folders) - _LEFT_OUT if not _matches(f"{prefix}{name}/", above)
        )
        for name in sorted(names):
            if not _matches(f"{prefix}{name}", above):
                yield f"{prefix}{name}"
                count += 1
        if count > MOST_FILES:
            return


def _spec(lines: list[str]) -> GitIgnoreSpec:
    """Return the patterns of a .gitignore; git passes over a line that is none, as a lone `!`."""
    from pathspec import GitIgnoreSpec

    try:
        return GitIgnoreSpec.from_lines(lines)
    except ValueError:
        return GitIgnoreSpec.from_lines(line for line in lines if _is_pattern(line))


def _is_pattern(line: str) -> bool:
    from pathspec import GitIgnoreSpec

    try:
        GitIgnoreSpec.from_lines([line])
    except ValueError:
        return False
    return True


def _matches(path: str, above: list[tuple[str, GitIgnoreSpec]]) -> bool:
    return any(spec.match_file(path[len(at) :]) for at, spec in above)


def _ignored(file: Path) -> list[str]:
    try:
        return read_regular(file, _IGNORE_BYTES).decode("utf-8", "replace").splitlines()
    except (OSError, NotReadable):
        return []
