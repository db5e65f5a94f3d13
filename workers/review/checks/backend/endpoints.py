"""Claims about endpoints: method, path and status of existing ones, against the cited lines.

A claim is confirmed, refuted or unknown. Only a refuted one is an error: cited lines that declare
something else, or a word of the path that stands nowhere in the repository.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sessions.errors import shown
from workers.delivery.delivery import problem, text_of
from workers.repository.source import plain
from workers.review import routes_in_text
from workers.review.citations import cited_lines, shown_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.contract import Problem
    from workers.delivery.delivery import Delivery
    from workers.repository.source import Source
    from workers.review.routes_in_text import Route

NOBODY = re.compile(
    r"(?:none|no|n/?a|nothing|public|anonymous|-|no authentication|not required)\b.{0,40}|-",
    re.IGNORECASE,
)
_ASKS_WHO = re.compile(
    r"Depends\(\s*[\w.]{0,60}(?:user|auth|token|jwt|login)|login_required|jwt_required"
    r"|IsAuthenticated|\brequire_?auth|\bauthenticate\b|@UseGuards\(|@PreAuthorize"
    r"|permission_classes",
    re.IGNORECASE,
)
_HANDLER_LINES = 12


@dataclass(frozen=True)
class Endpoint:
    """An endpoint that is said to exist, and the routes that its evidence shows."""

    pointer: str
    entry: dict[str, Any]
    method: str
    path: str
    shown: tuple[tuple[Source, Route], ...]

    @property
    def fitting(self) -> list[tuple[Source, Route]]:
        """The shown routes that can be this endpoint's, by path."""
        return [(source, route) for source, route in self.shown if fits_path(route, self.path)]


def fits_path(route: Route, path: str) -> bool:
    """Tell whether a route can be that of a claimed path."""
    return route.path is None or (
        routes_in_text.is_suffix(route.path, path) and routes_in_text.is_suffix(route.whole, path)
    )


def fits_method(route: Route, method: str) -> bool:
    """Tell whether a route can be that of a claimed method."""
    if not route.methods or method in route.methods:
        return True
    # GET answers HEAD, and a socket begins with a GET.
    return (method, *route.methods) in {("HEAD", "GET"), ("GET", "WEBSOCKET")}


@lru_cache(maxsize=4)
def endpoints(delivery: Delivery) -> tuple[Endpoint, ...]:
    """Return the endpoints of status existing that are well-formed."""
    found: list[Endpoint] = []
    for pointer, entry in delivery.entries_of("endpoint"):
        method, path = text_of(entry, "method"), text_of(entry, "path")
        if entry.get("status") != "existing" or not routes_in_text.is_route(method, path):
            continue  # told by the schema
        routes = [
            (source, route)
            for source, first, last in cited_lines(delivery, entry)
            for route in routes_in_text.routes(source, first, last)
        ]
        found.append(Endpoint(pointer, entry, method, path, tuple(routes)))
    return tuple(found)


def endpoints_are_declared_where_cited(delivery: Delivery) -> Iterator[Problem]:
    """The lines cited for an existing endpoint declare its method and path."""
    for endpoint in endpoints(delivery):
        by_path = endpoint.fitting
        if any(fits_method(route, endpoint.method) for _, route in by_path):
            continue
        literal = [(source, route) for source, route in endpoint.shown if route.literal]
        wrong = next((pair for pair in by_path if pair[1].strong), None)
        if not endpoint.shown:
            if any(True for _ in cited_lines(delivery, endpoint.entry)):
                yield problem(
                    "K04",
                    "the lines cited for an existing endpoint show no route",
                    "Cite the line that declares it: a decorator or a router call.",
                    delivery.in_json(f"{endpoint.pointer}/evidence"),
                )
        elif wrong:
            methods = ", ".join(sorted(wrong[1].methods))
            yield problem(
                "K01",
                f"`{_at(*wrong)}` declares {methods}, not {endpoint.method}",
                f"Write {methods}, or cite the line that declares {endpoint.method}.",
                delivery.in_json(f"{endpoint.pointer}/method"),
            )
        elif literal and not by_path:
            path = shown(literal[0][1].whole, 80)
            yield problem(
                "K02",
                f"`{_at(*literal[0])}` declares {path}, not {shown(endpoint.path, 80)}",
                f"Write a path that ends in {path}, or cite the line that declares it.",
                delivery.in_json(f"{endpoint.pointer}/path"),
            )


def _handler(source: Source, route: Route) -> str:
    """Return the text of a route to the next empty line or route."""
    others = {other.line for other in routes_in_text.all_routes(source)} - {route.line}
    text = ""
    for number in range(route.line, min(route.line + _HANDLER_LINES, source.line_count) + 1):
        line = source.lines[number - 1]
        if number in others or not line.strip():
            break
        text += f"{line[:400]}\n"
    return text


def _at(source: Source, route: Route) -> str:
    return f"{shown_path(source.path)}:{route.line}"


def parameters_have_their_names(delivery: Delivery) -> Iterator[Problem]:
    """Path parameters are named as the code names them."""
    for endpoint in endpoints(delivery):
        for _, route in endpoint.fitting:
            in_code = routes_in_text.parameters(route.path or "")
            claimed = routes_in_text.parameters(endpoint.path)
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
        literal = all(route.path is not None and route.literal for _, route in endpoint.shown)
        if not endpoint.fitting or not literal:
            continue  # told as another path, or a framework may have made it
        for word in routes_in_text.telling_segments(endpoint.path):
            # A framework may write a plural, a suffix or another case: a part is enough.
            stem = word.split(".")[0]
            if delivery.repository.has_word(stem, stem.removesuffix("s"), inside=True) is False:
                message = f"{shown(word, 60)} of the path {shown(endpoint.path, 80)} stands nowhere"
                hint = "Name a path that is served, or drop it in JSON and notes and count anew."
                place = delivery.in_json(f"{endpoint.pointer}/path")
                yield problem("K05", message, hint, place)
                break


def statuses_are_those_declared(delivery: Delivery) -> Iterator[Problem]:
    """The success status of an existing endpoint is the one its route declares."""
    for endpoint in endpoints(delivery):
        answer = endpoint.entry.get("response_format")
        claimed = answer.get("success_status") if isinstance(answer, dict) else None
        fitting = [pair for pair in endpoint.fitting if fits_method(pair[1], endpoint.method)]
        declares = {route.status for _, route in fitting}
        if not isinstance(claimed, int) or not declares or None in declares:
            continue
        if claimed not in declares:
            status = fitting[0][1].status
            told = shown(claimed, 20)[1:-1]
            message = f"`{_at(*fitting[0])}` declares status {status}, not {told}"
            place = delivery.in_json(f"{endpoint.pointer}/response_format/success_status")
            yield problem("K06", message, f"Write {status}.", place)


def open_endpoints_ask_for_nobody(delivery: Delivery) -> Iterator[Problem]:
    """An existing endpoint that is said to ask for no authentication depends on no user."""
    for endpoint in endpoints(delivery):
        authentication = endpoint.entry.get("authentication")
        if not isinstance(authentication, str) or not NOBODY.fullmatch(authentication.strip()):
            continue
        for source, route in endpoint.shown:
            if _ASKS_WHO.search(_handler(source, route)):
                message = f"`{_at(source, route)}` seems to ask who is calling"
                hint = "State the authentication that it asks for, or None if it does not."
                place = delivery.in_json(f"{endpoint.pointer}/authentication")
                yield problem("K07", message, hint, place)
                break
