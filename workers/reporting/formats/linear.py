"""A session's judged reports as a short comment on an issue of Linear.

How long a comment may be there is said nowhere, so it stays short and says where the rest is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from workers.contract import counted
from workers.reporting.formats.cutting import Part, fitted
from workers.reporting.formats.github import headline, places, provenance, report_command
from workers.reporting.formats.markdown import verdict
from workers.reporting.inert import inert

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.reporting.formats.judgement import Judgement, Session

LIMIT = 4_000
_WORKERS = 12
_TITLE = 200


def rendered(session: Session) -> str:
    """Return the comment: the verdicts, then what there is to look at, worst first."""
    by_worker = {judged.worker: judged for judged in session.judgements}
    entries = [
        f"- **{entry.severity}** {inert(entry.worker)} {inert(entry.title, _TITLE)}"
        f" ({places(by_worker[entry.worker], entry, 1)})\n"
        for entry in session.entries()
    ]

    def more(left: int) -> str:
        return f"\n**{left:,} more**: `{report_command(session)}` lists all.\n"

    return fitted("\n".join(_head(session)), [Part("\n", entries, "", more)], LIMIT)


def _head(session: Session) -> Iterator[str]:
    yield f"**Waggle: {headline(session)}** (session {session.session_id})"
    yield ""
    judgements = session.judgements[:_WORKERS]
    yield from (f"- {inert(judged.worker)}: {verdict(judged)}" for judged in judgements)
    waiting = len(session.judgements) - len(judgements) + len(session.not_judged)
    if waiting:
        yield f"- {counted(waiting, 'more worker')}"
    yield ""
    yield from _provenance(judgements)
    yield ""


def _provenance(judgements: tuple[Judgement, ...]) -> list[str]:
    return list(dict.fromkeys(map(provenance, judgements)))[:_WORKERS]
