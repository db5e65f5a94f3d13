"""Tests that are methods with annotations: Java, Kotlin, C#."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from sessions.patterns import lazy_pattern
from workers.proofs.suites.bodies import Tongue, custom, read_body, skip_in
from workers.proofs.suites.suite import Body, Check, Helper, Skip, Suite, Test, first_of
from workers.proofs.suites.trees import inside, is_false, is_true, links, literal, short, tidy
from workers.survey.syntax import line, text

if TYPE_CHECKING:
    from collections.abc import Callable

    from tree_sitter import Node

_TESTS = frozenset(
    "Test ParameterizedTest RepeatedTest TestFactory TestTemplate Property TestMethod"
    " DataTestMethod TestCase TestCaseSource".split()
)
_FACTS = lazy_pattern(r"(?:[A-Z]\w{0,40})?(?:Fact|Theory)(?:[A-Z]\w{0,40})?")
_OFF = frozenset("Disabled Ignore Ignored Explicit".split())
_MAYBE = lazy_pattern(
    r"(?:Disabled|Enabled)(?:On|If|For|In)\w{0,40}|(?:Ignore|Skip|Assume|Requires)[A-Z]\w{0,40}"
    r"|Conditional(?:Fact|Theory)"
)
_HEADS = frozenset(
    "Assert Assertions Truth Approvals Verify verify coVerify expectThat expect".split()
)
_VERIFYING = frozenset("fail Verify VerifyAll Received DidNotReceive".split())
_MOCKED = lazy_pattern(r"andExpect|expect[A-Z]\w{0,40}|verify(?:Complete|Error|\w{0,20})|jsonPath")


def _check(node: Node, names: list[str]) -> int:
    if node.type == "assert_statement":
        return 1
    if node.type == "infix_expression" and node.named_child_count > 1:  # Kotlin
        word = text(node.named_children[1])
        return int(word.startswith("should") or word == "assert")
    if not names:
        return 0
    return _chained(names) or (1 if names[0] in _HEADS else custom(names[-1]))


def _chained(names: list[str]) -> int:
    """Return how many checks a chain of calls is by the libraries that chain them."""
    if len(names) < 2:
        return int(names[0] == "fail")
    if re.match(r"assertThat|assertSoftly|then$|expectThat", names[0]):
        return max(1, len([name for name in names[1:] if name not in {"as", "describedAs"}]))
    mocked = len([name for name in names if _MOCKED.fullmatch(name)])
    if mocked:
        return mocked
    fluent = any(name.startswith(("Should", "should")) for name in names[1:])
    return int(fluent or bool(_VERIFYING & set(names)) or names[0] in {"Assert", "Assertions"})


TONGUE = Tongue(
    check=_check,
    calls=frozenset({"method_invocation", "call_expression", "invocation_expression"}),
    nested=frozenset(
        "lambda_expression lambda_literal anonymous_function class_body local_function_statement"
        " anonymous_method_expression".split()
    ),
    loops=frozenset(
        "for_statement enhanced_for_statement while_statement foreach_statement".split()
    ),
    literals=frozenset(
        "array_initializer initializer_expression tuple_expression collection_literal"
        " collection_expression anonymous_object_creation_expression".split()
    ),
    ends=frozenset("return_statement return_expression throw_statement throw_expression".split()),
)


class _Mark(NamedTuple):
    name: str
    node: Node


class _Scope(NamedTuple):
    prefix: str = ""
    skip: Skip | None = None
    named: bool = False  # JUnit 3 and PHPUnit know tests by their names


_CLASSES = frozenset(
    "class_declaration object_declaration record_declaration struct_declaration companion_object"
    " interface_declaration".split()
)
_METHODS = frozenset("method_declaration function_declaration".split())
_BLOCKS = frozenset(
    "class_body declaration_list namespace_declaration file_scoped_namespace_declaration"
    " preproc_if preproc_else preproc_region".split()
)


def read(root: Node, _source: bytes) -> Suite:
    """Return the tests of a file's classes; of Kotlin those of Kotest's blocks as well."""
    tests: list[Test] = []
    helpers: dict[str, Helper] = {}
    waiting: list[tuple[Node, _Scope]] = [(root, _Scope())]
    while waiting:
        node, scope = waiting.pop()
        for child in reversed(node.named_children):
            name = text(child.child_by_field_name("name")).strip("`")
            if child.type in _CLASSES:
                inner = _class_scope(child, name, scope)
                waiting += [(block, inner) for block in child.named_children]
            elif child.type in _METHODS:
                _method(child, name, scope, tests, helpers)
            elif child.type in _BLOCKS:
                waiting.append((child, scope))
            elif child.type in {"delegation_specifier", "constructor_invocation"}:
                _blocks(child, scope, tests)
        if node.type == "delegation_specifiers":
            continue
    return Suite(tuple(sorted(tests, key=lambda test: test.line)), helpers)


def _class_scope(node: Node, name: str, scope: _Scope) -> _Scope:
    bases = node.child_by_field_name("superclass") or node.child_by_field_name("bases")
    skip = first_of(scope.skip, *(_skip(mark) for mark in marks_of(node)))
    return _Scope(f"{scope.prefix}{name}::", skip, named="Test" in text(bases))


def marks_of(node: Node) -> list[_Mark]:
    """Return the annotations or attributes of a class or method, by their last names."""
    marks = []
    modifiers = [node, *(c for c in node.named_children if c.type in {"modifiers", "modifier"})]
    for block in modifiers:
        for child in block.named_children:
            if child.type in {"annotation", "marker_annotation"}:
                marks.append(_Mark(_last(child), child))
            elif child.type == "attribute_list":
                marks += [
                    _Mark(_last(attribute), attribute)
                    for attribute in child.named_children
                    if attribute.type == "attribute"
                ]
    return marks


def _last(mark: Node) -> str:
    name = re.split(r"[(\s]", text(mark).lstrip("@ "), maxsplit=1)[0]
    return (
        re.sub(r"<.{0,200}$", "", name)
        .rsplit(".", 1)[-1]
        .rsplit(":", 1)[-1]
        .removesuffix("Attribute")
    )


def _skip(mark: _Mark) -> Skip | None:
    if mark.name in _OFF:
        return Skip(f"marked {mark.name}", always=True)
    if _MAYBE.fullmatch(mark.name):
        return Skip(f"marked {short(mark.node)}", always=False)
    written = tidy(mark.node)
    if _collects(mark):
        if re.search(r"\bSkip='|\bSkip=\w|\b(?:Ignore|IgnoreReason)=", written):
            return Skip(f"marked {short(mark.node)}", always=True)
        if "enabled=false" in written:
            return Skip("marked enabled = false", always=True)
    return None


def _collects(mark: _Mark) -> bool:
    return mark.name in _TESTS or _FACTS.fullmatch(mark.name) is not None


def _method(
    node: Node, name: str, scope: _Scope, tests: list[Test], helpers: dict[str, Helper]
) -> None:
    body = node.child_by_field_name("body") or next(
        (child for child in node.named_children if child.type == "function_body"), None
    )
    marks = marks_of(node)
    collected = any(map(_collects, marks))
    if not collected and scope.named and re.match(r"test[A-Z_]", name):
        collected = "private" not in text(node).split("(")[0]
    checks = read_body(body, TONGUE) if body is not None else Body()
    if not collected:
        helpers[name] = Helper(line(node), checks)
        return
    expected = [mark for mark in marks if re.search(r"expected(?:Exceptions)?=", tidy(mark.node))]
    expected += [mark for mark in marks if mark.name == "ExpectedException"]
    checks = replace(checks, more=tuple(Check(tidy(mark.node), 1) for mark in expected))
    skip = first_of(
        scope.skip,
        *(_skip(mark) for mark in marks),
        skip_in(body, TONGUE, _is_skip, "skipped in its body"),
        _assumed(body),
    )
    at = node.child_by_field_name("name") or node
    tests.append(Test(scope.prefix + name, line(at), checks, skip, rows=_rows(marks)))


def _is_skip(node: Node, names: list[str]) -> bool:
    arguments = node.child_by_field_name("arguments")
    if names[:1] == ["Assert"] and names[-1] in {"Skip", "Ignore", "Inconclusive"}:
        return True
    return names[-1] == "SkipException" or (names[-1] == "abort" and arguments is not None)


def _assumed(body: Node | None) -> Skip | None:
    """Return the skip of `assumeTrue(...)` and its kin; one that always holds is none."""
    if body is None or not re.search(rb"assume|[sS]kip", body.text or b""):
        return None
    for node in inside(body, lambda inner: inner.type not in TONGUE.nested):
        names = links(node) if node.type in TONGUE.calls else []
        if not names or not re.match(r"assume|skipIf|skipUnless", names[-1], re.IGNORECASE):
            continue
        passed = next((c for c in node.named_children if c.type.endswith("arguments")), None)
        passed = passed or node.child_by_field_name("arguments")
        value = passed.named_children[0] if passed and passed.named_children else None
        wants_false = names[-1] in {"assumeFalse", "skipIf", "SkipIf"}
        holds: Callable[[Node | None], bool] = is_false if wants_false else is_true
        fails: Callable[[Node | None], bool] = is_true if wants_false else is_false
        if not holds(value):
            return Skip(f"skipped unless {short(node)}", always=fails(value))
    return None


_ROWS = frozenset("InlineData DataRow TestCase Arguments".split())


def _rows(marks: list[_Mark]) -> tuple[str, ...]:
    """Return the cases that annotations hold: `@ValueSource`, `@CsvSource`, `[InlineData]`."""
    rows: list[str] = []
    for mark in marks:
        if mark.name in _ROWS:
            rows.append(tidy(mark.node))
        elif mark.name in {"ValueSource", "CsvSource", "EnumSource"}:
            rows += [
                tidy(inner)
                for inner in inside(mark.node)
                if literal(inner) is not None or inner.type.endswith("_literal")
                if inner.type not in {"class_literal", "collection_literal"}
            ]
    return tuple(rows)


_KOTEST = lazy_pattern(
    r"[xf]?(?:test|it|should|describe|context|expect|given|when|then|feature|scenario)"
)


def _blocks(specifier: Node, scope: _Scope, tests: list[Test]) -> None:
    """Take in the tests of a Kotest class: blocks with a string for a name."""
    waiting = [(child, scope) for child in reversed(specifier.named_children)]
    while waiting:
        node, above = waiting.pop()
        block = next((c for c in node.named_children if c.type == "annotated_lambda"), None)
        inner = _block_scope(node, above) if block is not None else None
        if block is not None and inner is not None:
            body = read_body(block, TONGUE)
            if body.checks or not any(c.type == "call_expression" for c in inside(block)):
                tests.append(Test(inner.prefix[:-3], line(node), body, inner.skip))
                continue
            above = inner
        waiting.extend((child, above) for child in reversed(node.named_children))


def _block_scope(call: Node, above: _Scope) -> _Scope | None:
    """Return what a call with a block opens: a group or a test, None for another call."""
    title = next((text(n).strip('"') for n in inside(call) if literal(n) is not None), None)
    word = (links(call) or [""])[0]
    if title is None or not (_KOTEST.fullmatch(word) or text(call).startswith('"')):
        return None
    off = word.startswith("x") or title.startswith("!")
    off = off or "enabled=false" in tidy(call).split("{", 1)[0]
    skip = Skip(f"marked {word or '!'}", always=True) if off else None
    return _Scope(f"{above.prefix}{title.lstrip('!')} > ", first_of(above.skip, skip))
