"""What a name may hold where one of several values was given to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workers.survey.languages.go.routers import Above, Router
from workers.survey.languages.go.values import NIL, UNKNOWN_TEXT, Seq, Struct, Text, Value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workers.survey.languages.go.follower import Follower


def merged(values: Sequence[Value], follower: Follower, *, is_any: bool = False) -> Value:
    """Return what all values say together, None where they agree in nothing.

    Without `is_any` what is nil or not known gives way, as where a function returns an error.
    """
    different = _different(values, is_any=is_any)
    if len(different) == 1:
        return different[0]
    if any(isinstance(one, Router) for one in different):
        return _any_router(different, follower)
    if different and all(isinstance(one, Text) for one in different):
        return _any_text(different)
    if different and all(isinstance(one, Seq) for one in different):
        return Seq(max((one.items for one in different), key=len), open=True)
    structs = [one for one in different if isinstance(one, Struct)]
    if len({one.key for one in structs}) == 1:
        return structs[0] if len(structs) == 1 else Struct(structs[0].key, open=True)
    return None


def _different(values: Sequence[Value], *, is_any: bool) -> list[Value]:
    """Return values, those that are the same once, without what gives way to others."""
    different: list[Value] = []
    for value in values:
        if not any(value is other or _same(value, other) for other in different):
            different.append(value)
    if len(different) > 1:
        different = [one for one in different if not (isinstance(one, str) and one == NIL)]
    if not is_any and len(different) > 1:
        different = [one for one in different if one is not None]
    return different


def _same(value: Value, other: Value) -> bool:
    if isinstance(value, Text) and isinstance(other, Text):
        return value.parts == other.parts and value.known is not None
    return isinstance(value, bool | str) and type(value) is type(other) and value == other


def _any_text(texts: list[Text]) -> Text:
    """Return the end that all texts have, behind what is not known."""
    ends = [one.parts[-1] or "" for one in texts]
    shortest = min(ends, key=len)
    length = next(
        (size for size in range(len(shortest), 0, -1)
         if all(end.endswith(shortest[-size:]) for end in ends)), 0
    )  # fmt: skip
    return Text((None, shortest[-length:])) if length else UNKNOWN_TEXT


def _any_router(different: list[Value], follower: Follower) -> Router:
    """Return a router that is one of several: where it hangs is not known."""
    kind = next(one.kind for one in different if isinstance(one, Router))
    unknown = follower.made(Router(kind, root=False))
    unknown.either = [one for one in different if isinstance(one, Router)]
    unknown.above.append(Above(Router(kind, root=False), UNKNOWN_TEXT))
    return unknown
