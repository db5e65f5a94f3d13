"""The only user of Jinja: a template's name and values in, text out."""

from __future__ import annotations

import json
from pathlib import Path

TEMPLATES = Path(__file__).parent.parent / "templates"


def render(template: str, **values: object) -> str:
    """Render a file below templates/.

    Values are never scanned for template marks again; a name that the template uses and `values`
    lacks raises jinja2.UndefinedError.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - Markdown and JSON; JSON values go through `quoted`
    )
    # Not `tojson`: it is made for HTML and writes & and ' as \u escapes into paths.
    environment.filters["quoted"] = json.dumps
    return environment.get_template(template).render(**values)


def schema_text(worker: str, kind: str = "analysis") -> str:
    """Return the JSON Schema of a worker's JSON, generated ahead of time (`make docs`)."""
    return (TEMPLATES / worker / kind / "output.schema.json").read_text(encoding="utf-8")
