"""What was changed and proved, as the templates of the page take it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from workers.render import page_macros
from workers.reporting.formats.html.entries import cut

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from markupsafe import Markup

    from workers.reporting.formats.judgement import FileChange, Proved, Work

_TEXT = 500
_DIGITS = 12  # of a commit
_SAID = {"passed": ("accepted", "✓"), "": ("waiting", "○")}
_FAILED = ("rejected", "✕")


class ProofView(NamedTuple):
    """A proof: what it is called, how its last run ended, and in which box."""

    title: str
    state: str
    glyph: str
    outcome: str
    claim: str
    command: str
    facts: tuple[tuple[str, str], ...]


class WorkView(NamedTuple):
    """The outcome, with the parts that were asked for."""

    outcome: str
    reason: str
    parts: tuple[tuple[str, str], ...]


def outcome(work: Work) -> WorkView:
    """Return what became of the task."""
    parts = tuple((cut(part), cut(status.replace("_", " "))) for part, status in work.parts)
    return WorkView(cut(work.outcome) or "not said", cut(work.reason, _TEXT), parts)


def file(change: FileChange) -> FileChange:
    """Return a file that was changed."""
    return change._replace(
        file=cut(change.file),
        kind=cut(change.kind, 20),
        former=cut(change.former),
        summary=cut(change.summary, _TEXT),
    )


def proof(run: Proved) -> ProofView:
    """Return a proof; one that was never recorded says so."""
    state, glyph = _SAID.get(run.outcome, _FAILED)
    facts = [("Tests", run.tests())]
    if run.outcome:
        where = run.sandbox if run.sandbox != "none" else "none: it could read and write all"
        facts += [("Sandbox", cut(where)), ("Definition", definition(run))]
    return ProofView(
        cut(run.name or "A command of the worker's"),
        state,
        glyph,
        run.outcome.replace("_", " ") or "not recorded",
        cut(run.claim, _TEXT),
        cut(run.command, _TEXT) or "not known",
        tuple(facts),
    )


def definition(run: Proved) -> str:
    """Return whose definition of a proof was run."""
    return "locked: the owner's, as it was at the base" if run.is_locked else "the worker's own"


def commit(sha: str, subject: str) -> tuple[str, str]:
    """Return a commit."""
    return cut(sha)[:_DIGITS], cut(subject)


def drawn(work: Work, items: Callable[[Sequence[Any], Callable[[Any], Markup]], Markup]) -> Markup:
    """Return outcome, changed files, proofs and commits; `items` draws the rows of a list."""
    from markupsafe import Markup

    draws: Any = page_macros("report/html/change.j2")
    lists: Any = page_macros("report/html/entries.j2")
    parts = [draws.outcome(outcome(work))]
    made: tuple[tuple[str, Sequence[Any], Callable[[Any], Markup]], ...] = (
        ("Changed files", work.files, lambda row: draws.file(file(row))),
        ("Proofs", work.proofs, lambda row: draws.proof(proof(row))),
        ("Commits", work.commits, lambda row: draws.commit(*commit(*row))),
    )
    for title, rows, drawn_row in made:
        if rows:
            parts.append(lists.list(title, len(rows), items(rows, drawn_row), is_folded=False))
    return Markup().join(parts)
