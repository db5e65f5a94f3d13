"""Which of several NestJS applications of a repository a setting, or a controller, belongs to."""

from __future__ import annotations

from itertools import takewhile
from typing import NamedTuple, TypeVar

_Setting = TypeVar("_Setting", "Prefix", "Versioning")


class Prefix(NamedTuple):
    """What stands before all paths but the excluded ones; None is not known."""

    path: str | None = ""
    excluded: tuple[str, ...] = ()


class Versioning(NamedTuple):
    """What stands before the number of a version, None for no versions in paths."""

    prefix: str | None = None
    default: tuple[str, ...] = ()


def setting_for(
    file: str, settings: list[tuple[str, _Setting]], made: set[str], default: _Setting
) -> _Setting | None:
    """Return the setting that holds for a file: that of the application that is made nearest.

    None where it may be one of several: a file, or a setting, that all applications share.
    """
    if not settings:
        return default
    if len(made) > 1:
        own = _nearest(made, file)
        shared = [setting for folder, setting in settings if len(_nearest(made, folder)) > 1]
        if len(own) > 1 or shared:
            known = {setting for _, setting in settings}
            return next(iter(known)) if len(known) == 1 and len(settings) >= len(made) else None
        settings = [(folder, row) for folder, row in settings if _nearest(made, folder) == own]
        if not settings:
            return default
    nearest = _nearest({folder for folder, _ in settings}, file)
    return next(setting for folder, setting in settings if folder in nearest)


def _nearest(folders: set[str], file: str) -> set[str]:
    """Return the folders that share most of their way with a file or folder."""
    way = file.split("/")

    def shared(folder: str) -> int:
        pairs = zip(folder.split("/"), way, strict=False)
        return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))

    most = max(map(shared, folders))
    return {folder for folder in folders if shared(folder) == most}
