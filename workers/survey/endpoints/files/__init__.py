"""Routes whose path is the place of their file: Next.js, Nuxt, SvelteKit, Remix, Astro, Medusa.

LAYOUTS (`layouts`) is the table of where frameworks look for such files. Of one file `facts`
keeps what it exports and what it configures (`exports`, `answered`, `settings`, `route_tree`);
`placing` knows all files: a route counts only below the folder of an application that uses the
framework (`applications`). How a file's name becomes a path is in `segments` and `remix`.

To add a framework: a line in LAYOUTS, a notation in `segments` if it has one of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workers.survey.endpoints.files import facts as of_file
from workers.survey.endpoints.files.facts import concerns, extract, packages_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workers.survey.endpoints.modules import Modules
    from workers.survey.found import Endpoint, NotUnderstood

__all__ = ["concerns", "extract", "packages_of", "resolve", "split"]
Fact = list[Any]


def split(
    facts: Mapping[str, list[Fact]],
) -> tuple[dict[str, list[Fact]], dict[str, list[Fact]]]:
    """Return the facts of files as routes, and all others."""
    own: dict[str, list[Fact]] = {}
    others: dict[str, list[Fact]] = {}
    for file, listed in facts.items():
        # They stand last: most files have none.
        if listed and listed[-1][0] in of_file.KINDS:
            own[file] = [fact for fact in listed if fact[0] in of_file.KINDS]
            others[file] = [fact for fact in listed if fact[0] not in of_file.KINDS]
        else:
            others[file] = listed
    return own, others


def resolve(
    facts: Mapping[str, list[Fact]], others: Mapping[str, list[Fact]], modules: Modules
) -> tuple[list[Endpoint], list[NotUnderstood]]:
    """Return the endpoints of all files that are routes, and what is not known of some."""
    if not facts:
        return [], []
    from workers.survey.endpoints.files import placing

    return placing.resolve(facts, others, modules)
