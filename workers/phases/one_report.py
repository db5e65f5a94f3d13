"""One judged report: the two files as they are now, and what the verdict on them left."""

from __future__ import annotations

import json
import os
import re
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.git import ignored
from sessions.patterns import lazy_pattern
from sessions.secrets import redacted
from workers.deliverables.kinds import ANALYSIS, CHANGE
from workers.delivery.json_lines import lines_of
from workers.phases.artefact import handed
from workers.phases.changed import work_of
from workers.reporting.formats.judgement import (
    Cited,
    Entry,
    Judgement,
    fingerprints,
    worst_first,
)
from workers.repository.line_hashes import line_hashes
from workers.repository.line_kinds import open_mark
from workers.repository.names import below
from workers.repository.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from workers.delivery.delivery import Delivery
    from workers.phases.linking import Pages

_PLACES = 20  # of a problem
_AROUND = 2  # lines shown before and after the cited ones
_SHOWN_LINES = 12
_SHOWN_CHARACTERS = 400
_ENTRY = lazy_pattern(r"/(\w+)/(\d{1,7})(?:/|$)")
_PLACE = lazy_pattern(r"(.+):(\d{1,9})")
# Files that hold secrets by their name: their lines are shown to nobody.
_PRIVATE = lazy_pattern(
    r"(?:.*/)?(?:\.env(?:\..*)?|.*\.env|.*\.(?:pem|key|p12|pfx|jks|keystore|tfvars|tfstate)"
    r"|id_(?:rsa|dsa|ecdsa|ed25519)|\.netrc|\.npmrc|\.pypirc|\.git-credentials|credentials)",
    re.IGNORECASE,
)
_EVIDENCE = lazy_pattern(r"^/\w+/\d+/evidence/(\d{1,6})(?:/|$)")
# What names an entry of a list beside its id, the first that is there.
_NAMES = (
    *("title", "endpoint", "table_name", "service_name", "security_feature", "optimization"),
    *("summary", "action", "name", "file"),
)


def rows_of(fields: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """Return the objects of a list; none where there is no list."""
    rows = fields.get(name)
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def object_of(fields: dict[str, Any], name: str) -> dict[str, Any]:
    """Return an object of an object; empty where there is none."""
    value = fields.get(name)
    return value if isinstance(value, dict) else {}


class Left(NamedTuple):
    """What a verdict left.

    `judged` are the digests of the two files, `claims` is what the file of claims holds; a row of
    `problems` is `Problem.document()`.
    """

    session_id: str
    accepted: bool
    judged_at: str
    judged: dict[str, str]
    claims: dict[str, Any]
    problems: list[dict[str, Any]]
    verdicts: tuple[dict[str, Any], ...]
    task: str = ""
    seconds: float = 0.0
    proofs: tuple[dict[str, Any], ...] = ()  # records of their runs, oldest first


class Reading:
    """One worker's report and what its verdict left, each file read once."""

    def __init__(self, delivery: Delivery, left: Left, pages: Pages | None = None) -> None:
        """Take a report as it is now; places are linked where `pages` are given."""
        self.delivery, self.left = delivery, left
        self.repository = delivery.repository
        self.worker = delivery.worker.full_name
        self.cited = object_of(left.claims, "cited")
        self.claims = rows_of(left.claims, "claims")
        self.links = pages.links(left.claims.get("commit"), self.cited) if pages else None
        self.is_changed = delivery.digests != left.judged
        # Pointers are those of the report that was judged.
        self.data: dict[str, Any] = {} if self.is_changed else delivery.data
        self.stale = tuple(sorted(path for path in self.cited if self._is_stale(path)))
        self.hidden = _private(self.repository.root, self.cited)
        self.decided = {str(row.get("pointer")): row.get("decided_at") for row in self.claims}
        self.refuted = [row for row in self.claims if row.get("verdict") == "refuted"]
        self.own_hashes = {
            file: line_hashes(text or "", delivery.digests.get(file.rpartition(os.sep)[2], ""))
            for file, text in (
                (delivery.notes_file, delivery.notes_text),
                (delivery.json_file, delivery.json_text),
            )
        }

    def judgement(self) -> Judgement:
        """Return the report as the formats take it."""
        left, kind = self.left, self.delivery.kind
        scores = object_of(left.claims, "scores")
        findings = list(self._findings()) if left.accepted and kind == ANALYSIS else []
        return Judgement(
            session_id=left.session_id,
            worker=self.worker,
            kind=kind,
            status="accepted" if left.accepted else "rejected",
            judged_at=left.judged_at,
            commit=left.claims.get("commit"),
            dirty=left.claims.get("dirty"),
            entries=tuple(worst_first(_told_apart([*self._problems(), *findings]))),
            claims=tuple(self._claim(row) for row in redacted(self.claims)),
            claimed=object_of(scores, "claimed"),
            computed=object_of(scores, "computed"),
            coverage=object_of(left.claims, "coverage"),
            not_examined=tuple(redacted(rows_of(self.data, "not_examined"))),
            verdicts=left.verdicts,
            report_changed=self.is_changed,
            changed=self.stale,
            task=redacted(left.task),
            cited=self.cited,
            seconds=left.seconds,
            work=work_of(self.data, left.proofs, self._below) if kind == CHANGE else None,
            web=self.links.pages.web if self.links else "",
            handed=partial(handed, self.delivery) if left.accepted else None,
            unlinked=self.links.reason if self.links else "it was judged without a session",
            claim_counts=tuple(
                (name, count)
                for name in ("confirmed", "refuted", "undecided")
                if isinstance(count := left.claims.get(name), int)
            ),
        )

    def _claim(self, row: dict[str, Any]) -> dict[str, Any]:
        """Return a claim, the file that it is about from the root on."""
        says = row.get("says")
        if isinstance(says, dict):
            says = {name: self._below(value) for name, value in says.items()}
        return {**row, "subject": self._below(row.get("subject")), "says": says}

    def _below(self, value: Any) -> Any:
        """Return a file below the root from the root on, everything else as it is."""
        roots = (str(self.repository.root), self.repository.formerly)
        inside = (below(root, value) for root in roots if root and isinstance(value, str))
        return next((path.lstrip("/") for path in inside if path), value)

    def _problems(self) -> Iterator[Entry]:
        for row in self.left.problems:
            pointer, line = row["pointer"], row["line"]
            at = self._in_report(row["file"], line)
            entry = self._entry_at(pointer)
            claim = self._refuted_at(pointer, row.get("code"))
            yield Entry(
                "",
                "problem",
                self.worker,
                str(row.get("code")),
                "error" if row.get("severity") == "error" else "warning",
                redacted(_name(entry) or str(claim.get("subject") or "")),
                redacted(str(row.get("message"))),
                "",
                redacted(str(row.get("hint"))),
                at,
                pointer,
                tuple(self._shown_of(pointer, entry, claim)),
                redacted(_statement(claim)),
            )

    def _findings(self) -> Iterator[Entry]:
        entries = list(self.delivery.entries("findings"))
        lines = lines_of(self.delivery.json_text or "", [pointer for pointer, _ in entries])
        for pointer, entry in entries:
            severity = entry.get("severity")
            if severity not in {"critical", "high", "medium", "low"}:
                continue
            yield Entry(
                "",
                "finding",
                self.worker,
                f"finding/{entry.get('domain') or entry.get('category') or 'general'}",
                severity,
                str(entry.get("id") or ""),
                redacted(str(entry.get("title") or entry.get("id"))),
                redacted(_prose(entry.get("description"))),
                redacted(_prose(entry.get("recommendation"))),
                self._in_report(self.delivery.json_file, lines.get(pointer)),
                pointer,
                tuple(self._evidence_of(rows_of(entry, "evidence"))),
            )

    def _entry_at(self, pointer: str | None) -> dict[str, Any]:
        """Return the entry of a list that a pointer goes into; empty where it goes elsewhere."""
        match = _ENTRY.match(pointer or "")
        rows = self.data.get(match[1]) if match else None
        if match is None or not isinstance(rows, list) or int(match[2]) >= len(rows):
            return {}
        row = rows[int(match[2])]
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
        """Yield the place that decided, else what the entry cites, else the file that it is of.

        A problem of one citation is at that one alone.
        """
        decided = claim.get("decided_at") or self.decided.get(str(pointer))
        match = _PLACE.fullmatch(str(decided or ""))
        if match and match[1] in self.cited:
            yield self._cited(match[1], int(match[2]), int(match[2]))
        elif at := _EVIDENCE.search(str(pointer)):
            item = rows_of(entry, "evidence")[int(at[1]) :][:1]
            yield from self._evidence_of(item)
        else:
            cited = list(islice(self._evidence_of(rows_of(entry, "evidence")), _PLACES))
            yield from cited or self._file_of(entry)

    def _file_of(self, entry: dict[str, Any]) -> Iterator[Cited]:
        """Yield the file that an entry is of as a whole, as a change is, where it is there."""
        file = entry.get("file")
        source = self.repository.source(file) if isinstance(file, str) else None
        if isinstance(source, Source):
            line_hash = (source.line_hashes.of(1) if source.line_hashes else None) or ""
            yield Cited(source.path, line_hash=line_hash)

    def _evidence_of(self, evidence: list[dict[str, Any]]) -> Iterator[Cited]:
        """Yield the places that are cited: that are there, or were when it was judged."""
        for item in evidence:
            file, line, last = item.get("file"), item.get("line"), item.get("end_line")
            if not isinstance(file, str) or not isinstance(line, int):
                continue  # the schema has said so
            path = self.repository.relative(file)
            if not isinstance(path, str) or path not in self.cited:
                continue
            place = self._cited(path, line, last if isinstance(last, int) else line)
            if place.lines or place.changed or path in self.hidden:
                yield place

    def _cited(self, path: str, line: int, last: int) -> Cited:
        """Return lines of a file as they are now, marked when it is not the one that was judged."""
        place = self._now(path, line, last)
        return self.links.linked(place) if self.links else place

    def _now(self, path: str, line: int, last: int) -> Cited:
        source = self.repository.source(path)
        if not isinstance(source, Source):
            return Cited(path, line, last, changed=True)
        changed = self.cited.get(path) != source.digest
        line_hash = (source.line_hashes.of(line) if source.line_hashes else None) or ""
        first, end = max(1, line - _AROUND), max(last, line) + _AROUND
        if path in self.hidden or not source.has(line, max(last, line)):
            return Cited(path, line, last, changed=changed)
        end = min(end, first + _SHOWN_LINES - 1, source.line_count)
        lines = [text[:_SHOWN_CHARACTERS] for text in source.lines[first - 1 : end]]
        shown = tuple(redacted(lines))
        inside = open_mark(source, first)
        return Cited(path, line, last, first, shown, changed, line_hash, inside=inside)

    def _is_stale(self, path: str) -> bool:
        """Tell whether a file is not the one that was judged."""
        source = self.repository.source(path)
        return not isinstance(source, Source) or source.digest != self.cited[path]

    def _in_report(self, file: Any, line: int | None) -> Cited:
        """Return a line of the report; of a problem that names no file, the first of the notes."""
        path = str(file or self.delivery.notes_file)
        hashes = self.own_hashes.get(path)
        line_hash = (hashes.of(line or 1) if hashes else None) or ""
        return Cited(self.relative(path), line, line_hash=line_hash)

    def relative(self, path: str) -> str:
        """Return a file of the report from the root on; its name alone where it is elsewhere."""
        root = str(self.repository.root)
        if path.startswith(f"{root}{os.sep}"):
            return path[len(root) + 1 :].replace(os.sep, "/")
        return path.rpartition(os.sep)[2]


def _private(root: Path, paths: Iterable[str]) -> frozenset[str]:
    """Return the files whose lines are not shown: those with secrets, and what git ignores."""
    listed = tuple(paths)
    named = (path for path in listed if _PRIVATE.fullmatch(path))
    return frozenset(named) | ignored(root, listed)


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
