"""What a repository needs: packages, services, variables, hosts; with the survey's three calls.

READERS are asked in turn; each has `concerns` and `read`. The errors of all are in `manifests`.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from workers.survey.dependencies import compose, manifests, runtime
from workers.survey.found import Dependency, NotUnderstood

if TYPE_CHECKING:
    from collections.abc import Mapping

Fact = dict[str, Any]
READERS = (manifests, compose, runtime)


def concerns(file: str, source: bytes) -> bool:
    """Tell by name and cheap tokens whether a file names something that the repository needs."""
    return any(reader.concerns(file, source) for reader in READERS)


def extract(file: str, source: bytes) -> list[Fact]:
    """Return what one file needs, as JSON; what could not be read is a fact of its own."""
    needs: list[Fact] = []
    for reader in READERS:
        if reader.concerns(file, source):
            try:
                needs += [asdict(one) for one in reader.read(file, source)]
            except manifests.Unreadable as error:
                needs.append({"unread": str(error)})
    return needs


def resolve(facts: Mapping[str, list[Fact]]) -> tuple[list[Dependency], list[NotUnderstood]]:
    """Return every dependency where it is first declared; lock files say versions only."""
    locked: dict[tuple[str, str], str] = {}
    declared: dict[tuple[str, str, str], Dependency] = {}
    missed: list[NotUnderstood] = []
    for file in sorted(facts):
        for fact in facts[file]:
            if "unread" in fact:
                missed.append(NotUnderstood(file, 1, fact["unread"]))
                continue
            dependency = Dependency(**fact)
            if dependency.kind == manifests.LOCKED:
                locked[manifests.folder(file), dependency.name.lower()] = dependency.version or ""
            else:
                declared.setdefault((*_place(dependency), dependency.name.lower()), dependency)
    listed = [_with_version(one, locked) for one in declared.values()]
    return sorted(
        listed, key=lambda dependency: (dependency.kind, dependency.name.lower(), dependency.file)
    ), missed


def _place(dependency: Dependency) -> tuple[str, str]:
    """Packages belong to their manifest; everything else to the repository."""
    is_package = dependency.kind in {"package", "development package", "base image", "service"}
    return dependency.kind, dependency.file if is_package else ""


def _with_version(dependency: Dependency, locked: Mapping[tuple[str, str], str]) -> Dependency:
    """Put the version of a lock file of the same folder, or of one above, where none is exact."""
    where = manifests.folder(dependency.file)
    while dependency.kind.endswith("package"):
        version = locked.get((where, dependency.name.lower()))
        if version:
            return Dependency(
                dependency.kind, dependency.name, dependency.file, dependency.line, version
            )
        if not where:
            break
        where = manifests.folder(where)
    return dependency
