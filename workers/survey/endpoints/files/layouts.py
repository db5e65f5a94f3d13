"""LAYOUTS: where frameworks look for the files that are routes; the only list of them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Literal, NamedTuple

from sessions.patterns import lazy_pattern

if TYPE_CHECKING:
    import re

# How methods are read: by the names that a file exports, by what its own name ends with, of the
# function that it exports as default, of a loader and an action, or by verbs and the default alike.
Methods = Literal["verbs", "suffix", "default", "loader", "function"]
Notation = Literal["next", "pages", "nitro", "svelte", "astro", "medusa", "cloudflare", "remix"]

_VERBS = "GET POST PUT PATCH DELETE HEAD OPTIONS"
_ROUTE = r"(?:^|/)route\.[cm]?[jt]sx?$"
_SCRIPT = r"(?<!\.d)\.[cm]?[jt]sx?$"


class Layout(NamedTuple):
    """Where one framework looks for routes below the folder of an application.

    - `framework`: what endpoints say; `title`: what people call it
    - `packages`: of these one is among the dependencies of the application
    - `config`: the beginning of a configuration's name: `next.config` of `next.config.mjs`
    - `folders`: each with what stands before the paths of its files
    - `moved`: the setting of the configuration that says another folder, and the folder below it
    - `file`: which files below a folder are routes
    - `verbs`: exports that are methods, each followed by what it stands for where that differs
    - `base`: the settings that stand before all paths
    - `marks`: words of a route's file that show the framework where no manifest is there
    """

    framework: str
    title: str
    packages: tuple[str, ...]
    config: str
    folders: tuple[tuple[str, str], ...]
    notation: Notation
    methods: Methods
    file: str = _SCRIPT
    verbs: dict[str, str] = {}  # noqa: RUF012  # never changed
    moved: tuple[tuple[str, str], ...] = ()
    base: tuple[str, ...] = ()
    marks: tuple[bytes, ...] = ()


def _verbs(**others: str) -> dict[str, str]:
    return {**{verb: verb for verb in _VERBS.split()}, **others}


_ON_REQUEST = {f"onRequest{verb.capitalize()}": verb for verb in _VERBS.split()}
_REMIX = (
    "@remix-run/node @remix-run/react @remix-run/dev @remix-run/server-runtime"
    " @remix-run/cloudflare @remix-run/deno @react-router/dev @react-router/node"
    " @react-router/serve @react-router/cloudflare"
).split()

LAYOUTS = (
    Layout(
        "nextjs", "Next.js", ("next",), "next.config", (("app", ""), ("src/app", "")),
        "next", "verbs", _ROUTE, _verbs(), base=("basePath",),
        marks=(b"next/server", b"next/headers", b'from "next"', b"from 'next'", b"next-auth"),
    ),
    Layout(
        "nextjs", "Next.js", ("next",), "next.config",
        (("pages/api", "/api"), ("src/pages/api", "/api")), "pages", "default",
        base=("basePath",), marks=(b"NextApiRequest", b"NextApiHandler", b"next/server"),
    ),
    Layout(
        "nuxt", "Nuxt", ("nuxt", "nuxt3", "nuxt-nightly"), "nuxt.config",
        (("server/api", "/api"), ("server/routes", "")), "nitro", "suffix",
        moved=(("serverDir", "{}"), ("srcDir", "{}/server")),
        base=("app.baseURL",), marks=(b"#imports",),
    ),
    Layout(
        "nitro", "Nitro", ("nitropack", "nitro", "nitro-nightly", "nitropack-nightly"),
        "nitro.config",
        (("server/api", "/api"), ("server/routes", ""), ("api", "/api"), ("routes", "")),
        "nitro", "suffix", moved=(("srcDir", "{}"), ("serverDir", "{}")), base=("baseURL",),
        marks=(b"defineEventHandler(", b"eventHandler(", b"EventHandler("),
    ),
    Layout(
        "sveltekit", "SvelteKit", ("@sveltejs/kit",), "svelte.config", (("src/routes", ""),),
        "svelte", "verbs", r"(?:^|/)\+(?:page\.)?server\.[jt]s$",
        _verbs(fallback="ANY", actions="POST"),
        moved=(("kit.files.routes", "="),), base=("kit.paths.base",), marks=(b"",),
    ),
    Layout(
        "astro", "Astro", ("astro",), "astro.config", (("src/pages", ""),), "astro", "verbs",
        r"(?<!\.d)\.[cm]?[jt]s$", _verbs(ALL="ANY"), moved=(("srcDir", "{}/pages"),),
        base=("base",), marks=(b'"astro"', b"'astro'", b"astro:"),
    ),
    Layout(
        "medusa", "Medusa", ("@medusajs/medusa", "@medusajs/framework"), "medusa-config",
        (("src/api", ""),), "medusa", "verbs", r"(?:^|/)route\.[jt]s$", _verbs(),
        marks=(b"@medusajs/",),
    ),
    Layout(
        "remix", "Remix", tuple(_REMIX), "remix.config",
        (("app/routes", ""),), "remix", "loader",
        moved=(("appDirectory", "{}/routes"),), base=("basename",),
        marks=(b"@remix-run/", b"@react-router/", b"./+types/"),
    ),
    Layout(
        "cloudflare-pages", "Cloudflare Pages", ("wrangler", "@cloudflare/workers-types"),
        "wrangler", (("functions", ""),), "cloudflare", "verbs",
        verbs={"onRequest": "ANY", **_ON_REQUEST}, marks=(b"PagesFunction", b"onRequest"),
    ),
    Layout(
        "vercel", "Vercel Functions", ("@vercel/node",), "vercel", (("api", "/api"),),
        "astro", "function", verbs=_verbs(), marks=(b"@vercel/node",),
    ),
)  # fmt: skip
# Further names of configurations that hold settings of a framework.
ALSO_CONFIGURES = {"react-router.config": "remix", "vite.config": ""}
PACKAGES = frozenset(package for layout in LAYOUTS for package in layout.packages)
METHODS = frozenset(_VERBS.split()) | {"TRACE", "CONNECT"}

# Whether a path may be a route of any layout; its own framework's pattern is asked when all files
# are known.
PLACE = lazy_pattern(
    r"(?:^|/)(?:route\.[cm]?[jt]sx?|\+(?:page\.)?server\.[jt]s|app/routes\.[cm]?[jt]s)$"
    r"|(?:^|/)(?:pages|api|routes|functions)/.+(?<!\.d)\.[cm]?[jt]sx?$"
)
CONFIG = lazy_pattern(
    r"(?:^|/)(?:next|nuxt|nitro|svelte|astro|react-router|remix|vite)\.config\.[cm]?[jt]s$"
)


@cache
def patterns() -> tuple[re.Pattern[str], ...]:
    """Return the patterns of the files of each layout, in the order of LAYOUTS."""
    import re

    return tuple(re.compile(layout.file) for layout in LAYOUTS)
