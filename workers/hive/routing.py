"""Who a task is for: one table of words, that of the workers' `worker.toml`, for `route` and Queen.

A worker is for a task that has some of its `words`, and not more of those that it names under
`not_for`. Where no worker is, those whose files are in the repository are; else the first one is.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.patterns import lazy_pattern
from workers.catalog import workers_of
from workers.contract import Answer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workers.catalog import Worker

_COUNTED_FILES = 20_000
_SKIPPED = frozenset("node_modules venv __pycache__ dist build vendor target Docs".split())
_WORDS = lazy_pattern(r"[^\W_]+")
# A task that makes something: what is designed is built after it, and used after that.
_MAKES = lazy_pattern(
    r"\b(?:add|build|change|create|design|develop|extend|fix|implement|introduce|make|migrate|move"
    r"|refactor|remove|rename|replace|rewrite|then|write)\b",
    re.IGNORECASE,
)


class Route(NamedTuple):
    """Whether a worker is for a task: its words there, those for others, or files that it has."""

    worker: Worker
    is_for: bool
    words: tuple[str, ...] = ()
    others: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    suffixes: tuple[str, ...] = ()

    @property
    def reason(self) -> str:
        """Why, in a few words."""
        if self.is_for and self.words:
            return f"the task says: {', '.join(self.words)}"
        if self.is_for and self.suffixes:
            return f"the repository holds: {', '.join(self.suffixes)}"
        if self.others:
            others = (f"{', '.join(words)} ({name})" for name, words in self.others.items())
            return f"for others: {'; '.join(others)}"
        return "nothing else is to be seen in the task" if self.is_for else "no word of it"

    def document(self) -> dict[str, Any]:
        """Return the route as JSON values."""
        others = {name: list(words) for name, words in self.others.items()}
        return {
            "worker": self.worker.name,
            "for_it": self.is_for,
            "reason": self.reason,
            "words": list(self.words),
            "for_others": others,
        }


def route(task: str, root: Path) -> Answer:
    """Tell which workers a task is for, and which it is not for, each with the reason."""
    rows = routes(task, root)
    width = max(len(row.worker.name) for row in rows)
    lines = [
        f"{'for    ' if row.is_for else 'not for'}  {row.worker.name:<{width}}  {row.reason}"
        for row in sorted(rows, key=lambda row: not row.is_for)
    ]
    return Answer("\n".join(lines), {"routes": [row.document() for row in rows]})


def routes(task: str, root: Path) -> list[Route]:
    """Return a route for each worker, in the order of the workers."""
    rows = [_by_words(worker, _plain(task)) for worker in workers_of(root)]
    if any(row.is_for for row in rows):
        return rows
    there = _suffixes(root)
    rows = [
        row._replace(is_for=bool(suffixes) and not row.others, suffixes=suffixes)
        for row in rows
        for suffixes in [tuple(sorted(row.worker.suffixes & there.keys()))]
    ]
    if not any(row.is_for for row in rows):
        rows[0] = rows[0]._replace(is_for=True, others={})
    return rows


def depends_on(worker: Worker, planned: list[Worker], task: str) -> list[str]:
    """Return the workers of a plan that a worker waits for.

    One that is `last` waits for all others. Where the task makes something, a worker waits for
    those of its `after`: a report on what is there needs none before it.
    """
    if worker.about.get("last"):
        return [one.name for one in planned if not one.about.get("last")]
    before = worker.about.get("after", ()) if _MAKES.search(task) else ()
    return [one.name for one in planned if one.name in before and one is not worker]


def _plain(text: str) -> str:
    """Return the words of a text, lower case, with a blank around each."""
    return f" {' '.join(_WORDS.findall(text.lower()))} "


def _by_words(worker: Worker, task: str) -> Route:
    words = _named(task, worker.about.get("words", ()))
    named = worker.about.get("not_for", {}).items()
    others = {name: found for name, texts in named if (found := _named(task, texts))}
    is_for = bool(words) and len(words) >= sum(map(len, others.values()))
    return Route(worker, is_for, words, others)


def _named(task: str, texts: list[str]) -> tuple[str, ...]:
    """Return those of some words or phrases that a task has, each once in singular or plural."""
    plain = {text: _plain(text).strip() for text in texts}
    there = {text for text, words in plain.items() if f" {words} " in task or f" {words}s " in task}
    return tuple(sorted(text for text in there if text.removesuffix("s") not in there - {text}))


def _suffixes(root: Path) -> Counter[str]:
    return Counter(Path(name).suffix for name in files_of(root))


def files_of(root: Path) -> list[str]:
    """Return files below a root, relative, without hidden and built ones; a bounded number."""
    listed: list[str] = []
    for folder, names, files in os.walk(root):
        names[:] = sorted(name for name in names if name not in _SKIPPED and name[0] != ".")
        relative = os.path.relpath(folder, root)
        prefix = "" if relative == "." else f"{relative}/"
        listed += [prefix + file for file in sorted(files) if file[0] != "."]
        if len(listed) >= _COUNTED_FILES:
            break
    return listed[:_COUNTED_FILES]
