"""Which files of a repository are its own source: not ignored, vendored, built or tests."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from sessions.errors import NotReadable
from sessions.files import read_regular
from sessions.location import SESSIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pathspec import GitIgnoreSpec

FILE_BYTES = 2 * 1024 * 1024
MOST_FILES = 200_000
_GIT_SECONDS = 30
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
_TEST_NAME = re.compile(
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
    found = listed if listed is not None else _walked(root)
    return sorted({file for file in found if is_own(file)})[:MOST_FILES]


def is_own(file: str) -> bool:
    """Tell whether a path below the root is source of the repository by its name."""
    folders = file.split("/")[:-1]
    if not _LEFT_OUT.isdisjoint(folders) or _TEST_NAME.search(file):
        return False
    return not f"{file}/".startswith(f"{SESSIONS}/")


def read(root: Path, file: str) -> bytes | None:
    """Return a file of the repository, None if it is no regular file or too large to be source."""
    try:
        return read_regular(root / file, FILE_BYTES)
    except (OSError, NotReadable, ValueError):
        return None


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
        run = subprocess.run(  # noqa: S603  # no shell, and nothing of the repository's is an option
            command,
            capture_output=True,
            check=False,
            timeout=_GIT_SECONDS,
            env={**clean, "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"},
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return (
        run.stdout.decode("utf-8", "surrogateescape").split("\0")[:-1]
        if not run.returncode
        else None
    )


def _walked(root: Path) -> Iterator[str]:
    """Walk the tree as git would, by its .gitignore files."""
    specs: dict[str, GitIgnoreSpec] = {}
    count = 0
    for folder, folders, names in os.walk(root):
        inside = os.path.relpath(folder, root).replace(os.sep, "/")
        prefix = "" if inside == "." else f"{inside}/"
        if ".gitignore" in names and (lines := _ignored(Path(folder, ".gitignore"))):
            from pathspec import GitIgnoreSpec

            specs[prefix] = GitIgnoreSpec.from_lines(lines)
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


def _matches(path: str, above: list[tuple[str, GitIgnoreSpec]]) -> bool:
    return any(spec.match_file(path[len(at) :]) for at, spec in above)


def _ignored(file: Path) -> list[str]:
    try:
        with file.open(encoding="utf-8", errors="replace") as opened:
            return opened.read(100_000).splitlines()
    except OSError:
        return []
