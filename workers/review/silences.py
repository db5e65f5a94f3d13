"""Warnings that a repository silences, each with a reason: `[[ignore]]` in its waggle.toml.

They are read as the last commit has them: what a worker leaves there silences nothing. Errors are
never silenced, and what is silenced is counted and shown.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.errors import shown
from sessions.patterns import lazy_pattern
from sessions.settings import ignore_tables
from workers.claims.citations import judged
from workers.codes import CODES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from workers.contract import Place, Problem
    from workers.delivery.delivery import Delivery

_KEYS = ("code", "path", "reason")
_IN_BACKTICKS = lazy_pattern(r"`([^`\s]+?)(?::[0-9]+(?:-[0-9]+)?)?`")
_EVERYWHERE = "**"
# Families of which nothing is silenced: no verdict at all, and what was changed and run.
_NEVER = frozenset("RW")


class Silence(NamedTuple):
    """A warning that is not told for the files of a glob, and why."""

    code: str
    path: str
    reason: str


class Silences(NamedTuple):
    """The silences of a repository, where they were read, and what was said in vain."""

    entries: tuple[Silence, ...] = ()
    source: str = ""
    objections: tuple[str, ...] = ()


class Silenced(NamedTuple):
    """A warning that was not told, by which silence."""

    problem: Problem
    silence: Silence

    def document(self) -> dict[str, Any]:
        """Return it as it is printed."""
        printed = self.problem.document()
        parts = {name: printed[name] for name in ("code", "message", "file", "line", "pointer")}
        places = {"places_total": len(self.problem.places)}
        return {**parts, **places, "path": self.silence.path, "reason": self.silence.reason}


def silences_of(root: Path) -> Silences:
    """Return what the waggle.toml of a repository silences; a mistake in it stops nothing."""
    tables, source, unread = ignore_tables(root)
    entries: list[Silence] = []
    objections = [unread] if unread else []
    for number, table in enumerate(tables, 1):
        objection = _objection(table)
        if objection:
            objections.append(f"[[ignore]] {number} in {source} does not count: {objection}")
        else:
            path = table.get("path", _EVERYWHERE).removeprefix("./")
            entries.append(Silence(table["code"], path, table["reason"].strip()))
    return Silences(tuple(entries), source, tuple(objections))


def _objection(table: Any) -> str:
    """Return why an entry silences nothing, empty where it does."""
    if not isinstance(table, dict):
        return "it is no table"
    unknown = sorted(set(table) - set(_KEYS))
    if unknown:
        return f"the key {shown(unknown[0], 40)} is unknown (known: {', '.join(_KEYS)})"
    code, reason = table.get("code"), table.get("reason")
    if not isinstance(code, str) or code not in CODES:
        return f"{shown(str(code), 40)} is no code (`explain` lists them)"
    if CODES[code].severity != "warning" or code[0] in _NEVER:
        return f"{code} is an error, and only warnings can be silenced"
    if not isinstance(table.get("path", ""), str):
        return "path is no text"
    if not isinstance(reason, str) or not re.search(r"\w", reason):
        return f"it gives no reason for {code}"
    return ""


def apply(
    problems: Sequence[Problem], silences: Silences, delivery: Delivery
) -> tuple[list[Problem], list[Silenced]]:
    """Return the problems to report, and the warnings that are silenced, place by place."""
    loud: list[Problem] = []
    silenced: list[Silenced] = []
    for problem in problems:
        entries = [entry for entry in silences.entries if entry.code == problem.code]
        left: list[Place] = []
        off: dict[Silence, list[Place]] = {}
        for place in problem.places:
            files = _files(problem, place, delivery) if entries else []
            entry = next((entry for entry in entries if _matches(entry.path, files)), None)
            if entry is None:
                left.append(place)
            else:
                off.setdefault(entry, []).append(place)
        if left:
            loud.append(problem if not off else problem._replace(places=tuple(left)))
        for entry, places in off.items():
            silenced.append(Silenced(problem._replace(places=tuple(places)), entry))
    return loud, silenced


def _files(problem: Problem, place: Place, delivery: Delivery) -> list[str]:
    """Return the files that a warning speaks of: named in it, cited by its entry or on its line."""
    files = [match[1] for match in _IN_BACKTICKS.finditer(problem.message)]
    entry = "/".join((place.pointer or "").split("/")[:3])
    for citation in judged(delivery):
        cited = citation.cited.place
        same_entry = place.pointer is not None and f"{cited.pointer}/".startswith(f"{entry}/")
        same_line = place.pointer is None and cited.pointer is None and cited.line == place.line
        if same_entry or same_line:
            files.append(citation.cited.path)
    relative = (delivery.repository.relative(file) for file in files)
    inside = [file for file in relative if isinstance(file, str)]
    return [*inside, place.file.rsplit("/", 1)[-1]]


def _matches(path: str, files: Sequence[str]) -> bool:
    """Tell whether a glob is of one of some files: `**` crosses folders, `*` does not."""
    if path in {"", _EVERYWHERE}:
        return True
    parts = re.split(r"(\*\*/|\*\*|\*|\?)", path)
    glob = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    form = re.compile("".join(glob.get(part, re.escape(part)) for part in parts))
    return any(form.fullmatch(file) for file in files)
