"""Endpoints of JAX-RS: resource classes, interfaces that they implement, sub-resources."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from workers.survey.languages.jvm import web_xml
from workers.survey.languages.jvm.declarations import literal, note, simple, value
from workers.survey.languages.jvm.overriding import overrides
from workers.survey.languages.jvm.paths import Path, endpoint, in_front, plain_parameters
from workers.survey.languages.jvm.program import Scope, module_of
from workers.survey.route_paths import joined

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.survey.languages.jvm.paths import Found
    from workers.survey.languages.jvm.program import Declared

VERBS = frozenset({"GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"})
PACKAGES = ("javax.ws.rs", "jakarta.ws.rs")
CLIENTS = ("RegisterRestClient", "FeignClient", "RestClient")
_DEEPEST = 8  # sub-resources in sub-resources
_MOST_PLACES = 5_000


class _Place(NamedTuple):
    """A class that answers below a path, and the classes on the way to it."""

    declared: Declared
    front: Path | None
    above: tuple[tuple[str, str], ...]


def add_endpoints(findings: Found) -> None:
    """Add the endpoints of all resource classes."""
    resources = _Resources(findings)
    waiting: list[_Place] = []
    for declared in findings.program.all_classes():
        if resources.is_concrete(declared):
            waiting += resources.roots(declared)
    count = 0
    while waiting and count < _MOST_PLACES:
        waiting += resources.add(waiting.pop(0))
        count += 1
    for declared in findings.program.all_classes():
        resources.tell_unserved(declared)


class _Resources:
    def __init__(self, findings: Found) -> None:
        self.findings = findings
        self.program = findings.program
        self.served: set[tuple[str, str]] = set()
        self.applications: dict[str, set[str | None]] = {}
        for declared in self.program.all_classes():
            self._add_application(declared)

    def _add_application(self, declared: Declared) -> None:
        mark = note(declared.fact, "ApplicationPath")
        if mark is not None:
            path = self.findings.path(value(mark, "value"), Scope(declared.file, declared.name))
            text = path.text if path is not None and path.is_full else None
            self.applications.setdefault(module_of(declared.file), set()).add(text)

    def is_concrete(self, declared: Declared) -> bool:
        """Tell whether a class can be made."""
        fact = declared.fact
        return fact["kind"] in {"class", "object", "record"} and "abstract" not in fact["modifiers"]

    def _mark(self, fact: dict[str, Any], declared: Declared, *names: str) -> dict[str, Any] | None:
        """Return an annotation of JAX-RS by its name."""
        mark = note(fact, *names)
        scope = Scope(declared.file, declared.name)
        if mark is None or not self.program.is_imported(mark["name"], scope, *PACKAGES):
            return None
        return mark

    def verb(self, method: dict[str, Any], declared: Declared) -> tuple[str, int] | None:
        """Return the verb of a method, and the line of the annotation that says it."""
        mark = self._mark(method, declared, *VERBS)
        if mark is not None:
            return simple(mark["name"]), mark["line"]
        for entry in method["notes"]:
            made = self.program.find(entry["name"], Scope(declared.file, declared.name))
            own = note(made.fact, "HttpMethod") if made is not None else None
            text = literal(value(own, "value"))
            if text:
                return text.upper(), entry["line"]
        return None

    def roots(self, declared: Declared) -> Iterator[_Place]:
        """Yield where a class answers by itself: below its path, or that of what it implements."""
        for each in [declared, *self.program.ancestors(declared)]:
            mark = self._mark(each.fact, each, "Path")
            if mark is None or (each is not declared and note(each.fact, *CLIENTS) is not None):
                continue
            path = self.findings.path(value(mark, "value"), Scope(each.file, each.name))
            front = self._front(declared.file)
            yield _Place(declared, _below(front, path), ())
            return

    def _front(self, file: str) -> Path | None:
        """Return what stands in front of all resources of a module."""
        settings = self.findings.settings
        root = settings.path(file, "quarkus.http.root-path", "server.servlet.context-path")
        module = module_of(file)
        applications = self.applications.get(module)
        if root is None or (applications is not None and len(applications) > 1):
            return None
        if applications is None and self.applications:
            return None  # whether the application of another module serves it is not known
        if applications is not None:
            (text,) = applications
            return None if text is None else Path(joined(root, text, "segments"))
        return self._default(file, root)

    def _default(self, file: str, root: str) -> Path | None:
        """Return what is in front where no application says it, as Quarkus and Spring have it."""
        settings = self.findings.settings
        if None not in settings.values(file, web_xml.JAX_RS):
            keys: tuple[str, ...] = (web_xml.JAX_RS,)
        elif settings.uses(file, "quarkus"):
            keys = (
                "quarkus.rest.path",
                "quarkus.resteasy.path",
                "quarkus.resteasy-reactive.path",
            )
        elif settings.uses(file, "spring-boot-starter-jersey"):
            keys = ("spring.jersey.application-path",)
        else:
            return None
        own = settings.path(file, *keys)
        return None if own is None else Path(joined(root, own, "segments"))

    def add(self, place: _Place) -> list[_Place]:
        """Add the endpoints of a class below a path; returns where its sub-resources answer."""
        below: list[_Place] = []
        lineage = [place.declared, *self.program.ancestors(place.declared)]
        self.served |= {(one.file, one.name) for one in lineage}
        seen: list[dict[str, Any]] = []
        for each in lineage:
            own = [one for one in each.fact["methods"] if self._is_mapped(one, each)]
            for method in own:
                if not any(overrides(one, method, each) for one in seen):
                    below += self._add_method(place, method, each)
            seen += own
        return below

    def _is_mapped(self, method: dict[str, Any], declared: Declared) -> bool:
        has_path = self._mark(method, declared, "Path") is not None
        return has_path or self.verb(method, declared) is not None

    def _add_method(
        self, place: _Place, method: dict[str, Any], declared: Declared
    ) -> list[_Place]:
        mark, verb = self._mark(method, declared, "Path"), self.verb(method, declared)
        line = verb[1] if verb else mark["line"] if mark else method["line"]
        scope = Scope(declared.file, declared.name)
        own = self.findings.path(value(mark, "value"), scope) if mark else Path("")
        whole = _below(place.front, own)
        if whole is None:
            self.findings.miss(declared.file, line, "a route whose path is computed")
        elif verb is not None:
            handler = f"{simple(place.declared.name)}.{method['name']}"
            self.findings.add(endpoint(verb[0], whole, handler, (declared.file, line, "jax-rs")))
        else:
            return self._located(place, method, declared, whole)
        return []

    def _located(
        self, place: _Place, method: dict[str, Any], declared: Declared, whole: Path
    ) -> list[_Place]:
        """Return where the class that a method without a verb returns answers."""
        name, arguments, _ = method["type"]
        name = arguments[0][0] if name == "Class" and arguments else name
        target = self.program.find(name, Scope(declared.file, declared.name)) if name else None
        if target is None or len(place.above) >= _DEEPEST:
            self.findings.miss(
                declared.file, method["line"], f"a sub-resource of {name or 'no type'}"
            )
            return []
        key = (target.file, target.name)
        if key in place.above:
            self.findings.miss(declared.file, method["line"], f"a sub-resource {name} of itself")
            return []
        return [_Place(target, whole, (*place.above, key))]

    def tell_unserved(self, declared: Declared) -> None:
        """Tell of a class with paths of which it is not seen that anything serves it."""
        key = (declared.file, declared.name)
        if key in self.served or note(declared.fact, *CLIENTS) is not None:
            return
        verbs = [one for one in declared.fact["methods"] if self.verb(one, declared)]
        if verbs and self.is_concrete(declared):
            reason = "routes of a class without a path, and of which no other class is seen to be"
            self.findings.miss(declared.file, declared.fact["line"], reason)
        elif verbs and self._mark(declared.fact, declared, "Path") is not None:
            reason = "routes of an interface that no class here implements"
            self.findings.miss(declared.file, declared.fact["line"], reason)


def _below(front: Path | None, path: Path | None) -> Path | None:
    """Put a path of JAX-RS below another one; None where nothing of the end is known."""
    if path is None:
        return None
    own = plain_parameters(path.text)
    if not path.is_full:
        return Path(own, is_full=False)
    if front is None:
        return in_front(None, Path(joined("", own, "segments")))
    return Path(joined(front.text, own, "segments"), front.is_full)
