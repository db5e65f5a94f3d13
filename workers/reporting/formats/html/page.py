"""The page's sections in their order, and its size: what does not fit is counted, and said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from workers import __version__
from workers.contract import counted
from workers.invocation import typed_here
from workers.render import page_macros, render_page
from workers.reporting.formats.html import entries, pictures
from workers.reporting.formats.html.entries import cut
from workers.reporting.formats.html.pictures import clock, short

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from markupsafe import Markup

    from workers.reporting.formats.judgement import Entry, Judgement, Session

# No page is larger, whatever the reports hold. Problems and findings come first, worst first: with
# their code as long as there is room, then a line each, then only their number.
MOST_BYTES = 4 * 1024 * 1024
_ENTRIES_BYTES = 2 * 1024 * 1024
_LINES_BYTES = 640 * 1024
_LIST_BYTES = 128 * 1024  # of each other list
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
    """What is left of the page for problems and findings; each section takes what it needs."""

    def __init__(self) -> None:
        """Begin with all of it."""
        self.full, self.lines = _ENTRIES_BYTES, _LINES_BYTES


def page(session: Session) -> str:
    """Return a session's judged reports as one page."""
    made = Making(session)
    sections = [section for section in made.sections() if section.html or section.lead]
    return render_page(
        "report/html/page.j2",
        headline=entries.titles(session),
        session_id=session.session_id,
        status=session.status,
        task=cut(next((one.task for one in session.judgements), ""), 400),
        cards=made.cards(),
        contents=[(one.anchor, one.title, one.total) for one in sections],
        sections=sections,
        everything=made.everything,
        version=__version__,
        megabytes=MOST_BYTES // 1024 // 1024,
    )


def bounded(rows: Iterable[Any], made: Callable[[Any], Markup], size: int) -> Cut:
    """Return the first rows that together take at most `size` bytes."""
    from markupsafe import Markup

    parts: list[Markup] = []
    left = 0
    for row in rows:
        part = made(row) if not left else Markup()
        size -= len(part.encode())
        if left or size < 0:
            left += 1
        else:
            parts.append(part)
    return Cut(Markup().join(parts), left)


class Making:
    """A page in the making: the session, the macros that draw it, the space that is left."""

    def __init__(self, session: Session) -> None:
        """Take a session with at least one judged report."""
        self.session = session
        self.draw: Any = page_macros("report/html/entries.j2")
        self.picture: Any = page_macros("report/html/pictures.j2")
        self.space = Space()
        words = f"report --session {session.session_id} --format json"
        self.everything = typed_here(words, None, is_ours=True)

    def cards(self) -> Cut:
        """Return a card for each worker, what is not accepted first."""
        judged = sorted(self.session.judgements, key=lambda one: one.status == "accepted")
        cards = [*map(entries.card, judged)]
        cards += [entries.waiting(name, why) for name, why in self.session.not_judged]
        return bounded(cards, self.draw.card, _LIST_BYTES)

    def sections(self) -> Iterator[Section]:
        """Yield the sections, those without a word or a picture too."""
        listed = self.session.entries()
        errors = [one for one in listed if one.severity == "error"]
        warnings = [one for one in listed if one.severity == "warning"]
        findings = [one for one in listed if one.kind == "finding"]
        yield self._entries("not-accepted", "What is not accepted", errors)
        yield self._entries("warnings", "Warnings", warnings, "They reject nothing; worth a look.")
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
        bars = pictures.severities(self.session.judgements)
        if len(rows) < 2:
            return section
        heads = ("Domain", "Findings")
        caption = "Each domain's findings, the worst at the left."
        drawn = self.picture.bars("domains", "Severity by domain", caption, bars, heads)
        return section._replace(html=Markup().join((drawn, section.html)))

    def _coverage(self) -> Section:
        from markupsafe import Markup

        judgements = self.session.judgements
        drawn = []
        for anchor, title, caption, bars in (
            (
                "coverage-bars",
                "Coverage",
                "Of how much of what the program knows of the repository a report speaks.",
                pictures.coverage(judgements),
            ),
            (
                "claimed",
                "Scores claimed",
                "What the worker gives the code, of 10: an opinion.",
                pictures.scores(judgements, "claimed", 10),
            ),
            (
                "computed",
                "Scores computed",
                "What the program gives the report, of 100: by a formula, and no verdict.",
                pictures.scores(judgements, "computed", 100),
            ),
        ):
            if bars:
                drawn.append(self.picture.bars(anchor, title, caption, bars, ("What", "Value")))
        parts = [
            self.draw.grid(Markup().join(drawn)),
            *self._not_examined(),
            *map(self._silences, judgements),
        ]
        return Section("coverage", "Coverage and scores", Markup().join(parts))

    def _not_examined(self) -> Iterator[Markup]:
        """Yield what workers say that they did not look at."""
        rows = [
            (cut(row.get("area")), f"{cut(row.get('reason'), 400)}{self._by(judged)}")
            for judged in self.session.judgements
            for row in judged.not_examined
        ]
        yield from self._list("What was not examined", rows)

    def _silences(self, judged: Judgement) -> Markup:
        """Return what of the map a report does not mention."""
        from markupsafe import Markup

        rows = []
        for kind, row in judged.coverage.items():
            names = row.get("not_mentioned") if isinstance(row, dict) else None
            listed = names if isinstance(names, list) else []
            rows += [(cut(name), kind.replace("_", " ").removesuffix("s")) for name in listed]
            total = row.get("not_mentioned_total") if isinstance(row, dict) else 0
            if isinstance(total, int) and total > len(listed):
                rows.append((f"and {total - len(listed):,} more", kind.replace("_", " ")))
        title = f"In the repository, not mentioned{self._by(judged)}"
        return Markup().join(self._list(title, rows, is_folded=True))

    def _by(self, judged: Judgement) -> str:
        return f" ({short(judged.worker)})" if len(self.session.judgements) > 1 else ""

    def _list(
        self, title: str, rows: Sequence[tuple[str, str]], *, is_folded: bool = False
    ) -> Iterator[Markup]:
        """Yield a list below a small heading, or folded below it; nothing without rows."""
        if not rows:
            return
        fitting = bounded(rows, lambda row: self.draw.item(*row), _LIST_BYTES)
        items = fitting.html
        if fitting.left:
            items += self.draw.item(f"and {fitting.left:,} more", self.everything)
        yield self.draw.list(title, len(rows), items, is_folded)

    def _synthesis(self) -> Section:
        """Return what was made of all reports; an empty section without it."""
        from markupsafe import Markup

        made = self.session.synthesis or {}
        rows = _rows(made, "contradictions")
        rows.sort(key=lambda row: (row.get("state") != "open", row.get("severity") != "error"))
        views = map(entries.contradiction, rows)
        several = [row for row in _rows(made, "findings") if len(row.get("workers") or ()) > 1]
        merged = bounded(map(entries.merged, several), self.draw.merged, _LIST_BYTES)
        parts = [bounded(views, self.draw.contradiction, 2 * _LIST_BYTES).html]
        if several:
            title = "Found by several workers"
            parts.append(self.draw.list(title, len(several), merged.html, is_folded=False))
        for title, name, text, note in _LISTS:
            listed = [(cut(row.get(text), 400), note(row)) for row in _rows(made, name)]
            parts += self._list(title, listed, is_folded=len(listed) > _ALL_OPEN)
        summary = made.get("summary")
        said = summary.get("text") if isinstance(summary, dict) else ""
        count = counted(len(rows), "contradiction") if rows else ""
        html = Markup().join(parts)
        return Section("synthesis", "The reports compared", html, count, cut(said or "", 1000))

    def _course(self) -> Section:
        """Return how it went: the plan, the attempts, the events."""
        from markupsafe import Markup

        session = self.session
        drawn = []
        plan = pictures.plan(session)
        if plan is not None:
            waits = dict(session.plan)
            states = {node.worker: node.state for node in plan.nodes}
            rows = [(name, pictures.listed(waits[name]), states[name]) for name in waits]
            drawn.append(self.picture.plan(plan, rows))
        for number, judged in enumerate(session.judgements[: pictures.MOST_ATTEMPTED]):
            columns = pictures.attempts(judged)
            if len(columns) > 1 and any(one.problems for one in columns):
                name = short(judged.worker)
                drawn.append(self.picture.attempts(f"attempts-{number}", name, columns))
        lanes = pictures.timeline(session)
        if lanes:
            events = session.timeline
            listed = [(clock(at), short(who), what, cut(said)) for at, who, what, said in events]
            first, last = clock(events[0][0]), clock(events[-1][0])
            drawn.append(self.picture.timeline(lanes, first, last, listed))
        html = self.draw.grid(Markup().join(drawn)) if drawn else Markup()
        return Section("course", "How it went", html)


def _who(row: dict[str, Any]) -> str:
    names = dict.fromkeys(short(str(one.get("worker"))) for one in _rows(row, "said_by"))
    return f"({', '.join(names)})"


def _action_note(row: dict[str, Any]) -> str:
    after = ", ".join(map(str, row.get("after") or ()))
    waits = f", after {after}" if after else ""
    return f"{cut(row.get('priority'))}{waits} {_who(row)}"


_LISTS: tuple[tuple[str, str, str, Callable[[dict[str, Any]], str]], ...] = (
    ("What to do, in this order", "actions", "action", _action_note),
    ("Open questions", "open_questions", "question", _who),
    ("Handed on", "handoffs", "summary", lambda row: f"to {cut(row.get('to'))} {_who(row)}"),
)


def _rows(fields: dict[str, Any], name: str) -> list[dict[str, Any]]:
    rows = fields.get(name)
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
