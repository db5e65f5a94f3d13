"""Rules: what can be found wrong in a repository without a model, and proven by a citation.

RULES is a tuple of functions Ground -> Iterator[Observation]. A rule that can misjudge honest code
is not here: what only judgement can see is listed in `not_examined`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from workers.rules import api, data, migrations, secrets, security

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from workers.rules.ground import Ground, Observation

    Rule = Callable[[Ground], Iterator[Observation]]

RULES: tuple[Rule, ...] = (
    secrets.secrets_are_not_in_the_code,
    security.cors_is_not_open_with_credentials,
    security.writes_ask_who_is_calling,
    security.logins_are_limited,
    api.collections_are_paged,
    api.reading_changes_nothing,
    api.errors_have_one_form,
    data.queries_do_not_run_in_loops,
    data.tables_have_primary_keys,
    data.foreign_keys_have_indexes,
    migrations.migrations_can_be_undone,
)


def observations(ground: Ground) -> list[Observation]:
    """Return what the rules find, gravest first."""
    seen = [one for rule in RULES for one in rule(ground)]
    return sorted(seen, key=lambda one: SEVERITIES.index(one.severity))


SEVERITIES = ("critical", "high", "medium", "low")
