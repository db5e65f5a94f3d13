"""Follows functions of Go as the program would run them, as far as routers go through them.

Both ways of a condition that is not known are followed; what they leave in a name is put together.
A function that nobody calls is followed with what the types of its parameters say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workers.survey.languages.go import evaluate, handlers, merging, rows
from workers.survey.languages.go.inert import Inert, key_of
from workers.survey.languages.go.routers import Router
from workers.survey.languages.go.values import (
    UNKNOWN_TEXT,
    Function,
    Mapping,
    Package,
    Place,
    Results,
    Scope,
    Seq,
    Struct,
    Text,
    TypeKey,
    Value,
    known,
)

if TYPE_CHECKING:
    from workers.survey.languages.go.program import Program
    from workers.survey.languages.go.types import Type

_MOST_STEPS = 400_000
_DEEPEST = 40
_MOST_OF_TYPE = 50
_STRINGS = frozenset({"string"})
Ends = bool


class Follower:
    """What is known while functions are followed."""

    def __init__(self, program: Program) -> None:
        """Begin with nothing known of a program."""
        self.program = program
        self.routers: list[Router] = []
        self.reached: set[tuple[str, int, str]] = set()
        self.heard: set[Place] = set()  # calls that were understood, whatever they are
        self.lost: set[Place] = set()  # routes of a router or a list that is not known
        self.unmounted: set[Place] = set()  # mounts of what is not known
        self.open_calls: list[tuple[str, list[Value]]] = []
        self.instances: dict[TypeKey, list[Struct]] = {}
        self.globals: dict[tuple[str, str], Value] = {}
        self.late = False  # what starts the program is followed
        self.loose = False  # a router that is not known is served below a prefix
        self.steps = 0
        self.effects = 0  # how often anything was done to a router or kept for later
        self._inert = Inert()
        self.default_mux = self.made(Router("net/http"))
        self.front = Router("net/http")  # what hands requests on by code of its own
        self._stack: list[tuple[str, int, str]] = []
        self._handed: set[tuple[object, ...]] = set()
        self._returned: list[list[Value]] = []
        self._journals: list[list[tuple[Any, Any, Value]]] = []

    @property
    def exhausted(self) -> bool:
        """Whether there is more code than is followed."""
        return self.steps > _MOST_STEPS

    def made(self, router: Router) -> Router:
        """Keep a router."""
        router.late |= self.late and not router.above
        self.effects += 1
        self.routers.append(router)
        return router

    def step(self) -> bool:
        """Count a step; tell whether there may be more."""
        self.steps += 1
        return self.steps <= _MOST_STEPS

    # Functions

    def run(self, function: Function, arguments: list[Value], place: Place | None = None) -> Value:
        """Follow a function with arguments, from a place, and return what it returns."""
        if function.body is None:
            return self._typed_result(function)
        if len(self._stack) >= _DEEPEST or function.place in self._stack or not self.step():
            return self._typed_result(function)
        self.reached.add(function.place)
        key = key_of(function, arguments)
        is_known, value = self._inert.recall(function, key)
        if not is_known:
            before = self.effects
            value = self._follow(function, [rows.placed(one, place) for one in arguments])
            self._inert.keep(function, key, value, did=self.effects > before)
        return value

    def _follow(self, function: Function, arguments: list[Value]) -> Value:
        scope = Scope(function.file, around=function.around)
        self._bind(function, arguments, scope)
        for name, of in function.results:
            if name:
                scope.names[name] = self.zero(of, function.file)
        self._stack.append(function.place)
        self._returned.append([])
        journals, self._journals = self._journals, []
        try:
            self.block(function.body or [], scope)
        finally:
            self._stack.pop()
            returned = self._returned.pop()
            self._journals = journals
        return self._result(function, returned)

    def _bind(self, function: Function, arguments: list[Value], scope: Scope) -> None:
        scope.given = frozenset(name for name, _ in function.parameters)
        if function.receiver is not None and function.receiver[0]:
            scope.names[function.receiver[0]] = function.receiver[1]
        for position, (name, of) in enumerate(function.parameters):
            if of and of[0] == "...":
                rest = arguments[position:]
                is_spread = len(rest) == 1 and isinstance(rest[0], Seq)
                scope.names[name] = rest[0] if is_spread else Seq(rest, element=of[1])
            elif name:
                value = arguments[position] if position < len(arguments) else None
                if value is None:
                    value = self.default(of, function.file)
                scope.names[name] = value

    def _result(self, function: Function, returned: list[Value]) -> Value:
        count = len(function.results)
        if count == 0:
            return returned[0] if returned else None
        listed = [value.values if isinstance(value, Results) else (value,) for value in returned]
        listed = [row for row in listed if len(row) == count]
        values: list[Value] = []
        for position, (_, of) in enumerate(function.results):
            value = merging.merged([row[position] for row in listed], self)
            values.append(self.default(of, function.file) if value is None else value)
        return values[0] if count == 1 else Results(tuple(values))

    def _typed_result(self, function: Function) -> Value:
        values = [self.default(of, function.file) for _, of in function.results]
        return values[0] if len(values) == 1 else Results(tuple(values))

    def default(self, of: Type | None, file: str) -> Value:
        """Return what a type alone says of a value."""
        typed = self.program.router_type(of, file)
        if typed is not None:
            return self.made(Router(typed.kind, root=typed.root))
        if of and of[0] == "t":
            if not of[1] and of[2] in _STRINGS:
                return UNKNOWN_TEXT
            key = self.program.key(of, file)
            under, _ = self.program.underlying(of, file) if key else (None, "")
            if key is not None and under and under[0] == "struct":
                return self.instance(key)
        return Seq(open=True) if of and of[0] in {"[]", "..."} else None

    def zero(self, of: Type | None, file: str) -> Value:
        """Return the value of a variable that is declared and given none."""
        if of == ["t", "", "string"]:
            return Text(("",))
        if of and of[0] in {"[]", "map"}:
            return Seq(element=of[1]) if of[0] == "[]" else Mapping()
        key = self.program.key(of, file)
        under, _ = self.program.underlying(of, file)
        if key is not None and under and under[0] == "struct":
            return self.new(key)
        if under and under[0] in {"[]", "map"}:
            return Seq(element=under[1]) if under[0] == "[]" else Mapping()
        return None

    def new(self, key: TypeKey) -> Struct:
        """Return a new value of a type of the program."""
        made = Struct(key)
        listed = self.instances.setdefault(key, [])
        if len(listed) < _MOST_OF_TYPE:
            listed.append(made)
        return made

    def instance(self, key: TypeKey) -> Struct:
        """Return the value of a type if there is only one, else one that may be any of them."""
        known_ones = self.instances.get(key, [])
        return known_ones[0] if len(known_ones) == 1 else Struct(key, open=True)

    def hand_on(self, value: Value) -> None:
        """Follow a function that is given to code of others, which may call it; a router serves."""
        inner = handlers.router_in(self, value)
        if inner is not None and inner.stripped is None:
            inner.router.serve()
        if not isinstance(value, Function) or value.body is None or rows.serves(value):
            return
        mark = (*value.place, id(value.around), id(value.receiver[1]) if value.receiver else 0)
        if mark not in self._handed:
            self._handed.add(mark)
            self.effects += 1
            self.run(value, [])

    def package_value(self, folder: str, name: str) -> Value:
        """Return the value of a constant or variable of a package."""
        return evaluate.member_of(self, folder, name)

    # Statements

    def block(self, statements: list[Any], scope: Scope) -> Ends:
        """Follow statements in order; tell whether what stands after them is not reached."""
        return any(self._statement(statement, scope) for statement in statements)

    def _statement(self, statement: list[Any], scope: Scope) -> Ends:
        if not self.step():
            return True
        kind = statement[0]
        if kind == "e":
            evaluate.value_of(self, statement[1], scope)
        elif kind == "=":
            self._assign(statement, scope)
        elif kind == "var":
            self._declare(statement, scope)
        elif kind == "ret":
            self._return(statement[1], scope)
            return True
        elif kind == "stop":
            return True
        else:
            return self._nested(kind, statement, scope)
        return False

    def _nested(self, kind: str, statement: list[Any], scope: Scope) -> Ends:
        """Follow what holds statements of its own."""
        inner = Scope(scope.file, around=scope)
        if kind == "if":
            return self._if(statement, inner)
        if kind == "switch":
            return self._switch(statement, scope)
        if kind == "for":
            self._for(statement, scope)
            return False
        return self.block(statement[1], inner) and kind == "block"

    def _return(self, values: list[Any], scope: Scope) -> None:
        returned = [evaluate.value_of(self, value, scope) for value in values]
        if not values:
            return
        value = returned[0] if len(returned) == 1 else Results(tuple(returned))
        if self._returned:
            self._returned[-1].append(value)

    def _declare(self, statement: list[Any], scope: Scope) -> None:
        _, name, of, expression = statement
        value = evaluate.value_of(self, expression, scope, of) if expression else None
        if expression is None:
            value = self.zero(of, scope.file)
        elif value is None:
            value = self.default(of, scope.file)
        scope.names[name] = evaluate.without_place(value)

    def _assign(self, statement: list[Any], scope: Scope) -> None:
        _, targets, expressions, defines = statement
        values = [evaluate.value_of(self, one, scope) for one in expressions]
        if len(values) == 1 and len(targets) > 1:
            only = values[0]
            values = list(only.values) if isinstance(only, Results) else [only]
        values += [None] * (len(targets) - len(values))
        if defines:
            pairs = [pair for pair in zip(targets, expressions, strict=False) if all(pair)]
            scope.items |= {to[1] for to, of in pairs if to[0] == "n" and rows.is_row(of, scope)}
        for target, value in zip(targets, values, strict=False):
            if target:
                self._set(target, value, scope, defines=defines)

    def _set(self, target: list[Any], value: Value, scope: Scope, *, defines: bool) -> None:
        if target[0] == "n":
            self._set_name(target[1], value, scope, defines=defines)
            return
        if target[0] not in {".", "[]"}:
            return
        of = evaluate.value_of(self, target[1], scope)
        value = evaluate.without_place(value)
        self.effects += 1
        if target[0] == "[]":
            if isinstance(of, Mapping):
                of.items.append((evaluate.value_of(self, target[2], scope), value))
        elif isinstance(of, Struct):
            owner = evaluate.owner_of(self, of, target[2])
            self.put(owner.fields, target[2], value)
        elif isinstance(of, Package) and of.folder is not None:
            self.put(self.globals, (of.folder, target[2]), value)

    def _set_name(self, name: str, value: Value, scope: Scope, *, defines: bool) -> None:
        holder = scope.holder(name)
        if name == "_":
            return
        if defines or holder is None or name not in holder.given:
            value = evaluate.without_place(value)
        if holder is None and not defines:
            self._set_global(scope, name, value)
            return
        is_new = holder is None or (defines and name not in scope.names)
        self.put(scope.names if is_new or holder is None else holder.names, name, value)

    def _set_global(self, scope: Scope, name: str, value: Value) -> None:
        folder = scope.file.rpartition("/")[0]
        if (folder, name) in self.program.values:
            self.effects += 1
            self.put(self.globals, (folder, name), value)

    def put(self, names: Any, name: Any, value: Value) -> None:
        """Give a name a value; what it had is kept while a condition is followed."""
        if self._journals:
            self._journals[-1].append((names, name, names.get(name)))
        names[name] = value

    # Conditions and loops

    def _if(self, statement: list[Any], scope: Scope) -> Ends:
        _, before, condition, then, otherwise = statement
        self.block(before, scope)
        truth = evaluate.truth_of(self, condition, scope)
        if truth is not None and evaluate.decides(condition, scope):
            return self.block(then if truth else otherwise, Scope(scope.file, around=scope))
        return self._either([then, otherwise], scope)

    def _either(self, bodies: list[list[Any]], scope: Scope) -> Ends:
        """Follow each of several ways; a name has afterwards what all of them may have left."""
        left: dict[tuple[int, Any], tuple[Any, Any, list[Value]]] = {}
        ends: list[bool] = []
        for body in bodies:
            self._journals.append([])
            ends.append(self.block(body, Scope(scope.file, around=scope)))
            changes = self._journals.pop()
            before: dict[tuple[int, Any], Value] = {}
            for names, name, old in changes:
                before.setdefault((id(names), name), old)
            for names, name, _ in changes:
                key = (id(names), name)
                if key in before:
                    entry = left.setdefault(key, (names, name, [before[key]]))
                    if not ends[-1]:
                        entry[2].append(names.get(name))
                    names[name] = before.pop(key)
        for names, name, values in left.values():
            is_set_always = len(values) > len(bodies) and not any(ends)
            options = values[1:] if is_set_always else values
            self.put(names, name, merging.merged(options, self, is_any=True))
        return all(ends)

    def _switch(self, statement: list[Any], scope: Scope) -> Ends:
        _, of, cases = statement
        value = evaluate.value_of(self, of, scope) if of else None
        wanted = known(value)
        if wanted is None:
            bodies = [body for _, body in cases]
            has_default = any(values is None for values, _ in cases) and of is not None
            return self._either(bodies if has_default else [*bodies, []], scope)
        fallback: list[Any] = []
        for values, body in cases:
            options = [evaluate.value_of(self, one, scope) for one in values or ()]
            if values is None:
                fallback = body
            elif any(known(option) == wanted for option in options):
                fallback = body
                break
        self.block(fallback, Scope(scope.file, around=scope))
        return False

    def _for(self, statement: list[Any], scope: Scope) -> None:
        _, key, value, of, body = statement
        for pair in rows.rounds(evaluate.value_of(self, of, scope)):
            targets = [(target[1], one) for target, one in zip((key, value), pair, strict=True)
                       if target and target[0] == "n"]  # fmt: skip
            names = dict(targets)
            inner = Scope(scope.file, names, scope, items=frozenset(names))
            self.block(body, inner)
            if self.exhausted:
                break

    def value_of(self, expression: list[Any] | None, scope: Scope) -> Value:
        """Return the value of an expression."""
        return evaluate.value_of(self, expression, scope)
