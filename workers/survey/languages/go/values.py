"""Values that routes depend on, while functions of Go are followed.

A value is one of the classes here, `NIL`, `True` or `False`, or None: not known.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from workers.survey.languages.go.routers import Builder, Router
    from workers.survey.languages.go.types import Type

Value = Any
NIL = "nil"


class Place(NamedTuple):
    """Where something stands."""

    file: str
    line: int


class Text(NamedTuple):
    """A text in parts, None for each that is not known; `place` is where its literal stands."""

    parts: tuple[str | None, ...]
    place: Place | None = None

    @property
    def known(self) -> str | None:
        """The whole text, None unless all of it is known."""
        return None if None in self.parts else "".join(part or "" for part in self.parts)

    @property
    def is_path(self) -> bool:
        """Whether it may be a part of a path, and not a method."""
        return any(part is None or "/" in part for part in self.parts)


UNKNOWN_TEXT = Text((None,))


def text(value: str, place: Place | None = None) -> Text:
    """Return a text that is known."""
    return Text((value,), place)


def as_text(value: Value) -> Text:
    """Return a value as a text, one that is not known for all that is none."""
    return value if isinstance(value, Text) else UNKNOWN_TEXT


def known(value: Value) -> str | None:
    """Return the text that a value is known to be."""
    return value.known if isinstance(value, Text) else None


_MOST_PARTS = 200
_MOST_CHARACTERS = 2_000


def joined(*texts: Text) -> Text:
    """Put texts together; the place is that of the last part of a path that has text_."""
    parts: list[str | None] = []
    for text_ in texts:
        for part in text_.parts:
            if parts and part is not None and parts[-1] is not None:
                parts[-1] += part
            else:
                parts.append(part)
    places = [text_.place for text_ in texts if text_.place is not None and text_.is_path]
    if len(parts) > _MOST_PARTS or sum(len(part or "") for part in parts) > _MOST_CHARACTERS:
        return UNKNOWN_TEXT
    return Text(tuple(parts), places[-1] if places else None)


@dataclass(eq=False)
class Scope:
    """Names of a block, within those around it."""

    file: str
    names: dict[str, Value] = field(default_factory=dict)
    around: Scope | None = None
    given: frozenset[str] = frozenset()  # its names that are parameters
    items: frozenset[str] = frozenset()  # its names that go through a list

    def holder(self, name: str) -> Scope | None:
        """Return the scope that holds a name, None if no block does."""
        scope: Scope | None = self
        while scope is not None and name not in scope.names:
            scope = scope.around
        return scope


class TypeKey(NamedTuple):
    """A type that the program declares: the folder of its package, and its name."""

    folder: str
    name: str


@dataclass(eq=False)
class Struct:
    """A value with fields; of an open one, what no field says is not known."""

    key: TypeKey | None
    fields: dict[str, Value] = field(default_factory=dict)
    open: bool = False


@dataclass(eq=False)
class Seq:
    """A slice; of an open one there may be more elements."""

    items: list[Value] = field(default_factory=list)
    open: bool = False
    element: Type | None = None


@dataclass(eq=False)
class Mapping:
    """A map, by pairs."""

    items: list[tuple[Value, Value]] = field(default_factory=list)
    open: bool = False


class Function(NamedTuple):
    """A function, a method with its receiver, or a literal with the scope around it."""

    name: str
    file: str
    parameters: list[list[Any]]
    results: list[list[Any]]
    body: list[Any] | None
    line: int
    folder: str
    receiver: tuple[str, Value] | None = None
    around: Scope | None = None
    calls: tuple[str, ...] = ()  # of a handler: the names that it calls

    @property
    def place(self) -> tuple[str, int, str]:
        """What tells it from all others."""
        return self.file, self.line, self.name


class Package(NamedTuple):
    """An imported package: `folder` where the program has it itself."""

    path: str
    folder: str | None


class Named(NamedTuple):
    """A type as a value: what a conversion is called by."""

    of: Type | None


class Results(NamedTuple):
    """What a call returns where that is more than one value."""

    values: tuple[Value, ...]


class Wrapped(NamedTuple):
    """A handler that hands on to a router, with what it takes off the path first."""

    router: Router
    stripped: Text | None = None
    name: str = ""


class External(NamedTuple):
    """A function or a method of another module, by its package and name."""

    path: str
    name: str


class Method(NamedTuple):
    """A method of a router, before it is called."""

    of: Router | Builder | Wrapped
    name: str
