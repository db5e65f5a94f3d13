"""Endpoints: routes, and operations of other protocols."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from workers.deliverables.forms import (
    ChangeStatus,
    ErrorResponse,
    Evidence,
    Form,
    Status,
    Text,
    TextOrNone,
    TextOrObject,
)

STATEMENTS = frozenset(
    "implementation_notes authentication authorization rate_limiting caching_strategy".split()
)
SAMPLES: frozenset[str] = frozenset("body_schema success_schema parameters openapi".split())


# The methods of RFC 9110, QUERY and SEARCH, what frameworks call a socket and a route for all.
Method = Literal[
    "GET",
    "HEAD",
    "POST",
    "PUT",
    "PATCH",
    "DELETE",
    "OPTIONS",
    "TRACE",
    "CONNECT",
    "QUERY",
    "SEARCH",
    "WEBSOCKET",
    "ANY",
]

Protocol = Literal["http", "graphql", "grpc", "websocket", "queue", "job"]


class RequestFormat(Form):
    """What an endpoint takes."""

    content_type: Text | None = None
    body_schema: TextOrObject | None = None
    parameters: TextOrObject | None = None


class ResponseFormat(Form):
    """What an endpoint answers."""

    success_status: Annotated[int, Field(ge=100, le=599)]
    success_schema: TextOrObject | None = None
    error_responses: list[ErrorResponse] = []


class ApiSpecification(Form):
    """An endpoint; a boolean that is null or absent says that nobody looked."""

    id: Annotated[str, Field(pattern="^API-[0-9]{3}$")]
    endpoint: Text
    protocol: Protocol | None = None
    operation: Text | None = None
    method: Method
    path: Annotated[str, Field(pattern="^/")]
    status: Status
    description: Text
    request_format: RequestFormat | None = None
    response_format: ResponseFormat | None = None
    requires_auth: bool | None = None
    authentication: TextOrNone
    authorization: TextOrNone
    rate_limited: bool | None = None
    rate_limiting: TextOrNone
    cached: bool | None = None
    caching_strategy: TextOrNone
    implementation_notes: Text | None = None
    openapi: TextOrObject | None = None
    evidence: list[Evidence] = []


class ChangedApiSpecification(ApiSpecification):
    """An endpoint that was added, changed, removed, or is only spoken of."""

    status: ChangeStatus  # type: ignore[assignment]
    authentication: TextOrNone | None = None  # type: ignore[assignment]
    authorization: TextOrNone | None = None  # type: ignore[assignment]
    rate_limiting: TextOrNone | None = None  # type: ignore[assignment]
    caching_strategy: TextOrNone | None = None  # type: ignore[assignment]


ENTRY = ApiSpecification
CHANGED_ENTRY = ChangedApiSpecification
