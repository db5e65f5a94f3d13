"""What kind of file a path names, by the conventions of its stack: never by what it claims.

Where conventions leave a doubt the answer is code: a line that was taken for a test, a comment or
documentation costs an honest report its acceptance, one that was taken for code costs nothing.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from sessions.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Iterable

FileKind = Literal[
    "code",
    "configuration",
    "schema",
    "documentation",
    "lock file",
    "licence",
    "generated",
    "test",
]

_LOCK_FILES = frozenset(
    "package-lock.json npm-shrinkwrap.json pnpm-lock.yaml go.sum bun.lockb package.resolved"
    " packages.lock.json gradle.lockfile cartfile.resolved conda-lock.yml project.assets.json"
    " verification-metadata.xml".split()
)
_LICENCE = lazy_pattern(
    r"(?:un)?licen[cs]es?(?:[-_.](?!md$|txt$|rst$)[\w.-]{1,40})?(?:\.(?:md|txt|rst))?"
    r"|(?:copying|copyright|notice|patents)(?:\.(?:lesser|lib))?(?:\.(?:md|txt|rst))?"
)
_CODE_AFTER_LICENCE = lazy_pattern(r"\.(?!md$|txt$|rst$|mit$|apache$|bsd$|[0-9])[a-z]{1,6}$")
_DOCUMENTS = tuple(
    ".md .markdown .mdown .mdx .rst .adoc .asciidoc .textile .rdoc .org .pod".split()
)
_DOCUMENT_NAMES = lazy_pattern(
    r"(?:readme|changelog|contributing|authors|contributors|maintainers|code_of_conduct"
    r"|upgrading|release[-_]notes)"
    r"(?:[-_][a-z]{2}(?:[-_][a-z]{2})?)?(?:\.txt)?"
)
_DOCUMENT_FOLDERS = frozenset({"docs", "doc", "documentation", "wiki"})
# What nobody wrote or reads. Code that a generator wrote and marks is code: it runs, and for
# sqlc, ent or Entity Framework it is where tables and queries stand.
_GENERATED = lazy_pattern(r"\.(?:min\.(?:js|mjs|css)|map|snap|bundle\.js|tsbuildinfo)$")
_SCHEMA = lazy_pattern(
    r"\.(?:sql|ddl|prisma|graphqls?|gql|proto|avsc|avdl|thrift|xsd|wsdl|raml|dbml|cql)$"
    r"|(?:^|/)(?:(?:[\w.-]{1,60}[-_.])?(?:openapi|swagger)(?:[-_.][\w.-]{1,60})?"
    r"\.(?:ya?ml|json)|schema\.rb)$"
)
_CONFIGURATION = lazy_pattern(
    r"\.(?:ya?ml|toml|ini|cfg|conf|config|properties|json|jsonc|json5|xml|tf|tfvars|hcl|env|plist"
    r"|csproj|fsproj|vbproj|props|targets|sln|gradle|lock|editorconfig|nix|bicep|service|rc"
    r"|txt)$"
    r"|(?:^|/)(?:[\w.-]{0,40}dockerfile[\w.-]{0,40}|containerfile|makefile|gnumakefile|procfile"
    r"|caddyfile|vagrantfile|jenkinsfile|gemfile|rakefile|brewfile|go\.mod|go\.work"
    r"|\.[a-z][\w.-]{0,40}rc|\.env[\w.-]{0,40}|\.git(?:ignore|attributes|modules)"
    r"|\.(?:docker|npm|eslint|prettier)ignore|\.tool-versions|\.[a-z]{1,10}-version|codeowners)$"
)

_SCRIPT = r"\.[cm]?[jt]sx?"
_TEST_NAME = lazy_pattern(
    r"(?:^|/)(?:"
    r"test_[^/]{1,200}\.py|[^/]{1,200}_tests?\.py|tests\.py|conftest\.py"
    rf"|[^/]{{1,200}}[._-](?:test|tests|spec|specs|e2e-spec|e2e|cy|unit|int-spec|integration){_SCRIPT}"
    r"|[^/]{1,200}_(?:test|spec)\.(?:rb|exs|dart|lua|cr|cc|cpp|c|clj|cljc|cljs|nim|jl)"
    r"|test_[^/]{1,200}\.(?:rb|c|cc|cpp|lua|jl|php|sh)"
    r"|[^/]{1,200}_(?:tests|SUITE)\.erl|[^/]{1,200}\.(?:bats|feature)"
    r"|[^/]{0,200}(?:Test|Tests|TestCase|IT|ITCase|Spec|Specs|Suite|Should)"
    r"\.(?:java|kt|kts|scala|groovy|cs|fs|vb|php|swift|m|hs)"
    r")$"
)
_ALWAYS_TEST = lazy_pattern(
    r"(?:^|/)(?:[^/]{1,200}_test\.go|__(?:tests|mocks|fixtures|snapshots)__/[^\n]{1,400})$"
    r"|(?:^|/)src/(?:test|testFixtures|androidTest|integrationTest|it)/"
    r"(?:java|kotlin|scala|groovy|resources|clojure)/"
)
_TEST_FOLDER = lazy_pattern(
    r"^(?:tests?|specs?|e2e|testing|testdata|integration[-_]tests?|unit[-_]?tests?|cypress"
    r"|playwright|functional[-_]?tests?|e2e[-_]tests?|(?:[\w.-]{1,100}[._-])(?:unit|integration"
    r"|functional|acceptance)?[._-]?(?:tests?|specs?)|[\w.-]{1,100}\.(?:[A-Z]\w{1,40})?Tests?"
    r"|(?:[A-Z]\w{1,60})?Tests)$",
)
# With these beside it a folder of that name holds tests however its files are called.
_MANIFESTS = {
    "test": ("package.json", "mix.exs", "Cargo.toml", "composer.json", "pubspec.yaml", "Gemfile"),
    "tests": ("Cargo.toml", "composer.json", "package.json"),
    "spec": ("Gemfile", "package.json"),
    "e2e": ("package.json",),
    "cypress": ("package.json",),
}
# A file so called declares something even in a folder called `tests`: in a laboratory's service
# a test is a thing that has models and routes.
_DECLARES = lazy_pattern(
    r"(?:^|[._-])(?:models?|views?|urls|routes?|routers?|routing|controllers?|services?|schemas?"
    r"|serializers?|entit(?:y|ies)|repositor(?:y|ies)|resolvers?|modules?|handlers?|admin|apps?"
    r"|tasks|api|endpoints?|migrations?|forms|crud|dto)\.[a-z]{1,5}$",
    re.IGNORECASE,
)
_DECLARES_CLASS = lazy_pattern(
    r"(?:Controller|Service|Repository|Entity|Model|Module|Resource|Handler|Router)\.[a-z]{1,5}$"
)
_OWN_SOURCE = lazy_pattern(r"(?:^|/)src/main/|(?:^|/)(?:app|lib)/models?/|(?:^|/)migrations?/")
# What a file says that is a test, in some way that its stack knows.
_TESTS = lazy_pattern(
    r"\b(?:describe|it|test|context|suite|specify|scenario|given|feature)[ (.]*[('\"`{]"
    r"|\b(?:expect|assert\w{0,40}|should\w{0,20}|TestCase|unittest|pytest|RSpec|ExUnit|XCTest"
    r"|minitest|Minitest|deftest|testing|TestSuite|PropSpec|FunSuite|AnyFlatSpec|AnyWordSpec"
    r"|Mockito|mockk|PlaySpec|WordSpec|FlatSpec|Specification|StringSpec|kotest|hspec)\b"
    r"|@(?:Test|ParameterizedTest|SpringBootTest|Before|BeforeEach|QuarkusTest)\b"
    r"|\[(?:Fact|Theory|Test|TestMethod|TestClass|TestFixture|SetUp|Collection)\b|#\[[\w:]{0,40}test"
    r"|^\s*def test_|^\s*(?:Feature|Scenario)\b",
    re.MULTILINE,
)
_LOOKED_AT = 200_000  # characters in which a test is looked for


def kind_of_file(path: str) -> FileKind:
    """Tell what a file is by its path below the root; `tests_among` tells tests."""
    lower = path.lower()
    folders, _, name = lower.rpartition("/")
    if name in _LOCK_FILES or name.endswith((".lock", ".lock.hcl", ".lock.json")):
        return "lock file"
    if _LICENCE.fullmatch(name) and not _CODE_AFTER_LICENCE.search(name):
        return "licence"
    if name.endswith(_DOCUMENTS) or _DOCUMENT_NAMES.fullmatch(name):
        return "documentation"
    if name.endswith(".txt") and not _DOCUMENT_FOLDERS.isdisjoint(folders.split("/")):
        return "documentation"
    if _GENERATED.search(name):
        return "generated"
    if _SCHEMA.search(lower):
        return "schema"
    return "configuration" if _CONFIGURATION.search(lower) else "code"


def is_called_a_test(path: str) -> bool:
    """Tell whether a file is named as tests are in its stack."""
    if _ALWAYS_TEST.search(path):
        return True
    return _TEST_NAME.search(path) is not None and not _OWN_SOURCE.search(path)


def reads_as_a_test(text: str) -> bool:
    """Tell whether a text tests something."""
    return _TESTS.search(text[:_LOOKED_AT]) is not None


@lru_cache(maxsize=4096)
def _is_called_tests(folder: str) -> bool:
    return _TEST_FOLDER.match(folder) is not None


def test_folders(files: Iterable[str]) -> frozenset[str]:
    """Return the folders of a repository whose files are tests, each with `/` behind it.

    None where all code stands below them: then the tests are what the repository is.
    """
    listed = list(files)
    there = frozenset(listed)
    holding: set[str] = set()
    for file in listed:
        parts = file.split("/")
        for position, part in enumerate(parts[:-1]):
            if not _is_called_tests(part):
                continue
            folder = "".join(f"{one}/" for one in parts[: position + 1])
            above = "".join(f"{one}/" for one in parts[:position])
            beside = _MANIFESTS.get(part.lower(), ())
            if is_called_a_test(file) or any(f"{above}{name}" in there for name in beside):
                holding.add(folder)
    folders = tuple(holding)
    if all(
        is_called_a_test(file) or file.startswith(folders)
        for file in listed
        if kind_of_file(file) in {"code", "schema"}
    ):
        return frozenset()
    return frozenset(holding)


def is_test(path: str, text: str, folders: frozenset[str]) -> bool:
    """Tell whether a file is a test: by name and content, or by a folder of `test_folders`."""
    name = path.rsplit("/", 1)[-1]
    if _ALWAYS_TEST.search(path):
        return True
    if is_called_a_test(path) and reads_as_a_test(text):
        return True
    declares = _DECLARES.search(name) or _DECLARES_CLASS.search(name)
    return path.startswith(tuple(folders)) and not declares and not _OWN_SOURCE.search(path)
