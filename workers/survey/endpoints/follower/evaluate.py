"""What an expression stands for: names, attributes, texts put together, calls."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from workers.survey.endpoints.follower import logic, objects, plain
from workers.survey.endpoints.follower.values import (
    BoundMethod,
    Call,
    Class,
    External,
    Frame,
    Function,
    Instance,
    LibraryObject,
    Module,
    Path,
    PathBuilder,
    Record,
    Row,
    Value,
    put_together,
)
from workers.survey.endpoints.routing import Router

if TYPE_CHECKING:
    from workers.survey.endpoints.follower.program import Program
    from workers.survey.endpoints.statements import Expression

_ITSELF = frozenset(
    "urls router routes value default app middleware server registry handler".split()
)
_VERBS = frozenset("get post put patch delete head options route".split())
# Calls of libraries that hand on one of their arguments: what a setting is by default.
_HANDED_ON = {
    "os.getenv": (1, "default"),
    "os.environ.get": (1, "default"),
    "pydantic.Field": (0, "default"),
    "dataclasses.field": (None, "default"),
    "decouple.config": (1, "default"),
    "environ.Env().str": (1, "default"),
    "typing.cast": (1, ""),
}
# Functions that put parts of a path together with one slash between them, by their own names.
_JOIN_URLS = frozenset({"url_path_join", "url_join", "urljoin_path"})
_BUILT_IN = frozenset({"str", "list", "tuple", "String"})


def value(program: Program, form: Expression, frame: Frame) -> Value:
    """Return what an expression stands for, None if that is unknown."""
    return _EVALUATE[form[0]](program, form, frame) if form is not None else None


def _literal(_program: Program, form: list[Value], _frame: Frame) -> Value:
    return form[1]


def _name(program: Program, form: list[Value], frame: Frame) -> Value:
    bound = program.lookup(form[1], frame)
    if bound is None and form[1] == "__dirname":
        return posixpath.dirname(frame.file)
    return frame.file if bound is None and form[1] == "__filename" else bound


def _attribute(program: Program, form: list[Value], frame: Frame) -> Value:
    if form[1] == ["n", "import.meta"]:
        return posixpath.dirname(frame.file) if form[2] == "dirname" else frame.file
    return attribute(program, program.value(form[1], frame), form[2])


def _either(program: Program, form: list[Value], frame: Frame) -> Value:
    values = [program.value(one, frame) for one in form[1]]
    known = [one for one in values if one is not None and not isinstance(one, External)]
    return known[0] if known else None


def _function(program: Program, form: list[Value], frame: Frame) -> Value:
    function = Function(form[1], frame)
    program.functions.setdefault(id(form[1]), function)
    return function


def _unknown(_program: Program, _form: list[Value], _frame: Frame) -> Value:
    return None


def _each(program: Program, form: list[Value], frame: Frame) -> Value:
    """Return what `[f(x) for x in y]` makes."""
    _, made, target, iterable = form
    items = program.value(iterable, frame)
    if not isinstance(items, list | dict):
        return None
    results: list[Value] = []
    for item in list(items)[: plain.MOST_ITEMS]:
        inner = Frame(frame.file, [], frame)
        program.bind_target(target, item, inner)
        results.append(program.value(made, inner))
    return results


def _items(program: Program, listed: list[Value], frame: Frame) -> list[Value]:
    items: list[Value] = []
    for form in listed[1]:
        if form is not None and form[0] == "*":
            spread = program.value(form[1], frame)
            is_router = isinstance(spread, Router)  # *router.urls
            items += spread if isinstance(spread, list) else [spread if is_router else None]
        else:
            items.append(program.value(form, frame))
        if len(items) > plain.MOST_ITEMS:
            break
    return Row.of(items, (frame.file, listed[2])) if len(listed) > 2 else items


def _mapping(program: Program, mapped: list[Value], frame: Frame) -> dict[str, Value]:
    entries = Record.at(frame.file, mapped[2] if len(mapped) > 2 else 0)
    for key, form in mapped[1]:
        if key is None:
            spread = program.value(form, frame)
            entries.update(spread if isinstance(spread, dict) else {})
            # `{...route, path}` is written where most of it is.
            if isinstance(spread, Record) and len(spread) >= len(mapped[1]):
                entries.place = spread.place
            continue
        name = program.value(key, frame)
        if isinstance(name, str | int):
            entries[str(name)] = program.value(form, frame)
    return entries


def _sum(program: Program, added: list[Value], frame: Frame) -> Value:
    values = [program.value(form, frame) for form in added[1]]
    is_of_objects = bool(values) and all(isinstance(one, LibraryObject | Router) for one in values)
    if is_of_objects or any(isinstance(one, list) for one in values):
        items = [item for one in values for item in (one if isinstance(one, list) else [one])]
        return items[: plain.MOST_ITEMS]
    if not values or not all(isinstance(one, str | int) for one in values):
        return None
    text = "".join(map(str, values))[: plain.LONGEST]
    return put_together(values, text)


def _item(program: Program, form: list[Value], frame: Frame) -> Value:
    owner = program.value(form[1], frame)
    key = program.value(form[2], frame)
    if isinstance(owner, dict):
        return owner.get(str(key)) if isinstance(key, str | int) else None
    if isinstance(owner, list) and isinstance(key, int) and -len(owner) <= key < len(owner):
        return owner[key]
    if isinstance(owner, External) and owner.name in {"typing.Annotated", "os.environ"}:
        return LibraryObject(owner.name, Call(program, frame, [form[2]], {}, 0))
    if isinstance(owner, External | Class) and key is not None and not isinstance(key, str):
        return owner  # a class for a type: `ModelViewSet[Item]`
    return attribute(program, owner, key) if isinstance(key, str) else None


def attribute(program: Program, owner: Value, name: str) -> Value:
    """Return an attribute of a value."""
    if isinstance(owner, External):
        return owner if name == "default" else External(f"{owner.name}.{name}")
    if isinstance(owner, LibraryObject):
        return External(f"{owner.name}().{name}")
    if isinstance(owner, Module):
        return _of_module(program, owner, name)
    if isinstance(owner, dict):
        return owner if name == "default" and name not in owner else owner.get(name)
    if isinstance(owner, Instance | Class):
        return _of_object(program, owner, name)
    if isinstance(owner, Router):
        return owner if name in _ITSELF else _bound(owner, name)
    is_same = (name == "value" and isinstance(owner, str)) or (
        name == "default" and isinstance(owner, Function)
    )
    return owner if is_same else None


def _bound(router: Router, name: str) -> Value:
    is_method = name in _VERBS or name.startswith("add_")
    return BoundMethod(router, name) if is_method else None


def _of_module(program: Program, owner: Module, name: str) -> Value:
    exported = program.exported(owner.file, name)
    if exported is None and owner.file.endswith("__init__.py"):
        sub = program.find(owner.file, f".{name}")
        if program.is_quiet(sub):
            return External(str(sub))
        return Module(sub) if sub else None
    return exported


def _of_object(program: Program, owner: Instance | Class, name: str) -> Value:
    if isinstance(owner, Instance) and name in owner.attributes:
        return owner.attributes[name]
    of = owner.of if isinstance(owner, Instance) else owner
    method = objects.method(program, of, name)
    if method is not None and isinstance(owner, Instance):
        return Function(method.statement, method.frame, owner)
    return method or objects.class_attribute(program, of, name)


def _call(program: Program, form: list[Value], frame: Frame) -> Value:
    _, callee, arguments, keywords, line = form
    call = Call(program, frame, arguments, keywords, line)
    if callee is None:
        return None
    if callee[0] == "a" and callee[2] == "call" and arguments and (callee[1] or "n")[0] == "[]":
        callee = callee[1]  # app[verb].call(app, path, handler)
        call = Call(program, frame, arguments[1:], keywords, line)
    if callee[0] == "[]":
        named = _named_in_brackets(program, callee, frame)
        callee = callee if named is None else named
    if callee[0] == "a":
        return _method_call(program, callee, call)
    called = program.value(callee, frame)
    program.saw(call, callee, called)
    if called is not None or callee[0] != "n":
        return _called(program, called, call)
    return _built_in(program, callee[1], call)


def _built_in(program: Program, name: str, call: Call) -> Value:
    """Return what a function of the language itself gives."""
    if name == "require":
        specifier = call.value(0)
        return program.required(call.file, specifier) if isinstance(specifier, str) else None
    if name == "Promise":
        run = call.value(0)
        if isinstance(run, Function):  # it is run at once; what it resolves to is not known
            program.apply(run, [None, None])
        return None
    return call.value(0) if name in _BUILT_IN else None


def _named_in_brackets(program: Program, callee: list[Value], frame: Frame) -> Expression:
    """Return `router["get"]` as the method of that name, None where no router is asked."""
    owner, key = program.value(callee[1], frame), program.value(callee[2], frame)
    is_router = isinstance(owner, Router | PathBuilder) or (owner is None and callee[1] is not None)
    return ["a", callee[1], key] if isinstance(key, str) and is_router else None


def _method_call(program: Program, callee: list[Value], call: Call) -> Value:
    owner, name = program.value(callee[1], call.frame), callee[2]
    if isinstance(owner, Router | PathBuilder | list | dict | str):
        program.saw(call, callee, owner)
    if isinstance(owner, Router):
        program.understood.add(call.file)
        return objects.router_method(program, owner, name, call)
    if isinstance(owner, PathBuilder):
        return program.rules.builder(owner, name, call)
    if isinstance(owner, list | dict | str):
        if isinstance(owner, dict) and name in owner:
            return _called(program, owner[name], call)
        return plain.method(program, owner, name, call)
    if owner is None:
        if callee[1] == ["n", "Object"]:
            return plain.object_view(name, call)
        if callee[1] is not None and callee[1][:2] == ["c", ["n", "super"]]:
            return objects.inherited_method(program, name, call)
        guess = guessed(callee, call)
        program.saw(call, callee, guess)
        return program.rules.method(guess, name, call) if guess else None
    called = attribute(program, owner, name)
    program.saw(call, callee, owner if called is None else called)
    if called is None and isinstance(owner, Class):  # a method that a library's class gives it
        return LibraryObject(f".{name}", call, owner)
    return _called(program, called, call)


def _called(program: Program, called: Value, call: Call) -> Value:
    if isinstance(called, External):
        constructor = program.rules.constructors.get(called.name)
        if constructor is not None:
            router = program.router(constructor(call))
            router.made = call.file, call.line
            return router
        if called.name.rsplit(".", 1)[-1] in _JOIN_URLS:
            return joined_urls(call)
        if called.name in _HANDED_ON:
            position, name = _HANDED_ON[called.name]
            return call.value(position, name)
        returned = program.rules.external(called.name, call)
        return returned if returned is not None else LibraryObject(called.name, call)
    if isinstance(called, Function):
        if called.statement[1] in _JOIN_URLS:  # whatever checks they make on the way
            return joined_urls(call)
        return program.apply(called, call.placed(), call)
    if isinstance(called, Module):  # a default export that is called
        return _called(program, program.exported(called.file, "default"), call)
    if isinstance(called, Class):
        return objects.instance(program, called, call)
    if isinstance(called, BoundMethod):
        program.understood.add(call.file)
        return objects.router_method(program, called.router, called.name, call)
    return called if isinstance(called, Router) else None


def guessed(callee: Expression, call: Call) -> Router | None:
    """Take an unknown object for a router if it is named and used as one."""
    owner = callee[1] if callee else None
    if owner is None or owner[0] not in {"n", "a", "[]"}:
        return None
    # What is taken out of something has no name by which it could be taken for a router.
    name = owner[1] if owner[0] == "n" else owner[2] if owner[0] == "a" else ""
    guess = call.program.rules.unknown(name, callee[2] if callee else "", call)
    if guess is None:
        return None
    if owner[0] == "n" and call.frame.names.get(name) is None:
        call.frame.names[name] = guess
    return call.program.router(guess)


def joined_path(call: Call) -> str | None:
    """Return what `path.join(a, b)` gives."""
    parts = call.values()
    if not all(isinstance(one, str) for one in parts):
        return None
    return posixpath.normpath("/".join(parts))


def joined_urls(call: Call) -> str | None:
    """Return what `url_path_join(base, "x")` gives: of an unknown base, what comes after it."""
    parts = call.values()
    unknown = max((at for at, one in enumerate(parts) if not isinstance(one, str)), default=-1)
    end = max((at for at, one in enumerate(parts) if _is_end(one)), default=-1)
    known = parts[unknown + 1 if unknown > end else max(end, 0) :]
    text = "/".join(part for one in known if (part := one.strip("/")))
    if not text:
        return None
    first, last = str(known[0]), str(known[-1])
    slash = "/" if unknown >= 0 or first.startswith("/") else ""
    text = f"{slash}{text}{'/' if last.endswith('/') else ''}"
    return Path.of(text, None, is_end=True) if unknown >= 0 or end >= 0 else text


def _is_end(value: Value) -> bool:
    return isinstance(value, Path) and value.is_end


_EVALUATE = {
    "s": _literal,
    "i": _literal,
    "n": _name,
    "a": _attribute,
    "c": _call,
    "l": _items,
    "d": _mapping,
    "+": _sum,
    "or": _either,
    "[]": _item,
    "f": _function,
    "|": logic.first,
    "&": logic.first,
    "not": logic.negated,
    "?:": logic.choice,
    "and": _unknown,
    "cmp": _unknown,
    "z": _unknown,
    "*": _unknown,
    "each": _each,
}
