"""Tests that were weakened between two versions of the code: by parsing, never by running."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Literal, NamedTuple

from sessions.patterns import lazy_pattern
from workers.proofs import suites
from workers.proofs.matching import Placed, likeness, match, shape, shared_words
from workers.proofs.selection import decides_tests, deselected
from workers.proofs.suites.suite import Check, Helper, Suite, Test

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from workers.proofs.matching import Matched

__all__ = ["Weakened", "decides_tests", "deselected", "weakened"]

What = Literal["removed", "skipped", "emptied", "fewer_assertions", "only"]
_DEEP = 4  # helpers that call helpers
_MOST = 2_000  # checks of a test
_MERGED = 0.5  # how alike tests are that became cases of another
_PART = lazy_pattern(
    r"[cC]ontain|[iI]nclude|[mM]atch|=~|\bin\b|assertIn|has[A-Z_]|[sS]tartsWith|starts_with"
)
_EQUAL = lazy_pattern(r"[eE]qual|toBe\(|==|\beq\(|\.to eq|assertSame|assert_eq|MatchObject|napshot")
_QUOTED = lazy_pattern(r"'(?:[^'\\]|\\.){0,300}'")
_NAME = lazy_pattern(r"[A-Za-z_]\w{0,80}")
_CHECKING = lazy_pattern(
    r"assert\w{0,40}|[cC]ontain\w{0,40}|expect|to|not|[tT]o[A-Z]\w{0,40}|is[A-Z]\w{0,40}|eq|match\w{0,20}"
    r"|has[A-Z]\w{0,40}|in|String|require|t|[iI]nclude\w{0,20}|[eE]qual\w{0,20}|self|be|is|and"
)
_REPEATED = 0.6  # share of a test's checks that another has taken over


class Weakened(NamedTuple):
    """A test that checks less than it did.

    - `file`: where it is now, or was when it is gone; `line` in that file
    - `test`: its qualified name: `TestUsers::test_list`, `users > lists`
    """

    file: str
    test: str
    what: What
    line: int | None
    detail: str


class _Pair(NamedTuple):
    """A file before and now; its tests go by the path that it has now."""

    path: str
    was: str
    before: Suite
    now: Suite
    source: bytes


def weakened(files: Iterable[tuple[str, bytes | None, str, bytes | None]]) -> list[Weakened]:
    """Return what was weakened in the files: path and content before, then now; None: not there.

    All changed files belong in one call: a test that moved between them is no loss.
    """
    pairs = _read(files)
    old_helpers, new_helpers = (_shared(p.before for p in pairs), _shared(p.now for p in pairs))
    before = [t for p in pairs for t in _placed(p, p.before, old_helpers)]
    # A helper that is still called and no longer among these files lies in one that was not given.
    elsewhere = {**old_helpers, **new_helpers}
    now = [t for p in pairs for t in _placed(p, p.now, {**p.before.helpers, **elsewhere})]
    matched = match(before, now)
    surplus = _surplus(matched)
    by_path = {pair.path: pair for pair in pairs}
    losses = [
        loss
        for old, new in matched.pairs
        for loss in (_skipped(old, new), _fewer(old, new, surplus), _fewer_rows(old, new, matched))
        if loss
    ]
    losses += _focused(pairs, before, now)
    room = _Room.of(matched)
    losses += [
        _removed(old, by_path[old.file])
        for old in matched.gone
        if not _lives_on(old, matched, surplus, room) and not _hidden(old, by_path[old.file])
    ]
    return sorted(set(losses), key=lambda loss: (loss.file, loss.line or 0, loss.test, loss.what))


def _read(files: Iterable[tuple[str, bytes | None, str, bytes | None]]) -> list[_Pair]:
    listed = [entry for entry in files if suites.reader_of(entry[0]) or suites.reader_of(entry[2])]
    # A file that runners find only where they are told to is taken for one if others like it were.
    loose = any(
        suites.collected(was) is None and before is not None for was, before, _path, _now in listed
    )
    pairs = (_pair(entry, loose=loose) for entry in listed)
    return [pair for pair in pairs if pair is not None]


def _pair(entry: tuple[str, bytes | None, str, bytes | None], *, loose: bool) -> _Pair | None:
    was, before, path, now = entry
    strict = suites.collected(was) if before is not None else None
    there = suites.collected(path)
    unchanged = before == now and was == path
    if unchanged or (strict is False and not there):
        return None
    if there is None:
        there = loose and strict is not True
    old = suites.read(was, before) if before is not None and strict is not False else Suite()
    new = suites.read(path, now) if now is not None else Suite()
    if old is None or new is None:
        return None
    if not there:  # its functions are still there, but nobody runs them
        asides = {test.title: Helper(test.line, test.body) for test in new.tests}
        new = new._replace(tests=(), helpers={**new.helpers, **asides})
    shares = bool(old.tests or new.tests) or suites.is_for_tests(path)
    old, new = old._replace(shares=shares), new._replace(shares=shares)
    return _Pair(path if now is not None else was, was, old, new, now or b"")


def _shared(several: Iterable[Suite]) -> dict[str, Helper]:
    """Return the helpers of all files; of two with one name that which checks more."""
    helpers: dict[str, Helper] = {}
    for suite in several:
        if not suite.shares:
            continue
        for name, helper in suite.helpers.items():
            other = helpers.get(name)
            if other is None or len(other.body.checks) < len(helper.body.checks):
                helpers[name] = helper
    return helpers


def _placed(pair: _Pair, suite: Suite, shared: Mapping[str, Helper]) -> Iterator[Placed]:
    known = {**shared, **suite.helpers}
    read_in: dict[str, tuple[Check, ...]] = {}
    for test in suite.tests:
        checks = _all_checks(test.body.checks, test.body.calls, known, read_in, 0)
        yield Placed(pair.path, test, checks, test.line, pair.was)


def _all_checks(
    checks: Iterable[Check],
    calls: Iterable[str],
    known: Mapping[str, Helper],
    read_in: dict[str, tuple[Check, ...]],
    depth: int,
) -> tuple[Check, ...]:
    """Return checks with those of the helpers that are called in their place."""
    every: list[Check] = []
    for check in checks:
        inner = _of_helper(check.called, known, read_in, depth)
        every += inner or (check,)
    for name in calls:
        every += _of_helper(name, known, read_in, depth) or ()
    return tuple(every[:_MOST])


def _of_helper(
    name: str, known: Mapping[str, Helper], read_in: dict[str, tuple[Check, ...]], depth: int
) -> tuple[Check, ...] | None:
    if name not in known or depth >= _DEEP:
        return None
    if name not in read_in:
        read_in[name] = ()  # a helper that calls itself
        body = known[name].body
        read_in[name] = _all_checks(body.checks, body.calls, known, read_in, depth + 1)
    return read_in[name]


def _surplus(matched: Matched) -> Counter[str]:
    """Return the checks that were not there before, where a lost one may have gone."""
    more: Counter[str] = Counter()
    for old, new in matched.pairs:
        more += new.texts - old.texts
    for new in matched.new:
        more += new.texts
    return more


def _loss(placed: Placed, what: What, detail: str) -> Weakened:
    return Weakened(placed.file, placed.test.name, what, placed.line, detail)


def _skipped(old: Placed, new: Placed) -> Weakened | None:
    was, skip = old.test.skip, new.test.skip
    if skip is None or (was is not None and (was.always or not skip.always)):
        return None
    return _loss(new, "skipped", skip.how)


def _fewer(old: Placed, new: Placed, surplus: Counter[str]) -> Weakened | None:
    before, now = len(old.checks), len(new.checks)
    if now >= before:
        return None
    elsewhere = (old.texts - new.texts) & surplus
    surplus -= elsewhere
    gone = before - now - elsewhere.total() - _made_whole(old, new)
    if gone <= 0 or new.weight >= old.weight:
        return None
    if now == 0:
        return _loss(new, "emptied", f"none of {_counted(before)} is left")
    return _loss(new, "fewer_assertions", f"{gone} of {_counted(before)} {_are(gone)} gone")


def _made_whole(old: Placed, new: Placed) -> int:
    """Return how many checks of parts gave way to one that compares the whole."""
    equal = [_names_in(text) for text in new.texts - old.texts if _EQUAL.search(text)]
    parts = [_names_in(text) for text in (old.texts - new.texts).elements() if _PART.search(text)]
    return sum(bool(part) and any(part <= names for names in equal) for part in parts)


def _names_in(text: str) -> set[str]:
    """Return the names in a check, without those of the check itself."""
    bare = _QUOTED.sub("", text)
    return {word for word in _NAME.findall(bare) if not _CHECKING.fullmatch(word)}


def _counted(count: int, noun: str = "assertion") -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _fewer_rows(old: Placed, new: Placed, matched: Matched) -> Weakened | None:
    """Return the loss of cases; none where the cases are no longer literal, or moved."""
    before, now = Counter(old.test.rows), Counter(new.test.rows)
    gone = before.total() - now.total()
    if gone <= 0 or (not now and old.weight <= new.weight * before.total()):
        return None
    missing = before - now
    for other in (*matched.new, *(placed for _, placed in matched.pairs if placed is not new)):
        gone -= (missing & Counter(other.test.rows)).total()
        if other in matched.new and other.file == new.file and likeness(old, other) >= _MERGED:
            gone -= max(1, len(other.test.rows))
    if gone <= 0:
        return None
    return _loss(
        new, "fewer_assertions", f"{gone} of {_counted(before.total(), 'case')} {_are(gone)} gone"
    )


def _focused(pairs: list[_Pair], before: list[Placed], now: list[Placed]) -> Iterator[Weakened]:
    """Yield the first test of each file that runs alone, where none did."""
    already = {placed.file for placed in before if placed.test.only}
    for pair in pairs:
        here = [placed for placed in now if placed.file == pair.path]
        focused = [placed for placed in here if placed.test.only]
        if focused and pair.path not in already and pair.before.tests:
            detail = f"only {len(focused)} of {_counted(len(here), 'test')} of the file run"
            yield _loss(focused[0], "only", detail)


class _Room(NamedTuple):
    """How many tests each test of now may have taken in as its cases."""

    left: dict[tuple[str, str], int]

    @classmethod
    def of(cls, matched: Matched) -> _Room:
        left = {(new.file, new.test.name): len(new.test.rows) for new in matched.new}
        for old, new in matched.pairs:
            left[new.file, new.test.name] = len(new.test.rows) - len(old.test.rows)
        return cls(left)


def _lives_on(old: Placed, matched: Matched, surplus: Counter[str], room: _Room) -> bool:
    """Tell whether others check what a test that is gone did: merged, or cases of one test."""
    texts = old.texts
    shared = texts & surplus
    if texts and shared.total() >= _REPEATED * texts.total():
        surplus -= shared
        return True
    title = re.sub(r"\W", "", old.test.title)
    words = shape(old)
    for new in (*matched.new, *(placed for _, placed in matched.pairs)):
        if new.file != old.file:
            continue
        rows = new.test.rows
        if len(title) > 3 and any(title in re.sub(r"\W", "", row[:200]) for row in rows):
            return True
        left = room.left.get((new.file, new.test.name), 0)
        if left > 0 and shared_words(words, shape(new)) >= _MERGED:
            room.left[new.file, new.test.name] = left - max(1, len(old.test.rows))
            return True
    return False


def _hidden(old: Placed, pair: _Pair) -> bool:
    """Tell whether a test may still be there, in a part of its file that is not understood."""
    return pair.now.broken and _name(old.test) in pair.source and not _commented(old.test, pair)


def _name(test: Test) -> bytes:
    return test.title.encode("utf-8", "replace")


def _commented(test: Test, pair: _Pair) -> bool:
    mark = rb"^[ \t]{0,200}(?:#|//|/\*|\*|--)[^\n]{0,200}"
    return re.search(mark + re.escape(_name(test)), pair.source, re.MULTILINE) is not None


def _removed(old: Placed, pair: _Pair) -> Weakened:
    detail = "it is gone"
    stem = re.sub(r"^test_?", "", old.test.title, flags=re.IGNORECASE).lower()
    near = [
        name
        for name, helper in pair.now.helpers.items()
        if name not in pair.before.helpers
        if (stem and stem in name.lower()) or _same_body(old, helper)
    ]
    if not pair.source:
        detail = "its file is gone"
    elif pair.now.helpers and near:
        detail = f"no runner collects `{near[0]}`, which took its place"
    elif _commented(old.test, pair):
        detail = "it is commented out"
    if old.test.skip and old.test.skip.always:
        detail += "; it was skipped before"
    file = pair.path if pair.source else pair.was
    return Weakened(file, old.test.name, "removed", old.line, detail)


def _same_body(old: Placed, helper: Helper) -> bool:
    return shared_words(old.test.body.words, helper.body.words) >= 0.9
