"""Routers that are a library of their own: Oak, itty-router, h3, uWebSockets.js, find-my-way.

https://oakserver.org, https://itty.dev/itty-router, https://h3.dev/guide/basics/routing
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from workers.survey.endpoints.follower.values import Call, Value, spelled
from workers.survey.endpoints.framework import Framework
from workers.survey.endpoints.route_details import methods_of
from workers.survey.endpoints.routing import ANY, Route, Router
from workers.survey.route_paths import braced

if TYPE_CHECKING:
    from collections.abc import Callable

    from workers.survey.endpoints.framework import Constructor

_HTTP = {verb: verb.upper() for verb in "get post put patch delete head options".split()}


def _made(framework: str, *, root: bool, prefix: str = "") -> Constructor:
    """Return what makes a router; `prefix` is the option that stands before its paths."""

    def make(call: Call) -> Router:
        options = call.value(0) if prefix else None
        before = options.get(prefix, "") if isinstance(options, dict) else ""
        is_known = not prefix or not call.has(0) or isinstance(options, dict)
        written = braced(before) if isinstance(before, str) and is_known else None
        return Router(framework, root, written, "segments")

    return make


def _verbs(verbs: dict[str, str]) -> dict[str, Callable[[Router, str, Call], Value]]:
    def verb(router: Router, name: str, call: Call) -> Value:
        if call.has(1):
            _add(router, call, verbs[name], 0)
        return router

    return dict.fromkeys(verbs, verb)


def _add(router: Router, call: Call, method: str, position: int) -> None:
    last = call.arguments[-1]
    name = spelled(last) if last is not None and last[0] in {"n", "a", "f"} else None
    paths = call.value(position)
    for path in paths if isinstance(paths, list) else [paths]:
        written = braced(path) if isinstance(path, str) else None
        router.add(Route(method, written, name or "(inline)", call.file, call.line))


def _by_method(router: Router, _name: str, call: Call) -> Value:
    """Take up `router.on("GET", "/x", handler)` and `router.add(["GET", "PUT"], "/x", handler)`."""
    for method in (methods_of(call.value(0)) or []) if call.has(2) else ():
        _add(router, call, method, 1)
    return router


def _named_verb(router: Router, name: str, call: Call) -> Value:
    """Take up Oak's `router.get("/x", handler)`, also with a route's name before the path."""
    has_name = len(call.arguments) > 2 and isinstance(call.value(1), str)
    if call.has(1):
        _add(router, call, ANY if name == "all" else _HTTP[name], int(has_name))
    return router


def _use(router: Router, _name: str, call: Call) -> Value:
    """Take up `app.use(router)`, `app.use("/x", router)` and `app.mount("/x", router)`."""
    path = call.value(0)
    prefix: str | None = path if isinstance(path, str) else ""
    if call.arguments and not isinstance(path, str | Router) and call.has(1):
        prefix = None  # what stands first is not known, or a middleware
    for value in call.values():
        if isinstance(value, Router):
            before = None if prefix is None else braced(prefix.rstrip("*").rstrip("/"))
            based = value.options.get("based")
            router.mount("" if based else before, value)
    return router


def _based(call: Call) -> Value:
    """Take up h3's `useBase("/api", router.handler)`."""
    inner, base = call.value(1), call.value(0)
    if not isinstance(inner, Router):
        return None
    router = Router("h3", prefix=braced(base) if isinstance(base, str) else None, join="segments")
    router.options["based"] = True
    router.mount("", inner)
    return call.program.router(router)


def _all_but_routers(router: Router, _name: str, call: Call) -> Value:
    """Take up itty's `router.all("/x", handler)`; `all("/x/*", inner.fetch)` goes on to another."""
    last = call.form(len(call.arguments) - 1) if call.arguments else None
    of = last[1] if last is not None and last[0] == "a" else None
    is_router = isinstance(call.program.value(of, call.frame), Router)
    if call.has(1) and not is_router:
        _add(router, call, ANY, 0)
    return router


_OAK = Framework(
    name="oak",
    language="script",
    constructors={
        f"{library}.{name}": _made("oak", root=name == "Application", prefix="prefix")
        for library in ("oak", "@oak/oak", "@oakserver/oak", "@oak/oak/router")
        for name in ("Router", "Application")
    },
    methods={
        **dict.fromkeys([*_HTTP, "all"], _named_verb),
        "add": _by_method,
        "use": _use,
    },
    is_chained=True,
    imports=frozenset({"oak", "@oak/oak", "@oakserver/oak"}),
    reads_guards=False,
)
_ITTY = Framework(
    name="itty-router",
    language="script",
    constructors=dict.fromkeys(
        (f"itty-router.{name}" for name in ("Router", "AutoRouter", "IttyRouter")),
        _made("itty-router", root=True, prefix="base"),
    ),
    methods={**_verbs(_HTTP), "all": _all_but_routers},
    is_chained=True,
    types=frozenset({"RouterType", "IttyRouterType", "AutoRouterType"}),
    imports=frozenset({"itty-router"}),
    reads_guards=False,
)
_H3 = Framework(
    name="h3",
    language="script",
    constructors={
        "h3.createApp": _made("h3", root=True),
        "h3.H3": _made("h3", root=True),
        "h3.createRouter": _made("h3", root=False),
    },
    methods={
        **_verbs({**_HTTP, "all": ANY}),
        "on": _by_method,
        "use": _use,
        "mount": _use,
    },
    is_chained=True,
    external={"h3.useBase": _based},
    imports=frozenset({"h3"}),
    reads_guards=False,
)
_UWS = Framework(
    name="uwebsockets",
    language="script",
    constructors=dict.fromkeys(
        (f"uWebSockets.js.{name}" for name in ("App", "SSLApp", "H3App")),
        _made("uwebsockets", root=True),
    ),
    methods=_verbs(
        {
            **{verb: word for verb, word in _HTTP.items() if verb != "delete"},
            "del": "DELETE",
            "any": ANY,
            "ws": "WEBSOCKET",
        }
    ),
    is_chained=True,
    types=frozenset({"TemplatedApp"}),
    imports=frozenset({"uWebSockets.js"}),
    reads_guards=False,
)
_FIND_MY_WAY = Framework(
    name="find-my-way",
    language="script",
    constructors={"find-my-way": _made("find-my-way", root=True)},
    methods={**_verbs({**_HTTP, "all": ANY}), "on": _by_method},
    imports=frozenset({"find-my-way"}),
    reads_guards=False,
)
FRAMEWORKS = (_OAK, _ITTY, _H3, _UWS, _FIND_MY_WAY)
