"""The two sides that are compared: tests before and now, each with what its helpers check."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sessions.patterns import lazy_pattern
from workers.proofs import suites
from workers.proofs.matching import Placed
from workers.proofs.suites.suite import Check, Helper, Suite, Test

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_DEEP = 4  # helpers that call helpers
_MOST = 2_000  # checks of a test
_WORD = lazy_pattern(rb"[\w$]{1,200}")


class Pair(NamedTuple):
    """A file before and now; its tests go by the path that it has now."""

    path: str
    was: str
    before: Suite
    now: Suite
    source: bytes


def read_pairs(files: Iterable[tuple[str, bytes | None, str, bytes | None]]) -> list[Pair]:
    """Return what the files that may hold tests, or help them, say before and now."""
    listed = [entry for entry in files if suites.reader_of(entry[0]) or suites.reader_of(entry[2])]
    # A file that runners find only where they are told to is taken for one if others like it were.
    loose = any(
        suites.collected(was) is None and before is not None for was, before, _path, _now in listed
    )
    pairs = (_pair(entry, loose=loose) for entry in listed)
    return [pair for pair in pairs if pair is not None]


def _pair(entry: tuple[str, bytes | None, str, bytes | None], *, loose: bool) -> Pair | None:
    was, before, path, now = entry
    strict = suites.collected(was) if before is not None else None
    there = suites.collected(path)
    if entry[:2] == entry[2:] or (strict is False and not there):
        return None
    if there is None:
        there = loose and strict is not True
    old, new = suites.read(was, before if strict is not False else None), suites.read(path, now)
    if old is None or new is None:
        return None
    shares = bool(old.tests or new.tests) or suites.is_for_tests(path)
    if not there:  # its functions are still there, but nobody runs them
        asides = {test.title: Helper(test.line, test.body) for test in new.tests}
        new = new._replace(tests=(), helpers={**new.helpers, **asides})
    old, new = old._replace(shares=shares), new._replace(shares=shares)
    return Pair(path if now is not None else was, was, old, new, now or b"")


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


def _placed(pair: Pair, suite: Suite, shared: Mapping[str, Helper]) -> Iterator[Placed]:
    known = {**shared, **suite.helpers}
    # A method of another object now, as `call.take()` for `take()`.
    moved = pair.before.helpers.keys() - suite.helpers.keys()
    read_in: dict[str, tuple[Check, ...]] = {}
    for test in suite.tests:
        contents = test.body.contents
        calls = (*contents.calls, *(name for name in contents.others if name in moved))
        checks = _all_checks(contents.checks, calls, known, read_in, 0)
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
        body = known[name].body.contents
        read_in[name] = _all_checks(body.checks, body.calls, known, read_in, depth + 1)
    return read_in[name]


def sides(pairs: list[Pair]) -> tuple[list[Placed], list[Placed]]:
    """Return the tests of before and of now, each with what its helpers check."""
    old_helpers = _shared(pair.before for pair in pairs)
    new_helpers = _shared(pair.now for pair in pairs)
    # Of a helper in another file only its loss is told: what it checks may change for all tests.
    same = {name: helper for name, helper in new_helpers.items() if helper.body.checks}
    # One that is still called and no longer among these files lies in one that was not given.
    elsewhere = {**old_helpers, **new_helpers}
    before: list[Placed] = []
    now: list[Placed] = []
    shared = _changed(old_helpers, new_helpers)
    for pair in pairs:
        changed = shared | _changed(pair.before.helpers, pair.now.helpers)
        apart = _without_what_stayed(pair, _calling(changed, {**elsewhere, **pair.now.helpers}))
        before += _placed(apart, apart.before, {**old_helpers, **same})
        now += _placed(apart, apart.now, {**apart.before.helpers, **elsewhere})
    return before, now


def _changed(before: Mapping[str, Helper], now: Mapping[str, Helper]) -> set[str]:
    """Return the names of the helpers of which the source is another, or that one side lacks."""
    names = before.keys() | now.keys()
    return {
        name
        for name in names
        if name not in before or name not in now or before[name].body != now[name].body
    }


def _calling(changed: set[str], helpers: Mapping[str, Helper]) -> set[bytes]:
    """Return the names of changed helpers and of those that mention one of them."""
    names = {_bare(name) for name in changed}
    for _ in range(_DEEP):
        more = {
            _bare(name) for name, helper in helpers.items() if _mentions(helper.body.source, names)
        }
        if more <= names:
            break
        names |= more
    return names


def _bare(name: str) -> bytes:
    return name.rstrip("?!").encode("utf-8", "replace")


def _mentions(source: bytes, names: set[bytes]) -> bool:
    return bool(names) and not names.isdisjoint(_WORD.findall(source))


def _by_name(suite: Suite) -> dict[str, list[Test]]:
    by_name: dict[str, list[Test]] = {}
    for test in suite.tests:
        by_name.setdefault(test.name, []).append(test._replace(line=0))
    return by_name


def _without_what_stayed(pair: Pair, changed: set[bytes]) -> Pair:
    """Return a pair without the tests that are the same before and now, with all that they call."""
    before_by_name, now_by_name = _by_name(pair.before), _by_name(pair.now)
    stayed = {
        name
        for name, tests in before_by_name.items()
        if tests == now_by_name.get(name)
        and not any(_mentions(test.body.source, changed) for test in tests)
    }
    old = tuple(test for test in pair.before.tests if test.name not in stayed)
    new = tuple(test for test in pair.now.tests if test.name not in stayed)
    before, after = pair.before._replace(tests=old), pair.now._replace(tests=new)
    return pair._replace(before=before, now=after)
