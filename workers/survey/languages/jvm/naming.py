"""What Hibernate calls tables and columns: Spring Boot writes snake case, others as in the code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sessions.patterns import lazy_pattern

if TYPE_CHECKING:
    from workers.survey.languages.jvm.settings import Settings

STRATEGY = lazy_pattern(rb"\b(\w{0,80}NamingStrategy\w{0,40})\b")
_PLAIN = frozenset({"PhysicalNamingStrategyStandardImpl", "EJB3NamingStrategy"})
_SNAKE = frozenset(
    {
        "CamelCaseToUnderscoresNamingStrategy",
        "SpringPhysicalNamingStrategy",
        "PhysicalNamingStrategySnakeCaseImpl",
        "SnakeCasePhysicalNamingStrategy",
        "ImprovedNamingStrategy",
    }
)
_KEYS = (
    "spring.jpa.hibernate.naming.physical-strategy",
    "spring.jpa.properties.hibernate.physical_naming_strategy",
    "quarkus.hibernate-orm.physical-naming-strategy",
    "jpa.default.properties.hibernate.physical_naming_strategy",
)


class Naming:
    """How names of the code become names of the database in a module."""

    def __init__(self, style: str | None, *, is_spring: bool) -> None:
        """Take a style: `plain`, `snake`, or None where it is not known."""
        self.style = style
        self.is_spring = is_spring

    def physical(self, name: str | None) -> str | None:
        """Return what a name is in the database, None where that is not known."""
        if name is None:
            return None
        if len(name) > 1 and name[0] in '`"' and name[-1] == name[0]:  # quoted: as it is
            return name[1:-1] if self.style == "plain" or _is_plain(name[1:-1]) else None
        if self.style == "plain" or _is_plain(name):
            return name.lower() if self.style == "snake" else name
        return _snake(name) if self.style == "snake" else None


def _is_plain(name: str) -> bool:
    """Tell whether a name is the same in both styles, but for its case."""
    return "." not in name and _snake(name) == name.lower()


def _snake(name: str) -> str | None:
    """Return a name in snake case, None where versions of Hibernate differ: at digits."""
    dotted = name.replace(".", "_")
    older = re.sub(r"(?<=[a-z])([A-Z])(?=[a-z])", r"_\1", dotted)
    newer = re.sub(r"(?<=[a-z0-9])([A-Z])(?=[a-z0-9])", r"_\1", dotted)
    return older.lower() if older == newer else None


def naming_of(file: str, settings: Settings, strategies: set[str]) -> Naming:
    """Return how a file's names are written; `strategies` are those that code mentions."""
    is_spring = settings.uses(file, "spring-boot") or settings.uses(file, "springframework.boot")
    chosen = {
        value.rpartition(".")[2] for key in _KEYS for value in settings.values(file, key) if value
    }
    names = chosen or {name for name in strategies if not name.startswith("Implicit")}
    names -= {"PhysicalNamingStrategy", "NamingStrategy"}
    if names:
        if names <= _PLAIN:
            return Naming("plain", is_spring=is_spring)
        return Naming("snake" if names <= _SNAKE else None, is_spring=is_spring)
    if not settings.used and not settings.imported:
        return Naming(None, is_spring=False)
    if settings.uses(file, "micronaut"):
        return Naming(None, is_spring=False)
    return Naming("snake" if is_spring else "plain", is_spring=is_spring)
