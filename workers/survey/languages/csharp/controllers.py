"""Routes of controllers by their attributes, put together as ASP.NET Core does."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple

from workers.survey.found import Endpoint, NotUnderstood
from workers.survey.languages.csharp import templates
from workers.survey.languages.csharp.expressions import plain_type
from workers.survey.languages.csharp.names import Names, Place, argument

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from workers.survey.languages.csharp.source import Method

FRAMEWORK = "aspnetcore"
ACCESS_REASON = "guards of C# are not read"
_VERBS = {
    f"Http{verb.capitalize()}": verb for verb in "GET POST PUT DELETE PATCH HEAD OPTIONS".split()
}
# Bases that are no types of the repository: without a route of their own.
_BASES = frozenset(
    "Controller ControllerBase ODataController EndpointBaseAsync EndpointBaseSync BaseAsyncEndpoint"
    " BaseEndpoint ApiController Object".split()
)
_MARKS = frozenset({"ApiController", "Controller"})
_MOST_ROUTES = 20_000
_MOST_OF_ONE = 50


class Template(NamedTuple):
    """A template that an attribute gives: None for none; `is_known` is whether it was worked out.

    `verbs` are the methods that the attribute asks for, None for one that says nothing of them.
    """

    text: str | None
    is_known: bool
    verbs: tuple[str, ...] | None
    line: int
    file: str


class Route(NamedTuple):
    """A template with the methods that it takes; no methods: all."""

    template: Template
    verbs: tuple[str, ...]


_NO_PREFIX: list[Template | None] = [None]


@dataclass
class Controllers:
    """Finds the endpoints of all controllers."""

    names: Names
    endpoints: list[Endpoint] = field(default_factory=list)
    missed: list[NotUnderstood] = field(default_factory=list)
    changes_routes: bool = False  # the program changes routes by a convention of its own
    changes_tokens: bool = False  # and what stands for [controller] and [action]

    def find(self) -> None:
        """Go through all types."""
        seen: set[tuple[str, str]] = set()
        for place in self.names.places:
            declared = place.type
            if declared["kind"] != "class" or not _may_serve(declared):
                continue
            chain = list(self.names.chain(place))
            name = (declared["path"], min(part.file for part in chain[0]))
            if "partial" in declared["modifiers"] and name in seen:
                continue
            seen.add(name)
            if _is_controller(chain):
                self._controller(place, chain)

    def _controller(self, place: Place, chain: list[list[Place]]) -> None:
        prefixes = self._prefixes(chain)
        unrouted = 0
        for home, method in _actions(chain):
            routes = _kept_by_style(list(self._routes(home, method, chain)), method, chain)
            if not routes and (not prefixes or _is_by_convention(chain)):
                unrouted += 1
                continue
            if not routes:
                template = Template(
                    None, is_known=True, verbs=None, line=method["line"], file=home.file
                )
                routes = [Route(template, ())]
            for prefix, route in product(
                prefixes[:_MOST_OF_ONE] or _NO_PREFIX, routes[:_MOST_OF_ONE]
            ):
                if prefix is None and route.template.text is None and route.template.is_known:
                    unrouted += 1
                elif len(self.endpoints) < _MOST_ROUTES:
                    self._add(chain, home, method, prefix, route)
        if unrouted:
            self.missed.append(
                NotUnderstood(
                    place.file, place.type["line"],
                    f"{unrouted} action{'s' if unrouted > 1 else ''} of {place.type['name']}"
                    " without a route of its own: served by convention",
                )
            )  # fmt: skip

    def _prefixes(self, chain: list[list[Place]]) -> list[Template]:
        """Return the routes of the nearest class that has some; its base may be unknown."""
        for parts in chain:
            own = [
                template
                for part in parts
                for attribute in part.type["attributes"]
                if (template := self._template(attribute, part)) is not None
                and (template.text is not None or not template.is_known)
            ]
            if own:
                return own
        top = chain[-1][-1]
        unknown = [base for part in chain[-1] for base in part.type["bases"]]
        if any(_is_unknown(base) for base in unknown[:1]):
            line = top.type["line"]
            return [Template(None, is_known=False, verbs=None, line=line, file=top.file)]
        return []

    def _template(self, attribute: list[Any], place: Place) -> Template | None:
        """Return what an attribute says of routes, None for nothing."""
        name, arguments, line = attribute
        if name == "AcceptVerbs":
            return self._accept_verbs(attribute, place)
        verbs = (_VERBS[name],) if name in _VERBS else None
        if verbs is None and name not in {"Route", "RoutePrefix"}:
            return self._own_attribute(attribute, place)
        value = argument(arguments, 0, "template")
        if value is None and not any(one[0] in {None, "template"} for one in arguments):
            return Template(None, is_known=True, verbs=verbs, line=line, file=place.file)
        written = self.names.text(value, place)
        return Template(written, written is not None, verbs, line, place.file)

    def _accept_verbs(self, attribute: list[Any], place: Place) -> Template:
        _, arguments, line = attribute
        listed = [value for name, value in arguments if name is None]
        if len(listed) == 1 and listed[0] and listed[0][0] == "list":
            listed = listed[0][1]
        texts = [self.names.text(value, place) for value in listed]
        verbs = tuple(text.upper() for text in texts if text)
        route = next((value for name, value in arguments if name == "Route"), None)
        written = self.names.text(route, place)
        known = (route is None or written is not None) and len(verbs) == len(listed)
        return Template(written, known, verbs, line, place.file)

    def _own_attribute(self, attribute: list[Any], place: Place) -> Template | None:
        """Return the template of an attribute that the repository derives from one of a route."""
        name, arguments, line = attribute
        declared = self.names.types(f"{name}Attribute", place) or self.names.types(name, place)
        if not declared:
            return None
        home = declared[0]
        base = next((plain_type(one) for one in home.type["bases"]), "").removesuffix("Attribute")
        if base not in {"Route", "HttpMethod", *_VERBS}:
            return None
        verbs = (_VERBS[base],) if base in _VERBS else None
        whole = self._handed_on(home, arguments, place)
        is_known = whole is not None and base != "HttpMethod"
        return Template(whole, is_known, verbs, line, place.file)

    def _handed_on(self, home: Place, arguments: list[list[Any]], place: Place) -> str | None:
        """Return the template that the constructor of an attribute hands to its base."""
        makers = [one for one in home.type["methods"] if one.get("is_constructor")]
        makers = [one for one in makers if len(one["parameters"]) >= len(arguments)]
        maker = makers[0] if makers else home.type
        passed = maker.get("base_arguments") or home.type["base_arguments"]
        known: dict[str, str] = {}
        for position, parameter in enumerate(maker["parameters"]):
            value = argument(arguments, position, parameter[0].lower()) or parameter[2]
            written = self.names.text(value, place)
            if written is not None:
                known[parameter[0]] = written
        return self.names.text(argument(passed, 0, "template"), home, known)

    def _routes(self, home: Place, method: Method, chain: list[list[Place]]) -> Iterator[Route]:
        """Yield the routes that an action's attributes make, as ASP.NET Core divides them."""
        templates_ = self._of_action(home, method, chain)
        naming = [
            template
            for template in templates_
            if template.text is not None or not template.is_known
        ]
        silent = [
            template for template in templates_ if template.text is None and template.is_known
        ]
        of_silent = tuple(
            dict.fromkeys(verb for template in silent for verb in template.verbs or ())
        )
        for template in naming:
            yield Route(template, template.verbs if template.verbs is not None else of_silent)
        if silent and all(template.verbs is not None for template in naming):
            yield Route(silent[0], of_silent)

    def _of_action(self, home: Place, method: Method, chain: list[list[Place]]) -> list[Template]:
        """Return what the attributes of an action say, or of the method that it overrides."""
        own = self._templates(home, method)
        if own or "override" not in method["modifiers"]:
            return own
        for parts in chain:
            for part in parts:
                for other in part.type["methods"]:
                    if _is_same(other, method) and (above := self._templates(part, other)):
                        return above
        return []

    def _templates(self, home: Place, method: Method) -> list[Template]:
        listed = (self._template(one, home) for one in method["attributes"])
        return [one for one in listed if one is not None]

    def _add(
        self,
        chain: list[list[Place]],
        home: Place,
        method: Method,
        prefix: Template | None,
        route: Route,
    ) -> None:
        """Add the endpoints of one route below one prefix."""
        tokens = self._tokens(chain, method)
        own = self._filled(route.template, tokens)
        place = self._place(home, method, route.template)
        name = chain[0][0].type["name"]
        front: str | None = ""
        if prefix is not None and own is not None and not templates.is_absolute(own):
            front = self._filled(prefix, tokens)
        is_known = front is not None and not self.changes_routes
        path = templates.joined(front or "", own or "")
        if own is None or (not is_known and path == "/"):
            self.missed.append(NotUnderstood(*place, f"the route of {method['name']} is computed"))
            return
        for verb in route.verbs or ("ANY",):
            self.endpoints.append(
                Endpoint(
                    verb, path, f"{name}.{method['name']}", *place, FRAMEWORK,
                    "full" if is_known else "suffix", access_reason=ACCESS_REASON,
                )
            )  # fmt: skip

    def _filled(self, template: Template, tokens: dict[str, str | None]) -> str | None:
        """Return a template with its tokens replaced, None where it is not known."""
        written = template.text or ""
        if not template.is_known or (self.changes_tokens and "[" in written):
            return None
        return templates.with_tokens(written, tokens)

    @staticmethod
    def _place(home: Place, method: Method, template: Template) -> tuple[str, int]:
        """Return where a route is declared: at its attribute, or at the method without one."""
        if template.verbs is None and template.text is None and not template.is_known:
            return home.file, int(method["line"])
        return template.file, template.line

    def _tokens(self, chain: list[list[Place]], method: Method) -> dict[str, str | None]:
        own = chain[0][0].type["name"]
        action = method["name"].removesuffix("Async") or method["name"]
        for name, arguments, _ in method["attributes"]:
            if name == "ActionName":
                action = self.names.text(argument(arguments, 0, "name"), chain[0][0])
        areas = (
            self.names.text(argument(arguments, 0, "areaname"), part)
            for part in _flat(chain)
            for name, arguments, _ in part.type["attributes"]
            if name == "Area"
        )
        area = next(areas, None)
        return {"controller": own.removesuffix("Controller"), "action": action, "area": area}


def _is_by_convention(chain: list[list[Place]]) -> bool:
    """Tell whether only actions with a route of their own are served by attributes.

    So it is with `RoutePrefix` of ASP.NET Web API, and with OData.
    """
    parts = _flat(chain)
    marks = {attribute[0] for part in parts for attribute in part.type["attributes"]}
    bases = {_first_name(base) for part in parts for base in part.type["bases"]}
    return "RoutePrefix" in marks or "ODataController" in bases


def _kept_by_style(routes: list[Route], method: Method, chain: list[list[Place]]) -> list[Route]:
    """Return the routes that ASP.NET serves: of Web API by the beginning of an action's name."""
    if not _is_by_convention(chain):
        return routes
    own = [one for one in routes if one.template.text is not None or not one.template.is_known]
    verb = next(
        (verb for verb in _VERBS.values() if method["name"].upper().startswith(verb)), "POST"
    )
    return [one if one.verbs else one._replace(verbs=(verb,)) for one in own]


def _may_serve(declared: dict[str, Any]) -> bool:
    fixed = set(declared["modifiers"])
    return not fixed & {"abstract", "static"} and not declared["is_generic"]


def _is_controller(chain: list[list[Place]]) -> bool:
    """Tell whether ASP.NET Core takes a class for a controller."""
    everything = _flat(chain)
    marks = {attribute[0] for part in everything for attribute in part.type["attributes"]}
    own = {modifier for part in chain[0] for modifier in part.type["modifiers"]}
    if "NonController" in marks or "public" not in own:
        return False
    names = {part.type["name"] for part in everything}
    names |= {_first_name(base) for part in chain[-1] for base in part.type["bases"][:1]}
    is_named = any(name.endswith("Controller") for name in names)
    return is_named or bool(marks & _MARKS or names & _BASES)


def _flat(chain: Iterable[list[Place]]) -> list[Place]:
    """Return all parts of a type and of its bases."""
    return [part for parts in chain for part in parts]


def _first_name(base: str) -> str:
    """Return `EndpointBaseAsync` of `EndpointBaseAsync.WithRequest<X>`, `B` of `A.B`."""
    parts = [part for part in base.partition("<")[0].split(".") if part]
    return next((part for part in parts if part in _BASES), plain_type(base))


def _is_unknown(base: str) -> bool:
    """Tell whether a base may have a route: neither the framework's nor an interface."""
    name = _first_name(base)
    is_interface = len(name) > 1 and name[0] == "I" and name[1].isupper()
    return name not in _BASES and not is_interface


def _actions(chain: list[list[Place]]) -> Iterator[tuple[Place, Method]]:
    """Yield the actions of a controller, those of its bases too, an overridden one once."""
    seen: list[Method] = []
    for parts in chain:
        for part in parts:
            for method in part.type["methods"]:
                if not any(_is_same(method, other) for other in seen) and _is_action(method):
                    seen.append(method)
                    if not _is_excluded(method, chain):
                        yield part, method


def _is_action(method: Method) -> bool:
    fixed = set(method["modifiers"])
    return (
        "public" in fixed
        and not fixed & {"static", "abstract"}
        and not method["is_generic"]
        and not method.get("is_constructor")
        and method["name"] not in {"Dispose", "DisposeAsync", "ToString", "Equals", "GetHashCode"}
        and not (
            "override" in fixed
            and method["name"]
            in {"OnActionExecuting", "OnActionExecuted", "OnActionExecutionAsync"}
        )
    )


def _is_excluded(method: Method, chain: Iterable[list[Place]]) -> bool:
    """Tell whether an action, or the method that it overrides, is marked as none."""
    same = [method]
    if "override" in method["modifiers"]:
        others = [other for part in _flat(chain) for other in part.type["methods"]]
        same += [other for other in others if _is_same(method, other)]
    return any(one[0] == "NonAction" for each in same for one in each["attributes"])


def _is_same(method: Method, other: Method) -> bool:
    """Tell whether two methods have one signature."""
    return method["name"] == other["name"] and [each[1] for each in method["parameters"]] == [
        each[1] for each in other["parameters"]
    ]
