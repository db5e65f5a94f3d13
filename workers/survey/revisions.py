"""The map of a revision: its files are read as git keeps them, nothing is checked out.

What is the same in the working tree is not parsed again, and the map of the revision that was asked
for last is kept: asked again, it costs a listing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessions.git import blobs_at, contents
from workers.repository.store import digest
from workers.survey import cache, walk
from workers.survey.found import NotUnderstood, Survey
from workers.survey.mapping import NO_SOURCE, Files, may_be_text, survey_of
from workers.survey.syntax import language_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_OF = "revision."


def survey_at(root: Path, commit: str) -> Survey | None:
    """Return the map of a commit below a root, None where git cannot list it."""
    listed = blobs_at(root, commit)
    if listed is None:
        return None
    with contents(root) as content:
        return survey_of_blobs(root, {blob.path: blob.name for blob in listed}, content)


def survey_of_blobs(
    root: Path, names: dict[str, str], content: Callable[[str], bytes | None]
) -> Survey:
    """Return the map of files, given by the names of their contents."""

    def read(file: str) -> bytes | None:
        data = content(names[file])
        return None if data is None or len(data) > walk.FILE_BYTES else walk.readable(data)

    return survey_of(_files(root, names, read), frozenset(), use_cache=True)


def _files(root: Path, names: dict[str, str], read: Callable[[str], bytes | None]) -> Files:
    own, aside = may_be_text(walk.listed_of(names, read))
    known = cache.load_names(root)
    keys: dict[str, str] = {}
    too_large: list[NotUnderstood] = []
    now: dict[str, str] = {}
    for file in own:
        name = names[file]
        content = known.get(name) or now.get(name)
        if content is None:
            source = read(file)
            content = "" if source is None else digest(source)
        now[name] = content
        if content:
            keys[file] = cache.key(file, content)
        elif language_of(file):
            too_large.append(NotUnderstood(file, 1, NO_SOURCE))
    if now != known:
        cache.save_names(root, now)
    return Files(root, len(own), keys, tuple(too_large), aside, read, _OF)
