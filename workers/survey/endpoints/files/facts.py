"""What one file says of routes that are files: its exports, settings, the tree of its routes.

A fact is one of

    ["exports", [[name, local, line, methods], ...], [[module, line], ...], [layout, ...]]
        methods where a handler's own code tells them, of a default export, a loader, an action;
        the modules are those handed on whole, the layouts those that the file's words show
    ["settings", {key: value}]    of a framework's configuration; None is not known
    ["tree", convention, nodes]   of `app/routes.ts`, see `route_tree`
    ["packages", {name: version}] of a manifest, those of LAYOUTS
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sessions.patterns import lazy_pattern
from workers.survey import syntax
from workers.survey.endpoints.files import settings
from workers.survey.endpoints.files.answered import answered, function_of, functions_of
from workers.survey.endpoints.files.exports import exports_of
from workers.survey.endpoints.files.layouts import CONFIG, LAYOUTS, METHODS, PACKAGES, PLACE
from workers.survey.endpoints.files.route_tree import tree_of

if TYPE_CHECKING:
    from tree_sitter import Node

    from workers.survey.endpoints.files.exports import Export

Fact = list[Any]
KINDS = frozenset({"exports", "settings", "tree", "packages"})
_NAMES = frozenset(name for layout in LAYOUTS for name in layout.verbs) | {
    "default", "loader", "action",
}  # fmt: skip
# A name of these that is no text: `method: "POST"` is how others are called.
_WORD = lazy_pattern(
    rb"(?<![\"'`\w.])(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|ALL|fallback|default|loader|actions?"
    rb"|onRequest[A-Za-z]{0,10})\b(?![\"'`])|\bexport \*|\bmodule\.exports"
)
_TREE = lazy_pattern(r"(?:^|/)\w{1,40}/routes\.[cm]?[jt]s$")
_IN_APP = lazy_pattern(r"(?:^|/)app/.+(?<!\.d)\.[jt]sx?$")
_LOADER = lazy_pattern(
    rb"\bexport\s{1,4}(?:async\s{1,4})?(?:function|const|let)\s{1,4}(?:loader|action)\b"
    rb"|\bexport\s{0,4}\{[^{}]{0,200}\b(?:loader|action)\b"
)
_MOST = 200


def concerns(file: str, source: bytes) -> bool:
    """Tell whether a script may be a route by its place, or says where routes lie."""
    if PLACE.search(file):
        return _WORD.search(source) is not None or _is_tree(file, source)
    if CONFIG.search(file):
        return settings.concerns(source)
    # What `app/routes.ts` lists lies anywhere.
    return _IN_APP.search(file) is not None and _LOADER.search(source) is not None


def _is_tree(file: str, source: bytes) -> bool:
    return _TREE.search(file) is not None and b"oute" in source and b"default" in source


def extract(language: str, file: str, source: bytes) -> list[Fact]:
    """Return the facts of a script that `concerns` names; raises TooSlow."""
    root = syntax.parse(language, source).root_node
    if CONFIG.search(file):
        known = settings.settings_of(language, root)
        if b"remix-flat-routes" in source:
            known["convention"] = "hybrid"
        return [["settings", known]] if known else []
    facts: list[Fact] = []
    if _is_tree(file, source):
        convention, nodes = tree_of(root)
        facts += [["tree", convention, nodes]] if convention else []
    listed, stars = exports_of(root)
    named = functions_of(root)
    rows = [_row(export, named) for export in listed if export.name in _NAMES][:_MOST]
    if rows or stars:
        shown = [at for at, layout in enumerate(LAYOUTS) if any(m in source for m in layout.marks)]
        facts.append(["exports", rows, stars[:_MOST], shown])
    return facts


def _row(export: Export, named: dict[str, Node]) -> list[Any]:
    methods: list[str] | None = None
    if export.name not in METHODS:
        value = export.value or named.get(export.local)
        code = syntax.text(value)[:_CODE] if value is not None else ""
        function = function_of(value, named)
        methods = answered(function) or None
        if methods is None and export.name == "action":
            methods = _of_action(syntax.text(function)[:_CODE] if function is not None else code)
        elif methods is None and "WebSocketHandler(" in code[:_CODE_START]:
            methods = ["WEBSOCKET"]
    return [export.name, export.local, export.line, methods]


_CODE, _CODE_START = 20_000, 60
_OTHER_METHODS = lazy_pattern(r"(?i)['\"`](?:PUT|PATCH|DELETE)['\"`]")


def _of_action(code: str) -> list[str]:
    """Return POST, which is what forms send, but for an action that asks for other methods.

    It is called for all that is neither GET nor HEAD: one that tells them apart, in a way that is
    not understood, is one of any method.
    """
    return ["ANY"] if "method" in code and _OTHER_METHODS.search(code) else ["POST"]


def packages_of(data: dict[str, Any]) -> list[Fact]:
    """Return the frameworks among the dependencies of a manifest."""
    known: dict[str, str] = {}
    for key in ("devDependencies", "dependencies"):
        listed = data.get(key)
        for name, version in listed.items() if isinstance(listed, dict) else ():
            if name in PACKAGES:
                known[name] = version if isinstance(version, str) else ""
    return [["packages", known]] if known else []
