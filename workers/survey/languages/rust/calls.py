"""What calls of axum, Actix Web and Rocket mean, on routers and on methods with handlers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from workers.survey.languages.rust.macros import together
from workers.survey.languages.rust.values import (
    Closure,
    Handler,
    Methods,
    Route,
    Router,
    Several,
    Text,
    nested,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from workers.survey.languages.rust.expressions import Value
    from workers.survey.languages.rust.follower import Follower, Scope

_VERBS = {
    name: name.upper() for name in "get post put patch delete head options trace connect".split()
}
_AXUM_VERBS = {
    **{f"{name}{end}": verb for name, verb in _VERBS.items() for end in ("", "_service", "_with")},
    "any": "ANY",
    "any_service": "ANY",
}
_NEW = {
    "Router::new": "axum",
    "Router::default": "axum",
    "OpenApiRouter::new": "axum",
    "OpenApiRouter::default": "axum",
    "OpenApiRouter::with_openapi": "axum",
    "ApiRouter::new": "axum",
    "App::new": "app",
    "rocket::build": "rocket",
    "rocket::custom": "rocket",
    "rocket::ignite": "rocket",
    "Rocket::build": "rocket",
    "Rocket::custom": "rocket",
    "Vec::new": "list",
    "Vec::with_capacity": "list",
}
_LIBRARIES = ("axum", "actix_web", "rocket", "utoipa_axum", "std", "aide")
_SAME_TEXT = frozenset(
    "to_string to_owned into as_str clone as_ref to_string_lossy unwrap expect borrow".split()
)
_OWN_METHODS = frozenset(
    "route nest merge service configure mount append extend push layer with_state clone unwrap"
    " expect into wrap app_data to get post put delete concat join collect iter into_iter".split()
)


class Call(NamedTuple):
    """A call of a method, its arguments followed and as they are written."""

    receiver: Any
    name: str
    given: list[Any]
    line: int
    scope: Scope
    written: list[Value]

    def text(self, position: int) -> Text | None:
        """Return an argument that is a text."""
        value = self.given[position] if position < len(self.given) else None
        return value if isinstance(value, Text) else None


def is_own_method(name: str) -> bool:
    """Tell whether a method is a library's wherever it is called."""
    return name in _OWN_METHODS


def is_librarys(path: str, scope: Scope, follower: Follower) -> bool:
    """Tell whether a path is that of a library by what the module uses."""
    first, _, rest = path.partition("::")
    used = follower.modules.used(first, scope.module) or first
    library = used.partition("::")[0]
    return library in _LIBRARIES or (bool(rest) and first in {"web", "routing", "guard"})


def called(follower: Follower, path: str, arguments: list[Any], line: int, scope: Scope) -> Any:
    """Do what a call of a library's function does."""
    first, _, rest = path.partition("::")
    used = follower.modules.used(first, scope.module) or first
    before, _, name = (f"{used}::{rest}" if rest else used).rpartition("::")
    last = before.rpartition("::")[2]
    whole = f"{last}::{name}"
    if whole in _NEW:
        return Router(kind=_NEW[whole])
    is_bare = not last and name in _VERBS and not arguments
    if last in {"web", "Scope", "Resource", "guard"} or is_bare or name in {"scope", "resource"}:
        return _actix(last, name, arguments, line)
    verbs = _asked(name, arguments) if last in {"", "routing", "method_routing"} else ()
    if verbs or whole == "MethodRouter::new":
        return Methods(verbs, "axum")
    if last == "AdHoc":
        return _stage(follower, arguments[-1:])
    if whole in {"Route::new", "Route::ranked"}:
        return _rocket_route(arguments, line, scope)
    return _passed_through(follower, arguments)


def _stage(follower: Follower, closures: list[Any]) -> Router | None:
    """Return what a stage of Rocket mounts, by the closure that gets the instance."""
    for closure in closures:
        if isinstance(closure, Closure):
            returned, _ = follower.into_closure(closure, [Router(kind="rocket")])
            return returned._replace(kind="list") if isinstance(returned, Router) else None
    return None


def _asked(name: str, arguments: list[Any]) -> tuple[tuple[str, str], ...]:
    """Return the methods that a function or a method of axum asks for."""
    if name in _AXUM_VERBS and arguments:
        return ((_AXUM_VERBS[name], _handler(arguments[0])),)
    if name in {"on", "on_service"} and len(arguments) == 2:
        return _filtered(arguments[0], _handler(arguments[1]))
    return ()


def _passed_through(follower: Follower, arguments: list[Any]) -> Any:
    """Return what goes through a function that is not known; closures may make routers."""
    for value in arguments:
        follower.keep(value)
        if isinstance(value, Closure):
            returned, _ = follower.into_closure(value, [])
            follower.keep(returned)
    passed = (value for value in arguments if isinstance(value, (Router, Methods, Text)))
    return next(passed, None)


def _actix(last: str, name: str, arguments: list[Any], line: int) -> Any:
    """Do what the functions of `web` and `guard` do."""
    first = arguments[0] if arguments else None
    if name in {"scope", "resource"} or (last in {"Scope", "Resource"} and name == "new"):
        return _placed(name if name != "new" else last.lower(), first, line)
    if name.lower() in _VERBS and not arguments:
        return Methods(((_VERBS[name.lower()], ""),), "actix")
    if name == "method" and isinstance(first, Handler):
        return Methods(((first.path.rpartition("::")[2].upper(), ""),), "actix")
    if name == "to" and arguments:
        return Methods((("ANY", _handler(first)),), "actix")
    return Methods((), "actix") if name == "route" and not arguments else None


def _placed(kind: str, pattern: Any, line: int) -> Router:
    """Return a scope, or a resource: that may have several paths."""
    values = pattern.values if isinstance(pattern, Several) else (pattern,)
    texts = [one for one in values if isinstance(one, Text)]
    paths = [one.text for one in texts]
    if kind == "resource":
        paths = [path if path.startswith("/") or not path else f"/{path}" for path in paths]
    whole = bool(texts) and len(texts) == len(values) and all(one.is_whole for one in texts)
    first, *others = paths or [""]
    return Router(kind=kind, prefix=first, is_known=whole, line=line, others=tuple(others))


def _rocket_route(arguments: list[Any], line: int, scope: Scope) -> Router | None:
    texts = [one for one in arguments if isinstance(one, Text) and one.text.startswith("/")]
    names = [value.path.rpartition("::")[2] for value in arguments if isinstance(value, Handler)]
    verbs = [name.upper() for name in names if name.lower() in _VERBS and name[0].isupper()]
    if len(texts) != 1 or len(verbs) != 1:
        return None
    verb = verbs[0]
    value = Route(verb, texts[0].text, _handler(arguments[-1]), scope.file, line, "rocket")
    return Router((value,), "list")


def method(follower: Follower, call: Call) -> Any:
    """Do what a call on something that is known does."""
    receiver = call.receiver
    if isinstance(receiver, Router):
        if receiver.kind in {"app", "scope", "config"}:
            return _on_app(follower, call, receiver)
        act: Callable[[Follower, Call, Router], Any] = _ROUTERS.get(receiver.kind, _on_list)
        return act(follower, call, receiver)
    if isinstance(receiver, Methods):
        return _on_methods(call, receiver)
    if isinstance(receiver, Text):
        return receiver if call.name in _SAME_TEXT else None
    if isinstance(receiver, Several):
        return _on_several(follower, call, receiver)
    if isinstance(receiver, Handler) and call.name == "or":  # of a filter of methods
        return Several((receiver, *call.given))
    _passed_through(follower, call.given)
    return None


def _on_several(follower: Follower, call: Call, receiver: Several) -> Any:
    if call.name == "or":
        return Several((*receiver.values, *call.given))
    if call.name == "fold" and len(call.given) == 2 and isinstance(call.given[1], Closure):
        folded = call.given[0]
        for part in receiver.values:
            folded, _ = follower.into_closure(call.given[1], [folded, part])
        return folded
    if call.name in {"concat", "join"}:
        routers = [one for one in receiver.values if isinstance(one, Router)]
        if routers:
            return Router(kind="list").with_routes(
                tuple(each for one in routers for each in one.placed())
            )
        between = call.text(0)
        if between is not None and between.text:
            return None
        return together(list(receiver.values))
    return receiver


def _on_axum(follower: Follower, call: Call, router: Router) -> Any:
    """Do what a call on a router of axum does."""
    name = call.name
    if name in {"route", "api_route", "route_with_tsr", "route_service"}:
        return _routed(follower, call, router)
    if name in {"nest", "nest_service", "nest_api_service"}:
        return _nested(follower, call, router)
    if name in {"merge", "fallback_service", "routes"}:
        other = call.given[0] if call.given else None
        if isinstance(other, Router):
            return router.with_routes(other.placed())
        if name != "fallback_service":
            follower.miss(call.scope, call.line, f"what {name} adds to a router is not known")
        return router
    if name == "split_for_parts":
        return Several((router, None))
    return router


def _routed(follower: Follower, call: Call, router: Router) -> Router:
    path, methods = call.text(0), call.given[1] if len(call.given) > 1 else None
    if call.name == "route_service" and not isinstance(methods, Methods):
        methods = Methods((("ANY", ""),), "axum")
    if path is None or not isinstance(methods, Methods) or not methods.verbs:
        what = "path" if path is None else "methods"
        follower.miss(call.scope, call.line, f"the {what} of a route: computed")
        return router
    return router.with_routes(
        tuple(
            Route(verb, path.text, handler, call.scope.file, call.line, "axum", path.is_whole)
            for verb, handler in methods.verbs
        )
    )


def _nested(follower: Follower, call: Call, router: Router) -> Router:
    other = call.given[1] if len(call.given) > 1 else None
    path = call.text(0)
    if not isinstance(other, Router):
        if call.name == "nest":
            follower.miss(call.scope, call.line, "what is nested in a router is not known")
        return router
    own = nested(other.placed(), path.text if path else "", known=bool(path and path.is_whole))
    return router.with_routes(own)


def _on_app(follower: Follower, call: Call, router: Router) -> Router:
    """Do what a call on an application, a scope or a configuration of Actix Web does."""
    if call.name == "service":
        for service in call.given:
            router = _served(follower, call, router, service)
    elif call.name == "route" and len(call.given) == 2:
        path, methods = call.text(0), call.given[1]
        if path is None or not isinstance(methods, Methods):
            follower.miss(call.scope, call.line, "the path of a route: computed")
            return router
        own = path.text if path.text.startswith("/") or not path.text else f"/{path.text}"
        router = router.with_routes(
            tuple(
                Route(verb, own, handler, call.scope.file, call.line, "actix", path.is_whole)
                for verb, handler in methods.verbs or (("ANY", ""),)
            )
        )
    elif call.name == "configure" and call.given:
        added = follower.configured(call.given[0], call.scope)
        if added is None:
            follower.miss(call.scope, call.line, "what configures an application is not known")
        else:
            router = router.with_routes(added.placed())
    return router


def _served(follower: Follower, call: Call, router: Router, value: Any) -> Router:
    if isinstance(value, Several):
        for part in value.values:
            router = _served(follower, call, router, part)
    elif isinstance(value, Router):
        router = router.with_routes(value.placed())
    elif isinstance(value, Handler):
        own = [part for part in value.routes if part.framework == "macro"]
        if not own:
            follower.miss(call.scope, call.line, "a service whose routes are not known")
        router = router.with_routes(tuple(part._replace(framework="actix") for part in own))
    return router


def _on_resource(follower: Follower, call: Call, router: Router) -> Router:
    """Do what a call on a resource of Actix Web does: it has its path already."""
    del follower
    first = call.given[0] if call.given else None
    verbs: tuple[tuple[str, str], ...] = ()
    line = call.line
    if call.name == "route" and isinstance(first, Methods):
        verbs = first.verbs or (("ANY", ""),)
    elif call.name == "to":
        verbs, line = (("ANY", _handler(first)),), router.line
    elif call.name in _VERBS and call.given:
        verbs = ((_VERBS[call.name], _handler(first)),)
    return router.with_routes(
        tuple(Route(verb, "", handler, call.scope.file, line, "actix") for verb, handler in verbs)
    )


def _on_rocket(follower: Follower, call: Call, router: Router) -> Router:
    """Do what a call on Rocket does."""
    first = call.given[0] if call.given else None
    if call.name == "attach" and isinstance(first, Router):
        return router.with_routes(first.placed())
    if call.name != "mount" or len(call.given) != 2:
        return router
    path, other = call.text(0), call.given[1]
    listed = other.values if isinstance(other, Several) else (other,)
    if not all(isinstance(mounted, Router) for mounted in listed):
        if not (isinstance(other, (Handler, Several)) or other is None):
            return router
        follower.miss(call.scope, call.line, "what is mounted is not known")
        return router
    for mounted in listed:
        own = nested(
            mounted.placed(), path.text if path else "", known=bool(path and path.is_whole)
        )
        router = router.with_routes(own)
    return router


def _on_list(follower: Follower, call: Call, router: Router) -> Router:
    """Do what a call on a list of routes does."""
    del follower
    if call.name in {"append", "extend", "push", "chain"}:
        for part in call.given:
            for each in part.values if isinstance(part, Several) else (part,):
                if isinstance(each, Router):
                    router = router.with_routes(each.placed())
    return router


def _on_methods(call: Call, methods: Methods) -> Methods:
    """Do what a call on methods with handlers does."""
    name, arguments = call.name, call.given
    first = arguments[0] if arguments else None
    if methods.framework == "actix":
        if name == "to" and arguments:
            own = methods.verbs or (("ANY", ""),)
            return methods._replace(verbs=tuple((verb, _handler(first)) for verb, _ in own))
        if name == "method" and isinstance(first, Handler):
            verb = first.path.rpartition("::")[2].upper()
            return methods._replace(verbs=(*methods.verbs, (verb, "")))
        if name == "guard" and isinstance(first, Methods):
            return methods._replace(verbs=(*methods.verbs, *first.verbs))
        return methods
    new = first.verbs if name == "merge" and isinstance(first, Methods) else _asked(name, arguments)
    return methods._replace(verbs=(*methods.verbs, *new))


def _filtered(value: Any, handler: str) -> tuple[tuple[str, str], ...]:
    """Return the methods of a `MethodFilter`."""
    names = [value] if isinstance(value, Handler) else []
    if isinstance(value, Several):
        names = [one for one in value.values if isinstance(one, Handler)]
    verbs = [one.path.rpartition("::")[2].upper() for one in names]
    return tuple((verb, handler) for verb in verbs)


def _handler(value: Any) -> str:
    return value.path if isinstance(value, Handler) else ""


_ROUTERS: dict[str, Callable[[Follower, Call, Router], Any]] = {
    "axum": _on_axum,
    "resource": _on_resource,
    "rocket": _on_rocket,
}
