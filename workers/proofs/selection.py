"""Files that decide which tests run and whether a failure counts; what in them leaves some out."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from sessions.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

_DECIDING = lazy_pattern(
    r"(?:^|/)(?:conftest\.py|pytest\.(?:ini|toml)|\.pytest\.(?:ini|toml)|tox\.(?:ini|toml)|setup\.cfg"
    r"|pyproject\.toml|noxfile\.py|\.?coveragerc|runtests\.py|manage\.py"
    r"|package\.json|(?:jest|vitest|playwright|cypress|karma|ava|wdio|vite|mocha|jasmine)"
    r"\.(?:[\w-]{1,40}\.)?(?:config|conf|workspace|setup)?\.?(?:[cm]?[jt]s|json)"
    r"|\.mocharc(?:\.\w{1,6})?|\.taprc|\.nycrc(?:\.json)?|jasmine\.json|turbo\.json|nx\.json"
    r"|(?:GNU)?[Mm]akefile|[Jj]ustfile|Taskfile\.ya?ml|\.rspec|Rakefile|\.rubocop_todo\.yml"
    r"|phpunit(?:\.[\w-]{1,20})?\.xml(?:\.dist)?|composer\.json|Pest\.php"
    r"|pom\.xml|build\.gradle(?:\.kts)?|settings\.gradle(?:\.kts)?|testng\.xml"
    r"|junit-platform\.properties|Cargo\.toml|nextest\.toml|mix\.exs|test_helper\.exs"
    r"|[\w.-]{1,100}\.(?:runsettings|csproj)|xunit\.runner\.json|Jenkinsfile|azure-pipelines"
    r"[\w.-]{0,40}\.ya?ml|\.gitlab-ci\.ya?ml|\.travis\.ya?ml|appveyor\.ya?ml|\.drone\.ya?ml"
    r"|bitbucket-pipelines\.ya?ml|\.woodpecker\.ya?ml|codecov\.ya?ml|lefthook\.ya?ml"
    r"|\.pre-commit-config\.yaml|waggle\.toml)$"
    r"|(?:^|/)(?:\.github/workflows|\.github/actions|\.circleci|\.buildkite|\.woodpecker|\.ci"
    r"|\.husky|\.gitlab)/[^\n]{1,300}$"
)
# What leaves tests out, or lets them fail, in any of those files.
_SETTINGS = (
    "testPathIgnorePatterns modulePathIgnorePatterns collect_ignore collect_ignore_glob"
    " testNamePattern testIgnore grepInvert norecursedirs pytest_collection_modifyitems"
    " pytest_ignore_collect pytest_runtest_makereport"
).split()
_FLAGS = (
    "testPathIgnorePatterns testNamePattern test-name-pattern test-skip-pattern"
    " exit-zero suppress-no-test-exit-code passWithNoTests pass-with-no-tests"
).split()
_WITH_VALUES = "ignore ignore-glob deselect".split()
# Flags of other programs, too.
_ALSO_OTHERS = "exclude skip exclude-group exclude-tag filter grep invert fgrep".split()
_SWITCHES = (
    "continue-on-error continueOnError allow_failure allow_failures ignoreFailures"
    " testFailureIgnore ignore_failures passWithNoTests soft_fail"
).split()
_LEFT_OUT = (
    lazy_pattern(rf"--(?:{'|'.join(_WITH_VALUES)})[ =]['\"]?[\w./*]|--tag[ =]['\"]?~"),
    lazy_pattern(r"""(?:^|\s)-[km][ =]?\\?['"]?\(?not\b|['"]-[km]['"],\s{0,4}['"]not\b"""),
    lazy_pattern(rf"\b(?:{'|'.join(_SETTINGS)})\b|--(?:{'|'.join(_FLAGS)})\b"),
    lazy_pattern(r"\|\|\s{0,4}(?:true|:|exit 0|echo)(?![\w-])"),
    lazy_pattern(r";\s{0,4}(?:true|exit 0)\s{0,4}['\"]?$"),
    lazy_pattern(rf"\b(?:{'|'.join(_SWITCHES)})\b['\"]?\s{{0,4}}[:=>]\s{{0,4}}(?:true|True)"),
    lazy_pattern(r"<(?:skipTests|maven\.test\.skip|testFailureIgnore|excludedGroups)>"),
    lazy_pattern(r"-DskipTests|-Dmaven\.test\.skip|-x[ =]test\b|\bset \+e\b"),
    lazy_pattern(r"add_marker\([^\n]{0,80}(?:skip|xfail)"),
    lazy_pattern(r"\bexclude:\s{0,4}\[?:|ExUnit\.configure\([^\n]{0,80}exclude"),
    lazy_pattern(r"^\s{0,40}(?:test|doctest|autotests|harness)\s{0,4}=\s{0,4}false"),
    lazy_pattern(r"\bretries['\"]?\s{0,4}[:=]\s{0,4}[1-9]|--(?:reruns|retries|flaky)[ =]\d"),
    lazy_pattern(r"^\s{0,40}[-+ ]?if:\s{0,4}(?:\$\{\{ )?false"),
)
_BESIDE_TESTS = lazy_pattern(
    rf"(?:[tT]est|[sS]pec|mocha|jest|rake|karma)\b.{{0,200}}--(?:{'|'.join(_ALSO_OTHERS)})[ =]"
)
_EXCLUDE = lazy_pattern(
    r"<exclude>|\bexclude(?:Test(?:sMatching|Classes)?|Tags|Groups|s)?\b['\"]?"
    r"(?:\s{0,4}[:=(\[]|\s['\"])"
)
_OF_RUNNERS = lazy_pattern(
    r"(?:^|/)(?:jest|vitest|vite|playwright|karma|phpunit|pom\.xml|build\.gradle|testng|mix\.exs"
    r"|test_helper\.exs|nextest|[\w.-]{1,100}\.(?:runsettings|csproj))"
)
# Files in which more is left out than tests.
_OF_BUILDS = lazy_pattern(r"(?:^|/)(?:vite|pom\.xml|build\.gradle|mix\.exs|[\w.-]{1,100}\.csproj)")
_TESTS = lazy_pattern(r"[tT]est|[sS]pec|IT\b")
_OPTIONS = lazy_pattern(
    r"\b(?:addopts|python_files|python_functions|python_classes|testpaths|testMatch|testRegex"
    r"|spec_pattern|specPattern)\b"
)
# Flags of pytest that leave no test out.
_HARMLESS = lazy_pattern(
    r"['\"]?-(?:[rqvlsn]\w{0,10}|-(?:strict|tb|cov|color|dist|durations|show|import|junit|doctest)"
    r"[\w.=/:-]{0,80}|W[ =]?[\w:.]{1,80}|p no:\w{1,40})['\"]?,?"
)
_COMMENT = lazy_pattern(r"^\s{0,200}(?:#|//|;|\*|<!--)")
_FAILS = lazy_pattern(
    r"\b(?:pytest|jest|vitest|mocha|npm|pnpm|yarn|node|go|cargo|mvn|gradlew?|rspec|rake|phpunit"
    r"|dotnet|mix|tox|nox|make|unittest|tests?|check|lint)\b"
)
_OF_CI = lazy_pattern(
    r"(?:^|/)(?:\.github/workflows|\.circleci|\.buildkite|\.woodpecker|\.ci|\.gitlab)/"
    r"|(?:^|/)(?:\.gitlab-ci|\.travis|appveyor|azure-pipelines[\w.-]{0,40}|bitbucket-pipelines"
    r"|\.drone|\.woodpecker)\.ya?ml$|(?:^|/)Jenkinsfile$"
)
_RUNS = lazy_pattern(
    r"\b(?:pytest|unittest|tox|nox|(?:npm|pnpm|yarn|bun)(?: run)? test[\w:-]{0,40}|npx jest|jest"
    r"|vitest|mocha|node --test|go test|cargo (?:nextest|test)|mvn[^\n]{0,60}(?:test|verify)"
    r"|gradlew?[^\n]{0,60}(?:test|check)|rspec|rake (?:test|spec)|phpunit|pest|dotnet test"
    r"|mix test|make (?:test|check))\b"
)
_MOST = 20_000  # lines that are compared
_WIDE = 300


def decides_tests(path: str) -> bool:
    """Tell whether a file decides which tests run: of a runner, a package's scripts, CI."""
    return _DECIDING.search(path) is not None


def deselected(path: str, before: bytes | None, now: bytes | None) -> list[str]:
    """Return what is new in such a file that leaves tests out or lets them fail, with its line.

    Lines that were there in another order or with other blanks are not new.
    """
    if not decides_tests(path):
        return []
    if now is None:
        return list(_runs_no_more(path, before or b"", b""))
    was = Counter(_same(row) for row in _rows(before or b""))
    already = Counter(reason.key for _, row, reason in _reasons(path, before or b""))
    phrases = []
    for number, row, reason in _reasons(path, now):
        if was[_same(row)]:
            was[_same(row)] -= 1
        elif reason.option and before is None:
            continue
        elif already[reason.key]:
            already[reason.key] -= 1
        else:
            words = " ".join(row.split())[:80]
            shown = "".join(sign if sign.isprintable() else "?" for sign in words)
            phrases.append(f"line {number}: {shown}")
    return [*phrases, *_runs_no_more(path, before or b"", now)]


def _runs_no_more(path: str, before: bytes, now: bytes) -> Iterator[str]:
    """Yield the commands that ran tests in CI, and are in the file no more."""
    if not _OF_CI.search(path):
        return
    left = Counter(match[0] for row in _rows(now) if (match := _RUNS.search(_uncommented(row))))
    for row in _rows(before):
        match = _RUNS.search(_uncommented(row))
        if match is None:
            continue
        if left[match[0]]:
            left[match[0]] -= 1
        else:
            words = " ".join(row.split())[:80]
            shown = "".join(sign if sign.isprintable() else "?" for sign in words)
            yield f"no more: {shown}"


def _uncommented(row: str) -> str:
    return "" if _COMMENT.match(row) else row


def _rows(content: bytes) -> list[str]:
    return [row[:_WIDE] for row in content.decode("utf-8", "replace").splitlines()[:_MOST]]


def _same(row: str) -> str:
    return re.sub(r"""[\s"',;]+""", "", row)


class _Reason(NamedTuple):
    key: str  # what the row says of the tests, whatever else stands in it
    option: bool = False


def _reasons(path: str, content: bytes) -> Iterator[tuple[int, str, _Reason]]:
    """Yield the rows that say something of the tests, those of a list that was opened as well."""
    opened = ""
    for number, row in enumerate(_rows(content), 1):
        reason = _reason(path, row)
        if opened and row.strip()[:1] in {"]", ")", "}"}:
            opened = ""
        elif opened and row.strip() and not _COMMENT.match(row):
            yield number, row, _Reason(opened + _same(row))
            continue
        if reason is None:
            continue
        yield number, row, reason
        if row.rstrip().endswith(("[", "(")) and not reason.option:
            opened = reason.key


def _reason(path: str, row: str) -> _Reason | None:
    if _COMMENT.match(row):
        return None
    match = next((m for pattern in _LEFT_OUT if (m := pattern.search(row))), None)
    if match and match[0].lstrip().startswith("||") and not _FAILS.search(row[: match.start()]):
        match = None
    match = match or _BESIDE_TESTS.search(row)
    if match is None and _OF_RUNNERS.search(path):
        match = _EXCLUDE.search(row)
        if match and _OF_BUILDS.search(path) and not _TESTS.search(row):
            match = None
    if match:
        rest = row[match.end() :].split(maxsplit=1)
        return _Reason(_same(match[0] + (rest[0] if rest else "")))
    if _OPTIONS.search(row):
        return _Reason(_same(_HARMLESS.sub("", row)), option=True)
    return None
