"""Where things are: the user's repository, the sessions below it, the files of one session."""

from __future__ import annotations

import os
import re
import stat
from datetime import UTC, datetime
from pathlib import Path

from sessions.errors import BadInput, Damaged, NoSuchRoot, shown
from sessions.patterns import lazy_pattern
from sessions.worktrees import check_work_tree, sharing

SESSIONS = Path("Docs", "hive-mind", "sessions")
SYNTHESIS = "workers/json/synthesis.json"  # of a session: what `scribe` makes of its reports
ARCHIVES = SESSIONS.parent / "archives"
BASES = Path("workers", "base")  # below a session
ID_CHARACTERS = 100
_ID = lazy_pattern(r"[A-Za-z0-9][A-Za-z0-9._-]*")
# Names that Windows keeps for devices, with any extension; repositories are shared with it.
_DEVICES = lazy_pattern(r"(?:CON|PRN|AUX|NUL|COM[0-9]|LPT[0-9])(?:\..*)?", re.IGNORECASE)

# What a client tells a program of a plugin; the second is read by most others as well.
_OF_PLUGINS = ("PLUGIN_ROOT", "CLAUDE_PLUGIN_ROOT")
_MANIFESTS = ("plugin.json", ".claude-plugin/plugin.json", ".codex-plugin/plugin.json")
_FILLER = frozenset(
    "a an and are as at be by for from in into is it its of on or our please that the their"
    " then this to we with you your".split()
)
_SLUG_WORDS = 5
_SLUG_CHARACTERS = 50


def find_root(explicit: str | None = None, *, to_work: bool = False) -> Path:
    """Find the user's repository: absolute, links not resolved.

    In this order: `--root`; WAGGLE_ROOT; the folder that holds the `.claude` we are in; the
    nearest ancestor with `Docs/hive-mind` or `.git`; CLAUDE_PROJECT_DIR; the current folder. An
    agent's shell lacks CLAUDE_PROJECT_DIR and a hook has it: both must find the same root.
    Raises NoSuchRoot, also where a client started us in its plugin's folder and does not name the
    project; with `to_work` where only git's own files are.
    """
    root, here = _root_and_start(explicit)
    if to_work:
        check_work_tree(here)
        check_work_tree(root)
    return root


def _root_and_start(explicit: str | None) -> tuple[Path, Path]:
    """Return the root, and the folder that the search for it began at."""
    for name in (explicit, os.environ.get("WAGGLE_ROOT")):
        if name:
            named = _folder(Path(name))
            return named, named
    here = _outside_plugins(_current_folder())
    for folder in (here, *here.parents):
        if folder.name == ".claude":
            return folder.parent, here
        if (folder / ".git").is_file():  # a worktree of its own, as in `.claude/worktrees/NAME`
            break
    for folder in (here, *here.parents):
        if (folder / "Docs" / "hive-mind").is_dir() or (folder / ".git").exists():
            return folder, here
    project = os.environ.get("CLAUDE_PROJECT_DIR")
    return (_folder(Path(project)) if project else here), here


def _outside_plugins(here: Path) -> Path:
    """Return the folder to search from: the project's, where a client started us in a plugin's."""
    for folder in filter(None, map(os.environ.get, _OF_PLUGINS)):
        is_plugin = any(Path(folder, name).is_file() for name in _MANIFESTS)
        if is_plugin and _is_below(here, Path(folder)):
            project = os.environ.get("CLAUDE_PROJECT_DIR")
            if project:
                return _folder(Path(project))
            raise NoSuchRoot(
                f"the client started this in the folder of a plugin, {shown(here)},"
                " and does not say where the repository is",
                "Run the command in a shell, in the repository; or set WAGGLE_ROOT.",
            )
    return here


def check_inside(home: Path, place: Path = SESSIONS) -> None:
    """Raise Damaged where a folder on the way to `place` is none, or a link out of `home`.

    A repository brings its links with it, and a clone must not choose where we write and remove.
    """
    folder = home
    for part in place.parts:
        folder /= part
        try:
            if stat.S_ISDIR(os.lstat(folder).st_mode):
                continue
        except FileNotFoundError:
            return
        if not folder.is_dir():
            raise Damaged(f"{shown(folder)} is not a folder", "Move it away, and run it again.")
        if not _is_below(folder, home):
            raise Damaged(
                f"{shown(folder)} is a link out of the repository, to {shown(folder.resolve())}",
                "Put a plain folder there: sessions are kept below the root only.",
            )


def _is_below(folder: Path, home: Path) -> bool:
    try:
        return folder.resolve().is_relative_to(home.resolve())
    except (OSError, RuntimeError):  # a link to itself
        return False


def homes(root: Path) -> set[Path]:
    """Return the folders of sessions that belong to a root: its own, and those it shares."""
    return {folder / SESSIONS for folder in sharing(root)}


def _current_folder() -> Path:
    try:
        return Path.cwd()
    except FileNotFoundError:
        raise NoSuchRoot(
            "the current folder was deleted",
            "Change to the repository, or name it with --root DIR.",
        ) from None


def _folder(path: Path) -> Path:
    try:
        absolute = Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow links
        is_there = absolute.is_dir()
    except (OSError, ValueError):
        is_there = False
    if not is_there:
        raise NoSuchRoot(
            f"the root {shown(path)} is not a folder", "Name the repository's folder with --root."
        )
    try:
        str(absolute).encode()
    except UnicodeEncodeError:
        raise NoSuchRoot(
            f"the root {shown(path)} is not valid UTF-8",
            "Rename the folder: its path stands in JSON files, which are UTF-8.",
        ) from None
    return absolute


def check_session_id(text: str) -> str:
    """Return a well-formed session id unchanged; raises BadInput.

    ASCII only, since isalnum() takes any script and two ids must never look alike.
    """
    fault = _id_fault(text)
    if fault:
        raise BadInput(
            f"session id {shown(text, 60)} {fault}",
            "Use ASCII letters, digits, '.', '_' and '-', beginning with a letter or digit,"
            f" at most {ID_CHARACTERS} characters.",
        )
    return text


def is_session_id(text: str) -> bool:
    """Tell whether a text is a well-formed session id."""
    return _id_fault(text) is None


def _id_fault(text: str) -> str | None:
    if not text:
        return "is empty"
    if len(text) > ID_CHARACTERS:
        return f"has {len(text)} characters, {ID_CHARACTERS} are allowed"
    if not _ID.fullmatch(text):
        return "is malformed"
    if text.endswith("."):
        return "ends with a dot"
    if _DEVICES.fullmatch(text):
        return "is a device name on Windows"
    return None


def new_session_id(task: str, now: datetime | None = None) -> str:
    """Make an id `YYYY-MM-DD-HH-MM-slug` in UTC from the task's first telling words."""
    stamp = (now or datetime.now(UTC)).strftime("%Y-%m-%d-%H-%M")
    words = re.findall(r"[a-z0-9]+", task[:2000].lower())
    telling = [word for word in words if word not in _FILLER][:_SLUG_WORDS]
    slug = "-".join(telling)[:_SLUG_CHARACTERS].strip("-")
    return f"{stamp}-{slug or 'task'}"
