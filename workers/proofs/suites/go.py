"""Tests in Go: functions of `testing`, methods of suites, subtests, tables."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sessions.patterns import lazy_pattern
from workers.proofs.suites.bodies import Tongue, custom, read_body, skip_in
from workers.proofs.suites.suite import Helper, Skip, Suite, Test, first_of
from workers.proofs.suites.trees import inside, literal, tidy
from workers.survey.syntax import line, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

_COLLECTED = lazy_pattern(r"(?:Test|Fuzz|Example)(?![a-z])\w{0,200}")
_FAILS = frozenset("Error Errorf Fatal Fatalf Fail FailNow".split())
_TESTING = lazy_pattern(r"[tbfcsr]|[tbsc]t|tb|T|test|testing|suite|collect")
_CHECKING = frozenset("assert require Expect Eventually Consistently qt is must Ω".split())
_TAG = lazy_pattern(r"^//(?:go:build| \+build) (.{1,200})$", re.MULTILINE)


def _check(node: Node, names: list[str]) -> int:
    if not names:
        return 0
    last = names[-1]
    if len(names) > 1 and last in _FAILS and _TESTING.fullmatch(names[-2]):
        return _asked(node)
    if set(names[:-1]) & _CHECKING or names[0] in {"Expect", "Eventually"}:
        return 1
    if {"Require", "Assert"} & set(names):
        return 1
    return custom(last)


def _asked(call: Node) -> int:
    """Return how many things the `if` asks in which a test fails."""
    above: Node | None = call
    for _ in range(4):
        above = above.parent if above is not None else None
        if above is not None and above.type == "if_statement":
            condition = above.child_by_field_name("condition")
            return 1 + len(re.findall(r"\|\||&&", text(condition)))
    return 1


def _is_subtest(node: Node) -> bool:
    called = node.child_by_field_name("function") if node.type == "call_expression" else None
    if called is None or text(called.child_by_field_name("field")) != "Run":
        return False
    arguments = node.child_by_field_name("arguments")
    passed = arguments.named_children if arguments is not None else []
    return len(passed) == 2 and literal(passed[0]) is not None and passed[1].type == "func_literal"


TONGUE = Tongue(
    check=_check,
    calls=frozenset({"call_expression"}),
    nested=frozenset({"func_literal"}),
    loops=frozenset({"for_statement"}),
    literals=frozenset({"literal_value"}),
    ends=frozenset({"return_statement"}),
    left_out=_is_subtest,
)


def read(root: Node, source: bytes) -> Suite:
    """Return the tests of a file; a subtest with a name is a test of its own."""
    tests: list[Test] = []
    helpers: dict[str, Helper] = {}
    tag = _TAG.search(source[:4_000].decode("utf-8", "replace"))
    built = None
    if tag:
        never = tag[1].strip() in {"ignore", "never", "false", "disabled", "skip"}
        built = Skip(f"built only with {tag[1].strip()}", always=never)
    lists = _lists(root)
    for node in root.named_children:
        if node.type not in {"function_declaration", "method_declaration"}:
            continue
        name = text(node.child_by_field_name("name"))
        body = node.child_by_field_name("body")
        if body is None:
            continue
        if _COLLECTED.fullmatch(name):
            receiver = re.search(r"\*?(\w{1,100})\)$", text(node.child_by_field_name("receiver")))
            owner = f"{receiver[1]}::" if receiver else ""
            tests += _tests((owner + name, node, body, built), lists)
        else:
            helpers[name] = Helper(line(node), read_body(body, TONGUE))
    return Suite(tuple(tests), helpers)


def _tests(function: tuple[str, Node, Node, Skip | None], lists: dict[str, Node]) -> Iterator[Test]:
    """Yield a test and its subtests; a subtest is skipped with the test that it is part of."""
    waiting = [function]
    while waiting:
        name, node, body, outer = waiting.pop(0)
        own = skip_in(body, TONGUE, _is_skip, "skipped in its body")
        skip = first_of(outer, own)
        content = body.text or b""
        rows = _rows(body, {**lists, **_lists(body)}) if b"range" in content else ()
        yield Test(name, line(node), read_body(body, TONGUE), skip, rows=rows)
        if b".Run(" not in content:
            continue
        for child in inside(body, lambda inner: inner.type not in TONGUE.nested):
            arguments = child.child_by_field_name("arguments")
            if arguments is not None and _is_subtest(child):
                title, closure = arguments.named_children
                inner = closure.child_by_field_name("body")
                if inner is not None:
                    waiting.append((f"{name}::{literal(title)}", child, inner, skip))


def _is_skip(_node: Node, names: list[str]) -> bool:
    return len(names) > 1 and names[-1] in {"Skip", "Skipf", "SkipNow"}


def _lists(block: Node) -> dict[str, Node]:
    """Return the literal slices and maps that are assigned in a block."""
    lists = {}
    for node in inside(block, lambda inner: inner.type in _ABOVE_LISTS):
        if node.type in {"short_var_declaration", "var_spec"}:
            left = node.child_by_field_name("left") or node.child_by_field_name("name")
            right = node.child_by_field_name("right") or node.child_by_field_name("value")
            if right is not None and right.named_child_count == 1:
                lists[text(left)] = right.named_children[0]
    return lists


_ABOVE_LISTS = frozenset("statement_list var_declaration var_spec_list block".split())


def _rows(body: Node, lists: dict[str, Node]) -> tuple[str, ...]:
    """Return the rows of the tables that a test goes through."""
    rows: list[str] = []
    for node in inside(body, lambda inner: inner.type not in TONGUE.nested):
        if node.type != "range_clause":
            continue
        table = node.child_by_field_name("right")
        table = lists.get(text(table), table)
        values = table.child_by_field_name("body") if table is not None else None
        if values is not None and values.type == "literal_value":
            rows += [tidy(row) for row in values.named_children if row.type != "comment"]
    return tuple(rows)
