"""Documents that say what a service offers: OpenAPI, AsyncAPI, GraphQL schemas, Protocol Buffers.

A second witness beside the code: `witnesses` holds the two against each other. READERS are asked in
turn; each has `concerns` and `read`, which yields descriptions or raises Unreadable.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from workers.survey.contracts import graphql_schema, openapi, protobuf
from workers.survey.found import Description, NotUnderstood
from workers.survey.yaml_nodes import Unreadable

if TYPE_CHECKING:
    from collections.abc import Mapping

Fact = dict[str, Any]
READERS = (openapi, graphql_schema, protobuf)


def concerns(file: str, source: bytes) -> bool:
    """Tell by name and cheap tokens whether a file describes a service."""
    return any(reader.concerns(file, source) for reader in READERS)


def extract(file: str, source: bytes) -> list[Fact]:
    """Return what one document describes, as JSON; what could not be read is a fact of its own."""
    facts: list[Fact] = []
    for reader in READERS:
        if reader.concerns(file, source):
            try:
                facts += [asdict(row) for row in reader.read(file, source)]
            except Unreadable as error:
                facts.append({"unread": str(error)})
    return facts


def resolve(facts: Mapping[str, list[Fact]]) -> tuple[list[Description], list[NotUnderstood]]:
    """Return what all documents describe, in the order of files and lines."""
    described: list[Description] = []
    missed: list[NotUnderstood] = []
    for file in sorted(facts):
        for fact in facts[file]:
            if "unread" in fact:
                missed.append(NotUnderstood(file, 1, fact["unread"]))
            else:
                described.append(Description(**{**fact, "bases": tuple(fact["bases"])}))
    return described, missed
