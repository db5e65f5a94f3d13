"""Which folders share one git repository, and where their sessions are kept.

Git's own files are read as gitrepository-layout describes them; no program is started, and
variables such as GIT_DIR are ignored: git sets them for its hooks, and what they name need not be
the repository that a command is about. A repository may bring any `.git` file: what it names is
believed only where the other side names it back.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from sessions.errors import NoSuchRoot, NotReadable, shown
from sessions.files import read_regular
from sessions.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

_LINE_BYTES = 8192
_CONFIG_BYTES = 1024 * 1024
_MOST_WORKTREES = 500
_LISTED = 5
_CORE = lazy_pattern(r"^\s*\[core\]\s*(?:[#;].*)?$", re.IGNORECASE)
_SECTION = lazy_pattern(r"^\s*\[")
_SETTING = lazy_pattern(r"^\s*(bare|worktree)\s*=\s*(.*?)\s*$", re.IGNORECASE)


def sessions_home(root: Path) -> Path:
    """Return the folder below which a root keeps its sessions; worktrees of a repository share it.

    It is the main work tree where there is one. The worktrees of a bare repository have none: then
    it is the folder that holds `.bare` (or another hidden folder, or one that a `.git` file beside
    it names), else `NAME.waggle` beside `NAME.git`. `git worktree remove` deletes neither.
    """
    common = _common_folder(root)
    if common is None or common == root / ".git":
        return root
    if common.name == ".git":
        return common.parent
    main = _main_work_tree(common)
    if main is not None:
        return root if main == root.resolve() else main
    return root if not _is_linked(root) else _beside(common)


def sharing(root: Path) -> list[Path]:
    """Return every folder that may hold sessions of a root: itself, the shared one, its siblings.

    Sessions that were made in a worktree before its siblings shared them are still there.
    """
    folders = [root, sessions_home(root)]
    common = _common_folder(root)
    if common is not None:
        folders += [_beside(common)] if common.name != ".git" else []
        folders += _worktrees(common)
    return list(dict.fromkeys(folders))


def check_work_tree(folder: Path) -> None:
    """Raise NoSuchRoot for a folder inside git's own files, and for a bare repository.

    Neither has files that a report could cite, and nothing of ours belongs between git's.
    """
    for inside in (folder, *folder.parents):
        if os.path.lexists(inside / ".git"):
            break
        if _is_git_folder(inside):
            place = "is" if inside == folder else f"lies in {shown(inside)},"
            raise NoSuchRoot(f"{shown(folder)} {place} git's own folder", _where_to_go(inside))
    git = _named_by(folder) or folder / ".git"
    if _is_git_folder(git) and not (git / "commondir").exists() and _is_bare(git):
        raise NoSuchRoot(
            f"{shown(folder)} is a bare repository, without files of its own", _where_to_go(git)
        )


def _where_to_go(common: Path) -> str:
    trees = [str(tree) for tree in _worktrees(common)]
    if common.name == ".git" and not _is_bare(common):
        trees.insert(0, str(common.parent))
    if not trees:
        return "Make a work tree (git worktree add PATH), and name it with --root."
    return (
        f"Change to a work tree, or name it with --root: {', '.join(map(shown, trees[:_LISTED]))}."
    )


def _common_folder(root: Path) -> Path | None:
    """Return git's folder that all worktrees of a root share; None where none can be believed."""
    git = root / ".git"
    if git.is_dir():
        return git
    own = _named_by(root)
    if own is None:
        return None
    if not _is_linked(root):  # a submodule, or a folder of git's that lies elsewhere
        main = _main_work_tree(own) if _is_git_folder(own) else None
        return own if main is not None and main == root.resolve() else None
    common = _commondir(own)
    if common is None or own.parent != common / "worktrees" or not _is_git_folder(common):
        return None
    return common if _is_named_back(own, root) else None


def _is_linked(root: Path) -> bool:
    own = _named_by(root)
    return own is not None and (own / "commondir").exists()


def _commondir(own: Path) -> Path | None:
    line = _line_of(own / "commondir")
    return None if line is None else _resolved(own / line)


def _is_named_back(own: Path, root: Path) -> bool:
    """Return whether git's entry of a worktree names it, or a place that it was moved from.

    Git follows a worktree that was moved by hand without that; a copy beside it is another matter.
    """
    tree = _tree_of(own)
    if tree is None:
        return False
    return tree == root.resolve() or _named_by(tree) != own


def _tree_of(own: Path) -> Path | None:
    line = _line_of(own / "gitdir")
    named = None if line is None else _resolved(own / line)
    return None if named is None or named.name != ".git" else named.parent


def _worktrees(common: Path) -> list[Path]:
    """Return the linked worktrees of git's folder, each where it names its entry back."""
    trees: list[Path] = []
    for entry in _entries(common / "worktrees"):
        tree = _tree_of(_resolved(entry) or entry)
        if tree is not None and _named_by(tree) == _resolved(entry):
            trees.append(tree)
    return sorted(trees)


def _main_work_tree(common: Path) -> Path | None:
    """Return the main work tree of a folder of git's that lies elsewhere than in it.

    Git knows it of a submodule only. Else it is looked for where the worktrees are.
    """
    line = _core(common).get("worktree")
    tree = _resolved(common / line) if line else None
    if tree is not None:
        return tree if _named_by(tree) == common else None
    if _is_bare(common):
        return None
    around = {common.parent, *(tree.parent for tree in _worktrees(common))}
    near = (entry for folder in sorted(around) for entry in _entries(folder))
    return next((_resolved(entry) for entry in near if _named_by(entry) == common), None)


def _beside(common: Path) -> Path:
    parent = common.parent
    if common.name.startswith(".") or _named_by(parent) == common:
        return parent
    return common.with_name(f"{common.name.removesuffix('.git')}.waggle")


def _is_bare(git: Path) -> bool:
    """Return whether a repository has no work tree; one with an index has, whatever is set."""
    is_set = _core(git).get("bare", "").lower() in {"true", "yes", "on", "1"}
    return is_set and not (git / "index").exists()


def _core(git: Path) -> dict[str, str]:
    """Return `bare` and `worktree` of git's configuration, as its files set them last."""
    values: dict[str, str] = {}
    for name in ("config", "config.worktree"):
        inside = False
        for line in (_text_of(git / name, _CONFIG_BYTES) or "").split("\n"):
            if _SECTION.match(line):
                inside = _CORE.match(line) is not None
            elif inside and (setting := _SETTING.match(line)):
                values[setting[1].lower()] = setting[2].strip('"')
    return values


def _is_git_folder(folder: Path) -> bool:
    """Return whether git would take a folder for one of its own."""
    return (
        (folder / "HEAD").is_file() and (folder / "objects").is_dir() and (folder / "refs").is_dir()
    )


def _named_by(root: Path) -> Path | None:
    """Return the folder that the `.git` file of a root names, None where there is none."""
    line = _line_of(root / ".git")
    if line is None or not line.startswith("gitdir: "):
        return None
    return _resolved(root / line.removeprefix("gitdir: "))


def _entries(folder: Path) -> Iterator[Path]:
    try:
        with os.scandir(folder) as entries:
            for number, entry in enumerate(entries):
                if number == _MOST_WORKTREES:
                    return
                if entry.is_dir(follow_symlinks=False):
                    yield Path(entry.path)
    except OSError:
        return


def _line_of(file: Path) -> str | None:
    text = _text_of(file, _LINE_BYTES)
    return None if text is None else text.strip()


def _text_of(file: Path, limit: int) -> str | None:
    try:
        return os.fsdecode(read_regular(file, limit))
    except (OSError, ValueError, NotReadable):
        return None


def _resolved(path: Path) -> Path | None:
    try:
        return path.resolve()
    except (OSError, ValueError, RuntimeError):
        return None
