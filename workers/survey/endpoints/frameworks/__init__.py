"""The frameworks that declare routes: FRAMEWORKS, the only list of them.

To add one: a module here whose FRAMEWORKS holds its entries, its name in MODULES, a fixture in
`tests/survey/`. A module may import `framework`, `routing`, `follower`, `route_details` and
`django_views`; no other framework's module. What it needs to remember of a whole program goes into
`program.notes`. `python cli.py survey --trace FILE` shows what the follower saw of its calls.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workers.survey.endpoints.framework import Framework

# Where several could be meant, the first one is: a guess by what a file imports goes in this order.
MODULES = (
    "asgi",
    "flask",
    "litestar",
    "django",
    "rest_framework",
    "fastify",
    "express",
    "nest",
)
FRAMEWORKS: tuple[Framework, ...] = tuple(
    framework
    for module in MODULES
    for framework in import_module(f"{__name__}.{module}").FRAMEWORKS
)
