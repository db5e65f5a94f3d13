"""What an expression stands for, as far as the code tells: None is unknown.

Texts, numbers, lists and dicts stand for themselves.
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sessions.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Iterable

    from workers.survey.endpoints.follower.program import Program
    from workers.survey.endpoints.statements import Expression, Statement

Value = Any
_MOST_ITEMS = 5_000


# What Deno and npm put around a library's name.
_AROUND = lazy_pattern(
    r"^(?:node:|npm:/?|jsr:/?|https?://(?:deno\.land/(?:x/)?|esm\.sh/|jsr\.io/))"
    r"|(?<=\w)@v?\d[^/]{0,40}|/mod\.[jt]s$"
)


def library(specifier: str) -> str:
    """Return the name by which a library is known: `hono` for `npm:hono@4`."""
    return _AROUND.sub("", specifier) if ":" in specifier else specifier


@dataclass(eq=False)
class Frame:
    """The names of a module, class or function call, and the statements that bind them."""

    file: str
    statements: list[Statement]
    parent: Frame | None = None
    names: dict[str, Value] = field(default_factory=dict)
    done: set[int] = field(default_factory=set)
    binds: dict[str, list[int]] | None = None


@dataclass(frozen=True)
class External:
    """Something of a library, by its dotted name: `fastapi.APIRouter`."""

    name: str


class Path(str):
    """A path of which more is known than its text.

    `place` is where the code hands it to a function of its own: what that function makes of it, ten
    calls away or kept in a list, is declared there. `is_end` tells that something stands before
    it that differs from case to case.
    """

    __slots__ = ("is_end", "place")
    place: tuple[str, int] | None
    is_end: bool

    @classmethod
    def of(cls, text: str, place: tuple[str, int] | None, *, is_end: bool = False) -> Path:
        """Return a text with what is known of it."""
        path = cls(text)
        path.place, path.is_end = place, is_end
        return path


class Record(dict[str, Any]):
    """An object as the code writes it out; `place` is where: file and line."""

    __slots__ = ("place",)
    place: tuple[str, int]

    @classmethod
    def at(cls, file: str, line: int) -> Record:
        """Return an object without entries that is written at a place."""
        record = cls()
        record.place = file, line
        return record


class Row(list[Any]):
    """A tuple that may be a path and what handles it, and where it stands."""

    place: tuple[str, int]

    @classmethod
    def of(cls, items: list[Value], place: tuple[str, int]) -> Row:
        """Return items with their place."""
        row = cls(items)
        row.place = place
        return row


def put_together(parts: Iterable[Value], text: str) -> str:
    """Return a text made of others, with what is known of those that are paths.

    Of one whose beginning differs from case to case only what comes after that is told.
    """
    paths = [part for part in parts if isinstance(part, Path)]
    if not paths:
        return text
    end = next((path for path in reversed(paths) if path.is_end), None)
    if end is not None:
        text = text[max(text.rfind(end), 0) :]
    place = next((path.place for path in paths if path.place), None)
    return Path.of(text, place, is_end=end is not None)


def either(first: Value, other: Value) -> Value:
    """Return what a function returns that returns one thing or another: the first that is known.

    Of paths that differ in their beginning it is the end that they share.
    """
    if not isinstance(first, str) or not isinstance(other, str) or first == other:
        return first
    end = posixpath.commonprefix([first[::-1], other[::-1]])[::-1]
    shared = end[end.find("/") :] if "/" in end else ""
    if len(shared) < 2:  # nothing but a slash: two paths
        return first
    place = next((path.place for path in (first, other) if isinstance(path, Path)), None)
    return Path.of(shared, place, is_end=True)


def added(before: Value, more: Value) -> Value:
    """Return what `before += more` gives; a list of patterns that a call made is one of them."""
    if isinstance(before, LibraryObject) and isinstance(more, list):  # i18n_patterns(...)
        before = [before]
    if isinstance(before, list):
        return [*before, *(more if isinstance(more, list) else [more])][:_MOST_ITEMS]
    return before if before is not None else more


@dataclass(frozen=True)
class Module:
    """A module of the repository."""

    file: str


@dataclass(frozen=True)
class Imported:
    """A name that a module imports, looked up when it is used: imports may go in circles."""

    file: str
    module: str
    name: str


@dataclass(frozen=True, eq=False)
class Function:
    """A function of the repository; `this` is what it is a method of."""

    statement: Statement
    frame: Frame
    this: Value = None


@dataclass(frozen=True, eq=False)
class Class:
    """A class of the repository."""

    statement: Statement
    frame: Frame
    body: Frame

    @property
    def name(self) -> str:
        """The name in the code."""
        return str(self.statement[1])


@dataclass(frozen=True, eq=False)
class Instance:
    """An object of a class of the repository, and the call that made it."""

    of: Class
    attributes: dict[str, Value] = field(default_factory=dict)
    call: Call | None = None


@dataclass(frozen=True, eq=False)
class LibraryObject:
    """What calling something of a library gave: its name and the call.

    `of` is the class of the repository whose inherited method was called: `View.as_view()`.
    """

    name: str
    call: Call
    of: Class | None = None


@dataclass(frozen=True, eq=False)
class PathBuilder:
    """A router's path that methods are added to: `app.route("/x")`."""

    router: Value
    path: str | None


@dataclass(frozen=True, eq=False)
class BoundMethod:
    """A method of a router that is given a name of its own: `add = app.router.add_route`."""

    router: Value
    name: str


@dataclass(frozen=True, eq=False)
class Call:
    """A call: its arguments, unevaluated; as a decorator also what it decorates."""

    program: Program
    frame: Frame
    arguments: list[Expression]
    keywords: dict[str, Expression]
    line: int
    decorated: Function | Class | None = None

    @property
    def file(self) -> str:
        """The file that the call stands in."""
        return self.frame.file

    def form(self, position: int | None, *names: str) -> Expression:
        """Return an argument's expression, by position or keyword; None if it is not given."""
        for name in names:
            if name in self.keywords:
                return self.keywords[name]
        if position is not None and position < len(self.arguments):
            return self.arguments[position]
        return None

    def value(self, position: int | None, *names: str) -> Value:
        """Return an argument's value."""
        return self.program.value(self.form(position, *names), self.frame)

    def has(self, position: int | None, *names: str) -> bool:
        """Tell whether an argument is given."""
        is_positional = position is not None and position < len(self.arguments)
        return is_positional or any(name in self.keywords for name in names)

    def text(self, position: int | None, *names: str, default: str | None = None) -> str | None:
        """Return an argument that is text; `default` if it is not given, None if unknown."""
        if not self.has(position, *names):
            return default
        value = self.value(position, *names)
        return value if isinstance(value, str) else None

    def values(self) -> list[Value]:
        """Return the values of all positional arguments, `*list` spread."""
        listed = self.program.value(["l", self.arguments], self.frame)
        return listed if isinstance(listed, list) else []

    def placed(self) -> list[Value]:
        """Return the values of all arguments; paths that are written here know where they stand."""
        values = self.values()
        forms = self.arguments if len(self.arguments) == len(values) else []
        for position, form in enumerate(forms):
            value = values[position]
            is_written = form is not None and form[0] in {"s", "+"}
            if is_written and isinstance(value, str) and value.startswith("/"):
                values[position] = put_together([value, Path.of("", (self.file, self.line))], value)
        return values

    def name(self, position: int | None, *names: str) -> str | None:
        """Return how the code names an argument."""
        return spelled(self.form(position, *names))


def spelled(form: Expression) -> str | None:
    """Return how the code names something: `a`, `a.b`, the last name inside a wrapping call."""
    if form is None:
        return None
    kind = form[0]
    if kind == "n":
        return str(form[1])
    if kind in {"|", "&"}:
        return spelled(form[1][0])
    if kind == "a":
        owner = spelled(form[1])
        return f"{owner}.{form[2]}" if owner else str(form[2])
    if kind == "c":
        inner = spelled(form[2][-1]) if form[2] else None
        return inner or spelled(form[1])
    if kind == "f":
        return form[1][1] or None
    if kind == "s":
        return str(form[1])
    return None
