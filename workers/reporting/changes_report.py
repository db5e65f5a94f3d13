"""Tells what changed since a revision: as text, as Markdown, as the fields of a document."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from sessions.errors import NotReadable, NotSetUp, escaped
from workers.catalog import workers_of
from workers.contract import Answer, counted
from workers.reporting.terminal import filled, width

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from workers.survey.comparison import Change
    from workers.survey.found import Survey

_SIGNS = {"added": "+", "removed": "-", "changed": "~"}
_CELL = 300


def changes_answer(root: Path, base: str, commit: str, form: str) -> Answer:
    """Compare a commit with the working tree; `base` is what the commit was asked for by.

    Raises NotReadable where git cannot list the commit's files.
    """
    from workers.survey.revisions import survey_at

    before = survey_at(root, commit)
    if before is None:
        problem = f"git cannot list the files of {escaped(base)}"
        raise NotReadable(problem, "See whether `git ls-tree -r` lists them.")
    return _answer(root, before, (base, commit), form)


def session_answer(root: Path, session_id: str, form: str) -> Answer:
    """Compare the files as a session's first worker with a base found them with those of now.

    Raises NoSuchSession, NotSetUp where no worker has a base, Damaged where it is gone.
    """
    from sessions.session import open_session
    from sessions.snapshots import opened
    from workers.survey.revisions import survey_of_blobs

    session = open_session(root, session_id)
    for worker in workers_of(root):
        known = session.state().workers.get(worker.full_name)
        if known is not None and known.base is not None:
            break
    else:
        problem = f"no worker of session {session.id} has a base"
        raise NotSetUp(problem, "Name a revision: survey --base REVISION.")
    folder = session.base_folder(worker.name, known.base)
    snapshots, tree = opened(session.root, folder), known.base["tree"]
    files = {
        path: blob.name
        for path, blob in snapshots.blobs(tree).items()
        if blob.mode.startswith("100")  # no links, no submodules
    }
    with snapshots.contents() as content:
        before = survey_of_blobs(root, files, content)
    return _answer(root, before, (f"session {session.id}", tree), form)


def _answer(root: Path, before: Survey, base: tuple[str, str], form: str) -> Answer:
    """Compare a map with the one of now; `base` is what it was asked for by, and its name."""
    from workers.survey import survey
    from workers.survey.comparison import changes

    asked, commit = base
    after = survey(root)
    rows = changes(before, after)
    gaps = sorted({gap.title for gap in (*before.unread, *after.unread)})
    summary = _summary(rows, asked, commit)
    lines = _markdown(rows, summary, gaps) if form == "markdown" else _plain(rows, summary, gaps)
    return Answer("\n".join(lines), _fields(root, commit, rows, after, gaps))


def _fields(
    root: Path, commit: str, rows: Sequence[Change], after: Survey, gaps: list[str]
) -> dict[str, Any]:
    return {
        "project_root": str(root),
        "base": commit,
        "counts": dict(Counter(f"{row.kind}s_{row.change}" for row in rows)),
        "changes": [{**row._asdict(), "details": list(row.details)} for row in rows],
        "unread": gaps,
        "not_understood": len(after.not_understood),
    }


def _summary(rows: Sequence[Change], base: str, commit: str) -> str:
    counts = Counter(f"{row.kind} {row.change}" for row in rows)
    words = [
        f"{counted(counts[f'{kind} {change}'], kind)} {change}"
        for kind in ("endpoint", "table")
        for change in _SIGNS
        if counts[f"{kind} {change}"]
    ]
    named = escaped(base) if commit.startswith(base) else f"{escaped(base)} ({commit[:9]})"
    return f"Since {named}: {', '.join(words) or 'no endpoint and no table changed'}"


def _plain(rows: Sequence[Change], summary: str, gaps: list[str]) -> Iterator[str]:
    columns = width()
    yield from filled(summary.split(" "), columns, "", "  ")
    for row in rows:
        place = f"{escaped(row.file)}:{row.line}"
        at = f"{place} (at the base)" if row.change == "removed" else place
        noun = "table " if row.kind == "table" else ""
        head = f"{_SIGNS[row.change]} {noun}{escaped(row.name)[:_CELL]}  {at}"
        yield from filled(head.split(" "), columns, "", "    ")
        for detail in row.details:
            yield from filled(escaped(detail)[:_CELL].split(" "), columns, "    ", "      ")
    if gaps:
        yield from filled(f"Not compared: {', '.join(gaps)}".split(" "), columns, "", "  ")


def _markdown(rows: Sequence[Change], summary: str, gaps: list[str]) -> Iterator[str]:
    yield f"{summary}."
    if rows:
        yield ""
        yield "| | what | where | what changed |"
        yield "|---|---|---|---|"
    for row in rows:
        details = "; ".join(map(_cell, row.details))
        place = f"{_cell(row.file)}:{row.line}"
        yield f"| {row.change} {row.kind} | {_cell(row.name)} | {place} | {details} |"
    if gaps:
        yield ""
        yield f"Not compared: {', '.join(gaps)} (no reader knows it, or nothing was understood)."


def _cell(text: str) -> str:
    return escaped(text)[:_CELL].replace("\\", "\\\\").replace("|", "\\|")
