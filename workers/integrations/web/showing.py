"""Pages of the web page: a template, its values, our style and script."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from workers.contract import counted
from workers.hive.status_text import spoken
from workers.render import compile_pages, page_macros, render_page
from workers.reporting.formats.html.entries import shot
from workers.worker_file import TEMPLATES

if TYPE_CHECKING:
    from markupsafe import Markup

# What a word means, for its colour; the word itself is always written beside it.
_TONES = {
    "good": "accepted completed alive holds done",
    "bad": "rejected failed damaged error critical bad unresponsive blocked changed",
    "warn": "high warning stale waiting paused partial blocker escalation skipped cancelled",
    "busy": "active",
}
# Colours, marks, code and pictures are those of the page of a report.
_SHARED = ("palette", "marks", "code", "pictures")
_STYLE = (*(f"report/html/{name}.css" for name in _SHARED), "web/page.css")
_TONE_OF = {word: tone for tone, words in _TONES.items() for word in words.split()}


def page(name: str, **values: object) -> str:
    """Render a page; `nonce` is what its style and script are let in by."""
    return render_page(f"web/{name}.html.j2", **values, **_ours())


def drawn(row: tuple[object, ...]) -> Markup:
    """Return a session of the listing as a row of the list."""
    html: Markup = _macros().session_row(row)
    return html


def prepare() -> None:
    """Do now what the first page of each kind would wait for."""
    compile_pages("web")


@cache
def _macros() -> Any:
    return page_macros("web/parts.j2", **_ours())


@cache
def _ours() -> dict[str, Any]:
    """Return what every page may use: our style and script, cited code, numbers, times."""
    from markupsafe import Markup

    style, script = (
        Markup("".join((TEMPLATES / name).read_text("utf-8") for name in names))  # noqa: S704
        for names in (_STYLE, ("web/page.js",))
    )
    words = {"spoken": spoken, "counted": counted, "tone": _tone, "shot": shot}
    return {"style": style, "script": script, "moment": _moment, "clock": _clock, **words}


def _tone(word: object) -> str:
    return _TONE_OF.get(str(word), "plain")


def _moment(at: object) -> str:
    """Return a time as HTML takes it; empty for what is none."""
    try:
        moment = datetime.fromisoformat(str(at))
        return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    except (ValueError, OverflowError):
        return ""


def _clock(at: object) -> str:
    return _moment(at)[:19].replace("T", " ") + " UTC"
