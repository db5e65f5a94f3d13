"""A session's judged reports as Markdown: what is not accepted first, each with the code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workers.contract import counted
from workers.reporting.foreign import code, fence, one_line, prose

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.reporting.formats.judgement import (
        Cited,
        Entry,
        Gone,
        Judgement,
        Proved,
        Session,
        Work,
    )

_PLACES = 3  # of an entry; the code of the first is shown


def rendered(session: Session) -> str:
    """Return the reports, one below the other."""
    title = f"Report {session.checked}" if session.checked else f"Session {session.session_id}"
    lines = [f"# {one_line(title)}", "", *_since(session)]
    for judged in session.judgements:
        lines += _report(judged)
    if session.not_judged:
        lines += ["## Not judged", ""]
        lines += [f"- {one_line(name)}: {one_line(why)}" for name, why in session.not_judged]
    return "\n".join(lines).rstrip("\n") + "\n"


def _since(session: Session) -> Iterator[str]:
    """Say what changed since an earlier judgement."""
    since = session.since
    if since is None:
        return
    yield from (f"## Since {code(since.source)}", "")
    if since.gone is None or since.new is None:
        yield f"{counted(len(since.files), 'cited file')} changed{':' if since.files else '.'}"
        yield from (f"- {code(file)}" for file in since.files)
    else:
        left = len(session.entries()) - len(since.new)
        yield f"{len(since.gone)} gone, {len(since.new)} new, {left} still there."
        yield from ("", *(f"- gone: {_named(one)}" for one in since.gone))
        new = (entry for entry in session.entries() if entry.fingerprint in since.new)
        yield from (f"- new: {_named(entry)}" for entry in new)
    yield ""


def _named(entry: Entry | Gone) -> str:
    about = f" {prose(entry.about)}" if entry.about else ""
    return f"**{entry.severity}** {one_line(entry.rule)}{about}: {prose(entry.title)}"


def verdict(judged: Judgement) -> str:
    """Say how a report was judged, in one sentence."""
    return f"{judged.status}, {judged.counted()}"


def _report(judged: Judgement) -> Iterator[str]:
    yield f"## {one_line(judged.worker)}: {verdict(judged)}"
    yield ""
    commit = f" at commit {code(judged.commit)}" if judged.commit else ""
    dirty = " with changes that were not committed" if judged.commit and judged.dirty else ""
    yield f"Judged {judged.judged_at}{commit}{dirty}, attempt {len(judged.verdicts)}."
    if judged.report_changed:
        yield "The report was changed since: what follows is of the one that was judged."
    yield ""
    problems = "Warnings" if judged.status == "accepted" else "What is not accepted"
    for title, kind in ((problems, "problem"), ("Findings", "finding")):
        entries = judged.of(kind)
        if entries:
            yield from (f"### {title}", "")
            for entry in entries:
                yield from _entry(entry)
    if judged.work:
        yield from _work(judged.work)
    if judged.not_examined:
        yield from ("### Not examined", "")
        for row in judged.not_examined:
            yield f"- {prose(row.get('area'))}: {prose(row.get('reason'))}"
        yield ""


def _work(work: Work) -> Iterator[str]:
    reason = f": {prose(work.reason)}" if work.reason else ""
    yield from (f"### What was changed: {one_line(work.outcome)}{reason}", "")
    yield from (f"- {prose(part)}: {one_line(status)}" for part, status in work.parts)
    for file in work.files:
        former = f" (from {code(file.former)})" if file.former else ""
        yield f"- {one_line(file.kind)} {code(file.file)}{former}: {prose(file.summary)}"
    yield ""
    for title, rows in (
        ("Proofs", [*map(_proof, work.proofs)]),
        ("Commits", [f"{code(sha)} {prose(subject)}" for sha, subject in work.commits]),
    ):
        if rows:
            yield from (f"### {title}", "", *(f"- {row}" for row in rows), "")


def _proof(proof: Proved) -> str:
    words = [
        one_line(proof.outcome.replace("_", " ")) or "not recorded",
        proof.tests(),
        *([f"sandbox {one_line(proof.sandbox)}"] if proof.outcome else []),
        "locked" if proof.is_locked else "defined by the worker",
    ]
    name = f"{one_line(proof.name)} " if proof.name else ""
    claim = f": {prose(proof.claim)}" if proof.claim else ""
    return f"{name}{code(proof.command)}, {', '.join(words)}{claim}"


def _entry(entry: Entry) -> Iterator[str]:
    name = f"{entry.rule} {prose(entry.about)}".strip() if entry.kind == "problem" else entry.about
    yield f"- **{entry.severity}** {one_line(name)}: {prose(entry.title)}"
    if entry.text:
        yield f"  {prose(entry.text)}"
    places = entry.places or (entry.reported_at,)
    more = len(places) - _PLACES
    listed = ", ".join(map(place_name, places[:_PLACES]))
    yield f"  At {listed}{f' and {more} more' if more > 0 else ''}."
    if entry.advice:
        yield f"  To do: {prose(entry.advice)}"
    shown = next((place for place in entry.places if place.lines), None)
    if shown is not None:
        yield ""
        yield from (f"  {line}" for line in fence(numbered(shown)))
        yield ""


def place_name(place: Cited) -> str:
    """Return a place as code; said where its file changed since it was judged."""
    return f"{code(place)}{' (changed since)' if place.changed else ''}"


def numbered(place: Cited) -> Iterator[str]:
    """Yield the lines of a place with their numbers, the cited ones marked."""
    width = len(str(place.first + len(place.lines) - 1))
    last = place.end_line or place.line or 0
    for number, line in enumerate(place.lines, place.first):
        mark = ">" if (place.line or 0) <= number <= last else " "
        yield f"{mark} {number:>{width}} {line}".rstrip()
