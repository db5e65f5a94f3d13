"""Client routes: what a router shows at which path.

`trees` reads those that code declares, `places` those that are a file by its place. An object or
tag of which the path is computed is unread; a path that may have something in front is not whole.
"""

from __future__ import annotations

import re

from sessions.patterns import lazy_pattern
from workers.readers.blocks import blocks_of
from workers.readers.client_routes import places, trees
from workers.readers.client_routes.route import ClientRoute, ClientRoutes
from workers.readers.scripts import read_script, tree_of
from workers.readers.unread import Unread
from workers.survey import syntax

# The key of a path that a page gives itself, or of more of them; `route.path` is none.
_PATH = lazy_pattern(r"(?<![\w.$])(?:path|alias)['\"]?\s*[:,}]")

__all__ = ["ClientRoute", "ClientRoutes", "of_file", "read"]

# The component that a page is, and the middleware of Nuxt that asks who is there.
_PAGE = lazy_pattern(
    r"^export[ \t]+default[ \t]+(?:(?:async[ \t]+)?function[ \t]+|class[ \t]+)?"
    r"([A-Z]\w{0,100})(?=[ \t]*(?:[;(<{]|extends\b|$))",
    re.MULTILINE,
)
_GUARD = lazy_pattern(
    r"definePageMeta\s*\(\s*\{[^{}]{0,400}?\bmiddleware['\"]?\s*:\s*\[?\s*['\"]"
    r"(auth|authenticated|require-auth|requires-auth|protected|logged-in)['\"]"
)
_SCRIPTS = (".js", ".jsx", ".ts", ".tsx")


def read(path: str, text: str) -> ClientRoutes | None:
    """Return the client routes that a file's code declares, None of a file that declares none."""
    language = syntax.language_of(path)
    if language not in {"javascript", "typescript", "tsx"}:
        return None
    if trees.ROUTERS.search(text) is None:
        return ClientRoutes()
    root = tree_of(language, text)
    if root is None:
        return ClientRoutes(unread=(Unread("it is too large, or takes too long to be read"),))
    return trees.read_routes(read_script(root))


def of_file(file: str, text: str, packages: frozenset[str]) -> ClientRoutes | None:
    """Return the route that a file is by its place below its manifest's folder, None for none."""
    known = places.paths_of(file, packages)
    if known is None:
        return None
    framework, paths = known
    if not paths or (file.endswith(".vue") and _says_its_path(text)):
        return ClientRoutes(unread=(Unread("its path is not that of its name"),))
    last = text.count("\n") + 1
    page = _PAGE.findall(text) if file.endswith(_SCRIPTS) else []
    guard = _GUARD.search(text) if file.endswith(".vue") else None
    return ClientRoutes(
        tuple(
            ClientRoute(
                path,
                1,
                last,
                framework,
                tuple(page),
                guard=f"middleware {guard[1]}" if guard else "",
            )
            for path in paths
        )
    )


def _says_its_path(text: str) -> bool:
    blocks = blocks_of(text) or []
    return any("definePageMeta" in block.text and _PATH.search(block.text) for block in blocks)
