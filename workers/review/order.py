"""The order of repair: refuted claims first, then causes; what follows from an open cause waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessions.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from workers.contract import Problem

FAMILY_ORDER = "SJWCEKADQR"
_REFUTING = frozenset("EKW")
# Of those families: what is of the wrong form, or missing, and says nothing false.
_OF_FORM = frozenset({"E07", "E08", "E10", "E13", "K17"})
# A problem -> those that may follow from it. They are told when it is mended: what they ask for
# before that may be undone by it, or make a new problem.
CAUSES: dict[str, tuple[str, ...]] = {
    "S10": ("S07", "S08", "S09", "S11", "S12", "S13", "S14", "C02", "C06", "C10", "E08"),
    "J06": ("J07", "E08", "C16", "C19"),
    "J11": ("C04", "C05", "C09"),
    "J12": ("C03", "C06", "C07", "C08", "C11", "C16", "C21"),
    "C14": ("S14", "C02", "C06", "C07", "C08", "C11", "C21", "E08"),
    "C02": ("C06", "C07", "C08"),
    "C03": ("C01", "C05", "C16"),
    "C05": ("C04", "C09"),
    "C04": ("C09",),
    "C18": ("C01", "C10"),
}
# A cause is one where its place in the JSON is of this form.
_ONLY_AT = {"J11": lazy_pattern("/scores/"), "J12": lazy_pattern(r"/findings/\d+/id$")}
# It bears on its own entry alone.
_WITHIN_ONE_ENTRY = frozenset({"J06"})


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Return problems as they are to be repaired: errors, of them refuted claims, then by family.

    Within a code they stay in the order of the files.
    """
    return sorted(problems, key=_rank)


def _rank(problem: Problem) -> tuple[bool, bool, int, str]:
    is_warning, family = problem.severity != "error", problem.code[0]
    refutes = family in _REFUTING and problem.code not in _OF_FORM
    return is_warning, not refutes, FAMILY_ORDER.index(family), problem.code


def apart(problems: Sequence[Problem]) -> tuple[list[Problem], list[tuple[Problem, str]]]:
    """Return the problems that can be repaired now, and the others with the code they wait for.

    Causes are errors: a report that is rejected is always told why.
    """
    open_causes = {problem.code for problem in problems if _is_cause(problem)}
    entries: dict[str, set[str]] = {code: set() for code in open_causes & _WITHIN_ONE_ENTRY}
    for problem in problems:
        if problem.code in entries:
            entries[problem.code] |= _entries(problem)
    shown: list[Problem] = []
    waiting: list[tuple[Problem, str]] = []
    for problem in problems:
        causes = [
            code
            for code in sorted(open_causes)
            if problem.code in CAUSES[code]
            and (code not in entries or not entries[code].isdisjoint(_entries(problem)))
        ]
        if causes:
            waiting.append((problem, causes[0]))
        else:
            shown.append(problem)
    return shown, waiting


def _is_cause(problem: Problem) -> bool:
    form = _ONLY_AT.get(problem.code)
    if form and not any(form.match(place.pointer or "") for place in problem.places):
        return False
    return problem.code in CAUSES


def _entries(problem: Problem) -> set[str]:
    """Return the entries of the JSON, `/findings/2`, in which a problem is."""
    pointers = (place.pointer for place in problem.places if place.pointer)
    return {"/".join(pointer.split("/")[:3]) for pointer in pointers}
