"""Headings under Findings that mean to be findings, and the ids that they mean."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from workers.deliverables.profile import SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from workers.deliverables.profile import Profile
    from workers.delivery.notes import Notes, Section


def malformed_findings(
    notes: Notes, profile: Profile, listed: Collection[str]
) -> list[tuple[str, Section]]:
    """Return the headings with a malformed id or of another level, each with the id it means.

    That is the nearest of the ids that the JSON lists and no heading has; else a free one.
    """
    taken = {found for found, _ in notes.findings(profile.finding_id)}
    meant: list[tuple[str, Section]] = []
    for attempt, section in _attempts(notes, profile):
        match = profile.finding_id.search(section.title)
        named = match[0].upper() if match else nearest_id(attempt, profile, listed, taken)
        taken.add(named)
        meant.append((named, section))
    return meant


def _attempts(notes: Notes, profile: Profile) -> Iterator[tuple[str, Section]]:
    parent = notes.named("Findings")
    form = re.compile(rf"\b{re.escape(profile.prefix)}-[A-Z]*-?[0-9]*", re.IGNORECASE)
    for section in notes.below(parent) if parent else []:
        attempt = form.search(section.title)
        is_whole = profile.finding_id.search(section.title) is not None
        if attempt and (section.level != 3 or not is_whole):
            yield attempt[0], section


def nearest_id(
    attempt: str, profile: Profile, listed: Collection[str], taken: Collection[str]
) -> str:
    """Return the id that an attempt means: the nearest listed one that is not taken, or a new."""
    import difflib

    number = re.sub(r"\D", "", attempt).lstrip("0").zfill(3)[-3:]
    words = re.findall(r"[A-Z]+", attempt.upper())[1:]
    mark = next((mark for mark in SEVERITIES if words and words[0][:3] == mark[:3]), "LOW")
    meant = f"{profile.prefix}-{mark}-{number}"
    free = sorted(one for one in listed if one not in taken)
    close = difflib.get_close_matches(meant, free, 1, cutoff=0.8)
    if close:
        return close[0]
    used = {*taken, *listed}
    return meant if int(number) and meant not in used else free_id(meant.rpartition("-")[0], used)


def free_id(stem: str, used: Collection[str]) -> str:
    """Return the first id of a stem, `API` or a finding's prefix, after those that are used."""
    numbers = [one.rpartition("-")[2] for one in used if one.rpartition("-")[0] == stem]
    last = max((int(number) for number in numbers if number.isdecimal()), default=0)
    return f"{stem}-{last + 1:03}"
