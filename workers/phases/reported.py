"""A report in one of FORMATS, printed or written to a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sessions.errors import BadInput, escaped
from workers.contract import Answer
from workers.phases.judged import read_judged
from workers.phases.out_file import write_out
from workers.phases.since import since
from workers.reporting.formats import FORMATS, rendered

if TYPE_CHECKING:
    from pathlib import Path


class Rendering(NamedTuple):
    """What is to be rendered, as what, and where it goes; `out` None: to standard output.

    `since` is a file that an earlier judgement left.
    """

    session_id: str
    worker: str | None
    format: str
    out: Path | None = None
    since: Path | None = None


def render(root: Path, wanted: Rendering) -> Answer:
    """Return a session's judged reports in a format; raises NoSuchSession, NotSetUp, BadInput."""
    if wanted.since is not None and not FORMATS[wanted.format].compares:
        able = " or ".join(name for name, one in FORMATS.items() if one.compares)
        raise BadInput(
            f"the format {wanted.format} does not show what changed since", f"Use --format {able}."
        )
    session = read_judged(root, wanted.session_id, wanted.worker)
    if wanted.since is not None:
        session = session._replace(since=since(session, wanted.since))
    text = rendered(wanted.format, session)
    fields = {"session_id": session.session_id, "format": wanted.format}
    if wanted.out is not None:
        file = write_out(text, wanted.out)
        return Answer(escaped(f"wrote {file}"), {**fields, "file": file})
    return Answer(text.removesuffix("\n"), {**fields, "content": text}, verbatim=True)
