"""How many tests ran, read from the lines with which runners close; the names of those that failed.

RUNNERS has a line for each. A number that a runner does not print is None, never 0: what was not
counted is not a pass. Several summaries in one output, of packages or of commands, add up.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from sessions.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_NAMES = 200
NAME_CHARACTERS = 300
_COLOURS = lazy_pattern(
    r"\x1b\[[0-9;:?]*[A-Za-z]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[()][A-Z0-9]"
)
_NUMBER_FIRST = lazy_pattern(r"(\d{1,9}) +([a-z]+(?: (?:run|passed|failed|occurred))?)")
_WORD_FIRST = lazy_pattern(r"((?:(?:un)?expected )?[A-Za-z]+(?: run)?)(?: ?[:=] *| +)(\d{1,9})")
_KINDS = {
    "passed": "passed passing pass xpassed succeeded",
    "failed": "failed failing fail failure failures error errors cancelled"
    " unexpected_successes error_occurred errors_occurred",
    "skipped": "skipped pending skip todo xfailed ignored incomplete expected_failures",
    "total": "total tests examples example test tests_run",
}
_MEANINGS = {
    word.replace("_", " "): kind for kind, words in _KINDS.items() for word in words.split()
}


class Counts(NamedTuple):
    """Tests by how they ended; None where nobody counted them."""

    passed: int | None = None
    failed: int | None = None
    skipped: int | None = None

    @property
    def ran(self) -> int | None:
        """Return how many tests passed or failed; None where that is not known."""
        return None if self.passed is None else self.passed + (self.failed or 0)


class Runner(NamedTuple):
    """A test runner: what its summary looks like, how it is read, how it names what failed."""

    name: str
    closing: re.Pattern[str]
    read: Callable[[re.Match[str]], Counts]
    failing: re.Pattern[str] | None = None
    # It prints a line for each test and no sum: an output that was cut cannot be counted.
    counts_lines: bool = False


def read_counts(output: str, *, is_cut: bool = False) -> Counts:
    """Return what the summaries of an output say together."""
    text = plain(output)
    sums: list[Counts] = []
    for runner in RUNNERS:
        if runner.counts_lines:
            sums += [] if is_cut else filter(None, [_go(text)])
        else:
            sums += [runner.read(match) for match in runner.closing.finditer(text)]
    return _sum(sums)


def failing_names(output: str) -> frozenset[str]:
    """Return the names of the tests that failed, as far as runners print them."""
    text = plain(output)
    names: set[str] = set()
    for runner in RUNNERS:
        if runner.failing is not None and (runner.counts_lines or runner.closing.search(text)):
            names |= {_name(match[1]) for match in runner.failing.finditer(text)}
    return frozenset(sorted(names)[:MOST_NAMES])


def _name(text: str) -> str:
    return " ".join(text.split()).rstrip(":")[:NAME_CHARACTERS]


def plain(output: str) -> str:
    """Return an output without colours, its lines ended by line feeds."""
    return _COLOURS.sub("", output).replace("\r\n", "\n")


def _sum(counts: list[Counts]) -> Counts:
    if not counts:
        return Counts()
    columns = zip(*counts, strict=True)
    return Counts(*(None if None in column else sum(column) for column in columns))


def _summary(match: re.Match[str]) -> Counts:
    """Read numbers with the words after or before them; the rest of a total is what passed."""
    text = match[match.lastindex or 0]
    pairs = [(word, number) for number, word in _NUMBER_FIRST.findall(text)]
    pairs += _WORD_FIRST.findall(text)
    sums: dict[str, int] = {}
    for word, number in pairs:
        kind = _MEANINGS.get(word.lower())
        if kind is not None:
            sums[kind] = sums.get(kind, 0) + int(number)
    failed, skipped = sums.get("failed", 0), sums.get("skipped", 0)
    left = max(0, sums.get("total", 0) - failed - skipped)
    return Counts(sums.get("passed", left), failed, skipped)


def _zero(_match: re.Match[str]) -> Counts:
    return Counts(0, 0, 0)


def _go(text: str) -> Counts | None:
    """Return what `go test -v` (or `-json`) lists; else Go names no tests but those that failed."""
    counted = dict.fromkeys(("pass", "fail", "skip"), 0)
    for match in _GO_LINES.finditer(text):
        counted[(match[1] or match[2]).lower()] += 1
    if counted["pass"] or counted["skip"] or "\n=== RUN " in f"\n{text}":
        return Counts(counted["pass"], counted["fail"], counted["skip"])
    packages = _GO_PACKAGES.findall(text)
    if packages and all(rest.strip().startswith("[no test") for rest in packages):
        return Counts(0, 0, 0)
    return Counts(None, counted["fail"] or None, None) if packages or counted["fail"] else None


_GO_LINES = lazy_pattern(
    r'^(?:--- (PASS|FAIL|SKIP): |\{[^\n]*?"Action":"(pass|fail|skip)"[^\n]*"Test":"[^/"\n]+")',
    re.MULTILINE,
)
_GO_PACKAGES = lazy_pattern(r"^(?:ok|\?) +\t\S+\t(?:\(cached\)|[\d.]+s)?([^\n]*)$", re.MULTILINE)


def _line(text: str) -> re.Pattern[str]:
    return lazy_pattern(text, re.MULTILINE)


_PYTEST = r"^=* ?(?:no tests ran|\d+ (?:passed|failed|errors?|skipped|deselected|x\w+|rerun|subtests)\b[^\n]*) in \d"  # noqa: E501
_NODE = r"^(?:# |\u2139 )tests \d+\n(?:(?:# |\u2139 )[^\n]*\n?){0,8}"
_JEST = r"^[^\n]{0,80}\bTests: +(?:\d+ [a-z]+, ){0,6}\d+ total"
_VITEST = r"^ *Tests +(?:\d+ [a-z]+[ |]*){1,5}\(\d+\)|^ *Tests +no tests|^No test files found"
_MOCHA = r"^ *\d+ passing(?: \([^\n]*\))?(?:\n *\d+ (?:pending|failing)){0,2}"
_SUREFIRE = r"^(?:\[\w+\] )?Tests run: \d+, Failures: \d+, Errors: \d+, Skipped: \d+ *$"
_RSPEC = r"^\d+ examples?, \d+ failures?(?:, \d+ [a-z ]+){0,2}"
_PHPUNIT = r"^OK \(\d+ tests?(?=,)|^Tests: \d+, Assertions: \d+[^\n]*|^No tests executed!"
_DOTNET = r"^ *(?:Passed|Failed|Skipped)! +- Failed: +\d+, Passed: +\d+, Skipped: +\d+, Total: +\d+"
_DOTNET_SUM = r"^ *Test summary: total: \d+[,;] failed: \d+[,;] succeeded: \d+[,;] skipped: \d+"
_DOTNET_RUN = (
    r"^Test run summary: [^\n]*\n(?:[^\n]*\n){0,50}?( +total: \d+\n(?: +\w+: \d+\n?){1,4})"
)
_CARGO = r"^test result: \w+\. \d+ passed; \d+ failed; \d+ ignored"
_NEXTEST = r"^ *Summary \[[^\n]*\] *\d+ tests? run: [^\n]*"
_UNITTEST = r"^Ran \d+ tests? in [^\n]*\n+(?:OK|FAILED|NO TESTS RAN)[^\n]*"

_PYTEST_FAILED = r"^(?:FAILED|ERROR) ([^\s\[]\S*(?:\[[^\n]*?\])?)(?: - |$)"
_NODE_FAILED = r"^(?: *not ok \d+ - |test at [^\n]*\n\u2716 )([^\n]+?)(?: \([\d.]+ms\))?$"
_MOCHA_FAILED = r"^  \d+\) ([^\n]+(?:\n {5,}[^\n]+:$)?)"
_DOTNET_FAILED = r"^ *(?:Failed|failed) (\S+) [\[(]<? ?\d"
_NEXTEST_FAILED = r"^ +FAIL \[[^\]\n]*\] +([^\n]+)$"

RUNNERS: tuple[Runner, ...] = (
    Runner("pytest", _line(_PYTEST), _summary, _line(_PYTEST_FAILED)),
    Runner("unittest", _line(_UNITTEST), _summary, _line(r"^(?:FAIL|ERROR): (\w+ \([\w.]+\))")),
    Runner("node --test", _line(_NODE), _summary, _line(_NODE_FAILED)),
    Runner("jest", _line(_JEST), _summary, _line(r"^ *\u25cf (?!Console)(\S[^\n]*)$")),
    Runner("jest, nothing", _line(r"^No tests found, exiting with code"), _zero),
    Runner("vitest", _line(_VITEST), _summary, _line(r"^ *FAIL +(\S+ > [^\n]+)$")),
    Runner("mocha", _line(_MOCHA), _summary, _line(_MOCHA_FAILED)),
    Runner("go test", _line(r"(?!)"), _zero, _line(r"^--- FAIL: (\S+)"), counts_lines=True),
    Runner("cargo test", _line(_CARGO), _summary, _line(r"^test (\S[^\n]*) \.\.\. FAILED$")),
    Runner("cargo nextest", _line(_NEXTEST), _summary, _line(_NEXTEST_FAILED)),
    Runner("surefire", _line(_SUREFIRE), _summary, _line(r"^\[ERROR\] +(\w[\w.$]*\.\w+):\d+ ")),
    Runner("surefire, nothing", _line(r"^\[INFO\] No tests to run\."), _zero),
    Runner("rspec", _line(_RSPEC), _summary, _line(r"^rspec \./\S+ # ([^\n]+)$")),
    Runner("phpunit", _line(_PHPUNIT), _summary, _line(r"^\d+\) (\w[\w\\]*::[^\n]+)$")),
    Runner("dotnet test", _line(_DOTNET), _summary, _line(_DOTNET_FAILED)),
    Runner("dotnet test, terminal", _line(_DOTNET_SUM), _summary, _line(_DOTNET_FAILED)),
    Runner("dotnet test, platform", _line(_DOTNET_RUN), _summary, _line(_DOTNET_FAILED)),
    Runner("dotnet test, nothing", _line(r"^No test is available in "), _zero),
)
