"""Tables of Java and Kotlin: entities of JPA, tables of Exposed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sessions.patterns import lazy_pattern
from workers.survey.languages.jvm.program import Program, module_of
from workers.survey.languages.jvm.settings import Settings, documents
from workers.survey.syntax import language_of
from workers.survey.tables.history import Declarations

if TYPE_CHECKING:
    from collections.abc import Mapping

# Of classes that others inherit or hold, nothing is a table by itself.
DECLARES = lazy_pattern(rb"(?m)^import (?:javax|jakarta)\.persistence\.Entity;?\s*$")
_TOKENS = (
    b"@Entity", b"@MappedSuperclass", b"@Embeddable", b"NamingStrategy", b"SpringApplication",
    b"QuarkusApplication", b"exposed.sql", b"exposed.dao", b"exposed.v1",
)  # fmt: skip
# Names of tables and columns may be constants of another class.
_CONSTANT = lazy_pattern(rb"\b(?:static final String|String|const val) [A-Z][A-Z0-9_]{1,60} ?= ?\"")


def concerns(file: str, source: bytes) -> bool:
    """Tell whether a file may say something of tables."""
    if language_of(file) is None:
        return bool(source.strip())
    return any(token in source for token in _TOKENS) or _CONSTANT.search(source) is not None


def extract(file: str, source: bytes) -> dict[str, Any]:
    """Return what a file says of tables; raises TooSlow."""
    from workers.survey.languages.jvm.naming import STRATEGY

    language = language_of(file)
    if language is None:
        return {"settings": documents(file, source)}
    if language == "java":
        from workers.survey.languages.jvm.java_source import declarations
    else:
        from workers.survey.languages.jvm.kotlin_source import declarations
    fact = dict(declarations(source))
    is_stored = any(token in source for token in _TOKENS)
    fact["classes"] = [one if is_stored else {**one, "fields": [], "methods": []}
                       for one in fact["classes"]]  # fmt: skip
    fact["functions"] = []
    names = {match[1].decode("ascii", "replace") for match in STRATEGY.finditer(source)}
    return {"file": fact, "strategies": sorted(names)}


def resolve(files: Mapping[str, dict[str, Any]]) -> Declarations:
    """Return the tables of all files together."""
    from workers.survey.languages.jvm import exposed, jpa
    from workers.survey.languages.jvm.entities import Entities

    program = Program({name: entry["file"] for name, entry in files.items() if "file" in entry})
    settings = Settings.of({name: entry["settings"] for name, entry in files.items()
                            if "settings" in entry})  # fmt: skip
    settings.add_imported(program.files)
    entities = Entities(program, settings)
    for name, entry in files.items():
        if entry.get("strategies"):
            entities.strategies.setdefault(module_of(name), set()).update(entry["strategies"])
    declarations = Declarations()
    jpa.add_tables(entities, declarations)
    exposed.add_tables(program, declarations)
    return declarations
