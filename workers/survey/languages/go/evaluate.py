"""What an expression of Go is worth, as far as routers, paths and methods go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workers.survey.languages.go import calls, frameworks, merging
from workers.survey.languages.go.program import placed
from workers.survey.languages.go.routers import Router
from workers.survey.languages.go.values import (
    NIL,
    UNKNOWN_TEXT,
    Function,
    Mapping,
    Method,
    Named,
    Package,
    Place,
    Results,
    Scope,
    Seq,
    Struct,
    Text,
    TypeKey,
    Value,
    Wrapped,
    as_text,
    joined,
    known,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from workers.survey.languages.go.follower import Follower
    from workers.survey.languages.go.program import Declared
    from workers.survey.languages.go.types import Type

_EMBEDDED = 6
_EVALUATING = "evaluating"
Expression = list[Any]


def value_of(
    follower: Follower, expression: Expression | None, scope: Scope, of: Type | None = None
) -> Value:
    """Return the value of an expression; `of` is the type that a literal in braces has."""
    if expression is None or not follower.step():
        return None
    kind = expression[0]
    if kind == "s":
        return text(expression[1], Place(scope.file, expression[2]))
    if kind == "n":
        return name_value(follower, expression[1], scope)
    if kind == "c":
        return calls.call(follower, expression, scope)
    if kind == "lit":
        return _literal(follower, expression, scope, of)
    convert = _KINDS.get(kind)
    return convert(follower, expression, scope) if convert else None


def without_place(value: Value) -> Value:
    """Return a text that a variable holds: where its literal stands says nothing any more."""
    return Text(value.parts) if isinstance(value, Text) else value


# Names


def name_value(follower: Follower, name: str, scope: Scope) -> Value:
    """Return what a name means: a local, something of the package, or an import."""
    holder = scope.holder(name)
    if holder is not None:
        return holder.names[name]
    folder = scope.file.rpartition("/")[0]
    member = member_of(follower, folder, name)
    if member is not None:
        return member
    path = follower.program.imports.get(scope.file, {}).get(name)
    if path is not None:
        return Package(path, follower.program.folder(path))
    if name in {"string", "error", "any"}:
        return Named(["t", "", name])
    return None


def member_of(follower: Follower, folder: str, name: str) -> Value:
    """Return what a package declares by a name."""
    program = follower.program
    if (folder, name) in follower.globals:
        value = follower.globals[folder, name]
        return None if value == _EVALUATING else value
    function = program.functions.get((folder, name))
    if function is not None:
        return function
    declared = program.values.get((folder, name))
    if declared is not None:
        return _package_value(follower, folder, name, declared)
    key = TypeKey(folder, name)
    if key in program.types:
        return Named(["key", *key])
    return None


def _package_value(follower: Follower, folder: str, name: str, declared: Declared) -> Value:
    """Return the value of a constant or variable of a package, evaluated once."""
    follower.globals[folder, name] = _EVALUATING
    value = value_of(follower, declared.value, Scope(declared.file), declared.of)
    if value is None and declared.value is None:
        value = follower.zero(declared.of, declared.file)
    if value is None and declared.value is not None:
        value = follower.default(declared.of, declared.file)
    value = without_place(value)
    if isinstance(value, Text) and follower.program.is_assigned(folder, name):
        value = Text((None,))
    # What the evaluation itself assigned counts.
    if follower.globals.get((folder, name)) == _EVALUATING:
        if value is None:
            del follower.globals[folder, name]
        else:
            follower.globals[folder, name] = value
    return value


# Selectors


def _selected(follower: Follower, expression: Expression, scope: Scope) -> Value:
    _, of, name, _ = expression
    return member(follower, value_of(follower, of, scope), name)


def member(follower: Follower, of: Value, name: str) -> Value:
    """Return what a selector means on a value."""
    if isinstance(of, Package):
        if of.folder is not None and frameworks.plain(of.path) not in frameworks.PACKAGES:
            return member_of(follower, of.folder, name)
        return calls.external(of.path, name)
    if isinstance(of, calls.ROUTERS):
        return of if name == "RouterGroup" else Method(of, name)
    if isinstance(of, Wrapped) and name == "ServeHTTP":
        return Method(of, name)
    if isinstance(of, Struct):
        return _field(follower, of, name, 0)
    if isinstance(of, Named) and of.of and of.of[0] == "key":
        return follower.program.method(TypeKey(*of.of[1:]), name)
    return None


def _field(follower: Follower, of: Struct, name: str, depth: int) -> Value:
    """Return a field or a method of a struct, those of what it embeds included."""
    if name in of.fields:
        value = of.fields[name]
        return UNKNOWN_TEXT if of.open and isinstance(value, Text) else value
    if of.key is None or depth > _EMBEDDED:
        return None
    method = follower.program.method(of.key, name)
    if method is not None:
        receiver = method.receiver[0] if method.receiver else ""
        return method._replace(receiver=(receiver, of))
    fields, file = follower.program.fields(of.key)
    declared = next((one for one in fields if one[0] == name), None)
    if declared is not None:
        return _unset(follower, of, name, declared[1], file)
    for embedded, type_, _ in follower.program.embedded(of.key):
        inner = of.fields.get(embedded)
        if inner is None:
            inner = _unset(follower, of, embedded, type_, file)
        value = _of_embedded(follower, inner, name, depth)
        if value is not None:
            return value
    return None


def owner_of(follower: Follower, of: Struct, name: str, depth: int = 0) -> Struct:
    """Return the struct that has a field: the one itself, or one that it embeds."""
    if of.key is None or depth > _EMBEDDED:
        return of
    fields, file = follower.program.fields(of.key)
    if any(field[0] == name for field in fields):
        return of
    for embedded, type_, _ in follower.program.embedded(of.key):
        key = follower.program.key(type_, file)
        declared = follower.program.fields(key)[0] if key is not None else []
        if any(field[0] == name for field in declared):
            inner = _field(follower, of, embedded, 0)
            return owner_of(follower, inner, name, depth + 1) if isinstance(inner, Struct) else of
    return of


def _of_embedded(follower: Follower, inner: Value, name: str, depth: int) -> Value:
    if isinstance(inner, Struct):
        return _field(follower, inner, name, depth + 1)
    return Method(inner, name) if isinstance(inner, calls.ROUTERS) else None


def _unset(follower: Follower, of: Struct, name: str, type_: Type, file: str) -> Value:
    """Return a field that nothing was seen to set."""
    if type_ == ["t", "", "string"] and not of.open:
        return text("")
    if of.open and of.key is not None:
        values = [one.fields[name] for one in follower.instances.get(of.key, ())
                  if name in one.fields]  # fmt: skip
        if values:
            return merging.merged(values, follower, is_any=True)
    under, _ = follower.program.underlying(type_, file)
    if under and under[0] == "struct" and not of.open and type_[0] == "t":
        key = follower.program.key(type_, file)
        value: Value = follower.new(key) if key is not None else None
    else:
        value = follower.default(type_, file)
    if value is not None and not isinstance(value, Text):
        of.fields[name] = value
    return value


# Literals


def _literal(follower: Follower, expression: Expression, scope: Scope, outer: Type | None) -> Value:
    _, own, elements, _ = expression
    of = own if own is not None else outer
    under, file = follower.program.underlying(of, scope.file)
    kind = under[0] if under else None
    if under and kind in {"[]", "..."}:
        element = placed(under[1], file)
        items = [value_of(follower, one, scope, element) for _, one in elements]
        return Seq(items, element=element)
    if under and kind == "map":
        element = placed(under[1], file)
        keys = [value_of(follower, key, scope) for key, _ in elements]
        values = [value_of(follower, value, scope, element) for _, value in elements]
        return Mapping(list(zip(keys, values, strict=True)))
    key_of = follower.program.key(of, scope.file)
    if key_of is None and kind != "struct":
        return _foreign(follower, elements, scope)
    made = follower.new(key_of) if key_of is not None else Struct(None)
    _fill(follower, made, (under[1] if under and kind == "struct" else [], file), elements, scope)
    return made


def _fill(
    follower: Follower, made: Struct, declared: tuple[list[Any], str], elements: list[Any],
    scope: Scope,
) -> None:  # fmt: skip
    """Set the fields that a literal gives, by name or in their order."""
    fields, file = declared
    types = {name: of for name, of, _ in fields}
    for position, (key, value) in enumerate(elements):
        name = key[1] if key and key[0] == "n" else None
        if key is None and position < len(fields):
            name = fields[position][0]
        content = value_of(follower, value, scope, placed(types.get(name), file))
        if name is not None:
            made.fields[str(name)] = content


def _foreign(follower: Follower, elements: list[Any], scope: Scope) -> Struct:
    """Return a struct of a type of others, which may call the functions that it is given."""
    made = Struct(None, open=True)
    for key, value in elements:
        content = value_of(follower, value, scope)
        if key and key[0] == "n":
            made.fields[str(key[1])] = content
        follower.hand_on(content)
    return made


def _function(follower: Follower, expression: Expression, scope: Scope) -> Value:
    del follower
    _, parameters, body, line, names = expression
    folder = scope.file.rpartition("/")[0]
    return Function("", scope.file, parameters, [], body, line, folder, None, scope,
                    tuple(names))  # fmt: skip


def _made(follower: Follower, expression: Expression, scope: Scope) -> Value:
    return follower.zero(expression[1], scope.file)


# Operators


def _inner(follower: Follower, expression: Expression, scope: Scope) -> Value:
    return value_of(follower, expression[1], scope)


def _converted(follower: Follower, expression: Expression, scope: Scope) -> Value:
    value = value_of(follower, expression[1], scope)
    if value is None:
        value = follower.default(expression[2], scope.file)
    if isinstance(value, Wrapped):
        typed = follower.program.router_type(expression[2], scope.file)
        return value.router if typed is not None else value
    return value


def _indexed(follower: Follower, expression: Expression, scope: Scope) -> Value:
    of = value_of(follower, expression[1], scope)
    index = value_of(follower, expression[2], scope)
    wanted = known(index)
    if isinstance(of, Seq) and isinstance(index, int) and index < len(of.items):
        return of.items[index]
    if isinstance(of, Mapping) and wanted is not None and not of.open:
        return next((value for key, value in reversed(of.items) if known(key) == wanted), None)
    return of if isinstance(of, Function | Named) else None  # a function of a type


def _added(follower: Follower, expression: Expression, scope: Scope) -> Value:
    sides = [value_of(follower, side, scope) for side in expression[1:]]
    if not any(isinstance(side, Text) for side in sides):
        return None
    return joined(*map(as_text, sides))


def _boolean(follower: Follower, expression: Expression, scope: Scope) -> Value:
    return truth_of(follower, expression, scope)


def truth_of(follower: Follower, expression: Expression | None, scope: Scope) -> bool | None:
    """Return whether a condition holds, None if that is not known."""
    if expression is None:
        return None
    if expression[0] == "!":
        inner = truth_of(follower, expression[1], scope)
        return None if inner is None else not inner
    if expression[0] == "op":
        return _compared(follower, expression, scope)
    value = value_of(follower, expression, scope)
    return value if isinstance(value, bool) else None


def decides(expression: Expression | None, scope: Scope, depth: int = 0) -> bool:
    """Tell whether a condition asks of a local value, as of a row of a list, or of nil.

    What it asks of settings may be answered otherwise where the program runs.
    """
    if not expression or depth > _EMBEDDED:
        return False
    kind = expression[0]
    if kind == "n":
        return scope.holder(expression[1]) is not None
    if kind == ".":
        of = expression[1]
        holder = scope.holder(of[1]) if of and of[0] == "n" else None
        return holder is not None and of[1] in holder.items
    inner = expression[2] if kind == "c" else expression[2:] if kind == "op" else []
    is_nil = kind == "op" and ["nil"] in inner
    if is_nil or any(decides(side, scope, depth + 1) for side in inner):
        return True
    return kind == "!" and decides(expression[1], scope, depth + 1)


def _compared(follower: Follower, expression: Expression, scope: Scope) -> bool | None:
    _, sign, left, right = expression
    if sign in {"&&", "||"}:
        sides = [truth_of(follower, side, scope) for side in (left, right)]
        decisive: bool = sign == "||"
        if decisive in sides:
            return decisive
        return None if None in sides else not decisive
    values = [value_of(follower, side, scope) for side in (left, right)]
    same = _is_same(*values)
    return None if same is None else same == (sign == "==")


def _is_same(left: Value, right: Value) -> bool | None:
    first, second = known(left), known(right)
    if first is not None and second is not None:
        return first == second
    nils = [isinstance(side, str) and side == NIL for side in (left, right)]
    if all(nils):
        return True
    # An open struct stands for something that may be nil as well.
    is_there = (Router, Function, Seq, Mapping, Struct)
    sides = [side for side in (left, right) if isinstance(side, is_there)]
    if any(nils) and sides and not getattr(sides[0], "open", False):
        return False if not isinstance(sides[0], Seq | Mapping) else None
    return None


_KINDS: dict[str, Callable[[Follower, Expression, Scope], Value]] = {
    "nil": lambda _follower, _expression, _scope: NIL,
    "bool": lambda _follower, expression, _scope: expression[1],
    "type": lambda _follower, expression, _scope: Named(expression[1]),
    ".": _selected,
    "fn": _function,
    "make": _made,
    "&": _inner,
    "as": _converted,
    "[]": _indexed,
    "+": _added,
    "op": _boolean,
    "!": _boolean,
}
__all__ = ["Package", "Results", "truth_of", "value_of", "without_place"]
