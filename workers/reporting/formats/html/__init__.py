"""Judged reports as one page that needs nothing else: no network, no script, light and dark."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workers.reporting.formats.html.page import page

if TYPE_CHECKING:
    from workers.reporting.formats.judgement import Session


def rendered(session: Session) -> str:
    """Return the page."""
    return page(session)
