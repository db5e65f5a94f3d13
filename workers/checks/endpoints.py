"""Claims about endpoints: method, path and status of existing ones, against the cited lines.

A claim is confirmed, refuted or unknown. Only a refuted one is an error: cited lines that say
something else, or a name that stands nowhere in the repository.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from sessions.errors import shown
from workers import declared
from workers.delivery import problem
from workers.evidence import cited_lines, shown_path
from workers.source import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.contract import Problem
    from workers.declared import Route
    from workers.delivery import Delivery
    from workers.source import Source

_NONE = re.compile(
    r"\s*(?:none|no|nothing|public|-|no authentication.*|not required)\s*\.?\s*", re.IGNORECASE
)
_ASKS_WHO = re.compile(
    r"Depends\(\s*[\w.]*(?:user|auth|token|jwt|login)|login_required|jwt_required|IsAuthenticated"
    r"|\brequire_?auth|\bauthenticate\b|@UseGuards\(|@PreAuthorize|permission_classes",
    re.IGNORECASE,
)
_METHODS = frozenset(
    "GET HEAD POST PUT PATCH DELETE OPTIONS TRACE CONNECT QUERY WEBSOCKET ANY".split()
)
_HANDLER_LINES = 12


@dataclass(frozen=True)
class Endpoint:
    """An endpoint that is said to exist, and the routes that its evidence shows."""

    pointer: str
    method: str
    path: str
    shown: tuple[tuple[Source, Route], ...]

    def fits_path(self, source: Source, route: Route) -> bool:
        """Tell whether a route can be this endpoint's, by path."""
        if route.path is None:
            return True
        if not declared.is_suffix(route.path, self.path):
            return False
        whole = f"{declared.own_prefix(source.lines, route)}/{route.path}"
        return declared.is_suffix(whole, self.path)

    def fits_method(self, route: Route) -> bool:
        """Tell whether a route can be this endpoint's, by method."""
        answers_head = self.method == "HEAD" and "GET" in route.methods
        return (
            not route.methods
            or declared.ANY in {self.method, *route.methods}
            or self.method in route.methods
            or answers_head
        )


@lru_cache(maxsize=4)
def endpoints(delivery: Delivery) -> tuple[Endpoint, ...]:
    """Return the endpoints of status existing that are well-formed."""
    found: list[Endpoint] = []
    for pointer, entry in delivery.entries("api_specifications"):
        method, path = entry.get("method"), entry.get("path")
        if entry.get("status") != "existing" or not isinstance(method, str):
            continue
        if method not in _METHODS:  # told by the schema
            continue
        if not isinstance(path, str) or not path.startswith("/"):
            continue
        routes = [
            (source, route)
            for source, first, last in cited_lines(delivery, entry)
            for route in declared.routes(source.lines, first, last)
        ]
        found.append(Endpoint(pointer, str(method), path, tuple(routes)))
    return tuple(found)


def endpoints_are_declared_where_cited(delivery: Delivery) -> Iterator[Problem]:
    """The lines cited for an existing endpoint declare its method and path."""
    for endpoint in endpoints(delivery):
        by_path = [pair for pair in endpoint.shown if endpoint.fits_path(*pair)]
        if any(endpoint.fits_method(route) for _, route in by_path):
            continue
        strong = [(source, route) for source, route in endpoint.shown if route.strong]
        if not endpoint.shown:
            if _has_code(delivery, endpoint.pointer):
                yield problem(
                    "K04",
                    "the lines cited for an existing endpoint show no route",
                    "Cite the line that declares it: a decorator or a router call.",
                    delivery.in_json(f"{endpoint.pointer}/evidence"),
                )
        elif any(route.strong for _, route in by_path):
            source, route = next(pair for pair in by_path if pair[1].strong)
            methods = ", ".join(sorted(route.methods))
            yield problem(
                "K01",
                f"`{_at(source, route)}` declares {methods}, not {shown(endpoint.method, 20)}",
                f"Write {methods}, or cite the line that declares {endpoint.method}.",
                delivery.in_json(f"{endpoint.pointer}/method"),
            )
        elif strong and not by_path:
            source, route = strong[0]
            prefix = declared.own_prefix(source.lines, route).rstrip("/")
            path = shown(f"{prefix}{route.path}", 80)
            yield problem(
                "K02",
                f"`{_at(source, route)}` declares {path}, not {shown(endpoint.path, 80)}",
                f"Write a path that ends in {path}, or cite the line that declares it.",
                delivery.in_json(f"{endpoint.pointer}/path"),
            )


def _at(source: Source, route: Route) -> str:
    return f"{shown_path(source.path)}:{route.line}"


def _has_code(delivery: Delivery, pointer: str) -> bool:
    position = int(pointer.rsplit("/", 1)[1])
    entry = delivery.data["api_specifications"][position]
    return any(True for _ in cited_lines(delivery, entry))


def parameters_have_their_names(delivery: Delivery) -> Iterator[Problem]:
    """Path parameters are named as the code names them."""
    for endpoint in endpoints(delivery):
        for source, route in endpoint.shown:
            if not route.path or not endpoint.fits_path(source, route):
                continue
            in_code, claimed = declared.parameters(route.path), declared.parameters(endpoint.path)
            ours = claimed[len(claimed) - len(in_code) :]
            if len(ours) == len(in_code) and [*map(plain, in_code)] != [*map(plain, ours)]:
                names = ", ".join(in_code)
                message = f"the path parameters are called {shown(names, 60)} in the code"
                place = delivery.in_json(f"{endpoint.pointer}/path")
                yield problem("K03", message, "Use the names of the code.", place)
                break


def paths_stand_in_the_code(delivery: Delivery) -> Iterator[Problem]:
    """Every word in the path of an existing endpoint stands somewhere in the repository."""
    for endpoint in endpoints(delivery):
        if not endpoint.shown or any(
            route.path is None or not route.strong for _, route in endpoint.shown
        ):
            continue  # a framework may have made it
        if not any(endpoint.fits_path(*pair) for pair in endpoint.shown):
            continue  # told as another path
        for word in declared.telling_segments(endpoint.path):
            # A framework may write a plural, a suffix or another case: a part is enough.
            stem = word.split(".")[0]
            if delivery.repository.has_word(stem, stem.removesuffix("s"), inside=True) is False:
                message = f"{shown(word, 60)} of the path {shown(endpoint.path, 80)} stands nowhere"
                hint = "Name a path that the code serves, or make the entry proposed."
                place = delivery.in_json(f"{endpoint.pointer}/path")
                yield problem("K05", message, hint, place)
                break


def statuses_are_those_declared(delivery: Delivery) -> Iterator[Problem]:
    """The success status of an existing endpoint is the one its route declares."""
    entries = dict(delivery.entries("api_specifications"))
    for endpoint in endpoints(delivery):
        answer = entries[endpoint.pointer].get("response_format")
        claimed = answer.get("success_status") if isinstance(answer, dict) else None
        fitting = [
            (source, route)
            for source, route in endpoint.shown
            if endpoint.fits_path(source, route) and endpoint.fits_method(route)
        ]
        declares = {route.status for _, route in fitting}
        if not isinstance(claimed, int) or not declares or None in declares | {claimed}:
            continue
        if claimed not in declares:
            source, route = fitting[0]
            message = f"`{_at(source, route)}` declares status {route.status}, not {claimed}"
            place = delivery.in_json(f"{endpoint.pointer}/response_format/success_status")
            yield problem("K06", message, f"Write {route.status}.", place)


def open_endpoints_ask_for_nobody(delivery: Delivery) -> Iterator[Problem]:
    """An existing endpoint that is said to ask for no authentication depends on no user."""
    entries = dict(delivery.entries("api_specifications"))
    for endpoint in endpoints(delivery):
        authentication = entries[endpoint.pointer].get("authentication")
        if not isinstance(authentication, str) or not _NONE.fullmatch(authentication):
            continue
        for source, route in endpoint.shown:
            handler = source.lines[route.line - 1 : route.line + _HANDLER_LINES]
            end = next((i for i, line in enumerate(handler) if not line.strip()), len(handler))
            if _ASKS_WHO.search("\n".join(handler[:end])[:4000]):
                message = f"`{_at(source, route)}` seems to ask who is calling"
                hint = "State the authentication that it asks for, or None if it does not."
                place = delivery.in_json(f"{endpoint.pointer}/authentication")
                yield problem("K07", message, hint, place)
                break
