"""Which classes of errors are answered with 401 or 403."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workers.survey.endpoints.follower import objects
from workers.survey.endpoints.follower.values import Class, External, Function, Instance, Value
from workers.survey.endpoints.guards import library
from workers.survey.endpoints.guards.signs import REFUSAL, refuses

if TYPE_CHECKING:
    from workers.survey.endpoints.guards.anonymous import Walk


def class_refuses(walk: Walk, of: Class) -> bool:
    """Tell whether a class of errors is one of 401 or 403."""
    for each in (of, *objects.bases(walk.program, of)):
        if isinstance(each, External):
            return library.refuses_by_name(each)
        status = _status_of(each)
        if status is not None:
            return refuses(walk.value(status, each.body))
        for name in ("constructor", "__init__"):
            maker = objects.method(walk.program, each, name)
            if maker is not None and maker.frame is each.body:
                inner = walk.run(Function(maker.statement, maker.frame, Instance(of)), [], "call")
                if inner.refuses or REFUSAL in inner.returned:
                    return True
    return False


def _status_of(of: Class) -> list[Value] | None:
    """Return the status that a class says for all of its errors."""
    names = {"status", "status_code", "statusCode", "code"}
    for statement in of.statement[3]:
        if statement[0] == "=" and statement[1][0] == "n" and statement[1][1] in names:
            return list(statement[2])
    return None
