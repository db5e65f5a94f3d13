"""Endpoints of Spring's controllers, of Java and of Kotlin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from workers.survey.languages.jvm.declarations import listed, note, simple
from workers.survey.languages.jvm.overriding import overrides
from workers.survey.languages.jvm.paths import Path, endpoint, in_front, plain_parameters
from workers.survey.languages.jvm.program import Scope
from workers.survey.languages.jvm.spring_front import Fronts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.survey.languages.jvm.paths import Found
    from workers.survey.languages.jvm.program import Declared

MAPPINGS = {
    "RequestMapping": None, "GetMapping": "GET", "PostMapping": "POST", "PutMapping": "PUT",
    "DeleteMapping": "DELETE", "PatchMapping": "PATCH",
    # Interfaces of clients; a controller that implements one serves it.
    "HttpExchange": None, "GetExchange": "GET", "PostExchange": "POST", "PutExchange": "PUT",
    "DeleteExchange": "DELETE", "PatchExchange": "PATCH",
}  # fmt: skip
CONTROLLERS = frozenset({"RestController", "Controller"})
BEANS = frozenset({"Component", "Service", "Repository", "Configuration", "Named"})
CLIENTS = ("FeignClient", "HttpExchange", "ReactiveFeignClient")
_LEVELS = 6  # of annotations that are annotated
_MOST_PATHS = 200


class Mapping(NamedTuple):
    """What an annotation maps: paths and methods, None for a path that is not known."""

    paths: list[Path | None]
    methods: list[str]
    place: tuple[str, int]
    is_own: bool = True  # of Spring, not made of annotations of the repository


def add_endpoints(findings: Found) -> None:
    """Add the endpoints of all controllers."""
    spring = _Spring(findings)
    implemented: set[tuple[str, str]] = set()
    mapped = [one for one in findings.program.all_classes() if spring.has_mappings(one)]
    lineages = {}
    for declared in findings.program.all_classes():
        if spring.is_served(declared):
            lineage = [declared, *findings.program.ancestors(declared)]
            lineages[declared.file, declared.name] = lineage
            implemented |= {(one.file, one.name) for one in lineage}
            spring.add(declared, lineage)
    for declared in mapped:
        if (declared.file, declared.name) not in implemented:
            spring.add_unserved(declared)


class _Spring:
    def __init__(self, findings: Found) -> None:
        self.findings = findings
        self.program = findings.program
        self.fronts = Fronts(findings)
        packages = [str(fact["package"]) for fact in self.program.files.values()]
        self.own = {".".join(one.split(".")[:3]) for one in packages}
        clients = [
            one for one in self.program.all_classes() if note(one.fact, *CLIENTS) is not None
        ]
        above = [upper for one in clients for upper in self.program.ancestors(one)]
        self.clients = {(one.file, one.name) for one in [*clients, *above]}

    def has_mappings(self, declared: Declared) -> bool:
        """Tell whether methods of a class are mapped."""
        return declared.fact["kind"] != "annotation" and any(
            True for _ in self.mapped_methods(declared)
        )

    def mapped_methods(self, declared: Declared) -> Iterator[tuple[dict[str, Any], Mapping]]:
        """Yield the methods of a class that are mapped, with what maps them."""
        for method in declared.fact["methods"]:
            mapping = self.mapping(method["notes"], declared)
            if mapping is not None:
                yield method, mapping

    def stereotypes(self, declared: Declared) -> set[str]:
        """Return the names of a class's annotations, and of what these are annotated with."""
        names: set[str] = set()
        waiting = [(note["name"], Scope(declared.file, declared.name), 0)
                   for note in declared.fact["notes"]]  # fmt: skip
        while waiting:
            name, scope, level = waiting.pop()
            made = self.program.find(name, scope)
            names.add(simple(name))
            if made is None or made.fact["kind"] != "annotation":
                continue
            if level < _LEVELS:
                inner = Scope(made.file, made.name)
                waiting += [(note["name"], inner, level + 1) for note in made.fact["notes"]]
        return names

    def is_served(self, declared: Declared) -> bool:
        """Tell whether Spring makes a bean of a class and asks it for mapped methods."""
        kind, modifiers = declared.fact["kind"], declared.fact["modifiers"]
        if kind in {"interface", "annotation"} or "abstract" in modifiers:
            return False
        own = self.stereotypes(declared)
        if self._is_other_controller(declared, own):
            return False
        if not own.isdisjoint(CONTROLLERS):
            return True
        if own.isdisjoint(BEANS):
            return False
        above = set().union(*map(self.stereotypes, self.program.ancestors(declared)))
        return not (own | above).isdisjoint({*CONTROLLERS, "RequestMapping"})

    def _is_other_controller(self, declared: Declared, own: set[str]) -> bool:
        """Tell whether `@Controller` is that of Micronaut."""
        if "Controller" not in own or "RestController" in own:
            return False
        scope = Scope(declared.file, declared.name)
        return self.program.is_imported("Controller", scope, "io.micronaut.")

    def mapping(self, notes: list[dict[str, Any]], declared: Declared) -> Mapping | None:
        """Return what the first mapping among annotations says."""
        scope = Scope(declared.file, declared.name)
        for mark in notes:
            mapping = self._mapping_of(mark, scope, {}, 0)
            if mapping is not None:
                return mapping
        return None

    def _mapping_of(
        self, note: dict[str, Any], scope: Scope, outer: dict[str, Any], level: int
    ) -> Mapping | None:
        """Return what an annotation maps, by itself or by one that it is annotated with."""
        values = {**note["values"], **{k: v[0] for k, v in outer.items()}}
        scopes = {key: value[1] for key, value in outer.items()}
        name = simple(note["name"])
        if name in MAPPINGS and self.program.find(note["name"], scope) is None:
            paths = [
                self.findings.path(one, scopes.get(key, scope))
                for key in ("value", "path", "url")
                for one in listed(values.get(key))
            ]
            own = MAPPINGS[name]
            methods = [own] if own else list(_methods(values.get("method")))
            return Mapping(paths, methods, (scope.file, note["line"]))
        made = self.program.find(note["name"], scope)
        if made is None or made.fact["kind"] != "annotation" or level >= _LEVELS:
            return None
        inner = Scope(made.file, made.name)
        passed = _aliases(made.fact, values, scope, scopes)
        for above in made.fact["notes"]:
            target = simple(above["name"])
            mapping = self._mapping_of(above, inner, passed.get(target, {}), level + 1)
            if mapping is not None:
                return mapping._replace(place=(scope.file, note["line"]), is_own=False)
        return None

    def add(self, declared: Declared, lineage: list[Declared]) -> None:
        """Add the endpoints of a controller: its own, and those that it inherits."""
        on_class = next(
            (one for each in lineage if (one := self.mapping(each.fact["notes"], each))), None
        )
        seen: list[tuple[dict[str, Any], Declared]] = []
        for each in lineage:
            own = list(self.mapped_methods(each))
            for method, mapping in own:
                if not any(overrides(one, method, each) for one, _ in seen):
                    self._add_method(declared, on_class, method, mapping)
            seen += [(method, each) for method, _ in own]
        self._tell_unknown(declared, [method for method, _ in seen])

    def _tell_unknown(self, declared: Declared, mapped: list[dict[str, Any]]) -> None:
        """Tell of methods that may be mapped by what is not here, as what a build generates."""
        own = declared.fact["methods"]
        loose = [
            method for method in own
            if any(simple(note["name"]) == "Override" for note in method["notes"])
            or "override" in method["modifiers"]
            if method not in mapped and not any(overrides(method, one, declared) for one in mapped)
        ]  # fmt: skip
        unknown = [
            name
            for name in self.program.unknown_ancestors(declared)
            if "." in name and not self._is_of_library(name)
        ]
        if unknown and (loose or not mapped):
            reason = f"routes that {simple(unknown[0])} may declare: it is not in the repository"
            self.findings.miss(declared.file, declared.fact["line"], reason)

    def _is_of_library(self, name: str) -> bool:
        """Tell whether a class is of a library that maps nothing, and not of the repository."""
        return name.startswith(_LIBRARIES) and ".".join(name.split(".")[:3]) not in self.own

    def _add_method(
        self, declared: Declared, on_class: Mapping | None, method: dict[str, Any], mapping: Mapping
    ) -> None:
        file, line = mapping.place
        methods = [*(on_class.methods if on_class else ()), *mapping.methods]
        front = self.fronts.of(declared, self.stereotypes(declared))
        outer = (on_class.paths if on_class else []) or [Path("")]
        inner = mapping.paths or [Path("")]
        handler = f"{simple(declared.name)}.{method['name']}"
        for before in outer:
            for path in inner[:_MOST_PATHS]:
                if path is None or (before is None and not path.text):
                    self.findings.miss(file, line, "a route whose path is computed")
                    continue
                whole = in_front(front, _combined(before, path))
                for verb in dict.fromkeys(methods or ["ANY"]):
                    self.findings.add(endpoint(verb, whole, handler, (file, line, "spring")))

    def add_unserved(self, declared: Declared) -> None:
        """Tell of mapped methods in a class of which it is not seen that Spring serves it."""
        fact = declared.fact
        is_client = (declared.file, declared.name) in self.clients
        if is_client or "abstract" in fact["modifiers"]:
            return
        kind = "an interface" if fact["kind"] == "interface" else "a class"
        why = "that no controller here implements" if kind == "an interface" else "that is no bean"
        self.findings.miss(declared.file, fact["line"], f"mapped methods of {kind} {why}")


_LIBRARIES = ("java.", "javax.", "jakarta.", "org.springframework.", "kotlin.", "org.slf4j.")


def _methods(expression: Any) -> Iterator[str]:
    for entry in listed(expression):
        if entry and entry[0] == "name":
            yield simple(entry[1]).upper()
        elif entry and entry[0] == "str":
            yield str(entry[1]).upper()


def _aliases(
    made: dict[str, Any], values: dict[str, Any], scope: Scope, scopes: dict[str, Scope]
) -> dict[str, dict[str, tuple[Any, Scope]]]:
    """Return what an annotation passes on to those that it is annotated with, by their names."""
    passed: dict[str, dict[str, tuple[Any, Scope]]] = {}
    for member in [*made["methods"], *made["fields"]]:
        alias = next((n for n in member["notes"] if simple(n["name"]) == "AliasFor"), None)
        target = alias["values"].get("annotation") if alias else None
        if alias is None or not target or member["name"] not in values:
            continue
        attribute = alias["values"].get("attribute") or alias["values"].get("value")
        name = str(attribute[1]) if attribute else member["name"]
        where = scopes.get(member["name"], scope)
        key = simple(str(target[1]))
        passed.setdefault(key, {})[name] = (values[member["name"]], where)
        if name in {"value", "path"}:
            passed[key].setdefault({"value": "path", "path": "value"}[name], (None, where))
    return passed


def _combined(before: Path | None, path: Path) -> Path:
    """Return the path of a class and that of a method together, as Spring puts them."""
    own = plain_parameters(path.text)
    own = own if not own or own.startswith("/") else f"/{own}"
    if before is None or not path.is_full:
        return Path(own, is_full=False)
    outer = plain_parameters(before.text)
    outer = outer if not outer or outer.startswith("/") or not before.is_full else f"/{outer}"
    outer = outer.removesuffix("*") if outer.endswith("/*") and own else outer
    whole = outer.rstrip("/") + own if own else outer
    return Path(whole or ("/" if before.is_full else ""), before.is_full)
