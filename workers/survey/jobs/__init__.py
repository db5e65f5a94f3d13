"""What runs beside requests: tasks, queues and topics, schedules.

Of code, MARKS (`marks`) is the table of what libraries do, `uses` what a file calls, is decorated
by and derives from; of documents, `documents` reads Kubernetes' CronJobs and crontabs. A file
counts only where it holds a library's own word: `task` alone says nothing.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from workers.survey import syntax
from workers.survey.found import Job, NotUnderstood
from workers.survey.jobs import documents, marks, uses

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Fact = dict[str, Any]


def concerns(file: str, source: bytes) -> bool:
    """Tell by cheap tokens whether a file may declare something that runs beside requests."""
    language = syntax.language_of(file)
    if language is None:
        return documents.concerns(file, source)
    return next(marks.libraries(language, source), None) is not None


def extract(file: str, source: bytes) -> list[Fact]:
    """Return what a file declares, as JSON; raises TooSlow."""
    language = syntax.language_of(file)
    jobs = documents.read(file, source) if language is None else _of_code(file, language, source)
    return [asdict(job) for job in jobs]


def resolve(facts: Mapping[str, list[Fact]]) -> tuple[list[Job], list[NotUnderstood]]:
    """Return what all files declare, in the order of files and lines."""
    return [Job(**fact) for file in sorted(facts) for fact in facts[file]], []


def _of_code(file: str, language: str, source: bytes) -> Iterator[Job]:
    libraries = list(marks.libraries(language, source))
    for use in uses.of(language, source):
        for library in libraries:
            for mark in library.marks:
                if mark.fits(use):
                    name, when = mark.name(use), mark.when(use)
                    yield Job(mark.kind, name, file, use.line, library.source, use.target, when)
