"""Functions that need not be followed again: they do nothing, or nothing new, with routers."""

from __future__ import annotations

from collections import Counter

from workers.survey.languages.go.routers import Router
from workers.survey.languages.go.values import (
    UNKNOWN_TEXT,
    Function,
    Results,
    Seq,
    Struct,
    Text,
    Value,
)

_ENOUGH = 12  # with so many different arguments it did nothing: it never does
_PLAIN = (bool, str, Text)
Place = tuple[str, int, str]
Key = tuple[object, ...]


class Inert:
    """What functions returned that did nothing else."""

    def __init__(self) -> None:
        """Begin with no function."""
        self._returned: dict[tuple[Place, Key], Value] = {}
        self._counted: Counter[Place] = Counter()
        self._active: set[Place] = set()

    def recall(self, function: Function, key: Key | None) -> tuple[bool, Value]:
        """Tell whether a function need not be followed, and what it returns."""
        place = function.place
        if key is None:
            return False, None
        if (place, key) in self._returned:
            return True, self._returned[place, key]
        if place in self._active or any(isinstance(one, Router) for one in key):
            return False, None
        if self._counted[place] < _ENOUGH:
            return False, None
        texts = [of == ["t", "", "string"] for _, of in function.results]
        values = tuple(UNKNOWN_TEXT if is_text else None for is_text in texts)
        return True, values[0] if len(values) == 1 else Results(values)

    def keep(self, function: Function, key: Key | None, value: Value, *, did: bool) -> None:
        """Keep what a function returned, or that it does something."""
        if key is not None and any(isinstance(one, Router) for one in key):
            self._returned[function.place, key] = value  # the same routes on the same router
        elif did or not _is_plain(value):
            self._active.add(function.place)
        elif key is not None:
            self._returned[function.place, key] = value
            self._counted[function.place] += 1


def key_of(function: Function, arguments: list[Value]) -> Key | None:
    """Return what tells calls of a function apart, None for one that is to be followed always."""
    if function.around is not None:
        return None
    has_router = any(isinstance(value, Router) for value in arguments)
    receiver = function.receiver[1] if function.receiver else None
    keys: list[object] = []
    for value in (receiver, *arguments):
        if value is None or isinstance(value, (*_PLAIN, Router)):
            keys.append(value)
        elif isinstance(value, Struct) and not has_router:
            keys.append(id(value))
        elif isinstance(value, Seq) and not value.items:
            keys.append("empty")
        else:
            return None
    return tuple(keys)


def _is_plain(value: Value) -> bool:
    if isinstance(value, Results):
        return all(map(_is_plain, value.values))
    return value is None or isinstance(value, _PLAIN)
