"""Judged reports read again, with what their verdicts left, for every format of `report`."""

from __future__ import annotations

import json
import os
from itertools import islice
from typing import TYPE_CHECKING, Any

from sessions.errors import BadInput, BadPlan, NotReadable, NotSetUp, shown
from sessions.files import read_regular
from sessions.secrets import redacted
from sessions.session import open_session
from workers.catalog import workers_of
from workers.deliverables.kinds import ANALYSIS
from workers.hive.coordination import worker_name
from workers.hive.queen import read_plan
from workers.phases.task import task_of
from workers.reporting.formats.judgement import (
    Cited,
    Entry,
    Judgement,
    Session,
    fingerprints,
    worst_first,
)
from workers.repository.line_kinds import open_mark
from workers.repository.repository import Repository
from workers.repository.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sessions.session import Session as Folder
    from sessions.state import SessionState, WorkerState
    from workers.catalog import Worker
    from workers.delivery.delivery import Delivery

_LEFT_BYTES = 64 * 1024 * 1024
_PLACES = 20  # of a problem
_AROUND = 2  # lines shown before and after the cited ones
_SHOWN_LINES = 12
_SHOWN_CHARACTERS = 400
# What names an entry of a list beside its id, the first that is there.
_NAMES = (
    *("title", "endpoint", "table_name", "service_name", "security_feature", "optimization"),
    *("summary", "action", "name", "file"),
)


def read_judged(root: Path, session_id: str, worker: str | None = None) -> Session:
    """Return the reports of a session that were judged, or one worker's.

    Raises NoSuchSession, and NotSetUp where the worker has no part in it, or nothing was judged.
    """
    folder = open_session(root, session_id)
    state = folder.state()
    judgements, others = _judged(folder, state, worker)
    plan = _plan(folder)
    if worker is None:
        known = {*(one.worker for one in judgements), *(name for name, _ in others)}
        others += tuple((name, "planned, not begun") for name, _ in plan if name not in known)
    if not judgements:
        reasons = "; ".join(f"{name}: {why}" for name, why in others) or "no worker was set up"
        raise NotSetUp(
            f"session {shown(folder.id, 80)} has no judged report ({reasons})",
            "Run --output of a worker first.",
        )
    timeline = [tuple(map(str, row)) for row in redacted(state.timeline)]
    return Session(
        folder.id,
        state.status,
        judgements,
        others,
        tuple(row for row in timeline if len(row) == 4),
        plan,
        redacted(_stored(folder.path / "workers" / "json" / "synthesis.json")) or None,
    )


def _judged(
    folder: Folder, state: SessionState, worker: str | None
) -> tuple[tuple[Judgement, ...], tuple[tuple[str, str], ...]]:
    """Return the judged reports, and of the other workers why there is none."""
    known = {one.full_name: one for one in workers_of(folder.root)}
    judgements, others = [], []
    for name, about in state.workers.items():
        if about.set_up_at is None or (worker is not None and name != worker_name(worker)):
            continue
        if name not in known:
            others.append((name, "no worker of this name is known here"))
        elif about.last_verdict is None:
            others.append((name, "not judged yet"))
        else:
            judgements.append(_Reading(folder, known[name], about).judgement())
    return tuple(judgements), tuple(others)


def _plan(folder: Folder) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return who waits for whom; empty without a plan that can be read."""
    try:
        return tuple(
            (worker_name(one.worker), tuple(map(worker_name, one.depends_on)))
            for one in read_plan(folder).assignments
        )
    except (BadInput, BadPlan, OSError, NotReadable):
        return ()


def _stored(file: Path) -> dict[str, Any]:
    """Return a JSON object that the program wrote; empty where there is none that can be read."""
    try:
        fields = json.loads(read_regular(file, _LEFT_BYTES))
    except (OSError, NotReadable, ValueError, RecursionError):
        return {}
    return fields if isinstance(fields, dict) else {}


def _rows(fields: dict[str, Any], name: str) -> list[dict[str, Any]]:
    rows = fields.get(name)
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _object(fields: dict[str, Any], name: str) -> dict[str, Any]:
    value = fields.get(name)
    return value if isinstance(value, dict) else {}


class _Reading:
    """One worker's report and what its verdict left, each file read once."""

    def __init__(self, folder: Folder, worker: Worker, about: WorkerState) -> None:
        from workers.delivery.delivery import Expected, read_delivery

        self.folder, self.worker, self.about = folder, worker, about
        self.repository = Repository(folder.root, about.root)
        self.delivery: Delivery = read_delivery(
            worker,
            self.repository,
            folder.notes_file(worker.name),
            folder.json_file(worker.name),
            Expected(folder.id, kind=about.kind),
        )
        self.left = _stored(folder.claims_file(worker.name))
        self.cited = _object(self.left, "cited")
        self.claims = _rows(self.left, "claims")
        self.decided = {str(row.get("pointer")): row.get("decided_at") for row in self.claims}
        self.refuted = [row for row in self.claims if row.get("verdict") == "refuted"]

    def judgement(self) -> Judgement:
        verdict = self.about.last_verdict or {}
        accepted = bool(verdict["accepted"])
        scores, data = _object(self.left, "scores"), self.delivery.data
        findings = list(self._findings()) if accepted and self.about.kind == ANALYSIS else []
        return Judgement(
            session_id=self.folder.id,
            worker=self.worker.full_name,
            kind=self.about.kind,
            status="accepted" if accepted else "rejected",
            judged_at=str(verdict["at"]),
            commit=self.left.get("commit"),
            dirty=self.left.get("dirty"),
            entries=tuple(worst_first(_told_apart([*self._problems(), *findings]))),
            claims=tuple(redacted(self.claims)),
            claimed=_object(scores, "claimed"),
            computed=_object(scores, "computed"),
            coverage=_object(self.left, "coverage"),
            not_examined=tuple(redacted(_rows(data, "not_examined"))),
            verdicts=tuple(self.about.verdicts),
            report_changed=self.delivery.digests != verdict["judged"],
            task=redacted(task_of(self.folder, self.worker.name) or ""),
            claim_counts=tuple(
                (name, count)
                for name in ("confirmed", "refuted", "undecided")
                if isinstance(count := self.left.get(name), int)
            ),
        )

    def _problems(self) -> Iterator[Entry]:
        stored = _stored(self.folder.problems_file(self.worker.name))
        for row in _rows(stored, "problems"):
            pointer = row.get("pointer")
            line = row.get("line")
            at = Cited(self._relative(row.get("file")), line if isinstance(line, int) else None)
            entry = self._entry_at(pointer)
            claim = self._refuted_at(pointer, row.get("code"))
            yield Entry(
                "",
                "problem",
                self.worker.full_name,
                str(row.get("code")),
                "error" if row.get("severity") == "error" else "warning",
                redacted(_name(entry)),
                redacted(str(row.get("message"))),
                "",
                redacted(str(row.get("hint"))),
                at,
                pointer,
                tuple(self._shown_of(pointer, entry, claim)),
                redacted(_statement(claim)),
            )

    def _findings(self) -> Iterator[Entry]:
        for pointer, entry in self.delivery.entries("findings"):
            severity = entry.get("severity")
            if severity not in {"critical", "high", "medium", "low"}:
                continue
            at = self.delivery.in_json(pointer)
            yield Entry(
                "",
                "finding",
                self.worker.full_name,
                f"finding/{entry.get('domain') or entry.get('category') or 'general'}",
                severity,
                str(entry.get("id") or ""),
                redacted(str(entry.get("title") or entry.get("id"))),
                redacted(_prose(entry.get("description"))),
                redacted(_prose(entry.get("recommendation"))),
                Cited(self._relative(at.file), at.line),
                pointer,
                tuple(self._evidence_of(_rows(entry, "evidence"))),
            )

    def _entry_at(self, pointer: Any) -> dict[str, Any]:
        """Return the entry of a list that a pointer goes into; empty where it goes elsewhere."""
        parts = pointer.split("/") if isinstance(pointer, str) else []
        rows = self.delivery.data.get(parts[1]) if len(parts) > 2 else None
        if not isinstance(rows, list) or not parts[2].isdecimal() or int(parts[2]) >= len(rows):
            return {}
        row = rows[int(parts[2])]
        return row if isinstance(row, dict) else {}

    def _refuted_at(self, pointer: Any, code: Any) -> dict[str, Any]:
        """Return the refuted claim that a problem is of: at its place, or the nearest above it."""
        place = f"{pointer}/"
        above = [
            row
            for row in self.refuted
            if row.get("code") == code and place.startswith(f"{row.get('pointer')}/")
        ]
        return max(above, key=lambda row: len(str(row.get("pointer"))), default={})

    def _shown_of(
        self, pointer: Any, entry: dict[str, Any], claim: dict[str, Any]
    ) -> Iterator[Cited]:
        """Yield the place that decided, else what the entry cites."""
        at = claim.get("decided_at") or self.decided.get(str(pointer))
        file, _, line = str(at or "").rpartition(":")
        if file and line.isdecimal():
            yield self._cited(file, int(line), int(line))
        else:
            evidence = _rows(entry, "evidence")
            parts = str(pointer).split("/")  # as in /findings/0/evidence/3
            if parts[3:4] == ["evidence"] and "".join(parts[4:5]).isdecimal():
                evidence = evidence[int(parts[4]) :][:1]
            yield from islice(self._evidence_of(evidence), _PLACES)

    def _evidence_of(self, evidence: list[dict[str, Any]]) -> Iterator[Cited]:
        """Yield the places that are cited: that are there, or were when it was judged."""
        for item in evidence:
            file, line, last = item.get("file"), item.get("line"), item.get("end_line")
            if not isinstance(file, str) or not isinstance(line, int):
                continue
            path = self.repository.relative(file)
            if not isinstance(path, str) or path not in self.cited:
                continue
            place = self._cited(path, line, last if isinstance(last, int) else line)
            if place.lines or place.changed:
                yield place

    def _cited(self, path: str, line: int, last: int) -> Cited:
        """Return lines of a file as they are now, marked when it is not the one that was judged."""
        source = self.repository.source(path)
        before = self.cited.get(path)
        if not isinstance(source, Source):
            return Cited(path, line, last, changed=True)
        first, end = max(1, line - _AROUND), max(last, line) + _AROUND
        if not source.has(line, max(last, line)):
            return Cited(path, line, last, changed=before != source.digest)
        end = min(end, first + _SHOWN_LINES - 1, source.line_count)
        lines = [text[:_SHOWN_CHARACTERS] for text in source.lines[first - 1 : end]]
        return Cited(
            path,
            line,
            last,
            first,
            tuple(redacted(lines)),
            before != source.digest,
            open_mark(source, first),
        )

    def _relative(self, file: Any) -> str:
        """Return a file of the session from the root on; its name alone where it is elsewhere."""
        path, root = str(file or self.folder.notes_file(self.worker.name)), str(self.folder.root)
        if path.startswith(f"{root}{os.sep}"):
            return path[len(root) + 1 :].replace(os.sep, "/")
        return path.rpartition(os.sep)[2]


def _prose(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _statement(claim: dict[str, Any]) -> str:
    """Return what a claim states, with what of, as one line; empty without a claim."""
    if not claim:
        return ""
    says, subject = claim.get("says"), str(claim.get("subject"))
    value = says if isinstance(says, str) else json.dumps(says, ensure_ascii=False)
    what = str(claim.get("kind")).replace("_", " ")
    return subject if value == subject else f"{subject}, {what}: {value}"


def _name(entry: dict[str, Any]) -> str:
    """Return what an entry is called: its id, and what it is about."""
    about = next((entry[name] for name in _NAMES if isinstance(entry.get(name), str)), "")
    route = " ".join(str(entry[name]) for name in ("method", "path") if entry.get(name))
    parts = dict.fromkeys((str(entry.get("id") or ""), route or about))
    return " ".join(part for part in parts if part)


def _told_apart(entries: list[Entry]) -> list[Entry]:
    """Give each entry its fingerprint: what is said of what, in which file, not on which line."""
    subjects = []
    for entry in entries:
        field = "/".join(part for part in (entry.pointer or "").split("/") if not part.isdecimal())
        what = entry.about or field if entry.kind == "problem" else entry.title.casefold()
        file = entry.place.file
        subjects.append((entry.worker, entry.rule, what, field, file))
    made = fingerprints(subjects)
    return [entry._replace(fingerprint=one) for entry, one in zip(entries, made, strict=True)]
