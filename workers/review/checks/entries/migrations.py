"""Migrations that are proposed follow one that is there: its parent is known, or proposed too."""

from __future__ import annotations

import ast
import re
import warnings
from typing import TYPE_CHECKING

from sessions.errors import shown
from sessions.patterns import lazy_pattern
from workers.delivery import proposals
from workers.delivery.delivery import problem
from workers.repository.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from workers.contract import Problem
    from workers.delivery.delivery import Delivery
    from workers.repository.repository import Repository

_REVISION = lazy_pattern(r"(?m)^revision\s*(?::[^=\n]{1,60})?=\s*['\"]([^'\"\n]{1,64})['\"]")
_MIGRATION_FILE = lazy_pattern(r"(?:^|/)(?P<app>\w+)/migrations/(?P<name>\w+)\.py$")
# What Alembic and Django make themselves; a stand-in for one (`abc123`, `<previous>`) is none.
_MADE = lazy_pattern(r"[0-9a-f]{12}|[0-9]{4}_\w+")
_STANDS_IN = lazy_pattern(
    r"(\w)\1{3,}|0123|1234|abcd|a1b2|dead|beef|cafe|0001_initial|[0-9]{4}_(?:previous|prev|last|xxx\w*)",
    re.IGNORECASE,
)
_NUMBERED = lazy_pattern(r"[0-9]{4}_")
_FILES = 2000


def proposed_migrations_follow_another(delivery: Delivery) -> Iterator[Problem]:
    """A proposed migration follows one that is there, or that the report proposes."""
    proposed = list(_proposed(delivery))
    parents = [(block, kind, name) for block, tree in proposed for kind, name in _parents(tree)]
    if not parents:
        return
    known, own = _known(delivery.repository), {_own(tree) for _, tree in proposed}
    following = list({block.place: block for block, _, _ in parents}.values())
    for block, kind, name in parents:
        siblings = {other for of, other in known if of == kind}
        is_there = not siblings or (kind, name) in known | own
        if is_there or not _is_made(name, siblings):
            continue
        if _may_be_proposed(name, siblings, len(following) - 1):
            continue
        if not _is_spoken_of(delivery, name, following):
            message = f"the migration follows {shown(name, 60)}, which does not exist"
            hint = "Write the newest migration of the repository as its parent."
            yield problem("A13", message, hint, block.place)


def _proposed(delivery: Delivery) -> Iterator[tuple[proposals.Block, ast.Module]]:
    for judged in proposals.judged(delivery):
        if judged.block.language == "python" and judged.verdict == "valid":
            tree = _parsed(judged.block.text)
            if tree is not None:
                yield judged.block, tree


def _may_be_proposed(name: str, siblings: set[str], others: int) -> bool:
    """Tell whether a number is that of another proposal, whose file's name nobody says."""
    numbers = [int(one[:4]) for one in siblings if _NUMBERED.match(one)]
    if not numbers or not _NUMBERED.match(name):
        return False
    return max(numbers) < int(name[:4]) <= max(numbers) + others


def _is_spoken_of(delivery: Delivery, name: str, following: Sequence[proposals.Block]) -> bool:
    """Tell whether the report names a migration elsewhere than as a parent: it may propose it."""
    notes = delivery.notes
    texts = [line.text for section in notes.sections for line in section.lines] if notes else []
    own = sum(block.text.count(name) for block in following if block.place.pointer)
    return any(name in text for text in texts) or (delivery.json_text or "").count(name) > own


def _parsed(text: str) -> ast.Module | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None


def _parents(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield what a migration follows: ("alembic", revision), or Django's (app, name)."""
    for name, value in _assigned(tree):
        if name == "down_revision":
            nodes = value.elts if isinstance(value, ast.Tuple | ast.List) else [value]
            yield from (("alembic", text) for node in nodes if (text := _text(node)))
        elif name == "dependencies" and isinstance(value, ast.List):
            pairs = (node.elts for node in value.elts if isinstance(node, ast.Tuple))
            for pair in pairs:
                texts = [_text(node) for node in pair]
                if len(texts) == 2 and all(texts):
                    yield texts[0], texts[1]


def _own(tree: ast.Module) -> tuple[str, str]:
    """Return the revision that a migration of Alembic is."""
    return next(
        (("alembic", _text(value)) for name, value in _assigned(tree) if name == "revision"),
        ("alembic", ""),
    )


def _assigned(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    """Yield name and value of the assignments of a module, and of its classes."""
    bodies = [tree.body, *(node.body for node in tree.body if isinstance(node, ast.ClassDef))]
    for node in (node for body in bodies for node in body):
        if isinstance(node, ast.Assign):
            yield from ((one.id, node.value) for one in node.targets if isinstance(one, ast.Name))
        elif isinstance(node, ast.AnnAssign) and node.value and isinstance(node.target, ast.Name):
            yield node.target.id, node.value


def _text(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _known(repository: Repository) -> set[tuple[str, str]]:
    """Return the migrations of a repository: ("alembic", revision), or Django's (app, name)."""
    known: set[tuple[str, str]] = set()
    scripts: list[str] = []
    for file in (file for file in repository.files if file.endswith(".py")):
        match = _MIGRATION_FILE.search(file)
        if match and not match["name"].startswith("__"):
            known.add((match["app"], match["name"]))
        if "versions/" in file or "migrations/" in file or "alembic/" in file:
            scripts.append(file)
    if len(scripts) > _FILES:
        return known  # without the revisions, none of which is looked up then
    for file in scripts:
        source = repository.searched(file)
        text = "\n".join(source.lines[:200]) if isinstance(source, Source) else ""
        known |= {("alembic", revision) for revision in _REVISION.findall(text)}
    return known


def _is_made(name: str, siblings: set[str]) -> bool:
    """Tell whether a name is one that a migration could have here, and no stand-in for it."""
    if _STANDS_IN.search(name) or not re.fullmatch(r"\w+", name):
        return False
    is_like = {len(other) for other in siblings} == {len(name)}
    return _MADE.fullmatch(name) is not None or is_like
