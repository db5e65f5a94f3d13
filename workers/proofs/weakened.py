"""Tests that were weakened between two versions of the code: by parsing, never by running."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Literal, NamedTuple

from sessions.patterns import lazy_pattern
from workers.proofs.matching import Placed, likeness, match, shape, shared_words
from workers.proofs.selection import decides_tests, deselected
from workers.proofs.sides import read_pairs, sides
from workers.proofs.suites.trees import tidied

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from workers.proofs.matching import Matched
    from workers.proofs.sides import Pair
    from workers.proofs.suites.suite import Helper, Suite, Test

__all__ = ["Weakened", "added", "decides_tests", "deselected", "weakened"]

What = Literal["removed", "skipped", "emptied", "fewer_assertions", "only"]
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


def weakened(files: Iterable[tuple[str, bytes | None, str, bytes | None]]) -> list[Weakened]:
    """Return what was weakened in the files: path and content before, then now; None: not there.

    All changed files belong in one call: a test that moved between them is no loss.
    """
    pairs = read_pairs(files)
    matched = match(*sides(pairs))
    surplus = _surplus(matched)
    losses = [
        loss
        for old, new in matched.pairs
        for loss in (_skipped(old, new), _fewer(old, new, surplus), _fewer_rows(old, new, matched))
        if loss
    ]
    for pair in pairs:
        losses += _focused(pair)
        losses += _emptied_helpers(pair)
    losses += _gone(pairs, matched, surplus)
    return sorted(set(losses), key=lambda loss: (loss.file, loss.line or 0, loss.test, loss.what))


def added(files: Iterable[tuple[str, bytes | None, str, bytes | None]]) -> int | None:
    """Return how many tests are there now that were not; None where no file of tests was read.

    Cases of a test that runs for several count each, where they are written out.
    """
    pairs = read_pairs(files)
    if not any(pair.now.tests or pair.before.tests for pair in pairs):
        return None
    now = Counter(name for pair in pairs for name in _cases(pair.now))
    before = Counter(name for pair in pairs for name in _cases(pair.before))
    return (now - before).total()


def _cases(suite: Suite) -> Iterator[str]:
    for test in suite.tests:
        yield from (f"{test.name} {row}" for row in test.rows) if test.rows else (test.name,)


def _gone(pairs: list[Pair], matched: Matched, surplus: Counter[str]) -> Iterator[Weakened]:
    by_path = {pair.path: pair for pair in pairs}
    room = _Room.of(matched)
    for old in matched.gone:
        pair = by_path[old.file]
        if not _lives_on(old, matched, surplus, room) and not _hidden(old, pair):
            yield _removed(old, pair)


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


def _focused(pair: Pair) -> Iterator[Weakened]:
    """Yield the first test of a file that runs alone, where none did."""
    focused = [test for test in pair.now.tests if test.only]
    if focused and pair.before.tests and not any(test.only for test in pair.before.tests):
        every = _counted(len(pair.now.tests), "test")
        detail = f"only {len(focused)} of {every} of the file run"
        yield Weakened(pair.path, focused[0].name, "only", focused[0].line, detail)


def _emptied_helpers(pair: Pair) -> Iterator[Weakened]:
    """Yield helpers that no longer check anything; the tests that call them may lie elsewhere."""
    if pair.now.tests or not pair.now.shares:
        return
    for name, helper in pair.now.helpers.items():
        was = pair.before.helpers.get(name)
        count = len(was.body.checks) if was is not None else 0
        if count and not helper.body.checks and not helper.body.contents.calls:
            detail = f"none of {_counted(count)} of this helper is left"
            yield Weakened(pair.path, name, "emptied", helper.line, detail)


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
    words, texts_in = shape(old), _literals(old)
    for new in (*matched.new, *(placed for _, placed in matched.pairs)):
        if new.file != old.file:
            continue
        rows = new.test.rows
        if len(title) > 3 and any(title in re.sub(r"\W", "", row[:200]) for row in rows):
            return True
        listed = "".join(rows)
        if sum(text in listed for text in texts_in) > _MERGED * len(texts_in):
            return True
        left = room.left.get((new.file, new.test.name), 0)
        if left > 0 and shared_words(words, shape(new)) >= _MERGED:
            room.left[new.file, new.test.name] = left - max(1, len(old.test.rows))
            return True
    return False


def _literals(placed: Placed) -> set[str]:
    """Return the longer strings in a body, as they would stand in the rows of a table."""
    words = (tidied(word) for word in placed.test.body.words)
    return {word for word in words if len(word) > 5 and not _NAME.fullmatch(word)}


def _hidden(old: Placed, pair: Pair) -> bool:
    """Tell whether a test may still be there, in a part of its file that is not understood."""
    return pair.now.broken and _name(old.test) in pair.source and not _commented(old.test, pair)


def _name(test: Test) -> bytes:
    return test.title.encode("utf-8", "replace")


def _commented(test: Test, pair: Pair) -> bool:
    mark = rb"^[ \t]{0,200}(?:#|//|/\*|\*|--)[^\n]{0,200}"
    return re.search(mark + re.escape(_name(test)), pair.source, re.MULTILINE) is not None


def _removed(old: Placed, pair: Pair) -> Weakened:
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
