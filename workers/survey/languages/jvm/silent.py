"""What serves routes that no annotation or call of the code writes out: told, not guessed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workers.survey.languages.jvm.declarations import note, simple
from workers.survey.languages.jvm.program import Scope

if TYPE_CHECKING:
    from workers.survey.languages.jvm.paths import Found
    from workers.survey.languages.jvm.program import Declared

# Annotation -> the package that it is of, and what its routes are made by.
_ANNOTATIONS = {
    "RepositoryRestResource": ("org.springframework.data", "Spring Data REST"),
    "RepositoryRestController": ("org.springframework.data", "Spring Data REST"),
    "Endpoint": ("org.springframework.boot.actuate", "Spring's actuator"),
    "WebEndpoint": ("org.springframework.boot.actuate", "Spring's actuator"),
    "RestControllerEndpoint": ("org.springframework.boot.actuate", "Spring's actuator"),
    "RouteBase": ("io.quarkus.vertx.web", "reactive routes of Quarkus"),
}
_SUPERS = {
    "PanacheEntityResource": "REST Data with Panache",
    "PanacheRepositoryResource": "REST Data with Panache",
}


def tell(findings: Found) -> None:
    """Tell of every class whose routes are made by a library."""
    for declared in findings.program.all_classes():
        maker = _maker(findings, declared)
        if maker is not None:
            reason = f"routes that {maker} makes of {simple(declared.name)}"
            findings.miss(declared.file, declared.fact["line"], reason)
        for method in declared.fact["methods"]:
            mark = note(method, "Route")
            scope = Scope(declared.file, declared.name)
            if mark and findings.program.is_imported(mark["name"], scope, "io.quarkus.vertx.web"):
                findings.miss(declared.file, mark["line"], "a reactive route of Quarkus")


def _maker(findings: Found, declared: Declared) -> str | None:
    scope = Scope(declared.file, declared.name)
    for mark in declared.fact["notes"]:
        package, maker = _ANNOTATIONS.get(simple(mark["name"]), ("", ""))
        hidden = mark["values"].get("exported")
        is_hidden = bool(hidden) and hidden is not None and hidden[1] == "false"
        if maker and not is_hidden and findings.program.is_imported(mark["name"], scope, package):
            return maker
    above = (_SUPERS.get(simple(str(name))) for name, *_ in declared.fact["supers"])
    return next((maker for maker in above if maker is not None), None)
