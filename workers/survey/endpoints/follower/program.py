"""Follows what the code of a repository does with routers, across files, without running it.

Modules are gone through in order, calls of the repository's own functions with their arguments, so
that factories, loops over lists of routers and routers in attributes come out by themselves. What
is not understood is None; branches are all taken. Steps are counted: code that is made to explode
ends the following, not the program.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from workers.survey.endpoints.follower import evaluate, objects, offers, parameters
from workers.survey.endpoints.follower.values import (
    BoundMethod,
    Call,
    Class,
    External,
    Frame,
    Function,
    Imported,
    Instance,
    Module,
    PathBuilder,
    Value,
    added,
    either,
    library,
)
from workers.survey.endpoints.routing import Router
from workers.survey.endpoints.statements import binds

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from workers.survey.endpoints.statements import Bound, Expression, Statement

_CALLS_DEEP = 14
_MOST_STEPS = 3_000_000
_MOST_ITEMS = 5_000


class Rules(NamedTuple):
    """What a language's frameworks mean by a call.

    `constructors` make routers, by dotted name; `methods` are the effects of calling something on
    a router; `external` are those of other calls of libraries; `parameter` says which router an
    argument is that nobody was seen to hand in, `unknown` what an object is by its name and use.
    """

    constructors: Mapping[str, Callable[[Call], Router]]
    method: Callable[[Router, str, Call], Value]
    builder: Callable[[PathBuilder, str, Call], Value]
    external: Callable[[str, Call], Value]
    parameter: Callable[[str, Expression, Frame], Router | None]
    unknown: Callable[[str, str, Call], Router | None]
    decorated: Callable[[str, Call], None]


@dataclass
class Program:
    """The modules of one language."""

    facts: Mapping[str, list[Statement]]
    find: Callable[[str, str], str | None]  # importer, module -> file
    rules: Rules
    routers: list[Router] = field(default_factory=list)
    frames: dict[str, Frame] = field(default_factory=dict)
    functions: dict[int, Function] = field(default_factory=dict)
    classes: dict[int, Class] = field(default_factory=dict)
    owned: dict[object, Router] = field(default_factory=dict)
    notes: dict[str, Any] = field(default_factory=dict)  # what a framework remembers, by its name
    understood: set[str] = field(default_factory=set)  # files that do something with a router
    applied: set[int] = field(default_factory=set)
    # Called with each call that is followed, how the code names it, and what it is called on.
    watch: Callable[[Call, Expression, Value], None] | None = None
    # Where a loop over what is unknown, at least in part, adds routes: file and line.
    lost: set[tuple[str, int]] = field(default_factory=set)
    unknown_items: int = 0
    made_of: dict[int, tuple[Router, Class]] = field(default_factory=dict)  # by id of a router
    asked: set[int] = field(default_factory=set)  # functions that routes ask, and what these call
    maybe: bool = False  # what is followed stands under a condition
    offered: dict[str, frozenset[str] | None] = field(default_factory=dict)  # see `offers`
    uncalled: bool = False  # what is followed is what nobody was seen to call
    steps: int = 0
    _depth: int = 0
    _bound: dict[int, Bound] = field(default_factory=dict)
    _active: list[int] = field(default_factory=list)

    def follow(self) -> None:
        """Go through all modules, then through what nobody called."""
        for file in sorted(self.facts):
            self.module(file)
        self.uncalled = True
        # What nobody called: views whose methods a framework calls, factories that a server names.
        for of in list(self.classes.values()):
            methods = [s for s in of.statement[3] if s[0] == "def" and s[3]]
            if any(id(method) not in self.applied for method in methods):
                instance = objects.instance(self, of, None)
                for method in methods:
                    if id(method) not in self.applied:
                        self.apply(Function(method, of.body, instance), None)
        for function in list(self.functions.values()):
            if id(function.statement) not in self.applied and function.statement[3]:
                self.apply(function, None)

    def saw(self, call: Call, callee: Expression, of: Value) -> None:
        """Show a call to whoever watches: `of` is what is called, or the router it is made on."""
        if self.watch is not None:
            self.watch(call, callee, of)

    def router(self, made: Router) -> Router:
        """Take up a router."""
        self.routers.append(made)
        return made

    def router_of(self, owner: Value) -> Router | None:
        """Return the router that a class, a function or a module stands for."""
        return self.owned.get(_key(owner))

    def own(self, owner: Value, router: Router, *, listed: bool = True) -> None:
        """Say which router a class, a function or a module stands for."""
        self.owned[_key(owner)] = router
        if listed:
            self.routers.append(router)

    # Names

    def module(self, file: str) -> Frame:
        """Return a module's names, gone through once; in a circle as far as they are known."""
        frame = self.frames.get(file)
        if frame is None:
            frame = self.frames[file] = Frame(file, self.facts.get(file, []))
            self._execute(frame)
        return frame

    def member(self, file: str, name: str) -> Value:
        """Return what a module offers by a name."""
        return self.lookup(name, self.module(file))

    def lookup(self, name: str, frame: Frame) -> Value:
        """Return what a name stands for, from the innermost frame out."""
        at: Frame | None = frame
        while at is not None:
            bound = self.bound(name, at)
            if bound is not None:
                return self.imported(bound, name, at)
            at = at.parent
        return None

    def bound(self, name: str, frame: Frame) -> Value:
        """Return what a frame itself binds to a name."""
        if frame.names.get(name) is None:
            if frame.binds is None:
                frame.binds = binds(frame.statements, self._bound)
            # A name may be asked for before its statement's turn: a function uses what stands below
            # it, and of modules that import each other one is always half gone through.
            for index in [*frame.binds.get(name, ()), *frame.binds.get("*", ())]:
                if index not in frame.done:
                    frame.done.add(index)
                    self._run(frame.statements[index], frame)
                if frame.names.get(name) is not None:
                    break
        value = frame.names.get(name)
        if value is None:
            is_bound = name in frame.names
            value = offers.from_stars(self, frame, name)
            if value is None and not is_bound:  # what the last star did not have
                frame.names.pop(name, None)
        return value

    def imported(self, value: Value, name: str, frame: Frame) -> Value:
        """Return a value, for an imported name what it means."""
        if not isinstance(value, Imported):
            return value
        # While it is looked up the name is a library's: where imports go in a circle, it ends here.
        frame.names[name] = External(f"{value.module}.{value.name}".rstrip("."))
        meaning = self._import(value)
        frame.names[name] = meaning
        return meaning

    def is_quiet(self, file: str | None) -> bool:
        """Tell whether a file is one that says nothing: what it offers is known by name alone."""
        return file is not None and self.facts.get(file) == [["quiet"]]

    def _import(self, value: Imported) -> Value:
        file = self.find(value.file, value.module)
        if self.is_quiet(file):
            return External(f"{file}.{value.name}".rstrip("."))
        if not value.name:
            return Module(file) if file else External(library(value.module))
        separator = "" if value.module.endswith(".") else "."
        sub = self.find(value.file, f"{value.module}{separator}{value.name}")
        if self.is_quiet(sub):
            return External(str(sub))
        if file is None:
            name = "" if value.name == "default" else f".{value.name}"
            return Module(sub) if sub else External(f"{library(value.module)}{name}")
        if sub and file == value.file:  # a package that imports its own module
            return Module(sub)
        exported = self.exported(file, value.name)
        return Module(sub) if exported is None and sub else exported

    def exported(self, file: str, name: str) -> Value:
        """Return what a module exports: in scripts by export statements, in Python any name."""
        if file.endswith(".py"):
            return self.member(file, name)
        frame = self.module(file)
        bound = self.bound(f"export {name}", frame)
        if bound is None:
            # `module.exports = x`: what is asked of the module is asked of x.
            whole = self.bound("export =", frame)
            if whole is not None:
                return whole if name == "default" else evaluate.attribute(self, whole, name)
        return self.imported(bound, f"export {name}", frame)

    def required(self, importer: str, specifier: str) -> Value:
        """Return what `require(specifier)` gives."""
        file = self.find(importer, specifier)
        if self.is_quiet(file):
            return External(str(file))
        if file is None:
            return External(library(specifier))
        whole = self.bound("export =", self.module(file))
        return whole if whole is not None else Module(file)

    # Statements

    def _execute(self, frame: Frame) -> Value:
        """Go through a frame's statements; returns the first known value that is returned."""
        result: Value = None
        for index, statement in enumerate(frame.statements):
            if index not in frame.done:
                frame.done.add(index)
                returned = self._run(statement, frame)
                result = returned if result is None else either(result, returned)
        return result

    def _run(self, statement: Statement, frame: Frame) -> Value:
        self.steps += 1
        if self.steps > _MOST_STEPS:
            return None
        kind = statement[0]
        if kind in {"e", "r"}:
            before, self.maybe = self.maybe, self.maybe or len(statement) > 2
            value = self.value(statement[1], frame)
            self.maybe = before
            return value if kind == "r" else None
        run = {
            "=": self._assign,
            "+=": self._assign,
            "def": self._define,
            "class": self._define_class,
            "for": self._loop,
        }.get(kind, self._bind)
        run(statement, frame)
        return None

    def _bind(self, statement: Statement, frame: Frame) -> None:
        """Take up an import or an export."""
        kind = statement[0]
        if kind == "export":
            frame.names[f"export {statement[1]}"] = self.value(statement[2], frame)
        elif kind in {"import", "reexport"}:
            _, name, first, second = statement
            module, of = (first, second) if kind == "import" else (second, first)
            local = name if kind == "import" else f"export {name}"
            if name == "*":
                frame.names.setdefault("*", []).append(module)
            else:
                frame.names[local] = Imported(frame.file, module, "" if of == "*" else of)

    def _assign(self, statement: Statement, frame: Frame) -> None:
        kind, target, form, _ = statement
        value = self.value(form, frame)
        if target[0] == "n":
            before = frame.names.get(target[1])
            if kind == "+=":
                value = added(before, value)
            # All branches are taken: the unknown of one must not hide what another one made.
            if value is not None or before is None:
                frame.names[target[1]] = value
        elif target[0] == "a":
            owner = self.value(target[1], frame)
            if isinstance(owner, Instance):
                before = owner.attributes.get(target[2])
                owner.attributes[target[2]] = added(before, value) if kind == "+=" else value
        elif target[0] == "l" and isinstance(value, list):
            for name, part in zip(target[1], value, strict=False):
                if name and name[0] == "n":
                    frame.names[name[1]] = part

    def _define(self, statement: Statement, frame: Frame) -> None:
        function = Function(statement, frame)
        if statement[1]:
            frame.names[statement[1]] = function
        self.functions.setdefault(id(statement), function)
        self._decorate(statement[4], function, frame)

    def _define_class(self, statement: Statement, frame: Frame) -> None:
        body = Frame(frame.file, statement[3], frame)
        of = Class(statement, frame, body)
        body.names["this"] = of
        frame.names[statement[1]] = of
        self.classes.setdefault(id(statement), of)
        self._decorate(statement[4], of, frame)
        for method in statement[3]:
            if method[0] == "def":
                self._decorate(method[4], Function(method, body, of), frame)
            elif method[0] == "class":
                body.names[method[1]] = Class(method, body, Frame(frame.file, method[3], body))

    def _decorate(
        self, decorators: Sequence[Expression], decorated: Function | Class, frame: Frame
    ) -> None:
        for form in decorators:
            if form is None:
                continue
            _, callee, arguments, keywords, line = form
            call = Call(self, frame, arguments, keywords or {}, line, decorated)
            if callee and callee[0] == "a":
                owner = self.value(callee[1], frame)
                if owner is None:
                    owner = evaluate.guessed(callee, call)
                if isinstance(owner, Router):
                    self.saw(call, callee, owner)
                    self.understood.add(frame.file)
                    self.rules.method(owner, callee[2], call)
                    continue
            name = self.value(callee, frame)
            self.saw(call, callee, name)
            if isinstance(name, External):
                self.rules.decorated(name.name, call)
            elif isinstance(name, BoundMethod):
                self.understood.add(frame.file)
                self.rules.method(name.router, name.name, call)

    def _loop(self, statement: Statement, frame: Frame) -> None:
        _, target, iterable, body = statement
        items = self.value(iterable, frame)
        if isinstance(items, dict):
            items = list(items)
        # A list that is unknown is gone through once: not all of a body depends on its item.
        for item in items[:_MOST_ITEMS] if isinstance(items, list) else [None]:
            inner = Frame(frame.file, body, frame)
            self.bind_target(target, item, inner)
            self.unknown_items += item is None
            self._execute(inner)
            self.unknown_items -= item is None

    def bind_target(self, target: Expression, item: Value, frame: Frame) -> None:
        """Bind what a loop calls an item: a name, or several for its parts."""
        if target and target[0] == "n":
            frame.names[target[1]] = item
        elif target and target[0] == "l" and isinstance(item, list):
            for name, part in zip(target[1], item, strict=False):
                if name and name[0] == "n":
                    frame.names[name[1]] = part

    # Calls

    def apply(
        self, function: Function, arguments: Sequence[Value] | None, call: Call | None = None
    ) -> Value:
        """Return what a function returns; `arguments` None are those that nobody hands in."""
        statement = function.statement
        key = id(statement)
        # A function that calls itself is followed once more: deeper, it adds the same routes.
        if self._depth > _CALLS_DEEP or self._active.count(key) > 1:
            return None
        self.applied.add(key)
        frame = Frame(function.frame.file, statement[3], function.frame)
        parameters.bind(self, function, frame, arguments, call)
        self._depth += 1
        self._active.append(key)
        try:
            return self._execute(frame)
        finally:
            self._depth -= 1
            self._active.pop()

    def is_running(self, function: Function) -> bool:
        """Tell whether a function is being followed: what it calls by its own name is inherited."""
        return id(function.statement) in self._active

    def value(self, form: Expression, frame: Frame) -> Value:
        """Return what an expression stands for."""
        self.steps += 1
        return None if self.steps > _MOST_STEPS else evaluate.value(self, form, frame)


def _key(owner: Value) -> object:
    return owner.file if isinstance(owner, Module) else id(owner.statement)
