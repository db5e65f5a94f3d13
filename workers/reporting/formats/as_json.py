"""All that is known of a session's judged reports, as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workers.contract import answer, to_json

if TYPE_CHECKING:
    from workers.reporting.formats.judgement import Entry, Judgement, Session, Work


def rendered(session: Session) -> str:
    """Return the document: `reports[]` with `entries[]`, and what was not judged."""
    return to_json(
        answer(
            session_id=session.session_id,
            session_status=session.status,
            reports=[_report(one) for one in session.judgements],
            not_judged=[{"worker": name, "reason": why} for name, why in session.not_judged],
            timeline=[list(row) for row in session.timeline],
            synthesis=session.synthesis,
            since=_since(session),
        )
    )


def _since(session: Session) -> dict[str, Any] | None:
    if session.since is None:
        return None
    gone, new = session.since.gone, session.since.new
    return {
        **session.since._asdict(),
        "gone": None if gone is None else [one._asdict() for one in gone],
        "new": None if new is None else sorted(new),
    }


def _report(judged: Judgement) -> dict[str, Any]:
    fields = judged._asdict() | {"entries": [_entry(entry) for entry in judged.entries]}
    del fields["handed"]  # the report itself: this is about it
    return fields | {"work": judged.work and _work(judged.work)}


def _work(work: Work) -> dict[str, Any]:
    return {
        **work._asdict(),
        "files": [one._asdict() for one in work.files],
        "proofs": [one._asdict() | {"counts": dict(one.counts)} for one in work.proofs],
    }


def _entry(entry: Entry) -> dict[str, Any]:
    places = [place._asdict() for place in entry.places]
    return {**entry._asdict(), "reported_at": entry.reported_at._asdict(), "places": places}
