"""The only user of Jinja: a template's name and values in, text out.

Templates of ours are read from templates/; in those of a page every value is escaped. A user's is
anybody's text: it may name values, as `{{ session_id }}` or `{{ session_id | quoted }}`, and
nothing else.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING

from sessions.errors import BadWorker, escaped, shown
from sessions.patterns import lazy_pattern
from workers.worker_file import TEMPLATES

if TYPE_CHECKING:
    from jinja2 import Environment
    from jinja2.environment import TemplateModule

# What no document of HTML may hold, beside the controls that `escaped` replaces.
_LAST_TWO = "".join(
    f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000)
)
_NO_CHARACTERS = lazy_pattern(f"[\ufdd0-\ufdef{_LAST_TWO}]")

_TAB = 4


def render(template: str, **values: object) -> str:
    """Render a file below templates/.

    Values are never scanned for template marks again; a name that the template uses and `values`
    lacks raises jinja2.UndefinedError.
    """
    return _environment().get_template(template).render(**values)


def render_page(template: str, **values: object) -> str:
    """Render a file below templates/ as HTML, with every value escaped but what is Markup."""
    return _page_environment().get_template(template).render(**values)


def page_macros(template: str, **values: object) -> TemplateModule:
    """Return the macros of a file below templates/; each returns Markup, its values escaped.

    They may use the `values` by name.
    """
    return _page_environment().get_template(template).make_module(values)


def compile_pages(folder: str) -> None:
    """Compile the pages of a folder below templates/: that takes longer than to fill one in."""
    environment = _page_environment()
    for name in environment.list_templates(["j2"]):
        if name.startswith(f"{folder}/"):
            environment.get_template(name)


def plain(text: str) -> str:
    """Return foreign text with a visible escape for what no page may hold: still to be escaped.

    Lines stay lines; controls, direction marks and zero-width characters can be seen.
    """
    lines = "\n".join(escaped(line.expandtabs(_TAB)) for line in text.split("\n"))
    return _NO_CHARACTERS.sub(
        lambda match: match[0].encode("unicode_escape").decode("ascii"), lines
    )


def render_text(text: str, file: str, **values: object) -> str:
    """Render a user's template; raises BadWorker, with the line, for anything but named values."""
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    objection = objection_to(text, tuple(values))
    if objection is not None:
        message, line = objection
        raise BadWorker(
            f"{message} ({shown(file, 300)[1:-1]}, line {line})",
            "A template of yours may name values, as {{ session_id }}, and nothing else.",
        )
    environment = ImmutableSandboxedEnvironment(
        keep_trailing_newline=True,
        autoescape=False,
    )
    environment.filters["quoted"] = json.dumps
    return environment.from_string(text).render(**values)


def objection_to(text: str, names: tuple[str, ...]) -> tuple[str, int] | None:
    """Return what a user's template does beside naming values, and its line; None if nothing."""
    from jinja2 import Environment, TemplateSyntaxError, nodes

    try:
        tree = Environment(autoescape=False).parse(text)  # noqa: S701 - only read
    except TemplateSyntaxError as error:
        return f"the template cannot be read: {shown(error.message or '', 200)[1:-1]}", error.lineno
    except RecursionError:
        return "the template is nested too deeply", 1
    for node in tree.find_all(nodes.Node):
        if isinstance(node, nodes.Name):
            if node.name not in names:
                return f"there is no value {shown(node.name, 60)}", node.lineno
        elif isinstance(node, nodes.Filter):
            if node.name != "quoted" or node.args or node.kwargs:
                return f"there is no filter {shown(node.name, 60)}", node.lineno
        elif not isinstance(node, nodes.Output | nodes.TemplateData | nodes.Template):
            return (
                f"the template holds {type(node).__name__.lower()}: more than values",
                node.lineno,
            )
    return None


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - Markdown and JSON; JSON values go through `quoted`
    )
    # Not `tojson`: it is made for HTML and writes & and ' as \u escapes into paths.
    environment.filters["quoted"] = json.dumps
    return environment


@cache
def _page_environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=True,
        finalize=lambda value: value if isinstance(value, Markup) else plain(str(value)),
        trim_blocks=True,
        lstrip_blocks=True,
    )
