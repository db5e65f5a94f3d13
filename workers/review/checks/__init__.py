"""The checks: functions from a delivery to the problems they see in it.

A check's docstring is its title. It yields nothing when all is well, when there is nothing for it
to judge, and when another check tells the reason. The folder `entries` holds those of kinds of
entries: they judge every worker that has lists of that kind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from workers.deliverables.kinds import ANALYSIS
from workers.review.checks import (
    answers,
    artefacts,
    changes,
    claims,
    complete,
    consistent,
    entries,
    grounded,
    handoffs,
    names,
    proofs,
    quality,
    ratings,
    schema,
    shown,
    task,
    worth,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from workers.contract import Problem
    from workers.deliverables.profile import Profile
    from workers.delivery.delivery import Delivery

    Check = Callable[[Delivery], Iterator[Problem]]

CHECKS: tuple[Check, ...] = (
    complete.deliverables_are_readable,
    complete.no_template_text_is_left,
    complete.no_placeholder_is_left,
    complete.required_headings_are_there_once,
    complete.sections_have_something_in_them,
    complete.fences_are_closed,
    complete.summary_is_complete,
    complete.findings_have_all_parts,
    worth.something_is_claimed,
    worth.domains_are_reported,
    worth.no_finding_is_the_example,
    schema.json_parses,
    schema.json_matches_the_schema,
    consistent.statistics_count_the_arrays,
    consistent.ids_are_unique,
    consistent.ids_agree_with_severities,
    ratings.overall_score_is_the_mean,
    ratings.scores_respect_the_findings,
    consistent.notes_and_json_name_the_same_findings,
    consistent.notes_and_json_give_the_same_numbers,
    consistent.referenced_findings_exist,
    consistent.findings_named_in_notes_exist,
    consistent.entries_are_listed_once,
    consistent.grave_findings_have_an_action,
    consistent.finding_headings_have_ids,
    consistent.metadata_is_of_this_session,
    consistent.cited_files_were_analyzed,
    answers.what_is_set_aside_has_a_reason,
    answers.checklist_items_are_known,
    grounded.citations_hold,
    grounded.evidence_lines_are_citations,
    grounded.evidence_is_given,
    grounded.analyzed_files_exist,
    grounded.json_paths_are_absolute,
    grounded.quotations_tell_something,
    shown.cited_lines_can_show_the_claim,
    claims.claims_are_not_refuted,
    names.names_in_prose_stand_in_the_code,
    artefacts.proposals_are_valid,
    task.the_task_is_spoken_of,
    handoffs.accepted_handoffs_are_used,
    quality.paragraphs_stand_once,
    quality.descriptions_differ,
    quality.findings_are_not_variations,
    quality.findings_cite_lines_of_their_own,
    quality.priorities_differ,
    quality.most_sections_apply,
    worth.summary_says_something,
    changes.reported_changes_happened,
    changes.own_changes_are_reported,
    changes.others_changes_are_approved,
    changes.rules_of_the_change_hide_nothing,
    changes.reported_commits_are_of_this_work,
    changes.outcome_fits_its_parts,
    changes.notes_list_the_same_changes,
    proofs.required_proofs_pass,
    proofs.reported_proofs_are_recorded,
    proofs.proofs_pass_with_the_files_of_the_base,
    proofs.definitions_of_proofs_stand,
    proofs.changed_files_are_covered,
    proofs.tests_are_not_weakened,
    *entries.CHECKS,
)
# What is asked of a report on code that stands still: findings, scores, sections by domain.
_OF_ANALYSES = frozenset(
    {
        worth.something_is_claimed,
        worth.domains_are_reported,
        worth.no_finding_is_the_example,
        names.names_in_prose_stand_in_the_code,
        quality.most_sections_apply,
    }
)


def checks_of(profile: Profile) -> tuple[Check, ...]:
    """Return the checks that judge a report on code as it is, or on a change."""
    if profile.kind == ANALYSIS:
        return CHECKS
    return tuple(check for check in CHECKS if check not in _OF_ANALYSES)
