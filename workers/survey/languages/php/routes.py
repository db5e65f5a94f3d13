"""Routes of PHP: Laravel, Lumen and Slim are followed, Symfony's are put together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sessions.patterns import lazy_pattern
from workers.survey import syntax
from workers.survey.languages.php import laravel, spatie, symfony, symfony_settings, yaml_routes
from workers.survey.languages.php.declared import Declared
from workers.survey.languages.php.source import SourceReader

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workers.survey.found import Endpoint, NotUnderstood

Fact = list[Any]
_TOKENS = (
    b"Route::", b"Route(", b"router->", b"loadRoutesFrom", b"withRouting", b"RoutingConfigurator",
    b"RouteCollectorProxy", b"Slim\\", b"#[Rest\\", b"@Rest\\", b"@Get(", b"@Post(", b"ApiResource",
    b"Attribute\\Route", b"Annotation\\Route", b"Auth::routes", b"Volt::route",
    b"RouteAttributes", b"hasRoute", b"Facades\\Route", b"('router')",
)  # fmt: skip
_CONSTANT = lazy_pattern(
    rb"\bconst\s(?:string\s)?\w{0,60}(?:PREFIX|ROUTE|PATH|URL|URI|BASE|VERSION|API)\w{0,60}\s?="
)
_ENUM = lazy_pattern(rb"\benum\s\w{1,80}\s?:\s?string\b")
_OF_CONSTANTS = lazy_pattern(r"(?i)(?:const|route|prefix|path|enum)[^/]{0,60}\.php$")
_BY_NAME = ("Bundle.php", "/ConfirmPasswordController.php")
_IN_METHODS = (
    b"Route::", b"router", b"Router", b"hasRoute", b"->group(", b"$app->", b"loadRoutesFrom",
    b"Routes", b"routes", b"RouteCollector",
)  # fmt: skip


def concerns(file: str, source: bytes) -> bool:
    """Tell by cheap tokens whether a file may say something of routes."""
    if syntax.suffix(file) != ".php":
        return b"path" in source or b"resource" in source
    if any(token in source for token in _TOKENS) or file.endswith(_BY_NAME):
        return True
    if b"const " in source and (_CONSTANT.search(source) or _OF_CONSTANTS.search(file)):
        return True
    return b"enum " in source and _ENUM.search(source) is not None


def extract(file: str, source: bytes) -> list[Fact]:
    """Return what a file says, as JSON; raises TooSlow."""
    if syntax.suffix(file) != ".php":
        return [["yaml", yaml_routes.entries(source)]]
    fact = SourceReader(source, _is_wanted).read()
    fact["slim"] = b"Slim\\" in source
    return [["php", fact]]


def _is_wanted(name: str, body: bytes) -> bool:
    del name
    return any(token in body for token in _IN_METHODS)


def resolve(facts: Mapping[str, list[Fact]]) -> tuple[list[Endpoint], list[NotUnderstood]]:
    """Return the endpoints of all files, and what looked like a route and was not understood."""
    by_kind: dict[str, dict[str, Any]] = {"php": {}, "yaml": {}}
    for file, listed in facts.items():
        for kind, fact in listed:
            by_kind[kind][file] = fact
    sources = by_kind["php"]
    constants = laravel.constants_of(sources)
    declared = Declared()
    settings = {
        file: symfony_settings.of_yaml(file, entries) for file, entries in by_kind["yaml"].items()
    }
    for file, source in sources.items():
        if says := symfony_settings.of_php(file, source, constants):
            settings[file] = says
    laravel.follow(sources, constants, declared)
    spatie.follow(sources, constants, declared)
    symfony.follow(sources, settings, constants, declared)
    return declared.listed(), list(declared.missed)
