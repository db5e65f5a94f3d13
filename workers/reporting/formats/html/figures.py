"""The pictures as HTML, for the page of a report and for `serve`: what is drawn is drawn here."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from workers.contract import counted
from workers.render import page_macros
from workers.reporting.formats.html import pictures
from workers.reporting.formats.html.pictures import clock, short

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from markupsafe import Markup

    from workers.reporting.formats.html.pictures import Bar
    from workers.reporting.formats.judgement import Judgement

_PICTURED = 8  # workers whose attempts are drawn


class Figure(NamedTuple):
    """A picture, and what there was no room for, in words."""

    html: Markup
    left: str = ""


@cache
def _draw() -> Any:
    return page_macros("report/html/pictures.j2")


def grid(drawn: Sequence[Markup]) -> Markup:
    """Return pictures beside each other; nothing for none."""
    from markupsafe import Markup

    return _draw().grid(Markup().join(drawn)) if drawn else Markup()


def domains(judgements: Sequence[Judgement]) -> Markup:
    """Return the findings of each domain by severity; nothing for less than two."""
    from markupsafe import Markup

    bars = pictures.severities(judgements)
    if sum(len(judged.of("finding")) for judged in judgements) < 2:
        return Markup()
    caption = "The findings of each domain, the worst at the left."
    return _bars("domains", "Severity by domain", caption, bars, ("Domain", "Findings"))


def measures(judgements: Sequence[Judgement]) -> list[Markup]:
    """Return coverage, the scores that were claimed, and beside them those that were computed."""
    rows = (
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
    )
    return [_bars(*row, ("What", "Value")) for row in rows if row[-1]]


def _bars(
    anchor: str, title: str, caption: str, bars: tuple[Bar, ...], heads: tuple[str, str]
) -> Markup:
    drawn = pictures.first(bars)
    more = len(bars) - len(drawn)
    words = f"{caption} Not drawn: {more} more." if more else caption
    html: Markup = _draw().bars(anchor, title, words, drawn, heads)
    return html


def attempts(judgements: Sequence[Judgement]) -> Figure:
    """Return the problems of each attempt, a picture for each worker that needed several."""
    from markupsafe import Markup

    several = [
        judged
        for judged in judgements
        if len(judged.verdicts) > 1 and any(map(pictures.problems_of, judged.verdicts))
    ]
    drawn = [
        _draw().attempts(
            f"attempts-{number}", pictures.cell(short(judged.worker)), pictures.attempts(judged)
        )
        for number, judged in enumerate(several[:_PICTURED])
    ]
    more = len(several) - _PICTURED
    return Figure(
        Markup().join(drawn), f"the attempts of {counted(more, 'worker')} more" if more > 0 else ""
    )


def plan(
    waits: Sequence[tuple[str, tuple[str, ...]]],
    states: Mapping[str, str],
    *,
    is_listed: bool = False,
) -> Figure:
    """Return who waits for whom, with how each worker is; nothing for a single one.

    `is_listed`: the page has the same in words, so no table is drawn below it.
    """
    from markupsafe import Markup

    graph = pictures.plan(waits, states)
    if graph is None:
        return Figure(Markup())
    rows = [] if is_listed else pictures.plan_rows(waits, graph)
    more = len(waits) - len(graph.nodes)
    left = f"{counted(more, 'worker')} of the plan" if more else ""
    return Figure(_draw().plan(graph, rows), left)


def timeline(events: Sequence[tuple[str, ...]], *, is_listed: bool = False) -> Markup:
    """Return what happened to each worker, oldest first; `is_listed` as in `plan`."""
    from markupsafe import Markup

    lanes = pictures.timeline(events)
    if not lanes:
        return Markup()
    start, end = (clock(events[at][0])[:19] for at in (0, -1))
    if start[:16] != end[:16]:
        start, end = start[:16], end[:16]
    rows = [] if is_listed else pictures.timeline_rows(events)
    html: Markup = _draw().timeline(lanes, start, end, rows)
    return html
