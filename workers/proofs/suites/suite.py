"""What a file of tests says, whatever its language: tests, what each checks, what it runs on."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Check(NamedTuple):
    """An assertion.

    - `text`: its source, without what a formatter changes
    - `weight`: how many expressions it compares: three for a tuple of three, ten for a loop of
      which the rounds are not known
    - `called`: the function that it calls, which may be one of the repository's own
    """

    text: str
    weight: int
    called: str = ""


class Contents(NamedTuple):
    """What a function does: its checks, the functions that it calls, and its words in order.

    `others`: the last names of other chains, as `take` of `call.take()`.
    """

    checks: tuple[Check, ...] = ()
    calls: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class Body:
    """The body of a function; read when something is asked of it: most are as they were.

    `more`: checks that stand outside it, in an annotation.
    """

    source: bytes = b""
    read: Callable[[], Contents] = field(default=Contents, compare=False)
    more: tuple[Check, ...] = ()

    @cached_property
    def contents(self) -> Contents:
        """What it does, with the checks outside it."""
        contents = self.read()
        return contents._replace(checks=contents.checks + self.more)

    @property
    def checks(self) -> tuple[Check, ...]:
        """Its checks, without those of the functions that it calls."""
        return self.contents.checks

    @property
    def words(self) -> tuple[str, ...]:
        """Its words, in order."""
        return self.contents.words


class Skip(NamedTuple):
    """Why a test does not run, or its failure does not count; `always`: on no machine."""

    how: str
    always: bool


class Test(NamedTuple):
    """A test by its qualified name; `rows` are the cases that it is run for, where they are read.

    `only`: the runner leaves out what is not marked so.
    """

    name: str
    line: int
    body: Body
    skip: Skip | None = None
    only: bool = False
    rows: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The name without what it stands in."""
        return self.name.replace(" > ", "::").rsplit("::", 1)[-1]


class Helper(NamedTuple):
    """A function that is no test: what it checks counts for the tests that call it."""

    line: int
    body: Body


class Suite(NamedTuple):
    """The tests of a file, and its other functions by name.

    `broken`: parts of the file are not understood, so a test may be there that is not listed.
    `shares`: tests of other files may call its functions.
    """

    tests: tuple[Test, ...] = ()
    helpers: Mapping[str, Helper] = MappingProxyType({})
    broken: bool = False
    shares: bool = True


def first_of(*skips: Skip | None) -> Skip | None:
    """Return the skip that weighs most: one that always holds, else the first."""
    there = [skip for skip in skips if skip]
    return next((skip for skip in there if skip.always), there[0] if there else None)
