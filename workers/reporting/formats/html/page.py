"""The page's sections in their order, and its size: what does not fit is counted, and said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from workers import __version__
from workers.contract import counted
from workers.invocation import typed_here
from workers.render import page_macros, render_page
from workers.reporting.formats.html import change, entries, figures
from workers.reporting.formats.html.entries import cut
from workers.reporting.formats.html.pictures import short

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from markupsafe import Markup

    from workers.reporting.formats.judgement import Entry, Judgement, Session, Work

# No page is larger, whatever the reports hold. Problems and findings come first, worst first: with
# their code as long as there is room, then a line each, then only their number.
MOST_BYTES = 4 * 1024 * 1024
_ENTRIES_BYTES = 2 * 1024 * 1024
_LINES_BYTES = 640 * 1024
_LIST_BYTES = 128 * 1024  # of each other list, as long as there is room for lists
_LISTS_BYTES = 768 * 1024
_CLAIMED = "As the report says; its proofs as they were recorded. See what is not accepted."
_ALL_OPEN, _FIRST_OPEN = 12, 6  # entries that are unfolded


class Cut(NamedTuple):
    """The rows of a list that fit, as HTML, and how many did not."""

    html: Markup
    left: int


class Section(NamedTuple):
    """A part of the page below a heading; `left` says what was cut."""

    anchor: str
    title: str
    html: Markup
    total: str = ""
    lead: str = ""
    left: str = ""


class Space:
    """What is left of the page: for entries with their code, for their lines, for other lists."""

    def __init__(self) -> None:
        """Begin with all of it."""
        self.full, self.lines, self.lists = _ENTRIES_BYTES, _LINES_BYTES, _LISTS_BYTES


def page(session: Session) -> str:
    """Return a session's judged reports as one page."""
    made = Making(session)
    sections = [section for section in made.sections() if section.html or section.lead]
    return render_page(
        "report/html/page.j2",
        headline=entries.titles(session),
        session_id=session.session_id,
        status=session.status,
        task=cut(next((one.task for one in session.judgements), "").split("\n\n")[0], 400),
        cards=made.cards(),
        contents=[(one.anchor, one.title, one.total) for one in sections],
        sections=sections,
        everything=made.everything,
        version=__version__,
        megabytes=MOST_BYTES // 1024 // 1024,
    )


def bounded(rows: Sequence[Any], made: Callable[[Any], Markup], size: int) -> Cut:
    """Return the first rows that together take at most `size` bytes."""
    from markupsafe import Markup

    parts: list[Markup] = []
    for row in rows:
        part = made(row)
        size -= len(part.encode())
        if size < 0:
            break
        parts.append(part)
    return Cut(Markup().join(parts), len(rows) - len(parts))


class Making:
    """A page in the making: the session, the macros that draw it, the space that is left."""

    def __init__(self, session: Session) -> None:
        """Take a session with at least one judged report."""
        self.session = session
        self.draw: Any = page_macros("report/html/entries.j2")
        self.space = Space()
        words = f"report --session {session.session_id} --format json"
        self.everything = typed_here(words, None, is_ours=True)

    def cards(self) -> Cut:
        """Return a card for each worker, what is not accepted first."""
        judged = sorted(self.session.judgements, key=lambda one: one.status == "accepted")
        cards = [*map(entries.card, judged)]
        cards += [entries.waiting(name, why) for name, why in self.session.not_judged]
        return self._fitting(cards, self.draw.card)

    def _fitting(self, rows: Sequence[Any], made: Callable[[Any], Markup]) -> Cut:
        """Return the rows of a list that there is room for."""
        cut_rows = bounded(rows, made, min(_LIST_BYTES, self.space.lists))
        self.space.lists -= len(cut_rows.html.encode())
        return cut_rows

    def sections(self) -> Iterator[Section]:
        """Yield the sections, those without a word or a picture too."""
        listed = self.session.entries()
        errors = [one for one in listed if one.severity == "error"]
        warnings = [one for one in listed if one.severity == "warning"]
        findings = [one for one in listed if one.kind == "finding"]
        yield self._entries("not-accepted", "What is not accepted", errors)
        yield self._entries("warnings", "Warnings", warnings, "They reject nothing; worth a look.")
        yield from (self._work(one, one.work) for one in self.session.judgements if one.work)
        yield self._findings(findings)
        yield self._coverage()
        yield self._synthesis()
        yield self._course()
        html = self.draw.limits()
        yield Section("limits", "What acceptance means, and what not", html)

    def _entries(self, anchor: str, title: str, rows: list[Entry], lead: str = "") -> Section:
        from markupsafe import Markup

        opened = len(rows) if len(rows) <= _ALL_OPEN else _FIRST_OPEN
        first_open = {one.fingerprint for one in rows[:opened]}

        def full(entry: Entry) -> Markup:
            row = entries.view(entry, self.session)
            markup: Markup = self.draw.entry(row, entry.fingerprint in first_open)
            return markup

        def line(entry: Entry) -> Markup:
            where = entries.line_of(entry, self.session)
            row = {**entry._asdict(), "anchor": entry.fingerprint, "line": where}
            title = entries.inline(cut(entry.title, 200))
            markup: Markup = self.draw.brief({**row, "title": title})
            return markup

        shown = bounded(rows, full, self.space.full)
        rest = rows[len(rows) - shown.left :]
        briefly = bounded(rest, line, self.space.lines)
        self.space.full -= len(shown.html.encode())
        self.space.lines -= len(briefly.html.encode())
        left = ""
        if rest:
            left = f"{len(rest) - briefly.left:,} of them are listed without their code"
            left += f", {briefly.left:,} more are not listed" if briefly.left else ""
            left += (
                f": this page is at most {MOST_BYTES // 1024 // 1024} MB. All: {self.everything}"
            )
        html = Markup().join((shown.html, briefly.html))
        return Section(anchor, title, html, f"{len(rows):,}", lead if rows else "", left)

    def _findings(self, rows: list[Entry]) -> Section:
        from markupsafe import Markup

        section = self._entries("findings", "Findings", rows)
        drawn = figures.domains(self.session.judgements)
        return section._replace(html=Markup().join((drawn, section.html)))

    def _work(self, judged: Judgement, work: Work) -> Section:
        """Return what a report on a change says was done: outcome, files, proofs, commits."""
        anchor, lead = f"change-{judged.worker}", "" if judged.status == "accepted" else _CLAIMED
        html, count = change.drawn(work, self._items), counted(len(work.files), "file")
        return Section(anchor, f"What was changed{self._by(judged)}", html, count, lead)

    def _items(self, rows: Sequence[Any], made: Callable[[Any], Markup]) -> Markup:
        """Return the rows of a list that there is room for, and how many there are more."""
        fitting = self._fitting(rows, made)
        if not fitting.left:
            return fitting.html
        more: Markup = self.draw.item(f"and {fitting.left:,} more", self.everything)
        return fitting.html + more

    def _coverage(self) -> Section:
        from markupsafe import Markup

        judgements = self.session.judgements
        parts = [
            figures.grid(figures.measures(judgements)),
            *self._not_examined(),
            *map(self._silences, judgements),
        ]
        return Section("coverage", "Coverage and scores", Markup().join(parts))

    def _not_examined(self) -> Iterator[Markup]:
        """Yield what workers say that they did not look at."""
        rows = [(one, row) for one in self.session.judgements for row in one.not_examined]
        yield from self._list("What was not examined", rows, self._area)

    def _area(self, listed: tuple[Judgement, dict[str, Any]]) -> tuple[str, str]:
        judged, row = listed
        return cut(row.get("area")), f"{cut(row.get('reason'), 400)}{self._by(judged)}"

    def _silences(self, judged: Judgement) -> Markup:
        """Return what of the map a report does not mention."""
        from markupsafe import Markup

        rows = []
        for kind, row in judged.coverage.items():
            names = row.get("not_mentioned") if isinstance(row, dict) else None
            listed = names if isinstance(names, list) else []
            word = cut(kind.replace("_", " "), 40)
            rows += [(str(name), word.removesuffix("s")) for name in listed]
            total = row.get("not_mentioned_total") if isinstance(row, dict) else 0
            if isinstance(total, int) and total > len(listed):
                rows.append((f"and {total - len(listed):,} more", word))
        title = f"In the repository, not mentioned{self._by(judged)}"
        items = self._list(title, rows, lambda row: (cut(row[0]), row[1]), is_folded=True)
        return Markup().join(items)

    def _by(self, judged: Judgement) -> str:
        return f" ({cut(short(judged.worker))})" if len(self.session.judgements) > 1 else ""

    def _list(
        self,
        title: str,
        rows: Sequence[Any],
        words: Callable[[Any], tuple[str, str]],
        *,
        is_folded: bool = False,
    ) -> Iterator[Markup]:
        """Yield a list below a small heading, or folded below it; nothing without rows."""
        if not rows:
            return
        items = self._items(rows, lambda row: self.draw.item(*words(row)))
        yield self.draw.list(title, len(rows), items, is_folded)

    def _synthesis(self) -> Section:
        """Return what was made of all reports; an empty section without it."""
        from markupsafe import Markup

        made = self.session.synthesis or {}
        rows = list(
            {str(row.get("fingerprint")): row for row in _rows(made, "contradictions")}.values()
        )
        rows.sort(key=lambda row: (row.get("state") != "open", row.get("severity") != "error"))
        several = [row for row in _rows(made, "findings") if len(row.get("workers") or ()) > 1]
        compared = self._fitting(
            rows, lambda row: self.draw.contradiction(entries.contradiction(row))
        )
        parts = [compared.html]
        if several:
            merged = self._fitting(several, lambda row: self.draw.merged(entries.merged(row)))
            title = "Found by several workers"
            parts.append(self.draw.list(title, len(several), merged.html, is_folded=False))
        for title, name, words in _LISTS:
            listed = _rows(made, name)
            parts += self._list(title, listed, words, is_folded=len(listed) > _ALL_OPEN)
        summary = made.get("summary")
        text = summary.get("text") if isinstance(summary, dict) else ""
        count = counted(len(rows), "contradiction") if rows else ""
        html = Markup().join(parts)
        left = (
            f"{compared.left:,} of them are not listed. All: SYNTHESIS.md" if compared.left else ""
        )
        lead = cut(text or "", 1000)
        return Section("synthesis", "The reports compared", html, count, lead, left)

    def _course(self) -> Section:
        """Return how it went: the plan, the attempts, the events."""
        session = self.session
        states = {judged.worker: judged.status for judged in session.judgements}
        plan, attempts = figures.plan(session.plan, states), figures.attempts(session.judgements)
        drawn = (plan.html, attempts.html, figures.timeline(session.timeline))
        html = figures.grid([one for one in drawn if one])
        left = [words for words in (plan.left, attempts.left) if words]
        not_drawn = f"Not drawn: {', '.join(left)}. All: {self.everything}" if left else ""
        return Section("course", "How it went", html, left=not_drawn)


def _who(row: dict[str, Any]) -> str:
    names = dict.fromkeys(cut(short(str(one.get("worker")))) for one in _rows(row, "said_by")[:8])
    return f"({', '.join(names)})"


def _action(row: dict[str, Any]) -> tuple[str, str]:
    after = cut(", ".join(str(number) for number in (row.get("after") or ())[:20]))
    waits = f", after {after}" if after else ""
    return cut(row.get("action"), 400), f"{cut(row.get('priority'))}{waits} {_who(row)}"


def _question(row: dict[str, Any]) -> tuple[str, str]:
    return cut(row.get("question"), 400), _who(row)


def _handoff(row: dict[str, Any]) -> tuple[str, str]:
    return cut(row.get("summary"), 400), f"to {cut(row.get('to'))} {_who(row)}"


_LISTS: tuple[tuple[str, str, Callable[[dict[str, Any]], tuple[str, str]]], ...] = (
    ("What to do, in this order", "actions", _action),
    ("Open questions", "open_questions", _question),
    ("Handed on", "handoffs", _handoff),
)


def _rows(fields: dict[str, Any], name: str) -> list[dict[str, Any]]:
    rows = fields.get(name)
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
