"""Files that look as if they declared routes and gave none, or not all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sessions.patterns import lazy_pattern
from workers.survey import syntax
from workers.survey.endpoints.frameworks import frameworks_of
from workers.survey.endpoints.routing import PAGES
from workers.survey.found import NotUnderstood

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from workers.survey.endpoints.follower.program import Program
    from workers.survey.found import Endpoint

Fact = list[Any]
# Scripts that configure a tool, and what a page of a browser imports.
_TOOL = lazy_pattern(r"\.config\.[cm]?[jt]s$|(?:^|/)(?:gulp|Grunt)file\.[cm]?js$")
_PAGE = lazy_pattern(
    r"(?:react(?:-dom|-router|-router-dom|-query)?|preact|vue|vue-router|svelte|solid-js|lit|jquery"
    r"|@angular/.+|@tanstack/(?:react|vue|solid)-.+|@reduxjs/toolkit|vite|webpack|msw"
    r"|@sveltejs/vite-.+|@vitejs/.+|next/(?:navigation|router|link|image|dynamic))(?:/|$)"
)


def not_understood(
    facts: Mapping[str, list[Fact]], served: list[Endpoint], programs: Iterable[Program]
) -> list[NotUnderstood]:
    """Return the files of which a route is missing, each once with the first line of one."""
    followed = list(programs)
    computed = _computed(served, followed)
    listed = [
        NotUnderstood(file, min(lines), f"{_routes(len(lines))} whose path is computed")
        for file, lines in sorted(computed.items())
    ]
    heard = {endpoint.file for endpoint in served}.union(computed)
    for program in followed:
        heard |= program.understood
    for file, statements in sorted(facts.items()):
        line = next((fact[1] for fact in statements if fact[0] == "routes"), None)
        if line is not None and file not in heard and not _only_configures(file, statements):
            listed.append(NotUnderstood(file, line, "looks like routes, none was understood"))
    return listed


def _computed(served: list[Endpoint], programs: Iterable[Program]) -> dict[str, set[int]]:
    """Return the lines by file of routes whose path is not known.

    A line that served others, called with what is known, is none of these; one that goes through
    a list that is not known whole is.
    """
    placed = {(endpoint.file, endpoint.line) for endpoint in served}
    computed: dict[str, set[int]] = {}
    for program in programs:
        unknown = set(program.lost)
        for router in program.routers:
            unknown |= {(r.file, r.line) for r in router.routes if r.path is None} - placed
        for file, line in unknown:
            computed.setdefault(file, set()).add(line)
    return computed


def _only_configures(file: str, statements: list[Fact]) -> bool:
    """Tell whether a script sets up a tool, or is one that browsers run, and serves nothing."""
    if syntax.language_of(file) == "python":
        return False
    if _TOOL.search(file):
        return True
    modules = {fact[2] for fact in statements if fact[0] == "import"}
    servers = {name for framework in frameworks_of("script") for name in framework.imports}
    if not servers.isdisjoint(modules):
        return False
    return any(_PAGE.match(module) for module in modules) or PAGES.search(file) is not None


def _routes(count: int) -> str:
    return f"{count:,} routes" if count > 1 else "1 route"
