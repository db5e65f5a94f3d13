"""Claims of who may call an endpoint: decided where the map knows what it asks, and only there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessions.errors import shown
from workers.claims.claim import UNDECIDED, Verdict, confirmed, place, refuted
from workers.claims.endpoints import is_route_of, mapped
from workers.claims.paths import fits_method, is_route
from workers.delivery.delivery import problem

if TYPE_CHECKING:
    from workers.claims.claim import Claim
    from workers.claims.ground import Ground
    from workers.survey.found import Endpoint


def decide_requires_auth(ground: Ground, claim: Claim) -> Verdict:
    """The endpoint asks who is calling, or asks nobody, as it is said."""
    known = _of(ground, claim, claim.entry["method"], claim.entry["path"])
    if known is None:
        return UNDECIDED
    is_guarded = known.access == "guarded"
    if claim.says is is_guarded:
        return _confirmed(known)
    message, at = _told(known)
    right = "true" if is_guarded else "false"
    hint = f"Write {right}; null where something in front of the service asks."
    if is_guarded:
        hint = f"Write {right}."
    refutation = problem("K23", message, hint, ground.place(claim))
    return refuted(refutation, *at)


def decide_missing_auth(ground: Ground, claim: Claim) -> Verdict:
    """The endpoint asks nobody who is calling."""
    method, path = str(claim.row["method"]).upper(), str(claim.row["path"])
    known = _of(ground, claim, method, path) if is_route(method, path) else None
    if known is None:
        return UNDECIDED
    if known.access == "open":
        return _confirmed(known)
    message, at = _told(known)
    hint = "Remove the claim, and the finding if it says nothing else."
    refutation = problem("K21", message, hint, ground.place(claim))
    return refuted(refutation, *at)


def _of(ground: Ground, claim: Claim, method: str, path: str) -> Endpoint | None:
    """Return the endpoint that is meant, None where it or what it asks is not known for certain.

    Lines that are cited count first. Declarations of one endpoint that differ leave it unknown.
    """
    cited = [one for one in mapped(ground, claim) if fits_method(one.method, method)]
    same = [one for one in cited if is_route_of(one, method, path)]
    everywhere = [one for one in ground.endpoints if is_route_of(one, method, path)]
    meant = same or everywhere or cited
    answers = {one.access for one in meant}
    return meant[0] if answers in ({"guarded"}, {"open"}) else None


def _confirmed(endpoint: Endpoint) -> Verdict:
    file, line = _told(endpoint)[1]
    return confirmed(file, line)


def _told(endpoint: Endpoint) -> tuple[str, tuple[str, int]]:
    """Return what the map says of who may call an endpoint, and the place that says it."""
    route = f"{endpoint.method} {endpoint.path}"
    if endpoint.guards:
        guard = endpoint.guards[0]
        where = place(guard.file, guard.line)
        message = f"{shown(route, 80)} is guarded by {shown(guard.name, 60)}, applied at `{where}`"
        return message, (guard.file, guard.line)
    where = place(endpoint.file, endpoint.line)
    return f"{shown(route, 80)}, declared at `{where}`, asks nobody who is calling", (
        endpoint.file,
        endpoint.line,
    )
