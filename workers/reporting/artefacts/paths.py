"""Reported paths as OpenAPI writes them: every parameter as `{name}`, each name once."""

from __future__ import annotations

import re
from typing import NamedTuple

from workers.survey.route_paths import braced


class Template(NamedTuple):
    """A path of OpenAPI, the names of its parameters in order, the names in its query."""

    path: str
    names: tuple[str, ...]
    query: tuple[str, ...] = ()

    @property
    def shape(self) -> str:
        """The path by which names of parameters do not count: two of one shape are one path."""
        return re.sub(r"\{[^{}]*\}", "{}", self.path)


def template_of(path: str) -> Template | None:
    """Return a path as OpenAPI writes it, None for a pattern that is no path."""
    if "\\" in path or "(" in braced(path):
        return None
    written = re.sub(r"\[+(?:\.\.\.)?([A-Za-z_]\w*)\]+", r"{\1}", path)
    written = re.sub(r"\*+([A-Za-z_]\w*)?", _wildcard, braced(written))
    names: list[str] = []

    def named(match: re.Match[str]) -> str:
        word = re.search(r"[A-Za-z_][\w-]*", match[1])
        name = word[0] if word else "p"
        number = 1
        while name in names:
            number += 1
            name = f"{word[0] if word else 'p'}_{number}"
        names.append(name)
        return f"{{{name}}}"

    written = re.sub(r"\{([^{}]*)\}", named, written)
    if written.count("{") != len(names) or written.count("}") != len(names):
        return None
    before, _, after = written.partition("?")
    before = before.partition("#")[0] or "/"
    in_path = tuple(re.findall(r"\{([^{}]*)\}", before))
    query = tuple(part.partition("=")[0] for part in after.split("&") if part)
    return Template(
        before, in_path, tuple(name for name in query if re.fullmatch(r"[\w.-]+", name))
    )


def _wildcard(match: re.Match[str]) -> str:
    return f"{{{match[1] or 'rest'}}}"
