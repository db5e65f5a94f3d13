"""Monitors: the file names them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sessions.patterns import lazy_pattern
from workers.claims.claim import UNDECIDED, confirmed
from workers.claims.kinds.declared import Absence, absent, by_word, declared_in
from workers.claims.kinds.places import no_such_file, rows_of, sources_of
from workers.delivery.delivery import text_of
from workers.repository.source import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from workers.claims.claim import Claim, Verdict
    from workers.claims.ground import Ground
    from workers.delivery.delivery import Delivery
    from workers.repository.source import Source

# Files in which everything that watches has a name; a probe or a HEALTHCHECK has none.
_NAMES_ALL = frozenset({"Prometheus", "Terraform"})
_TEXT = lazy_pattern(r"[\"'`](\w{1,80})[\"'`]")
_ENDING = lazy_pattern(r"_(?:total|bucket|sum|count|info)$")  # what a library may put behind a name
_MOST_PARTS = 20


def extract(delivery: Delivery) -> Iterator[Claim]:
    """Yield the monitors."""
    for _, row, claim in rows_of(delivery, "monitor"):
        name = text_of(row, "name").strip()
        if name:
            yield replace(claim, kind="monitor", subject=name, says=name)


def decide(ground: Ground, claim: Claim) -> Verdict:
    """The file declares the monitor by this name."""
    missing = no_such_file(ground, claim, text_of(claim.entry, "file"))
    if missing is not None:
        return missing
    sources = sources_of(ground, claim)
    for source in sources:
        known = declared_in(source)
        for monitor in known.monitors if known else ():
            if plain(monitor.name) == plain(claim.says):
                return confirmed(source.path, monitor.line)
    named = by_word(claim, claim.says)
    if named.outcome == "confirmed" or _may_be_unnamed(claim, sources):
        return named
    formats = {known.format for source in sources for known in [declared_in(source)] if known}
    if not formats <= _NAMES_ALL:
        return UNDECIDED
    return absent(ground, claim, sources, Absence("K74", "monitors", "name"))


def _may_be_unnamed(claim: Claim, sources: list[Source]) -> bool:
    """Tell whether a file need not hold a name: words, the file's own, one put together."""
    own = plain(claim.says.split(".")[0])
    return any(sign.isspace() for sign in claim.says) or any(
        own == plain(_stem(source.path)) or _is_composed(source, claim.says) for source in sources
    )


def _stem(path: str) -> str:
    return path.rpartition("/")[2].split(".")[0]


def _is_composed(source: Source, name: str) -> bool:
    """Tell whether a name is made of texts of a file, as a metric is of its namespace and name."""
    texts = {text for line in source.lines for text in _TEXT.findall(line[:2000])}
    parts = _ENDING.sub("", name).split("_")[:_MOST_PARTS]
    ends = {0}
    for end in range(1, len(parts) + 1):
        if any("_".join(parts[start:end]) in texts for start in ends):
            ends.add(end)
    return len(parts) in ends


DECIDERS: dict[str, Callable[[Ground, Claim], Verdict]] = {"monitor": decide}
