"""What all that an endpoint asks comes to: guarded, by what and where; open; or unknown."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from workers.survey.endpoints.follower.values import Function
from workers.survey.endpoints.guards.anonymous import Walk
from workers.survey.endpoints.guards.decorators import decorators_asked
from workers.survey.endpoints.guards.elsewhere import functions_of, refusing
from workers.survey.endpoints.guards.handlers import called_by, doubt_of
from workers.survey.endpoints.guards.judging import Judged, Request, judge
from workers.survey.endpoints.guards.paths import covers
from workers.survey.found import Guard

if TYPE_CHECKING:
    from collections.abc import Iterable

    from workers.survey.endpoints.follower.program import Program
    from workers.survey.endpoints.guards.elsewhere import Place
    from workers.survey.endpoints.routing import Access, Asked, Reach
    from workers.survey.found import Endpoint


class Judging:
    """Judges what endpoints ask; the same thing once for each method, however many ask it."""

    def __init__(self) -> None:
        """Begin without anything known."""
        self._known: dict[tuple[int, str, str, int], tuple[Asked, Judged, bool]] = {}
        self._handlers: list[Asked] = []

    def access(
        self, reached: Iterable[Reach], handler: Asked | None, method: str, path: str
    ) -> Access:
        """Return who may call an endpoint: its guards, else why that is not known, else neither.

        What is open by all that it was seen to ask is to be `settled`.
        """
        guards, doubts = self._asked(reached, method, path)
        if handler is not None:
            self._handlers.append(handler)
            if not guards and not doubts:
                guards = _inside(handler, method)
                doubts = [] if guards else doubt_of(handler)
        if guards:
            return "guarded", tuple(dict.fromkeys(guards)), None
        return ("unknown", (), doubts[0]) if doubts else ("open", (), None)

    def settled(self, served: list[Endpoint], programs: Iterable[Program]) -> list[Endpoint]:
        """Leave open what is so where every place that refuses was seen to be asked.

        Another one may be called by code that was not read, or answer for any error.
        """
        why: dict[str, str] = {}
        open_files = {one.file for one in served if one.access == "open"}
        for program in programs:
            if not open_files.isdisjoint(program.facts):
                place = self._unseen(program)
                if place is not None:
                    reason = f"{place.file}:{place.line} refuses, too, and may be asked"
                    why |= dict.fromkeys(program.facts, reason)
        return [
            replace(one, access="unknown", access_reason=why[one.file])
            if one.access == "open" and one.file in why
            else one
            for one in served
        ]

    def _unseen(self, program: Program) -> Place | None:
        """Return a place that refuses and that no route, and no handler, was seen to ask."""
        seen = set(program.asked)
        for handler in self._handlers:
            seen.update(functions_of(handler.value))
        unseen = [place for place in refusing(program) if seen.isdisjoint(place.held)]
        if not unseen or not all(place.held for place in unseen):
            return next((place for place in unseen if not place.held), None)
        called: set[int] = set()  # dear: looked up only where it can change the answer
        for handler in self._handlers:
            if handler.program is program:
                called |= called_by(handler)
        return next((place for place in unseen if called.isdisjoint(place.held)), None)

    def _asked(
        self, reached: Iterable[Reach], method: str, path: str
    ) -> tuple[list[Guard], list[str]]:
        """Return the guards among what is asked, and why some of it is not known."""
        guards: list[Guard] = []
        doubts: list[str] = []
        for reach in reached:
            asked = reach.asked
            covered = covers(reach, path, method)
            if covered is False:
                continue
            if asked.instead:
                guards, doubts = [], []
            judged = self._judged(reach, method, path)
            if judged.kind == "guard" and covered and not asked.maybe:
                guards.append(Guard(asked.name, asked.file, asked.line))
            elif judged.kind == "guard":
                doubts.append(f"whether {asked.name} is asked here is not known")
            elif judged.kind == "unknown":
                doubts.append(judged.why)
        return guards, doubts

    def _judged(self, reach: Reach, method: str, path: str) -> Judged:
        """Judge one thing; of what answers any method, what holds for reading and for writing."""
        several = ("GET", "POST") if method == "ANY" else (method,)
        all_judged = [self._of_method(reach, one, path) for one in several]
        judged = [one for one in all_judged if one.is_served] or all_judged
        if len({one.kind for one in judged}) > 1:
            return Judged("unknown", f"{reach.asked.name} depends on the method")
        return judged[0]

    def _of_method(self, reach: Reach, method: str, path: str) -> Judged:
        asked = reach.asked
        key = id(asked.value), asked.way, method, id(asked.metadata)
        known = self._known.get(key)
        if known is None or asked.value is None:
            request = Request(method)
            # The value is kept, too, so that its identity is nobody else's.
            known = asked, judge(asked, request), request.asks_path
            self._known[key] = known
        _, judged, asks_path = known
        # Below a mount, Express tells the rest of the path alone.
        is_first = reach.prefix in {"", "/"} and asked.path in {"", "/", "*", "/*"}
        is_whole = asked.way != "next3" or is_first
        if judged.kind == "unknown" and asks_path and is_whole:
            return judge(asked, Request(method, path))
        return judged


def _inside(handler: Asked, method: str) -> list[Guard]:
    """Return what guards all the functions that a handler leaves its answer to."""
    guards: list[Guard] = []

    def guards_of(function: Function) -> bool:
        own = [
            Guard(asked.name, asked.file, asked.line)
            for asked in decorators_asked(function, handler.program)
            if judge(asked, Request(method)).kind == "guard"
        ]
        guards.extend(own)
        return bool(own)

    if not isinstance(handler.value, Function):
        return []
    for each in ("GET", "POST") if method == "ANY" else (method,):
        walk = Walk(handler.program, each, guards_of=guards_of, is_asked=False)
        result = walk.run(handler.value, [], "return")
        if not result.refuses or result.passes or result.stops:
            return []
    return guards
