"""Pages whose path is the place of their file: Next.js, Nuxt, SvelteKit, Astro.

Below which folder they lie is said from the folder of the application, which has the manifest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sessions.patterns import lazy_pattern
from workers.survey.endpoints.files.segments import Excluded, paths, segments

if TYPE_CHECKING:
    import re


class _Place(NamedTuple):
    """Files of pages: `packages` of which the manifest names one; the notation of their names."""

    framework: str
    packages: tuple[str, ...]
    pattern: re.Pattern[str]
    notation: str


PLACES = (
    _Place(
        "next",
        ("next",),
        lazy_pattern(r"(?:src/)?app/((?:[^\n]{1,300}/)?page)\.(?:[jt]sx?|mdx?)$"),
        "next",
    ),
    _Place(
        "next",
        ("next",),
        lazy_pattern(
            r"(?:src/)?pages/(?!api/|_app\.|_document\.|_error\.|\d{3}\.)([^\n]{1,300})"
            r"\.(?:[jt]sx?|mdx?)$"
        ),
        "pages",
    ),
    _Place(
        "nuxt",
        ("nuxt", "nuxt3"),
        lazy_pattern(r"(?:app/|src/)?pages/([^\n]{1,300})\.vue$"),
        "nuxt",
    ),
    _Place(
        "sveltekit",
        ("@sveltejs/kit",),
        lazy_pattern(r"src/routes/((?:[^\n]{1,300}/)?\+page)(?:@[\w()-]{0,80})?\.svelte$"),
        "svelte",
    ),
    _Place(
        "astro", ("astro",), lazy_pattern(r"src/pages/([^\n]{1,300})\.(?:astro|mdx?)$"), "astro"
    ),
)


def paths_of(file: str, packages: frozenset[str]) -> tuple[str, list[str]] | None:
    """Return the framework that serves a file as a page, and the paths; None of another file.

    `file` is relative to the folder of its manifest, `packages` what that names. A path that holds
    what is not shown by the name alone is left out: then there are none.
    """
    for place in PLACES:
        match = place.pattern.match(file)
        if match is None or packages.isdisjoint(place.packages):
            continue
        try:
            parts, _ = segments(place.notation, match[1])
        except Excluded:
            return place.framework, []
        return place.framework, paths(parts)
    return None
