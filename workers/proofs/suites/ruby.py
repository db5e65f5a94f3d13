"""Tests in Ruby: RSpec, Minitest and its specs, test-unit, Rails."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from sessions.patterns import lazy_pattern
from workers.proofs.suites.bodies import Tongue, custom, read_body, skip_in
from workers.proofs.suites.suite import Helper, Skip, Suite, Test, first_of
from workers.proofs.suites.trees import body_of, is_false, links, literal, passed_to, short, tidy
from workers.survey.syntax import line, text

if TYPE_CHECKING:
    from tree_sitter import Node

_TESTS = frozenset("it test specify example scenario its should xit xspecify fit".split())
_TESTS = _TESTS | frozenset("xscenario xexample fexample fscenario pending skip".split())
_GROUPS = lazy_pattern(
    r"[xf]?(?:describe|context|feature|example_group)|shared_examples(?:_for)?|shared_context"
)
_OTHERWISE_CALLS = frozenset("skip pending should test".split())  # inside an example
_STATEMENTS = frozenset("body_statement block_body then else ensure begin program".split())
_FOCUSED = frozenset("fit fdescribe fcontext fexample fscenario".split())
_FOCUS = lazy_pattern(r",:focus\b|\bfocus:true|:focus=>true")


def _check(node: Node, names: list[str]) -> int:
    if not names:
        return 0
    last = names[-1]
    if last in {"to", "not_to", "to_not"} or names[0] in {"is_expected", "are_expected"}:
        return 1
    if names[0] in {"expect", "expect_any_instance_of"}:
        return int(len(names) > 1)
    if len(names) > 1 and re.match(r"should(?:_not)?$|must_|wont_", last):
        return 1
    if re.match(r"(?:assert|refute|flunk)", last):
        return 1
    stands_alone = node.parent is not None and node.parent.type in _STATEMENTS
    return custom(last) if node.type == "call" or stands_alone else 0


TONGUE = Tongue(
    check=_check,
    calls=frozenset({"call", "identifier"}),
    nested=frozenset({"block", "do_block", "lambda", "method"}),
    loops=frozenset({"for", "while", "until"}),
    literals=frozenset({"array", "hash", "string_array", "symbol_array"}),
    ends=frozenset({"return"}),
)


class _Scope(NamedTuple):
    prefix: str = ""
    skip: Skip | None = None
    only: bool = False


def read(root: Node, _source: bytes) -> Suite:
    """Return the tests of a file; an example without a title goes by what it says."""
    tests: list[Test] = []
    helpers: dict[str, Helper] = {}
    waiting: list[tuple[Node, _Scope]] = [(root, _Scope())]
    while waiting:
        node, scope = waiting.pop()
        body = node.child_by_field_name("body")
        name = text(node.child_by_field_name("name"))
        if node.type == "method" and body is not None:
            if name.startswith("test_"):
                skip = first_of(scope.skip, _skip_in(body))
                at = scope.prefix + name
                tests.append(Test(at, line(node), read_body(body, TONGUE), skip, scope.only))
            else:
                helpers[name] = Helper(line(node), read_body(body, TONGUE))
            continue
        if node.type == "class":
            scope = scope._replace(prefix=f"{scope.prefix}{name}::")
        elif node.type == "call":
            inner = _of_call(node, scope, tests)
            if inner is not None:
                waiting += inner
                continue
        elif node.type in {"if", "if_modifier"} and is_false(node.child_by_field_name("condition")):
            continue
        waiting.extend((child, scope) for child in reversed(node.named_children))
    return Suite(tuple(tests), helpers)


def _of_call(call: Node, scope: _Scope, tests: list[Test]) -> list[tuple[Node, _Scope]] | None:
    names = links(call)
    word = names[-1] if len(names) == 1 or names[:1] == ["RSpec"] else ""
    block = call.child_by_field_name("block")
    passed = passed_to(call)
    title = literal(passed[0]) if passed else None
    body = body_of(block)
    focused = (
        word in _FOCUSED or _FOCUS.search(tidy(call.child_by_field_name("arguments"))) is not None
    )
    skip = first_of(scope.skip, _marked(word, passed))
    inner = _Scope(scope.prefix, skip, scope.only or focused)
    if _GROUPS.fullmatch(word):
        name = title if title is not None else short(passed[0] if passed else None)
        inner = inner._replace(prefix=f"{scope.prefix}{name} > ")
        return [(child, inner) for child in reversed(body.named_children if body else ())]
    needed = 2 if word in _OTHERWISE_CALLS else 1
    if word not in _TESTS or (block is not None) + (title is not None) < needed:
        return None
    name = title if title is not None else (short(body) or word)
    tests.append(_test(call, name, block, inner))
    return []


def _test(call: Node, name: str, block: Node | None, scope: _Scope) -> Test:
    body = body_of(block)
    empty = Skip("left without a body", always=True) if block is None else None
    skip = first_of(scope.skip, empty, _skip_in(body))
    checks = read_body(body if body is not None else call, TONGUE)
    return Test(scope.prefix + name, line(call), checks, skip, scope.only)


def _marked(word: str, passed: list[Node]) -> Skip | None:
    if word.startswith("x") or word in {"skip", "pending"}:
        return Skip(f"marked {word}", always=True)
    for argument in passed:
        key = tidy(argument.child_by_field_name("key")).strip(":")
        if argument.type == "pair" and key in {"skip", "pending", "if", "unless"}:
            value = argument.child_by_field_name("value")
            if is_false(value) and key != "if":
                continue
            certain = value is not None and (value.type == "true" or literal(value) is not None)
            always = (certain and key != "if") or (key == "if" and is_false(value))
            return Skip(f"marked {key}: {short(value)}", always=always)
        if text(argument) in {":skip", ":pending"}:
            return Skip(f"marked {text(argument)}", always=True)
    return None


def _skip_in(body: Node | None) -> Skip | None:
    return skip_in(body, TONGUE, _is_skip, "skipped in its body")


def _is_skip(_node: Node, names: list[str]) -> bool:
    return len(names) == 1 and names[0] in {"skip", "pending", "omit"}
