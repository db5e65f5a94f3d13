"""What a body checks: assertions that are reached and can fail, and how much each compares."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from sessions.patterns import lazy_pattern
from workers.proofs.suites.suite import Body, Check, Contents, Skip
from workers.proofs.suites.trees import (
    branch_above,
    condition_of,
    inside,
    is_false,
    is_true,
    links,
    tidy,
)
from workers.survey.syntax import text

if TYPE_CHECKING:
    from collections.abc import Callable

    from tree_sitter import Node

ROUNDS = 10  # of a loop over what cannot be counted
_MOST = 1_000
# Most bodies are the same in both versions of a file.
_READ: dict[tuple[frozenset[str], bytes, bool], Contents] = {}
_REMEMBERED = 4_000
_SKIPPING = lazy_pattern(
    rb"[sS]kip|pending|xfail|omit|todo|fixme|Incomplete|Ignore|abort|Inconcl|Risky"
)
_WORDS = 5_000
_REPEATING = frozenset("forEach each each_with_index each_pair map times ForEach for_each".split())
_COLLECTING = frozenset(
    "of asList listOf setOf mapOf arrayOf tuple dict list set sorted Set Map array List vec"
    " containsExactly contains_exactly equal eq toEqual match_array".split()
)
# Helpers from other files: what they check is not known, so one stands for several.
_UNKNOWN = 5
_CUSTOM = lazy_pattern(
    r"_*(?:(?:[aA]ssert|[vV]erify|expect)(?:s|[A-Z_]\w{0,80})?|(?:check|ensure|should)[A-Z_]\w{0,80})"
)
_OWN = frozenset("self cls this $this static Self".split())
_SURE = r"\d{1,9}|[tT]rue|[fF]alse|nil|null|None|'[^']{0,40}'"
_VACUOUS = lazy_pattern(
    r"assert!? ?\(?(?:True|true|1)(?:,'[^']*')?\)?"
    r"|.{0,60}\.or\(true\)|assert.{1,300}\bor True"
    r"|.{0,40}[aA]ssert\w{0,10}(?:\.\w{1,20})?!?\((?:True|true|1)(?:,.{0,80})?\)"
    rf"|.{{0,40}}[aA]ssert\w{{0,10}}(?:\.\w{{1,20}})?!?\(({_SURE}),\1\)"
    rf"|expect\(({_SURE})\)\.(?:to[. ])?(?:\w{{2,20}}\(|be\.)?\(?(?:\2|eq[( ]?\2)\)*"
    r"|expect\((?:true|1)\)\.(?:toBeTruthy\(\)|toBeDefined\(\)|to\.be\.ok|to be_truthy)"
    r"|assert (?:true|1)",
    re.DOTALL,
)


class Tongue(NamedTuple):
    """How a language writes what is counted, as types of nodes.

    - `check`: how many checks a node is by its chain of names, 0 for none
    - `nested`: functions and lambdas: what stands in them is counted by itself
    - `left_out`: nodes that are counted elsewhere, as the body of a subtest
    """

    check: Callable[[Node, list[str]], int]
    calls: frozenset[str]
    nested: frozenset[str]
    loops: frozenset[str]
    literals: frozenset[str]
    ends: frozenset[str] = frozenset({"return_statement"})
    swallows: Callable[[Node], bool] = lambda _node: False
    left_out: Callable[[Node], bool] = lambda _node: False


def custom(name: str) -> int:
    """Return how much a call of a helper weighs that is called as helpers that check are."""
    return _UNKNOWN if _CUSTOM.fullmatch(name) else 0


def read_body(root: Node, tongue: Tongue, *, whole: bool = False) -> Body:
    """Return what a body checks and calls; `whole`: the root itself is part of it."""
    source = root.text or b""

    def contents() -> Contents:
        key = (tongue.calls, source, whole)
        if key not in _READ:
            if len(_READ) >= _REMEMBERED:
                _READ.clear()
            _READ[key] = _read(root, tongue, whole=whole)
        return _READ[key]

    return Body(source, contents)


def _read(root: Node, tongue: Tongue, *, whole: bool) -> Contents:
    checks: list[Check] = []
    calls: list[str] = []
    words: list[str] = []
    others: list[str] = []
    waiting: list[tuple[Node, int, bool]] = (
        [(root, 1, False)] if whole else [(child, 1, False) for child in _reached(root, tongue)]
    )
    while waiting:
        node, times, covered = waiting.pop()
        kind = node.type
        if "comment" in kind or tongue.left_out(node):
            continue
        if node.child_count == 0:
            words.append(text(node))
        if kind in tongue.nested:
            covered = False
        names = links(node) if kind in tongue.calls else []
        weight = tongue.check(node, names)
        if weight and not covered:
            checks += _checked(node, names, weight, times, tongue)
            covered = True
        elif names and not covered:
            (calls if _may_be_own(names) else others).append(names[-1])
        rounds = _rounds(node, names, tongue)
        if rounds != 1:
            times = min(_MOST, times * rounds)
        waiting.extend((child, times, covered) for child in _reached(node, tongue))
    written = tuple(filter(_says, words[:_WORDS]))
    return Contents(tuple(checks), tuple(calls), written, tuple(others))


def _says(word: str) -> bool:
    return word.strip("\"'`;,(){} \n\t") != ""


def _checked(node: Node, names: list[str], weight: int, times: int, tongue: Tongue) -> list[Check]:
    written = tidy(node)
    if _VACUOUS.fullmatch(written[:400]):
        return []
    own = names[-1] if names and _may_be_own(names) else ""
    if "napshot" in written:  # what a snapshot holds stands elsewhere
        weight *= ROUNDS
    return [Check(written[:400], (weight + _width(node, tongue) - 1) * times, own)]


def _may_be_own(names: list[str]) -> bool:
    """Tell whether a chain may be a call of one of the repository's own helpers."""
    return len(names) == 1 or (len(names) == 2 and (names[0] in _OWN or custom(names[1]) > 0))


def _reached(node: Node, tongue: Tongue) -> list[Node]:
    """Return the children of a node that can be reached, last one first."""
    children = node.children
    if tongue.swallows(node):
        body = node.child_by_field_name("body")
        children = [child for child in children if child != body]
    condition = node.child_by_field_name("condition")
    if condition is not None and is_false(condition):
        never = node.child_by_field_name("consequence")
        children = [child for child in children if child != never]
    for number, child in enumerate(children):
        end = child
        if child.type == "expression_statement" and child.named_child_count == 1:
            end = child.named_children[0]
        if end.type in tongue.ends:
            children = children[: number + 1]
            break
    return children[::-1]


def _rounds(node: Node, names: list[str], tongue: Tongue) -> int:
    """Return how often what stands in a node is done: more than once in a loop."""
    if node.type not in tongue.loops and not (names and names[-1] in _REPEATING):
        return 1
    rows = looped_over(node, tongue)
    return ROUNDS if rows is None else len(rows)


def looped_over(node: Node, tongue: Tongue) -> list[Node] | None:
    """Return the elements that a loop, or a call as `forEach`, goes through if they stand there."""
    near = [
        inner
        for child in node.named_children
        if child.type not in tongue.nested
        for inner in (child, *child.named_children)
    ]
    row = next((inner for inner in near if inner.type in tongue.literals), None)
    return [child for child in row.named_children if "comment" not in child.type] if row else None


def _width(check: Node, tongue: Tongue) -> int:
    """Return how many expressions a check compares: the elements of the widest list in it."""
    widest, joined = 1, 1
    spine: set[int] = set()
    waiting = [check]
    while waiting:
        node = waiting.pop()
        kind = node.type
        if kind in tongue.nested:
            continue
        if kind in tongue.calls and node.id != check.id and node.id not in spine:
            names = links(node)
            if not names or names[-1] not in _COLLECTING:
                continue
        if kind in tongue.literals:
            widest = max(widest, node.named_child_count)
        joined += kind in {"and", "&&"}
        head = node.named_children[0] if node.named_children else None
        if head is not None and (node.id == check.id or node.id in spine):
            spine.add(head.id)
        waiting.extend(node.children)
    return max(widest, joined)


def skip_in(
    body: Node | None, tongue: Tongue, is_skip: Callable[[Node, list[str]], bool], how: str
) -> Skip | None:
    """Return the skip that a body calls: always, or under a condition that is told."""
    if body is None or not _SKIPPING.search(body.text or b""):
        return None
    for node in inside(body, lambda node: node.type not in tongue.nested):
        if node.type not in tongue.calls or not is_skip(node, links(node)):
            continue
        fork = branch_above(node, body)
        condition = fork.child_by_field_name("condition") if fork is not None else None
        if fork is None or is_true(condition):
            return Skip(how, always=True)
        if not is_false(condition):
            return Skip(f"{how} if {condition_of(fork)}", always=False)
    return None
