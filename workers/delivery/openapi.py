"""OpenAPI documents and fragments: refuted by the schema of exactly the version they are of."""

from __future__ import annotations

import json
from typing import Any

_PATH_METHODS = frozenset("get put post delete options head patch trace query".split())
_OPERATION = frozenset({"responses", "operationId", "parameters", "requestBody"})
VERSIONS = ("3.1", "3.0", "3.2")


def is_whole(document: Any) -> bool:
    """Tell whether a document says of itself that it is OpenAPI 3, and describes an API."""
    return (
        isinstance(document, dict)
        and str(document.get("openapi"))[:3] in VERSIONS
        and isinstance(document.get("paths"), dict)
    )


def fault_of(document: Any) -> str | None:
    """Return why a document or a part of one is not valid, None if it is.

    A part says no version: it is valid if it is in one of them. Raises ValueError when it cannot be
    told: another version, or no part of OpenAPI at all.
    """
    if not isinstance(document, dict) or not document or "swagger" in document:
        raise ValueError
    says = document.get("openapi")
    if says is not None and str(says)[:3] not in VERSIONS:
        raise ValueError
    # Status codes are text in JSON, and so are dates.
    plain: dict[str, Any] = json.loads(json.dumps(document, default=str))
    faults = [
        _fault_in(_completed(plain, version), version)
        for version in ([str(says)[:3]] if says is not None else VERSIONS)
    ]
    return None if None in faults else faults[0]


def _fault_in(document: dict[str, Any], version: str) -> str | None:
    import openapi_spec_validator as library

    # One for each version that VERSIONS names; a method of HTTP is 3.2's alone.
    validator = getattr(library, f"OpenAPIV{version.replace('.', '')}SpecValidator")
    error = next(iter(validator(document).schema_validator.iter_errors(document)), None)
    if error is None:
        return None
    where = "/".join(str(part) for part in error.absolute_path)
    return f"OpenAPI, at {where[:120] or 'the top'}: {error.message[:160]}"


def _completed(document: dict[str, Any], version: str) -> dict[str, Any]:
    """Make a document of what may be a part of one: paths, one path, one operation."""
    names = set(document)
    head: dict[str, Any] = {"openapi": f"{version}.0", "info": {"title": "-", "version": "0"}}
    if names & {"openapi", "paths", "components", "webhooks"}:
        info = document.get("info")
        if info is None:
            return {"paths": {}, **head, **document, "openapi": head["openapi"]}
        if isinstance(info, dict):  # `version: 1.0` is a number in YAML, and taken by every tool
            texts = {
                key: str(value) if isinstance(value, int | float) else value
                for key, value in info.items()
            }
            info = {**head["info"], **texts}
        return {"paths": {}, **document, "openapi": head["openapi"], "info": info}
    if all(name.startswith("/") for name in names):
        return {**head, "paths": document}
    if names & _PATH_METHODS:
        return {**head, "paths": {"/": document}}
    if names & _OPERATION:
        return {**head, "paths": {"/": {"get": document}}}
    raise ValueError
