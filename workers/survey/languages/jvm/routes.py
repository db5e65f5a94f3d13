"""Routes of Java and Kotlin: what a file says of them, and the endpoints of all files."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sessions.patterns import lazy_pattern
from workers.survey.languages.jvm import functional, jaxrs, ktor, micronaut, silent, spring
from workers.survey.languages.jvm.declarations import empty_file, note
from workers.survey.languages.jvm.paths import Found
from workers.survey.languages.jvm.program import Program
from workers.survey.languages.jvm.settings import Settings, documents
from workers.survey.syntax import language_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workers.survey.found import Endpoint, NotUnderstood

Fact = list[Any]
_TOKENS = (
    b"Mapping", b"Controller", b"ws.rs", b"RouterFunction", b"Exchange", b"outer", b"oute(",
    b"outing", b"io.ktor", b"io.micronaut", b"oApplication", b"PathPrefix", b"RestResource",
    b"actuate", b"EntityResource", b"RepositoryResource", b"vertx.web",
    b"static final String", b"const val",
)  # fmt: skip
_PACKAGES = (
    "io.ktor.server", "io.ktor.routing", "org.springframework.web", "io.micronaut.http",
    "javax.ws.rs", "jakarta.ws.rs",
)  # fmt: skip
_PACKAGE = lazy_pattern(r"(?m)^package ([\w.]{1,200});")
_IMPORT = lazy_pattern(r"(?m)^import ([\w.]{1,200});")
_WILD = lazy_pattern(r"(?m)^import ([\w.]{1,200})\.\*;")
_IMPLEMENTS = lazy_pattern(
    r"(?m)^(?:public |final |abstract ){0,3}class (\w{1,100})"
    r"[^{;\n]{0,200}\bimplements ([^{;]{1,400})"
)
# Constants of interfaces, and classes between a controller and what it inherits from.
_HINTS = lazy_pattern(
    rb"\bString [A-Z][A-Z0-9_]{1,60} ?= ?\"|\b(?:abstract|open) class \w{1,80}"
    rb"|\binterface \w{1,80}(?:Api|API|Controller|Resource|Service|Client|Endpoint|Operations)\b"
)


def concerns(file: str, source: bytes) -> bool:
    """Tell whether a file may say something of routes."""
    if language_of(file) is None:
        return bool(source.strip())
    if any(token in source for token in _TOKENS) or _HINTS.search(source) is not None:
        return True
    return b" implements " in source and file.lower().endswith(".java")


def extract(file: str, source: bytes) -> list[Fact]:
    """Return what a file says that routes can depend on; raises TooSlow."""
    language = language_of(file)
    if language is None:
        return [["settings", documents(file, source)]]
    if language == "java":
        if not any(token in source for token in _TOKENS) and _HINTS.search(source) is None:
            return [["declarations", _headings(source)]]
        from workers.survey.languages.jvm.java_source import declarations
    else:
        from workers.survey.languages.jvm.kotlin_source import declarations
    fact = dict(declarations(source))
    fact["classes"] = [_of_routes(one) for one in fact["classes"]]
    return [["declarations", fact]]


def _headings(source: bytes) -> dict[str, Any]:
    """Return the classes of a file that at most implements routes, without parsing it."""
    text = source.decode("utf-8", "replace")
    file = empty_file()
    package = _PACKAGE.search(text)
    file["package"] = package[1] if package else ""
    file["imports"] = {match[1].rpartition(".")[2]: match[1] for match in _IMPORT.finditer(text)}
    file["wild"] = [match[1] for match in _WILD.finditer(text)]
    for match in _IMPLEMENTS.finditer(text):
        names = re.sub(r"<[^<>]{0,200}>", "", match[2]).split(",")
        file["classes"].append(
            {
                "name": match[1], "kind": "class", "line": text.count("\n", 0, match.start()) + 1,
                "notes": [], "modifiers": ["abstract"] if "abstract" in match[0] else [],
                "supers": [[name.strip(), [], False] for name in names[:20]],
                "parameters": [], "fields": [], "methods": [], "constants": {}, "extends": "",
            }
        )  # fmt: skip
    return file


def _of_routes(made: dict[str, Any]) -> dict[str, Any]:
    """Return a class without what routes do not depend on."""
    is_read = made["kind"] == "annotation" or note(made, "Resource", "Location") is not None
    fields = made["fields"] if is_read else []
    methods = [one for one in made["methods"] if one["notes"] or one.get("body")]
    return {**made, "fields": fields, "methods": methods}


def resolve(facts: Mapping[str, list[Fact]]) -> tuple[list[Endpoint], list[NotUnderstood]]:
    """Return the endpoints of all files, and what looked like one and was not understood."""
    files = {file: one[1] for file, listed in facts.items() for one in listed
             if one[0] == "declarations"}  # fmt: skip
    settings = {file: one[1] for file, listed in facts.items() for one in listed
                if one[0] == "settings"}  # fmt: skip
    findings = Found(Program(files), Settings.of(settings))
    findings.settings.add_imported(files)
    for framework in (spring, functional, jaxrs, micronaut, ktor):
        framework.add_endpoints(findings)
    silent.tell(findings)
    _tell_broken(findings)
    missed = sorted(findings.missed, key=lambda one: (one.file, one.line, one.reason))
    return list(dict.fromkeys(findings.endpoints)), missed


def _tell_broken(findings: Found) -> None:
    """Tell of files with routes of which a part could not be parsed."""
    for file, fact in findings.program.files.items():
        imported = [*fact["imports"].values(), *fact["wild"]]
        if fact["broken"] is not None and any(name.startswith(_PACKAGES) for name in imported):
            findings.miss(file, fact["broken"], "a part of it that could not be parsed")
