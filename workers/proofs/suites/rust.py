"""Tests in Rust: functions with an attribute, wherever they stand."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from sessions.patterns import lazy_pattern
from workers.proofs.suites.bodies import Tongue, custom, read_body
from workers.proofs.suites.suite import Check, Helper, Skip, Suite, Test, first_of
from workers.proofs.suites.trees import short, tidy
from workers.survey.syntax import line, text

if TYPE_CHECKING:
    from tree_sitter import Node

_IS_TEST = lazy_pattern(
    r"(?:[\w:]{1,60}::)?(?:test|rstest|test_case|quickcheck|proptest|bench)(?:\(.*)?", re.DOTALL
)
_FAILING = lazy_pattern(
    r"(?:debug_)?assert\w{0,40}|prop_assert\w{0,20}|panic|unreachable|check\w{0,20}"
)


def _check(node: Node, names: list[str]) -> int:
    if node.type == "macro_invocation":
        return int(bool(names) and bool(_FAILING.fullmatch(names[-1])))
    if names and names[-1].startswith("assert"):
        return 1
    return custom(names[-1]) if names else 0


TONGUE = Tongue(
    check=_check,
    calls=frozenset({"call_expression", "macro_invocation"}),
    nested=frozenset({"closure_expression", "function_item"}),
    loops=frozenset("for_expression while_expression loop_expression".split()),
    literals=frozenset({"array_expression", "tuple_expression"}),
    ends=frozenset({"return_expression"}),
)


def read(root: Node, _source: bytes) -> Suite:
    """Return the tests of a file and its modules."""
    tests: list[Test] = []
    helpers: dict[str, tuple[str, Helper]] = {}
    waiting: list[tuple[Node, str, Skip | None]] = [(root, "", None)]
    while waiting:
        block, prefix, above = waiting.pop()
        marks: list[Node] = []
        for child in block.named_children:
            if child.type == "attribute_item":
                marks.append(child.named_children[0])
                continue
            if "comment" in child.type:
                continue
            name = text(child.child_by_field_name("name") or child.child_by_field_name("type"))
            body = child.child_by_field_name("body")
            skip = first_of(above, *map(_skip, marks))
            if child.type in {"mod_item", "impl_item"} and body is not None:
                waiting.append((body, f"{prefix}{name}::", skip))
            elif child.type == "function_item" and body is not None:
                if any(_IS_TEST.fullmatch(text(mark)) for mark in marks):
                    tests.append(_test(child, prefix + name, marks, skip))
                else:
                    helpers[name] = (prefix, Helper(line(child), read_body(body, TONGUE)))
            marks = []
    # What panics in the code under test is no check of a test that calls it.
    beside = {test.name.removesuffix(test.title) for test in tests}
    near = {n: helper for n, (prefix, helper) in helpers.items() if prefix in beside}
    return Suite(tuple(sorted(tests, key=lambda test: test.line)), near)


def _test(function: Node, name: str, marks: list[Node], skip: Skip | None) -> Test:
    body = function.child_by_field_name("body")
    checks = read_body(body if body is not None else function, TONGUE)
    panics = [Check(tidy(mark), 1) for mark in marks if text(mark).startswith("should_panic")]
    checks = replace(checks, more=tuple(panics))
    rows = tuple(tidy(mark) for mark in marks if text(mark).startswith(("case(", "test_case(")))
    return Test(name, line(function), checks, skip, rows=rows)


def _skip(mark: Node) -> Skip | None:
    written = tidy(mark)
    if re.match(r"ignore\b", written):
        return Skip(f"marked {short(mark)}", always=True)
    if written in {"cfg(any())", "cfg(FALSE)", "cfg(false)", "cfg(not(all()))"}:
        return Skip(f"marked {short(mark)}", always=True)
    if written.startswith("cfg_attr(") and "ignore" in written:
        return Skip(f"marked {short(mark)}", always=False)
    if written.startswith("cfg(") and written != "cfg(test)":
        return Skip(f"built only with {short(mark)}", always=False)
    return None
