"""True and false statements on the two samples, by kind of claim: TRUE, FALSE, and why none."""

from __future__ import annotations

from tests.paraphrases import columns, endpoints, findings, tables
from tests.paraphrases.statement import Statement

PARTS = (columns, endpoints, findings, tables)
TRUE: dict[str, list[Statement]] = {
    kind: rows for part in PARTS for kind, rows in part.TRUE.items()
}
FALSE: dict[str, list[Statement]] = {
    kind: rows for part in PARTS for kind, rows in part.FALSE.items()
}
# Kinds that refute nothing: a false statement is left undecided, or told by another check.
NEVER_REFUTED = {
    "rate_limited": "a proxy may limit; where no word says so there is a warning",
    "cached": "a proxy may cache; where no word says so there is a warning",
    "missing_rate_limit": "no reader knows limits for certain",
    "missing_validation": "no reader knows validation for certain",
    "unbounded_list": "no reader knows queries for certain",
    "n_plus_one": "no reader knows queries for certain",
    "name": "a name may be of a library, or of what is missed",
    "stated_there": "it says nothing of the code; lines that do not exist are told of the evidence",
}
