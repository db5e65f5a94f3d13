"""OpenAPI 3.1: the endpoints of accepted reports, by the builder of the artefact `api_contract`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workers.reporting.formats.judgement import Session


def rendered(session: Session) -> str:
    """Return the document; raises NoArtefact where nothing is accepted, or without endpoints."""
    from workers.reporting.artefacts import build
    from workers.reporting.artefacts.accepted import Accepted, nothing_accepted

    reports = tuple(one.handed() for one in session.judgements if one.handed is not None)
    rejected = [(one.worker, one.status) for one in session.judgements if one.handed is None]
    others = (*rejected, *session.not_judged)
    where = "" if session.checked else session.session_id
    if not reports:
        raise nothing_accepted(f"session {where}" if where else "the check", others)
    return build("api_contract", Accepted(where, session.root, reports, others)).text
