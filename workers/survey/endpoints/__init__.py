"""The endpoints that a repository's code declares, with the prefixes that other files give them."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from sessions.bounds import over_nesting
from workers.survey import syntax
from workers.survey.found import Endpoint, NotUnderstood

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from workers.survey.endpoints.forms import Statement
    from workers.survey.endpoints.program import Program

Fact = list[Any]

# A file declares routes if it holds one of these, and may hold a prefix, a constant or a mount if
# it holds one of the others. Plain texts: finding them is ten times as fast as one pattern.
_PYTHON_ROUTES = (
    b"urlpatterns", b"APIRouter", b"FastAPI(", b"Starlette(", b"Flask(", b"Quart(", b"Blueprint(",
    b"itestar", b"ninja", b"@expose", b"add_url_rule", b"add_api_route", b"add_resource",
    b"include_router", b"register_blueprint", b" Route(", b" Mount(", b"[Route(", b"[Mount(",
)  # fmt: skip
_PYTHON_DECORATOR = re.compile(
    rb"@[\w.]{1,60}\.(?:get|post|put|patch|delete|route|api_route|websocket)\("
)
_PYTHON_OTHERS = (
    b"View", b"api_view", b"require_", b"@action", b"Depends", b"BaseModel", b"SQLModel", b"oute",
    b"ROUTE", b"refix", b"PREFIX", b"ase_path", b"BASE_PATH", b"base_url", b"BASE_URL", b"ettings",
    b"ROOT_URLCONF", b'= "/', b"= '/", b'= f"/', b"_API", b"API_", b"_URL", b"VERSION",
)  # fmt: skip
_SCRIPT_ROUTES = (
    b"@Get(", b"@Post(", b"@Put(", b"@Patch(", b"@Delete(", b"@Controller(", b"outer(",
    b"express()", b"astify(", b"new Hono", b"new OpenAPIHono", b"new Koa", b".route(",
    b".basePath(",
)  # fmt: skip
_SCRIPT_CALL = re.compile(
    rb"\.(?:get|post|put|patch|delete|del|all)\(\s{0,40}(?:\[\s{0,40})?['\"`]/"
)
_SCRIPT_OTHERS = (
    b".use(", b".register(", b"GlobalPrefix(", b"enableVersioning(", b"@Module(", b"refix",
    b"PREFIX",
    b"oute", b"ROUTE", b"enum ", b"= '/", b'= "/', b"= `/", b": '/", b': "/', b": `/",
)  # fmt: skip
_SCRIPT_CONSTANT = re.compile(rb"export const [A-Z]\w{0,60} ?=")
_CONFIGURATIONS = re.compile(r"(?:^|/)(?:tsconfig(?:\.[\w-]{1,40})?|jsconfig|package)\.json$")


def concerns(file: str, source: bytes) -> bool:
    """Tell whether a file may say something about routes."""
    language = syntax.language_of(file)
    if language is None:
        return _CONFIGURATIONS.search(file) is not None
    name = file.rsplit("/", 1)[-1].split(".", maxsplit=1)[0]
    if name in {"__init__", "index"}:  # what hands on names of others
        return True
    if file.endswith(".d.ts"):
        return False
    if _first_route(language, source) is not None:
        return True
    if language == "python":
        return any(token in source for token in _PYTHON_OTHERS)
    return any(token in source for token in _SCRIPT_OTHERS) or (
        _SCRIPT_CONSTANT.search(source) is not None
    )


def _first_route(language: str, source: bytes) -> int | None:
    """Return where something that reads as a route begins, None if nothing does."""
    is_python = language == "python"
    tokens = _PYTHON_ROUTES if is_python else _SCRIPT_ROUTES
    places = [at for token in tokens if (at := source.find(token)) != -1]
    match = (_PYTHON_DECORATOR if is_python else _SCRIPT_CALL).search(source)
    places += [match.start()] if match else []
    return min(places, default=None)


def extract(file: str, source: bytes) -> list[Fact]:
    """Return the statements of a file that routes can depend on; raises TooSlow."""
    language = syntax.language_of(file)
    if language is None:
        return _configuration(file, source)
    if language == "python":
        from workers.survey.endpoints import python_source

        found = python_source.statements(source)
    else:
        from workers.survey.endpoints import script_source

        found = script_source.statements(language, source)
    start = _first_route(language, source)
    if start is not None:
        found.append(["routes", source.count(b"\n", 0, start) + 1])
    return found


def _configuration(file: str, source: bytes) -> list[Fact]:
    """Return the path aliases of a TypeScript configuration, the name of a package."""
    text = _without_comments(source.decode("utf-8", "replace"))
    if over_nesting("json", text) is not None:
        return []
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return []
    if not isinstance(data, dict):
        return []
    if file.endswith("package.json"):
        name = data.get("name")
        return [["package", name]] if isinstance(name, str) else []
    options = data.get("compilerOptions")
    if not isinstance(options, dict):
        return []
    base, paths = options.get("baseUrl"), options.get("paths")
    known = {
        key: [one for one in value if isinstance(one, str)]
        for key, value in (paths.items() if isinstance(paths, dict) else ())
        if isinstance(value, list)
    }
    return [["aliases", base if isinstance(base, str) else "", known]]


def _without_comments(text: str) -> str:
    """Leave out the comments and trailing commas that such configurations may hold."""
    outside = re.sub(
        r'("(?:[^"\\\n]|\\.)*")|//[^\n]*|/\*[^*]*\*/', lambda match: match[1] or "", text
    )
    return re.sub(r",(\s*[}\]])", r"\1", outside)


def resolve(facts: Mapping[str, list[Fact]]) -> tuple[list[Endpoint], list[NotUnderstood]]:
    """Return the endpoints of all files, and the files that look like routes and gave none."""
    from workers.survey.endpoints import rules
    from workers.survey.endpoints.modules import Modules, aliases_of
    from workers.survey.endpoints.routing import endpoints

    python: dict[str, list[Statement]] = {}
    script: dict[str, list[Statement]] = {}
    configurations: list[tuple[str, str, dict[str, list[str]]]] = []
    packages: dict[str, str] = {}
    for file, listed in facts.items():
        if file.endswith(".py"):
            python[file] = listed
        elif not file.endswith(".json"):
            script[file] = listed
        for fact in listed if file.endswith(".json") else ():
            if fact[0] == "aliases":
                configurations.append((file, fact[1], fact[2]))
            else:
                packages[fact[1]] = file.rpartition("/")[0]
    modules = Modules(frozenset(facts), aliases_of(configurations), packages)
    programs = (rules.python(python, modules), rules.script(script, modules))
    found = endpoints([router for program in programs for router in program.routers])
    return found, _not_understood(facts, found, programs)


def _not_understood(
    facts: Mapping[str, list[Fact]], found: list[Endpoint], programs: Iterable[Program]
) -> list[NotUnderstood]:
    said = {one.file for one in found}
    placed = {(one.file, one.line) for one in found}
    computed: dict[str, list[int]] = {}
    for program in programs:
        said |= program.understood
        for route in (route for router in program.routers for route in router.routes):
            if route.path is None and (route.file, route.line) not in placed:
                computed.setdefault(route.file, []).append(route.line)
    listed = [
        NotUnderstood(file, min(lines), f"{len(set(lines))} routes whose path is computed")
        for file, lines in sorted(computed.items())
    ]
    for file, statements in sorted(facts.items()):
        mark = next((one for one in statements if one[0] == "routes"), None)
        if mark is not None and file not in said and file not in computed:
            listed.append(NotUnderstood(file, mark[1], "looks like routes, none was understood"))
    return listed
