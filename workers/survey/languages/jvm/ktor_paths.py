"""Paths of Ktor: joined below each other, with optional parameters, and those of resources."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from workers.survey.languages.jvm.declarations import note, value
from workers.survey.languages.jvm.paths import Path
from workers.survey.languages.jvm.program import Scope

if TYPE_CHECKING:
    from workers.survey.languages.jvm.paths import Found
    from workers.survey.languages.jvm.program import Declared

_DEEPEST = 12


def below(front: Path | None, path: Path) -> Path:
    """Put a path below another one; the slash at the end of the last one counts."""
    if not path.is_full:
        return path
    parts = [one for one in path.text.split("/") if one]
    before = front.text if front is not None else ""
    is_full = front is not None and front.is_full
    if not path.text:
        return Path(before, is_full)
    whole = "/".join([before.rstrip("/"), *parts])
    ends = path.text.endswith("/")
    return Path(f"{whole}/" if ends else whole, is_full)


def parameters(path: str) -> list[str]:
    """Return a path as the map writes it: without what is optional, and with it."""
    path = re.sub(r"\{(\w{1,80})\.\.\.\}", r"{\1}", path or "/")
    optional = re.search(r"/\{(\w{1,80})\?\}$", path)
    plain = re.sub(r"\{(\w{1,80})\?\}", r"{\1}", path)
    return [path[: optional.start()] or "/", plain] if optional else [plain]


class Resources:
    """The paths of classes that are resources: below those of their parents."""

    def __init__(self, findings: Found) -> None:
        """Take what is put together."""
        self._found = findings

    def path(self, name: str, scope: Scope) -> Path | None:
        """Return the path of a resource, None for what is none."""
        declared = self._found.program.find(name, scope)
        whole: Path | None = None
        for _ in range(_DEEPEST):
            mark = note(declared.fact, "Resource", "Location") if declared is not None else None
            if declared is None or mark is None:
                break
            where = Scope(declared.file, declared.name)
            own = self._found.path(value(mark, "value", "path"), where)
            if own is None:
                return None
            whole = own if whole is None else below(own, whole)
            declared = self._parent(declared, where)
        return whole

    def _parent(self, declared: Declared, scope: Scope) -> Declared | None:
        for field in declared.fact["fields"]:
            kind = self._found.program.find(field["type"][0], scope)
            if kind is not None and note(kind.fact, "Resource", "Location") is not None:
                return kind
        return None
