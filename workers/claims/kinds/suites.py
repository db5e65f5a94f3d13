"""How many tests a file holds, and whether that is certain."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from sessions.patterns import lazy_pattern
from workers.proofs import suites
from workers.survey import syntax

if TYPE_CHECKING:
    from tree_sitter import Node

    from workers.proofs.suites.suite import Suite, Test
    from workers.repository.source import Source

# What makes more tests of one, or brings those of another file, by the module that reads it.
_GENERATES = {
    "python": lazy_pattern(
        r"parametri[sz]e|parameterized|subTest|load_tests|pytest_generate_tests|\bfor\b[^\n]{0,200}"
        r"\bsetattr\b|@ddt|@data\b|^class\s+\w+\((?!\s*(?:[\w.]{0,60}TestCase|object)?\s*\))",
        re.MULTILINE,
    ),
    "script": lazy_pattern(
        r"\.each\b|\beach`|\.(?:test|it|describe)\.for\(|runTests?\(|itBehavesLike|fc\.assert"
    ),
    "go": lazy_pattern(r"\.Run\(|suite\.Suite|ginkgo|\bfunc (?:Example|Fuzz|Benchmark)"),
    "annotated": lazy_pattern(
        r"Parameterized|RepeatedTest|TestFactory|TestTemplate|Theory|InlineData|MemberData|TestCase"
        r"|ValueSource|DataProvider|DynamicTest|\bextends\b|class\s+\w+\s*(?:\([^)]{0,200}\))?\s*:"
        r"|\bSpec\b|should\s*\(|@Nested"
    ),
    "ruby": lazy_pattern(r"shared_|behaves_like|include_examples|\.each\b|\.times\b|define_method"),
    "php": lazy_pattern(
        r"[dD]ataProvider|TestWith|->with\(|\buse\s+\w+;|extends\s+(?!\w*TestCase)"
    ),
    "rust": lazy_pattern(r"rstest|test_case|proptest|macro_rules|quickcheck"),
    "elixir": lazy_pattern(r"^\s*for\s|property\s|doctest|use\s+\w+Case\b(?!,)", re.MULTILINE),
}
# What begins a test: as many must be in the file as were read.
_BEGINS = {
    "python": lazy_pattern(r"^[ \t]*(?:async[ \t]+)?def[ \t]+test", re.MULTILINE),
    "script": lazy_pattern(r"(?<![\w.$'\"`/])[xf]?(?:it|test|specify)(?:\.\w{1,20}){0,3}\s*[(`]"),
}
_LOOPS = frozenset("for_statement for_in_statement while_statement do_statement".split())
_FUNCTIONS = frozenset(
    "arrow_function function_expression function function_declaration method_definition".split()
)
_TESTS = lazy_pattern(r"(?:\w{1,10}\.)?[xf]?(?:it|test|specify)\b")
_GROUPS = lazy_pattern(r"(?:test\.|[xf])?(?:describe|context|suite)\b")
# A test that is expected to fail runs.
_RUNS = lazy_pattern(r"xfail|expectedFailure|fails|failing|todo")


class Counted(NamedTuple):
    """The tests of a file; `certain` where neither a loop nor a table makes more of them."""

    tests: tuple[Test, ...]
    certain: bool

    @property
    def cases(self) -> int:
        """How many tests there are with the cases of each that are written out."""
        return sum(max(1, len(test.rows)) for test in self.tests)

    @property
    def written(self) -> int:
        """How many tests there are without those that are only announced."""
        return sum(test.skip is None or "todo" not in test.skip.how for test in self.tests)

    @property
    def skipped(self) -> int:
        """How many tests run on no machine."""
        return sum(test.skip is not None and test.skip.always for test in self.tests)

    @property
    def skips_are_certain(self) -> bool:
        """Whether each skip is one, and none depends on where it runs."""
        skips = [test.skip for test in self.tests if test.skip is not None]
        return all(skip.always and not _RUNS.search(skip.how) for skip in skips)


@lru_cache(maxsize=256)
def counted(source: Source) -> Counted | None:
    """Return the tests of a file, None of one whose language is not read."""
    reader = suites.reader_of(source.path)
    if reader is None:
        return None
    text = "\n".join(source.lines) + "\n"
    data = text.encode("utf-8", "replace")
    suite = suites.read(source.path, data)
    if suite is None:
        return None
    generates, begins = _GENERATES.get(reader), _BEGINS.get(reader)
    certain = (
        not suite.broken
        and not any(test.rows for test in suite.tests)
        and not (generates is not None and generates.search(text))
        and not (begins is not None and len(begins.findall(text)) != len(suite.tests))
        and not (reader == "script" and _is_made(source.path, data, suite))
    )
    return Counted(suite.tests, certain)


def _is_made(path: str, data: bytes, suite: Suite) -> bool:
    """Tell whether a test stands in a loop, or in a function that may be called several times."""
    lines = {test.line for test in suite.tests}
    root = syntax.parse(syntax.language_of(path) or "", data).root_node
    waiting: list[tuple[Node, bool]] = [(root, False)]
    while waiting:
        node, is_loose = waiting.pop()
        if is_loose and syntax.line(node) in lines and _is_test(node):
            return True
        is_loose = is_loose or node.type in _LOOPS or _is_loose(node)
        waiting.extend((child, is_loose) for child in node.named_children)
    return False


def _is_test(node: Node) -> bool:
    function = node.child_by_field_name("function") if node.type == "call_expression" else None
    return function is not None and _TESTS.match(syntax.text(function)) is not None


def _is_loose(node: Node) -> bool:
    """Tell whether a node is a function that is not the body of a group."""
    if node.type not in _FUNCTIONS:
        return False
    parent = node.parent
    call = parent.parent if parent is not None and parent.type == "arguments" else None
    function = call.child_by_field_name("function") if call is not None else None
    return function is None or _GROUPS.match(syntax.text(function)) is None
