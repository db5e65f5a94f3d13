"""A session's judged reports as a comment on a pull request: what is not accepted comes first.

GitHub refuses a comment of more than 65,536 characters, so it is cut before, on an entry's end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from workers.contract import counted
from workers.invocation import COMMAND
from workers.reporting.foreign import code, fence
from workers.reporting.formats.cutting import Part, fitted
from workers.reporting.formats.links import commit_link
from workers.reporting.formats.markdown import numbered
from workers.reporting.inert import inert

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from workers.reporting.formats.judgement import Cited, Entry, Judgement, Session

LIMIT = 60_000  # of 65,536
_PLACES = 3
_LINE_CHARACTERS = 160
_ROWS = 40
_COMMIT_SHOWN = 12
_KIND_OF = {
    "error": "error",
    "critical": "high",
    "high": "high",
    "medium": "low",
    "low": "low",
    "warning": "warning",
}
_OPEN = (
    ("Not accepted", "error", ("error", "errors")),
    ("Critical and high findings", "high", ("finding", "findings")),
)
_FOLDED = (
    ("low", ("medium or low finding", "medium or low findings")),
    ("warning", ("warning", "warnings")),
    ("area", ("area that was not examined", "areas that were not examined")),
)


def rendered(session: Session) -> str:
    """Return the comment, its marker on the first line."""
    return fitted("\n".join([marker(session), *_head(session)]), list(_parts(session)), LIMIT)


def marker(session: Session) -> str:
    """Return the line by which a comment of ours is known; one worker's reports have their own."""
    worker = f"/{session.only}" if session.only else ""
    return f"<!-- waggle:{session.session_id}{worker} -->"


def headline(session: Session) -> str:
    """Say in a few words what became of the reports."""
    total = len(session.judgements)
    rejected = sum(one.status == "rejected" for one in session.judgements)
    if rejected and total == 1:
        return "the report is not accepted"
    if rejected:
        return f"{rejected} of {total} reports {'is' if rejected == 1 else 'are'} not accepted"
    waiting = f", {len(session.not_judged)} not judged yet" if session.not_judged else ""
    return f"{counted(total, 'report')} accepted{waiting}"


def _head(session: Session) -> Iterator[str]:
    yield f"## Waggle: {headline(session)}"
    yield ""
    yield "| Worker | Verdict | Errors | Warnings | Findings | Score |"
    yield "|---|---|--:|--:|--:|--:|"
    for judged in session.judgements[:_ROWS]:
        yield _row(judged)
    more = len(session.judgements) - _ROWS
    yield from [f"| {counted(more, 'more worker')} | | | | | |"] if more > 0 else []
    yield ""
    yield from (f"{line}\n" for line in dict.fromkeys(map(provenance, session.judgements)))
    changed = [judged.worker for judged in session.judgements if judged.report_changed]
    if changed:
        named = ", ".join(map(inert, changed[:_ROWS]))
        yield f"Changed since it was judged, and shown as it was then: the report of {named}.\n"
    yield ""


def _row(judged: Judgement) -> str:
    overall = judged.computed.get("overall")
    score = f"{overall:g} of 100" if isinstance(overall, int | float) else ""
    verdict = "accepted" if judged.status == "accepted" else "**not accepted**"
    cells = (inert(judged.worker), verdict, *map("{:,}".format, judged.counts()), score)
    return f"| {' | '.join(cells)} |"


def provenance(judged: Judgement) -> str:
    """Say at which commit a report was judged, and why no line is linked where none is."""
    if judged.commit is None:
        return "Judged without a commit, so no line is linked."
    name = code(judged.commit[:_COMMIT_SHOWN])
    if judged.unlinked:
        at, why = name, f" No line is linked: {judged.unlinked}."
    else:
        at, why = f"[{name}]({commit_link(judged.web, judged.commit)})", ""
    dirty = " and changes that were not committed" if judged.dirty else ""
    return f"Judged at commit {at}{dirty}.{why}"


def _parts(session: Session) -> Iterator[Part]:
    """Yield what there is to look at, the worst first; what is left out is counted per part."""
    by_worker = {judged.worker: judged for judged in session.judgements}
    sorted_out: dict[str, list[str]] = {name: [] for name in ("error", "high", "low", "warning")}
    for entry in session.entries():
        lines = _entry(by_worker[entry.worker], entry, with_code=entry.severity == "error")
        sorted_out[_KIND_OF[entry.severity]].append("\n".join(lines) + "\n")
    lists = f"`{report_command(session)}` lists all."
    for title, kind, noun in _OPEN:
        yield Part(f"### {title}\n\n", sorted_out[kind], "\n", _more(noun, lists))
    sorted_out["area"] = list(_not_examined(session))
    for kind, noun in _FOLDED:
        summary = _number_of(len(sorted_out[kind]), noun)
        opening = f"<details><summary>{summary}</summary>\n\n"
        yield Part(opening, sorted_out[kind], "\n</details>\n\n", _more(noun, lists))
    waiting = [f"- {inert(name)}: {inert(why)}\n" for name, why in session.not_judged]
    yield Part("### Not judged\n\n", waiting, "\n", _more(("worker", "workers"), lists))


def report_command(session: Session) -> str:
    """Return the command that lists what a comment has no room for."""
    worker = f" --worker {session.only.removesuffix('-worker')}" if session.only else ""
    return f"{COMMAND} report --session {session.session_id}{worker}"


def _more(noun: tuple[str, str], lists: str) -> Callable[[int], str]:
    """Return what says of so many things that were left out where they are."""
    return lambda left: f"**{_number_of(left, noun, 'more ')}**: {lists}\n\n"


def _number_of(number: int, noun: tuple[str, str], how: str = "") -> str:
    return f"{number:,} {how}{noun[number != 1]}"


def _not_examined(session: Session) -> Iterator[str]:
    for judged in session.judgements:
        for row in judged.not_examined:
            area, reason = inert(row.get("area")), inert(row.get("reason"))
            yield f"- {inert(judged.worker)}: {area}: {reason}\n"


def _entry(judged: Judgement, entry: Entry, *, with_code: bool) -> Iterator[str]:
    about = " ".join(filter(None, (_rule(entry), inert(entry.about))))
    yield f"- **{entry.severity}** {inert(entry.worker)} {about}: {inert(entry.title)}"
    if entry.text:
        yield f"  It says: {inert(entry.text)}"
    yield f"  At {places(judged, entry)}."
    if entry.advice:
        yield f"  To do: {inert(entry.advice)}"
    shown = next((place for place in entry.places if place.lines), None)
    if with_code and shown is not None:
        yield ""
        yield from (f"  {line}" for line in fence(map(_cut, numbered(shown))))


def _rule(entry: Entry) -> str:
    return code(entry.rule) if entry.kind == "problem" else ""


def places(judged: Judgement, entry: Entry, most: int = _PLACES) -> str:
    """Return where to look, linked where the commit has what was judged."""
    listed = entry.places or (entry.reported_at,)
    more = len(listed) - most
    # The report itself is no part of the code, and need not be committed.
    has_links = bool(entry.places) and judged.commit is not None and not judged.unlinked
    named = ", ".join(
        _place(place, is_apart=has_links and not place.link) for place in listed[:most]
    )
    return f"{named} and {more} more" if more > 0 else named


def _place(place: Cited, *, is_apart: bool) -> str:
    """Return a place as a link; `is_apart` where the commit has another content than was judged."""
    notes = ["not committed as it was judged"] if is_apart else []
    notes += ["changed since"] if place.changed else []
    note = f" ({', '.join(notes)})" if notes else ""
    name = code(_cut(str(place)))
    return f"[{name}]({place.link}){note}" if place.link else f"{name}{note}"


def _cut(line: str) -> str:
    return line if len(line) <= _LINE_CHARACTERS else f"{line[:_LINE_CHARACTERS]}..."
