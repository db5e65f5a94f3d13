"""Routes of Laravel by attributes, of the package spatie/laravel-route-attributes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workers.survey.languages.php.declared import Place, braces, segments
from workers.survey.languages.php.laravel_program import LARAVEL
from workers.survey.languages.php.values import (
    GAP,
    Constants,
    Scope,
    argument,
    text_of,
    texts_of,
    value,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workers.survey.languages.php.declared import Declared

_PACKAGE = "Spatie\\RouteAttributes\\Attributes\\"
_VERBS = frozenset("Get Post Put Patch Delete Options Any".split())
_OPEN = frozenset("Resource ApiResource Group".split())  # on a class: not read


def follow(sources: Mapping[str, dict[str, Any]], constants: Constants, declared: Declared) -> None:
    """Keep the routes of all classes with such attributes."""
    for file, source in sources.items():
        for each in source["classes"]:
            if any(_word(one) for part in (each, *each["methods"]) for one in part["attributes"]):
                _class(each, Scope(constants, file, each["name"]), declared)


def _word(attribute: list[Any]) -> str:
    """Return the attribute's own name, '' for one of others."""
    name: str = attribute[0]
    return name.removeprefix(_PACKAGE) if name.startswith(_PACKAGE) else ""


def _class(each: dict[str, Any], scope: Scope, declared: Declared) -> None:
    prefix = ""
    for attribute in each["attributes"]:
        word = _word(attribute)
        if word == "Prefix":
            prefix = text_of(argument(attribute[1], 0, "prefix"), scope)
        elif word in _OPEN:
            reason = f"routes of the attribute {word} are not known"
            declared.miss(scope.file, attribute[2], reason)
            prefix = GAP if word == "Group" else prefix
    short = each["name"].rpartition("\\")[2]
    parts = [(one, f"{short}.{one['name']}") for one in each["methods"]]
    for part, handler in [(each, short), *parts]:
        for attribute in part["attributes"]:
            _route(attribute, (prefix, handler), scope, declared)


def _route(attribute: list[Any], within: tuple[str, str], scope: Scope, declared: Declared) -> None:
    word, (_, arguments, line) = _word(attribute), attribute
    if word not in _VERBS and word != "Route":
        return
    methods: list[str] | None = [word.upper()]
    position = 0
    if word == "Route":
        methods = texts_of(value(argument(arguments, 0, "methods"), scope)) or ["?"]
        position = 1
    uri = text_of(argument(arguments, position, "uri"), scope)
    path = braces(segments(within[0], uri))
    declared.add(methods or [], path, within[1], Place(scope.file, line, LARAVEL))
