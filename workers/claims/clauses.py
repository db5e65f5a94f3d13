"""Constraints in words: a clause is read only where the whole of it has a closed form.

`not null`, `null`, `primary key`, `unique`, `references t(c)`, `default x`, and these in a row as
SQL writes them. Anything else says nothing that is judged.
"""

from __future__ import annotations

import re
from typing import Any

from sessions.patterns import lazy_pattern

_NAME = r"[`\"\[]?\w+[`\"\]]?"
_FORM = lazy_pattern(
    rf"""\s*(?:
      (?P<not_null>not\s+null)
    | (?P<nullable>null(?:able)?)(?!\w)
    | (?P<primary_key>primary\s+key)
    | (?P<unique>unique)(?!\w)
    | references\s+(?P<references>(?:{_NAME}\.)?{_NAME}(?:\s*\(\s*{_NAME}\s*\))?)
      (?:\s+on\s+(?:delete|update)\s+(?:cascade|restrict|set\s+null|set\s+default|no\s+action))*
    | default\s+(?P<default>'[^']*'|[\w.+-]+(?:\(\))?)
    | (?:auto_?increment|generated\s+(?:always|by\s+default)\s+as\s+identity|identity)(?!\w)
    )(?=\s|$)""",
    re.IGNORECASE | re.VERBOSE,
)
_CLAUSE_END = lazy_pattern(r"[,;\n]")
_LONGEST = 300


def facts_in(constraints: Any) -> list[tuple[str, Any]]:
    """Return (kind of claim, value) of every clause of a closed form, in order."""
    texts = constraints if isinstance(constraints, list) else [constraints]
    facts: list[tuple[str, Any]] = []
    for text in texts:
        for clause in _CLAUSE_END.split(text) if isinstance(text, str) else ():
            made = _of_clause(clause) if len(clause) <= _LONGEST else None
            if made is None:
                break  # "not empty, null, or blank": what follows may be its end
            facts += made
    return facts


def _of_clause(clause: str) -> list[tuple[str, Any]] | None:
    """Return what a clause says when all of it is made of known forms, else None."""
    facts: list[tuple[str, Any]] = []
    position = 0
    clause = clause.strip()
    while position < len(clause):
        match = _FORM.match(clause, position)
        if match is None:
            return None
        facts += _facts(match)
        position = match.end()
    values: dict[str, Any] = {}
    for kind, value in facts:
        if values.setdefault(kind, value) != value:
            return None  # it contradicts itself: it is no list of constraints
    return facts


def _facts(match: re.Match[str]) -> list[tuple[str, Any]]:
    if match["not_null"]:
        return [("nullable", False)]
    if match["nullable"]:
        return [("nullable", True)]
    if match["references"]:
        return [("references", _target(match["references"]))]
    if match["default"]:
        return [("default", match["default"])]
    return [(kind, True) for kind in ("primary_key", "unique") if match[kind]]


def _target(text: str) -> str:
    """Return `table` or `table.column` of what a reference names."""
    names = re.findall(r"\w+", text)
    if "(" in text:
        return ".".join(names[-2:])
    return str(names[-1])
