"""What the files that rows of user interfaces cite declare; each file is read once."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING

from workers.claims.citations import cited_lines
from workers.claims.claim import Claim
from workers.delivery.delivery import is_there
from workers.readers import client_routes, components, markup
from workers.repository.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from workers.claims.ground import Ground
    from workers.delivery.delivery import Delivery
    from workers.readers.client_routes import ClientRoutes
    from workers.readers.components import Components
    from workers.readers.markup import Markup

_MANIFEST = "package.json"


def rows_of(
    delivery: Delivery, kind: str, name: str
) -> Iterator[tuple[str, dict[str, Any], Claim]]:
    """Yield pointer and row of what is said to be there, with the claim that it is.

    `name` is the key of the text that the row is about; a row without it is the schema's.
    """
    for pointer, row in delivery.entries_of(kind):
        subject = row.get(name)
        if is_there(row) and isinstance(subject, str) and subject.strip():
            cited = tuple(cited_lines(delivery, row))
            yield pointer, row, Claim(kind, subject, subject, pointer, row, cited)


def cited_sources(claim: Claim) -> list[Source]:
    """Return the files that a row cites."""
    return list({source.path: source for source, _, _ in claim.cited}.values())


def text_in(source: Source) -> str:
    """Return the text of a file as its lines are counted."""
    return "\n".join(source.lines) + "\n"


@lru_cache(maxsize=256)
def components_in(source: Source) -> Components | None:
    """Return the components that a file declares, None of one that is no code of an interface."""
    return components.read(source.path, text_in(source))


@lru_cache(maxsize=256)
def markup_in(source: Source) -> Markup | None:
    """Return the elements of a file, None of one that holds no markup that is read."""
    return markup.read(source.path, text_in(source))


@lru_cache(maxsize=256)
def declared_routes(source: Source) -> ClientRoutes | None:
    """Return the client routes that the code of a file declares."""
    return client_routes.read(source.path, text_in(source))


def placed_route(ground: Ground, source: Source) -> ClientRoutes | None:
    """Return the client route that a file is by its place, None of a file that is none."""
    folder, packages = _application(ground, source.path)
    inside = source.path.removeprefix(f"{folder}/") if folder else source.path
    return client_routes.of_file(inside, text_in(source), packages) if packages else None


def _application(ground: Ground, file: str) -> tuple[str, frozenset[str]]:
    """Return the folder of the nearest manifest above a file, and the packages that it names."""
    folder = file
    while folder:
        folder = folder.rpartition("/")[0]
        source = ground.repository.searched(f"{folder}/{_MANIFEST}" if folder else _MANIFEST)
        if isinstance(source, Source):
            return folder, _packages(source)
    return "", frozenset()


@lru_cache(maxsize=64)
def _packages(source: Source) -> frozenset[str]:
    try:
        data = json.loads(text_in(source))
    except (ValueError, RecursionError):
        return frozenset()
    keys = ("dependencies", "devDependencies")
    rows = [data.get(key) for key in keys] if isinstance(data, dict) else []
    return frozenset(name for row in rows if isinstance(row, dict) for name in row)
