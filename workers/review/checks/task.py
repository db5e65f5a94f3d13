"""The task: the report speaks of what it was asked about."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sessions.errors import shown
from sessions.patterns import lazy_pattern
from workers.claims.ground import ground_of
from workers.delivery.citation import is_source_file
from workers.delivery.delivery import problem
from workers.repository.source import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.contract import Problem
    from workers.delivery.delivery import Delivery
    from workers.repository.repository import Repository

_QUOTED = lazy_pattern(r"`([^`\s]{3,120})`|\"([\w./-]{3,120})\"|'([\w./-]{3,120})'")
_PATH = lazy_pattern(r"(?<![\w/:.])(?:[\w.-]{1,80}/){0,12}[\w.-]{1,80}\.[A-Za-z]{1,6}(?![\w/])")
_ROUTE = lazy_pattern(r"(?<![\w/.:<])/[A-Za-z][\w{}:<>-]*(?:/[\w{}:.<>-]+){0,12}")
_IDENTIFIER = lazy_pattern(
    r"(?<![\w/.-])(?:[A-Za-z]+_\w+|[a-z]+[A-Z]\w+|[A-Z][a-z]+[A-Z]\w+)(?![\w/-])"
)
_SEGMENT = lazy_pattern(r"[A-Za-z][\w-]{2,}")
_TASK_CHARACTERS = 20_000
_SHOWN = 5


def the_task_is_spoken_of(delivery: Delivery) -> Iterator[Problem]:
    """Of the things that the task names and the repository has, the report names one."""
    task = delivery.expected.task
    if not task or delivery.notes_text is None or delivery.json_text is None:
        return
    names = _names(delivery, task[:_TASK_CHARACTERS])
    report = _text(delivery) if names else ""
    if names and not any(plain(word) in report for words in names.values() for word in words):
        named = ", ".join(shown(name, 60) for name in list(names)[:_SHOWN])
        message = f"nothing that the task names is in the report: {named}"
        hint = "Report on what was asked, or say in not_examined why it was not looked at."
        yield problem("Q07", message, hint, delivery.in_notes(1))


def _text(delivery: Delivery) -> str:
    """Return what a report says, without the session's name and the list of what was read."""
    notes = (delivery.notes_text or "").replace(delivery.expected.session_id or "\0", "")
    texts = (text for at, text in delivery.texts if not at.startswith("/analysis_metadata/"))
    return plain("\n".join((notes, *texts)))


def _names(delivery: Delivery, task: str) -> dict[str, list[str]]:
    """Return what a task names and the repository has, each with the words that stand for it."""
    repository = delivery.repository
    spans = {part for match in _QUOTED.findall(task) for part in match if part}
    named: dict[str, list[str]] = {}
    for name in {*spans, *_PATH.findall(task)}:
        if is_source_file(name) and name.removeprefix("./") in repository.files:
            named[name] = [name.rsplit("/", 1)[-1].rsplit(".", 1)[0]]
    for name in {*spans, *_IDENTIFIER.findall(task)}:
        if re.fullmatch(r"[A-Za-z_]\w{3,}", name) and repository.has_word(name):
            named[name] = [name]
    tables = {table.name for table in ground_of(delivery).survey.tables}
    named |= {word: [word] for word in tables.intersection(re.findall(r"[A-Za-z_]\w{3,}", task))}
    named |= _routes(repository, {*(s for s in spans if s[0] == "/"), *_ROUTE.findall(task)})
    return dict(sorted(named.items()))


def _routes(repository: Repository, routes: set[str]) -> dict[str, list[str]]:
    """Return the routes whose words all stand in the repository, each with its last word."""
    known: dict[str, list[str]] = {}
    for route in routes:
        words = _SEGMENT.findall(re.sub(r"[{<:][^/]*", "", route))
        telling = [word for word in words if word != "api"]
        if telling and all(repository.has_word(word) for word in telling):
            known[route] = telling[-1:]
    return known
