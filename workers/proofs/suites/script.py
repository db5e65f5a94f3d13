"""Tests in JavaScript and TypeScript: jest, vitest, mocha, jasmine, node:test, Playwright."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from sessions.patterns import lazy_pattern
from workers.proofs.suites.bodies import Tongue, custom, looped_over, read_body, skip_in
from workers.proofs.suites.suite import Helper, Skip, Suite, Test, first_of
from workers.proofs.suites.trees import (
    body_of,
    is_false,
    is_true,
    links,
    literal,
    passed_to,
    short,
    tidy,
)
from workers.survey.syntax import line, text

if TYPE_CHECKING:
    from tree_sitter import Node

_TESTS = lazy_pattern(r"[xf]?(?:it|test|specify)|(?:it|test)[A-Z]\w{0,40}|\w{1,40}(?:Test|It)")
_GROUPS = lazy_pattern(r"[xf]?(?:describe|context|suite)|(?:describe|suite)[A-Z]\w{0,40}")
_WORDS = frozenset(
    "skip only todo each concurrent failing fails skipIf runIf sequential shuffle for extend serial"
    " fixme slow describe test it if ifError parallel".split()
)
_FUNCTIONS = frozenset({"arrow_function", "function_expression", "function", "generator_function"})
_PROGRAM = frozenset({"function_declaration", "generator_function_declaration"})
_OFF = frozenset("skip todo fixme failing fails".split())
_AVA = frozenset(
    "is not deepEqual notDeepEqual true false truthy falsy throws throwsAsync notThrows regex like"
    " ok notOk equal notEqual same strictSame match rejects resolves snapshot pass fail end"
    " strictEqual deepStrictEqual plan".split()
)
_FOCUSED = frozenset("fit ftest fdescribe fcontext".split())
_ASSERTING = frozenset("assert should chai expectTypeOf expectType assertType".split())
_NO_CHECKS = frozenset("assertions hasAssertions extend any anything addSnapshotSerializer".split())


def _check(node: Node, names: list[str]) -> int:
    if node.type == "member_expression":  # chai: `x.should.be.true`, `expect(x).to.be.ok`
        parent = node.parent
        if parent is None or parent.type != "expression_statement":
            return 0
        names = links(node)
        return int(names[:1] == ["expect"] or "should" in names[1:])
    if not names or names[-1] in _NO_CHECKS:
        return 0
    head, last = names[0], names[-1]
    if head == "expect":
        return int(len(names) > 1 or _stands_alone(node))
    if head in _ASSERTING or "should" in names:
        return 1
    chained = names[1:].count("expect")  # supertest
    if chained:
        return chained + _bodies(node)
    ava = head in {"t", "tap"} and len(names) == 2 and last in _AVA
    return 1 if ava else custom(last) or custom(head)


def _bodies(chain: Node) -> int:
    """Return how many calls in a chain expect a status and a body: `.expect(200, "x", done)`."""
    return len(
        re.findall(r"\.expect\(\s*\d{3}\s*,\s*(?!done\b|function\b|\()", text(chain)[-2_000:])
    )


def _stands_alone(call: Node) -> bool:
    return call.parent is not None and call.parent.type == "expression_statement"


def _swallows(node: Node) -> bool:
    if node.type != "try_statement":
        return False
    handler = node.child_by_field_name("handler")
    body = handler.child_by_field_name("body") if handler else None
    return body is not None and not [c for c in body.named_children if c.type != "comment"]


TONGUE = Tongue(
    check=_check,
    calls=frozenset({"call_expression"}),
    nested=_FUNCTIONS | _PROGRAM | {"method_definition"},
    loops=frozenset({"for_statement", "for_in_statement", "while_statement"}),
    literals=frozenset({"array", "object"}),
    ends=frozenset({"return_statement", "throw_statement"}),
    swallows=_swallows,
)


class _Scope(NamedTuple):
    prefix: str = ""
    skip: Skip | None = None
    only: bool = False
    rows: tuple[str, ...] = ()


class _Read(NamedTuple):
    tests: list[Test]
    helpers: dict[str, Helper]
    lists: dict[str, Node]


def read(root: Node, _source: bytes) -> Suite:
    """Return the tests of a program."""
    read_in = _Read([], {}, {})
    waiting: list[tuple[Node, _Scope]] = [(root, _Scope())]
    while waiting:
        node, scope = waiting.pop()
        if node.type == "call_expression":
            names = links(node)
            inner = _of_call(node, names, scope, read_in)
            if inner is not None:
                waiting += inner
                continue
            rows = _loop_rows(node, names)
            if rows is not None:
                scope = scope._replace(rows=rows)
        elif node.type in TONGUE.loops:
            scope = scope._replace(rows=_loop_rows(node, ["for"]) or ())
        elif node.type == "if_statement" and is_false(node.child_by_field_name("condition")):
            continue
        else:
            _helper(node, read_in)
        waiting.extend((child, scope) for child in reversed(node.named_children))
    return Suite(tuple(read_in.tests), read_in.helpers)


def _helper(node: Node, read_in: _Read) -> None:
    name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
    if node.type in _PROGRAM or node.type == "method_definition":
        value = node.child_by_field_name("body")
    elif node.type != "variable_declarator" or value is None:
        return
    elif value.type == "array":
        read_in.lists[text(name)] = value
        return
    elif value.type in _FUNCTIONS:
        value = value.child_by_field_name("body")
    else:
        return
    if value is not None:
        read_in.helpers[text(name)] = Helper(line(node), read_body(value, TONGUE, whole=True))


def _loop_rows(node: Node, names: list[str]) -> tuple[str, ...] | None:
    if names and names[-1] in {"forEach", "map", "for"}:
        return tuple(tidy(row) for row in looped_over(node, TONGUE) or ())
    return None


def _of_call(
    call: Node, names: list[str], scope: _Scope, read_in: _Read
) -> list[tuple[Node, _Scope]] | None:
    """Take a test in, or return what is to be read inside a group; None for another call."""
    head, rest = _headed(names)
    groups = _GROUPS.fullmatch(head) is not None or "describe" in rest
    if not set(rest) <= _WORDS or not (groups or _TESTS.fullmatch(head)):
        return None
    passed = passed_to(call)
    title = literal(passed[0]) if passed else None
    function = _function(passed[1:])
    if title is None or (function is None and len(passed) > 1 and not set(rest) & _OFF):
        return None
    inner = _Scope(
        scope.prefix,
        first_of(scope.skip, _skip(call, head, rest, passed)),
        scope.only or head in _FOCUSED or "only" in rest,
        _each(call, read_in.lists) or scope.rows,
    )
    if not groups:
        read_in.tests.append(_test(call, title, function, inner))
        return []
    body = body_of(function)
    inner = inner._replace(prefix=f"{scope.prefix}{title} > ")
    return [(child, inner) for child in reversed(body.named_children if body else ())]


def _function(passed: list[Node]) -> Node | None:
    return next((node for node in reversed(passed) if node.type in _FUNCTIONS), None)


def _headed(names: list[str]) -> tuple[str, list[str]]:
    """Return the word that makes a test or a group, and what stands behind it."""
    if len(names) > 1 and (names[0] == "Deno" or names[:2] in (["base", "test"], ["t", "test"])):
        names = names[1:]
    return (names[0], names[1:]) if names else ("", [])


def _test(call: Node, title: str, function: Node | None, scope: _Scope) -> Test:
    body = body_of(function)
    empty = Skip("left without a body", always=True) if function is None else None
    own = skip_in(body, TONGUE, _is_skip, "skipped in its body")
    checks = read_body(body or call, TONGUE, whole=body is not None and body.type != _BLOCK)
    name, skip = scope.prefix + title, first_of(scope.skip, own, empty)
    return Test(name, line(call), checks, skip, scope.only, scope.rows)


_BLOCK = "statement_block"


def _is_skip(node: Node, names: list[str]) -> bool:
    if names[-1] == "pending":
        return len(names) == 1
    arguments = node.child_by_field_name("arguments")
    few = arguments is None or arguments.named_child_count < 2
    return names[-1] in {"skip", "todo", "fixme"} and len(names) > 1 and few


def _skip(call: Node, head: str, rest: list[str], passed: list[Node]) -> Skip | None:
    if head in {"xit", "xtest", "xdescribe", "xcontext", "xspecify"}:
        return Skip(f"marked {head}", always=True)
    off = [word for word in rest if word in _OFF]
    if off:
        return Skip(f"marked {off[0]}", always=True)
    word = next((word for word in rest if word in {"skipIf", "runIf", "if"}), None)
    if word is not None:
        condition = _condition(call)
        never, always = is_false(condition), is_true(condition)
        if word != "skipIf":
            never, always = always, never
        return None if never else Skip(f"marked {word}({short(condition)})", always=always)
    return _optional(passed)


def _optional(passed: list[Node]) -> Skip | None:
    """Return the skip among the options of a test: `{ skip: true }`."""
    options = next((node for node in passed[1:] if node.type == "object"), None)
    for pair in options.named_children if options is not None else ():
        key, value = pair.child_by_field_name("key"), pair.child_by_field_name("value")
        if text(key) not in {"skip", "todo", "fails", "ignore"} or value is None:
            continue
        if not is_false(value):
            certain = is_true(value) or literal(value) is not None
            return Skip(f"marked {text(key)}: {short(value)}", always=certain)
    return None


def _condition(call: Node) -> Node | None:
    """Return the argument of `skipIf(condition)("title", ...)`."""
    inner = call.child_by_field_name("function")
    arguments = inner.child_by_field_name("arguments") if inner is not None else None
    return arguments.named_children[0] if arguments and arguments.named_children else None


def _each(call: Node, lists: dict[str, Node]) -> tuple[str, ...]:
    """Return the rows of `it.each([...])("title", ...)` or of its table in a template."""
    inner = call.child_by_field_name("function")
    if inner is None or inner.type != "call_expression" or links(inner)[-1] not in {"each", "for"}:
        return ()
    table = inner.child_by_field_name("arguments")
    if table is None:
        return ()
    if table.type == "template_string":
        return tuple("".join(row.split()) for row in text(table).strip("`\n ").split("\n")[1:])
    first = table.named_children[0] if table.named_children else None
    if first is not None and first.type in {"as_expression", "satisfies_expression"}:
        first = first.named_children[0]
    first = lists.get(text(first), first)
    if first is None or first.type != "array":
        return ()
    return tuple(tidy(row) for row in first.named_children if row.type != "comment")
