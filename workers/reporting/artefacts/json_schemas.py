"""What reports say of bodies and parameters, as JSON Schema: only what is understood is taken over.

A report may hold a schema, an example by names (`{"email": "string"}`) or words. What is none of
these is kept as a description, so that the document that it goes into is always valid.
"""

from __future__ import annotations

import json
import re
from typing import Any

from sessions.patterns import lazy_pattern

_DEPTH = 8
_TYPES = {
    **dict.fromkeys(("string", "str", "text", "varchar", "char"), ("string", "")),
    **dict.fromkeys(("integer", "int", "int32", "int64", "long", "bigint"), ("integer", "")),
    **dict.fromkeys(("number", "float", "double", "decimal", "numeric"), ("number", "")),
    **dict.fromkeys(("boolean", "bool"), ("boolean", "")),
    **dict.fromkeys(("array", "list"), ("array", "")),
    **dict.fromkeys(("object", "dict", "map"), ("object", "")),
    "null": ("null", ""),
    "uuid": ("string", "uuid"),
    "email": ("string", "email"),
    "uri": ("string", "uri"),
    "url": ("string", "uri"),
    "date": ("string", "date"),
    **dict.fromkeys(("datetime", "date-time", "timestamp"), ("string", "date-time")),
    **dict.fromkeys(("file", "binary"), ("string", "binary")),
}
_FIRST_WORD = lazy_pattern(r"([A-Za-z][A-Za-z0-9-]*)(\[\])?(?![A-Za-z0-9_])")
_TEXTS = ("title", "description", "format")
_COUNTS = ("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties")
_NUMBERS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
_CHOICES = ("oneOf", "anyOf", "allOf")
_TELLING = frozenset(("type", "properties", "items", "enum", "$ref", "format", *_CHOICES))
_KEYWORDS = _TELLING.union(
    _TEXTS,
    _COUNTS,
    _NUMBERS,
    ("required", "nullable", "additionalProperties", "pattern", "uniqueItems", "multipleOf"),
    ("default", "example", "examples", "readOnly", "writeOnly", "deprecated", "$schema", "$id"),
)
_NOTHING = frozenset(("", "none", "n/a", "-", "no", "no body", "no parameters", "nothing", "null"))


def is_nothing(value: object) -> bool:
    """Tell whether a report says that there is none, or says nothing."""
    if isinstance(value, str):
        return value.strip().strip(".").casefold() in _NOTHING
    return value is None or (isinstance(value, dict | list) and not value)


def read(value: object) -> object:
    """Return a text that holds a JSON object or list as that, everything else as it is."""
    if isinstance(value, str) and value.strip()[:1] in {"{", "["}:
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return value
    return value


def schema_of(value: object, depth: int = 0) -> dict[str, Any]:
    """Return a JSON Schema (2020-12) of what is reported; `{}`, which takes all, of the unknown."""
    if depth > _DEPTH or value is None:
        return {}
    if isinstance(value, str):
        return _of_words(value)
    if isinstance(value, bool):
        return {"type": "boolean"}
    if isinstance(value, int | float):
        return {"type": "integer" if isinstance(value, int) else "number"}
    if isinstance(value, list):
        return {"type": "array", "items": schema_of(value[0], depth + 1) if value else {}}
    if not isinstance(value, dict):
        return {}
    if is_schema(value):
        return _cleaned(value, depth)
    return {"type": "object", "properties": _properties(value, depth)}


def is_schema(value: dict[str, Any]) -> bool:
    """Tell whether an object is a JSON Schema, not an example by names."""
    return not _TELLING.isdisjoint(value) and _KEYWORDS.issuperset(value)


def _properties(value: dict[str, Any], depth: int) -> dict[str, Any]:
    return {str(name): schema_of(one, depth + 1) for name, one in value.items()}


def _of_words(text: str) -> dict[str, Any]:
    match = _FIRST_WORD.match(text.strip())
    known = _TYPES.get(match[1].casefold()) if match else None
    schema: dict[str, Any] = {}
    if match is not None and known is not None:
        schema = _typed(*known)
        if match[2]:
            schema = {"type": "array", "items": schema}
        if match[0] == text.strip():
            return schema
    return {**schema, "description": text}


def _typed(name: str, form: str) -> dict[str, Any]:
    return {"type": name, **({"format": form} if form else {})}


def _cleaned(value: dict[str, Any], depth: int) -> dict[str, Any]:
    """Take over the keywords of a schema whose values have their form."""
    schema = _type_of(value)
    schema |= {name: value[name] for name in _TEXTS if isinstance(value.get(name), str)}
    if isinstance(value.get("$ref"), str):  # to what is not in the report
        schema["description"] = f"see {value['$ref']}"
    return schema | _bounds(value) | _parts(value, depth)


def _bounds(value: dict[str, Any]) -> dict[str, Any]:
    """Return the keywords that bound a plain value."""
    counts = {name: value[name] for name in _COUNTS if _is_number(value.get(name), int)}
    bounds = {name: count for name, count in counts.items() if count >= 0}
    bounds |= {name: value[name] for name in _NUMBERS if _is_number(value.get(name), int | float)}
    if _is_pattern(value.get("pattern")):
        bounds["pattern"] = value["pattern"]
    if isinstance(value.get("enum"), list) and value["enum"]:
        bounds["enum"] = value["enum"]
    return bounds


def _parts(value: dict[str, Any], depth: int) -> dict[str, Any]:
    """Return the keywords that hold schemas, and which properties there must be."""
    parts: dict[str, Any] = {}
    if isinstance(value.get("properties"), dict):
        parts["properties"] = _properties(value["properties"], depth)
    if "items" in value:
        parts["items"] = schema_of(value["items"], depth + 1)
    required = value.get("required")
    if isinstance(required, list) and all(isinstance(name, str) for name in required):
        parts["required"] = list(dict.fromkeys(required))
    for name in _CHOICES:
        if isinstance(value.get(name), list) and value[name]:
            parts[name] = [schema_of(choice, depth + 1) for choice in value[name]]
    more = value.get("additionalProperties")
    if isinstance(more, bool):
        parts["additionalProperties"] = more
    elif isinstance(more, dict):
        parts["additionalProperties"] = schema_of(more, depth + 1)
    return parts


def _type_of(value: dict[str, Any]) -> dict[str, Any]:
    given_types = value.get("type")
    names = given_types if isinstance(given_types, list) else [given_types]
    known = [_TYPES.get(name.casefold()) for name in names if isinstance(name, str)]
    types = list(dict.fromkeys(one[0] for one in known if one is not None))
    if not types or None in known:
        return {}
    if value.get("nullable") is True and "null" not in types:
        types.append("null")
    form = next((one[1] for one in known if one is not None and one[1]), "")
    return {"type": types[0] if len(types) == 1 else types, **({"format": form} if form else {})}


def _is_number(value: Any, kinds: Any) -> bool:
    return isinstance(value, kinds) and not isinstance(value, bool)


def _is_pattern(value: object) -> bool:
    if not isinstance(value, str):
        return False
    try:
        re.compile(value)
    except (re.error, RecursionError, OverflowError):
        return False
    return True
