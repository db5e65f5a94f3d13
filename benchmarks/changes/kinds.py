"""All kinds of scenarios, the false ones first."""

from __future__ import annotations

from benchmarks.changes import (
    false_changes,
    false_entries,
    false_hidden,
    false_outcomes,
    false_proofs,
    false_tests,
    false_weakened,
    honest_entries,
    honest_git,
    honest_proofs,
    honest_work,
)

KINDS = (
    false_changes.DID_NOT_HAPPEN,
    false_changes.OTHER_KIND,
    false_changes.NOT_REPORTED,
    false_hidden.HIDDEN,
    false_hidden.MODES,
    false_entries.IMPLEMENTED,
    false_entries.MODIFIED,
    false_entries.REMOVED,
    false_proofs.WITHOUT_RECORD,
    false_proofs.OF_ANOTHER_TREE,
    false_proofs.OTHERWISE,
    false_tests.FAILS,
    false_tests.PASSES_BY_ITS_OWN,
    false_weakened.FOR_THE_OWNER,
    false_weakened.WEAKENED,
    false_outcomes.OUTCOME,
    false_outcomes.COMMITS,
    false_outcomes.ANALYSIS,
    honest_work.FILES,
    honest_work.OUTCOMES,
    honest_git.HISTORY,
    honest_git.STATES,
    honest_entries.ENTRIES,
    honest_proofs.PROOFS,
)
