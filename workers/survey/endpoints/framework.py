"""A framework as data: what reading a file and following a program have to know of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from workers.survey.endpoints.follower.program import Program
    from workers.survey.endpoints.follower.values import Call, PathBuilder, Value
    from workers.survey.endpoints.routing import Router
    from workers.survey.route_paths import Join

    Constructor = Callable[[Call], Router]
    Method = Callable[[Router, str, Call], Value]

LanguageName = Literal["python", "script"]  # script: JavaScript and TypeScript


@dataclass(frozen=True, kw_only=True)
class Framework:
    """A way to declare routes; an entry of FRAMEWORKS of its module.

    `name` is what endpoints and routers say. What calls mean is given by what they are made on:

    - `constructors`: dotted name of a library -> the router that calling it makes
    - `methods`: what calling them on a router of this framework does; None is returned for nothing
    - `builder`: the same on a router's path, `app.route("/x").get(handler)`
    - `decorated`: dotted name, or what begins it -> what such a decorator adds
    - `external`: dotted name of another function of a library -> what it returns
    - `anywhere`: methods that count whatever they are called on
    - `finish`: called when the whole program was followed
    """

    name: str
    language: LanguageName
    # Reading. A file that holds one of `tokens` declares routes, one of `hints` what these need.
    tokens: tuple[bytes, ...] = ()
    hints: tuple[bytes, ...] = ()
    # Words of files where what objects are given when they are made is a part of their paths.
    objects: tuple[bytes, ...] = ()
    # Methods whose calls are read where they are statements of their own; None: all of `methods`.
    # A name with a bracket, `serve(`, is that of a function, not of a method.
    statements: frozenset[str] | None = None
    # Following.
    constructors: Mapping[str, Constructor] = field(default_factory=dict)
    methods: Mapping[str, Method] = field(default_factory=dict)
    is_chained: bool = False  # a method that is not among `methods` returns the router
    builder: Callable[[PathBuilder, str, Call], Value] | None = None
    decorated: Mapping[str, Callable[[str, Call], None]] = field(default_factory=dict)
    external: Mapping[str, Callable[[Call], Value]] = field(default_factory=dict)
    anywhere: Mapping[str, Callable[[Call], None]] = field(default_factory=dict)
    finish: Callable[[Program], None] | None = None
    # A library that lies in repositories as one file: its name, and a class that it defines.
    copy: tuple[str, str] | None = None
    # Guessing what nobody was seen to make: by a parameter's type or name, by what a file imports,
    # by the methods that are called on it. `join` is how a guessed router joins paths.
    types: frozenset[str] = frozenset()
    # Of these, those of a whole application: a parameter of one is the only one that is made.
    applications: frozenset[str] = frozenset()
    parameters: frozenset[str] = frozenset()
    imports: frozenset[str] = frozenset()
    guessed_by: frozenset[str] = frozenset()
    is_named_where_imported: bool = False  # a parameter's name counts there alone
    is_usual: bool = False  # meant by a parameter that is called `app` where nothing is imported
    join: Join = "segments"
    in_order: bool = False  # a middleware asks only for what is added after it
    reads_guards: bool = True  # else nobody is told to be free to call its endpoints, or not to be

    @property
    def effects(self) -> frozenset[str]:
        """The names of methods whose calls are read as statements."""
        return frozenset(self.methods) if self.statements is None else self.statements
