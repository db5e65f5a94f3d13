"""The backend's own checks: endpoints, tables, SQL and names, against code and conventions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workers.review.checks.backend import (
    artefacts,
    endpoints,
    forms,
    mapped,
    names,
    standards,
    tables,
)

if TYPE_CHECKING:
    from workers.review.checks import Check

CHECKS: tuple[Check, ...] = (
    endpoints.endpoints_are_declared_where_cited,
    endpoints.parameters_have_their_names,
    endpoints.paths_stand_in_the_code,
    endpoints.statuses_are_those_declared,
    endpoints.open_endpoints_ask_for_nobody,
    tables.tables_stand_in_the_code,
    tables.columns_stand_in_the_code,
    tables.columns_are_as_declared,
    tables.indexes_stand_in_the_code,
    tables.related_tables_stand_in_the_code,
    mapped.endpoints_are_those_of_the_map,
    mapped.columns_are_those_of_the_map,
    names.described_endpoints_are_listed,
    forms.forms_agree_with_the_json,
    names.technologies_stand_in_the_code,
    artefacts.proposed_sql_fits_the_tables,
    artefacts.ddl_makes_the_table_of_its_entry,
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
