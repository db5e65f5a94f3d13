"""Whether this installation works here: one row for each thing that commands need.

Nothing is asked over a network, and nothing is left behind: writing and locking are tried in a
hidden folder that is removed again; after a kill `doctor` knows it by its name.
"""

from __future__ import annotations

import os
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from sessions.errors import WaggleError, escaped, of_system, shown
from sessions.files import write_atomic
from sessions.git import asked, head
from sessions.leftovers import aside
from sessions.location import SESSIONS, check_inside, find_root
from sessions.lock import is_held, locked
from sessions.session import LOCK, session_at, session_ids
from sessions.settings import DEFAULTS, settings
from sessions.worktrees import check_work_tree, sessions_home
from workers import __version__
from workers.agents import providers
from workers.agents.providers import claude
from workers.catalog import workers_of
from workers.contract import Answer
from workers.integrations.install.installation import status
from workers.integrations.install.remains import leftovers
from workers.integrations.install.targets import TARGETS, Place
from workers.invocation import program_words
from workers.proofs import sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator

OK, WARNING, FAILED = "ok", "warning", "failed"
_PROBE = b"waggle health\n"
_LISTED = 5
_COMMIT_CHARACTERS = 12


class Row(NamedTuple):
    """How something is: its name, ok, warning or failed, what was found, what to do about it."""

    name: str
    status: str
    what: str
    hint: str = ""


def health(named: str | None, program: Path) -> Answer:
    """Return whether the program works here: `blocked` where something that it needs does not."""
    rows = [_program(program), *_of_root(named, program), _models(named), _sandbox(), _engine()]
    works = all(row.status != FAILED for row in rows)
    spacing = max(len(row.name) for row in rows)
    lines = [line for row in rows for line in _lines(row, spacing)]
    lines.append("works here" if works else "does not work here")
    fields = {"works": works, "checks": [row._asdict() for row in rows]}
    return Answer("\n".join(lines), fields, "completed" if works else "blocked")


def _lines(row: Row, spacing: int) -> Iterator[str]:
    yield escaped(f"{row.name.ljust(spacing)}  {row.status.ljust(len(WARNING))}  {row.what}")
    if row.hint:
        yield escaped(f"{' ' * spacing}  {' ' * len(WARNING)}  next: {row.hint}")


def _program(program: Path) -> Row:
    version = ".".join(map(str, sys.version_info[:3]))
    return Row("program", OK, f"{program}, version {__version__}, Python {version}")


def _of_root(named: str | None, program: Path) -> list[Row]:
    """Return the rows on the repository; without one the others are only named."""
    try:
        root = find_root(named)
        check_work_tree(root)
        home = sessions_home(root)
        check_inside(home)
    except (WaggleError, OSError) as error:
        stop = of_system(error)
        missing = [Row(name, FAILED, "not tried: there is no root") for name in _NEED_ROOT]
        return [Row("root", FAILED, stop.message, stop.hint), *missing]
    where = "" if home == root else f"; its sessions are below {home}"
    rows = [Row("root", OK, f"{root}{where}"), _git(root), *_written(root, home)]
    return [*rows, _hooks(root, program)]


_NEED_ROOT = ("git", "write access", "session lock", "hooks")


def _git(root: Path) -> Row:
    version = asked(root, "--version")
    if version is None:
        what = "git does not run: a verdict names no commit, a base is a list of digests"
        return Row("git", WARNING, what, "Install git, and put it on the PATH.")
    commit, dirty = head(root)
    about = version.strip().removeprefix("git version ")
    if commit is None:
        what = f"{about}; {root} has no commit: a verdict names none"
        return Row("git", WARNING, what, "Commit what is there, or name the repository: --root.")
    changed = {True: ", with changes", False: "", None: ", changes unknown"}[dirty]
    return Row("git", OK, f"{about}; at {commit[:_COMMIT_CHARACTERS]}{changed}")


def _written(root: Path, home: Path) -> list[Row]:
    """Try to write and to lock where the sessions are, or would be."""
    place = next(one for one in (home / SESSIONS, *(home / SESSIONS).parents) if one.is_dir())
    folder = aside(place / "health", "deleted")
    lock = Row("session lock", FAILED, f"not tried: nothing can be written in {place}")
    try:
        shutil.rmtree(folder, ignore_errors=True)  # of a killed process of our number
        folder.mkdir(0o700)
        try:
            write_atomic(folder / "probe", _PROBE)
            written = Row("write access", OK, f"files can be replaced in {place}")
            lock = _lock(root, folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    except OSError as error:
        hint = "Give the folder's permission, or room on the disk, and run it again."
        return [Row("write access", FAILED, of_system(error).message, hint), lock]
    return [written, lock]


def _lock(root: Path, folder: Path) -> Row:
    """Try the lock of sessions on this file system; says which sessions are held at this moment."""
    file = folder / LOCK
    try:
        with locked(file, seconds=0):
            excludes = is_held(file)
    except (WaggleError, OSError) as error:
        stop = of_system(error)
        return Row("session lock", FAILED, stop.message, _LOCAL)
    if not excludes or is_held(file):
        what = "a lock (flock) keeps nobody out on this file system"
        return Row("session lock", FAILED, what, _LOCAL)
    held_now = [name for name in session_ids(root) if is_held(session_at(root, name).path / LOCK)]
    told_of = f"; held at this moment: {', '.join(held_now[:_LISTED])}" if held_now else ""
    return Row("session lock", OK, f"one process at a time (flock){told_of}")


_LOCAL = "Put the repository on a file system with locks: a local disk."


def _models(named: str | None) -> Row:
    """Say which models could be used by what is installed and set; nobody is asked."""
    default = str(DEFAULTS["model"])
    try:
        setting = settings(find_root(named))["model"]
        chosen = str(setting.value)
    except (WaggleError, OSError):
        chosen = default
    usable = [one.example for one in providers.PROVIDERS if providers.obstacle(one.example) is None]
    if claude.service_url():
        usable.insert(0, f"{default} (a service is named, and was not asked)")
        lack = None if chosen.startswith(providers.CUSTOM) else providers.obstacle(chosen)
    else:
        lack = providers.obstacle(chosen)
        if providers.obstacle(default) is None:
            usable.insert(0, default)
    by_rule = f"{providers.SURVEY} (by rule)"
    what = f"usable: {', '.join([*usable, by_rule])}"
    if chosen in providers.BY_RULE or lack is None:
        return Row("models", OK, f"{what}; without --model: {chosen}")
    what = f"{what}; not usable: {chosen}, which is taken without --model: {lack.reason}"
    return Row("models", WARNING, what, f"{lack.hint} Only --run and queen need a model.")


def _hooks(root: Path, program: Path) -> Row:
    """Say which coding agents were set up here or for the user, and whether that is whole."""
    installed: list[str] = []
    amiss: list[str] = []
    words = program_words(program)
    workers = workers_of(root)
    project = Place("project", root, words, (), workers)
    for place in (project, Place("user", Path(os.path.expanduser("~")), words, (), workers)):  # noqa: PTH111 - Path.home() raises without one
        for target in (name for name, one in TARGETS.items() if place.scope in one.scopes):
            name = f"{target} ({place.scope})"
            try:
                state = str(status(target, place).fields["state"])
            except (WaggleError, OSError) as error:
                amiss.append(f"{name}: {of_system(error).message}")
                continue
            if state in {"installed", "changed"}:
                installed.append(name)
            elif state != "not installed":
                amiss.append(f"{name} is {state}: run install {target} --scope {place.scope}")
    amiss += [f"{file} was left behind: run doctor --fix" for file in leftovers(project)]
    known = f"installed: {', '.join(installed)}" if installed else "no coding agent is set up"
    if amiss:
        return Row("hooks", WARNING, "; ".join([known, *amiss[:_LISTED]]), "Do what is named.")
    if not installed:
        return Row("hooks", WARNING, f"{known}: none holds a worker", "Run install claude-code.")
    return Row("hooks", OK, known)


def _sandbox() -> Row:
    """Say whether a box for the owner's proofs starts; where not, why."""
    if sandbox.kind() == sandbox.BUBBLEWRAP:
        return Row("sandbox", OK, f"{sandbox.BUBBLEWRAP} starts: proofs run in it, without network")
    path = shutil.which("bwrap")
    why = "bubblewrap is not on the PATH" if path is None else f"{shown(path)} does not start here"
    hint = "Install bubblewrap." if path is None else "Allow user namespaces (see bwrap --help)."
    if not sys.platform.startswith("linux"):
        why, hint = "there is none on this system", ""
    allow = "Until then allow each proof once: prove --allow NAME."
    return Row("sandbox", WARNING, f"none: {why}", f"{hint} {allow}".strip())


def _engine() -> Row:
    if find_spec("dbos") is None:
        return Row("engine", OK, "none: `run` needs the extra `fleet`, the other commands do not")
    return Row("engine", OK, "DBOS: `run` keeps its queue in the session, or where --engine says")
