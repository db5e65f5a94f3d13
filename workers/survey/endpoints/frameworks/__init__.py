"""The frameworks that declare routes: MODULES, the only list of them.

To add one: a module here whose FRAMEWORKS holds its entries, its name in MODULES, a fixture in
`tests/survey/`. A module may import `framework`, `routing`, `follower`, `route_details`,
`decorated_classes` and `django_views`; no other framework's module. What it needs to remember of
a whole program goes into `program.notes`. `python cli.py survey --trace FILE` shows what the
follower saw of its calls.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workers.survey.endpoints.framework import Framework

# Module -> the language of what it reads. Where several could be meant, the first one is: a guess
# by what a file imports goes in this order.
MODULES = {
    "asgi": "python",
    "flask": "python",
    "litestar": "python",
    "django": "python",
    "rest_framework": "python",
    "aiohttp": "python",
    "tornado": "python",
    "falcon": "python",
    "sanic": "python",
    "robyn": "python",
    "bottle": "python",
    "pyramid": "python",
    "cherrypy": "python",
    "fastify": "script",
    "express": "script",
    "nest": "script",
    "strapi": "script",
    "hapi": "script",
    "elysia": "script",
    "restify": "script",
    "trpc": "script",
    "adonis": "script",
    "feathers": "script",
    "controllers": "script",
    "small_routers": "script",
}


@cache
def frameworks_of(language: str) -> tuple[Framework, ...]:
    """Return the frameworks of a language; those of others are not imported."""
    return tuple(
        framework
        for module, own in MODULES.items()
        if own == language
        for framework in import_module(f"{__name__}.{module}").FRAMEWORKS
    )


def all_frameworks() -> tuple[Framework, ...]:
    """Return the frameworks of all languages."""
    languages = dict.fromkeys(MODULES.values())
    return tuple(framework for language in languages for framework in frameworks_of(language))
