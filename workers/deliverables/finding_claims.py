"""What a finding may claim in typed form, so that a program can decide it: CLAIM_KINDS is the list.

A new kind is a line here, its name in ClaimKind, and a decider in `workers/claims/findings.py`.
"""

from __future__ import annotations

from typing import Annotated, Literal, NamedTuple

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from workers.deliverables.forms import Form, MethodName, Text, Version

ClaimKind = Literal[
    "missing_index",
    "missing_unique",
    "missing_not_null",
    "missing_foreign_key",
    "missing_primary_key",
    "missing_auth",
    "missing_rate_limit",
    "missing_validation",
    "unbounded_list",
    "n_plus_one",
    "plain_password",
    "secret_in_code",
    "irreversible_migration",
    "missing_test",
    "unused_code",
    "dependency",
    "stated_there",
]


class Kind(NamedTuple):
    """A kind of claim: the fields that it needs, and what it says of them."""

    fields: tuple[str, ...]
    says: str


_TABLE = ("table", "columns")
_ENDPOINT = ("method", "path")
_PLACE = ("file", "line")
CLAIM_KINDS: dict[ClaimKind, Kind] = {
    "missing_index": Kind(_TABLE, "no index or key of the table begins with these columns"),
    "missing_unique": Kind(_TABLE, "no key makes these columns unique"),
    "missing_not_null": Kind(_TABLE, "the columns may be null"),
    "missing_foreign_key": Kind(_TABLE, "the columns refer to no table"),
    "missing_primary_key": Kind(("table",), "the table has no primary key"),
    "missing_auth": Kind(_ENDPOINT, "the endpoint asks nobody who is calling"),
    "missing_rate_limit": Kind(_ENDPOINT, "nothing limits how often the endpoint is called"),
    "missing_validation": Kind(_ENDPOINT, "the endpoint takes its input as it comes"),
    "unbounded_list": Kind(_ENDPOINT, "the endpoint answers with any number of rows"),
    "n_plus_one": Kind(_PLACE, "a query runs once for every row of another"),
    "plain_password": Kind(_PLACE, "a password is kept or compared as it was typed"),
    "secret_in_code": Kind(_PLACE, "a secret is in the source"),
    "irreversible_migration": Kind(_PLACE, "the migration cannot be undone"),
    "missing_test": Kind(("name",), "no test names this symbol"),
    "unused_code": Kind(("name",), "nothing but its definition names this symbol"),
    "dependency": Kind(("name", "version"), "the manifest or lock file names this version"),
    "stated_there": Kind(_PLACE, "the cited text itself is what was found"),
}


class FindingClaim(Form):
    """A claim of a finding; `kind` says which of the other fields it needs (CLAIM_KINDS)."""

    kind: ClaimKind
    table: Text | None = None
    columns: Annotated[list[Text], Field(min_length=1)] | None = None
    method: MethodName | None = None
    path: Text | None = None
    file: Text | None = None
    line: Annotated[int, Field(ge=1)] | None = None
    name: Text | None = None
    version: Version | None = None

    @model_validator(mode="after")
    def _has_its_fields(self) -> FindingClaim:
        needed = CLAIM_KINDS[self.kind].fields
        missing = [field for field in needed if getattr(self, field) is None]
        if missing:
            raise PydanticCustomError(
                "claim_fields",
                "lacks {missing}: {kind} needs {needed}",
                {"missing": ", ".join(missing), "kind": self.kind, "needed": ", ".join(needed)},
            )
        return self
