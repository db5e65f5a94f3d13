"""READERS: which reader reads which files, by their names; the only list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workers.readers import (
    circleci,
    compose,
    dockerfile,
    dotenv,
    github_actions,
    gitlab_ci,
    kubernetes,
    prometheus,
    terraform,
)

if TYPE_CHECKING:
    from workers.readers.declared import Declared

# The first that a file's name is for and that takes its text reads it.
READERS = (
    github_actions,
    gitlab_ci,
    circleci,
    compose,
    dockerfile,
    dotenv,
    terraform,
    kubernetes,
    prometheus,
)


def declared(file: str, text: str) -> Declared | None:
    """Return what a file declares, None where no reader knows such files."""
    for reader in READERS:
        known: Declared | None = reader.read(file, text) if reader.FILES.search(file) else None
        if known is not None:
            return known
    return None
