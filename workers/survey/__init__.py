"""What a repository holds: routes, tables, dependencies, each with file and line.

Who imports whom, downwards only (`tests/test_architecture.py` holds it):

    tracing, mapping      why a file gave no route; everything put together: the map
    reading, cache        one file for all extractors, in several `processes`; what is kept of it
    unread                languages and technologies that nobody reads, or that gave nothing
    asides                files that a folder's name put aside, and which of them code imports
    endpoints, contracts, dependencies, technologies   extractors, which do not know each other
    languages             what `endpoints` and `tables` ask of a language that has a folder
    tables                one more extractor
    found, syntax, walk   what is found; syntax trees; which files there are

An extractor is a folder with three functions: `concerns` and `extract` look at one file and may
depend on its name and content alone, since what they return is cached; `resolve` sees all files.
Nothing here runs code of the repository, and nothing it holds may raise out of `survey`.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from workers.survey.found import Survey


def survey(
    root: Path,
    *,
    again: Collection[str] = (),
    use_cache: bool = True,
    seconds: float | None = None,
) -> Survey:
    """Return the map of a repository.

    Files of `again` are read again whatever the cache says of them: what judges a claim must not
    rest on a cache that whoever made the claim could have written. Raises nothing for what a
    repository holds; what could not be read is listed in `not_understood`.

    After so many `seconds` no further file is read: the map is of what was read by then, counts
    the others in `files_left`, and the next call goes on from there.
    """
    from workers.survey.mapping import look, survey_of

    until = None if seconds is None else time.monotonic() + seconds
    files = look(root, use_cache=use_cache)
    return survey_of(files, frozenset(again), use_cache=use_cache, until=until)
