"""Checks of endpoints, tables and services: SQL and names against the code, and conventions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workers.review.checks.entries import (
    artefacts,
    form_claims,
    forms,
    migrations,
    names,
    passwords,
    standards,
    technologies,
)

if TYPE_CHECKING:
    from workers.review.checks import Check

CHECKS: tuple[Check, ...] = (
    names.described_endpoints_are_listed,
    forms.forms_agree_with_the_json,
    form_claims.described_parts_are_there,
    technologies.technologies_stand_in_the_code,
    passwords.plain_passwords_are_not_hashed_there,
    artefacts.proposed_sql_fits_the_tables,
    artefacts.ddl_makes_the_table_of_its_entry,
    migrations.proposed_migrations_follow_another,
    standards.proposed_tables_have_primary_keys,
    standards.proposed_foreign_keys_have_indexes,
    standards.proposed_migrations_are_reversible,
    standards.proposed_columns_can_be_added,
    standards.proposed_indexes_do_not_lock,
    standards.proposed_tables_follow_conventions,
    standards.proposed_paths_follow_conventions,
    standards.proposed_methods_answer_as_they_should,
    standards.proposed_collections_are_paged,
    standards.proposed_endpoints_are_protected,
)
