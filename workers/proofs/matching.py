"""Which test of before is which of now: by name, by name elsewhere, by what it does."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

from sessions.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence

    from workers.proofs.suites.suite import Check, Test

MOVED = 0.4  # how alike bodies of one name in two files are
RENAMED = 0.7  # how alike bodies of two names are
_DISTINCT = 14  # characters of a name that few tests share
_PAIRS = 40_000  # bodies that are compared; beyond that names decide alone
_LITERAL = lazy_pattern(r"\d|[\"']")


class Placed(NamedTuple):
    """A test in its file, with all that it checks, helpers included."""

    file: str
    test: Test
    checks: tuple[Check, ...]
    line: int
    was: str

    @property
    def weight(self) -> int:
        """How many expressions it compares, over all its cases."""
        return sum(check.weight for check in self.checks) * max(1, len(self.test.rows))

    @property
    def texts(self) -> Counter[str]:
        """Its checks as text, counted."""
        return Counter(check.text for check in self.checks)


class Matched(NamedTuple):
    """Pairs of before and now, and what is left on either side."""

    pairs: list[tuple[Placed, Placed]]
    gone: list[Placed]
    new: list[Placed]


def match(before: Sequence[Placed], now: Sequence[Placed]) -> Matched:
    """Pair the tests of all files given, each at most once."""
    state = Matched([], list(before), list(now))
    _by(state, lambda placed: (placed.file, placed.test.name, placed.test.body.source), 0.0)
    _by(state, lambda placed: (placed.file, placed.test.name), 0.0)
    _by(state, lambda placed: (placed.file, placed.test.title), MOVED / 2)
    _by(state, lambda placed: placed.test.name, MOVED)
    _by(state, lambda placed: placed.test.title, MOVED)
    _by_body(state)
    return state


def _by(state: Matched, key: Callable[[Placed], Hashable], least: float) -> None:
    there: defaultdict[Hashable, list[Placed]] = defaultdict(list)
    for placed in state.new:
        there[key(placed)].append(placed)
    for old in list(state.gone):
        candidates = there.get(key(old), [])
        if not candidates:
            continue
        closest = candidates[0]
        if least or len(candidates) > 1:
            closest = max(candidates[:50], key=lambda new: likeness(old, new))
        distinct = len(old.test.title) >= _DISTINCT
        if least and likeness(old, closest) < (least / 4 if distinct else least):
            continue
        candidates.remove(closest)
        _pair(state, old, closest)


def _pair(state: Matched, old: Placed, new: Placed) -> None:
    state.pairs.append((old, new))
    state.gone.remove(old)
    state.new.remove(new)


def _by_body(state: Matched) -> None:
    if len(state.gone) * len(state.new) > _PAIRS:
        return
    ranked = [
        (score, number, other)
        for number, old in enumerate(state.gone)
        for other, new in enumerate(state.new)
        if _near_in_length(old, new) and (score := _renamed(old, new)) >= RENAMED
    ]
    gone, new = list(state.gone), list(state.new)
    taken: set[tuple[str, int]] = set()
    for _score, number, other in sorted(ranked, key=lambda pair: (-pair[0], pair[1:])):
        if not {("old", number), ("new", other)} & taken:
            taken |= {("old", number), ("new", other)}
            _pair(state, gone[number], new[other])


def _near_in_length(old: Placed, new: Placed) -> bool:
    shorter, longer = sorted((len(old.test.body.words), len(new.test.body.words)))
    return longer <= 4 * shorter + 8


def _renamed(old: Placed, new: Placed) -> float:
    """Return how likely a test is another under a new name; a name of the same words helps."""
    alike = likeness(old, new)
    if old.file != new.file:
        return alike - 0.1
    names = [set(re.findall(r"[a-z]+|[A-Z][a-z]*|\d+", placed.test.title)) for placed in (old, new)]
    shared = len(names[0] & names[1]) / max(1, len(names[0] | names[1]))
    if shared >= 0.25 and alike >= 0.25 and shared + alike >= 0.9:
        return max(alike, RENAMED)
    return alike + (0.2 if shared >= 0.5 and alike >= 0.5 else 0.0)


def likeness(old: Placed, new: Placed) -> float:
    """Return the share of words that two bodies have in common, 0 to 1."""
    return shared_words(old.test.body.words, new.test.body.words)


def shared_words(before: Iterable[str], now: Iterable[str]) -> float:
    """Return Dice's coefficient of two bags of words; of two empty ones 1."""
    first, second = Counter(before), Counter(now)
    size = first.total() + second.total()
    return 2 * (first & second).total() / size if size else 1.0


def shape(placed: Placed) -> list[str]:
    """Return a body's words without its literals."""
    return [word for word in placed.test.body.words if not _LITERAL.match(word)]
