"""What a report states that a transcript can bear out: files, proofs, and that something is not."""

from __future__ import annotations

import os
import re
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.patterns import lazy_pattern
from workers.claims.citations import judged
from workers.claims.ledger import ledger
from workers.delivery.delivery import text_of
from workers.integrations.witness.seen import digests
from workers.repository.file_kinds import is_test
from workers.repository.source import Source
from workers.repository.words import is_searched

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.contract import Place
    from workers.delivery.delivery import Delivery

_FILES = 2_000  # of a report; and of a repository that is searched for a name
_ABSENCES = 40
_CITED_LINES = 200  # of a citation
_PROSE = (".md", ".rst", ".txt", ".lock", ".svg")
# What Claude Code and others put before an agent unasked.
_INSTRUCTIONS = frozenset({"agents.md", "claude.md", "claude.local.md", "gemini.md"})
# Statements of all the code. "Unused" or "not called" alone may be said of one function.
_NOWHERE = lazy_pattern(
    r"\bno other (?:callers?|call sites?|uses?|usages?|references?|consumers?|importers?)\b"
    r"|\bno (?:callers?|call sites?|uses?|usages?|references?) (?:any|else)where\b"
    r"|\bnothing else (?:uses|calls|imports|references|reads)\b"
    r"|\b(?:used|called|imported|referenced) (?:nowhere|by nothing else)\b"
    r"|\b(?:not|never) (?:used|called|imported|referenced) (?:any|else)where\b",
    re.IGNORECASE,
)
_SYMBOL = lazy_pattern(r"`(?:[\w./:]{0,200}[.:/#])?([A-Za-z_]\w{3,80})(?:\(\))?`")
_END = lazy_pattern(r"[!?;\n]|\.(?!\w)")


class File(NamedTuple):
    """A file that a report names: absolute path, where it does, digests of lines of its own."""

    path: str
    shown: str
    places: tuple[Place, ...]
    lines: frozenset[int] = frozenset()
    cited: frozenset[int] = frozenset()


class Proof(NamedTuple):
    """A run that a report states; numbers are None where it states none."""

    command: str
    place: Place
    exit_code: int | None = None
    passed: int | None = None
    failed: int | None = None


class Absence(NamedTuple):
    """A name that is said to stand nowhere else, and the files in which it stands all the same.

    `files` are absolute with the path to be told; None where they could not be looked up.
    """

    name: str
    place: Place
    files: tuple[tuple[str, str], ...] | None = None


class Stated(NamedTuple):
    """What of a report is compared, the absolute root, and the names of the report's two files."""

    root: str
    own: tuple[str, ...] = ()
    files: tuple[File, ...] = ()
    proofs: tuple[Proof, ...] = ()
    absences: tuple[Absence, ...] = ()


def stated_in(delivery: Delivery) -> Stated:
    """Return what a delivery states that its agent can have been seen to look at or run."""
    root = os.path.realpath(delivery.repository.root)
    return Stated(
        root,
        tuple(file.rsplit("/", 1)[-1] for file in (delivery.notes_file, delivery.json_file)),
        tuple(_files(delivery, root)),
        tuple(_proofs(delivery)),
        tuple(_absences(delivery, root)),
    )


def _files(delivery: Delivery, root: str) -> Iterator[File]:
    """Yield each file that is cited or listed as read and exists, once."""
    repository = delivery.repository
    places: dict[str, list[Place]] = {}
    named = [(path, delivery.in_json(pointer)) for pointer, path in delivery.files_analyzed]
    named += [(citation.cited.path, citation.cited.place) for citation in judged(delivery)]
    sources: dict[str, Source] = {}
    for path, place in named[: _FILES * 4]:
        source = repository.source(path)
        if isinstance(source, Source) and len(sources) < _FILES:
            sources[source.path] = source
            places.setdefault(source.path, []).append(place)
    cited = _cited(delivery)
    known = {path: digests(source.lines) for path, source in sources.items()}
    often = Counter(line for lines in known.values() for line in lines)
    for path, all_lines in known.items():
        if path.rsplit("/", 1)[-1].lower() in _INSTRUCTIONS or not all_lines:
            continue
        own = frozenset(line for line in all_lines if often[line] == 1)
        own_cited = own & cited.get(path, set())
        yield File(f"{root}/{path}", path, tuple(places[path]), own, own_cited)


def _cited(delivery: Delivery) -> dict[str, set[int]]:
    """Return the digests of the lines that are cited of each file."""
    cited: dict[str, set[int]] = {}
    for citation in judged(delivery):
        source = delivery.repository.source(citation.cited.path)
        if isinstance(source, Source):
            first, last = citation.cited.line, citation.cited.end_line or citation.cited.line
            lines = source.lines[first - 1 : min(last, first + _CITED_LINES)]
            cited.setdefault(source.path, set()).update(digests(lines))
    return cited


def _proofs(delivery: Delivery) -> Iterator[Proof]:
    """Yield the runs of commands; those of the owner's proofs are in the session's log."""
    for pointer, entry in delivery.entries("proofs"):
        command = text_of(entry, "command").strip()
        if command and not text_of(entry, "name"):
            numbers = (_number(entry.get(key)) for key in ("exit_code", "passed", "failed"))
            yield Proof(command, delivery.in_json(f"{pointer}/command"), *numbers)


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _absences(delivery: Delivery, root: str) -> Iterator[Absence]:
    """Yield the names that are said to be nowhere else: typed claims, then sentences."""
    names: dict[tuple[str, bool], Place] = {}
    for decided in ledger(delivery):
        claim, kind = decided.claim, decided.claim.kind
        if kind in {"unused_code", "missing_test"} and decided.verdict.outcome == "undecided":
            name = re.split(r"[.:#/>]+", claim.subject.removesuffix("()"))[-1]
            names.setdefault((name, kind == "missing_test"), delivery.in_json(claim.pointer))
    for pointer, text in delivery.texts:
        for name in _said_to_be_nowhere(text):
            names.setdefault((name, False), delivery.in_json(pointer))
    for (name, of_tests), place in list(names.items())[:_ABSENCES]:
        if re.fullmatch(r"[A-Za-z_]\w{2,80}", name):
            files = _files_with(delivery, name, of_tests=of_tests)
            pairs = None if files is None else tuple((f"{root}/{f}", f) for f in files)
            yield Absence(name, place, pairs)


def _said_to_be_nowhere(text: str) -> Iterator[str]:
    """Yield the symbols of sentences that say that nothing else names them."""
    if _NOWHERE.search(text) is None:
        return
    for sentence in _END.split(text):
        if _NOWHERE.search(sentence):
            symbols = set(_SYMBOL.findall(sentence))
            if len(symbols) == 1:  # of several it is not clear which one is meant
                yield from symbols


@lru_cache(maxsize=_ABSENCES)
def _files_with(delivery: Delivery, name: str, *, of_tests: bool) -> list[str] | None:
    """Return the files of code that name a symbol; None where there are too many to look."""
    repository = delivery.repository
    if len(repository.files) > _FILES:
        return None
    word = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
    files = []
    for file in repository.files:
        if file.lower().endswith(_PROSE) or not is_searched(file):
            continue
        source = repository.searched(file)
        text = "\n".join(source.lines) if isinstance(source, Source) else ""
        is_named = name in text and word.search(text) is not None
        if is_named and (not of_tests or is_test(file, text, repository.test_folders)):
            files.append(file)
    return files
