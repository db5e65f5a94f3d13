"""Claims about coverage: a figure is the one of the report that it names."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING

from sessions.errors import shown
from sessions.patterns import lazy_pattern
from workers.claims.citations import meant_path, shown_path
from workers.claims.claim import UNDECIDED, confirmed, place, refuted
from workers.claims.kinds.screens import rows_of, text_in
from workers.delivery.delivery import problem, text_of
from workers.readers import coverage
from workers.repository.repository import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from workers.claims.claim import Claim, Verdict
    from workers.claims.ground import Ground
    from workers.delivery.delivery import Delivery
    from workers.readers.coverage import CoverageReport, Figure
    from workers.repository.source import Source

_TOTALS = frozenset({"total", "overall", "all", "project", "all files"})
_FILE = lazy_pattern(r"[^\n]{0,400}[\w\])]\.\w{1,10}")


def extract(delivery: Delivery) -> Iterator[Claim]:
    """Yield the figures that are said to be reached."""
    for _, row, claim in rows_of(delivery, "coverage_figure", "source"):
        percent = row.get("percent")
        if isinstance(percent, int | float) and not isinstance(percent, bool):
            yield claim


@lru_cache(maxsize=32)
def _report(source: Source) -> CoverageReport | None:
    return coverage.read(source.path, text_in(source))


def decide(ground: Ground, claim: Claim) -> Verdict:
    """The report gives the figure, to the digits that are written."""
    named = text_of(claim.entry, "source")
    source = ground.repository.source(named)
    if isinstance(source, Refused):
        return _not_there(ground, claim, source)
    report = _report(source)
    if report is None:
        return UNDECIDED
    scope = text_of(claim.entry, "scope").strip("` ")
    figures = _figures(report, scope)
    if figures is None:
        return UNDECIDED
    metric = text_of(claim.entry, "metric")
    of_metric = [figure for figure in figures if figure.metric == metric]
    if not of_metric:
        what = f"{shown(scope, 120)}" if not figures else f"a {metric} figure of {shown(scope, 80)}"
        message = f"`{place(source.path, None)}` does not list {what}"
        key = "scope" if not figures else "metric"
        hint = "Write what the report lists, or name the report that does."
        return refuted(problem("K59", message, hint, ground.place(claim, key)), source.path)
    percent = float(claim.entry["percent"])
    if len({figure.scope for figure in of_metric}) > 1:
        return UNDECIDED
    for figure in of_metric:
        if any(is_rounded(percent, exact) for exact in figure.percents):
            return confirmed(source.path, figure.line)
    figure = of_metric[0]
    real = f"{figure.percents[0]:.2f}".rstrip("0").rstrip(".")
    message = f"`{place(source.path, figure.line)}` gives {real} %, not {percent:g} %"
    refutation = problem("K58", message, f"Write {real}.", ground.place(claim, "percent"))
    return refuted(refutation, source.path, figure.line)


def _not_there(ground: Ground, claim: Claim, source: Refused) -> Verdict:
    named = text_of(claim.entry, "source")
    if source.reason not in {"missing", "not_a_file"}:
        return UNDECIDED
    message = f"`{shown_path(named)}` does not exist"
    hint = meant_path(named, source.near) or "Name the report that the figure is from."
    return refuted(problem("K57", message, hint, ground.place(claim, "source")))


def _figures(report: CoverageReport, scope: str) -> list[Figure] | None:
    """Return the figures of a scope, none where it is not listed; None where that is not known."""
    if scope.lower() in _TOTALS:
        return [figure for figure in report.figures if figure.scope == coverage.TOTAL]
    if not _FILE.fullmatch(scope):
        return None  # a folder, a layer
    own = _parts(scope)
    same = {listed for listed in report.scopes() if _is_end(own, _parts(listed))}
    if len(same) > 1:
        exact = {listed for listed in same if _parts(listed) == own}
        same = exact or same
    return [figure for figure in report.figures if figure.scope in same]


def _parts(path: str) -> list[str]:
    return [part for part in path.replace("\\", "/").split("/") if part not in {"", "."}]


def _is_end(one_path: list[str], other: list[str]) -> bool:
    """Tell whether one of two paths is the end of the other."""
    shorter, longer = sorted((one_path, other), key=len)
    return bool(shorter) and longer[-len(shorter) :] == shorter


def is_rounded(written: float, exact: float) -> bool:
    """Tell whether a figure is another one, rounded or cut to the digits that it has.

    81.2 and 81 are 81.23, 82 and 81.3 are not.
    """
    text = repr(float(written))
    digits = 0 if text.endswith(".0") or "e" in text else len(text.partition(".")[2])
    unit = 10.0**-digits
    is_near = abs(exact - written) <= unit / 2 + 1e-9
    return is_near or math.floor(exact / unit + 1e-9) == round(written / unit)


DECIDERS: dict[str, Callable[[Ground, Claim], Verdict]] = {"coverage_figure": decide}
