"""Tests in Elixir: ExUnit."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from workers.proofs.suites.bodies import Tongue, custom, read_body
from workers.proofs.suites.suite import Helper, Skip, Suite, Test, first_of
from workers.proofs.suites.trees import links, literal, short, tidy
from workers.survey.syntax import line, text

if TYPE_CHECKING:
    from tree_sitter import Node


def _check(_node: Node, names: list[str]) -> int:
    if len(names) == 1 and re.match(r"(?:assert|refute|flunk|verify)", names[0]):
        return 1
    return custom(names[-1]) if names else 0


TONGUE = Tongue(
    check=_check,
    calls=frozenset({"call"}),
    nested=frozenset({"anonymous_function", "stab_clause"}),
    loops=frozenset(),
    literals=frozenset({"list", "tuple", "map"}),
    ends=frozenset(),
)


class _Scope(NamedTuple):
    prefix: str = ""
    skip: Skip | None = None


def read(root: Node, _source: bytes) -> Suite:
    """Return the tests of a file's modules."""
    tests: list[Test] = []
    helpers: dict[str, Helper] = {}
    waiting: list[tuple[Node, _Scope]] = [(root, _Scope())]
    while waiting:
        block, scope = waiting.pop()
        marked: Skip | None = None
        for child in block.named_children:
            written = text(child)[:80] if child.type == "unary_operator" else ""
            if written.startswith(("@moduletag", "@describetag")):
                scope = scope._replace(skip=first_of(scope.skip, _tag(child)))
            elif written.startswith("@tag"):
                marked = first_of(marked, _tag(child))
            if child.type != "call":
                continue
            word, body, title = _word(child), _block(child), _title(child)
            if word in {"defmodule", "describe"} and body is not None:
                prefix = f"{scope.prefix}{title} > " if word == "describe" else scope.prefix
                waiting.append((body, scope._replace(prefix=prefix)))
            elif word in {"test", "property"} and title is not None:
                tests.append(_test(child, scope.prefix + title, first_of(scope.skip, marked)))
                marked = None
            elif word in {"def", "defp", "defmacro", "defmacrop"}:
                helpers[_head(child)] = Helper(line(child), read_body(body or child, TONGUE))
    return Suite(tuple(sorted(tests, key=lambda test: test.line)), helpers)


def _word(call: Node) -> str:
    return (links(call) or [""])[0]


def _block(call: Node) -> Node | None:
    return next((child for child in call.named_children if child.type == "do_block"), None)


def _arguments(call: Node) -> list[Node]:
    passed = next((child for child in call.named_children if child.type == "arguments"), None)
    return passed.named_children if passed is not None else []


def _title(call: Node) -> str | None:
    passed = _arguments(call)
    return literal(passed[0]) if passed else None


def _head(call: Node) -> str:
    passed = _arguments(call)
    return re.split(r"[( ]", text(passed[0]), maxsplit=1)[0] if passed else ""


def _test(call: Node, name: str, skip: Skip | None) -> Test:
    body = _block(call)
    if body is None and "do:" not in text(call):
        skip = Skip("left without a body", always=True)
    checks = read_body(body if body is not None else call, TONGUE)
    return Test(name, line(call), checks, skip)


def _tag(attribute: Node) -> Skip | None:
    written = tidy(attribute)
    if not re.search(r":skip\b|skip:(?!false|nil)|:pending\b", written):
        return None
    shown = short(attribute)
    value = written.split("skip:", 1)[1] if "skip:" in written else "true"
    return Skip(f"marked {shown}", always=value.startswith(("true", "'", ":")))
