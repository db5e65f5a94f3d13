"""Schema: the JSON parses, and is what the worker's model says, all faults at once."""

from __future__ import annotations

import contextlib
import os
import re
from typing import TYPE_CHECKING, Any, get_args

from sessions.errors import shown
from workers.deliverables import report_model
from workers.deliverables.profile import SEVERITIES
from workers.delivery.delivery import problem, text_of
from workers.delivery.finding_ids import free_id, nearest_id
from workers.delivery.json_lines import escape
from workers.delivery.outline import is_template_text
from workers.review.checks.caps import cap_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pydantic import BaseModel
    from pydantic_core import ErrorDetails

    from workers.contract import Problem
    from workers.delivery.delivery import Delivery

_CODES = {
    "missing": "J07",
    "claim_fields": "J07",
    "extra_forbidden": "J06",
    "literal_error": "J09",
    "empty_text": "J10",
    "too_short": "J10",
    "greater_than_equal": "J11",
    "less_than_equal": "J11",
    "string_pattern_mismatch": "J12",
    "timestamp": "J12",
    "error_response": "J12",
    "finite_number": "J03",
}
# Errors of our own forms: the message, of name, value and msg, and the hint.
_OWN_FORMS = {
    "timestamp": ("`{name}` {value} {msg}", "Write a time like {time}."),
    "error_response": ("{value} {msg}", 'Begin with the status: "404: no such user".'),
    "claim_fields": ("the claim {msg}", "Add it; `explain claims` says how."),
}
_FORMS = {"^/": 'a path that begins with "/"'}


def json_parses(delivery: Delivery) -> Iterator[Problem]:
    """The JSON is one well-formed object."""
    yield from delivery.parsing_problems


def json_matches_the_schema(delivery: Delivery) -> Iterator[Problem]:
    """The JSON has the keys and values that it must have, and no others."""
    if not delivery.parses:
        return
    from pydantic import ValidationError

    report = report_model(delivery.worker, delivery.kind)
    try:
        with _without_plugins():
            report.model_validate(delivery.data)
    except ValidationError as error:
        details = error.errors(include_url=False, include_context=True)
    else:
        return
    misspelt = {
        (*detail["loc"][:-1], _meant(report, detail["loc"]))
        for detail in details
        if detail["type"] == "extra_forbidden"
    }
    for detail in details:
        is_misspelt = detail["type"] == "missing" and detail["loc"] in misspelt
        if not is_misspelt and not is_template_text(detail["input"]):  # told as template text
            yield _problem(delivery, report, detail)


@contextlib.contextmanager
def _without_plugins() -> Iterator[None]:
    """Let Pydantic look for no plugins: it would read what every installed package offers."""
    name = "PYDANTIC_DISABLE_PLUGINS"
    before = os.environ.get(name)
    os.environ[name] = "__all__"
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before


def _problem(delivery: Delivery, report: type[BaseModel], detail: ErrorDetails) -> Problem:
    kind, location, value = detail["type"], detail["loc"], detail["input"]
    code = _CODES.get(kind, "J08")
    name = _name(location)
    place = delivery.in_json(_pointer(location))
    if kind == "missing":
        parent = delivery.in_json(_pointer(location[:-1]))
        return problem(code, f"`{name}` is missing", f"Add `{name}`.", parent)
    if kind == "extra_forbidden":
        return problem(
            code, f"the key {shown(name, 60)} is unknown", _known(report, location), place
        )
    context = detail.get("ctx", {})
    if kind == "literal_error" and not isinstance(value, str):
        allowed = f"It must be one of: {_allowed(context, '')}."
        return problem("J08", f"`{name}` is {_kind(value)}", allowed, place)
    if kind == "literal_error":
        hint = f"Write one of: {_allowed(context, value)}."
        return problem(code, f"`{name}` is {_value(value)}", hint, place)
    if kind == "string_pattern_mismatch":
        form = _form(delivery, location, value, context["pattern"])
        return problem(code, f"`{name}` is {_value(value)}", f"Write {form}.", place)
    if code == "J10":
        hint = "Write it." if _is_required(report, location) else "Write it, or remove the key."
        return problem(code, f"`{name}` is empty", hint, place)
    if code == "J11":
        hint = _within(delivery, name, context)
        return problem(code, f"`{name}` is {_value(value)}", hint, place)
    if kind in _OWN_FORMS:
        of_value, hint = _OWN_FORMS[kind]
        message = of_value.format(name=name, value=_value(value), msg=detail["msg"])
        hint = hint.format(time=delivery.expected.set_up_at or "2026-01-31T09:00:00Z")
        return problem(code, message, hint, place)
    return problem(code, f"`{name}` is {_kind(value)}", f"{_must_be(detail)}.", place)


def _within(delivery: Delivery, name: str, context: dict[str, Any]) -> str:
    """Return what a number out of range may be; a score no more than the findings allow."""
    if "ge" in context:
        return f"Write at least {context['ge']:g}."
    row = next((row for row in delivery.profile.scores if row.key == name), None)
    cap = cap_of(delivery, row) if row else None
    return f"Write at most {cap[0] if cap else context['le']:g}."


def _form(delivery: Delivery, location: Sequence[int | str], value: str, pattern: str) -> str:
    """Return what to write for a text that lacks its form: the text itself, where it is known."""
    profile = delivery.profile
    if pattern == "^/":
        return shown(f"/{value}", 80)[1:-1] if value.strip() else _FORMS[pattern]
    listed = str(location[0])
    used = {text_of(entry, "id") for _, entry in delivery.entries(listed)}
    if pattern == profile.finding_pattern:
        meant = nearest_id(value, profile, [one for one, _ in delivery.noted_findings], used)
        return f"{meant}, as in the notes; SEV is one of {', '.join(SEVERITIES)}"
    match = re.fullmatch(r"\^([A-Z]+)-\[0-9\]\{3\}\$", pattern)
    if match is None:
        return pattern
    digits = re.sub(r"\D", "", value).lstrip("0")
    padded = f"{match[1]}-{digits.zfill(3)}"
    return padded if 0 < len(digits) < 4 and padded not in used else free_id(match[1], used)


def _name(location: Sequence[int | str]) -> str:
    names = [str(part) for part in location if isinstance(part, str)]
    return names[-1] if names else "document"


def _pointer(location: Sequence[int | str]) -> str:
    return "".join(f"/{escape(part)}" for part in location)


def _allowed(context: dict[str, Any], value: str) -> str:
    """Return the words that are allowed, the one first that is nearest to what was written."""
    import difflib

    words = str(context["expected"]).replace(" or ", ", ").replace("'", "").split(", ")
    folded = {word.casefold(): word for word in words}
    near = difflib.get_close_matches(value[:100].casefold(), list(folded), 1, cutoff=0.5)
    first = [folded[word] for word in near]
    return ", ".join([*first, *(word for word in words if word not in first)])


def _value(value: Any) -> str:
    return shown(value, 60) if isinstance(value, str) else shown(repr(value), 60)[1:-1]


def _kind(value: Any) -> str:
    kinds = {dict: "an object", list: "an array", str: "text", bool: "true or false"}
    kinds |= {int: "a number", float: "a number with a fraction", type(None): "null"}
    kind = kinds.get(type(value), "no value of JSON")
    return f"text ({shown(value, 40)})" if isinstance(value, str) else kind


def _must_be(detail: ErrorDetails) -> str:
    wanted = {
        "string_type": "It must be text",
        "string_unicode": "It must be text without lone surrogates",
        "float_type": "It must be a number, without quotes",
        "int_type": "It must be a whole number, without quotes",
        "int_from_float": "It must be a whole number, without a fraction",
        "list_type": "It must be an array",
        "model_type": "It must be an object",
        "dict_type": "It must be an object",
    }
    return wanted.get(detail["type"], f"It {detail['msg']}")


def _known(report: type[BaseModel], location: Sequence[int | str]) -> str:
    meant = _meant(report, location)
    if meant:
        return f"Did you mean `{meant}`?"
    return f"Remove it. Known here: {', '.join(_names(report, location))}."


def _meant(report: type[BaseModel], location: Sequence[int | str]) -> str:
    """Return the known key that an unknown one is nearest to, empty if none is near."""
    import difflib

    names = _names(report, location)
    return next(iter(difflib.get_close_matches(str(location[-1]), names, 1, cutoff=0.6)), "")


def _is_required(report: type[BaseModel], location: Sequence[int | str]) -> bool:
    model = _model_at(report, location[:-1])
    fields = model.model_fields.items() if model else ()
    return any((info.alias or name) == location[-1] and info.is_required() for name, info in fields)


def _names(report: type[BaseModel], location: Sequence[int | str]) -> list[str]:
    """Return the keys that the object at a location may have."""
    return sorted(_fields(_model_at(report, location[:-1])))


def _model_at(report: type[BaseModel], location: Sequence[int | str]) -> Any:
    """Return the model of the object at a location, None if there is none."""
    model: Any = report
    for part in location:
        if isinstance(part, str) and model is not None:
            model = _model_in(_fields(model).get(part))
    return model


def _fields(model: type[BaseModel]) -> dict[str, Any]:
    return {info.alias or name: info.annotation for name, info in model.model_fields.items()}


def _model_in(annotation: Any) -> Any:
    """Return the model that an annotation like `list[Finding]` or `Migration | None` holds."""
    if hasattr(annotation, "model_fields"):
        return annotation
    inner = (_model_in(argument) for argument in get_args(annotation))
    return next((model for model in inner if model is not None), None)
