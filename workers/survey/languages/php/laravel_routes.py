"""What calls on a router of Laravel, Lumen or Slim declare."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from workers.survey.languages.php import laravel_resources
from workers.survey.languages.php.declared import Place, braces, segments, with_optional
from workers.survey.languages.php.laravel_program import LARAVEL, SLIM, Group
from workers.survey.languages.php.laravel_resources import CHANGES, KINDS, Resource
from workers.survey.languages.php.values import (
    GAP,
    Instance,
    Scope,
    Value,
    argument,
    entry,
    has_entry,
    pairs_of,
    text_of,
    texts_of,
    value,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from workers.survey.languages.php.expressions import Expression
    from workers.survey.languages.php.laravel_program import Program

VERBS = frozenset("get post put patch delete options head".split())
_AS_GET = frozenset("view inertia livewire".split())
_AS_ANY = frozenset("any redirect permanentredirect".split())
# What says more of routes and changes no path, or asks and declares nothing.
_SILENT = frozenset(
    "name as middleware withoutmiddleware domain namespace where wherenumber wherealpha"
    " wherealphanumeric whereuuid whereulid wherein scopebindings withoutscopebindings can missing"
    " withtrashed defaults setdefaults block withoutblocking names scoped middlewarefor metadata"
    " withoutmiddlewarefor uses action fallback add setname setargument setarguments pattern"
    " patterns bind model macro has hascurrent current currentrouteaction currentroutename is"
    " currentroutenamed getcurrentroute getroutes input aliasmiddleware middlewaregroup"
    " pushmiddlewaretogroup prependmiddlewaretogroup substitutebindings bindingcallback matched"
    " getrouteparser getroutecollector addmiddleware addroutingmiddleware addmethod"
    " adderrormiddleware addbodyparsingmiddleware run getcontainer handle dispatch url"
    " substituteimplicitbindings removemiddlewarefromgroup flushmiddlewaregroups respondwithroute"
    " singularresourceparameters resourceparameters tocsrf mixin uses getprefix throttle getname"
    " getcallableresolver parameter parameters hasparameter excludedmiddleware make bound"
    " resolve singleton instance get withfacades witheloquent configure register routemiddleware"
    " getvalidators dump dd tap when unless hasmacro flushmacros getfacaderoot shouldreceive"
    " swap fake spy partialmock clearresolvedinstance".split()
)


@dataclass
class Pending:
    """What a chain of calls has said so far."""

    kind: str
    prefix: str | None = None
    controller: str = ""
    routes: list[tuple[tuple[str, ...], str, str, int]] = field(default_factory=list)
    resources: list[Resource] = field(default_factory=list)
    outer: str = ""  # what a route's own prefix() puts in front of all else


def on_router(program: Program, kind: str, calls: list[Any], group: Group, scope: Scope) -> None:
    """Keep what a chain of calls on a router declares."""
    pending = Pending(kind)
    for name, arguments, line in calls:
        low = name.lower()
        handler = _HANDLERS.get(low)
        if low in CHANGES and pending.resources:
            for resource in pending.resources:
                resource.change(low, [value(one, scope) for _, one, _ in arguments])
        elif low == "prefix" and pending.routes:
            pending.outer = segments(text_of(argument(arguments, 0), scope), pending.outer)
        elif handler is not None and not pending.routes and not pending.resources:
            handler(program, pending, (low, arguments, line), (group, scope))
        elif low not in _SILENT | CHANGES and not pending.routes:
            _unknown(program, name, arguments, line, (group, scope))
    _declare(program, pending, group, scope)


def _unknown(
    program: Program, name: str, arguments: list[Any], line: int, place: tuple[Group, Scope]
) -> None:
    """Tell of a macro; what stands in its closures has an unknown prefix."""
    group, scope = place
    worths = [value(one, scope) for _, one, _ in arguments]
    closures = [one for one in worths if isinstance(one, Instance) and one[0] == "closure"]
    if name.startswith("get") and not closures:
        return
    if closures or any(isinstance(one, str) for one in worths) or not worths:
        reason = f"routes of Route::{name}() are not known"
        program.declared.miss(scope.file, line, reason)
    for closure in closures:
        program.call(closure, Group(GAP, group.controller), kind=LARAVEL)


Call = tuple[str, list[Any], int]
Stand = tuple[Group, Scope]


def _verb(program: Program, pending: Pending, call: Call, stand: Stand) -> None:
    name, arguments, line = call
    if len(arguments) < 1 or (pending.kind == SLIM and len(arguments) < 2):
        return
    methods = ("ANY",) if name in _AS_ANY else ("GET",) if name in _AS_GET else (name.upper(),)
    if pending.kind == SLIM and name == "redirect":
        methods = ("GET",)
    first = arguments[0][1] if arguments[0][0] in {None, "health"} else None
    uri = argument(arguments, 0, "uri")
    paths = _paths(first if uri is None else uri, stand[1])
    handler = _handler(argument(arguments, 1, "action"), pending, stand)
    pending.routes += [(methods, path, handler, line) for path in paths]
    del program


def _paths(expression: Expression | None, scope: Scope) -> list[str]:
    worth = value(expression, scope)
    listed = texts_of(worth) if isinstance(worth, list) else None
    if listed is not None:
        return listed
    return [worth if isinstance(worth, str) else GAP]


def _handler(expression: Expression | None, pending: Pending, stand: Stand) -> str:
    """Return what answers a route: `Controller.method`."""
    group, scope = stand
    worth = value(expression, scope)
    if isinstance(worth, list) and has_entry(worth, "uses"):
        worth = entry(worth, "uses")
    if isinstance(worth, list):
        parts = [one for _, one in worth if isinstance(one, str)]
        return ".".join([parts[0].rpartition("\\")[2], *parts[1:2]]) if parts else ""
    if not isinstance(worth, str) or GAP in worth:
        return "(inline)" if isinstance(worth, Instance) else ""
    owner, _, method = worth.replace(":", "@", 1).partition("@")
    owner = owner.rpartition("\\")[2]
    controller = (pending.controller or group.controller).rpartition("\\")[2]
    if not method and controller and owner and owner[0].islower():
        return f"{controller}.{owner}"
    return f"{owner}.{method}" if method else owner


def _match(program: Program, pending: Pending, call: Call, stand: Stand) -> None:
    _, arguments, line = call
    methods = texts_of(value(argument(arguments, 0, "methods"), stand[1]))
    if methods is None:
        program.declared.miss(stand[1].file, line, "a route whose methods are computed")
        return
    handler = _handler(argument(arguments, 2, "action"), pending, stand)
    for path in _paths(argument(arguments, 1, "uri"), stand[1]):
        pending.routes.append((tuple(one.upper() for one in methods), path, handler, line))


def _fallback(program: Program, pending: Pending, call: Call, stand: Stand) -> None:
    del program
    handler = _handler(argument(call[1], 0), pending, stand)
    pending.routes.append((("GET",), "{fallbackPlaceholder}", handler, call[2]))


def _prefix(program: Program, pending: Pending, call: Call, stand: Stand) -> None:
    del program
    pending.prefix = text_of(argument(call[1], 0), stand[1])


def _base_path(program: Program, pending: Pending, call: Call, stand: Stand) -> None:
    del pending
    program.base_path = text_of(argument(call[1], 0), stand[1])


def _controller(program: Program, pending: Pending, call: Call, stand: Stand) -> None:
    if len(call[1]) > 1:  # of Laravel 5: a route for each public method
        reason = "routes by the names of a controller's methods are not known"
        program.declared.miss(stand[1].file, call[2], reason)
    pending.controller = text_of(argument(call[1], 0), stand[1])


def _attributes(program: Program, pending: Pending, call: Call, stand: Stand) -> None:
    """Take over an array of attributes: `Route::attributes(['prefix' => 'x'])`."""
    del program
    worth = value(argument(call[1], 0), stand[1])
    if not isinstance(worth, list):
        pending.prefix = GAP
    _take_over(pending, worth)


def _take_over(pending: Pending, attributes: Value) -> None:
    if has_entry(attributes, "prefix"):
        prefix = entry(attributes, "prefix")
        pending.prefix = prefix if isinstance(prefix, str) else GAP
    controller = entry(attributes, "controller")
    if isinstance(controller, str):
        pending.controller = controller


def _version(program: Program, pending: Pending, call: Call, stand: Stand) -> None:
    """Take a version of Dingo's API: its prefix is configured elsewhere."""
    group, scope = stand
    inner = group._replace(prefix=below(group.prefix, GAP))
    _grouped(program, pending, (call[0], call[1][1:], call[2]), (inner, scope))


def _grouped(program: Program, pending: Pending, call: Call, stand: Stand) -> None:
    """Run a group: a closure, a file, or a list of files."""
    group, scope = stand
    _, arguments, line = call
    worths = [value(one, scope) for _, one, _ in arguments]
    is_slim = pending.kind == SLIM
    if len(worths) > 1 and is_slim:
        prefix = worths[0] if isinstance(worths[0], str) else GAP
        inner = Group(group.prefix + prefix, "")
        program.call(worths[1], inner, kind=SLIM)
        return
    body = worths[-1] if worths else None
    if len(worths) > 1:
        if not isinstance(worths[0], list):
            pending.prefix = GAP
        _take_over(pending, worths[0])
    inner = Group(below(group.prefix, pending.prefix), pending.controller or group.controller)
    if isinstance(body, Instance) and body[0] == "closure":
        program.call(body, inner, kind=pending.kind)
    elif isinstance(body, str | list) and body:
        program.load(body, inner, scope, line)
    else:
        program.open_loads.add(scope.file)
        program.declared.miss(scope.file, line, "a group of routes that are computed")


def below(prefix: str, own: str | None) -> str:
    """Return a prefix below another."""
    return segments(prefix, own) if own else prefix


def _resource(program: Program, pending: Pending, call: Call, stand: Stand) -> None:
    del program
    kind, arguments, line = call
    name = text_of(argument(arguments, 0, "name"), stand[1])
    _add_resource(pending, (kind, name, line), argument(arguments, 1), arguments, stand)


def _add_resource(
    pending: Pending,
    what: tuple[str, str, int],
    controller: Expression | None,
    arguments: list[Any],
    stand: Stand,
) -> None:
    owner = value(controller, stand[1])
    short = owner.rpartition("\\")[2] if isinstance(owner, str) and GAP not in owner else ""
    resource = Resource(what[0], what[1], short, what[2])
    resource.configure(value(argument(arguments, 2, "options"), stand[1]))
    pending.resources.append(resource)


def _resources(program: Program, pending: Pending, call: Call, stand: Stand) -> None:
    name, arguments, line = call
    first = argument(arguments, 0)
    if not isinstance(first, list) or first[:1] != ["array"]:
        program.declared.miss(stand[1].file, line, f"the resources of Route::{name}()")
        return
    kind = {"softdeletableresources": "resource"}.get(name, name.removesuffix("s"))
    options = [*arguments[:1], [None, None, line], *arguments[1:]]
    for key, controller in first[1]:
        text = text_of(key, stand[1])
        _add_resource(pending, (kind, text, line), controller, options, stand)


def _verbs(program: Program, pending: Pending, call: Call, stand: Stand) -> None:
    del pending
    worth = value(argument(call[1], 0), stand[1])
    for key, verb in pairs_of(worth):
        if isinstance(key, str) and isinstance(verb, str):
            program.verbs[key] = verb


def _authentication(program: Program, pending: Pending, call: Call, stand: Stand) -> None:
    options = value(argument(call[1], 0), stand[1]) if call[1] else []
    if not isinstance(options, list):
        program.declared.miss(stand[1].file, call[2], "the routes of Auth::routes() are computed")
        return
    for methods, path, handler in laravel_resources.authentication(options, program.confirms):
        pending.routes.append((methods, path, handler, call[2]))


def _declare(program: Program, pending: Pending, group: Group, scope: Scope) -> None:
    framework = pending.kind
    for methods, path, handler, line in pending.routes:
        place = Place(scope.file, line, framework)
        if pending.kind == SLIM:
            whole = group.prefix + path
            paths = with_optional(whole if whole.startswith(("/", GAP)) else f"/{whole}")
        else:
            own = pending.prefix or ""
            paths = with_optional(segments(pending.outer, own, group.prefix, path))
        for full in paths:
            program.declared.add(methods, braces(full), handler, place)
    for resource in pending.resources:
        place = Place(scope.file, resource.line, framework)
        if not resource.is_known:
            reason = "a resource whose methods are computed"
            program.declared.miss(scope.file, resource.line, reason)
            continue
        for methods, path, name in resource.rows(program.verbs):
            handler = f"{resource.controller}.{name}" if resource.controller else ""
            whole = braces(segments(group.prefix, path))
            program.declared.add(methods, whole, handler, place)


_HANDLERS: dict[str, Callable[[Program, Pending, Call, Stand], None]] = {
    **dict.fromkeys([*VERBS, *_AS_GET, *_AS_ANY], _verb),
    **dict.fromkeys(KINDS, _resource),
    **dict.fromkeys([f"{kind}s" for kind in KINDS], _resources),
    "match": _match,
    "map": _match,
    "addroute": _match,
    "fallback": _fallback,
    "prefix": _prefix,
    "controller": _controller,
    "setbasepath": _base_path,
    "attributes": _attributes,
    "group": _grouped,
    "version": _version,
    "resourceverbs": _verbs,
    "auth": _authentication,
}
