"""Entries of a user's own shape: a part of JSON Schema, read as a Pydantic model.

What is taken is in KEYWORDS. There are no references, so that a schema cannot grow; patterns are
matched by Pydantic's engine, in linear time. Every row has `id`, `status` and `evidence` beside
what the schema says: they are judged as those of all entries.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple

from sessions.errors import BadWorker, shown
from workers.worker_file import read_inside

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import BaseModel

OURS = ("id", "status", "evidence")
_DEPTH = 6
_PROPERTIES = 60  # in all of a schema
_SAID = ("title", "description", "$schema", "$id", "$comment", "examples", "default")
KEYWORDS: dict[str, tuple[str, ...]] = {
    "object": ("properties", "required", "additionalProperties"),
    "array": ("items", "minItems", "maxItems"),
    "string": ("minLength", "maxLength", "pattern", "enum", "const"),
    "integer": ("minimum", "maximum", "enum", "const"),
    "number": ("minimum", "maximum"),
    "boolean": ("const",),
    "null": (),
}
_COUNTS = frozenset({"minLength", "maxLength", "minItems", "maxItems"})
_TYPES: dict[str, type] = {"string": str, "integer": int, "number": float, "boolean": bool}
_SHOWN = {"integer": "number", "number": "number", "boolean": "true|false"}
_BOUNDS = {
    "minLength": "min_length",
    "maxLength": "max_length",
    "minItems": "min_length",
    "maxItems": "max_length",
    "minimum": "ge",
    "maximum": "le",
    "pattern": "pattern",
}


class Fault(NamedTuple):
    """What is wrong with a schema; `pointer` is into its JSON."""

    message: str
    hint: str
    pointer: str


@cache
def schema_in(file: str) -> dict[str, Any]:
    """Read a record's schema; raises BadWorker for the first thing that is wrong with it."""
    schema, faults = load(Path(file))
    for fault in faults:
        where = f"{file}, {fault.pointer}" if fault.pointer else file
        raise BadWorker(f"{fault.message} ({shown(where, 300)[1:-1]})", fault.hint)
    return schema


def load(file: Path) -> tuple[dict[str, Any], list[Fault]]:
    """Return a schema, empty where there is none, and what is wrong with it."""
    try:
        schema = json.loads(read_inside(file.parent, file.name))
    except OSError as error:
        return {}, [Fault(f"the schema cannot be read: {error.strerror}", "Make it.", "")]
    except (ValueError, RecursionError):
        return {}, [Fault("the schema is not JSON", "Correct it.", "")]
    except BadWorker as error:
        return {}, [Fault(error.message, error.hint, "")]
    if not isinstance(schema, dict):
        return {}, [Fault("the schema is not an object", "Write an object.", "")]
    if schema.get("type") != "object":
        hint = 'Write "type": "object": a row of the list.'
        return {}, [Fault("the schema is not that of an object", hint, "/type")]
    counter = iter(range(_PROPERTIES))
    return schema, list(_faults(schema, "", 0, counter))


def _faults(schema: Any, pointer: str, depth: int, counter: Iterator[int]) -> Iterator[Fault]:
    if not isinstance(schema, dict):
        yield Fault("a schema is not an object", "Write an object.", pointer)
        return
    if depth > _DEPTH or next(counter, None) is None:
        message = f"the schema has more than {_DEPTH} levels or {_PROPERTIES} parts"
        yield Fault(message, "Make it smaller.", pointer)
        return
    types = _types(schema)
    if not types or not set(types) <= KEYWORDS.keys() or len(set(types) - {"null"}) != 1:
        hint = f"Write one of {', '.join(KEYWORDS)}, or a list of one and null."
        yield Fault("the type is missing or unknown", hint, f"{pointer}/type")
        return
    kind = next(iter(set(types) - {"null"}))
    yield from _of_keywords(schema, kind, pointer)
    if kind == "object":
        properties = schema.get("properties", {})
        for name, inner in properties.items() if isinstance(properties, dict) else ():
            if not pointer and name in OURS:
                message = f"`{name}` is in every row: the schema must not define it"
                yield Fault(message, "Drop it.", f"/properties/{name}")
            yield from _faults(inner, f"{pointer}/properties/{name}", depth + 1, counter)
    if kind == "array":
        yield from _faults(schema.get("items"), f"{pointer}/items", depth + 1, counter)


def _of_keywords(schema: dict[str, Any], kind: str, pointer: str) -> Iterator[Fault]:
    known = ("type", *_SAID, *KEYWORDS[kind])
    for keyword, value in schema.items():
        place = f"{pointer}/{keyword}"
        if keyword not in known:
            hint = f"Of {kind} these are known: {', '.join(KEYWORDS[kind]) or 'none'}."
            yield Fault(f"the keyword {shown(keyword, 60)} is not supported", hint, place)
        elif not _is_well_formed(keyword, value, kind):
            yield Fault(f"the value of {keyword} cannot be used", "Correct it.", place)


def _is_well_formed(keyword: str, value: Any, kind: str) -> bool:
    """Tell whether the value of a keyword is one; a pattern must be one of Pydantic's engine."""
    if keyword in _COUNTS:
        return type(value) is int and value >= 0
    is_well_formed = {
        "minimum": lambda: type(value) in {int, float},
        "maximum": lambda: type(value) in {int, float},
        "enum": lambda: isinstance(value, list) and bool(value) and _are(value, _TYPES[kind]),
        "const": lambda: _are([value], _TYPES[kind]),
        "required": lambda: isinstance(value, list) and _are(value, str),
        "properties": lambda: isinstance(value, dict) and all(map(_is_name, value)),
        "additionalProperties": lambda: isinstance(value, bool),
        "pattern": lambda: _is_pattern(value),
    }
    return is_well_formed[keyword]() if keyword in is_well_formed else True


def _are(values: list[Any], expected: type) -> bool:
    return all(type(value) is expected for value in values)


def _is_name(name: str) -> bool:
    return name.isidentifier() and not name.startswith("_") and not hasattr(dict, name)


def _is_pattern(value: Any) -> bool:
    from pydantic_core import SchemaError, SchemaValidator, core_schema

    if not isinstance(value, str):
        return False
    try:
        SchemaValidator(core_schema.str_schema(pattern=value))
    except SchemaError:
        return False
    return True


def _types(schema: dict[str, Any]) -> list[str]:
    named = schema.get("type")
    listed = named if isinstance(named, list) else [named]
    return [one for one in listed if isinstance(one, str)]


def record_models(file: str, name: str) -> tuple[type[BaseModel], type[BaseModel]]:
    """Return the models of a row in an analysis and in a change; raises BadWorker."""
    from pydantic import create_model

    from workers.deliverables.forms import ChangeStatus, Evidence, Form, Status, Text

    schema = schema_in(file)
    properties = _fields(schema, name)

    def row(status: Any) -> type[BaseModel]:
        fields: dict[str, Any] = {"id": (Text, ...), "status": (status, ...)}
        fields |= {**properties, "evidence": (list[Evidence], [])}
        made: type[BaseModel] = create_model(name, __base__=_base(schema, Form), **fields)
        return made

    return row(Status), row(ChangeStatus)


def _base(schema: dict[str, Any], form: type[BaseModel]) -> type[BaseModel]:
    """Return the base of an object's model: with other keys where the schema allows them."""
    if schema.get("additionalProperties") is not True:
        return form

    class Open(form):  # type: ignore[valid-type, misc]
        model_config = {"extra": "allow"}

    return Open


def _fields(schema: dict[str, Any], name: str) -> dict[str, Any]:
    required = schema.get("required", [])
    return {
        key: (_annotation(inner, f"{name}_{key}"), ...)
        if key in required
        else (_annotation(inner, f"{name}_{key}") | None, None)
        for key, inner in schema.get("properties", {}).items()
    }


def _annotation(schema: dict[str, Any], name: str) -> Any:
    from pydantic import Field, create_model

    from workers.deliverables.forms import Form, Text

    types = _types(schema)
    kind = next(iter(set(types) - {"null"}))
    bounds = {ours: schema[theirs] for theirs, ours in _BOUNDS.items() if theirs in schema}
    if "enum" in schema or "const" in schema:
        made: Any = Literal[tuple(schema.get("enum", [schema.get("const")]))]
    elif kind == "object":
        made = create_model(name, __base__=_base(schema, Form), **_fields(schema, name))
    elif kind == "array":
        made = Annotated[list[_annotation(schema["items"], name)], Field(**bounds)]  # type: ignore[misc]
    elif kind == "string" and not bounds:
        made = Text
    else:
        made = Annotated[_TYPES[kind], Field(**bounds)]
    return made | None if "null" in types else made


def template_row(file: str, *, id: str, status: str, evidence: str) -> str:  # noqa: A002 - as rows name it
    """Return the row of a record for the JSON template; descriptions say what to put."""
    schema = schema_in(file)
    row = {"id": f"FILL: {id}-001", "status": status}
    required = schema.get("required", [])
    row |= {
        key: _mark(inner, is_required=key in required)
        for key, inner in schema.get("properties", {}).items()
    }
    lines = [f"      {json.dumps(key)}: {json.dumps(value)}" for key, value in row.items()]
    lines.append(f'      "evidence": [{evidence}]')
    return "    {\n" + ",\n".join(lines) + "\n    }"


def _mark(schema: dict[str, Any], *, is_required: bool = True) -> Any:
    """Return what a template has in place of a value: a mark, or an object or list of marks."""
    kind = next(iter(set(_types(schema)) - {"null"}))
    if kind == "object":
        required = schema.get("required", [])
        return {
            key: _mark(inner, is_required=key in required)
            for key, inner in schema.get("properties", {}).items()
        }
    if kind == "array":
        return [_mark(schema["items"])]
    choices = schema.get("enum") or ([schema["const"]] if "const" in schema else [])
    words = "|".join(map(str, choices)) or schema.get("description") or ""
    words = words or _SHOWN.get(kind, "")
    words += "" if is_required else (", or remove" if words else "or remove")
    return f"FILL: {words}" if words else "FILL"
