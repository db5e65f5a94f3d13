"""A state as JSON values, and back."""

from __future__ import annotations

from functools import cache
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from sessions.state import KINDS, PRIORITIES, SessionState, Ticket, WorkerState


def as_document(state: SessionState) -> dict[str, Any]:
    """Return the state as JSON values, with the tickets by their kind.

    The values are the state's own: a copy of each takes longer than to write them down.
    """
    fields = dict(vars(state))
    fields["workers"] = {name: dict(vars(worker)) for name, worker in state.workers.items()}
    del fields["tickets"]
    for kind in KINDS.values():
        fields[f"{kind}s"] = [dict(vars(one)) for one in state.tickets.values() if one.kind == kind]
    return fields


def from_document(fields: dict[str, Any]) -> SessionState:
    """Return the state of a document that `as_document` made.

    Raises KeyError, TypeError, AttributeError or ValueError for another document.
    """
    known = {name: fields[name] for name in SessionState.__dataclass_fields__ if name in fields}
    workers = {name: WorkerState(**worker) for name, worker in fields["workers"].items()}
    state = SessionState(**{**known, "workers": workers})
    tickets = [Ticket(**one) for kind in KINDS.values() for one in fields[f"{kind}s"]]
    parts: list[SessionState | WorkerState | Ticket] = [state, *workers.values(), *tickets]
    for part in parts:
        _check_types(part)
    tickets.sort(key=lambda ticket: int(ticket.id[1:]))
    state.tickets = {ticket.id: ticket for ticket in tickets}
    return state


def _check_types(part: SessionState | WorkerState | Ticket) -> None:
    """Raise ValueError where a document has another type than the field that it fills."""
    plain = _plain()[type(part)]
    for name, hint in _hints()[type(part)].items():
        value = getattr(part, name)
        if not (isinstance(value, plain[name]) if name in plain else _is_a(value, hint)):
            raise ValueError(f"{name} is of another type")
    if isinstance(part, Ticket) and (part.priority not in PRIORITIES or part.id[:1] not in KINDS):
        raise ValueError("a ticket of another kind")
    verdict = part.last_verdict if isinstance(part, WorkerState) else None
    if verdict is not None and not {"accepted", "at", "metrics", "receipt"} <= verdict.keys():
        raise ValueError("a verdict of another form")


@cache
def _hints() -> dict[type, dict[str, Any]]:
    """Return the types of the fields; working them out takes longer than a check."""
    return {kind: get_type_hints(kind) for kind in (SessionState, WorkerState, Ticket)}


@cache
def _plain() -> dict[type, dict[str, tuple[type, ...]]]:
    """Return the fields of which `isinstance` alone can say that they are right."""
    plain: dict[type, dict[str, tuple[type, ...]]] = {}
    for kind, hints in _hints().items():
        fields = plain[kind] = {}
        for name, hint in hints.items():
            kinds = get_args(hint) if isinstance(hint, UnionType) else (hint,)
            if all(isinstance(one, type) and one is not Any and not get_args(one) for one in kinds):
                fields[name] = (*kinds, int) if float in kinds else kinds
    return plain


def _is_a(value: object, hint: Any) -> bool:
    """Tell whether a JSON value is of an annotated type, inside lists and objects too."""
    if hint is Any:
        return True
    if isinstance(hint, type):
        return isinstance(value, (int, float) if hint is float else hint)
    inner = get_args(hint)
    if isinstance(hint, UnionType):
        return any(_is_a(value, one) for one in inner)
    if get_origin(hint) is list:
        return isinstance(value, list) and all(_is_a(one, inner[0]) for one in value)
    if get_origin(hint) is dict:
        return isinstance(value, dict) and all(_is_a(one, inner[1]) for one in value.values())
    raise TypeError(f"no field is of type {hint}")
