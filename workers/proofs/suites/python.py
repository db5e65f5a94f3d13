"""Tests in Python: functions and classes of pytest, methods of unittest."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from sessions.patterns import lazy_pattern
from workers.proofs.suites.bodies import Tongue, custom, read_body, skip_in
from workers.proofs.suites.suite import Body, Helper, Skip, Suite, Test, first_of
from workers.proofs.suites.trees import inside, is_false, is_true, links, short, tidy
from workers.survey.syntax import line, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

_DEEP = 40  # blocks in blocks in which functions are still looked for
_RUNNERS = frozenset("raises warns deprecated_call fail".split())
# Of unittest and its mocks; other names are helpers of which the checks are not known.
_KNOWN = lazy_pattern(
    r"assert[A-Z]\w{0,60}|assert_(?:not_)?(?:any|called|has|awaited|never|equal|allclose)\w{0,40}"
)
_SKIPS = frozenset("skip skipif skipIf skipUnless xfail expectedFailure".split())
_WIDE = frozenset(
    "AssertionError BaseException Exception (Exception) (AssertionError) except".split()
)
_NOTHING = frozenset("pass_statement return_statement continue_statement comment".split())


def _check(node: Node, names: list[str]) -> int:
    if node.type == "assert_statement":
        return 1
    if not names:
        return 0
    last = names[-1]
    if last in _RUNNERS:
        if last in {"raises", "warns"} and "match=" in text(node):
            return 2
        return int(len(names) > 1)
    if names[0] == "expect" and len(names) > 1:
        return len(names) - 1
    if _KNOWN.fullmatch(last):
        return 1
    return custom(last)


def _swallows(node: Node) -> bool:
    if node.type != "try_statement":
        return False
    for child in node.named_children:
        if child.type != "except_clause" or child.named_child_count == 0:
            continue
        *caught, block = child.named_children
        silent = all(step.type in _NOTHING for step in block.named_children)
        kind = text(caught[0]).split(" as ")[0] if caught else "except"
        if silent and kind in _WIDE:
            return True
    return False


TONGUE = Tongue(
    check=_check,
    calls=frozenset({"call"}),
    nested=frozenset({"function_definition", "lambda", "class_definition"}),
    loops=frozenset({"for_statement", "while_statement", "for_in_clause"}),
    literals=frozenset({"list", "tuple", "dictionary", "set", "expression_list"}),
    ends=frozenset({"return_statement", "raise_statement"}),
    swallows=_swallows,
)


class _Scope(NamedTuple):
    prefix: str = ""
    collects: bool = True
    unittest: bool = False
    skip: Skip | None = None
    rows: tuple[str, ...] = ()


class _Declared(NamedTuple):
    node: Node
    decorators: tuple[Node, ...]


def read(root: Node, _source: bytes) -> Suite:
    """Return the tests of a module."""
    tests: list[Test] = []
    helpers: dict[str, Helper] = {}
    lists = {
        text(assigned.child_by_field_name("left")): right
        for statement in root.named_children
        if statement.type == "expression_statement"
        for assigned in statement.named_children
        if (right := assigned.child_by_field_name("right")) is not None
    }
    waiting = [(root, _Scope(skip=_block_skip(root)))]
    while waiting:
        block, scope = waiting.pop()
        for declared in _declared(block):
            name = text(declared.node.child_by_field_name("name"))
            body = declared.node.child_by_field_name("body")
            if body is None:
                continue
            if declared.node.type == "class_definition":
                waiting.append((body, _class_scope(declared, name, body, scope)))
                helpers.setdefault(name, Helper(line(declared.node), Body()))
            elif scope.collects and name.startswith("test"):
                tests.append(_test(declared, name, body, scope, lists))
            else:
                helpers[name] = Helper(line(declared.node), read_body(body, TONGUE))
    return Suite(tuple(sorted(tests, key=lambda test: test.line)), helpers)


def _declared(block: Node) -> Iterator[_Declared]:
    """Yield the functions and classes of a block, those under an `if` or a `try` as well."""
    waiting = [(child, 0) for child in reversed(block.named_children)]
    while waiting:
        node, depth = waiting.pop()
        if node.type in {"function_definition", "class_definition"}:
            yield _Declared(node, ())
        elif node.type == "decorated_definition":
            definition = node.child_by_field_name("definition")
            decorators = [child for child in node.named_children if child.type == "decorator"]
            if definition is not None:
                yield _Declared(definition, tuple(decorators))
        elif depth < _DEEP and node.type.endswith(("_statement", "_clause", "block")):
            if is_false(node.child_by_field_name("condition")):
                continue
            waiting.extend((child, depth + 1) for child in reversed(node.named_children))


def _class_scope(declared: _Declared, name: str, body: Node, above: _Scope) -> _Scope:
    bases = text(declared.node.child_by_field_name("superclasses"))
    unittest = "Test" in bases
    off = any(
        tidy(statement) == "__test__=False"
        for statement in body.named_children
        if statement.type == "expression_statement"
    )
    return _Scope(
        f"{above.prefix}{name}::",
        collects=(name.startswith("Test") or unittest) and not off,
        unittest=unittest,
        skip=first_of(above.skip, _marked(declared.decorators), _block_skip(body)),
    )


def _test(
    declared: _Declared, name: str, body: Node, scope: _Scope, lists: dict[str, Node]
) -> Test:
    skip = first_of(
        scope.skip,
        _marked(declared.decorators),
        skip_in(body, TONGUE, _is_skip, "skipped in its body"),
    )
    rows = _rows(declared.decorators, lists)
    read_in = read_body(body, TONGUE)
    return Test(scope.prefix + name, line(declared.node), read_in, skip, rows=rows)


def _is_skip(_node: Node, names: list[str]) -> bool:
    return names[-1] in {"skipTest", "SkipTest"} or (
        names[0] == "pytest" and names[-1] in {"skip", "xfail"}
    )


def _marked(decorators: tuple[Node, ...]) -> Skip | None:
    return first_of(*(_mark(decorator.named_children[0]) for decorator in decorators))


def _mark(mark: Node) -> Skip | None:
    """Return the skip that a decorator, or an entry of `pytestmark`, is."""
    names = links(mark)
    last = names[-1] if names else ""
    if last not in _SKIPS:
        conditional = re.match(r"_?(?:skip|xfail|requires?_|needs_)", last)
        return Skip(f"marked {short(mark)}", always=False) if conditional else None
    arguments = mark.child_by_field_name("arguments")
    positional = [
        child
        for child in (arguments.named_children if arguments else ())
        if child.type not in {"keyword_argument", "comment"}
    ]
    condition = positional[0] if positional else None
    if last in {"skip", "expectedFailure"} or (last == "xfail" and condition is None):
        return Skip(f"marked {last}", always=True)
    if last == "skipUnless":
        never, always = is_true(condition), is_false(condition)
    else:
        never, always = is_false(condition), is_true(condition)
    if never:
        return None
    return Skip(f"marked {last}({short(condition)})", always=always)


def _block_skip(block: Node) -> Skip | None:
    """Return what skips all tests of a module or class: `pytestmark`, a call at its top."""
    skips = []
    for statement in block.named_children:
        if statement.type != "expression_statement":
            continue
        for node in statement.named_children:
            if text(node.child_by_field_name("left")) == "pytestmark":
                right = node.child_by_field_name("right")
                marks = right.named_children if right and right.type == "list" else [right]
                skips += [_mark(mark) for mark in marks if mark is not None]
            names = links(node) if node.type == "call" else []
            if names[:1] == ["pytest"] and names[-1] == "skip":
                skips.append(Skip("its module is skipped", always=True))
            elif names[-1:] == ["importorskip"]:
                skips.append(Skip(f"skipped without {short(node)}", always=False))
    return first_of(*skips)


def _rows(decorators: tuple[Node, ...], lists: dict[str, Node]) -> tuple[str, ...]:
    """Return the cases of `parametrize`, each row as text; several decorators one after another."""
    rows: list[str] = []
    for decorator in decorators:
        call = decorator.named_children[0]
        if call.type != "call" or links(call)[-1:] not in (["parametrize"], ["expand"]):
            continue
        arguments = call.child_by_field_name("arguments")
        values = [
            child.child_by_field_name("value") if child.type == "keyword_argument" else child
            for child in (arguments.named_children if arguments else ())
            if text(child.child_by_field_name("name")) not in {"ids", "indirect", "scope"}
        ]
        table = values[-1] if values else None
        table = lists.get(text(table), table)
        if table is not None and table.type in {"list", "tuple", "set"}:
            rows += [tidy(row) for row in table.named_children if _runs(row)]
    return tuple(rows)


def _runs(row: Node) -> bool:
    return row.type != "comment" and not (
        row.type == "call"
        and any(_mark(node) for node in inside(row) if node.type in {"call", "attribute"})
    )
