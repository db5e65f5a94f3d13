"""Migrations: whether each leads back, or says why it does not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sessions.patterns import lazy_pattern
from workers.contract import counted
from workers.rules import trees
from workers.rules.ground import Observation, Place
from workers.survey.syntax import line, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

    from workers.rules.ground import Ground

_AT_MOST = 12
_SCOPES = trees.FUNCTIONS | {"module"}
_MAY_BE_ONE_WAY = lazy_pattern(rb"def downgrade\(|RunPython\(")
# What of Alembic changes tables; an index or rows alone need no way back.
_CHANGES_TABLES = frozenset(
    "create_table drop_table add_column drop_column alter_column rename_table create_foreign_key"
    " create_unique_constraint create_check_constraint create_primary_key drop_constraint".split()
)
_SAYS_NOTHING = frozenset({"downgrade schema", "downgrade", "downgrade database", "pass", "noop"})


def migrations_can_be_undone(ground: Ground) -> Iterator[Observation]:
    """Every migration has a way back, or says why it has none."""
    places = [
        Place(file, line(node))
        for file, root in ground.trees(_MAY_BE_ONE_WAY)
        if "/migrations/" in f"/{file}" or "/versions/" in f"/{file}"
        for node in _one_way(root)
    ]
    if places:
        yield Observation(
            "low",
            "database",
            f"{counted(len({place.file for place in places}), 'migration')} without a way back",
            "A downgrade does nothing, or a RunPython has no reverse: a release that fails cannot"
            " be taken back with its schema.",
            "Write the way back, or say in the migration why there is none.",
            "days",
            "Up, down and up again leave the same schema.",
            tuple(places[:_AT_MOST]),
        )


_SAYS_WHY = lazy_pattern(
    r"irreversib|cannot|can't|can not|one[- ]way|no (?:way back|downgrade|reverse)|not? revers"
    r"|undo",
    re.IGNORECASE,
)


def _one_way(root: Node) -> Iterator[Node]:
    if _says_why(root):
        return
    functions = {text(one.child_by_field_name("name")): one for one in _functions(root)}
    down, up = functions.get("downgrade"), functions.get("upgrade")
    if down is not None and up is not None and _does_nothing(down) and _changes_tables(up):
        yield down
    for call in trees.calls(root, ()):
        if trees.last_name(call) == "RunPython" and not _has_reverse(call):
            forwards = functions.get(text(next(iter(trees.arguments(call)), None)))
            if not _is_explained(call) and (forwards is None or _changes_silently(forwards)):
                yield call


def _says_why(root: Node) -> bool:
    """Tell whether a comment or the docstring of a migration says that none leads back."""
    heading = (one for one in root.children if one.type == "comment" or _is_text(one))
    return any(_SAYS_WHY.search(text(one)) for one in heading)


def _changes_silently(forwards: Node) -> bool:
    return not _says_something(forwards) and not _does_nothing(forwards)


def _changes_tables(upgrade: Node) -> bool:
    return any(trees.last_name(call) in _CHANGES_TABLES for call in trees.calls(upgrade, ()))


def _functions(root: Node) -> Iterator[Node]:
    return (one for one in trees.nodes(root) if one.type == "function_definition")


def _has_reverse(call: Node) -> bool:
    arguments = trees.arguments(call)
    return (
        sum(one.type != "keyword_argument" for one in arguments) != 1
        or any(one.type in {"list_splat", "dictionary_splat"} for one in arguments)
        or trees.keyword(call, "reverse_code") is not None
        or trees.last_name(arguments[0]) == "noop"
    )


def _is_explained(call: Node) -> bool:
    """Tell whether a comment is in a call, above it or beside it, or above its statement."""
    listed = call.child_by_field_name("arguments")
    near = [call.next_sibling, *call.children, *(listed.children if listed is not None else ())]
    outer: Node | None = call
    while outer is not None and outer.type not in _SCOPES:
        near.append(outer.prev_sibling)
        outer = outer.parent
    return any(one is not None and one.type == "comment" for one in near)


def _does_nothing(function: Node) -> bool:
    """Tell whether a function holds nothing that runs and no word on why."""
    body = function.child_by_field_name("body")
    if body is None or _says_something(function):
        return False
    idle = {"pass_statement", "comment", "return_statement"}
    return all(one.type in idle or _is_text(one) for one in body.named_children)


def _is_text(statement: Node) -> bool:
    return statement.type == "expression_statement" and all(
        one.type in {"string", "ellipsis"} for one in statement.named_children
    )


def _says_something(function: Node) -> bool:
    """Tell whether a function has a comment or a docstring with more than its name."""
    body = function.child_by_field_name("body")
    above = function.prev_sibling  # one that is indented ends the function before
    around: list[Node | None] = [*trees.nodes(function, ())]
    around += [above] if above is not None and above.start_point.column == 0 else []
    around += [body.next_sibling] if body is not None else []
    words = [
        text(one).strip("#\"' .\n").lower()
        for one in around
        if one is not None
        and (one.type == "comment" or (one.type == "expression_statement" and _is_text(one)))
    ]
    return any(len(said.split()) > 1 and said not in _SAYS_NOTHING for said in words)
