"""Rows of kinds of entries, decided without a whole report around them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from workers.claims.ground import Ground
from workers.contract import Place
from workers.repository.repository import Repository

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import ModuleType

    from workers.claims.claim import Claim, Verdict
    from workers.delivery.delivery import Delivery


class Rows:
    """Stands for a delivery that holds rows of one kind; paths below ROOT are the repository's."""

    def __init__(self, root: Path, kind: str, *rows: dict[str, Any]) -> None:
        self.repository = Repository(root)
        self.kind, self.rows = kind, rows

    def entries_of(self, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
        yield from ((f"/rows/{at}", row) for at, row in enumerate(self.rows) if kind == self.kind)

    def in_json(self, pointer: str) -> Place:
        return Place("report.json", None, pointer)


def row(*evidence: str, **keys: Any) -> dict[str, Any]:
    """Return a row of something that exists; evidence is `file:line` or `file:line-line`."""
    items = []
    for citation in evidence:
        file, _, lines = citation.rpartition(":")
        first, _, last = lines.partition("-")
        items.append({"file": file, "line": int(first), "end_line": int(last or first)})
    return {"status": "existing", "evidence": items, **keys}


def verdicts(
    root: Path, kind: str, module: ModuleType, *rows: dict[str, Any]
) -> list[tuple[Claim, Verdict]]:
    """Return the claims of rows, each with its verdict."""
    delivery = cast("Delivery", Rows(root, kind, *rows))
    ground = Ground(delivery)
    return [
        (claim, module.DECIDERS[claim.kind](ground, claim)) for claim in module.extract(delivery)
    ]


def outcomes(root: Path, kind: str, module: ModuleType, *rows: dict[str, Any]) -> list[str]:
    """Return of each claim its kind, how it was decided, and the code of a problem."""
    return [
        f"{claim.kind} {verdict.outcome}" + (f" {verdict.problem.code}" if verdict.problem else "")
        for claim, verdict in verdicts(root, kind, module, *rows)
    ]
