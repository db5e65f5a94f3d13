"""False variants of honest reports: each changes one statement, and says what ought to happen.

KINDS is the table: a kind, and the function that yields its variants for a stack. `refuted` is
expected where a declaration that can be read decides: a route of a language with a reader, a table
of an SQL file, the one verb on the cited line, a quotation, a manifest, the kind of the cited
lines. Everything else may stay undecided, and a variant that is refuted all the same is no fault.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.stacks.false_endpoints import other_paths, wrong_flags, wrong_guards, wrong_verbs
from tests.stacks.false_evidence import (
    absent_variables,
    misquotations,
    poor_evidence,
    shifted_quotations,
)
from tests.stacks.false_findings import (
    false_absences,
    false_guards,
    false_symbols,
    plain_passwords,
    wrong_versions,
)
from tests.stacks.false_tables import (
    invented_columns,
    invented_indexes,
    invented_tables,
    wrong_columns,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.stacks.ground import Ground, Planted

KINDS: dict[str, Callable[[str, Ground], Iterator[Planted]]] = {
    "wrong verb": wrong_verbs,
    "other path": other_paths,
    "wrong guard": wrong_guards,
    "rate_limited": wrong_flags,
    "cached": wrong_flags,
    "column type": wrong_columns,
    "column nullable": wrong_columns,
    "column primary_key": wrong_columns,
    "column unique": wrong_columns,
    "column default": wrong_columns,
    "column references": wrong_columns,
    "invented column": invented_columns,
    "invented index": invented_indexes,
    "invented table": invented_tables,
    "missing_index": false_absences,
    "missing_unique": false_absences,
    "missing_not_null": false_absences,
    "missing_foreign_key": false_absences,
    "missing_primary_key": false_absences,
    "missing_auth": false_guards,
    "missing_test": false_symbols,
    "unused_code": false_symbols,
    "plain_password": plain_passwords,
    "dependency": wrong_versions,
    "misquotation": misquotations,
    "quotation at another line": shifted_quotations,
    "poor evidence": poor_evidence,
    "absent variable": absent_variables,
}


def variants(ground: Ground) -> Iterator[Planted]:
    """Yield all variants of a stack."""
    for kind, plant in KINDS.items():
        yield from plant(kind, ground)
