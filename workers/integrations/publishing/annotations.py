"""A session's verdict as a check run says it: a conclusion, a summary, marks beside the lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sessions.errors import escaped
from workers.reporting.formats.cutting import characters
from workers.reporting.formats.github import headline, report_command

if TYPE_CHECKING:
    from workers.reporting.formats.judgement import Cited, Entry, Session

BATCH = 50  # annotations of a request
MOST = 1_000
_LEVELS = {
    "error": "failure",
    **dict.fromkeys(("critical", "high", "warning"), "warning"),
    **dict.fromkeys(("medium", "low"), "notice"),
}
_TITLE, _MESSAGE = 255, 4_000


def conclusion(session: Session) -> str:
    """Return the verdict in GitHub's words: success, failure, or neutral.

    Neutral while some are at work, and where cited code is not the one that was judged.
    """
    if any(judged.status != "accepted" for judged in session.judgements):
        return "failure"
    is_open = session.not_judged or any(judged.changed for judged in session.judgements)
    return "neutral" if is_open else "success"


def marks(session: Session) -> list[dict[str, Any]]:
    """Return what is shown beside lines of the code, worst first, at most MOST."""
    rows = [
        _annotation(session, entry, entry.places[0], entry.places[0].line)
        for entry in session.entries()
        if entry.places and entry.places[0].line is not None and not entry.places[0].changed
    ]
    return rows[:MOST]


def _annotation(session: Session, entry: Entry, place: Cited, line: int) -> dict[str, Any]:
    rule = entry.rule if entry.kind == "problem" else ""
    about = " ".join(filter(None, (entry.severity, entry.worker, rule, entry.about)))
    message = "\n".join(filter(None, (entry.title, entry.text, entry.advice)))
    return {
        "path": f"{session.prefix}{place.file}",
        "start_line": line,
        "end_line": max(line, place.end_line or line),
        "annotation_level": _LEVELS[entry.severity],
        "title": escaped(" ".join(about.split()))[:_TITLE],
        "message": _plain(message)[:_MESSAGE],
    }


def _plain(text: str) -> str:
    """Return a text of several lines without what moves a cursor; GitHub wants at least a word."""
    return "\n".join(escaped(line) for line in text.splitlines()).strip() or "see the report"


def output(session: Session, marked: int, comment: str) -> dict[str, Any]:
    """Return title and summary; `comment` is where the comment is, if there is one."""
    entries = len(session.entries())
    where = f"[The comment]({comment}) says more. " if comment else ""
    left = f"{entries - marked:,} more have no line in the code or no room here. "
    summary = (
        f"{marked:,} of {entries:,} problems and findings are marked beside their lines. "
        f"{left if entries > marked else ''}{where}`{report_command(session)}` lists all."
    )
    return {"title": title(session), "summary": summary}


def title(session: Session) -> str:
    """Return the verdict in a few words, as a sentence begins."""
    words = headline(session)
    return words[:1].upper() + words[1:]


def short(text: str, limit: int) -> str:
    """Return a text of at most so many characters."""
    return text if characters(text) <= limit else f"{text[: limit - 3]}..."
