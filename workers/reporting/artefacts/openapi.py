"""`api_contract`: an OpenAPI 3.1 document of the reported endpoints.

Undeclared parameters of a path are declared, equal paths joined; what OpenAPI has no words for is
named under `x-waggle-left-out`. The document is held against OpenAPI's own schema and rules.
"""

from __future__ import annotations

import json
from http import HTTPStatus
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from sessions.errors import shown
from workers.reporting.artefacts.accepted import (
    Artefact,
    as_json,
    left_out,
    object_of,
    one_line,
    text_of,
)
from workers.reporting.artefacts.json_schemas import is_nothing, is_schema, read, schema_of
from workers.reporting.artefacts.paths import Template, template_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.reporting.artefacts.accepted import Accepted, Entry

_VERSION = "3.1.0"
_METHODS = frozenset("get put post delete options head patch trace".split())
_WITHOUT_CONTENT = frozenset((HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED))
_PLACES = {
    **dict.fromkeys(("path", "path_params", "path_parameters"), "path"),
    **dict.fromkeys(("query", "query_params", "query_parameters"), "query"),
    **dict.fromkeys(("header", "headers"), "header"),
    **dict.fromkeys(("cookie", "cookies"), "cookie"),
}
# A word of an authentication that names a scheme of OpenAPI without anything else being known.
_SCHEMES = {
    "bearer": {"type": "http", "scheme": "bearer"},
    "jwt": {"type": "http", "scheme": "bearer"},
    "basic": {"type": "http", "scheme": "basic"},
}


def api_contract(accepted: Accepted) -> Artefact:
    """Return the reported endpoints as an OpenAPI document."""
    paths: dict[str, dict[str, Any]] = {}
    known: dict[str, Template] = {}
    aside: list[dict[str, str]] = []
    taken: dict[tuple[str, str], str] = {}
    for entry in accepted.entries("endpoint"):
        template = template_of(text_of(entry.row, "path"))
        method = text_of(entry.row, "method").lower()
        reason = _not_of_http(entry.row) or ("" if template else "its path is a pattern")
        if template is None or reason:
            aside.append(left_out(entry, reason))
            continue
        at = known.setdefault(template.shape, template)
        if (at.path, method) in taken:
            aside.append(left_out(entry, f"the same as {taken[at.path, method]}"))
            continue
        taken[at.path, method] = entry.name
        names = dict(zip(template.names, at.names, strict=True))
        paths.setdefault(at.path, {})[method] = _operation(accepted, entry, template, names)
    document = _document(accepted, paths)
    _take_out_invalid(document, aside)
    if aside:
        document["x-waggle-left-out"] = aside
    operations = sum(map(len, document["paths"].values()))
    return Artefact(as_json(document), "json", operations, tuple(aside))


def _not_of_http(row: dict[str, Any]) -> str:
    """Return why an endpoint has no place in OpenAPI, empty if it has."""
    protocol, method = text_of(row, "protocol") or "http", text_of(row, "method")
    if text_of(row, "status") == "removed":
        return "it was removed"
    if protocol != "http":
        return f"OpenAPI has no words for {shown(protocol, 40)[1:-1]}"
    if method.lower() not in _METHODS:
        return f"OpenAPI {_VERSION[:3]} has no method {shown(method, 40)[1:-1]}"
    return ""


def _document(accepted: Accepted, paths: dict[str, dict[str, Any]]) -> dict[str, Any]:
    operations = [operation for item in paths.values() for operation in item.values()]
    asked = [scheme for operation in operations for scheme in operation.get("security", [])]
    used = {name for scheme in asked for name in scheme}
    title = one_line(PurePath(accepted.root).name) or "API"
    document: dict[str, Any] = {
        "openapi": _VERSION,
        "info": {"title": title, "version": "0", "description": accepted.source},
        "paths": paths,
    }
    if used:
        schemes = {f"{one['scheme']}Auth": one for one in _SCHEMES.values()}
        document["components"] = {"securitySchemes": {name: schemes[name] for name in sorted(used)}}
    return document


def _operation(
    accepted: Accepted, entry: Entry, template: Template, names: dict[str, str]
) -> dict[str, Any]:
    row = entry.row
    request = object_of(row, "request_format")
    parameters, in_words = _parameters(read(request.get("parameters")), template, names)
    description = [text_of(row, "description"), in_words]
    operation = {
        "operationId": entry.name.replace(" ", "-"),
        "summary": _summary(row),
        "description": "\n\n".join(part for part in description if part),
        "parameters": parameters,
        "requestBody": _body(request),
        "responses": _responses(object_of(row, "response_format")),
    }
    said_of_it = {
        "x-waggle-status": text_of(row, "status"),
        "x-waggle-evidence": accepted.cited(row),
    }
    kept_parts = {name: part for name, part in {**operation, **said_of_it}.items() if part}
    return kept_parts | _security(row)


def _summary(row: dict[str, Any]) -> str:
    """Return what an endpoint is called, marked if it is to come: viewers hide `x-` fields."""
    mark = "(proposed)" if text_of(row, "status") == "proposed" else ""
    return " ".join(part for part in (text_of(row, "endpoint"), mark) if part)


def _security(row: dict[str, Any]) -> dict[str, Any]:
    """Return what is asked of a caller: a scheme where the words name one, else the words."""
    words = text_of(row, "authentication")
    needed = row.get("requires_auth")
    if needed is False or (needed is None and is_nothing(words)):
        return {"security": []}
    known = {
        f"{scheme['scheme']}Auth"
        for word, scheme in _SCHEMES.items()
        if word in words.casefold().replace("-", " ").split()
    }
    reported = {"x-waggle-authentication": words or "required"}
    return {**reported, "security": [{known.pop(): []}]} if len(known) == 1 else reported


def _parameters(
    declared: object, template: Template, names: dict[str, str]
) -> tuple[list[dict[str, Any]], str]:
    """Return the parameters of an operation, and what is said of them in words alone."""
    made: dict[tuple[str, str], dict[str, Any]] = {}
    words = [declared] if isinstance(declared, str) and not is_nothing(declared) else []
    for name, place, about in _declared(declared if isinstance(declared, dict) else {}):
        where = place or ("path" if name in names else "query")
        if not name or (where == "path" and name not in names):
            words.append(f"{where} {name}: {json.dumps(about, ensure_ascii=False)}")
            continue
        shown_name = names[name] if where == "path" else name
        made.setdefault((where, shown_name), _parameter(shown_name, where, about))
    for name in names.values():  # a part of a path is text
        made.setdefault(("path", name), _parameter(name, "path", "string"))
    for name in template.query:
        made.setdefault(("query", name), _parameter(name, "query", None))
    return list(made.values()), f"Parameters: {'; '.join(words)}" if words else ""


def _declared(declared: dict[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """Yield name, place and what is said of each parameter; the place is empty if none is said."""
    for key, about in declared.items():
        place = _PLACES.get(key.casefold(), "")
        if place and isinstance(about, dict) and not is_schema(about):
            yield from ((name, place, inner) for name, inner in about.items())
        elif place and isinstance(about, list):
            yield from (
                (text_of(one, "name"), place, one) for one in about if isinstance(one, dict)
            )
            yield from ((one, place, None) for one in about if isinstance(one, str))
        else:
            at = text_of(about, "in") if isinstance(about, dict) else ""
            yield key, at if at in {"path", "query", "header", "cookie"} else "", about


def _parameter(name: str, place: str, about: Any) -> dict[str, Any]:
    inner = about
    if isinstance(about, dict):
        inner = {key: one for key, one in about.items() if key not in {"in", "name", "required"}}
        inner = inner.get("schema", inner)
    schema = schema_of(inner)
    parameter: dict[str, Any] = {"name": name, "in": place, "schema": schema}
    if "description" in schema:
        parameter["description"] = schema.pop("description")
    if place == "path" or (isinstance(about, dict) and about.get("required") is True):
        parameter["required"] = True
    return parameter


def _body(request: dict[str, Any]) -> dict[str, Any]:
    schema = read(request.get("body_schema"))
    if is_nothing(schema):
        return {}
    kind = text_of(request, "content_type")
    if is_nothing(kind):
        kind = "*/*" if isinstance(schema, str) else "application/json"
    return {"content": {kind: {"schema": schema_of(schema)}}}


def _responses(reported: dict[str, Any]) -> dict[str, Any]:
    responses: dict[str, Any] = {}
    success = reported.get("success_status")
    if isinstance(success, int) and not isinstance(success, bool):
        responses[str(success)] = _success(success, read(reported.get("success_schema")))
    errors = reported.get("error_responses")
    for text in errors if isinstance(errors, list) else []:
        code, about = str(text)[:3], str(text)[3:].lstrip(" :-")
        if not (code.isascii() and code.isdigit()):
            continue
        about = about or _phrase(int(code))
        before = responses.get(code)
        if before is None:
            responses[code] = {"description": about}
        else:
            before["description"] += f"; {about}"
    return responses or {"default": {"description": "not reported"}}


def _success(status: int, schema: object) -> dict[str, Any]:
    """Return the answer of success; words about it say nothing of its type of content."""
    if is_nothing(schema) or status in _WITHOUT_CONTENT:
        return {"description": _phrase(status)}
    if isinstance(schema, str):
        return {"description": schema}
    content = {"application/json": {"schema": schema_of(schema)}}
    return {"description": _phrase(status), "content": content}


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "as reported"


def _take_out_invalid(document: dict[str, Any], aside: list[dict[str, str]]) -> None:
    """Take out operations that OpenAPI refuses whatever was done: no invalid document is made."""
    if _fault(document) is None:
        return
    paths = document["paths"]
    for path in list(paths):
        for method in list(paths[path]):
            alone = {**document, "paths": {path: {method: paths[path][method]}}}
            fault = _fault(alone)
            if fault is not None:
                worker, _, number = paths[path].pop(method)["operationId"].rpartition("worker-")
                row = {"worker": f"{worker}worker", "id": number}
                aside.append({**row, "reason": f"OpenAPI refuses it: {one_line(fault)}"})
        if not paths[path]:
            del paths[path]


def _fault(document: dict[str, Any]) -> str | None:
    """Return what OpenAPI has against a document, None for nothing."""
    from openapi_spec_validator import OpenAPIV31SpecValidator

    error = next(iter(OpenAPIV31SpecValidator(document).iter_errors()), None)
    return None if error is None else str(error.message)
