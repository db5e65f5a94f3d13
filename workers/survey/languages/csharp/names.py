"""What names of C# stand for: types by their bases, constants by their paths."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from workers.survey.languages.csharp.expressions import plain_type

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from workers.survey.languages.csharp.expressions import Value
    from workers.survey.languages.csharp.source import Type

_MOST_STEPS = 200  # of names that lead to names
_LONGEST = 2_000
_MOST_BASES = 30


class Place(NamedTuple):
    """A type and the file that it stands in."""

    file: str
    type: Type


@dataclass
class Names:
    """All types of a repository, by name."""

    facts: Mapping[str, list[Type]]
    _steps: int = field(default=0, init=False)

    @cached_property
    def places(self) -> list[Place]:
        """Every type with its file."""
        return [Place(file, one) for file, listed in self.facts.items() for one in listed]

    @cached_property
    def _by_name(self) -> dict[str, list[Place]]:
        by_name: dict[str, list[Place]] = {}
        for place in self.places:
            by_name.setdefault(place.type["name"], []).append(place)
        return by_name

    @cached_property
    def _constants(self) -> dict[str, list[tuple[Place, str, Value]]]:
        """Constants by their own name: where, path, value."""
        by_name: dict[str, list[tuple[Place, str, Value]]] = {}
        for place in self.places:
            fixed = [(name, value) for name, value in place.type["constants"]]
            fixed += [
                (one["name"], one["value"])
                for one in place.type["properties"]
                if one["value"] and "static" in one["modifiers"]
            ]
            for name, value in fixed:
                path = f"{place.type['path']}.{name}"
                by_name.setdefault(name, []).append((place, path, value))
        return by_name

    def types(self, name: str, near: Place) -> list[Place]:
        """Return the type that a name means beside another one: all parts of a partial one.

        Of several types of the name the nearest counts: of the same file, then of the nearest
        folder; none where two are equally near.
        """
        places = self._by_name.get(plain_type(name), [])
        best = -1
        nearest: list[Place] = []
        for place in places:
            score = nearness(place, near)
            if score > best:
                best, nearest = score, [place]
            elif score == best:
                nearest.append(place)
        if len({place.type["path"] for place in nearest}) != 1:
            return []
        path = nearest[0].type["path"]
        return [place for place in places if place.type["path"] == path]

    def chain(self, start: Place) -> Iterator[list[Place]]:
        """Yield a type and its bases, from itself upwards; a partial type is a list of parts."""
        parts = self._parts(start)
        seen: set[str] = set()
        while parts and parts[0].type["path"] not in seen and len(seen) < _MOST_BASES:
            seen.add(parts[0].type["path"])
            yield parts
            bases = [(base, place) for place in parts for base in place.type["bases"]]
            parts = next(
                (
                    places
                    for base, place in bases
                    if (places := self.types(base, place))
                    and places[0].type["kind"] != "interface"
                    and places[0].type["path"] != place.type["path"]
                ),
                [],
            )

    def _parts(self, start: Place) -> list[Place]:
        if "partial" not in start.type["modifiers"]:
            return [start]
        own = start.type["path"]
        return [
            one
            for one in self._by_name[start.type["name"]]
            if one.type["path"] == own and _is_beside(one, start)
        ]

    def text(self, value: Value, near: Place, known: Mapping[str, str] | None = None) -> str | None:
        """Return the text that an expression stands for; `known` are parameters."""
        self._steps = 0
        return self._text(value, near, known or {})

    def listed(self, dotted: str, near: Place) -> Value:
        """Return a constant list of a type or its bases, or of a type that is named."""
        home, _, name = dotted.rpartition(".")
        places = (
            self.types(home, near) if home else [one for each in self.chain(near) for one in each]
        )
        values = [value for one in places for own, value in one.type["constants"] if own == name]
        return values[0] if len(values) == 1 and values[0] and values[0][0] == "list" else None

    def _text(self, value: Value, near: Place, known: Mapping[str, str]) -> str | None:
        self._steps += 1
        if value is None or self._steps > _MOST_STEPS:
            return None
        if value[0] == "s":
            return str(value[1])
        if value[0] == "i":
            return str(value[1]).rstrip("uUlL")
        if value[0] == "+":
            parts = [self._text(one, near, known) for one in value[1]]
            whole = [one for one in parts if one is not None]
            done = "".join(whole)
            return done if len(whole) == len(parts) and len(done) <= _LONGEST else None
        if value[0] == "n":
            return known[value[1]] if value[1] in known else self._constant(value[1], near)
        return None

    def _constant(self, dotted: str, near: Place) -> str | None:
        """Return a constant's value: of the type itself, its bases and outer types, or a path."""
        name = dotted.rpartition(".")[2]
        named = self._constants.get(name, [])
        fitting = [one for one in named if f".{one[1]}".endswith(f".{dotted}")]
        if "." not in dotted:
            own = near.type["path"]
            paths = {part.type["path"] for parts in self.chain(near) for part in parts}
            inner = [
                one for one in fitting
                if one[0].type["path"] in paths or f"{own}.".startswith(f"{one[0].type['path']}.")
            ]  # fmt: skip
            fitting = inner or fitting
        values = {self._text(value, place, {}) for place, _, value in fitting[:_MOST_BASES]}
        if len(values) > 1:
            best = max(nearness(place, near) for place, _, _ in fitting)
            values = {
                self._text(value, place, {})
                for place, _, value in fitting[:_MOST_BASES]
                if nearness(place, near) == best
            }
        return values.pop() if len(values) == 1 else None


def _is_beside(place: Place, other: Place) -> bool:
    """Tell whether two parts of a type are of one project: only their last folders differ."""
    mine, its = place.file.split("/")[:-1], other.file.split("/")[:-1]
    shared = next(
        (n for n, (one, each) in enumerate(zip(mine, its, strict=False)) if one != each),
        min(len(mine), len(its)),
    )
    return shared >= min(len(mine), len(its)) - 1


def nearness(place: Place, near: Place) -> int:
    """Return how near a type is to another one: how many folders they share."""
    if place.file == near.file:
        return 1_000 + len(posixpath.commonprefix([place.type["path"], near.type["path"]]))
    mine = place.file.split("/")[:-1]
    other = near.file.split("/")[:-1]
    shared = 0
    for folder, each in zip(mine, other, strict=False):
        if folder != each:
            break
        shared += 1
    return shared


def argument(listed: list[list[Any]], position: int, *names: str) -> Value:
    """Return an argument by one of its names, else by its place among those without one."""
    for name, value in listed:
        if name is not None and name.lower() in names:
            chosen: Value = value
            return chosen
    unnamed = [value for name, value in listed if name is None]
    return unnamed[position] if position < len(unnamed) else None
