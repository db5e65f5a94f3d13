"""Routes of C#: controllers, minimal APIs, Carter and FastEndpoints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workers.survey.languages.csharp import source as sources
from workers.survey.languages.csharp.controllers import Controllers
from workers.survey.languages.csharp.fast_endpoints import FastEndpoints
from workers.survey.languages.csharp.minimal import Minimal
from workers.survey.languages.csharp.names import Names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workers.survey.found import Endpoint, NotUnderstood

_TOKENS = (
    b"[Http", b"Http", b"[Route", b"Route(", b"Controller", b".Map", b"RouteBuilder",
    b"RouteGroupBuilder", b"WebApplication", b"ApplicationBuilder", b"CarterModule", b"Endpoint",
    b"const string", b"readonly string", b"AttributeRouteModel",
)  # fmt: skip
# Words of a method by which what it does is read.
_BODIES = (
    b"Map", b"UseEndpoints", b"UseFastEndpoints", b"Configure(", b"WebApplication", b".Build()",
)  # fmt: skip


def concerns(file: str, source: bytes) -> bool:
    """Tell by cheap tokens whether a file may say something of routes."""
    del file
    return any(token in source for token in _TOKENS)


def extract(file: str, source: bytes) -> list[list[Any]]:
    """Return the types of a file, and whether it changes routes; raises TooSlow."""
    del file
    facts: list[list[Any]] = [["type", one] for one in sources.types(source, _BODIES)]
    if b"AttributeRouteModel" in source:
        facts.append(["changes", "routes"])
    if b"RouteTokenTransformerConvention" in source:
        facts.append(["changes", "tokens"])
    return facts


def resolve(
    facts: Mapping[str, list[list[Any]]],
) -> tuple[list[Endpoint], list[NotUnderstood]]:
    """Return the endpoints of all files, and what looked like one and was not understood."""
    names = Names(
        {file: [one[1] for one in listed if one[0] == "type"] for file, listed in facts.items()}
    )
    changes = {one[1] for listed in facts.values() for one in listed if one[0] == "changes"}
    controllers = Controllers(
        names, changes_routes="routes" in changes, changes_tokens="tokens" in changes
    )
    controllers.find()
    minimal = Minimal(names)
    minimal.find()
    classes = FastEndpoints(names, minimal.settings)
    classes.find()
    endpoints = _once([*controllers.endpoints, *minimal.endpoints, *classes.endpoints])
    served = {(one.file, one.line) for one in endpoints}
    missed = dict.fromkeys([*controllers.missed, *minimal.missed, *classes.missed])
    return endpoints, [one for one in missed if (one.file, one.line) not in served]


def _once(endpoints: list[Endpoint]) -> list[Endpoint]:
    """Return each endpoint once; what is known in full from one caller is not open from another."""
    whole = {(one.file, one.line, one.method) for one in endpoints if one.resolved == "full"}
    return list(
        dict.fromkeys(
            one
            for one in endpoints
            if one.resolved == "full" or (one.file, one.line, one.method) not in whole
        )
    )
