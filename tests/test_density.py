"""Lines that can be read: what a function decides, how its locals are called, comprehensions.

Size alone is not it: a function of twenty lines can decide thirty things. Branches are counted
with what ruff's C901 leaves out, `and`, `or`, conditional expressions and comprehensions.
"""

from __future__ import annotations

import ast
import functools
from pathlib import Path

import pytest

from tests.each import for_each, parsed
from tests.kit import PROJECT

BRANCHES = 15
LINES = 60
PARAMETERS = 8
# Names that say nothing of what they hold; short-lived in a comprehension they are words enough.
BARE = frozenset("one found told given said kept held".split())
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_BRANCHES = (ast.If, ast.For, ast.While, ast.ExceptHandler, ast.IfExp, ast.match_case)
FILES = [
    file.relative_to(PROJECT)
    for folder in ("workers", "sessions")
    for file in sorted((PROJECT / folder).rglob("*.py"))
]
# With this scope the tests of one file follow one another, and read it once.
each_file = for_each(FILES)


@functools.cache
def functions(file: Path) -> list[ast.FunctionDef]:
    tree = parsed((PROJECT / file).read_text("utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


@functools.cache
def own_nodes(function: ast.AST) -> list[ast.AST]:
    """Return what stands in a function itself, not in the functions inside it."""
    nodes = []
    waiting = list(ast.iter_child_nodes(function))
    while waiting:
        node = waiting.pop()
        nodes.append(node)
        if not isinstance(node, ast.FunctionDef | ast.Lambda):
            waiting.extend(ast.iter_child_nodes(node))
    return nodes


def branches(function: ast.FunctionDef) -> int:
    count = 0
    for node in own_nodes(function):
        if isinstance(node, _BRANCHES):
            count += 1
        elif isinstance(node, ast.BoolOp):
            count += len(node.values) - 1
        elif isinstance(node, ast.comprehension):
            count += 1 + len(node.ifs)
    return count


def bare_locals(function: ast.FunctionDef) -> set[str]:
    """Return the parameters and locals with a bare name that outlive a comprehension."""
    short_lived: set[int] = set()
    for node in own_nodes(function):
        if isinstance(node, _COMPREHENSIONS):
            short_lived |= {id(inner) for inner in ast.walk(node)}
    parameters = [*function.args.args, *function.args.kwonlyargs]
    stored = {
        node.id
        for node in own_nodes(function)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        if id(node) not in short_lived
    }
    return set(BARE & (stored | {parameter.arg for parameter in parameters}))


def loops_of(comprehension: ast.AST) -> int:
    """Return how deep the loops of a comprehension are, those of inner ones included."""
    generators = getattr(comprehension, "generators", [])
    inner = [loops_of(child) for child in ast.iter_child_nodes(comprehension)]
    return len(generators) + max(inner, default=0)


def nests_twice(function: ast.FunctionDef) -> bool:
    return any(
        loops_of(node) > 2 for node in own_nodes(function) if isinstance(node, _COMPREHENSIONS)
    )


@each_file
def test_a_function_can_be_followed(file: Path) -> None:
    for function in functions(file):
        lines = (function.end_lineno or 0) - function.lineno + 1
        assert branches(function) <= BRANCHES, f"split {function.name}: it decides too much"
        assert lines <= LINES, f"split {function.name}: it is too long"


@each_file
def test_names_say_what_they_hold(file: Path) -> None:
    for function in functions(file):
        bare = sorted(bare_locals(function))
        assert not bare, f"{function.name} calls something {bare}: say what it holds"
        assert not nests_twice(function), f"{function.name} nests comprehensions twice"


@each_file
def test_no_function_takes_more_than_eight_parameters(file: Path) -> None:
    if file.is_relative_to("workers/commands"):  # click passes options by name
        return
    for node in ast.walk(parsed((PROJECT / file).read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            named = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            assert len(named) <= PARAMETERS, f"{node.name}: hand one value down instead"


def test_the_count_sees_what_ruff_leaves_out() -> None:
    source = """
def f(a, b, given):
    one = [x for x in a if x and b]
    if a and (b or one):
        return a if b else [y for found in b for y in found]
"""
    (function,) = (n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.FunctionDef))
    assert branches(function) == 9
    assert bare_locals(function) == {"given", "one"}
    assert not nests_twice(function)


def test_a_rule_names_the_files_that_break_it() -> None:
    def rule(file: Path) -> None:
        assert file.stem == "short", "too long"

    with pytest.raises(AssertionError, match=r"^a/long\.py: too long"):
        for_each([Path("short.py"), Path("a/long.py")])(rule)()
