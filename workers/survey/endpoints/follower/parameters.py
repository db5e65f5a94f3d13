"""What a function's parameters stand for when it is called: arguments, defaults, routers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workers.survey.endpoints.follower import evaluate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workers.survey.endpoints.follower.program import Program
    from workers.survey.endpoints.follower.values import Call, Frame, Function, Value


def bind(
    program: Program,
    function: Function,
    frame: Frame,
    arguments: Sequence[Value] | None,
    call: Call | None,
) -> None:
    """Bind a function's parameters in its frame; `arguments` None: nobody was seen to call it."""
    parameters = function.statement[2]
    if function.this is not None:
        frame.names["this"] = function.this
        if function.frame.file.endswith(".py") and parameters:
            frame.names[parameters[0][0]] = function.this
            parameters = parameters[1:]
    for position, parameter in enumerate(parameters):
        if isinstance(parameter[0], str) and parameter[0].startswith((".", "*")):
            rest = list(arguments[position:]) if arguments is not None else None
            frame.names[parameter[0].lstrip(".*")] = None if "**" in parameter[0] else rest
            continue
        if arguments is not None and position < len(arguments):
            value = arguments[position]
        else:
            value = _otherwise(program, parameter, function.frame, call)
        if value is None and isinstance(parameter[0], str):
            value = _router(program, parameter, function.frame)
        _bind_one(program, parameter[0], value, frame)


def _otherwise(program: Program, parameter: list[Value], frame: Frame, call: Call | None) -> Value:
    """Return the keyword argument for a parameter, else its default."""
    name, _, default, _ = parameter
    if call is not None and isinstance(name, str) and name in call.keywords:
        return call.value(None, name)
    return program.value(default, frame) if default is not None else None


def _router(program: Program, parameter: list[Value], frame: Frame) -> Value:
    """Return the router that a parameter must be by its name or type."""
    name, annotation, _, _ = parameter
    router = program.rules.parameter(name, annotation, frame)
    if router is not None:
        program.routers.append(router)
    return router


def _bind_one(program: Program, name: str | list[str], value: Value, frame: Frame) -> None:
    if isinstance(name, list):  # {a, b}
        for key in name:
            frame.names[key] = evaluate.attribute(program, value, key)
    elif name.startswith("[") and isinstance(value, list):
        for key, part in zip(name.strip("[]").split(","), value, strict=False):
            frame.names[key.strip()] = part
    else:
        frame.names[name] = value
