"""The endpoints that a repository's code declares, with the prefixes that other files give them.

Languages that a folder of `languages` reads whole are left to it. Of Python and scripts the
program is followed, in two passes. Reading (`python_source`, `script_source`) keeps of each file
the statements that routes can depend on, in the forms of `statements`; this is cached. Following
(`follower`) goes through all files' statements as the program would, and asks `framework_rules`
what each call means; these ask the frameworks. What comes out are routers (`routing`), and of
these the endpoints.

A new framework touches `frameworks/` alone. A call that reading leaves out is never followed:
`survey --trace FILE` tells which.
"""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from sessions.bounds import over_nesting
from sessions.patterns import lazy_pattern
from workers.survey import languages, syntax
from workers.survey.endpoints import files

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from workers.survey.endpoints.follower.program import Program
    from workers.survey.endpoints.framework_rules import Watch
    from workers.survey.endpoints.modules import Modules
    from workers.survey.endpoints.statements import Statement
    from workers.survey.endpoints.tracing import TracedCall
    from workers.survey.found import Endpoint, NotUnderstood

Fact = list[Any]
# What is kept of a file without any word of routes, or by which anything refuses whoever calls.
QUIET: list[Fact] = [["quiet"]]

# A file declares routes if it holds one of its language's frameworks' tokens or reads as the
# pattern; it may hold a prefix, a constant or a mount if it holds a hint. Tokens and hints are
# plain texts: finding them is ten times as fast as one pattern.
_PYTHON_DECORATOR = lazy_pattern(
    rb"@[\w.]{1,60}\.(?:get|post|put|patch|delete|route|api_route|websocket)\("
)
_PYTHON_HINTS = (
    b"oute", b"ROUTE", b"refix", b"PREFIX", b"ase_path", b"BASE_PATH", b"base_url", b"BASE_URL",
    b"401", b"403", b"nauthor", b"orbidden", b"FORBIDDEN", b"ermission", b"login_required",
    b"auth_required", b"jwt_required", b"Depends", b"iddleware", b"MIDDLEWARE", b"before_request",
    b"(request",
    b"ettings", b'= "/', b"= '/", b'= f"/', b"_API", b"API_", b"_URL", b"VERSION",
)  # fmt: skip
_SCRIPT_CALL = lazy_pattern(
    rb"\.(?:get|post|put|patch|delete|del|all)\(\s{0,40}(?:\[\s{0,40})?['\"`]/"
)
_SCRIPT_HINTS = (
    b"refix", b"PREFIX", b"oute", b"ROUTE", b"enum ",
    b"401", b"403", b"nauthor", b"NAUTHOR", b"orbidden", b"FORBIDDEN", b"next()", b"iddleware",
    b"CanActivate", b"AuthGuard", b"SetMetadata", b"passport", b"jwtVerify", b"express-jwt",
    b"= '/", b'= "/', b"= `/", b": '/", b': "/', b": `/",
)  # fmt: skip
_SCRIPT_CONSTANT = lazy_pattern(rb"export const [A-Z]\w{0,60} ?=")
_PAGES = (".tsx", ".jsx")
_CONFIGURATIONS = lazy_pattern(
    r"(?:^|/)(?:tsconfig(?:\.[\w-]{1,40})?|jsconfig|package|tsoa)\.json$"
)


def concerns(file: str, source: bytes) -> bool:
    """Tell whether a file may say something about routes."""
    reader = languages.reader_of(file)
    if reader is not None:
        return languages.routes_of(reader).concerns(file, source)
    language = syntax.language_of(file)
    if language is None:
        return _CONFIGURATIONS.search(file) is not None
    if _is_followed(language, file, source):
        return True
    return language != "python" and files.concerns(file, source)


def _is_followed(language: str, file: str, source: bytes) -> bool:
    """Tell whether a file holds anything that its program has to be followed for."""
    name = file.rsplit("/", 1)[-1].split(".", maxsplit=1)[0]
    if name in {"__init__", "index"}:  # what hands on names of others
        return True
    if file.endswith(".d.ts"):
        return False
    if _first_route(language, source) is not None:
        return True
    if file.endswith(_PAGES) and b"react" in source:  # what a browser draws declares nothing
        return False
    if any(hint in source for hint in _words(language).hints):
        return True
    return language != "python" and _SCRIPT_CONSTANT.search(source) is not None


def _first_route(language: str, source: bytes) -> int | None:
    """Return where something that reads as a route begins, None if nothing does."""
    places = [at for token in _words(language).tokens if (at := source.find(token)) != -1]
    match = (_PYTHON_DECORATOR if language == "python" else _SCRIPT_CALL).search(source)
    places += [match.start()] if match else []
    return min(places, default=None)


class _Words(NamedTuple):
    """What the frameworks of a language look for in a file."""

    tokens: tuple[bytes, ...]
    hints: tuple[bytes, ...]
    effects: frozenset[str]
    objects: tuple[bytes, ...]


@cache
def _words(language: str) -> _Words:
    """Return the words of a grammar's language: all but Python are scripts."""
    from workers.survey.endpoints.frameworks import frameworks_of

    name = "python" if language == "python" else "script"
    frameworks = frameworks_of(name)
    own = _PYTHON_HINTS if language == "python" else _SCRIPT_HINTS
    return _Words(
        tuple(token for framework in frameworks for token in framework.tokens),
        (*own, *(hint for framework in frameworks for hint in framework.hints)),
        frozenset().union(*(framework.effects for framework in frameworks)),
        tuple(word for framework in frameworks for word in framework.objects),
    )


def extract(file: str, source: bytes) -> list[Fact]:
    """Return what a file says that routes can depend on; raises TooSlow."""
    reader = languages.reader_of(file)
    if reader is not None:
        return languages.routes_of(reader).extract(file, source)
    language = syntax.language_of(file)
    if language is None:
        return _configuration(file, source)
    places: list[Fact] = []
    if language != "python" and files.concerns(file, source):
        places = files.extract(language, file, source)
        if not _is_followed(language, file, source):
            return [*QUIET, *places]
    effects = _words(language).effects
    has_objects = any(word in source for word in _words(language).objects)
    if language == "python":
        from workers.survey.endpoints import python_source

        facts = python_source.statements(source, effects, has_objects=has_objects)
    else:
        from workers.survey.endpoints import script_source

        facts = script_source.statements(language, source, effects, has_objects=has_objects)
    start = _first_route(language, source)
    if start is not None:
        facts.append(["routes", source.count(b"\n", 0, start) + 1])
    return facts + places


def _configuration(file: str, source: bytes) -> list[Fact]:
    """Return the aliases of a TypeScript configuration, a package's name, tsoa's base path."""
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
        return _package(data)
    if file.endswith("tsoa.json"):
        routes = data.get("routes")
        base = routes.get("basePath", "") if isinstance(routes, dict) else ""
        return [["base path", base]] if isinstance(base, str) else []
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


def _package(data: dict[str, Any]) -> list[Fact]:
    """Return the name of a package, and the aliases that it gives its own modules."""
    name, own, others = (data.get(key) for key in ("name", "imports", "_moduleAliases"))
    facts: list[Fact] = [["package", name]] if isinstance(name, str) else []
    known = {key: [file] for key, to in _entries(own) if (file := _default(to)) is not None}
    for key, folder in _entries(others):
        if isinstance(folder, str):
            known |= {key: [folder], f"{key}/*": [f"{folder}/*"]}
    facts += [["aliases", "", known]] if known else []
    return facts + files.packages_of(data)


def _entries(mapped: object) -> Iterable[tuple[str, object]]:
    return mapped.items() if isinstance(mapped, dict) else ()


def _default(target: object) -> str | None:
    """Return the file that an import of a package's own means where nothing else is asked for."""
    for key in ("node", "import", "require", "default"):
        if isinstance(target, dict) and key in target:
            return _default(target[key])
    return target if isinstance(target, str) else None


def _without_comments(text: str) -> str:
    """Leave out the comments and trailing commas that such configurations may hold."""
    outside = re.sub(
        r'("(?:[^"\\\n]|\\.)*")|//[^\n]*|/\*[^*]*\*/', lambda match: match[1] or "", text
    )
    return re.sub(r",(\s*[}\]])", r"\1", outside)


def resolve(facts: Mapping[str, list[Fact]]) -> tuple[list[Endpoint], list[NotUnderstood]]:
    """Return the endpoints of all files, and the files that look like routes and gave none."""
    from workers.survey.endpoints.guards.access import Judging
    from workers.survey.endpoints.routing import endpoints
    from workers.survey.endpoints.silent import not_understood

    by_reader = _by_reader(facts)
    placed, followed = files.split(by_reader.pop(None, {}))
    modules = _modules(followed)
    programs = _followed(followed, modules)
    routers = [router for program in programs for router in program.routers]
    judging = Judging()
    served = judging.settled(endpoints(routers, judging.access), programs)
    of_files, not_known = files.resolve(placed, followed, modules)
    served += of_files
    missed = not_understood(followed, served, programs) + not_known
    for reader, own in by_reader.items():
        of_language, not_read = languages.routes_of(str(reader)).resolve(own)
        served += of_language
        missed += not_read
    return sorted(served, key=lambda one: (one.file, one.line, one.path, one.method)), missed


def _by_reader(facts: Mapping[str, list[Fact]]) -> dict[str | None, dict[str, list[Fact]]]:
    """Return the facts by the folder of `languages` that reads them, None for what is followed."""
    by_reader: dict[str | None, dict[str, list[Fact]]] = {}
    for file, listed in facts.items():
        by_reader.setdefault(languages.reader_of(file), {})[file] = listed
    return by_reader


def trace(
    facts: Mapping[str, list[Fact]], file: str, source: bytes
) -> tuple[list[TracedCall], int]:
    """Return what became of the calls of one file; see `tracing.traced`."""
    from workers.survey.endpoints import tracing

    recorder = tracing.Recorder(file)
    followed = files.split(_by_reader(facts).get(None, {}))[1]
    programs = _followed(followed, _modules(followed), recorder.watch)
    return tracing.traced(recorder, programs, facts.get(file, []), source)


def _modules(facts: Mapping[str, list[Fact]]) -> Modules:
    """Return which file an import means, by what configurations and manifests say."""
    from workers.survey.endpoints.modules import Modules, aliases_of

    configurations: list[tuple[str, str, dict[str, list[str]]]] = []
    packages: dict[str, str] = {}
    for file, listed in facts.items():
        for fact in listed if file.endswith(".json") else ():
            if fact[0] == "aliases":
                configurations.append((file, fact[1], fact[2]))
            elif fact[0] == "package":
                packages[fact[1]] = file.rpartition("/")[0]
    return Modules(frozenset(facts), aliases_of(configurations), packages)


def _followed(
    facts: Mapping[str, list[Fact]], modules: Modules, watch: Watch | None = None
) -> tuple[Program, Program]:
    """Follow the program of each language."""
    from workers.survey.endpoints import framework_rules

    python: dict[str, list[Statement]] = {}
    script: dict[str, list[Statement]] = {}
    base_paths: dict[str, str] = {}
    for file, listed in facts.items():
        if file.endswith(".py"):
            python[file] = listed
        elif not file.endswith(".json"):
            script[file] = listed
        else:
            base = next((fact[1] for fact in listed if fact[0] == "base path"), None)
            base_paths |= {} if base is None else {file: base}
    return framework_rules.python(python, modules, watch), framework_rules.script(
        script, modules, watch, base_paths
    )
