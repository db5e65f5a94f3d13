"""Tables of PHP: migrations of Laravel and Doctrine are replayed, Doctrine's entities read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sessions.patterns import lazy_pattern
from workers.survey.found import NotUnderstood
from workers.survey.languages.php import doctrine as doctrine_entities
from workers.survey.languages.php import doctrine_migrations, laravel_migrations
from workers.survey.languages.php.laravel_migrations import Migration
from workers.survey.languages.php.source import SourceReader
from workers.survey.languages.php.values import Constants
from workers.survey.tables.history import Declarations, History
from workers.survey.tables.naming import natural

if TYPE_CHECKING:
    from collections.abc import Mapping

DECLARES = lazy_pattern(rb"\bSchema::create\(|#\[(?:ORM\\)?Entity\b|\* ?@(?:ORM\\)?Entity\b")
_TOKENS = (
    b"Schema::", b"Blueprint", b"ORM\\", b"@Entity", b"AbstractMigration", b"schema->create",
    b"const TABLE",
)  # fmt: skip
_CONFIGURATION = lazy_pattern(r"(?:^|/)config/[\w.-]{1,80}\.php$")
_CONTAINERS = lazy_pattern(r"(?:^|/)(?:packages?|modules?|plugins?|extensions?|src|app)/", 2)


def concerns(file: str, source: bytes) -> bool:
    """Tell by cheap tokens whether a file may say something about tables."""
    if any(token in source for token in _TOKENS):
        return True
    return _CONFIGURATION.search(file) is not None and b"table" in source


def extract(file: str, source: bytes) -> dict[str, Any]:
    """Return what one file says; raises TooSlow."""
    del file
    migrates = b"Schema" in source or b"Blueprint" in source or b"schema->" in source
    migrates = migrates or b"Migration" in source

    def is_wanted(name: str, body: bytes) -> bool:
        del body
        return migrates and name != "down"

    return SourceReader(source, is_wanted).read()


def resolve(files: Mapping[str, dict[str, Any]]) -> Declarations:
    """Return the tables of all files."""
    declarations = Declarations()
    constants = Constants()
    for source in files.values():
        constants.free |= source["constants"]
        for declared in source["classes"]:
            constants.of_classes[declared["name"]] = declared["constants"]
            constants.parents[declared["name"]] = declared["parent"]
    configuration = laravel_migrations.configured(files, constants)
    known = doctrine_entities.entities(files, constants)
    declarations.declared += known.tables()
    declarations.understood |= known.sharing()
    of_doctrine: list[tuple[str, list[dict[str, Any]]]] = []
    groups: dict[str, list[tuple[str, list[dict[str, Any]]]]] = {}
    for file, source in files.items():
        for declared in source["classes"]:
            if _is_of_doctrine(declared):
                doctrine = doctrine_migrations.Migration(file, declared, constants)
                doctrine.run()
                of_doctrine.append((file, doctrine.steps))
                declarations.understood.add(file)
            if not _is_migration(declared):
                continue
            migration = Migration(file, declared, constants, configuration)
            migration.run()
            groups.setdefault(_root(file), []).append((file, migration.steps))
            declarations.not_understood += [
                NotUnderstood(file, line, why) for line, why in migration.failed
            ]
            declarations.understood.add(file)
    for listed in groups.values():
        listed.sort(key=lambda pair: natural(pair[0].rpartition("/")[2]))
        declarations.histories.append(History("laravel", listed))
    of_doctrine.sort(key=lambda pair: natural(pair[0].rpartition("/")[2]))
    declarations.histories.append(History("doctrine", of_doctrine))
    return declarations


def _is_of_doctrine(declared: dict[str, Any]) -> bool:
    parent = (declared["parent"] or "").rpartition("\\")[2]
    return parent == "AbstractMigration" and any(
        one["name"] == "up" and "body" in one for one in declared["methods"]
    )


def _is_migration(declared: dict[str, Any]) -> bool:
    parent = (declared["parent"] or "").rpartition("\\")[2]
    is_laravel = parent.endswith("Migration") and parent != "AbstractMigration"
    return is_laravel and any(one["name"] == "up" for one in declared["methods"])


def _root(file: str) -> str:
    """Return the folder of the application that a migration is of: its modules belong to it."""
    match = _CONTAINERS.search(file)
    start = match.start() if match else len(file)
    for word in ("database/", "Database/"):
        at = file.find(word)
        start = min(start, at) if at >= 0 else start
    return file[:start].rstrip("/") if start < len(file) else ""
