"""Tells what changed since a revision: as text, as Markdown, as the fields of a document."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from sessions.errors import NotReadable, escaped
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
    from workers.survey import survey
    from workers.survey.comparison import changes
    from workers.survey.revisions import survey_at

    before, after = survey_at(root, commit), survey(root)
    if before is None:
        problem = f"git cannot list the files of {escaped(base)}"
        raise NotReadable(problem, "See whether `git ls-tree -r` lists them.")
    rows = changes(before, after)
    gaps = sorted({gap.title for gap in (*before.unread, *after.unread)})
    summary = _summary(rows, base, commit)
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
