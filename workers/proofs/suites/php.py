"""Tests in PHP: methods of PHPUnit, blocks of Pest."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from workers.proofs.suites.bodies import Tongue, custom, read_body, skip_in
from workers.proofs.suites.suite import Helper, Skip, Suite, Test, first_of
from workers.proofs.suites.trees import body_of, inside, links, literal, tidy
from workers.survey.syntax import line, text

if TYPE_CHECKING:
    from tree_sitter import Node

_SKIPS = frozenset("markTestSkipped markTestIncomplete markAsRisky".split())
_FUNCTIONS = frozenset(
    "anonymous_function arrow_function anonymous_function_creation_expression".split()
)
_CLASSES = frozenset("class_declaration trait_declaration".split())


def _check(_node: Node, names: list[str]) -> int:
    if not names:
        return 0
    asserting = [name for name in names if name.startswith("assert")]
    if asserting:
        return len(asserting)
    if names[0] == "expect" and len(names) > 1:
        return len(names) - 1
    if re.match(r"expect(?:Exception|Output|Deprecation|NotTo)|should(?:Receive|Have)", names[-1]):
        return 1
    if {"expects", "shouldReceive", "expectException"} & set(names):
        return 1
    return 1 if names[-1] == "fail" else custom(names[-1])


TONGUE = Tongue(
    check=_check,
    calls=frozenset(
        "member_call_expression nullsafe_member_call_expression scoped_call_expression"
        " function_call_expression".split()
    ),
    nested=_FUNCTIONS,
    loops=frozenset("foreach_statement for_statement while_statement".split()),
    literals=frozenset({"array_creation_expression"}),
)


class _Scope(NamedTuple):
    prefix: str = ""
    skip: Skip | None = None
    only: bool = False


def read(root: Node, _source: bytes) -> Suite:
    """Return the tests of a file."""
    tests: list[Test] = []
    helpers: dict[str, Helper] = {}
    waiting: list[tuple[Node, _Scope]] = [(root, _Scope())]
    while waiting:
        node, scope = waiting.pop()
        name = text(node.child_by_field_name("name"))
        if node.type in _CLASSES:
            skip = first_of(scope.skip, _in_set_up(node))
            scope = _Scope(f"{scope.prefix}{name}::", skip)
        elif node.type in {"method_declaration", "function_definition"}:
            _method(node, name, scope, tests, helpers)
            continue
        elif node.type in TONGUE.calls:
            inner = _of_call(node, scope, tests)
            if inner is not None:
                waiting += inner
                continue
        waiting.extend((child, scope) for child in reversed(node.named_children))
    return Suite(tuple(sorted(tests, key=lambda test: test.line)), helpers)


def _in_set_up(node: Node) -> Skip | None:
    body = node.child_by_field_name("body")
    for method in body.named_children if body is not None else ():
        name = text(method.child_by_field_name("name"))
        if method.type == "method_declaration" and name in {"setUp", "setUpBeforeClass"}:
            within = method.child_by_field_name("body")
            return skip_in(within, TONGUE, _is_skip, f"skipped in {name}")
    return None


def _method(
    node: Node, name: str, scope: _Scope, tests: list[Test], helpers: dict[str, Helper]
) -> None:
    body = node.child_by_field_name("body")
    above = node.prev_named_sibling
    comment = text(above) if above is not None and above.type == "comment" else ""
    marks = text(node.child_by_field_name("attributes"))
    public = not re.search(r"\b(?:private|protected)\b", text(node).split("(")[0])
    collected = name.startswith("test") or "@test" in comment or re.search(r"\bTest\b", marks)
    if body is None:
        return
    checks = read_body(body, TONGUE)
    if not collected or not scope.prefix or not public:
        helpers[name] = Helper(line(node), checks)
        return
    needed = re.search(r"\bRequires\w{1,40}(?:\([^)]{0,80}\))?", marks)
    marked = Skip(f"marked {needed[0]}", always=False) if needed else None
    skip = first_of(scope.skip, marked, skip_in(body, TONGUE, _is_skip, "skipped in its body"))
    at = node.child_by_field_name("name") or node
    rows = tuple(re.findall(r"TestWith\([^\n]{1,200}", marks)) or _provided(node, comment + marks)
    tests.append(Test(scope.prefix + name, line(at), checks, skip, rows=rows))


def _provided(node: Node, marks: str) -> tuple[str, ...]:
    """Return the cases that a method of the same class provides."""
    named = re.search(r"(?:@dataProvider\s{1,4}|\bDataProvider\(['\"])(\w{1,100})", marks)
    for method in node.parent.named_children if named and node.parent else ():
        if named and text(method.child_by_field_name("name")) == named[1]:
            steps = list(inside(method, lambda inner: inner.type != "array_creation_expression"))
            yields = [tidy(step) for step in steps if step.type == "yield_expression"]
            table = next((step for step in steps if step.type == "array_creation_expression"), None)
            rows = [tidy(row) for row in table.named_children] if table is not None else []
            return tuple(yields or rows)
    return ()


def _is_skip(_node: Node, names: list[str]) -> bool:
    return names[-1] in _SKIPS


def _of_call(call: Node, scope: _Scope, tests: list[Test]) -> list[tuple[Node, _Scope]] | None:
    """Take in `it("...", function () {...})->skip()`, or return what a `describe` holds."""
    names = links(call)
    if not names or names[0] not in {"it", "test", "describe", "todo"}:
        return None
    passed = _passed(call)
    title = literal(passed[0]) if passed else None
    if title is None:
        return None
    off = next((word for word in names if word in {"skip", "todo"}), None)
    marked = Skip(f"marked {off}", always=True) if off else None
    inner = _Scope(scope.prefix, first_of(scope.skip, marked), scope.only or "only" in names)
    body = _body(passed[1:])
    if names[0] == "describe":
        inner = inner._replace(prefix=f"{scope.prefix}{title} > ")
        return [(child, inner) for child in reversed(body.named_children if body else ())]
    skip = first_of(inner.skip, skip_in(body, TONGUE, _is_skip, "skipped in its body"))
    checks = read_body(body if body is not None else call, TONGUE)
    rows = _listed(call) if "with" in names else ()
    tests.append(Test(scope.prefix + title, line(call), checks, skip, inner.only, rows))
    return []


def _body(passed: list[Node]) -> Node | None:
    function = next((node for node in passed if node.type in _FUNCTIONS), None)
    return body_of(function)


def _listed(call: Node) -> tuple[str, ...]:
    return tuple(tidy(node) for node in inside(call) if node.type == "array_element_initializer")


def _passed(call: Node) -> list[Node]:
    """Return what the call at the head of a chain is passed."""
    chain = (call, *inside(call, lambda node: node.type not in _FUNCTIONS))
    head = next((node for node in chain if node.type == "function_call_expression"), None)
    arguments = head.child_by_field_name("arguments") if head is not None else None
    listed = arguments.named_children if arguments is not None else []
    return [child.named_children[0] for child in listed if child.named_children]
