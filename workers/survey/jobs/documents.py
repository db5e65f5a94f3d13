"""Schedules that are no code: Kubernetes' CronJobs, crontabs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sessions.patterns import lazy_pattern
from workers.survey.found import Job
from workers.survey.syntax import suffix
from workers.survey.yaml_nodes import Unreadable, composed, entry, scalar

if TYPE_CHECKING:
    from collections.abc import Iterator

_BYTES = 300_000
_CRONTAB = lazy_pattern(r"(?:^|/)crontab$|\.cron(?:tab)?$|(?:^|/)cron\.d/[^/]{1,100}$")
_CRON_JOB = lazy_pattern(rb"^kind:\s?['\"]?CronJob", re.MULTILINE)
# Five fields or a nickname, then what is run.
_LINE = lazy_pattern(
    r"^\s{0,20}(@(?:yearly|annually|monthly|weekly|daily|hourly|reboot)|(?:[\d*,/A-Za-z-]{1,30}\s{1,9})"
    r"{4}[\d*,/A-Za-z-]{1,30})\s{1,9}(\S.{0,300})$"
)
_DOCUMENT = lazy_pattern(r"^---(?:\s.{0,200})?$", re.MULTILINE)


def concerns(file: str, source: bytes) -> bool:
    """Tell whether a file is a crontab or holds a CronJob."""
    if len(source) > _BYTES:
        return False
    if suffix(file) in {".yaml", ".yml"}:
        return b"CronJob" in source and _CRON_JOB.search(source) is not None
    return _CRONTAB.search(file) is not None


def read(file: str, source: bytes) -> Iterator[Job]:
    """Yield the schedules of a file; a document that is not YAML, as a template, gives none."""
    body = source.decode("utf-8-sig", "replace")
    return _crontab(file, body) if _CRONTAB.search(file) else _cron_jobs(file, body)


def _crontab(file: str, body: str) -> Iterator[Job]:
    for number, row in enumerate(body.splitlines(), 1):
        match = _LINE.match(row[:500])
        if match and not row.lstrip().startswith("#"):
            yield Job("schedule", match[2].strip(), file, number, "crontab", "", match[1])


def _cron_jobs(file: str, body: str) -> Iterator[Job]:
    start = 0
    for end in [*(match.start() for match in _DOCUMENT.finditer(body)), len(body)]:
        part, before = body[start:end], body.count("\n", 0, start)
        start = end
        if "CronJob" not in part:
            continue
        try:
            root = composed(part)
        except Unreadable:
            continue
        if scalar(entry(root, "kind")) == "CronJob":
            schedule = entry(entry(root, "spec"), "schedule")
            name = scalar(entry(entry(root, "metadata"), "name")) or None
            at = before + (schedule.start_mark.line if schedule is not None else 0) + 1
            when = scalar(schedule) or None
            yield Job("schedule", name, file, at, "kubernetes-cronjob", "", when)
