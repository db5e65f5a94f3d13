"""The workers: one folder each with a `worker.toml`. Ours are in templates/, a user's elsewhere.

A user's are in `.waggle/workers/` below the root, or in `workers/` of the user's own configuration.
They are data: nothing in them is executed.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.errors import BadInput, BadWorker, shown
from workers import worker_file
from workers.worker_file import NAME_FORM, TEMPLATES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

USERS_WORKERS = Path(".waggle", "workers")
DEFAULT = "backend"  # the worker of examples, and where none is named
_SUFFIX = "-worker"
_LISTED_FOLDERS = 100


class Worker(NamedTuple):
    """A kind of worker: its name, its folder, and the table of its `worker.toml`."""

    name: str
    folder: Path
    about: Mapping[str, Any]
    is_built_in: bool = True

    def __hash__(self) -> int:
        """Hash by place, as a table cannot be hashed."""
        return hash(self.folder)

    @property
    def full_name(self) -> str:
        """The name in documents and events."""
        return full_name_of(self.name)

    @property
    def summary(self) -> str:
        """What it looks at, as part of a sentence."""
        return str(self.about["summary"])

    @property
    def words(self) -> frozenset[str]:
        """Words of a task that make the Queen think of it."""
        return frozenset(self.about.get("words", ()))

    @property
    def suffixes(self) -> frozenset[str]:
        """Suffixes of the files that it looks at, with their dots."""
        return frozenset(self.about.get("suffixes", ()))

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of tasks that it has templates for."""
        return worker_file.kinds_in(self.folder)


def full_name_of(name: str) -> str:
    """Return what documents and events call the worker of a name."""
    return f"{name}{_SUFFIX}"


@cache
def built_in() -> tuple[Worker, ...]:
    """Return our own workers, in their `order`."""
    folders = (file.parent for file in TEMPLATES.glob(f"*/{worker_file.NAME}"))
    workers = [_built_in(folder.name) for folder in folders]
    return tuple(sorted(workers, key=lambda worker: (worker.about.get("order", 99), worker.name)))


@cache
def _built_in(name: str) -> Worker:
    folder = TEMPLATES / name
    return Worker(name, folder, worker_file.read(folder))


def workers_of(root: Path | None) -> tuple[Worker, ...]:
    """Return our workers, then those that the repository and the user have.

    A damaged one is left out: `workers` lists it, and `workers check NAME` says what is wrong.
    """
    whole = []
    for folder in users_folders(root):
        about, objections = worker_file.load(folder)
        if not objections and worker_file.kinds_in(folder):
            whole.append(Worker(folder.name, folder, about, is_built_in=False))
    return (*built_in(), *whole)


def users_folders(root: Path | None) -> list[Path]:
    """Return the folders of the workers that are not ours; a repository's come before the user's.

    A folder that has the name of one of ours, or of one before it, is none.
    """
    from sessions.settings import user_file  # late: most commands are for a worker of ours

    places = [user_file().parent / "workers"]
    if root is not None:
        places.insert(0, root / USERS_WORKERS)
    folders: dict[str, Path] = {}
    for place in places:
        for name in _folders_in(place):
            if not is_built_in(name):
                folders.setdefault(name, place / name)
    return list(folders.values())


def names_of(root: Path | None) -> frozenset[str]:
    """Return the names of our workers and of a repository's and the user's; none is read."""
    ours = {file.parent.name for file in TEMPLATES.glob(f"*/{worker_file.NAME}")}
    return frozenset(ours | {folder.name for folder in users_folders(root)})


def is_built_in(name: str) -> bool:
    """Tell whether a name is that of one of our workers."""
    return NAME_FORM.fullmatch(name) is not None and (TEMPLATES / name / worker_file.NAME).exists()


def _folders_in(place: Path) -> Iterator[str]:
    """Yield the names of the folders in a place: no links, nothing hidden."""
    try:
        with os.scandir(place) as entries:
            folders = sorted(one.name for one in entries if one.is_dir(follow_symlinks=False))
    except OSError:
        return
    yield from [name for name in folders if NAME_FORM.fullmatch(name)][:_LISTED_FOLDERS]


def worker_called(name: str, root: Path | None) -> Worker:
    """Return the worker of a name, also with `-worker`.

    Raises BadInput where there is none, BadWorker where its folder is damaged.
    """
    short = name.removesuffix(_SUFFIX)
    if is_built_in(short):
        return _built_in(short)
    for folder in users_folders(root):
        if folder.name == short:
            about = worker_file.read(folder)
            if not worker_file.kinds_in(folder):
                message = f"the worker {short} has no templates ({shown(folder, 300)[1:-1]})"
                raise BadWorker(message, "Make analysis/notes.md.j2 there.")
            return Worker(short, folder, about, is_built_in=False)
    known = ", ".join(worker.name for worker in workers_of(root))
    raise BadInput(f"worker {shown(name, 60)} is not known", f"Known: {known}.")


def worker_if_known(name: str, root: Path | None) -> Worker | None:
    """Return the worker of a name, None where there is none or its folder is damaged."""
    try:
        return worker_called(name, root)
    except (BadInput, BadWorker):
        return None
