"""What code of minimal APIs works with: builders of routes with their prefix, texts, functions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.survey.languages.csharp.names import Names, Place
    from workers.survey.languages.csharp.source import Method

ROOTS = frozenset({"WebApplication", "IApplicationBuilder", "ApplicationBuilder"})
GROUPS = frozenset({"IEndpointRouteBuilder", "RouteGroupBuilder", "IVersionedEndpointRouteBuilder"})
TYPES = ROOTS | GROUPS


class Builder(NamedTuple):
    """What routes are added to; `is_known` is whether all that stands before them is known."""

    prefix: str
    is_known: bool = True


class Text(NamedTuple):
    """A text; `origin` is the call that handed it over, file and line."""

    text: str
    origin: tuple[str, int] | None = None


class Closure(NamedTuple):
    """A lambda with what it sees."""

    parameters: list[list[str]]
    statements: list[Any]
    environment: dict[str, Any]
    place: Place


class Listed(NamedTuple):
    """A list of values."""

    values: tuple[Any, ...]


class Null(NamedTuple):
    """The value null."""


UNKNOWN_BUILDER = Builder("", is_known=False)


class Function(NamedTuple):
    """A method that takes builders of routes: which of its parameters are."""

    place: Place
    method: Method
    builders: tuple[int, ...]

    @property
    def is_extension(self) -> bool:
        """Whether it is called on its first parameter."""
        parameters = self.method["parameters"]
        return bool(parameters) and bool(parameters[0][3])

    @property
    def key(self) -> tuple[str, int]:
        """What tells it from others."""
        return self.place.file, int(self.method["line"])


def functions(names: Names) -> Iterator[Function]:
    """Yield every method whose body may add routes."""
    for place in names.places:
        for method in place.type["methods"]:
            if method["body"] is not None:
                taken = tuple(
                    position
                    for position, parameter in enumerate(method["parameters"])
                    if parameter[1] in TYPES
                )
                yield Function(place, method, taken)


def both(first: Any, other: Any) -> Any:
    """Return what is known of a value that is one of two."""
    if first == other:
        return first
    if isinstance(first, Builder) or isinstance(other, Builder):
        return UNKNOWN_BUILDER
    return None
