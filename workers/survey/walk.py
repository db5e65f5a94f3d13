"""Which files of a repository are its own source: not ignored, vendored, built or tests.

A folder's name alone leaves out only what is installed. Others may be source under such a name:
they are put aside, and read where git tracks them or where other code imports them (`asides`).
"""

from __future__ import annotations

import os
import re
import subprocess
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from sessions.errors import NotReadable
from sessions.files import read_regular
from sessions.location import SESSIONS
from sessions.patterns import lazy_pattern
from workers.repository.encoding import decode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

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
_INSTALLED = frozenset(
    "node_modules bower_components .git .hg .svn .venv venv .env .tox .nox __pycache__"
    " site-packages .next .nuxt .output .svelte-kit .yarn .pnpm-store .cache .mypy_cache"
    " .pytest_cache .ruff_cache .terraform".split()
)
_INSTALLATION = "packages that were installed"
# Folders whose names say what they mostly hold.
_ASIDE = {
    **dict.fromkeys("dist staticfiles".split(), "what a build made"),
    **dict.fromkeys("vendor third_party third-party".split(), "code of others"),
    **dict.fromkeys("build out".split(), "what a build made"),
    "vendors": "code of others",
    "env": _INSTALLATION,
    **dict.fromkeys(
        "test tests __tests__ __mocks__ spec specs e2e cypress playwright test_utils fixtures"
        " __fixtures__ testdata e2e-tests integration-tests storybook .storybook".split(),
        "tests and what they use",
    ),
}
ASIDE = frozenset(_ASIDE)
_NOT_OWN = ASIDE | _INSTALLED
_SOURCE_IF_TRACKED = frozenset("build out vendors env".split())
# Tracked as well, but mostly tests: source where nothing in the folder is named as a test.
_TESTS_OR_SOURCE = frozenset("test spec specs fixtures test_utils".split())
# What is opened to see whether it is a test: what readers know.
_CODE = tuple(".py .js .mjs .cjs .jsx .ts .mts .cts .tsx .sql .prisma".split())
_NAMED_AS_TEST = "named as a test, a story or a bundle"
_TEST_CODE = lazy_pattern(
    rb"\b(?:pytest|unittest|TestCase|supertest|vitest|jest|mocha|chai|assert\b)"
    rb"|^\s{0,8}(?:describe|it|test|context)(?:\.\w{1,9})?\(",
    re.MULTILINE,
)
_TEST_NAME = lazy_pattern(
    r"(?:^|/)(?:test_[^/]{1,200}\.py|[^/]{1,200}_tests?\.py|tests\.py|conftest\.py"
    r"|[^/]{1,200}[.-](?:test|spec|e2e-spec|e2e|stories|min|bundle)\.[cm]?[jt]sx?"
    r"|[^/]{1,200}(?:_test\.(?:go|exs?|rb|dart)|_spec\.rb|Tests?\.(?:java|kt|cs|php|scala|swift)))$"
)
# A file that is a route by its name and place: `app/api/test/route.ts` serves /api/test.
_ROUTE = lazy_pattern(
    r"(?:^|/)(?:app|src/api|src/routes)/(?:.*/)?(?:route\.[jt]sx?|\+(?:page\.)?server\.[jt]s)$"
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


class Listed(NamedTuple):
    """The files below a root: the repository's own, and those put aside with the reason."""

    own: list[str]
    aside: dict[str, str]


def listed(root: Path) -> Listed:
    """Return the files below a root, relative with `/`, sorted."""
    tracked = _listed_by_git(root)
    read_below = partial(read, root)
    if tracked is not None:
        return _sorted_out(tracked, read_below)
    return _sorted_out(dict.fromkeys(_walked(root), False), read_below)


def _sorted_out(tracked: Mapping[str, bool], read: Callable[[str], bytes | None]) -> Listed:
    """Tell what is a repository's own; of each file it is known whether git tracks it."""
    named = sorted(tracked)[:MOST_FILES]
    reasons = {file: reason for file in named if (reason := _why_aside(file))}
    for file in list(_tracked_as_source(reasons, tracked, read)):
        del reasons[file]
    installed = {file: _INSTALLATION for file in named if _is_installed(file)}
    own = [file for file in named if file not in reasons and file not in installed]
    return Listed([file for file in own if not _is_ours(file)], {**reasons, **installed})


def listed_of(tracked: Iterable[str], read: Callable[[str], bytes | None]) -> Listed:
    """Return the files that a revision tracks as `listed` returns those below a root."""
    return _sorted_out(dict.fromkeys(tracked, True), read)


def files(root: Path) -> list[str]:
    """Return the source files below a root, without those put aside."""
    return listed(root).own


def is_own(file: str) -> bool:
    """Tell whether a path below the root is source of the repository by its name."""
    return not (_why_aside(file) or _is_installed(file) or _is_ours(file))


def _is_installed(file: str) -> bool:
    return not _INSTALLED.isdisjoint(file.split("/")[:-1])


def _is_ours(file: str) -> bool:
    return f"{file}/".startswith(f"{SESSIONS}/")


def _why_aside(file: str) -> str | None:
    route = _ROUTE.search(file)
    folders = file[: route.start()].split("/") if route else file.split("/")[:-1]
    for folder in folders:
        if folder in _ASIDE:
            return _ASIDE[folder]
    return _NAMED_AS_TEST if _TEST_NAME.search(file) else None


def aside_folder(file: str) -> str:
    """Return the outermost folder that puts a file aside, "" where its own name does."""
    parts = file.split("/")[:-1]
    depth = next((depth for depth, name in enumerate(parts, 1) if name in _NOT_OWN), 0)
    return "/".join(parts[:depth])


def _tracked_as_source(
    reasons: Mapping[str, str],
    tracked: Mapping[str, bool],
    read: Callable[[str], bytes | None],
) -> Iterator[str]:
    """Yield what git tracks below a folder whose name alone speaks against it."""
    tests = {aside_folder(file) for file in reasons if _TEST_NAME.search(file)}
    for file in reasons:
        names = [name for name in file.split("/")[:-1] if name in _ASIDE]
        if not tracked[file] or len(names) != 1 or _TEST_NAME.search(file):
            continue
        may_be_source = names[0] in _TESTS_OR_SOURCE and aside_folder(file) not in tests
        if names[0] in _SOURCE_IF_TRACKED or (may_be_source and _is_code(file, read)):
            yield file


def _is_code(file: str, read: Callable[[str], bytes | None]) -> bool:
    """Tell whether a file is code that readers know, and no test by what it says."""
    source = read(file) if file.endswith(_CODE) else None
    return source is not None and _TEST_CODE.search(source) is None


def read(root: Path, file: str) -> bytes | None:
    """Return a file of the repository, None if it is no regular file or too large to be source."""
    try:
        return readable(read_regular(root / file, FILE_BYTES))
    except (OSError, NotReadable, ValueError):
        return None


def readable(data: bytes) -> bytes:
    """Return a content as readers see it, in UTF-8 and with line feeds.

    What is UTF-16, as scripts of SQL Server are, or has no line feed at all is turned into that,
    with the same lines.
    """
    if b"\0" in data[:_LOOKED_AT] or data.startswith(_WIDE_MARKS):
        text = decode(data)
        data = text[0].encode("utf-8", "replace") if text is not None else data
    return data if b"\n" in data or b"\r" not in data else data.replace(b"\r", b"\n")


def _listed_by_git(root: Path) -> dict[str, bool] | None:
    """Ask git what is not ignored, each with whether it is tracked; None without a repository."""
    if not (root / ".git").exists():
        return None
    command = [
        *_GIT,
        "-C",
        str(root),
        "ls-files",
        "-t",
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
        answer = _answer(asked, root)
    if answer is None:
        return None
    rows = answer.decode("utf-8", "surrogateescape").split("\0")[:-1]
    return {row[2:]: row[:1] != "?" for row in rows}


def _answer(asked: subprocess.Popen[bytes], root: Path) -> bytes | None:
    """Return what git wrote, None where it fails or waits: it opens a pipe called .gitignore."""
    for seconds in (_PATIENCE_SECONDS, _GIT_SECONDS):
        try:
            answer, _ = asked.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            if _waits_for_a_pipe(root):
                break
        except BaseException:
            asked.kill()
            raise
        else:
            return None if asked.returncode else answer
    asked.kill()
    return None


def _waits_for_a_pipe(root: Path) -> bool:
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name not in _INSTALLED]
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
            name for name in set(folders) - _INSTALLED if not _matches(f"{prefix}{name}/", above)
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
