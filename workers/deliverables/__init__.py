"""What workers hand in: a file per worker and kind of task, with a model `Report`, a `PROFILE`."""

from __future__ import annotations

import importlib
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pydantic import BaseModel

    from workers.deliverables.profile import Profile


def report_model(worker: str, kind: str = "analysis") -> type[BaseModel]:
    """Return the model of a worker's JSON; `kind` is one of KINDS of a profile."""
    model: type[BaseModel] = _module(worker, kind).Report
    return model


def profile_of(worker: str, kind: str = "analysis") -> Profile:
    """Return the vocabulary of a worker; imports Pydantic, as its model stands beside it."""
    profile: Profile = _module(worker, kind).PROFILE
    return profile


def _module(worker: str, kind: str) -> Any:
    name = worker if kind == "analysis" else f"{worker}_{kind}"
    return importlib.import_module(f"{__name__}.{name}")


def json_schema(worker: str, kind: str = "analysis") -> str:
    """Generate the JSON Schema that templates/ holds; too slow to be done at every start."""
    schema = report_model(worker, kind).model_json_schema(by_alias=True)
    definitions = schema.pop("$defs")
    lines = [f'  "$defs": {{\n{_lines(definitions, 4)}\n  }}', _lines(schema, 2)]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _lines(entries: dict[str, Any], indent: int) -> str:
    """Write one entry a line: an agent that reads the file pays for white space."""
    pairs = (f"{json.dumps(key)}: {json.dumps(_bare(value))}" for key, value in entries.items())
    return ",\n".join(" " * indent + pair for pair in pairs)


def _bare(value: Any) -> Any:
    """Drop the titles and descriptions that Pydantic makes from names and docstrings."""
    if isinstance(value, dict):
        return {
            key: {name: _bare(inner) for name, inner in entry.items()}
            if key == "properties"
            else _bare(entry)
            for key, entry in value.items()
            if key not in {"title", "description"} or not isinstance(entry, str)
        }
    return [_bare(entry) for entry in value] if isinstance(value, list) else value
