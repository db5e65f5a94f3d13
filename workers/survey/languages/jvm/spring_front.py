"""What stands in front of the paths of Spring's controllers: settings, and what code adds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from workers.survey.languages.jvm import web_xml
from workers.survey.languages.jvm.declarations import simple
from workers.survey.languages.jvm.paths import Path, in_front
from workers.survey.languages.jvm.program import Scope, module_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.survey.languages.jvm.paths import Found
    from workers.survey.languages.jvm.program import Declared

_KEYS = (
    "server.servlet.context-path",
    "server.context-path",  # of Spring Boot 1
    "spring.mvc.servlet.path",
    "spring.webflux.base-path",
    web_xml.SPRING,
)


class _Prefix(NamedTuple):
    """What a configuration puts in front of some controllers; of which ones may not be known."""

    module: str
    path: Path | None
    kind: str  # all, annotation, package or unknown
    names: tuple[str, ...] = ()


class Fronts:
    """What stands in front of a controller's paths."""

    def __init__(self, findings: Found) -> None:
        """Read what configurations add."""
        self._found = findings
        self._by_module: dict[str, Path | None] = {}
        self._prefixes = [one for file in findings.program.files for one in self._added(file)]
        self._replaced = {
            module_of(one.file)
            for one in findings.program.all_classes()
            if simple(str(one.fact["extends"])) == "RequestMappingHandlerMapping"
        }

    def of(self, declared: Declared, stereotypes: set[str]) -> Path | None:
        """Return what stands in front of a class's paths, None where that is not known."""
        front = self.of_file(declared.file)
        if front is None or self._applies(declared.file, self._replaced):
            return None
        modules = {one.module for one in self._prefixes}
        for prefix in self._prefixes if self._applies(declared.file, modules) else ():
            if prefix.kind == "unknown":
                return None
            if not self._is_meant(prefix, declared, stereotypes):
                continue
            if prefix.path is None or not prefix.path.is_full:
                return None
            stripped = prefix.path.text.strip("/")
            return in_front(front, Path(f"/{stripped}" if stripped else ""))
        return front

    def _applies(self, file: str, modules: set[str]) -> bool:
        """Tell whether what modules do is done to a file: in its own, or as the only one."""
        own = module_of(file)
        return own in modules or (len(modules) == 1 and not self._found.settings.builds(own))

    def _is_meant(self, prefix: _Prefix, declared: Declared, stereotypes: set[str]) -> bool:
        if prefix.kind == "annotation":
            return not stereotypes.isdisjoint(prefix.names)
        if prefix.kind == "package":
            package = self._found.program.files[declared.file]["package"]
            return any(f"{package}.".startswith(f"{one}.") for one in prefix.names)
        return True

    def of_file(self, file: str) -> Path | None:
        """Return what the settings put in front of all paths of a file."""
        module = module_of(file)
        if module not in self._by_module:
            text = self._found.settings.path(file, *_KEYS)
            self._by_module[module] = None if text is None else Path(text)
        return self._by_module[module]

    def _added(self, file: str) -> Iterator[_Prefix]:
        """Yield what the configurations of a file put in front of paths."""
        fact = self._found.program.files[file]
        for made in fact["classes"]:
            for method in made["methods"]:
                for call in _calls(method.get("body") or [], "addPathPrefix"):
                    yield self._prefix(call, Scope(file, made["name"]))

    def _prefix(self, call: list[Any], scope: Scope) -> _Prefix:
        arguments = call[3]
        path = self._found.path(arguments[0], scope) if arguments else None
        kind: str = "unknown"
        names: tuple[str, ...] = ()
        if len(arguments) > 1 and arguments[1]:
            kind, names = _meant(arguments[1])
        return _Prefix(module_of(scope.file), path, kind, names)


def _calls(block: list[Any], name: str) -> Iterator[list[Any]]:
    waiting: list[Any] = list(block)
    while waiting:
        entry = waiting.pop()
        if isinstance(entry, list):
            if entry[:1] == ["call"] and len(entry) == 6 and entry[2] == name:
                yield entry
            waiting.extend(entry)


def _meant(predicate: list[Any]) -> tuple[str, tuple[str, ...]]:
    """Return which controllers a predicate is of: by what, and the names of that."""
    if predicate[0] == "lambda":
        body = predicate[2][-1] if predicate[2] else None
        result = body[1] if body and body[0] == "return" else body
        if result in (["lit", "true"], ["name", "true"]):
            return "all", ()
        if not result or result[0] != "call":
            return "unknown", ()
        predicate = result
    if predicate[0] != "call":
        return "unknown", ()
    values = [_type_or_text(one) for one in predicate[3]]
    names = tuple(one for one in values if one is not None)
    if not names or len(names) != len(values):
        return "unknown", ()
    if predicate[2] in {"forAnnotation", "isAnnotationPresent", "hasAnnotation"}:
        return "annotation", names
    return ("package", names) if predicate[2] == "forBasePackage" else ("unknown", ())


def _type_or_text(expression: Any) -> str | None:
    """Return the name of `A.class` or `A::class.java`, or a text."""
    if expression and expression[0] == "call" and expression[2] == "java":
        expression = expression[1]
    if not expression or expression[0] not in {"type", "str"}:
        return None
    return str(expression[1]) if expression[0] == "str" else simple(str(expression[1]))
