"""Options and recommendations: what is in use, in which version, and the ids that are named."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sessions.errors import shown
from workers.claims import manifests
from workers.claims.claim import UNDECIDED, confirmed, place, refuted
from workers.claims.kinds.places import rows_of
from workers.delivery.delivery import problem, text_of
from workers.repository.source import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from workers.claims.claim import Claim, Verdict
    from workers.claims.ground import Ground
    from workers.delivery.delivery import Delivery

# What is named here may be asked for by another package alone.
_LOCKS = frozenset(
    "package-lock.json composer.lock Cargo.lock poetry.lock uv.lock Gemfile.lock mix.lock"
    " Package.resolved".split()
)
# Folders of programs that show or try something: what they use, the product need not.
_ASIDE = frozenset(
    "examples example samples sample demo demos docs doc test tests fixtures testdata benchmarks"
    " bench templates e2e".split()
)
_OF_OTHERS = ("// indirect", "# via", "# indirect")
_IDS = {"option_ids": "option", "source_ids": "source"}


def extract(delivery: Delivery) -> Iterator[Claim]:
    """Yield what options say of their use, and the ids that recommendations name."""
    for _, row, claim in rows_of(delivery, "option"):
        name, in_use = text_of(row, "name").strip(), row.get("in_use")
        if name and isinstance(in_use, bool):
            version = row.get("version") if in_use else None
            is_versioned = isinstance(version, str) and bool(version.strip())
            kind = "version_in_use" if is_versioned else "in_use"
            yield replace(claim, kind=kind, subject=name, says=version or in_use, row=row)
    for pointer, row, claim in rows_of(delivery, "recommendation"):
        for key, kind in _IDS.items():
            ids = row.get(key)
            for position, listed in enumerate(ids if isinstance(ids, list) else []):
                if isinstance(listed, str):
                    where = f"{pointer}/{key}/{position}"
                    yield replace(claim, kind="listed_id", subject=kind, says=listed, pointer=where)


def decide_use(ground: Ground, claim: Claim) -> Verdict:
    """A manifest names what is in use, and none what is not."""
    named = manifests.naming(ground, claim.subject)
    if claim.says is True:
        return confirmed(named[0][0], named[0][2]) if named else UNDECIDED
    direct = [row for row in named if _is_direct(ground, row, claim.subject)]
    if not direct:
        return UNDECIDED  # it may be used by another name, or without a manifest
    file, _, line = direct[0]
    message = f"`{place(file, line)}` declares {shown(claim.subject, 60)}, said not to be in use"
    hint = 'Write "in_use": true, or null where it is declared and not known to be used.'
    return refuted(problem("K88", message, hint, ground.place(claim, "in_use")), file, line)


def _is_direct(ground: Ground, named: manifests.Named, name: str) -> bool:
    """Tell whether the product itself asks for a package, by the package's whole name."""
    file, _, line = named
    folders, _, base = file.rpartition("/")
    if base in _LOCKS or not _ASIDE.isdisjoint(folders.lower().split("/")):
        return False
    source = ground.repository.searched(file)
    if not isinstance(source, Source) or not 1 <= line <= source.line_count:
        return False
    if any(mark in text for text in source.lines for mark in _OF_OTHERS[1:]):
        return False  # written by a program: what others ask for is in it as well
    text = source.lines[line - 1][:1000]
    return _OF_OTHERS[0] not in text and manifests.is_named(text, name)


def decide_listed(ground: Ground, claim: Claim) -> Verdict:
    """An option or a source of the report has the id."""
    ids = [text_of(row, "id") for _, row in ground.delivery.entries_of(claim.subject)]
    if claim.says in ids:
        return confirmed()
    message = f"the report lists no {claim.subject} {shown(claim.says, 40)[1:-1]}"
    hint = f"It lists {', '.join(shown(known, 20)[1:-1] for known in ids[:8]) or 'none'}."
    return refuted(problem("K89", message, hint, ground.place(claim)))


DECIDERS: dict[str, Callable[[Ground, Claim], Verdict]] = {
    "in_use": decide_use,
    "version_in_use": manifests.decide,
    "listed_id": decide_listed,
}
