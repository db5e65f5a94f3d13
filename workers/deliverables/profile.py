"""A worker's own vocabulary, as data: what the shared rooms read instead of knowing a worker."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from workers.deliverables.kinds import ANALYSIS

if TYPE_CHECKING:
    from collections.abc import Mapping

# The highest score that an open finding of a severity leaves its domain.
CAPS = {"critical": 5.0, "high": 7.0}
RECORD = "record"  # the kind of entry whose shape is the user's
SEVERITIES = {"CRIT": "critical", "HIGH": "high", "MED": "medium", "LOW": "low"}


class ScoreRow(NamedTuple):
    """A score: its key in the JSON, its row in the notes, the domains whose findings cap it."""

    key: str
    label: str
    domains: tuple[str, ...] = ()


OVERALL = ScoreRow("overall_score", "Overall")


class EntryList(NamedTuple):
    """A list of the JSON: its key, the kind of its entries, what their ids begin with.

    `statistic` is the key under which an analysis counts the list, where it is not the list's own;
    `counted` says whether it does. `schema` is the file of a record's JSON Schema.
    """

    key: str
    entry: str
    id: str
    statistic: str = ""
    counted: bool = True
    schema: str = ""


@dataclass(frozen=True)
class Profile:
    """What one worker's reports hold that others do not; every field can be read from a file.

    `others_folders` are names of folders whose code is for other workers to look at.
    `sections` says of a heading which domains of findings and which lists are reported below it.
    `categories` are those of its actions, `rules` names its report by rule, None where it has none.
    `kind` says whether code was looked at or changed (KINDS).
    """

    prefix: str
    domains: tuple[str, ...]
    scores: tuple[ScoreRow, ...]
    lists: tuple[EntryList, ...] = ()
    categories: tuple[str, ...] = ()
    criteria: tuple[str, ...] = ()
    checklists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    caps: Mapping[str, float] = field(default_factory=lambda: dict(CAPS))
    summary_heading: str = "Executive Summary"
    subject: str = "what was looked at"
    others_folders: frozenset[str] = frozenset()
    sections: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    rules: str | None = None
    kind: str = ANALYSIS

    @property
    def score_rows(self) -> tuple[ScoreRow, ...]:
        """The rows of the summary's table: the scores, and the overall one; none without scores."""
        return (*self.scores, OVERALL) if self.scores else ()

    @property
    def statistics(self) -> tuple[str, ...]:
        """The keys of the statistics: a count of each list that is counted, and two of ours."""
        counts = (listed.statistic or listed.key for listed in self.lists if listed.counted)
        return (*counts, "critical_issues", "high_priority_items")

    @cached_property
    def _vocabulary(self) -> tuple[frozenset[str], frozenset[str]]:
        from workers.deliverables.entries import vocabulary  # it brings Pydantic

        return vocabulary(listed.entry for listed in self.lists)

    @property
    def statements(self) -> frozenset[str]:
        """Keys in which a placeholder says nothing."""
        return self._vocabulary[0]

    @property
    def samples(self) -> frozenset[str]:
        """Keys whose values are foreign text: no placeholders or citations are looked for there."""
        return self._vocabulary[1]

    @cached_property
    def finding_id(self) -> re.Pattern[str]:
        """The form of a finding's id within text; its first group is the severity's mark.

        In any letter case: what is found is to be compared in capitals.
        """
        marks = "|".join(SEVERITIES)
        form = rf"\b{re.escape(self.prefix)}-({marks})-[0-9]{{3}}(?![0-9A-Za-z])"
        return re.compile(form, re.IGNORECASE)

    @property
    def finding_pattern(self) -> str:
        """The form of a whole id, as a JSON Schema says it."""
        return f"^{self.prefix}-({'|'.join(SEVERITIES)})-[0-9]{{3}}$"

    def keys_of(self, *kinds: str) -> tuple[str, ...]:
        """Return the keys of the lists whose entries are of a kind, one of some."""
        return tuple(listed.key for listed in self.lists if listed.entry in kinds)
