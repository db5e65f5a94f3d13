"""Classes of a repository: what their bases give them, and the objects that are made of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workers.survey.endpoints.follower.values import (
    Call,
    Class,
    External,
    Frame,
    Function,
    Instance,
    Value,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from workers.survey.endpoints.follower.program import Program
    from workers.survey.endpoints.routing import Router

_BASES_DEEP = 14


def instance(program: Program, of: Class, call: Call | None) -> Value:
    """Return a new object of a class; a router, if the class is made from one."""
    constructor = library_constructor(program, of)
    if constructor is not None:
        made = call or Call(program, of.frame, [], {}, of.statement[5])
        router = program.router(constructor(made))
        program.made_of[id(router)] = router, of
        prefix = class_attribute(program, of, "prefix")
        if isinstance(prefix, str) and not router.prefix:
            router.prefix = prefix
        return router
    instance = Instance(of, call=call)
    if not of.frame.file.endswith(".py"):
        _fill_fields(program, instance)
    maker = method(program, of, "__init__") or method(program, of, "constructor")
    if maker is not None:
        values = call.values() if call else None
        program.apply(Function(maker.statement, maker.frame, instance), values, call)
    return instance


def router_method(program: Program, router: Router, name: str, call: Call) -> Value:
    """Call a method of a router: one that its own class in the repository has, or the library's."""
    _, of = program.made_of.get(id(router), (router, None))
    own = method(program, of, name) if of is not None else None
    if own is None or program.is_running(own):
        return program.rules.method(router, name, call)
    return program.apply(Function(own.statement, own.frame, router), call.placed(), call)


def inherited_method(program: Program, name: str, call: Call) -> Value:
    """Call `super().add_resource(...)` in a class that is made from a library's router."""
    this = program.lookup("this", call.frame)
    return program.rules.method(this, name, call) if _is_router(program, this) else None


def _is_router(program: Program, this: Value) -> bool:
    return id(this) in program.made_of


def _fill_fields(program: Program, instance: Instance) -> None:
    """Give an object the fields that its class and bases initialise, each object its own."""
    for each in reversed([instance.of, *bases(program, instance.of)]):
        if isinstance(each, Class):
            frame = Frame(each.frame.file, [], each.frame, {"this": instance})
            for statement in each.statement[3]:
                if statement[0] == "=" and statement[1][0] == "n":
                    field_value = program.value(statement[2], frame)
                    instance.attributes[statement[1][1]] = field_value


def library_constructor(
    program: Program, of: Class, depth: int = 0
) -> Callable[[Call], Router] | None:
    """Return what makes the router that objects of a class are, by the bases; None for others."""
    for base in of.statement[2]:
        value = program.value(base, of.frame)
        if isinstance(value, External) and value.name in program.rules.constructors:
            return program.rules.constructors[value.name]
        if isinstance(value, Class) and depth < _BASES_DEEP:
            constructor = library_constructor(program, value, depth + 1)
            if constructor:
                return constructor
    return None


def bases(program: Program, of: Class, depth: int = 0) -> list[Class | External]:
    """Return all bases of a class, nearest first."""
    classes: list[Class | External] = []
    for base in of.statement[2] if depth < _BASES_DEEP else ():
        value = program.value(base, of.frame)
        if isinstance(value, External):
            classes.append(value)
        elif isinstance(value, Class):
            classes += [value, *bases(program, value, depth + 1)]
    return classes


def method(program: Program, of: Class, name: str) -> Function | None:
    """Return a method of a class or of its bases in the repository."""
    for each in (of, *bases(program, of)):
        if isinstance(each, Class):
            for statement in each.statement[3]:
                if statement[0] == "def" and statement[1] == name:
                    return Function(statement, each.body)
    return None


def class_attribute(program: Program, of: Class, name: str) -> Value:
    """Return an attribute that a class or one of its bases assigns."""
    for each in (of, *bases(program, of)):
        if isinstance(each, Class):
            value = program.bound(name, each.body)
            if value is not None:
                return program.imported(value, name, each.body)
    return None
