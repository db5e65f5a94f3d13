"""Endpoints of Micronaut's controllers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from workers.survey.languages.jvm.declarations import listed, note, simple, value
from workers.survey.languages.jvm.overriding import overrides
from workers.survey.languages.jvm.paths import Path, endpoint, plain_parameters
from workers.survey.languages.jvm.program import Scope
from workers.survey.route_paths import joined

if TYPE_CHECKING:
    from workers.survey.languages.jvm.paths import Found
    from workers.survey.languages.jvm.program import Declared

VERBS = ("Get", "Post", "Put", "Delete", "Patch", "Head", "Options", "Trace")
PACKAGE = "io.micronaut.http"


def add_endpoints(findings: Found) -> None:
    """Add the endpoints of all controllers."""
    for declared in findings.program.all_classes():
        mark = note(declared.fact, "Controller")
        scope = Scope(declared.file, declared.name)
        if mark and findings.program.is_imported(mark["name"], scope, PACKAGE):
            _add(findings, declared, findings.path(value(mark, "value") or ["str", "/"], scope))


def _add(findings: Found, declared: Declared, outer: Path | None) -> None:
    front = findings.settings.path(declared.file, "micronaut.server.context-path")
    seen: list[dict[str, Any]] = []
    for each in [declared, *findings.program.ancestors(declared)]:
        scope = Scope(each.file, each.name)
        own = [
            (method, mark)
            for method in each.fact["methods"]
            if (mark := note(method, *VERBS))
            and findings.program.is_imported(mark["name"], scope, PACKAGE)
        ]
        for method, mark in own:
            if any(overrides(one, method, each) for one in seen):
                continue
            handler = f"{simple(declared.name)}.{method['name']}"
            verb = simple(mark["name"]).upper()
            place = (each.file, mark["line"], "micronaut")
            for path in _paths(findings, mark, scope):
                whole = _whole(front, outer, path)
                if whole is None:
                    findings.miss(each.file, mark["line"], "a route whose path is computed")
                for text in _expanded(whole.text) if whole is not None else ():
                    is_full = whole is not None and whole.is_full
                    findings.add(endpoint(verb, Path(text, is_full), handler, place))
        seen += [method for method, _ in own]


def _paths(findings: Found, mark: dict[str, Any], scope: Scope) -> list[Path | None]:
    """Return the paths of an annotation; without one it is the controller's own."""
    values = mark["values"]
    several = listed(values.get("uris"))
    paths = several or [one for key in ("value", "uri") if (one := values.get(key))]
    return [findings.path(one, scope) for one in paths] if paths else [Path("/")]


def _whole(front: str | None, outer: Path | None, path: Path | None) -> Path | None:
    if path is None:
        return None
    if not path.is_full:
        return path
    if outer is None or not outer.is_full or front is None:
        before = outer.text if outer is not None else ""
        return Path(joined(before, path.text, "segments"), is_full=False)
    if path.text.startswith("{"):  # {?page} and {/id} bring their own sign
        return Path(joined(front, outer.text, "segments").rstrip("/") + path.text)
    return Path(joined(joined(front, outer.text, "segments"), path.text, "segments"))


def _expanded(path: str) -> list[str]:
    """Return the paths of a template: without its query, without and with what is optional."""
    path = re.sub(r"\{[?&#][^{}]{0,200}\}", "", path)
    optional = re.search(r"\{/(\w{1,80})\}$", path)
    if optional:
        before = path[: optional.start()]
        return [before or "/", f"{before.rstrip('/')}/{{{optional[1]}}}"]
    return [plain_parameters(re.sub(r"\{\+", "{", path)) or "/"]
