"""The frameworks that declare routes: FRAMEWORKS, the only list of them.

To add one: a module here whose FRAMEWORKS holds its entries, its name in MODULES, a fixture in
`tests/survey/`. An entry may import `framework`, `routing`, `values`, `objects` and
`route_details`; it may not import another framework's module, nor what follows the program.
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
