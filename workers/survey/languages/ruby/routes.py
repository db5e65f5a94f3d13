"""The routes of Ruby: Rails, Sinatra, Grape."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sessions.patterns import lazy_pattern
from workers.survey.found import NotUnderstood
from workers.survey.languages.ruby import rack, rails_files
from workers.survey.languages.ruby.expressions import declarations
from workers.survey.languages.ruby.values import OPEN
from workers.survey.syntax import NESTING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workers.survey.found import Endpoint

Fact = list[Any]
_TOKENS = (
    b".routes.draw", b"routes.append", b"routes.prepend", b".add_routes", b"isolate_namespace",
    b"config.api_only", b"def self.extended(", b"def self.registered(", b"Sinatra", b"'sinatra",
    b'"sinatra', b"Grape::API",
)  # fmt: skip
# What subclasses of an application's own base class hold: `get "/x" do`, `resource :users do`.
_DECLARES = lazy_pattern(
    rb"^[ \t]{0,20}(?:get|post|put|patch|delete|options|namespace|resources?|route_param|group"
    rb"|segment|mount|route)\b[ \t(]{0,3}(?:['\":]|[A-Z]|do\b)",
    re.MULTILINE,
)
_VERBS = frozenset("get post put patch delete options route".split())
_SEEN = frozenset("self.registered registered self.extended extended".split())


def concerns(file: str, source: bytes) -> bool:
    """Tell whether a file may say something of routes."""
    if rails_files.OF_ROUTES.search(file) or file.endswith(
        (".ru", "config/initializers/inflections.rb")
    ):
        return True
    if any(token in source for token in _TOKENS):
        return True
    return b"class " in source and _DECLARES.search(source) is not None


def extract(file: str, source: bytes) -> list[Fact]:
    """Return the statements of a file, without the bodies of what answers and of functions."""
    statements = declarations(source)
    if rails_files.OF_ROUTES.search(file) or b".routes." in source:
        return statements
    return [_pruned(node, 0) for node in statements]


def _pruned(node: Fact, depth: int) -> Fact:
    if depth > NESTING:
        return ["?"]
    if node[0] == "class":
        return [*node[:4], [_pruned(inner, depth + 1) for inner in node[4]]]
    if node[0] == "if":
        return ["if", [[_pruned(inner, depth + 1) for inner in body] for body in node[1]]]
    if node[0] == "def" and node[1] not in _SEEN:
        return ["?"]
    if node[0] != "call" or node[6] is None:
        return node
    names, body = node[6]
    if node[3] in _VERBS or node[3] in {"before", "after", "helpers", "params"}:
        return [*node[:6], [names, []]]
    return [*node[:6], [names, [_pruned(inner, depth + 1) for inner in body]]]


def resolve(facts: Mapping[str, list[Fact]]) -> tuple[list[Endpoint], list[NotUnderstood]]:
    """Return the endpoints of all files, and what was not understood."""
    endpoints, missed, mounts = rails_files.resolve(facts)
    mounted = [rack.Mounted(mount.name, mount.path) for mount in mounts]
    others, more, known = rack.resolve(facts, mounted, alone=not endpoints)
    for mount in mounts:
        if mount.name not in known:
            what = f"what is mounted at {mount.path.replace(OPEN, '...')} is of a library"
            missed.append(NotUnderstood(mount.file, mount.line, what))
    return [*endpoints, *others], [*missed, *more]
