"""GraphQL schemas: the fields of the types by which a client begins."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sessions.bounds import over_nesting
from sessions.patterns import lazy_pattern
from workers.survey.found import Description
from workers.survey.syntax import suffix
from workers.survey.yaml_nodes import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEMA_BYTES = 500_000  # read by Python alone
_SUFFIXES = frozenset({".graphql", ".graphqls", ".gql"})
_TYPE = lazy_pattern(rb"^\s{0,9}(?:extend\s+)?(?:type|schema)\b", re.MULTILINE)
_ROOTS = {"Query": "QUERY", "Mutation": "MUTATION", "Subscription": "SUBSCRIPTION"}


def concerns(file: str, source: bytes) -> bool:
    """Tell whether a file declares types: what clients ask is in such files, too."""
    is_schema = suffix(file) in _SUFFIXES and len(source) <= SCHEMA_BYTES
    return is_schema and _TYPE.search(source) is not None


def read(file: str, source: bytes) -> Iterator[Description]:
    """Yield the fields of Query, Mutation and Subscription, whatever they are called."""
    from graphql import GraphQLError, parse

    text = source.decode("utf-8-sig", "replace")
    over = over_nesting("graphql", text)
    if over is not None:
        raise Unreadable(f"it is not read: {over.what}")
    try:
        document = parse(text, max_tokens=SCHEMA_BYTES)
    except (GraphQLError, RecursionError) as error:
        raise Unreadable("it is not well-formed GraphQL") from error
    roots = _roots(document)
    for definition in document.definitions:
        name = getattr(getattr(definition, "name", None), "value", "")
        if name in roots and definition.kind.startswith("object_type"):
            for field in getattr(definition, "fields", None) or ():
                line = field.name.loc.start_token.line if field.name.loc else 1
                yield Description("graphql", roots[name], field.name.value, file, line)


def _roots(document: Any) -> dict[str, str]:
    """Return the types by which a client begins, each with what it is for."""
    renamed = {
        operation.type.name.value: operation.operation.value.upper()
        for definition in document.definitions
        if definition.kind.startswith("schema_")
        for operation in definition.operation_types or ()
    }
    return renamed or _ROOTS
